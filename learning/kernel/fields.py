"""The base of all forms, and fields whose refusals say what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField as WTDateField
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, StopValidation


class Form(FlaskForm):
    """A form with CSRF protection whose messages come from our own catalog."""

    class Meta(FlaskForm.Meta):
        locales = ("id",)

        def get_translations(self, form: Any) -> Any:
            """Our validators carry lazy sentences of our own; WTForms' built-in catalog is not used."""
            return None


class _Required(DataRequired):
    """What was typed but cannot be read is not missing: the field's own sentence about it stands."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors and any(field.raw_data or ()):
            raise StopValidation
        super().__call__(form, field)


def required(message: Any) -> DataRequired:
    """The field must be filled; `message` says with what."""
    return _Required(message=message)


def at_most(characters: int) -> Length:
    """No more than so many characters."""
    return Length(max=characters, message=_l("Isian terlalu panjang, paling banyak %(max)d huruf."))


class LineField(StringField):
    """One line of text, spaces at its ends dropped, control characters refused."""

    data: str | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = "".join(ch for ch in self.data if ch >= " ").strip()


class TextField(TextAreaField):
    """Several lines of text; control characters that nobody can type (PostgreSQL refuses NUL) are dropped."""

    data: str | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = "".join(ch for ch in self.data if ch >= " " or ch in "\t\r\n")


class NipField(LineField):
    """An employee number as people type it: spaces, dots and dashes are dropped. Rules are the service's."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = self.data.translate({ord(ch): None for ch in " .-\u00a0"})


class DateField(WTDateField):
    """A day as the browser sends it (YYYY-MM-DD)."""

    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            self.data = None
            raise ValueError(_l("Tulis tanggal lengkap, misalnya 2026-12-01.")) from error


def add_error(field: Field, message: Any) -> None:
    """Hang a service's refusal on the field it speaks of."""
    field.errors = [*field.errors, message]
