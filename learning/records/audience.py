"""Whom an assignment reaches: a conjunction of conditions over where and as what somebody works. Pure.

Each condition that names nothing lets everybody through; of those that name something, all must hold. The same rule is
asked of one person (who joins, moves or is promoted) here and of everybody at once in SQL (`services/audiences.py`); a
test holds both against each other on random populations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.people.tree import is_inside
from learning.records import regions

AGENCY_KINDS = (UnitKind.CENTRAL_AGENCY, UnitKind.REGIONAL_AGENCY)
GRADES = (
    *(f"{rank}/{step}" for rank, steps in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde")) for step in steps),
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)  # fmt: skip
"""Golongan of PNS, then of PPPK; they share no code."""


class BadAudience(ValueError):
    """A stored or sent audience that says something this reader does not know. It would reach nobody knows whom."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked of a person beside the unit. Kept as canonical JSON with the assignment.

    `regions`: codes of which one covers the place of duty. `positions`, `grades`, `employment`: of the own (definitive)
    seat; somebody acting for a head is no head. `lists`: ids of named lists of which one holds the person's number.
    """

    agency_kinds: tuple[UnitKind, ...] = ()
    regions: tuple[str, ...] = ()
    positions: tuple[PositionType, ...] = ()
    grades: tuple[str, ...] = ()
    employment: tuple[EmploymentType, ...] = ()
    lists: tuple[int, ...] = ()

    def to_json(self) -> dict[str, list[Any]]:
        """Only what names something, sorted: one text for one audience."""
        return {
            each.name: sorted(set(getattr(self, each.name)))
            for each in fields(self)
            if getattr(self, each.name)
        }

    @classmethod
    def from_json(cls, value: object) -> Criteria:
        """What `to_json` wrote; BadAudience for anything else, also for a key or code that is not known."""
        if not isinstance(value, Mapping):
            raise BadAudience("not an object")
        unknown = sorted(set(value) - {each.name for each in fields(cls)})
        if unknown:
            raise BadAudience(f"unknown: {', '.join(map(str, unknown))}")
        for name, entries in value.items():
            if not isinstance(entries, list) or not entries:
                raise BadAudience(f"{name}: not a list with something in it")
            if any(not _fits(name, entry) for entry in entries):
                raise BadAudience(f"{name}: a code that is not known")
        return cls(
            agency_kinds=tuple(UnitKind(kind) for kind in value.get("agency_kinds", ())),
            regions=tuple(value.get("regions", ())),
            positions=tuple(PositionType(kind) for kind in value.get("positions", ())),
            grades=tuple(value.get("grades", ())),
            employment=tuple(EmploymentType(kind) for kind in value.get("employment", ())),
            lists=tuple(value.get("lists", ())),
        )


def _fits(name: str, entry: object) -> bool:
    if name == "lists":
        return isinstance(entry, int) and not isinstance(entry, bool) and entry > 0
    if not isinstance(entry, str):
        return False
    if name == "regions":
        return regions.is_known(entry)
    return (
        entry
        in {
            "agency_kinds": AGENCY_KINDS,
            "positions": tuple(PositionType),
            "grades": GRADES,
            "employment": tuple(EmploymentType),
        }[name]
    )


EVERYBODY = Criteria()


@dataclass(frozen=True, slots=True)
class Audience:
    """Subtrees by their paths (`units`; none: the whole country) less others (`without`), and `criteria` beside.

    `held`: only who works in one of these regions, in which the election is held (none: everywhere); None: wherever.
    """

    units: tuple[str, ...] = ()
    held: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    criteria: Criteria = EVERYBODY

    def may_meet(self, other: Audience) -> bool:
        """Whether both may reach one and the same person, as far as the tree tells."""
        return (
            not self.units
            or not other.units
            or any(is_inside(a, b) or is_inside(b, a) for a in self.units for b in other.units)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as what somebody works. The path and region of the unit, the kind of its agency, and of the own seat the
    position, grade and employment; `lists` on which the number stands. What is not known fulfils no condition.
    """

    path: str
    region: str | None
    agency_kind: UnitKind | None = None
    position: PositionType | None = None
    grade: str | None = None
    employment: EmploymentType | None = None
    lists: frozenset[int] = field(default=frozenset())


class LeftOut(StrEnum):
    """Why somebody is not reached: the first condition, in this order, that is not fulfilled."""

    OTHER_UNIT = "OTHER_UNIT"
    EXCLUDED_UNIT = "EXCLUDED_UNIT"
    AGENCY_KIND = "AGENCY_KIND"
    NO_REGION = "NO_REGION"
    OTHER_REGION = "OTHER_REGION"
    POSITION = "POSITION"
    GRADE = "GRADE"
    EMPLOYMENT = "EMPLOYMENT"
    NOT_LISTED = "NOT_LISTED"


def left_out(audience: Audience, place: Place) -> LeftOut | None:
    """Why somebody in a place is not reached; None when they are."""
    asked = audience.criteria
    if audience.units and not _under(place.path, audience.units):
        return LeftOut.OTHER_UNIT
    if _under(place.path, audience.without):
        return LeftOut.EXCLUDED_UNIT
    if asked.agency_kinds and place.agency_kind not in asked.agency_kinds:
        return LeftOut.AGENCY_KIND
    for codes in (audience.held, asked.regions):
        if codes and not regions.covers(codes, place.region):
            return LeftOut.NO_REGION if place.region is None else LeftOut.OTHER_REGION
    if asked.positions and place.position not in asked.positions:
        return LeftOut.POSITION
    if asked.grades and place.grade not in asked.grades:
        return LeftOut.GRADE
    if asked.employment and place.employment not in asked.employment:
        return LeftOut.EMPLOYMENT
    if asked.lists and not place.lists.intersection(asked.lists):
        return LeftOut.NOT_LISTED
    return None


def reaches(audience: Audience, place: Place) -> bool:
    """Whether somebody in a place is reached."""
    return left_out(audience, place) is None


def _under(path: str, above: Iterable[str]) -> bool:
    return any(is_inside(path, top) for top in above)
