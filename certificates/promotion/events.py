"""News about rules and exemptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RuleApproved:
    """A version of a rule was approved (or loaded). `agency_id` None: a rule of everybody. It counts from `valid_from` on."""

    rule_id: int
    key: str
    version: int
    agency_id: int | None
    valid_from: date
    valid_to: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WaiverGranted:
    """Somebody was exempted from a rule, from a day to a day."""

    public_id: str
    person_id: int
    rule_key: str
    starts_on: date
    ends_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class WaiverEnded:
    """An exemption was ended by hand; `ends_on` is the last day it had been granted for."""

    public_id: str
    person_id: int
    rule_key: str
    starts_on: date
    ends_on: date
    at: datetime
