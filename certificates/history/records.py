"""One course in the shape of the national system's course history ("riwayat kursus"). Pure.

Field names and forms are those of the public descriptions of that service's `kursus` record (third-party SDK, fact sheet
S96); the service itself is open to agencies with credentials only and was never reached by this code. `pnsOrangId`,
`instansiId` and `lokasiId`, which only that system knows, are left to the agency: it matches by NIP.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass, fields
from datetime import date

from certificates.payload import CertificatePayload

# Reference table "jenis diklat" of the national system: 16 is E-Learning.
E_LEARNING = "16"


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """One line. Days as DD-MM-YYYY, the form that service takes; everything a text, so that no digit is lost."""

    nip: str
    nama: str
    jenisDiklatId: str  # noqa: N815 - the national system's name for it, as are those below
    namaKursus: str  # noqa: N815
    nomorSertipikat: str  # noqa: N815
    institusiPenyelenggara: str  # noqa: N815
    jumlahJam: str  # noqa: N815
    tahunKursus: str  # noqa: N815
    tanggalKursus: str  # noqa: N815
    tanggalSelesaiKursus: str  # noqa: N815
    dokumen: str


COLUMNS = tuple(field.name for field in fields(CourseRecord))


def record_of(paper: CertificatePayload) -> CourseRecord:
    """The record of a certificate: what its paper says, nothing from today's personnel data. `dokumen`: where to verify."""
    return CourseRecord(
        nip=paper.employee_number,
        nama=paper.holder_name,
        jenisDiklatId=E_LEARNING,
        namaKursus=paper.course_title,
        nomorSertipikat=paper.number,
        institusiPenyelenggara=paper.issuer.institution,
        jumlahJam=str(paper.jp),
        tahunKursus=paper.finished_on[:4],
        tanggalKursus=_day(paper.started_on),
        tanggalSelesaiKursus=_day(paper.finished_on),
        dokumen=paper.verify_url,
    )


def cells(record: CourseRecord) -> tuple[str, ...]:
    """Its values in the order of `COLUMNS`."""
    return astuple(record)


def fingerprint(record: CourseRecord) -> str:
    """SHA-256 over the values, by which a line is found again."""
    return hashlib.sha256("\x1f".join(cells(record)).encode()).hexdigest()


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d-%m-%Y")
