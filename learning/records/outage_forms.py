"""Forms for outages. They say what is missing; what is wrong is said by the services."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from learning.kernel import clock
from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required
from learning.people.forms import PickField, choices
from learning.records.moving_texts import OUTAGE_KINDS
from learning.records.services.outages import EVIDENCE_LENGTH, NOTE_LENGTH, REMARK_LENGTH

EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


def _day(label: Any, missing: Any) -> DateField:
    return DateField(label, [required(missing)])


def _clock(label: Any, missing: Any) -> LineField:
    return LineField(label, [required(missing)])


class OutageForm(Form):
    """When something could not be done, what, what people read about it, and how it is known. Times are WIB."""

    jenis = PickField(_l("Yang terganggu"), choices=choices(OUTAGE_KINDS))
    mulai = _day(_l("Tanggal mulai"), _l("Isi tanggal mulai gangguan."))
    jam_mulai = _clock(_l("Pukul mulai (WIB)"), _l("Isi pukul mulai gangguan."))
    selesai = _day(_l("Tanggal selesai"), _l("Isi tanggal selesai gangguan."))
    jam_selesai = _clock(_l("Pukul selesai (WIB)"), _l("Isi pukul selesai gangguan."))
    penjelasan = TextField(
        _l("Penjelasan untuk pegawai"),
        [required(_l("Tulis penjelasan yang akan dibaca para pegawai.")), at_most(NOTE_LENGTH)],
        description=_l("Dibaca setiap pegawai yang tenggatnya bergeser karena gangguan ini."),
    )
    bukti = TextField(
        _l("Bukti"),
        [
            required(_l("Sebutkan buktinya: catatan pemantauan, laporan, atau nomor surat.")),
            at_most(EVIDENCE_LENGTH),
        ],
        description=_l("Catatan pemantauan, laporan, atau nomor surat, serta tempat menyimpannya."),
    )

    def _day_in_reach(self, field: DateField) -> None:
        if field.data is not None and not EARLIEST <= field.data <= LATEST:
            raise ValidationError(
                _l(
                    "Tanggal ini terlalu jauh. Tulis tahun antara %(first)s dan %(last)s.",
                    first=EARLIEST.year,
                    last=LATEST.year,
                )
            )

    def validate_mulai(self, field: DateField) -> None:
        """Within the years a database keeps."""
        self._day_in_reach(field)

    def validate_selesai(self, field: DateField) -> None:
        """Within the years a database keeps."""
        self._day_in_reach(field)

    def validate_jam_mulai(self, field: LineField) -> None:
        """A time of day."""
        _read_clock(field.data)

    def validate_jam_selesai(self, field: LineField) -> None:
        """A time of day."""
        _read_clock(field.data)

    @property
    def began_at(self) -> datetime:
        """The instant it began; only of a form that is valid."""
        return _instant(self.mulai.data, self.jam_mulai.data)

    @property
    def ended_at(self) -> datetime:
        """The instant it ended; only of a form that is valid."""
        return _instant(self.selesai.data, self.jam_selesai.data)


class OutageReturnForm(Form):
    """Why a proposal is returned."""

    catatan = TextField(
        _l("Mengapa dikembalikan"),
        [required(_l("Tulis mengapa usulan ini dikembalikan.")), at_most(REMARK_LENGTH)],
    )


def _instant(day: date | None, said: str | None) -> datetime:
    assert day is not None  # the form is valid
    return datetime.combine(day, _read_clock(said), ZoneInfo(clock.DEFAULT_ZONE))


def _read_clock(said: str | None) -> time:
    hour, colon, minute = (said or "").replace(".", ":").partition(":")
    for part in (hour, minute):
        if not (part.isascii() and part.isdigit() and len(part) <= 2):
            raise ValidationError(_l("Tulis pukul seperti 14:05."))
    if not colon or int(hour) > 23 or int(minute) > 59:
        raise ValidationError(_l("Tulis pukul seperti 14:05."))
    return time(int(hour), int(minute))
