"""The form an admin makes a token with. Rules are the service's."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from certificates.api.scopes import Scope
from certificates.api.services import NAME_LENGTH, PURPOSE_LENGTH
from certificates.api.texts import SCOPES
from learning.kernel.fields import Form, LineField, at_most, required

DAYS = (
    (30, _l("30 hari")),
    (90, _l("90 hari")),
    (180, _l("180 hari")),
    (365, _l("1 tahun")),
)


class TokenForm(Form):
    """Which system of which agency, what for, what it opens and for how long."""

    mark = HiddenField()
    agency = SelectField(_l("Instansi"), validate_choice=False, validators=[required(_l("Pilih instansi."))])
    system = LineField(
        _l("Nama sistem"),
        description=_l("Misalnya SIMPEG Kota Contoh."),
        validators=[required(_l("Tulis nama sistem yang memakai token.")), at_most(NAME_LENGTH)],
    )
    purpose = LineField(
        _l("Keperluan"),
        description=_l("Dibaca pegawai yang datanya dilihat sistem ini. Misalnya: usul kenaikan pangkat."),
        validators=[required(_l("Tulis untuk apa datanya dipakai.")), at_most(PURPOSE_LENGTH)],
    )
    scopes = SelectMultipleField(
        _l("Izin"),
        description=_l("Hanya yang diperlukan sistem itu."),
        choices=[SelectChoice(str(scope), label) for scope, label in SCOPES.items()],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[required(_l("Pilih paling sedikit satu izin."))],
    )
    days = SelectField(
        _l("Masa berlaku"),
        choices=[SelectChoice(str(days), label) for days, label in DAYS],
        default="180",
        validate_choice=False,
        validators=[required(_l("Pilih masa berlaku."))],
    )

    def chosen(self) -> list[Scope]:
        """The scopes ticked; whatever else was sent is left out."""
        known = {str(scope) for scope in Scope}
        return [Scope(value) for value in self.scopes.data or () if value in known]

    def number(self, text: str | None) -> int:
        """A number as sent by a select; 0, which every rule refuses, for anything else."""
        found = text or ""
        return int(found) if found.isascii() and found.isdigit() and len(found) <= 9 else 0
