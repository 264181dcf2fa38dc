"""The form of an assignment: whom, what, by when. It says what is missing; what is wrong is said by the services."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional, ValidationError

from learning.kernel.fields import DateField, Form, LineField, TextField, at_most, required
from learning.people import nip
from learning.people.forms import Boxes, PickField, choices, options
from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.people.texts import EMPLOYMENT_TYPES, POSITION_TYPES, UNIT_KINDS, what
from learning.records import regions
from learning.records.audience import AGENCY_KINDS, GRADES, Criteria
from learning.records.duedates import GRACE_DAYS, LONGEST_WINDOW
from learning.records.forms import MOST_REGIONS
from learning.records.recertifying import LONGEST_MONTHS

MOST_DAYS = 365
MOST_CODES = 200
MOST_NUMBERS = 20_000
FIXED, COUNTRY = "TANGGAL", "INDONESIA"
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
COVERED, EVERYBODY = "WILAYAH", "SEMUA"
WHOM = (
    (COVERED, _l("Yang bertugas di wilayah pemilihan itu")),
    (EVERYBODY, _l("Semua pegawai unit ini, juga di wilayah lain")),
)
GRACE = tuple(
    (str(days), _l("Tanpa kelonggaran") if not days else _l("%(days)s hari", days=days))
    for days in GRACE_DAYS
)


class AssignmentForm(Form):
    """A course for an audience. Everything in the second half may stay empty and then asks nothing."""

    kursus = PickField(_l("Kursus"))
    unit = PickField(_l("Unit kerja"), [required(_l("Pilih unit kerja."))])
    tahapan = PickField(
        _l("Tahapan yang menentukan tenggat"), [required(_l("Pilih tahapan atau tanggal tetap."))]
    )
    tanggal = DateField(
        _l("Tanggal tetap"),
        [Optional()],
        description=_l("Hanya bila tenggatnya tidak bergantung pada tahapan pemilihan."),
    )
    hari = LineField(
        _l("Selesai berapa hari sebelumnya"),
        description=_l("Angka dari 0 sampai 365. Lazimnya 14 hari sebelum kampanye."),
    )
    bagi = PickField(_l("Bagi siapa"), choices=options(WHOM))
    dasar = TextField(
        _l("Dasar hukum"),
        [required(_l("Tulis dasar hukum penugasan ini.")), at_most(2000)],
        description=_l("Peserta membaca kalimat ini di beranda mereka."),
    )
    unit_lain = TextField(
        _l("Unit lain yang juga wajib"),
        [at_most(8000)],
        description=_l("Satu kode unit tiap baris. Unit di bawahnya ikut wajib."),
    )
    kecuali = TextField(
        _l("Unit yang dikecualikan"),
        [at_most(8000)],
        description=_l("Satu kode unit tiap baris. Unit di bawahnya juga tidak ikut."),
    )
    jenis_instansi = Boxes(
        _l("Jenis instansi"),
        choices=choices({kind: UNIT_KINDS[kind] for kind in AGENCY_KINDS}),
        description=_l("Bila tidak ada yang dipilih, semua ikut."),
    )
    wilayah = TextField(
        _l("Wilayah tempat bertugas"),
        [at_most(8000)],
        description=_l("Satu kode tiap baris, misalnya 52 atau 52.03. Kosongkan untuk semua wilayah."),
    )
    jabatan = Boxes(
        _l("Jenis dan jenjang jabatan"),
        choices=choices(POSITION_TYPES),
        description=_l("Menurut jabatan definitif; pelaksana tugas dihitung menurut jabatan definitifnya."),
    )
    golongan = LineField(
        _l("Golongan"),
        [at_most(300)],
        description=_l("Pisahkan dengan koma, misalnya III/d, IV/a, IX. Kosongkan untuk semua golongan."),
    )
    pegawai = Boxes(_l("Jenis kepegawaian"), choices=choices(EMPLOYMENT_TYPES))
    daftar = LineField(
        _l("Nama daftar"), [at_most(120)], description=_l("Misalnya “Tim pengawas kampanye 2027”.")
    )
    daftar_nip = TextField(
        _l("Hanya NIP dalam daftar ini"),
        [at_most(600_000)],
        description=_l(
            "Satu NIP tiap baris, paling banyak 20.000. Yang belum terdaftar ikut begitu terdaftar."
        ),
    )
    buka = LineField(
        _l("Dibuka berapa hari sebelum tenggat"),
        description=_l("Kosongkan bila langsung dibuka. Peserta tetap boleh mulai lebih awal."),
    )
    kelonggaran = PickField(
        _l("Kelonggaran setelah tenggat"),
        choices=options(GRACE),
        default="0",
        description=_l(
            "Selama itu peserta belum dihitung terlambat. Tenggat yang diberitahukan kepada peserta tidak berubah."
        ),
    )
    penyegar = PickField(
        _l("Kursus penyegaran bagi yang pernah lulus"),
        default="",
        description=_l("Kosongkan bila semua mengikuti kursus yang sama."),
    )
    berlaku = LineField(
        _l("Kelulusan diakui selama berapa bulan"),
        description=_l(
            "Dihitung mundur dari tenggat, misalnya 12. Yang lulus sebelum masa itu mengikuti penyegaran."
        ),
    )
    dilihat = HiddenField()

    @property
    def covered_only(self) -> bool:
        """Whether only those are meant who work where the election is held."""
        return self.bagi.data == COVERED and not self.fixed

    @property
    def fixed(self) -> bool:
        """Whether the date is a fixed one."""
        return bool(self.tahapan.data == FIXED)

    @property
    def days(self) -> int:
        """The number of days; only after validation. None before a fixed date."""
        return 0 if self.fixed else int(self.hari.data or "0")

    @property
    def everywhere(self) -> bool:
        """Whether the whole country is meant."""
        return bool(self.unit.data == COUNTRY)

    @property
    def window_days(self) -> int | None:
        """How many days before the due day it opens; only after validation."""
        return int(self.buka.data) if self.buka.data else None

    @property
    def valid_months(self) -> int | None:
        """How many months a pass counts; only after validation."""
        return int(self.berlaku.data) if self.berlaku.data and self.penyegar.data else None

    @property
    def criteria(self) -> Criteria:
        """What is asked beside the unit, without the list; only after validation."""
        return Criteria(
            agency_kinds=tuple(UnitKind(kind) for kind in sorted(self.jenis_instansi.data or ())),
            regions=tuple(sorted(set(self.region_codes))),
            positions=tuple(PositionType(kind) for kind in sorted(self.jabatan.data or ())),
            grades=tuple(sorted(set(self._grades()))),
            employment=tuple(EmploymentType(kind) for kind in sorted(self.pegawai.data or ())),
        )

    @property
    def region_codes(self) -> list[str]:
        """The codes of regions as typed, one each."""
        return _parts(self.wilayah.data, r"[\s,;]+")

    @property
    def more_units(self) -> list[str]:
        """Codes of further units."""
        return _parts(self.unit_lain.data, r"[\n,;]+")

    @property
    def fewer_units(self) -> list[str]:
        """Codes of units that are kept away."""
        return _parts(self.kecuali.data, r"[\n,;]+")

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the list as digits, sorted; only after validation."""
        readings = (nip.read(line, today=date.max) for line in _parts(self.daftar_nip.data, r"[\n,;]+"))
        return tuple(sorted({reading.number.digits for reading in readings if reading.number}))

    @property
    def narrowed(self) -> bool:
        """Whether something of the second half was filled in, so that the page opens it."""
        names = (
            "unit_lain",
            "kecuali",
            "jenis_instansi",
            "wilayah",
            "jabatan",
            "golongan",
            "pegawai",
            "daftar",
            "daftar_nip",
        )
        return any(self[name].data or self[name].errors for name in names)

    @property
    def timed(self) -> bool:
        """As `narrowed`, of window, grace and refresher."""
        names = ("buka", "penyegar", "berlaku")
        return self.kelonggaran.data not in (None, "0") or any(self[n].data or self[n].errors for n in names)

    def hidden(self) -> list[tuple[str, str]]:
        """Every value that was sent, for the page that asks for confirmation."""
        found: list[tuple[str, str]] = []
        for each in self:
            if each.name in ("csrf_token", "dilihat", "daftar_nip"):
                continue
            value = each.data
            if isinstance(value, list):
                found += [(each.name, str(one)) for one in value]
            elif value:
                found.append((each.name, value.isoformat() if isinstance(value, date) else str(value)))
        if self.numbers:
            found.append(("daftar_nip", ",".join(self.numbers)))
        return found

    def validate_tahapan(self, _field: Any) -> None:
        """A fixed date must be given when it is chosen."""
        if self.fixed and self.tanggal.data is None:
            raise ValidationError(_l("Isi tanggal tetapnya di bawah."))

    def validate_tanggal(self, field: Any) -> None:
        """Within years that somebody may mean."""
        if self.fixed and field.data and not EARLIEST <= field.data <= LATEST:
            raise ValidationError(
                _l(
                    "Tanggal ini terlalu jauh. Tulis tahun antara %(first)s dan %(last)s.",
                    first=EARLIEST.year,
                    last=LATEST.year,
                )
            )

    def validate_hari(self, field: Any) -> None:
        """A whole number within a year."""
        if self.fixed:
            return
        if not field.data:
            raise ValidationError(_l("Isi jumlah hari."))
        _whole(field.data, 0, MOST_DAYS)

    def validate_buka(self, field: Any) -> None:
        """Empty, or a whole number of days."""
        if field.data:
            _whole(field.data, 1, LONGEST_WINDOW)

    def validate_berlaku(self, field: Any) -> None:
        """A whole number of months, together with the refresher."""
        if self.penyegar.data and not field.data:
            raise ValidationError(
                _l("Isi berapa bulan kelulusan diakui. Yang lulus sebelum masa itu mengikuti penyegaran.")
            )
        if field.data and not self.penyegar.data:
            raise ValidationError(_l("Pilih kursus penyegarannya, atau kosongkan jumlah bulan."))
        if field.data:
            _whole(field.data, 1, LONGEST_MONTHS)

    def validate_penyegar(self, field: Any) -> None:
        """Another course than the one that is given."""
        if field.data and field.data == self.kursus.data:
            raise ValidationError(_l("Pilih kursus lain; kursus ini justru yang sedang ditugaskan."))

    def validate_wilayah(self, _field: Any) -> None:
        """Every code in the official list."""
        strange = [code for code in self.region_codes if not regions.is_known(code)]
        if strange:
            raise ValidationError(
                _(
                    "Kode wilayah %(found)s tidak ada dalam daftar resmi. Periksa kodenya di halaman kalender.",
                    found=strange[0][:20],
                )
            )
        if len(self.region_codes) > MOST_REGIONS:
            raise ValidationError(_l("Paling banyak %(most)s kode wilayah.", most=MOST_REGIONS))

    def validate_unit_lain(self, field: Any) -> None:
        """Not too many, and only beside a unit."""
        if len(_parts(field.data, r"[\n,;]+")) > MOST_CODES:
            raise ValidationError(_l("Paling banyak %(most)s kode unit.", most=MOST_CODES))
        if self.everywhere and field.data:
            raise ValidationError(_l("Seluruh Indonesia sudah mencakup unit ini. Kosongkan isian ini."))

    def validate_kecuali(self, field: Any) -> None:
        """Not too many."""
        if len(_parts(field.data, r"[\n,;]+")) > MOST_CODES:
            raise ValidationError(_l("Paling banyak %(most)s kode unit.", most=MOST_CODES))

    def validate_golongan(self, _field: Any) -> None:
        """Grades that exist."""
        strange = [grade for grade in self._grades() if grade not in GRADES]
        if strange:
            raise ValidationError(
                _("Golongan “%(found)s” tidak dikenal. Tulis seperti III/d atau IX.", found=strange[0][:20])
            )

    def validate_jenis_instansi(self, field: Any) -> None:
        """What the boxes offer and nothing else."""
        _offered(field, AGENCY_KINDS)

    def validate_jabatan(self, field: Any) -> None:
        """What the boxes offer and nothing else."""
        _offered(field, tuple(PositionType))

    def validate_pegawai(self, field: Any) -> None:
        """What the boxes offer and nothing else."""
        _offered(field, tuple(EmploymentType))

    def validate_daftar(self, field: Any) -> None:
        """A list has a name."""
        if (self.daftar_nip.data or "").strip() and not (field.data or "").strip():
            raise ValidationError(_l("Beri nama daftar ini, supaya kelak jelas siapa yang dimaksud."))

    def validate_daftar_nip(self, field: Any) -> None:
        """Every line a number of the right shape; the first that is not is named, with how many there are."""
        lines = _parts(field.data, r"[\n,;]+")
        if len(lines) > MOST_NUMBERS:
            raise ValidationError(_l("Paling banyak %(most)s NIP dalam satu daftar.", most=MOST_NUMBERS))
        if (self.daftar.data or "").strip() and not lines:
            raise ValidationError(_l("Isi NIP dalam daftar ini, atau kosongkan namanya."))
        readings = (nip.read(line, today=date.max) for line in lines)
        damaged = [(at, reading) for at, reading in enumerate(readings, 1) if reading.number is None]
        if damaged:
            at, reading = damaged[0]
            problem = reading.problems[0]
            raise ValidationError(
                _(
                    "NIP ke-%(at)s (%(found)s): %(problem)s Yang tidak terbaca: %(many)s dari %(all)s.",
                    at=at,
                    found=reading.raw[:30],
                    problem=what(problem.code, problem.params),
                    many=len(damaged),
                    all=len(lines),
                )
            )

    def _grades(self) -> list[str]:
        return [_grade(part) for part in _parts(self.golongan.data, r"[\s,;]+")]


def _grade(text: str) -> str:
    rank, slash, step = text.partition("/")
    return rank.upper() + slash + step.lower()


def _parts(text: str | None, between: str) -> list[str]:
    """What was typed, one each, in order, without the same twice."""
    parts = (part.strip() for part in re.split(between, text or ""))
    return list(dict.fromkeys(part for part in parts if part))


def _whole(text: str, least: int, most: int) -> None:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most):
        raise ValidationError(_l("Tulis angka bulat dari %(least)s sampai %(most)s.", least=least, most=most))


def _offered(field: Any, offered: tuple[Any, ...]) -> None:
    if any(value not in {str(each) for each in offered} for value in field.data or ()):
        raise ValidationError(_l("Pilih hanya dari daftar."))
