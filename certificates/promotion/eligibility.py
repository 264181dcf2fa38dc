"""Whether a rule that asks for certificates is met on a date.

Pure: `decide(rule, evidence, as_of)` knows no clock and no database, so page, spreadsheet, command line and interface give
the same answer, and the same question asked next year gives the same answer again: what happened to a certificate
after `as_of` does not count.

Three outcomes. ELIGIBLE and NOT_YET are statements about this rule only, never about the whole promotion.
UNDETERMINED means that the records do not allow a statement and a human has to look; it is never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from certificates.payload import add_months
from certificates.promotion.rules import CourseNeed, Demand, Exemption, Mode, Proof, Rule, RuleKind


class Outcome(StrEnum):
    """The verdict in one word."""

    ELIGIBLE = "ELIGIBLE"
    NOT_YET = "NOT_YET"
    UNDETERMINED = "UNDETERMINED"


class ReasonCode(StrEnum):
    """Why. The sentence for each code lives in `texts`."""

    VALID_CERTIFICATE = "valid_certificate"
    RECENT_PASS = "recent_pass"  # noqa: S105 - a quiz was passed
    ENOUGH_JP = "enough_jp"
    EXEMPT = "exempt"
    NO_CERTIFICATE = "no_certificate"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET_ISSUED = "not_yet_issued"
    EDITION_TOO_OLD = "edition_too_old"
    PASSED_TOO_LONG_AGO = "passed_too_long_ago"
    TOO_FEW_COURSES = "too_few_courses"
    TOO_LITTLE_JP = "too_little_jp"
    RULE_NOT_IN_FORCE = "rule_not_in_force"
    PERSON_NOT_SERVING = "person_not_serving"
    NO_POSTING = "no_posting"
    OVERLAPPING_POSTINGS = "overlapping_postings"
    OTHER_AGENCY = "other_agency"
    NOT_FOR_POSITION = "not_for_position"
    NOT_FOR_GRADE = "not_for_grade"
    GRADE_UNKNOWN = "grade_unknown"
    EDITION_UNKNOWN = "edition_unknown"
    PASS_WITHOUT_CERTIFICATE = "pass_without_certificate"  # noqa: S105 - as above
    RANK_RULE_NOT_FOR_CONTRACT = "rank_rule_not_for_contract"
    EXPIRES_SOON = "expires_soon"
    TRANSITION = "transition"
    MEND_BY = "mend_by"


@dataclass(frozen=True, slots=True)
class CertificateEvidence:
    """What is known about one certificate. All days are days in the certificate's own zone.

    `expires_on` is the last valid day. `revoked_on` and `superseded_on` are the first days without force. `edition_on` is
    the day on which the edition that was passed was published (None: not known), `passed_on` that of the pass.
    """

    number: str
    code: str
    course_key: str
    issued_on: date
    expires_on: date | None
    revoked_on: date | None = None
    superseded_on: date | None = None
    passed_on: date | None = None
    edition_on: date | None = None
    jp: int = 0

    def stands_on(self, day: date) -> bool:
        """Whether the certificate is there on `day`: issued, neither revoked nor superseded. It may have expired."""
        return (
            self.issued_on <= day
            and (self.revoked_on is None or day < self.revoked_on)
            and (self.superseded_on is None or day < self.superseded_on)
        )

    def valid_on(self, day: date) -> bool:
        """Whether the certificate proves something on `day`."""
        return self.stands_on(day) and (self.expires_on is None or day <= self.expires_on)

    def recent_on(self, day: date, months: int) -> bool:
        """Whether the pass behind it lies at most so many months before `day`; the same day of the month counts."""
        passed = self.passed_on or self.issued_on
        return self.stands_on(day) and passed <= day <= add_months(passed, months)


@dataclass(frozen=True, slots=True)
class Seat:
    """A definitive posting on the day in question. `grade` as in the personnel record (III/c, IX), None when unknown."""

    agency_id: int
    position_type: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the verdict rests on.

    `serving`: the person is in service. `employment_type` as in the personnel record (PNS, PPPK, ...).
    `bare_passes`: courses passed for which no certificate was found. `waivers`: keys of the named reasons of exemption
    that were granted to the person and hold on the day.
    """

    serving: bool
    employment_type: str
    seats: tuple[Seat, ...]
    certificates: tuple[CertificateEvidence, ...] = ()
    bare_passes: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with the record, course or number it speaks of, if there is one."""

    code: ReasonCode
    certificate: CertificateEvidence | None = None
    course: CourseNeed | None = None
    day: date | None = None
    have: int = 0
    need: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, what it rests on and for which version of the rule it was given.

    `reasons` decide; `notes` are good to know: until when the gap can be closed, what will end soon.
    """

    outcome: Outcome
    rule: Rule
    as_of: date
    reasons: tuple[Reason, ...]
    satisfied_by: tuple[CertificateEvidence, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def missing(self) -> tuple[CourseNeed, ...]:
        """The courses that are still to be proved."""
        if self.outcome is not Outcome.NOT_YET:
            return ()
        return tuple(reason.course for reason in self.reasons if reason.course is not None)


EXPIRES_SOON_DAYS = 90
_CONTRACT_TYPES = frozenset({"PPPK", "PPPK_PART_TIME"})


def decide(rule: Rule, evidence: Evidence, as_of: date) -> Verdict:
    """The verdict on `rule` for a person as of a day.

    Guarantees exactly one outcome with at least one reason. Doubts are settled first: a rule not in force, a person
    who left, a rank rule for somebody without a rank system, no or several postings, a position or agency that the rule
    does not speak of make it UNDETERMINED even if a certificate exists. Then exemptions, then the demand, then the older
    demand while the transition lasts. A pass whose certificate was not found is never called a gap: UNDETERMINED.
    """
    doubts = tuple(_doubts(rule, evidence, as_of))
    if doubts:
        return Verdict(Outcome.UNDETERMINED, rule, as_of, doubts)
    exemption = _exemption(rule.exemptions, evidence)
    if exemption is not None:
        return Verdict(Outcome.ELIGIBLE, rule, as_of, (Reason(ReasonCode.EXEMPT, words=exemption.reason),))
    found = _judge(rule.demand, evidence, as_of)
    notes: tuple[Reason, ...] = ()
    if not found.met and rule.transition is not None and as_of <= rule.transition.until:
        older = _judge(rule.transition.demand, evidence, as_of)
        if older.met:
            found, notes = older, (Reason(ReasonCode.TRANSITION, day=rule.transition.until),)
    if found.met:
        soon = (Reason(ReasonCode.EXPIRES_SOON, c) for c in found.proofs if _expires_soon(c, as_of))
        return Verdict(Outcome.ELIGIBLE, rule, as_of, found.reasons, found.proofs, (*notes, *soon))
    open_ends = tuple(_open_ends(found.reasons, evidence))
    if open_ends:
        return Verdict(Outcome.UNDETERMINED, rule, as_of, open_ends, found.proofs)
    mend = (Reason(ReasonCode.MEND_BY, day=as_of),)
    return Verdict(Outcome.NOT_YET, rule, as_of, found.reasons, found.proofs, mend)


def _doubts(rule: Rule, evidence: Evidence, as_of: date) -> Iterator[Reason]:
    if not rule.in_force(as_of):
        yield Reason(ReasonCode.RULE_NOT_IN_FORCE)
    if not evidence.serving:
        yield Reason(ReasonCode.PERSON_NOT_SERVING)
    elif not evidence.seats:
        yield Reason(ReasonCode.NO_POSTING)
    elif len(evidence.seats) > 1:
        yield Reason(ReasonCode.OVERLAPPING_POSTINGS)
    else:
        yield from _misfits(rule, evidence.seats[0])
    if rule.kind is RuleKind.RANK and evidence.employment_type in _CONTRACT_TYPES:
        yield Reason(ReasonCode.RANK_RULE_NOT_FOR_CONTRACT)


def _misfits(rule: Rule, seat: Seat) -> Iterator[Reason]:
    if rule.agency_id is not None and seat.agency_id != rule.agency_id:
        yield Reason(ReasonCode.OTHER_AGENCY)
    if rule.from_positions and seat.position_type not in rule.from_positions:
        yield Reason(ReasonCode.NOT_FOR_POSITION)
    if rule.from_grades and seat.grade is None:
        yield Reason(ReasonCode.GRADE_UNKNOWN)
    elif rule.from_grades and seat.grade not in rule.from_grades:
        yield Reason(ReasonCode.NOT_FOR_GRADE, words=seat.grade or "")


def _exemption(exemptions: Iterable[Exemption], evidence: Evidence) -> Exemption | None:
    position = evidence.seats[0].position_type
    for exemption in exemptions:
        if exemption.key:
            if exemption.key in evidence.waivers:
                return exemption
        elif (not exemption.employment_types or evidence.employment_type in exemption.employment_types) and (
            not exemption.position_types or position in exemption.position_types
        ):
            return exemption
    return None


@dataclass(frozen=True, slots=True)
class _Finding:
    met: bool
    reasons: tuple[Reason, ...]
    proofs: tuple[CertificateEvidence, ...]


def _judge(demand: Demand, evidence: Evidence, day: date) -> _Finding:
    """Whether the demand is met; the proofs if so, the gaps if not."""
    proofs: list[CertificateEvidence] = []
    proved: list[Reason] = []
    gaps: list[Reason] = []
    courses = demand.courses or tuple(
        CourseNeed(key, key) for key in sorted({record.course_key for record in evidence.certificates})
    )
    for need in courses:
        records = [record for record in evidence.certificates if record.course_key == need.key]
        best = _best(records, need, demand, day)
        if best is None:
            gaps.append(_gap(records, need, demand, day))
        else:
            proofs.append(best)
            valid = best.valid_on(day) and demand.proof is not Proof.RECENT
            code = ReasonCode.VALID_CERTIFICATE if valid else ReasonCode.RECENT_PASS
            proved.append(Reason(code, best, need))
    wanted = _wanted(demand)
    jp = sum(record.jp for record in proofs)
    reasons: list[Reason] = []
    if len(proofs) < wanted:
        if demand.mode is Mode.COUNT:
            reasons.append(Reason(ReasonCode.TOO_FEW_COURSES, have=len(proofs), need=wanted))
        reasons += gaps
    if jp < demand.min_jp:
        reasons.append(Reason(ReasonCode.TOO_LITTLE_JP, have=jp, need=demand.min_jp))
    if reasons:
        return _Finding(False, tuple(reasons), tuple(proofs))
    if demand.min_jp:
        proved.append(Reason(ReasonCode.ENOUGH_JP, have=jp, need=demand.min_jp))
    return _Finding(True, tuple(proved), tuple(proofs))


def _wanted(demand: Demand) -> int:
    if not demand.courses:
        return 0
    return {Mode.ALL: len(demand.courses), Mode.ANY: 1, Mode.COUNT: demand.count}[demand.mode]


def _best(
    records: Iterable[CertificateEvidence], need: CourseNeed, demand: Demand, day: date
) -> CertificateEvidence | None:
    """Of the records that prove the course the one that lasts longest."""
    return max(
        (record for record in records if _new_enough(record, need) and _proves(record, demand, day)),
        key=lambda record: (
            record.valid_on(day),
            record.expires_on or date.max,
            record.issued_on,
            record.number,
        ),
        default=None,
    )


def _proves(record: CertificateEvidence, demand: Demand, day: date) -> bool:
    if demand.proof is Proof.VALID:
        return record.valid_on(day)
    recent = record.recent_on(day, demand.months)
    return recent or (demand.proof is Proof.EITHER and record.valid_on(day))


def _new_enough(record: CertificateEvidence, need: CourseNeed) -> bool:
    return need.edition_from is None or (
        record.edition_on is not None and record.edition_on >= need.edition_from
    )


def _expires_soon(record: CertificateEvidence, day: date) -> bool:
    return record.expires_on is not None and 0 <= (record.expires_on - day).days < EXPIRES_SOON_DAYS


def _gap(records: Iterable[CertificateEvidence], need: CourseNeed, demand: Demand, day: date) -> Reason:
    """The most telling record that falls short: the one that came last before the day, else the next one after it."""
    known = [record for record in records if record.superseded_on is None or day < record.superseded_on]
    past = sorted((r for r in known if r.issued_on <= day), key=lambda r: (r.issued_on, r.number))
    if past:
        return Reason(_shortfall(past[-1], need, demand, day), past[-1], need, need.edition_from)
    future = sorted((r for r in known if r.issued_on > day), key=lambda r: (r.issued_on, r.number))
    if future:
        return Reason(ReasonCode.NOT_YET_ISSUED, future[0], need)
    return Reason(ReasonCode.NO_CERTIFICATE, None, need)


def _shortfall(record: CertificateEvidence, need: CourseNeed, demand: Demand, day: date) -> ReasonCode:
    if record.revoked_on is not None and record.revoked_on <= day:
        return ReasonCode.REVOKED
    if not _new_enough(record, need):
        return ReasonCode.EDITION_UNKNOWN if record.edition_on is None else ReasonCode.EDITION_TOO_OLD
    return ReasonCode.PASSED_TOO_LONG_AGO if demand.proof is Proof.RECENT else ReasonCode.EXPIRED


def _open_ends(gaps: Iterable[Reason], evidence: Evidence) -> Iterator[Reason]:
    """The gaps that may be none: a pass is on record but its certificate or its edition was not found."""
    for gap in gaps:
        if gap.code is ReasonCode.EDITION_UNKNOWN:
            yield gap
        elif (
            gap.code is ReasonCode.NO_CERTIFICATE
            and gap.course is not None
            and gap.course.key in evidence.bare_passes
        ):
            yield Reason(ReasonCode.PASS_WITHOUT_CERTIFICATE, None, gap.course)
