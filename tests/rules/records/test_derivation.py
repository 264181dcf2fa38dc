"""Dates from dates: the rules give what the commission decreed, follow their bases, and never contradict silently."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records import derivation
from learning.records.derivation import BY_KEY, RULES, Dated, Point, after, day_of, derive, follow
from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import EventKind

S = StageKind
FIRM = StageStatus.CONFIRMED


def on(day: str, last: str | None = None, status: StageStatus = FIRM, rule: str | None = None) -> Dated:
    return Dated(date.fromisoformat(day), date.fromisoformat(last) if last else None, status, rule)


@pytest.mark.parametrize(
    ("rule", "bases", "first", "last"),
    [
        # Pilkada 2024, PKPU 2/2024; freeze as in SE Mendagri 100.2.1.3/1575/SJ.
        ("beku-mutasi", {S.CANDIDATE_DETERMINATION: "2024-09-22"}, "2024-03-22", None),
        (
            "kampanye-pilkada",
            {S.CANDIDATE_DETERMINATION: "2024-09-22", S.VOTING_DAY: "2024-11-27"},
            "2024-09-25",
            "2024-11-23",
        ),
        ("masa-tenang-pilkada", {S.VOTING_DAY: "2024-11-27"}, "2024-11-24", "2024-11-26"),
        ("mutasi-seusai-pelantikan", {S.INAUGURATION: "2025-02-20"}, "2025-02-20", "2025-08-20"),
        # Pemilu 2024, PKPU 3/2022: both ways lead to the same day.
        (
            "kampanye-dct",
            {S.CANDIDATE_DETERMINATION: "2023-11-03", S.VOTING_DAY: "2024-02-14"},
            "2023-11-28",
            "2024-02-10",
        ),
        (
            "kampanye-paslon",
            {S.PAIR_DETERMINATION: "2023-11-13", S.VOTING_DAY: "2024-02-14"},
            "2023-11-28",
            "2024-02-10",
        ),
        ("masa-tenang-pemilu", {S.VOTING_DAY: "2024-02-14"}, "2024-02-11", "2024-02-13"),
        # Re-votes of 2025: the rulings of 24 February 2025.
        ("putusan-30-hari", {S.COURT_RULING: "2025-02-24"}, "2025-03-26", None),
        ("putusan-180-hari", {S.COURT_RULING: "2025-02-24"}, "2025-08-23", None),
    ],
)
def test_a_rule_gives_the_day_that_was_decreed(
    rule: str, bases: dict[StageKind, str], first: str, last: str | None
) -> None:
    found = derive(BY_KEY[rule], {stage: on(day) for stage, day in bases.items()})
    assert found == on(first, last, rule=rule)


@pytest.mark.parametrize(
    ("base", "months", "day"),
    [
        ("2024-08-31", -6, "2024-02-29"),
        ("2025-08-31", -6, "2025-02-28"),
        ("2025-01-15", -6, "2024-07-15"),
        ("2024-12-31", 6, "2025-06-30"),
    ],
)
def test_months_end_where_the_month_ends(base: str, months: int, day: str) -> None:
    assert day_of(Point(S.VOTING_DAY, months=months), date.fromisoformat(base)) == date.fromisoformat(day)


@pytest.mark.parametrize("base", [date.min, date.max])
def test_a_day_outside_the_calendar_is_refused(base: date) -> None:
    with pytest.raises(OverflowError):
        day_of(Point(S.VOTING_DAY, days=-3 if base == date.min else 3), base)
    with pytest.raises(OverflowError):
        day_of(Point(S.VOTING_DAY, months=-6 if base == date.min else 6), base)


def test_a_derived_date_is_as_firm_as_the_weakest_under_it() -> None:
    stages = {
        S.CANDIDATE_DETERMINATION: on("2030-09-22"),
        S.VOTING_DAY: on("2030-11-27", status=StageStatus.ESTIMATED),
    }
    found = derive(BY_KEY["kampanye-pilkada"], stages)
    assert found is not None
    assert found.status is StageStatus.ESTIMATED


def test_without_its_base_a_rule_gives_nothing_and_without_the_end_an_open_one() -> None:
    assert derive(BY_KEY["kampanye-pilkada"], {S.VOTING_DAY: on("2024-11-27")}) is None
    found = derive(BY_KEY["kampanye-pilkada"], {S.CANDIDATE_DETERMINATION: on("2024-09-22")})
    assert found == on("2024-09-25", rule="kampanye-pilkada")


def test_a_campaign_that_would_end_before_it_starts_is_refused() -> None:
    stages = {S.CANDIDATE_DETERMINATION: on("2024-11-25"), S.VOTING_DAY: on("2024-11-27")}
    with pytest.raises(ValueError, match="end before"):
        derive(BY_KEY["kampanye-pilkada"], stages)


def test_moving_a_base_moves_what_is_derived_and_leaves_what_was_entered() -> None:
    stages = {
        S.MUTATION_FREEZE: on("2024-03-22", rule="beku-mutasi"),
        S.CANDIDATE_DETERMINATION: on("2024-09-22"),
        S.CAMPAIGN: on("2024-09-25", "2024-11-23"),
        S.VOTING_DAY: on("2024-11-27"),
    }
    _days, following = after(stages, S.CANDIDATE_DETERMINATION, on("2024-10-02"))
    assert following == {S.MUTATION_FREEZE: on("2024-04-02", rule="beku-mutasi")}


def test_an_entered_date_that_no_rule_gives_is_named() -> None:
    stages = {S.VOTING_DAY: on("2024-11-27"), S.QUIET_PERIOD: on("2024-11-25", "2024-11-26")}
    ((rule, days),) = derivation.contradictions(EventKind.REGIONAL, stages)
    assert (rule.key, days.starts_on) == ("masa-tenang-pilkada", date(2024, 11, 24))
    stages[S.QUIET_PERIOD] = on("2024-11-24", "2024-11-26")
    assert derivation.contradictions(EventKind.REGIONAL, stages) == []


def test_every_rule_stands_after_those_it_rests_on_and_can_be_stored() -> None:
    for place, rule in enumerate(RULES):
        later = {other.stage for other in RULES[place + 1 :]}
        assert not rule.bases & later, rule.key
        assert rule.stage not in rule.bases
        assert len(rule.key) <= 40
    assert len(BY_KEY) == len(RULES)


DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))


@given(determined=DAYS, gap=st.integers(8, 200), move=st.integers(-400, 400))
def test_following_is_settled_after_one_pass(determined: date, gap: int, move: int) -> None:
    stages = {
        S.CANDIDATE_DETERMINATION: Dated(determined, None, FIRM),
        S.VOTING_DAY: Dated(determined + timedelta(days=gap), None, FIRM),
    }
    for key in ("beku-mutasi", "beku-program", "kampanye-pilkada", "masa-tenang-pilkada"):
        found = derive(BY_KEY[key], stages)
        assert found is not None
        stages[BY_KEY[key].stage] = found
    assert follow(stages) == {}
    moved = Dated(stages[S.VOTING_DAY].starts_on + timedelta(days=abs(move)), None, FIRM)
    given_days, following = after(stages, S.VOTING_DAY, moved)
    settled = {**stages, S.VOTING_DAY: given_days, **following}
    assert follow(settled) == {}
    assert settled[S.QUIET_PERIOD].ends_on == moved.starts_on - timedelta(days=1)
