"""What a letter of appreciation says, as plain values that are frozen. Pure. A unit and figures, never a person who learnt."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from certificates.payload import Issuer, canonical

SCHEMA = "netra-surat-penghargaan-1"


@dataclass(frozen=True, slots=True)
class LetterPayload:
    """Everything the letter says. Days are ISO texts on the unit's calendar, `made_at` is an ISO moment in UTC.

    `stage` is the stage in Indonesian as it stands within a sentence, empty where the assignment had a fixed day. `blank`: the
    agency has set no signatory, so office and name are left to be filled in by hand.
    """

    number: str
    unit: str
    agency: str
    course_title: str
    event_name: str
    stage: str
    stage_on: str | None
    last_on: str
    reached_on: str
    assigned: int
    passed: int
    exempt: int
    issuer: Issuer
    blank: bool
    timezone: str
    host: str
    made_at: str
    schema: str = SCHEMA

    def to_json(self) -> dict[str, Any]:
        """Plain texts and numbers; `from_json` gives the equal payload back."""
        return asdict(self)

    @property
    def file(self) -> bytes:
        """The one byte sequence of this payload."""
        return canonical(self.to_json())


def from_json(data: dict[str, Any]) -> LetterPayload:
    """Read a stored payload. Raises ValueError for a schema this code does not know."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"unknown letter payload schema: {data.get('schema')!r}")
    return LetterPayload(**{**data, "issuer": Issuer(**data["issuer"])})


def letter_number(honour_id: int, year: int) -> str:
    """The number of a letter: `SP-000012/2026`."""
    return f"SP-{honour_id:06d}/{year}"


def file_name(number: str) -> str:
    """The name under which the letter is saved."""
    return f"surat-penghargaan-{''.join(char if char.isalnum() else '-' for char in number)}.pdf"
