"""Two invented agencies for the demo: their units, and who sits there. Names, places and region codes are made up."""

from __future__ import annotations

from typing import NamedTuple

from learning.people.kinds import PositionType as P
from learning.people.kinds import UnitKind as K


class Seat(NamedTuple):
    """A kind of seat. `grades`: of civil servants; `contract`: grade of a contract employee, None: no such seat;
    `titles`: (front, back) pairs to draw from.
    """

    title: str
    type: P
    grades: tuple[str, ...]
    contract: str | None
    titles: tuple[tuple[str, str], ...]


class Unit(NamedTuple):
    """A unit of the demo. `head`: position and type of the one who leads it (None: nobody); `team`, `staff`: who else."""

    key: str
    parent: str | None
    kind: K
    name: str
    head: str | None
    head_type: P
    team: str
    staff: int
    region: str | None = None
    zone: str | None = None


REGENCY, MINISTRY = "SGT", "KRH"

_LAW = (
    ("", "S.H."),
    ("", "S.H., M.H."),
    ("", "S.E."),
    ("", "S.Sos."),
    ("", "S.A.P."),
    ("", "S.IP."),
    ("", "A.Md."),
)
_LOW = (("", ""), ("", ""), ("", "A.Md."), ("", "S.Kom."), ("", "S.E."))
LEADERS = {
    P.SENIOR_EXECUTIVE: (("Dr.", "M.Si."), ("", "S.H., M.H."), ("Ir.", "M.T."), ("Drs.", "M.M."), ("Dr.", "S.E., M.M.")),
    P.ADMINISTRATOR: (("", "S.Sos., M.Si."), ("", "S.STP., M.Si."), ("", "S.E., M.M."), ("Ir.", ""), ("", "S.H.")),
    P.SUPERVISOR_POST: (("", "S.E."), ("", "S.Sos."), ("", "S.STP."), ("", "S.A.P."), ("", "S.Kom.")),
    P.FUNCTIONAL: (("", "S.Pd., M.Pd."), ("", "S.Pd."), ("", "S.K.M., M.Kes.")),
}  # fmt: skip
LEADER_GRADES = {
    P.SENIOR_EXECUTIVE: ("IV/c", "IV/d"),
    P.ADMINISTRATOR: ("IV/a", "IV/b", "III/d"),
    P.SUPERVISOR_POST: ("III/c", "III/d"),
    P.FUNCTIONAL: ("IV/a", "IV/b"),
}

_CLERKS = (
    Seat("Pengadministrasi Perkantoran", P.OPERATIONAL, ("II/b", "II/c", "II/d"), "V", _LOW),
    Seat("Pengelola Layanan Operasional", P.OPERATIONAL, ("II/d", "III/a"), "VII", _LOW),
    Seat("Penelaah Teknis Kebijakan", P.OPERATIONAL, ("III/a", "III/b", "III/c"), "IX", _LAW),
)
TEAMS: dict[str, tuple[Seat, ...]] = {
    "kantor": (
        *_CLERKS,
        Seat("Analis Kebijakan Ahli Muda", P.FUNCTIONAL, ("III/c", "III/d"), None, _LAW),
        Seat("Arsiparis Terampil", P.FUNCTIONAL, ("II/c", "II/d"), "VII", _LOW),
    ),
    "kepegawaian": (
        Seat("Analis SDM Aparatur Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", _LAW),
        Seat("Analis SDM Aparatur Ahli Muda", P.FUNCTIONAL, ("III/c", "III/d"), None, _LAW),
        Seat("Pranata SDM Aparatur Terampil", P.FUNCTIONAL, ("II/c", "II/d"), "VII", _LOW),
    ),
    "pengawasan": (
        Seat("Auditor Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), None, (("", "S.E., Ak."), ("", "S.E."))),
        Seat("Auditor Ahli Muda", P.FUNCTIONAL, ("III/c", "III/d"), None, (("", "S.E., M.Ak."), ("", "S.H."))),
    ),
    "puskesmas": (
        Seat("Dokter Ahli Pertama", P.FUNCTIONAL, ("III/b", "III/c"), "X", (("dr.", ""),)),
        Seat("Perawat Terampil", P.FUNCTIONAL, ("II/c", "II/d"), "VII", (("", "A.Md.Kep."),)),
        Seat("Perawat Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("Ns.", "S.Kep."),)),
        Seat("Bidan Terampil", P.FUNCTIONAL, ("II/c", "II/d"), "VII", (("", "A.Md.Keb."), ("", "S.Tr.Keb."))),
        Seat("Bidan Mahir", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.Tr.Keb."),)),
        Seat("Apoteker Ahli Pertama", P.FUNCTIONAL, ("III/b",), "X", (("apt.", "S.Farm."),)),
        Seat("Tenaga Sanitasi Lingkungan Terampil", P.FUNCTIONAL, ("II/d",), "VII", (("", "A.Md.KL."),)),
        Seat("Nutrisionis Terampil", P.FUNCTIONAL, ("II/d",), "VII", (("", "A.Md.Gz."),)),
        _CLERKS[0],
    ),
    "sekolah": (
        Seat("Guru Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.Pd."), ("", "S.Pd., Gr."))),
        Seat("Guru Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.Pd."), ("", "S.Pd.I."))),
        Seat("Guru Ahli Muda", P.FUNCTIONAL, ("III/c", "III/d"), None, (("", "S.Pd."), ("", "S.Pd., M.Pd."))),
        Seat("Guru Ahli Madya", P.FUNCTIONAL, ("IV/a", "IV/b"), None, (("Dra.", ""), ("", "S.Pd., M.Pd."))),
        _CLERKS[0],
    ),
    "teknis": (
        *_CLERKS,
        Seat("Penyuluh Pertanian Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.P."), ("", "S.Pt."))),
        Seat("Pengawas Lapangan", P.OPERATIONAL, ("II/c", "II/d"), "V", (("", ""), ("", "S.T."))),
    ),
    "kebun": (
        Seat("Kurator Kebun Raya Ahli Pertama", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.Si."), ("", "S.Hut."))),
        Seat("Teknisi Perkebunrayaan Terampil", P.FUNCTIONAL, ("II/c", "II/d"), "VII", (("", "A.Md."), ("", ""))),
        _CLERKS[0],
    ),
    "pelatihan": (
        Seat("Widyaiswara Ahli Muda", P.FUNCTIONAL, ("III/d", "IV/a"), None, (("", "S.Pd., M.Si."), ("Dr.", "M.Pd."))),
        Seat("Pengembang Teknologi Pembelajaran", P.FUNCTIONAL, ("III/a", "III/b"), "IX", (("", "S.Kom."),)),
        _CLERKS[1],
    ),
}  # fmt: skip

_S, _A, _V, _F = P.SENIOR_EXECUTIVE, P.ADMINISTRATOR, P.SUPERVISOR_POST, P.FUNCTIONAL
UNITS: tuple[Unit, ...] = (
    Unit("SGT", None, K.REGIONAL_AGENCY, "Kabupaten Sagara Timur", None, _S, "kantor", 0, "99.01", "Asia/Makassar"),
    Unit("SGT.SETDA", "SGT", K.SECRETARIAT, "Sekretariat Daerah", "Sekretaris Daerah", _S, "kantor", 2),
    Unit("SGT.SETDA.HUK", "SGT.SETDA", K.DIVISION, "Bagian Hukum", "Kepala Bagian Hukum", _A, "kantor", 4),
    Unit("SGT.SETDA.ORG", "SGT.SETDA", K.DIVISION, "Bagian Organisasi", "Kepala Bagian Organisasi", _A, "kantor", 4),
    Unit("SGT.SETDA.PROKOM", "SGT.SETDA", K.DIVISION, "Bagian Protokol dan Komunikasi Pimpinan",
         "Kepala Bagian Protokol dan Komunikasi Pimpinan", _A, "kantor", 5),
    Unit("SGT.ITDA", "SGT", K.INSPECTORATE, "Inspektorat Daerah", "Inspektur Daerah", _S, "pengawasan", 6),
    Unit("SGT.BKPSDM", "SGT", K.BODY, "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
         "Kepala Badan Kepegawaian dan Pengembangan SDM", _S, "kepegawaian", 3),
    Unit("SGT.BKPSDM.MUT", "SGT.BKPSDM", K.DIVISION, "Bidang Mutasi dan Promosi", "Kepala Bidang Mutasi dan Promosi",
         _A, "kepegawaian", 3),
    Unit("SGT.DINKES", "SGT", K.OFFICE, "Dinas Kesehatan", "Kepala Dinas Kesehatan", _S, "kantor", 2),
    Unit("SGT.DINKES.SEK", "SGT.DINKES", K.SECRETARIAT, "Sekretariat", "Sekretaris Dinas Kesehatan", _A, "kantor", 4),
    Unit("SGT.DINKES.YAN", "SGT.DINKES", K.DIVISION, "Bidang Pelayanan Kesehatan", "Kepala Bidang Pelayanan Kesehatan",
         _A, "kantor", 3),
    Unit("SGT.DINKES.YAN.RUJ", "SGT.DINKES.YAN", K.SECTION, "Seksi Pelayanan Rujukan", "Kepala Seksi Pelayanan Rujukan",
         _V, "kantor", 3),
    Unit("SGT.DINKES.P2P", "SGT.DINKES", K.DIVISION, "Bidang Pencegahan dan Pengendalian Penyakit",
         "Kepala Bidang Pencegahan dan Pengendalian Penyakit", _A, "kantor", 4),
    Unit("SGT.DINKES.UPTD", "SGT.DINKES", K.TECHNICAL_UNIT, "UPTD Puskesmas", None, _V, "puskesmas", 0),
    Unit("SGT.PKM.KARANGBENDO", "SGT.DINKES.UPTD", K.HEALTH_CENTRE, "Puskesmas Karang Bendo",
         "Kepala Puskesmas Karang Bendo", _F, "puskesmas", 14, "99.01.01"),
    Unit("SGT.PKM.MUARALESTARI", "SGT.DINKES.UPTD", K.HEALTH_CENTRE, "Puskesmas Muara Lestari",
         "Kepala Puskesmas Muara Lestari", _F, "puskesmas", 12, "99.01.02"),
    Unit("SGT.PKM.WANARAYA", "SGT.DINKES.UPTD", K.HEALTH_CENTRE, "Puskesmas Wanaraya", "Kepala Puskesmas Wanaraya",
         _F, "puskesmas", 11, "99.01.03"),
    Unit("SGT.DISDIK", "SGT", K.OFFICE, "Dinas Pendidikan dan Kebudayaan", "Kepala Dinas Pendidikan dan Kebudayaan",
         _S, "kantor", 3),
    Unit("SGT.DISDIK.SMP", "SGT.DISDIK", K.DIVISION, "Bidang Pembinaan SMP", "Kepala Bidang Pembinaan SMP", _A, "kantor", 3),
    Unit("SGT.SMPN1", "SGT.DISDIK.SMP", K.SCHOOL, "SMP Negeri 1 Karang Bendo", "Kepala SMP Negeri 1 Karang Bendo",
         _F, "sekolah", 13, "99.01.01"),
    Unit("SGT.SMPN2", "SGT.DISDIK.SMP", K.SCHOOL, "SMP Negeri 2 Muara Lestari", "Kepala SMP Negeri 2 Muara Lestari",
         _F, "sekolah", 12, "99.01.02"),
    Unit("SGT.DISDIK.SD", "SGT.DISDIK", K.DIVISION, "Bidang Pembinaan SD", "Kepala Bidang Pembinaan SD", _A, "kantor", 3),
    Unit("SGT.SDN4", "SGT.DISDIK.SD", K.SCHOOL, "SD Negeri 4 Wanaraya", "Kepala SD Negeri 4 Wanaraya", _F, "sekolah", 8,
         "99.01.03"),
    Unit("SGT.SDN7", "SGT.DISDIK.SD", K.SCHOOL, "SD Negeri 7 Tanjung Sepi", "Kepala SD Negeri 7 Tanjung Sepi", _F,
         "sekolah", 7, "99.01.04"),
    Unit("SGT.DISDUK", "SGT", K.OFFICE, "Dinas Kependudukan dan Pencatatan Sipil",
         "Kepala Dinas Kependudukan dan Pencatatan Sipil", _S, "kantor", 7),
    Unit("SGT.DISTAN", "SGT", K.OFFICE, "Dinas Pertanian dan Pangan", "Kepala Dinas Pertanian dan Pangan", _S, "teknis", 4),
    Unit("SGT.DISTAN.TP", "SGT.DISTAN", K.DIVISION, "Bidang Tanaman Pangan", "Kepala Bidang Tanaman Pangan", _A, "teknis", 5),
    Unit("SGT.DISTAN.TP.LUH", "SGT.DISTAN.TP", K.SECTION, "Seksi Penyuluhan", "Kepala Seksi Penyuluhan", _V, "teknis", 4),
    Unit("SGT.DPUPR", "SGT", K.OFFICE, "Dinas Pekerjaan Umum dan Penataan Ruang",
         "Kepala Dinas Pekerjaan Umum dan Penataan Ruang", _S, "teknis", 9),
    Unit("SGT.SATPOL", "SGT", K.OFFICE, "Satuan Polisi Pamong Praja", "Kepala Satuan Polisi Pamong Praja", _S, "kantor", 8),
    Unit("SGT.KEC.KARANGBENDO", "SGT", K.DISTRICT, "Kecamatan Karang Bendo", "Camat Karang Bendo", _A, "kantor", 5, "99.01.01"),
    Unit("SGT.KEL.ANGSANA", "SGT.KEC.KARANGBENDO", K.VILLAGE, "Kelurahan Angsana", "Lurah Angsana", _V, "kantor", 4,
         "99.01.01.1001"),
    Unit("SGT.KEL.CENDANA", "SGT.KEC.KARANGBENDO", K.VILLAGE, "Kelurahan Cendana", "Lurah Cendana", _V, "kantor", 4,
         "99.01.01.1002"),
    Unit("SGT.KEC.MUARALESTARI", "SGT", K.DISTRICT, "Kecamatan Muara Lestari", "Camat Muara Lestari", _A, "kantor", 5,
         "99.01.02"),
    Unit("SGT.KEL.PELABUHAN", "SGT.KEC.MUARALESTARI", K.VILLAGE, "Kelurahan Pelabuhan Lama", "Lurah Pelabuhan Lama", _V,
         "kantor", 4, "99.01.02.1001"),
    Unit("SGT.KEC.WANARAYA", "SGT", K.DISTRICT, "Kecamatan Wanaraya", "Camat Wanaraya", _A, "kantor", 5, "99.01.03"),
    Unit("SGT.KEL.RIMBA", "SGT.KEC.WANARAYA", K.VILLAGE, "Kelurahan Rimba Jaya", "Lurah Rimba Jaya", _V, "kantor", 3,
         "99.01.03.1001"),
    Unit("KRH", None, K.CENTRAL_AGENCY, "Kementerian Kebun Raya dan Keanekaragaman Hayati", None, _S, "kantor", 0, None,
         "Asia/Jakarta"),
    Unit("KRH.SETJEN", "KRH", K.SECRETARIAT, "Sekretariat Jenderal", "Sekretaris Jenderal", _S, "kantor", 2),
    Unit("KRH.SETJEN.SDM", "KRH.SETJEN", K.DIVISION, "Biro Sumber Daya Manusia", "Kepala Biro Sumber Daya Manusia", _S,
         "kepegawaian", 5),
    Unit("KRH.SETJEN.UMUM", "KRH.SETJEN", K.DIVISION, "Biro Umum", "Kepala Biro Umum", _S, "kantor", 6),
    Unit("KRH.SETJEN.DATA", "KRH.SETJEN", K.DIVISION, "Pusat Data dan Informasi", "Kepala Pusat Data dan Informasi", _S,
         "kantor", 4),
    Unit("KRH.ITJEN", "KRH", K.INSPECTORATE, "Inspektorat Jenderal", "Inspektur Jenderal", _S, "pengawasan", 5),
    Unit("KRH.KONS", "KRH", K.DIRECTORATE, "Direktorat Jenderal Konservasi Tumbuhan",
         "Direktur Jenderal Konservasi Tumbuhan", _S, "kantor", 2),
    Unit("KRH.KONS.KEBUN", "KRH.KONS", K.DIRECTORATE, "Direktorat Kebun Raya", "Direktur Kebun Raya", _S, "kebun", 4),
    Unit("KRH.KONS.KEBUN.KOL", "KRH.KONS.KEBUN", K.SECTION, "Subdirektorat Koleksi", "Kepala Subdirektorat Koleksi", _A,
         "kebun", 4),
    Unit("KRH.KONS.BENIH", "KRH.KONS", K.DIRECTORATE, "Direktorat Perbenihan", "Direktur Perbenihan", _S, "kebun", 4),
    Unit("KRH.MANFAAT", "KRH", K.DIRECTORATE, "Direktorat Jenderal Pemanfaatan Hayati",
         "Direktur Jenderal Pemanfaatan Hayati", _S, "kantor", 5),
    Unit("KRH.BPSDM", "KRH", K.BODY, "Badan Pengembangan Sumber Daya Manusia",
         "Kepala Badan Pengembangan Sumber Daya Manusia", _S, "kantor", 2),
    Unit("KRH.BPSDM.PUSLAT", "KRH.BPSDM", K.DIVISION, "Pusat Pelatihan", "Kepala Pusat Pelatihan", _S, "pelatihan", 6),
    Unit("KRH.BALAI.SAGARA", "KRH", K.TECHNICAL_UNIT, "Balai Kebun Raya Sagara", "Kepala Balai Kebun Raya Sagara", _A,
         "kebun", 8, "99.01", "Asia/Makassar"),
    Unit("KRH.BALAI.TIMUR", "KRH", K.TECHNICAL_UNIT, "Balai Kebun Raya Cakrawala Timur",
         "Kepala Balai Kebun Raya Cakrawala Timur", _A, "kebun", 7, "98.01", "Asia/Jayapura"),
)  # fmt: skip
