"""What may be done to a certificate, by whom and until when. Pure.

A certificate is ended (revoked) or corrected by two people: one proposes, another decides, and the holder is neither.
Only what still stands can be ended or corrected, so that one pass never has two certificates that prove something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from certificates.payload import CertificatePayload
from certificates.status import State

DECIDE_WITHIN = timedelta(days=7)
"""A proposal that waits longer is overdue: the person concerned does not know yet where they stand."""


class ProposalKind(StrEnum):
    """What is proposed: to take the force from a certificate, or to issue it again with other words."""

    REVOCATION = "REVOCATION"
    CORRECTION = "CORRECTION"


class Outcome(StrEnum):
    """How a proposal ended: confirmed or declined by a second person, or withdrawn by whoever proposed."""

    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class RequestOutcome(StrEnum):
    """What became of a holder's word that the paper is wrong."""

    CORRECTED = "CORRECTED"
    DECLINED = "DECLINED"


# An expired certificate can still have been had by fraud; corrected it would prove nothing more.
_OPEN_TO = {
    ProposalKind.REVOCATION: frozenset({State.VALID, State.EXPIRED}),
    ProposalKind.CORRECTION: frozenset({State.VALID}),
}


def is_open_to(kind: ProposalKind, state: State) -> bool:
    """Whether a certificate in this state may be ended or corrected."""
    return state in _OPEN_TO[kind]


def refused_to_decide(outcome: Outcome, *, proposed_by: int, holder_id: int, decided_by: int) -> str | None:
    """The code of the reason why this person may not end a proposal in this way, None when they may.

    Confirming and declining takes another person than the proposer; only the proposer withdraws; never the holder.
    """
    if decided_by == holder_id:
        return "certificates.holder_takes_part"
    if (outcome is Outcome.WITHDRAWN) != (decided_by == proposed_by):
        return "certificates.second_person"
    return None


def is_overdue(proposed_at: datetime, now: datetime) -> bool:
    """Whether a proposal has waited longer than `DECIDE_WITHIN`."""
    return now - proposed_at > DECIDE_WITHIN


@dataclass(frozen=True, slots=True)
class Words:
    """Who and where, as printed: the only words of a certificate that a correction changes."""

    holder_name: str
    employee_number: str
    position_title: str
    unit_name: str
    agency_name: str

    def to_json(self) -> dict[str, Any]:
        """As a proposal keeps them."""
        return asdict(self)


def words_from_json(data: Mapping[str, Any]) -> Words:
    """Read what `to_json` wrote. Raises TypeError for other fields."""
    return Words(**data)


def printed_words(paper: CertificatePayload) -> Words:
    """Who and where, as a certificate says it."""
    return Words(
        paper.holder_name,
        paper.employee_number,
        paper.position_title,
        paper.unit_name,
        paper.agency_name,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One word that a correction changes; `field` as in `Words`."""

    field: str
    old: str
    new: str


def changes(old: Words, new: Words) -> tuple[Change, ...]:
    """What differs, in the order of the paper."""
    before, after = asdict(old), asdict(new)
    return tuple(Change(name, before[name], after[name]) for name in before if before[name] != after[name])
