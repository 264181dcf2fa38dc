"""News of this package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate was issued, once per pass. `replaces` are ids of certificates that it took the place of."""

    certificate_id: int
    person_id: int
    course_key: str
    number: str
    code: str
    issued_at: datetime
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateCorrected:
    """A certificate was issued again with other words, for the same pass; `corrects_id` proves nothing from then on."""

    certificate_id: int
    corrects_id: int
    person_id: int
    course_key: str
    number: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """A certificate lost its force before its time."""

    certificate_id: int
    person_id: int
    course_key: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionDeclined:
    """A holder's request was answered with no."""

    certificate_id: int
    person_id: int
    said: str
    answer: str
    at: datetime
