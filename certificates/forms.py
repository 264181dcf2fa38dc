"""Forms of this package. Rules are the services'; forms only say what is missing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from certificates.correcting import SAID_LENGTH
from certificates.models import RevocationReason
from certificates.proposals import EVIDENCE_LENGTH, NOTE_LENGTH, REMARK_LENGTH
from certificates.texts import REASONS
from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required


def _evidence() -> TextField:
    return TextField(
        _l("Bukti"),
        description=_l(
            "Untuk orang kedua yang memutus: apa yang diperiksa, oleh siapa, nomor berita acara. Tidak dibaca pemegang."
        ),
        validators=[
            required(_l("Tuliskan buktinya, agar orang kedua dapat menilai.")),
            at_most(EVIDENCE_LENGTH),
        ],
    )


class RevokeForm(Form):
    """Why a certificate is to be revoked: a reason everybody reads, an explanation for the holder, the evidence."""

    reason = SelectField(
        _l("Alasan yang tampil untuk umum"),
        choices=[
            SelectChoice("", _l("Pilih alasan")),
            *(SelectChoice(str(key), label) for key, label in REASONS.items()),
        ],
        validate_choice=False,
        validators=[required(_l("Pilih alasan pencabutan."))],
    )
    note = TextField(
        _l("Penjelasan untuk pemegang"),
        description=_l("Dibaca pemegang sertifikat dan pengelola kepegawaian, tidak tampil untuk umum."),
        validators=[required(_l("Tuliskan penjelasan untuk pemegang sertifikat.")), at_most(NOTE_LENGTH)],
    )
    evidence = _evidence()

    def chosen(self) -> RevocationReason | None:
        """The reason, None when something else than one of the list was sent."""
        value = self.reason.data
        return RevocationReason(value) if value in set(RevocationReason) else None


class CorrectForm(Form):
    """Why a corrected certificate is to be issued. Its words come from the personnel record, not from here."""

    note = TextField(
        _l("Penjelasan untuk pemegang"),
        description=_l("Misalnya: penulisan gelar diperbaiki sesuai ijazah."),
        validators=[required(_l("Tuliskan penjelasan untuk pemegang sertifikat.")), at_most(NOTE_LENGTH)],
    )
    evidence = _evidence()


class DeclineForm(Form):
    """Why a proposal or a request is declined."""

    remark = TextField(
        _l("Alasan penolakan"),
        validators=[required(_l("Tuliskan alasannya.")), at_most(REMARK_LENGTH)],
    )


class AskForm(Form):
    """What the holder says is wrong on the paper."""

    said = TextField(
        _l("Apa yang keliru, dan bagaimana seharusnya?"),
        description=_l(
            "Misalnya: gelar saya tertulis S.Pd., seharusnya M.Pd. Sebutkan juga bukti yang Anda punya."
        ),
        validators=[required(_l("Tuliskan apa yang keliru dan bagaimana seharusnya.")), at_most(SAID_LENGTH)],
    )


class EligibilityForm(Form):
    """Whom, by which rule, as of which day."""

    who = LineField(
        _l("NIP atau nama"),
        description=_l("18 angka NIP, atau sebagian nama. Hanya pegawai yang Anda kelola."),
        validators=[required(_l("Isi NIP atau nama pegawai.")), at_most(120)],
    )
    rule = SelectField(_l("Aturan"), validate_choice=False, validators=[required(_l("Pilih aturan."))])
    day = DateField(
        _l("Tanggal pemeriksaan"),
        description=_l("Misalnya tanggal pelantikan atau tanggal kenaikan pangkat."),
        validators=[InputRequired(_l("Isi tanggal pemeriksaan."))],
    )
