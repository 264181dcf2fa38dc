"""Whether a rule that asks for a certificate is met on a date.

Pure: `decide(rule, evidence, as_of)` knows no clock and no database, so page, spreadsheet and interface of later
versions give the same answer, and the same question asked next year gives the same answer again: what happened
to a certificate after `as_of` does not count.

Three outcomes. ELIGIBLE and NOT_YET are statements about this rule only, never about the whole promotion.
UNDETERMINED means that the records do not allow a statement and a human has to look; it is never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class RuleKind(StrEnum):
    """What the rule opens: an appointment to a position, or a rise in rank."""

    POSITION = "POSITION"
    RANK = "RANK"


class Outcome(StrEnum):
    """The verdict in one word."""

    ELIGIBLE = "ELIGIBLE"
    NOT_YET = "NOT_YET"
    UNDETERMINED = "UNDETERMINED"


class ReasonCode(StrEnum):
    """Why. The sentence for each code lives in `texts`."""

    VALID_CERTIFICATE = "valid_certificate"
    NO_CERTIFICATE = "no_certificate"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET_ISSUED = "not_yet_issued"
    RULE_NOT_IN_FORCE = "rule_not_in_force"
    PERSON_NOT_SERVING = "person_not_serving"
    NO_POSTING = "no_posting"
    OVERLAPPING_POSTINGS = "overlapping_postings"
    PASS_WITHOUT_CERTIFICATE = "pass_without_certificate"  # noqa: S105 - a quiz was passed
    RANK_RULE_NOT_FOR_CONTRACT = "rank_rule_not_for_contract"
    EXPIRES_SOON = "expires_soon"


@dataclass(frozen=True)
class Rule:
    """One version of a promotion rule. `valid_to` is its last day, None while it is open-ended.

    `note` is what the law itself says about the demand, shown beside every verdict.
    """

    key: str
    version: int
    title: str
    kind: RuleKind
    target_level: str
    course_key: str
    course_title: str
    legal_basis: str
    source: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the rule applies on `day`; first and last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class CertificateEvidence:
    """What is known about one certificate. All days are days in the certificate's own zone.

    `expires_on` is the last valid day. `revoked_on` and `superseded_on` are the first days without force.
    """

    number: str
    code: str
    course_key: str
    issued_on: date
    expires_on: date | None
    revoked_on: date | None = None
    superseded_on: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the certificate proves something on `day`."""
        return (
            self.issued_on <= day
            and (self.expires_on is None or day <= self.expires_on)
            and (self.revoked_on is None or day < self.revoked_on)
            and (self.superseded_on is None or day < self.superseded_on)
        )


@dataclass(frozen=True)
class Evidence:
    """Everything the verdict rests on.

    `serving`: the person is in service. `employment_type` as in the personnel record (PNS, PPPK, ...).
    `postings`: how many definitive postings the person held on the date in question; where they were does not matter.
    `passed_without_certificate`: a pass exists for which no certificate was found.
    """

    serving: bool
    employment_type: str
    postings: int
    certificates: tuple[CertificateEvidence, ...] = ()
    passed_without_certificate: bool = False


@dataclass(frozen=True)
class Reason:
    """One reason with the record it speaks of, if there is one."""

    code: ReasonCode
    certificate: CertificateEvidence | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer, what it rests on and for which version of the rule it was given."""

    outcome: Outcome
    rule: Rule
    as_of: date
    reasons: tuple[Reason, ...]
    satisfied_by: CertificateEvidence | None = None
    notes: tuple[Reason, ...] = field(default=())


EXPIRES_SOON_DAYS = 90
_CONTRACT_TYPES = frozenset({"PPPK", "PPPK_PART_TIME"})


def decide(rule: Rule, evidence: Evidence, as_of: date) -> Verdict:
    """The verdict on `rule` for a person as of a day.

    Guarantees exactly one outcome with at least one reason. Doubts are settled first: a rule not in force, a person
    who left, a rank rule for somebody without a rank system, no or several postings make it UNDETERMINED even if a
    certificate exists. Otherwise a certificate of the rule's course that is valid on the day makes it ELIGIBLE.
    """
    doubts = tuple(Reason(code) for code in _doubts(rule, evidence, as_of))
    if doubts:
        return Verdict(Outcome.UNDETERMINED, rule, as_of, doubts)
    candidates = [record for record in evidence.certificates if record.course_key == rule.course_key]
    best = _longest_valid(candidates, as_of)
    if best is not None:
        notes = (Reason(ReasonCode.EXPIRES_SOON, best),) if _expires_soon(best, as_of) else ()
        return Verdict(
            Outcome.ELIGIBLE, rule, as_of, (Reason(ReasonCode.VALID_CERTIFICATE, best),), best, notes
        )
    gap = _gap(candidates, as_of)
    if gap.code is ReasonCode.NO_CERTIFICATE and evidence.passed_without_certificate:
        return Verdict(Outcome.UNDETERMINED, rule, as_of, (Reason(ReasonCode.PASS_WITHOUT_CERTIFICATE),))
    return Verdict(Outcome.NOT_YET, rule, as_of, (gap,))


def _doubts(rule: Rule, evidence: Evidence, as_of: date) -> Iterable[ReasonCode]:
    if not rule.in_force(as_of):
        yield ReasonCode.RULE_NOT_IN_FORCE
    if not evidence.serving:
        yield ReasonCode.PERSON_NOT_SERVING
    elif evidence.postings == 0:
        yield ReasonCode.NO_POSTING
    elif evidence.postings > 1:
        yield ReasonCode.OVERLAPPING_POSTINGS
    if rule.kind is RuleKind.RANK and evidence.employment_type in _CONTRACT_TYPES:
        yield ReasonCode.RANK_RULE_NOT_FOR_CONTRACT


def _longest_valid(records: Iterable[CertificateEvidence], day: date) -> CertificateEvidence | None:
    valid = [record for record in records if record.valid_on(day)]
    return max(
        valid,
        key=lambda record: (record.expires_on or date.max, record.issued_on, record.number),
        default=None,
    )


def _expires_soon(record: CertificateEvidence, day: date) -> bool:
    return record.expires_on is not None and (record.expires_on - day).days < EXPIRES_SOON_DAYS


def _gap(records: Iterable[CertificateEvidence], day: date) -> Reason:
    """The most telling record that falls short: the one that came last before the day, else the next one after it."""
    known = [record for record in records if record.superseded_on is None or day < record.superseded_on]
    past = sorted((r for r in known if r.issued_on <= day), key=lambda r: (r.issued_on, r.number))
    if past:
        last = past[-1]
        revoked = last.revoked_on is not None and last.revoked_on <= day
        return Reason(ReasonCode.REVOKED if revoked else ReasonCode.EXPIRED, last)
    future = sorted((r for r in known if r.issued_on > day), key=lambda r: (r.issued_on, r.number))
    if future:
        return Reason(ReasonCode.NOT_YET_ISSUED, future[0])
    return Reason(ReasonCode.NO_CERTIFICATE)
