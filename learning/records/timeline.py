"""What the public calendar shows: elections of a region, what is past, running, to come, and how each date came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learning.records import regions
from learning.records.calendar import Election, Stage
from learning.records.derivation import Rule, derive, rules_for
from learning.records.duedates import StageKind


@dataclass(frozen=True, slots=True)
class Moment:
    """A stage on the line of time. state: "done", "now" or "" (to come).

    `agrees`: the rule that gives the very day which was entered, so that a reader sees why it could not be another.
    """

    stage: Stage
    state: str
    agrees: Rule | None


@dataclass(frozen=True, slots=True)
class Line:
    """An election with its stages in the order of days, and where it is held in words."""

    election: Election
    place: tuple[str, ...]
    moments: tuple[Moment, ...]


def sort_out(found: list[Election], place: str | None, today: date) -> tuple[list[Line], list[Line]]:
    """The elections held in a place (None: anywhere), as (running and to come, soonest first; past, latest first).

    An election without any date is to come.
    """
    lines = [line(e, today) for e in found if place is None or regions.touches(e.regions, place)]
    coming = [one for one in lines if one.election.last_day is None or one.election.last_day >= today]
    past = [one for one in lines if one not in coming]
    coming.sort(key=lambda one: (_next_day(one.election, today), one.election.id))
    past.sort(key=lambda one: (_anchor(one.election), one.election.id), reverse=True)
    return coming, past


def line(election: Election, today: date) -> Line:
    """An election as the pages draw it, as of a day."""
    moments = tuple(
        Moment(stage, _state(stage, today), _agreeing(election, stage)) for stage in election.stages
    )
    return Line(election, tuple(regions.name_of(code) for code in election.regions), moments)


def _state(stage: Stage, today: date) -> str:
    if stage.starts_on > today:
        return ""
    return "now" if stage.last_day >= today else "done"


def _agreeing(election: Election, stage: Stage) -> Rule | None:
    if stage.rule is not None or stage.stage is StageKind.REVOTE_DEADLINE:
        return None
    for rule in rules_for(election.kind, stage.stage):
        try:
            given = derive(rule, election.standing)
        except (ValueError, OverflowError):
            continue
        if given is not None and given.starts_on == stage.starts_on:
            return rule
    return None


def _next_day(election: Election, today: date) -> date:
    return min((s.last_day for s in election.stages if s.last_day >= today), default=date.max)


def _anchor(election: Election) -> date:
    return election.voting_on or election.last_day or date.min
