"""Sentences about audiences, windows and refreshers, and words for their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.people.texts import EMPLOYMENT_TYPES, POSITION_TYPES, UNIT_KINDS
from learning.records import regions
from learning.records.audience import Criteria, LeftOut

TEXTS = {
    "records.unit_both": _l(
        "Satu unit tidak dapat sekaligus wajib dan dikecualikan. Periksa kedua daftar unit."
    ),
    "records.unit_code": _l(
        "Kode unit “%(found)s” tidak ditemukan di antara unit Anda. Periksa kodenya di daftar unit."
    ),
    "records.unit_code_twice": _l(
        "Kode unit “%(found)s” dipakai di lebih dari satu instansi. Buat penugasan tersendiri dengan memilih unit itu pada isian Unit kerja."
    ),
    "records.audience": _l("Pilihan peserta ini tidak terbaca. Isi ulang formulirnya."),
    "records.refresher_whole": _l(
        "Kursus penyegaran dan jumlah bulan diisi bersama, atau keduanya dikosongkan."
    ),
    "records.refresher_same": _l("Kursus penyegaran harus berbeda dari kursus yang ditugaskan."),
    "records.valid_months": _l("Jumlah bulan harus antara 1 dan %(most)s."),
    "records.window_days": _l("Jumlah hari sebelum tenggat harus antara 1 dan %(most)s."),
    "records.grace_days": _l("Pilih kelonggaran dari daftar."),
    "records.preview_changed": _l(
        "Pegawai yang tercakup dalam penugasan ini berubah sejak Anda memeriksanya. Periksa jumlah yang sekarang, lalu tugaskan."
    ),
}

LEFT_OUT = {
    LeftOut.OTHER_UNIT: _l("bekerja di unit lain"),
    LeftOut.EXCLUDED_UNIT: _l("bekerja di unit yang dikecualikan"),
    LeftOut.AGENCY_KIND: _l("bekerja di jenis instansi lain"),
    LeftOut.NO_REGION: _l("unitnya belum berkode wilayah"),
    LeftOut.OTHER_REGION: _l("bertugas di wilayah lain"),
    LeftOut.POSITION: _l("jenis jabatannya lain"),
    LeftOut.GRADE: _l("golongannya lain atau belum tercatat"),
    LeftOut.EMPLOYMENT: _l("jenis kepegawaiannya lain"),
    LeftOut.NOT_LISTED: _l("NIP-nya tidak tercantum dalam daftar"),
}


def asked(criteria: Criteria, lists: Mapping[int, tuple[str, int]]) -> list[str]:
    """What an audience asks beside the unit, as short sentences for whoever manages it."""
    found = []
    if criteria.agency_kinds:
        found.append(
            _("Jenis instansi: %(names)s", names=_joined(UNIT_KINDS[k] for k in criteria.agency_kinds))
        )
    if criteria.regions:
        found.append(
            _("Wilayah: %(names)s", names=_joined(regions.name_of(code) for code in criteria.regions))
        )
    if criteria.positions:
        found.append(_("Jabatan: %(names)s", names=_joined(POSITION_TYPES[k] for k in criteria.positions)))
    if criteria.grades:
        found.append(_("Golongan: %(names)s", names=_joined(criteria.grades)))
    if criteria.employment:
        names = _joined(EMPLOYMENT_TYPES[kind] for kind in criteria.employment)
        found.append(_("Kepegawaian: %(names)s", names=names))
    for list_id in criteria.lists:
        name, entries = lists.get(list_id, ("", 0))
        found.append(_("Daftar “%(name)s”: %(count)s NIP", name=name, count=entries))
    return found


def because(criteria: Criteria) -> list[str]:
    """What an audience asks beside the unit, as sentences for the one it is asked of. Of a list only that there is one."""
    found = []
    if criteria.agency_kinds:
        names = _joined(UNIT_KINDS[kind] for kind in criteria.agency_kinds)
        found.append(_("Penugasan ini berlaku untuk jenis instansi: %(names)s.", names=names))
    if criteria.regions:
        found.append(_("Anda bertugas di wilayah yang dituju."))
    if criteria.positions:
        names = _joined(POSITION_TYPES[kind] for kind in criteria.positions)
        found.append(_("Penugasan ini berlaku untuk jenis jabatan: %(names)s.", names=names))
    if criteria.grades:
        found.append(_("Penugasan ini berlaku untuk golongan: %(names)s.", names=_joined(criteria.grades)))
    if criteria.employment:
        names = _joined(EMPLOYMENT_TYPES[kind] for kind in criteria.employment)
        found.append(_("Penugasan ini berlaku untuk jenis kepegawaian: %(names)s.", names=names))
    if criteria.lists:
        found.append(_("NIP Anda tercantum dalam daftar peserta yang ditetapkan instansi."))
    return found


def _joined(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names)
