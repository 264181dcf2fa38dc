"""What a promotion rule asks for, as typed values. Pure: no database, no clock, no text for people.

A rule is data of an author (`rulebook` reads and writes it). National law asks for no certificate of neutrality for a
promotion or a rise in rank; whoever asks for one does so by a policy of their own, and `source` and `legal_basis` say whose.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

MAX_COURSES = 20
MAX_EXEMPTIONS = 20
MAX_JP = 500
MAX_MONTHS = 240


class RuleKind(StrEnum):
    """What the rule opens: an appointment to a position, or a rise in rank."""

    POSITION = "POSITION"
    RANK = "RANK"


class RequirementSource(StrEnum):
    """Who asks for the certificate: the law itself, the agency's own policy, or nobody (a rule of the demo)."""

    LAW = "LAW"
    AGENCY_POLICY = "AGENCY_POLICY"
    DEMO_POLICY = "DEMO_POLICY"


class Mode(StrEnum):
    """How many of the courses must be proved: all, any one, or a number of them."""

    ALL = "ALL"
    ANY = "ANY"
    COUNT = "COUNT"


class Proof(StrEnum):
    """What proves a course: a certificate in force on the day, a pass not long before the day, or either of the two."""

    VALID = "VALID"
    RECENT = "RECENT"
    EITHER = "EITHER"


@dataclass(frozen=True, slots=True)
class CourseNeed:
    """A course that is asked for. Only editions published on `edition_from` or later count, if it is set."""

    key: str
    title: str
    edition_from: date | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What must be proved on the day.

    Without courses, `min_jp` is counted over whatever the person can prove. `count` belongs to Mode.COUNT, `months` (how
    long a pass counts, whole months) to Proof.RECENT and EITHER; both are 0 otherwise. `min_jp` 0: no lesson hours asked.
    """

    courses: tuple[CourseNeed, ...]
    mode: Mode = Mode.ALL
    count: int = 0
    min_jp: int = 0
    proof: Proof = Proof.VALID
    months: int = 0


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who need not prove anything, and why.

    With `key` it is a named reason: it helps only those to whom it was granted in person. Without, everybody whose
    employment type and kind of position are listed; an empty list does not restrict, but one of the two is filled.
    """

    reason: str
    employment_types: tuple[str, ...] = ()
    position_types: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """Up to and including `until` the older demand suffices as well."""

    until: date
    demand: Demand


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule as its author wrote it. `valid_to` is its last day, None while it is open-ended.

    `target_level` says in words what the rule opens. `from_positions` and `from_grades` say from which positions and
    grades one may be promoted by it; empty lists do not restrict. `note` is what the law itself says about the demand:
    it stands beside every verdict.
    """

    key: str
    title: str
    kind: RuleKind
    target_level: str
    demand: Demand
    legal_basis: str
    source: RequirementSource
    note: str
    valid_from: date
    valid_to: date | None = None
    from_positions: tuple[str, ...] = ()
    from_grades: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    transition: Transition | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rule applies on `day`; first and last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Rule(RuleText):
    """One approved version of a rule. `agency_id` None: for every agency. `id` names the stored row."""

    version: int = 1
    agency_id: int | None = None
    id: int = 0


def rule_of(text: RuleText, *, version: int, agency_id: int | None, rule_id: int) -> Rule:
    """The rule as a version of an agency, or of everybody."""
    words = {field.name: getattr(text, field.name) for field in fields(RuleText)}
    return Rule(**words, version=version, agency_id=agency_id, id=rule_id)


def text_of_rule(rule: Rule) -> RuleText:
    """What the author wrote, without version and agency."""
    return RuleText(**{field.name: getattr(rule, field.name) for field in fields(RuleText)})
