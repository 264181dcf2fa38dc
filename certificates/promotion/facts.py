"""What is known of a person for a verdict, as plain tuples: comparable and cheap, because lists run to a million.

`Evidence` is the same with names; `evidence_of` makes it when somebody needs it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from certificates.promotion.eligibility import CertificateEvidence, Evidence, Seat

SeatFact = tuple[int, str, str | None]
# Number, code, course, issued, expires, revoked, superseded, passed, edition, JP: the fields of `CertificateEvidence`.
PaperFact = tuple[
    str, str, str, date, date | None, date | None, date | None, date | None, date | None, int
]  # fmt: skip


class Facts(NamedTuple):
    """The fields of `Evidence`, in its order."""

    serving: bool
    employment_type: str
    seats: tuple[SeatFact, ...]
    certificates: tuple[PaperFact, ...] = ()
    bare_passes: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


def evidence_of(facts: Facts) -> Evidence:
    """The same as `decide` takes it."""
    return Evidence(
        facts.serving,
        facts.employment_type,
        tuple(Seat(*seat) for seat in facts.seats),
        tuple(CertificateEvidence(*paper) for paper in facts.certificates),
        facts.bare_passes,
        facts.waivers,
    )


def freeze(facts: Facts) -> list[Any]:
    """Facts as values that JSON knows; `thaw` gives the evidence back."""
    return [
        facts.serving,
        facts.employment_type,
        facts.seats,
        [
            (
                number, code, course,
                issued.isoformat(),
                expires.isoformat() if expires else None,
                revoked.isoformat() if revoked else None,
                superseded.isoformat() if superseded else None,
                passed.isoformat() if passed else None,
                edition.isoformat() if edition else None,
                jp,
            )
            for number, code, course, issued, expires, revoked, superseded, passed, edition, jp in facts.certificates
        ],
        facts.bare_passes,
        facts.waivers,
    ]  # fmt: skip


def thaw(data: list[Any]) -> Evidence:
    """The evidence that `freeze` wrote."""
    serving, kind, seats, certificates, bare, waivers = data
    return Evidence(
        serving,
        kind,
        tuple(Seat(*seat) for seat in seats),
        tuple(_thawed(record) for record in certificates),
        tuple(bare),
        tuple(waivers),
    )


def _thawed(record: list[Any]) -> CertificateEvidence:
    number, code, course, *told, jp = record
    issued, expires, revoked, superseded, passed, edition = (
        date.fromisoformat(day) if day else None for day in told
    )
    assert issued is not None
    return CertificateEvidence(
        number, code, course, issued, expires, revoked, superseded, passed, edition, jp
    )
