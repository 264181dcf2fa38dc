"""Forms of the studio."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from courses.events import ChangeKind, Redo
from courses.texts import CHANGE
from learning.kernel.fields import Form, required

KINDS = (ChangeKind.TYPO, ChangeKind.CLARIFICATION, ChangeKind.SUBSTANCE, ChangeKind.LAW)


class UploadForm(Form):
    """One zip with one course folder."""

    berkas = FileField(
        _l("Folder kursus sebagai zip"),
        description=_l("Paling besar 50 MB. Di dalamnya satu folder berisi kursus.md dan berkas modul."),
        validators=[FileRequired(message=_l("Pilih berkas zip kursus."))],
    )


class PublishForm(Form):
    """What changes and who must take the course again. `dasar` is the edition the preview was compared with."""

    dasar = HiddenField()
    perubahan = RadioField(
        _l("Apa yang berubah?"),
        choices=[SelectChoice(kind.value, CHANGE[kind]) for kind in KINDS],
        default=ChangeKind.CLARIFICATION.value,
        validators=[
            required(_l("Pilih apa yang berubah.")),
            AnyOf([kind.value for kind in KINDS], message=_l("Pilih salah satu jenis perubahan.")),
        ],
        validate_choice=False,
    )
    ulang = RadioField(
        _l("Siapa yang mengulang?"),
        choices=[SelectChoice(redo.value, redo.value) for redo in Redo],
        default=Redo.NOBODY.value,
        validators=[
            required(_l("Pilih siapa yang mengulang.")),
            AnyOf([redo.value for redo in Redo], message=_l("Pilih salah satu kelompok.")),
        ],
        validate_choice=False,
    )
