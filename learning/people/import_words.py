"""The columns of person and unit files and the words that may stand in them, as people write them."""

from __future__ import annotations

from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.people.spreadsheet import Column

PERSON_COLUMNS = (
    Column("nip", ("nip-ni-pppk", "ni-pppk", "nip-nipppk", "nip-baru")),
    Column("nama", ("nama-lengkap", "nama-pegawai")),
    Column("surel", ("email", "e-mail", "surat-elektronik", "alamat-surel"), required=False),
    Column("unit-kode", ("kode-unit", "kode-unor", "kode-unit-kerja")),
    Column("jabatan", ("nama-jabatan",)),
    Column("jenis-jabatan"),
    Column("golongan", ("gol", "gol-ruang", "golongan-ruang"), required=False),
    Column("jenis-pegawai", ("status-pegawai", "jenis-asn")),
    Column("mulai", ("tmt", "tmt-jabatan", "mulai-bertugas")),
    Column("gelar-depan", required=False),
    Column("gelar-belakang", required=False),
)
UNIT_COLUMNS = (
    Column("kode", ("kode-unit", "kode-unor", "unit-kode")),
    Column("kode-induk", ("induk", "kode-atasan", "kode-unit-induk")),
    Column("nama", ("nama-unit", "nama-unor")),
    Column("jenis", ("jenis-unit",)),
    Column("kode-wilayah", ("wilayah",), required=False),
    Column("zona-waktu", ("zona", "waktu"), required=False),
)

EMPLOYMENT_WORDS = {
    "pns": EmploymentType.PNS,
    "cpns": EmploymentType.CPNS,
    "pppk": EmploymentType.PPPK,
    "p3k": EmploymentType.PPPK,
    "pppk paruh waktu": EmploymentType.PPPK_PART_TIME,
    "pppk-paruh-waktu": EmploymentType.PPPK_PART_TIME,
    "pppk pw": EmploymentType.PPPK_PART_TIME,
}
POSITION_WORDS = {
    "jpt": PositionType.SENIOR_EXECUTIVE,
    "jpt utama": PositionType.SENIOR_EXECUTIVE,
    "jpt madya": PositionType.SENIOR_EXECUTIVE,
    "jpt pratama": PositionType.SENIOR_EXECUTIVE,
    "pimpinan tinggi": PositionType.SENIOR_EXECUTIVE,
    "jabatan pimpinan tinggi": PositionType.SENIOR_EXECUTIVE,
    "administrator": PositionType.ADMINISTRATOR,
    "pengawas": PositionType.SUPERVISOR_POST,
    "fungsional": PositionType.FUNCTIONAL,
    "jabatan fungsional": PositionType.FUNCTIONAL,
    "jf": PositionType.FUNCTIONAL,
    "pelaksana": PositionType.OPERATIONAL,
}
UNIT_WORDS = {
    "instansi pusat": UnitKind.CENTRAL_AGENCY,
    "kementerian": UnitKind.CENTRAL_AGENCY,
    "lembaga": UnitKind.CENTRAL_AGENCY,
    "instansi daerah": UnitKind.REGIONAL_AGENCY,
    "pemerintah provinsi": UnitKind.REGIONAL_AGENCY,
    "pemerintah kabupaten": UnitKind.REGIONAL_AGENCY,
    "pemerintah kota": UnitKind.REGIONAL_AGENCY,
    "sekretariat": UnitKind.SECRETARIAT,
    "inspektorat": UnitKind.INSPECTORATE,
    "direktorat jenderal": UnitKind.DIRECTORATE,
    "direktorat": UnitKind.DIRECTORATE,
    "dinas": UnitKind.OFFICE,
    "badan": UnitKind.BODY,
    "kecamatan": UnitKind.DISTRICT,
    "kelurahan": UnitKind.VILLAGE,
    "sekolah": UnitKind.SCHOOL,
    "puskesmas": UnitKind.HEALTH_CENTRE,
    "rumah sakit": UnitKind.HOSPITAL,
    "upt": UnitKind.TECHNICAL_UNIT,
    "uptd": UnitKind.TECHNICAL_UNIT,
    "bidang": UnitKind.DIVISION,
    "bagian": UnitKind.DIVISION,
    "seksi": UnitKind.SECTION,
    "subbagian": UnitKind.SECTION,
    "subbag": UnitKind.SECTION,
    "lainnya": UnitKind.OTHER,
}
ZONE_WORDS = {
    "wib": "Asia/Jakarta",
    "wita": "Asia/Makassar",
    "wit": "Asia/Jayapura",
    "asia/jakarta": "Asia/Jakarta",
    "asia/makassar": "Asia/Makassar",
    "asia/jayapura": "Asia/Jayapura",
}
