"""Forms for exemptions and extensions. They say what is missing; what is wrong is said by the services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.kernel.fields import DateField, Form, TextField, at_most, required
from learning.people.forms import PickField, choices
from learning.records.exemption_models import ReliefKind
from learning.records.relief_texts import KINDS, REASONS
from learning.records.services.relieving import EVIDENCE_LENGTH, NOTE_LENGTH, REMARK_LENGTH


def _note() -> TextField:
    return TextField(
        _l("Penjelasan untuk orang itu"),
        [required(_l("Tulis penjelasan yang akan dibaca orang itu.")), at_most(NOTE_LENGTH)],
        description=_l("Dibaca orang itu sesudah usulan disetujui, dan dibaca yang memutuskan."),
    )


def _evidence() -> TextField:
    return TextField(
        _l("Bukti"),
        [
            required(_l("Sebutkan buktinya: nomor dan tanggal surat, serta tempat menyimpannya.")),
            at_most(EVIDENCE_LENGTH),
        ],
        description=_l(
            "Nomor dan tanggal surat, serta tempat menyimpannya. Jangan menulis rincian kesehatan."
        ),
    )


class ReliefForm(Form):
    """What is proposed for whom: course, kind, last day, reason, note, evidence."""

    kursus = PickField(_l("Kursus"))
    jenis = PickField(
        _l("Yang diusulkan"),
        choices=choices({kind: label for kind, label in KINDS.items() if kind is not ReliefKind.ENDING}),
    )
    sampai = DateField(
        _l("Sampai dengan"),
        [required(_l("Isi hari terakhirnya."))],
        description=_l("Hari terakhir pengecualian, atau tenggat yang baru."),
    )
    alasan = PickField(_l("Alasan"), choices=choices(REASONS, _l("Pilih alasan")))
    penjelasan = _note()
    bukti = _evidence()


class EndingForm(Form):
    """Why an exemption or an extension is to end early."""

    penjelasan = _note()
    bukti = _evidence()


class ReturnForm(Form):
    """Why a proposal is returned."""

    catatan = TextField(
        _l("Mengapa dikembalikan"),
        [required(_l("Tulis mengapa usulan ini dikembalikan.")), at_most(REMARK_LENGTH)],
    )
