"""From what is known at the moment of a pass to the words on the paper. Pure: plain facts in, a payload out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from .numbering import certificate_number
from .payload import CertificatePayload, Issuer, ModuleLine, add_months


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module of the edition that was passed."""

    number: int
    slug: str
    title: str
    jp: int
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """The edition that was passed. `validity_months` 0: the certificate does not expire."""

    key: str
    edition: str
    title: str
    code: str
    jp: int
    validity_months: int
    modules: tuple[ModuleFacts, ...]


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """Who passed and where they sat on that day; position, unit and agency may be unknown (empty)."""

    display_name: str
    employee_number: str
    position_title: str
    unit_name: str
    agency_name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """How and when it was passed; `module_scores` by module slug."""

    score: Decimal
    module_scores: Mapping[str, str]
    started_at: datetime
    passed_at: datetime


NO_AGENCY = "Netra, pembelajaran netralitas ASN"


def default_issuer(agency_name: str) -> Issuer:
    """Head and signature block where the agency has set none: its bare name, and no official who never signed."""
    name = agency_name or NO_AGENCY
    return Issuer(
        institution=name,
        parent="",
        address="",
        place="",
        signatory_office="Penerbit",
        signatory_name=name,
        signatory_number="",
    )


def expiry(issued_on: date, validity_months: int) -> date | None:
    """The last valid day; None when the course's certificates do not expire."""
    return add_months(issued_on, validity_months) if validity_months else None


def compose(
    *,
    serial: int,
    code: str,
    holder: HolderFacts,
    course: CourseFacts,
    result: ResultFacts,
    issuer: Issuer,
    base_url: str,
    number_pattern: str = "",
) -> CertificatePayload:
    """The payload of a new certificate. All days are days in the holder's zone.

    The address that people read and the one in the QR code are the same but for capitals.
    """
    zone = ZoneInfo(holder.timezone)
    issued_on = result.passed_at.astimezone(zone).date()
    started_on = min(result.started_at.astimezone(zone).date(), issued_on)
    expires_on = expiry(issued_on, course.validity_months)
    verify_url = f"{base_url}/v/{code}"
    return CertificatePayload(
        number=certificate_number(serial, course.code, issued_on, number_pattern),
        code=code,
        holder_name=holder.display_name,
        employee_number=holder.employee_number,
        position_title=holder.position_title,
        unit_name=holder.unit_name,
        agency_name=holder.agency_name,
        course_key=course.key,
        course_title=course.title,
        edition=course.edition,
        jp=course.jp,
        started_on=started_on.isoformat(),
        finished_on=issued_on.isoformat(),
        issued_on=issued_on.isoformat(),
        expires_on=expires_on.isoformat() if expires_on else None,
        timezone=holder.timezone,
        score=str(result.score),
        modules=tuple(
            ModuleLine(
                module.number,
                module.title,
                module.jp,
                result.module_scores.get(module.slug),
                0 if module.jp else module.minutes,
            )
            for module in course.modules
        ),
        issuer=issuer,
        verify_url=verify_url,
        qr_text=verify_url.upper(),
    )
