"""What a certificate says, frozen at the moment it is issued.

Pure. The payload holds everything that is printed and nothing else, in primitive values only, so that a paper
printed in ten years is made from the same words even if person, unit, course or letterhead changed since.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class ModuleLine:
    """One row of page two. `score` is a decimal text from 0 to 100 or None when the module had no questions.

    `minutes` stands in for `jp` where only the course as a whole is counted in lesson hours.
    """

    number: int
    title: str
    jp: int
    score: str | None
    minutes: int = 0


@dataclass(frozen=True)
class Issuer:
    """Letterhead and signatory as printed. `signatory_number` is a NIP or empty.

    `logo` is the SHA-256 of the agency's emblem (its bytes lie in the table of emblems), `colour` and `accent` are colours
    as `#RRGGBB`; empty means the house's own. `bilingual`: every fixed word also stands in English.
    """

    institution: str
    parent: str
    address: str
    place: str
    signatory_office: str
    signatory_name: str
    signatory_number: str
    logo: str = ""
    colour: str = ""
    accent: str = ""
    bilingual: bool = False


@dataclass(frozen=True)
class CertificatePayload:
    """Everything printed on one certificate. Dates are ISO days in `timezone`, the holder's own zone.

    `verify_url` is the address people read, `qr_text` the same address in capitals: a QR symbol of capitals is
    one size smaller. `expires_on` None means that the certificate does not expire. `replaces` is the number of the
    certificate of the same pass that this one corrects, empty for a first one.
    """

    number: str
    code: str
    holder_name: str
    employee_number: str
    position_title: str
    unit_name: str
    agency_name: str
    course_key: str
    course_title: str
    edition: str
    jp: int
    started_on: str
    finished_on: str
    issued_on: str
    expires_on: str | None
    timezone: str
    score: str
    modules: tuple[ModuleLine, ...]
    issuer: Issuer
    verify_url: str
    qr_text: str
    schema: int = SCHEMA
    replaces: str = ""

    def to_json(self) -> dict[str, Any]:
        """The payload as plain lists, texts and numbers; `from_json` gives the equal payload back."""
        data = asdict(self)
        # Papers from before modules had minutes and papers could be corrected must keep their hash.
        if not self.replaces:
            del data["replaces"]
        data["modules"] = [
            {name: value for name, value in asdict(line).items() if name != "minutes" or value}
            for line in self.modules
        ]
        # And so must those from before an agency could choose its look.
        data["issuer"] = {
            name: value
            for name, value in data["issuer"].items()
            if name not in {"logo", "colour", "accent", "bilingual"} or value
        }
        return data


def from_json(data: dict[str, Any]) -> CertificatePayload:
    """Read a stored payload. Raises ValueError for a schema this code does not know."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"unknown certificate payload schema: {data.get('schema')!r}")
    fields = dict(data)
    fields["modules"] = tuple(ModuleLine(**line) for line in fields["modules"])
    fields["issuer"] = Issuer(**fields["issuer"])
    return CertificatePayload(**fields)


def canonical(data: dict[str, Any]) -> bytes:
    """One and only one byte sequence per content: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def payload_hash(payload: CertificatePayload) -> str:
    """SHA-256 of the canonical payload, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(payload.to_json())).hexdigest()


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month where that day does not exist (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
