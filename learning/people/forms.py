"""Forms of this package. They say what is missing; what is wrong is said by the rules in the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from learning.kernel.access import Role
from learning.kernel.errors import DomainError, text_of
from learning.kernel.fields import (
    DateField,
    Form,
    LineField,
    NipField,
    TextField,
    add_error,
    at_most,
    required,
)
from learning.people import nip
from learning.people.kinds import EmploymentType, ImportKind, PersonStatus, PositionType, UnitKind
from learning.people.texts import (
    EMPLOYMENT_TYPES,
    IMPORT_KINDS,
    POSITION_TYPES,
    ROLES,
    STATUSES,
    UNIT_KINDS,
    ZONES,
    what,
)


def options(pairs: Iterable[tuple[str, Any]], empty: Any = None) -> list[SelectChoice]:
    """Options of a select in the given order; `empty` is the first, unchosen line."""
    found = [SelectChoice(value, label) for value, label in pairs]
    return found if empty is None else [SelectChoice("", empty), *found]


def choices(labels: dict[Any, Any], empty: Any = None) -> list[SelectChoice]:
    """Options from a table of labels, stored by value."""
    return options(((str(key), label) for key, label in labels.items()), empty)


class PickField(SelectField):
    """One of a list; anything else is refused in our words."""

    def __init__(self, label: Any, validators: Any = None, **values: Any) -> None:
        values.setdefault("invalid_choice_message", _l("Pilih salah satu dari daftar."))
        super().__init__(label, validators, coerce=str, **values)


def refuse(form: Form, error: DomainError, **fields: str) -> None:
    """Hang a service's refusal on the field that `fields` names for its code ("." written as "__"), else on the form.

    A key may also be the part before the dot: `nip="employee_number"` takes every code that begins with "nip.".
    """
    name = fields.get(error.code.replace(".", "__")) or fields.get(error.code.partition(".")[0])
    if name is not None and name in form:
        add_error(form[name], text_of(error))
    else:
        form.form_errors.append(text_of(error))


class NumberForm(Form):
    """A form whose NIP must have the right shape; whether it belongs to anybody is never said here."""

    def validate_nip(self, field: Field) -> None:
        """Exactly 18 digits, with the reason when not."""
        if not nip.is_number(field.data):
            problem = nip.read(field.data, today=date.max).problems[0]
            raise ValidationError(what(problem.code, problem.params))


class SignInForm(NumberForm):
    """NIP and password."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        validators=[required(_l("Isi NIP Anda, 18 angka.")), at_most(40)],
        description=_l("18 angka, boleh dengan spasi. Contoh: 19900214 201503 2 999"),
    )
    sandi = PasswordField(_l("Kata sandi"), validators=[required(_l("Isi kata sandi Anda."))])


class LinkForm(NumberForm):
    """Asking for a link to choose a new password."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        validators=[required(_l("Isi NIP Anda, 18 angka.")), at_most(40)],
        description=_l("18 angka, boleh dengan spasi."),
    )


class NewPasswordForm(Form):
    """Choosing a password through a link."""

    sandi = PasswordField(
        _l("Kata sandi baru"),
        validators=[required(_l("Isi kata sandi baru."))],
        description=_l(
            "Paling sedikit 10 huruf. Beberapa kata yang tidak berhubungan mudah diingat dan kuat."
        ),
    )
    ulangi = PasswordField(
        _l("Ulangi kata sandi baru"), validators=[required(_l("Ketik sekali lagi kata sandi yang sama."))]
    )

    def validate_ulangi(self, field: Field) -> None:
        """Both entries must be equal."""
        if self.sandi.data and field.data != self.sandi.data:
            raise ValidationError(_l("Dua isian kata sandi tidak sama. Ketik ulang keduanya."))


class ChangePasswordForm(NewPasswordForm):
    """Choosing a new password while signed in."""

    sekarang = PasswordField(_l("Kata sandi sekarang"), validators=[required(_l("Isi kata sandi sekarang."))])


class PersonForm(Form):
    """What is known about somebody, without seat."""

    nama = LineField(_l("Nama tanpa gelar"), validators=[required(_l("Isi nama.")), at_most(120)])
    gelar_depan = LineField(_l("Gelar depan"), validators=[at_most(60)])
    gelar_belakang = LineField(_l("Gelar belakang"), validators=[at_most(60)])
    surel = LineField(
        _l("Surel"),
        validators=[at_most(254)],
        description=_l("Ke alamat ini tautan aktivasi dan atur ulang kata sandi dikirim."),
    )
    jenis_pegawai = PickField(
        _l("Jenis pegawai"),
        choices=choices(EMPLOYMENT_TYPES, _l("Pilih jenis pegawai")),
        validators=[required(_l("Pilih jenis pegawai."))],
    )

    @property
    def employment(self) -> EmploymentType:
        """The chosen kind."""
        return EmploymentType(self.jenis_pegawai.data)


class SeatForm(Form):
    """Where somebody sits from when on. `unit` gets its options in the route."""

    unit = PickField(_l("Unit kerja"), validators=[required(_l("Pilih unit kerja."))])
    jabatan = LineField(_l("Jabatan"), validators=[required(_l("Isi nama jabatan.")), at_most(160)])
    jenis_jabatan = PickField(
        _l("Jenis jabatan"),
        choices=choices(POSITION_TYPES, _l("Pilih jenis jabatan")),
        validators=[required(_l("Pilih jenis jabatan."))],
    )
    golongan = LineField(
        _l("Golongan"), validators=[at_most(8)], description=_l("PNS: I/a sampai IV/e. PPPK: I sampai XVII.")
    )
    mulai = DateField(
        _l("Mulai tanggal"), validators=[required(_l("Isi tanggal mulai, misalnya 2026-12-01."))]
    )

    @property
    def position(self) -> PositionType:
        """The chosen kind of position."""
        return PositionType(self.jenis_jabatan.data)


class NewPersonForm(PersonForm, SeatForm):
    """Registering somebody with a first seat."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        validators=[required(_l("Isi 18 angka NIP.")), at_most(40)],
        description=_l("18 angka, boleh dengan spasi. NIP tidak dapat diubah sesudah disimpan."),
    )


class LeaveForm(Form):
    """Ending somebody's service."""

    status = PickField(
        _l("Sebab"),
        choices=choices({key: STATUSES[key] for key in (PersonStatus.RETIRED, PersonStatus.ENDED)}),
        validators=[required(_l("Pilih sebabnya."))],
    )
    terakhir = DateField(
        _l("Hari terakhir bertugas"), validators=[required(_l("Isi hari terakhir bertugas."))]
    )


class UnitForm(Form):
    """What a unit is called and where it lies."""

    nama = LineField(_l("Nama unit"), validators=[required(_l("Isi nama unit.")), at_most(160)])
    jenis = PickField(
        _l("Jenis unit"),
        choices=choices(UNIT_KINDS, _l("Pilih jenis unit")),
        validators=[required(_l("Pilih jenis unit."))],
    )
    wilayah = LineField(
        _l("Kode wilayah"),
        validators=[at_most(13)],
        description=_l("Seperti 33, 33.74, atau 33.74.01. Dikosongkan: sama dengan induknya."),
    )
    zona = PickField(_l("Zona waktu"), choices=choices(ZONES, _l("Sama dengan induknya")))

    @property
    def kind(self) -> UnitKind:
        """The chosen kind."""
        return UnitKind(self.jenis.data)


class NewUnitForm(UnitForm):
    """Adding a unit."""

    kode = LineField(
        _l("Kode unit"),
        validators=[required(_l("Isi kode unit.")), at_most(40)],
        description=_l("Dipakai dalam berkas impor, misalnya DINKES-01."),
    )


class MoveUnitForm(Form):
    """Hanging a unit under another parent. Options are set in the route."""

    induk = PickField(_l("Induk baru"), validators=[required(_l("Pilih induk baru."))])


class MergeUnitForm(Form):
    """Merging a unit into another. Options are set in the route."""

    tujuan = PickField(_l("Digabung ke"), validators=[required(_l("Pilih unit tujuan."))])
    mulai = DateField(_l("Hari pertama di unit tujuan"), validators=[required(_l("Isi tanggalnya."))])


class Boxes(SelectMultipleField):
    """Several of a list, as check boxes; what is not in the list picks nobody."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **values: Any) -> None:
        super().__init__(label, validate_choice=False, **values)
        self.type = "SelectMultipleField"  # by which the component knows check boxes


class SplitUnitForm(Form):
    """A new unit beside an old one, and who goes there. `jabatan` gets its options in the route."""

    nama = LineField(_l("Nama unit baru"), validators=[required(_l("Isi nama unit.")), at_most(160)])
    kode = LineField(
        _l("Kode unit baru"),
        validators=[required(_l("Isi kode unit.")), at_most(40)],
        description=_l("Dipakai dalam berkas impor, misalnya DINKES-01."),
    )
    mulai = DateField(_l("Hari pertama di unit baru"), validators=[required(_l("Isi tanggalnya."))])
    jabatan = Boxes(_l("Semua yang berjabatan"))
    pegawai = TextField(
        _l("NIP yang pindah"),
        validators=[at_most(20_000)],
        description=_l("Satu NIP satu baris. Tidak perlu mengulang mereka yang jabatannya sudah dipilih."),
    )

    def validate_pegawai(self, field: Field) -> None:
        """Every line a NIP of the right shape; the first that is not is named."""
        for line in self._lines():
            reading = nip.read(line, today=date.max)
            if reading.number is None:
                problem = reading.problems[0]
                raise ValidationError(f"{line[:40]}: {what(problem.code, problem.params)}")

    @property
    def numbers(self) -> frozenset[str]:
        """The NIPs as digits."""
        readings = (nip.read(line, today=date.max) for line in self._lines())
        return frozenset(reading.number.digits for reading in readings if reading.number)

    def _lines(self) -> list[str]:
        lines = (line.strip(" ,;\t") for line in (self.pegawai.data or "").splitlines())
        return [line for line in lines if line]


class GuardForm(Form):
    """From which share of an agency on a file that takes people away needs a reason."""

    persen = PickField(
        _l("Minta alasan bila lebih dari"),
        choices=options((str(share), f"{share} %") for share in (1, 2, 3, 5, 10, 15, 20, 30, 50)),
        validators=[required(_l("Pilih satu bagian."))],
    )


class EndUnitForm(Form):
    """Closing a unit."""

    terakhir = DateField(_l("Hari terakhir unit ini ada"), validators=[required(_l("Isi tanggalnya."))])


class GrantForm(Form):
    """Giving a role. Units and courses get their options in the route."""

    nip = NipField(
        _l("NIP atau NI PPPK penerima"), validators=[required(_l("Isi 18 angka NIP.")), at_most(40)]
    )
    peran = PickField(
        _l("Peran"),
        choices=choices(ROLES, _l("Pilih peran")),
        validators=[required(_l("Pilih peran."))],
    )
    unit = PickField(
        _l("Berlaku untuk unit"),
        description=_l("Atasan: unit mana pun. Pengelola kepegawaian dan admin: instansinya."),
    )
    kursus = LineField(
        _l("Berlaku untuk kursus"),
        validators=[at_most(80)],
        description=_l("Hanya untuk pengajar: kunci kursus, atau kosong untuk semua kursus."),
    )

    @property
    def role(self) -> Role:
        """The chosen role."""
        return Role(self.peran.data)


class ImportForm(Form):
    """A spreadsheet of persons or units."""

    jenis = PickField(
        _l("Isi berkas"),
        choices=choices(IMPORT_KINDS),
        validators=[required(_l("Pilih isi berkas."))],
    )
    instansi = PickField(_l("Instansi"))
    lengkap = BooleanField(
        _l("Berkas ini memuat seluruh pegawai instansi"),
        description=_l(
            "Siapa yang tidak ada di dalamnya kehilangan penempatannya, sesudah Anda melihat daftarnya."
        ),
    )
    berkas = FileField(
        _l("Berkas CSV atau XLSX"),
        validators=[FileRequired(message=_l("Pilih berkas CSV atau XLSX."))],
        description=_l("Paling besar 5 MB dan 20.000 baris. Kolom NIP harus berformat teks."),
    )

    @property
    def kind(self) -> ImportKind:
        """What the file holds."""
        return ImportKind(self.jenis.data)


class ApplyForm(Form):
    """The confirmation of one dry run: its fingerprint, and a reason when more people than usual would leave."""

    sidik = HiddenField()
    alasan = LineField(
        _l("Alasan"),
        validators=[at_most(300)],
        description=_l("Misalnya penataan organisasi beserta nomor keputusannya. Tercatat di jejak audit."),
    )
