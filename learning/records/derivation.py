"""Dates that follow from dates: rules as data, each with the article it comes from. Pure.

Source: fact sheet part 5. A date that a rule gives is stored with the key of the rule, so that it is shown as derived,
with its formula, and moves when the date moves that it rests on. What a commission decrees beats the rule: such a date
is entered without a rule.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import EventKind


@dataclass(frozen=True, slots=True)
class Point:
    """A day counted from the first day of another stage: whole months first, then days; negative is earlier."""

    base: StageKind
    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """How one stage follows from others, in which kinds of election, and which article says so.

    Without `end` the stage has no last day that could be computed; `key` names the rule in stored dates.
    """

    key: str
    stage: StageKind
    kinds: frozenset[EventKind]
    start: Point
    end: Point | None
    article: str

    @property
    def bases(self) -> frozenset[StageKind]:
        """The stages that must have a date first."""
        return frozenset({self.start.base} | ({self.end.base} if self.end else set()))


@dataclass(frozen=True, slots=True)
class Dated:
    """The days of a stage as they stand; `rule` is the key of the rule that gave them, None when they were entered."""

    starts_on: date
    ends_on: date | None
    status: StageStatus
    rule: str | None = None


_NATIONAL = frozenset({EventKind.NATIONAL})
_REGIONAL = frozenset({EventKind.REGIONAL, EventKind.BY_ELECTION})
_REGIONAL_AND_REVOTE = _REGIONAL | {EventKind.RE_VOTE}
_REVOTE = frozenset({EventKind.RE_VOTE})
_S = StageKind
REVOTE_TERMS = (30, 45, 60, 90, 180)

# A rule stands after the rules whose stages it rests on.
RULES: tuple[Rule, ...] = (
    *(
        Rule(
            f"putusan-{days}-hari", _S.REVOTE_DEADLINE, _REVOTE, Point(_S.COURT_RULING, days=days), None,
            "Amar putusan Mahkamah Konstitusi",
        )
        for days in REVOTE_TERMS
    ),
    Rule(
        "beku-mutasi", _S.MUTATION_FREEZE, _REGIONAL, Point(_S.CANDIDATE_DETERMINATION, months=-6), None,
        "UU 10/2016 Pasal 71 ayat (2)",
    ),
    Rule(
        "beku-program", _S.PROGRAMME_FREEZE, _REGIONAL, Point(_S.CANDIDATE_DETERMINATION, months=-6), None,
        "UU 10/2016 Pasal 71 ayat (3)",
    ),
    Rule(
        "kampanye-pilkada", _S.CAMPAIGN, _REGIONAL_AND_REVOTE, Point(_S.CANDIDATE_DETERMINATION, days=3),
        Point(_S.VOTING_DAY, days=-4), "UU 1/2015 Pasal 67",
    ),
    Rule(
        "kampanye-dct", _S.CAMPAIGN, _NATIONAL, Point(_S.CANDIDATE_DETERMINATION, days=25),
        Point(_S.VOTING_DAY, days=-4), "UU 7/2017 Pasal 276 sebagaimana diubah UU 7/2023",
    ),
    Rule(
        "kampanye-paslon", _S.CAMPAIGN, _NATIONAL, Point(_S.PAIR_DETERMINATION, days=15),
        Point(_S.VOTING_DAY, days=-4), "UU 7/2017 Pasal 276 sebagaimana diubah UU 7/2023",
    ),
    Rule(
        "masa-tenang-pilkada", _S.QUIET_PERIOD, _REGIONAL_AND_REVOTE, Point(_S.VOTING_DAY, days=-3),
        Point(_S.VOTING_DAY, days=-1), "UU 1/2015 Pasal 67",
    ),
    Rule(
        "masa-tenang-pemilu", _S.QUIET_PERIOD, _NATIONAL, Point(_S.VOTING_DAY, days=-3),
        Point(_S.VOTING_DAY, days=-1), "UU 7/2017, bagian kampanye (Pasal 275 sampai 278)",
    ),
    Rule(
        "mutasi-seusai-pelantikan", _S.POST_MUTATION_FREEZE, _REGIONAL, Point(_S.INAUGURATION),
        Point(_S.INAUGURATION, months=6), "UU 10/2016 Pasal 162 ayat (3)",
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}


def day_of(point: Point, base: date) -> date:
    """The day a point names, counted from the first day of its base.

    Six months before 31 August is the last day of February. A day outside the calendar is refused (OverflowError).
    """
    year, month = divmod(base.year * 12 + base.month - 1 + point.months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("a day outside the calendar")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(base.day, last)) + timedelta(days=point.days)


def derive(rule: Rule, stages: Mapping[StageKind, Dated]) -> Dated | None:
    """What a rule gives from the stages as they stand, as firm as the weakest date under it.

    None when the day it counts from is missing; without the day its end counts from, the end stays open. Refuses
    (ValueError) an end before the start: then the dates under it contradict each other.
    """
    base = stages.get(rule.start.base)
    if base is None:
        return None
    starts_on = day_of(rule.start, base.starts_on)
    status, ends_on = base.status, None
    if rule.end is not None and (until := stages.get(rule.end.base)) is not None:
        ends_on = day_of(rule.end, until.starts_on)
        status = weakest(status, until.status)
        if ends_on < starts_on:
            raise ValueError("a stage would end before it starts")
    return Dated(starts_on, ends_on, status, rule.key)


def follow(stages: Mapping[StageKind, Dated]) -> dict[StageKind, Dated]:
    """The derived stages that must change because a date under them has; empty when all stand as the rules say.

    A derived stage whose base has gone keeps its days. Refuses what `derive` refuses.
    """
    standing, changed = dict(stages), {}
    for rule in RULES:
        held = standing.get(rule.stage)
        if held is None or held.rule != rule.key:
            continue
        given = derive(rule, standing)
        if given is not None and given != held:
            standing[rule.stage] = changed[rule.stage] = given
    return changed


def after(
    stages: Mapping[StageKind, Dated], stage: StageKind, days: Dated
) -> tuple[Dated, dict[StageKind, Dated]]:
    """The stage as it will stand when it is set to `days`, and every derived stage that moves with it.

    With a rule in `days` its dates are computed and those given are not looked at. Refuses (LookupError) a rule whose
    base has no date, and what `derive` refuses.
    """
    if days.rule is not None:
        given = derive(BY_KEY[days.rule], stages)
        if given is None:
            raise LookupError(days.rule)
        days = given
    return days, follow({**stages, stage: days})


def rules_for(kind: EventKind, stage: StageKind | None = None) -> tuple[Rule, ...]:
    """The rules that may be used in a kind of election, of one stage if given."""
    return tuple(r for r in RULES if kind in r.kinds and stage in (None, r.stage))


def contradictions(kind: EventKind, stages: Mapping[StageKind, Dated]) -> list[tuple[Rule, Dated]]:
    """Entered dates that differ from what every usable rule says, each with the first rule and what it gives.

    Deadlines of a ruling are left out: which term a ruling set is not for a rule to say.
    """
    found: list[tuple[Rule, Dated]] = []
    for stage, held in stages.items():
        given = [
            (rule, days)
            for rule in rules_for(kind, stage)
            if rule.stage is not StageKind.REVOTE_DEADLINE and (days := _quietly(rule, stages)) is not None
        ]
        if held.rule is None and given and all(days.starts_on != held.starts_on for _rule, days in given):
            found.append(given[0])
    return found


def weakest(*statuses: StageStatus) -> StageStatus:
    """The least firm of several."""
    order = (StageStatus.CONFIRMED, StageStatus.PROVISIONAL, StageStatus.ESTIMATED)
    return max(statuses, key=order.index)


def _quietly(rule: Rule, stages: Mapping[StageKind, Dated]) -> Dated | None:
    try:
        return derive(rule, stages)
    except (ValueError, OverflowError):
        return None
