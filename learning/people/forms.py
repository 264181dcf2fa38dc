"""Forms of this package. They check shape only; rules belong to the services, whose refusals are hung on the fields."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import Length, Optional

from learning.kernel.access import Role
from learning.kernel.fields import DateField, Form, LineField, NipField, at_most, required
from learning.people import texts
from learning.people.kinds import ImportKind, PersonStatus, PositionType, UnitKind


def choices(table: dict[Any, Any]) -> list[tuple[str, Any]]:
    """A table of labels as choices of a select field."""
    return [(key.value, label) for key, label in table.items()]


class SignInForm(Form):
    """NIP and password. The password has no length rule: a wrong one is wrong, whatever its length."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        [required(_l("Isi NIP Anda, 18 angka."))],
        description=_l("18 angka, boleh dengan spasi. Contoh: 19900214 201503 2 999"),
    )
    password = PasswordField(_l("Kata sandi"), [required(_l("Isi kata sandi Anda.")), Length(max=1000)])
    next = HiddenField()


class ForgottenForm(Form):
    """Asking for a link."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        [required(_l("Isi NIP Anda, 18 angka."))],
        description=_l("18 angka, boleh dengan spasi."),
    )


class NewPasswordForm(Form):
    """A password of one's own choice."""

    password = PasswordField(
        _l("Kata sandi baru"),
        [required(_l("Isi kata sandi baru.")), Length(max=1000)],
        description=_l(
            "Paling sedikit 10 huruf. Beberapa kata yang tidak berhubungan mudah diingat dan sulit ditebak."
        ),
    )


class ChangePasswordForm(NewPasswordForm):
    """Changing it needs the present one."""

    current = PasswordField(
        _l("Kata sandi sekarang"), [required(_l("Isi kata sandi Anda yang sekarang.")), Length(max=1000)]
    )


class PersonForm(Form):
    """Name, titles and address of a person."""

    name = LineField(_l("Nama"), [required(_l("Isi nama tanpa gelar.")), at_most(120)])
    front_title = LineField(_l("Gelar depan"), [Optional(), at_most(60)])
    back_title = LineField(_l("Gelar belakang"), [Optional(), at_most(60)])
    email = LineField(
        _l("Surel"), [Optional(), at_most(254)], description=_l("Tautan aktivasi dikirim ke alamat ini.")
    )


class NewPersonForm(PersonForm):
    """A person who is not registered yet, with the first seat."""

    nip = NipField(
        _l("NIP atau NI PPPK"),
        [required(_l("Isi NIP, 18 angka."))],
        description=_l("18 angka, boleh dengan spasi."),
    )
    employment_type = SelectField(_l("Jenis pegawai"), choices=choices(texts.EMPLOYMENT_TYPES))
    position_title = LineField(_l("Jabatan"), [required(_l("Isi nama jabatannya.")), at_most(160)])
    position_type = SelectField(
        _l("Jenis jabatan"), choices=choices(texts.POSITION_TYPES), default=PositionType.OPERATIONAL.value
    )
    unit_code = LineField(
        _l("Kode unit"),
        [required(_l("Isi kode unit.")), at_most(40)],
        description=_l("Kode seperti di halaman Unit."),
    )
    starts_on = DateField(_l("Mulai"), [required(_l("Isi tanggal mulai."))])


class MoveForm(Form):
    """The next seat of a person."""

    unit_code = LineField(
        _l("Kode unit baru"),
        [required(_l("Isi kode unit.")), at_most(40)],
        description=_l("Kode seperti di halaman Unit."),
    )
    position_title = LineField(_l("Jabatan baru"), [required(_l("Isi nama jabatannya.")), at_most(160)])
    position_type = SelectField(_l("Jenis jabatan"), choices=choices(texts.POSITION_TYPES))
    starts_on = DateField(_l("Mulai"), [required(_l("Isi tanggal mulai."))])


class LeaveForm(Form):
    """The last day in service."""

    on = DateField(_l("Hari terakhir bertugas"), [required(_l("Isi tanggalnya."))])
    reason = RadioField(
        _l("Sebab"),
        choices=[
            (status.value, texts.STATUSES[status]) for status in (PersonStatus.RETIRED, PersonStatus.ENDED)
        ],
        default=PersonStatus.RETIRED.value,
    )


class UnitForm(Form):
    """A unit of the tree."""

    name = LineField(_l("Nama unit"), [required(_l("Isi nama unit.")), at_most(200)])
    kind = SelectField(_l("Jenis"), choices=choices(texts.UNIT_KINDS), default=UnitKind.OFFICE.value)
    code = LineField(
        _l("Kode"),
        [Optional(), at_most(40)],
        description=_l("Singkat, misalnya DINKES-01. Dipakai di lembar kerja."),
    )
    region_code = LineField(
        _l("Kode wilayah"),
        [Optional(), at_most(13)],
        description=_l("Seperti 33.74. Kosongkan bila sama dengan induknya."),
    )


class GrantForm(Form):
    """A role with its scope."""

    nip = NipField(_l("NIP penerima"), [required(_l("Isi NIP, 18 angka."))])
    role = SelectField(_l("Peran"), choices=choices(texts.ROLES), default=Role.SUPERVISOR.value)
    unit_code = LineField(
        _l("Kode unit"),
        [Optional(), at_most(40)],
        description=_l("Untuk atasan, pengelola kepegawaian, dan admin satu instansi."),
    )
    course_key = LineField(
        _l("Kunci kursus"),
        [Optional(), at_most(80)],
        description=_l("Untuk pengajar. Kosong berarti semua kursus."),
    )


class ImportForm(Form):
    """A spreadsheet to be checked."""

    kind = RadioField(_l("Isi berkas"), choices=choices(texts.IMPORT_KINDS), default=ImportKind.PEOPLE.value)
    file = FileField(
        _l("Berkas CSV atau XLSX"), [required(_l("Pilih berkasnya."))], description=_l("Paling besar 5 MB.")
    )


class ActForm(Form):
    """A button: nothing but the CSRF token."""
