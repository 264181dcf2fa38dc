"""The columns of person and unit files and the words that may stand in them, as people write them."""

from __future__ import annotations

from learning.people.kinds import EmploymentType, PositionType, PostingKind, UnitKind
from learning.people.spreadsheet import Column

# Agencies rename the columns of their SIASN exports freely: every spelling here means the column before it.
PERSON_COLUMNS = (
    Column(
        "nip",
        ("nip-ni-pppk", "ni-pppk", "nip-nipppk", "nip-baru", "nip-pegawai", "nomor-induk-pegawai", "nipbaru"),
    ),
    Column("nama", ("nama-lengkap", "nama-pegawai", "nama-asn", "nama-tanpa-gelar")),
    Column(
        "surel",
        ("email", "e-mail", "surat-elektronik", "alamat-surel", "email-dinas", "email-gov"),
        required=False,
    ),
    Column(
        "unit-kode",
        (
            "kode-unit",
            "kode-unor",
            "kode-unit-kerja",
            "unor-id",
            "id-unor",
            "unor-kode",
            "kode-opd",
            "kode-skpd",
        ),
    ),
    Column("jabatan", ("nama-jabatan", "jabatan-nama", "jabatan-terakhir")),
    Column("jenis-jabatan", ("jenis-jabatan-nama", "jenjang-jabatan")),
    Column(
        "golongan",
        (
            "gol",
            "gol-ruang",
            "golongan-ruang",
            "gol-akhir-nama",
            "gol-akhir",
            "golongan-akhir",
            "pangkat-golongan",
            "gol-ruang-akhir",
        ),
        required=False,
    ),
    Column(
        "jenis-pegawai",
        ("status-pegawai", "jenis-asn", "jenis-pegawai-nama", "status-kepegawaian", "status-asn"),
    ),
    Column("mulai", ("tmt", "tmt-jabatan", "mulai-bertugas", "tanggal-mulai", "tmt-unit")),
    Column("gelar-depan", ("gelar-depan-nama",), required=False),
    Column("gelar-belakang", ("gelar-belakang-nama", "gelar"), required=False),
    Column("jenis-penempatan", ("penempatan", "plt", "status-jabatan"), required=False),
    Column("sampai", ("sampai-dengan", "berakhir", "tanggal-selesai"), required=False),
    # The last day in service, or the first day without it: a day apart, so they are two columns (import_leaving.py).
    Column(
        "hari-terakhir", ("hari-terakhir-bertugas", "terakhir-bertugas", "tanggal-berhenti"), required=False
    ),
    Column("tmt-berhenti", ("tmt-pensiun", "tmt-pemberhentian", "tmt-bup"), required=False),
    Column(
        "sebab-berhenti",
        (
            "alasan-berhenti",
            "jenis-pemberhentian",
            "jenis-berhenti",
            "kedudukan-hukum",
            "kedudukan-hukum-nama",
        ),
        required=False,
    ),
)
UNIT_COLUMNS = (
    Column("kode", ("kode-unit", "kode-unor", "unit-kode", "unor-id", "id-unor")),
    Column(
        "kode-induk", ("induk", "kode-atasan", "kode-unit-induk", "unor-induk", "unor-induk-id", "induk-unor")
    ),
    Column("nama", ("nama-unit", "nama-unor", "unor-nama")),
    Column("jenis", ("jenis-unit",)),
    Column("kode-wilayah", ("wilayah",), required=False),
    Column("zona-waktu", ("zona", "waktu"), required=False),
)

POST_WORDS = {
    "definitif": PostingKind.DEFINITIVE,
    "tetap": PostingKind.DEFINITIVE,
    "plt": PostingKind.ACTING,
    "plt.": PostingKind.ACTING,
    "pelaksana tugas": PostingKind.ACTING,
    "plh": PostingKind.ACTING,
    "plh.": PostingKind.ACTING,
    "pelaksana harian": PostingKind.ACTING,
    "rangkap": PostingKind.ACTING,
}
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
