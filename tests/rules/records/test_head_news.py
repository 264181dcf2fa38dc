"""When a head gets news, and what it says. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learning.records.heads.content import COURSES, Figures, Standing, compose, worst
from learning.records.heads.rhythm import Rhythm, is_due, may_be_due, week_of

# Monday 30 November 2026; the first of December is a Tuesday.
WHEN = [
    # rhythm, last letter, today, nearest deadline, is due
    ("MONTHLY", None, "2026-12-01", None, True),
    ("MONTHLY", None, "2026-12-10", None, True),  # the worker stood still for nine days
    ("MONTHLY", None, "2026-12-11", None, False),  # too late to be news of the month
    ("MONTHLY", "2026-12-01", "2026-12-02", None, False),
    ("MONTHLY", "2026-11-02", "2026-12-01", None, True),
    ("MONTHLY", "2026-11-02", "2026-12-01", "2026-12-05", True),
    ("MONTHLY", "2026-11-02", "2026-11-30", "2026-12-05", False),  # chosen: not weekly, however near it is
    ("MONTHLY", "2026-11-30", "2026-12-01", None, False),  # a weekly letter yesterday
    ("MONTHLY", "2026-11-30", "2026-12-07", None, True),
    ("WEEKLY", None, "2026-11-30", None, True),
    ("WEEKLY", None, "2026-12-02", None, True),
    ("WEEKLY", None, "2026-12-03", None, False),
    ("WEEKLY", "2026-11-23", "2026-11-30", None, True),
    ("WEEKLY", "2026-11-25", "2026-11-30", None, True),
    ("WEEKLY", "2026-11-30", "2026-11-30", None, False),
    ("WEEKLY", "2026-11-30", "2026-12-01", None, False),
    ("WEEKLY", "2026-12-02", "2026-12-07", None, True),
    ("SUITED", None, "2026-11-30", None, False),
    ("SUITED", None, "2026-11-30", "2026-12-30", True),
    ("SUITED", None, "2026-11-30", "2026-12-31", False),
    ("SUITED", None, "2026-11-30", "2026-11-30", True),  # the last day itself
    ("SUITED", None, "2026-11-30", "2026-11-29", False),  # over
    ("SUITED", "2026-11-30", "2026-12-01", "2026-12-20", False),
    ("SUITED", "2026-11-30", "2026-12-07", "2026-12-20", True),
    ("SUITED", "2026-11-02", "2026-12-01", None, True),
    ("NONE", None, "2026-12-01", "2026-12-02", False),
]


@pytest.mark.parametrize(("rhythm", "last", "today", "due", "wanted"), WHEN)
def test_when(rhythm: str, last: str | None, today: str, due: str | None, wanted: bool) -> None:
    day = date.fromisoformat
    found = is_due(Rhythm(rhythm), day(last) if last else None, day(today), day(due) if due else None)
    assert found is wanted
    assert not found or may_be_due(day(today))


@pytest.mark.parametrize("rhythm", [Rhythm.SUITED, Rhythm.WEEKLY, Rhythm.MONTHLY])
@pytest.mark.parametrize("start", range(0, 400, 13))
def test_a_year_of_days_brings_one_letter_a_week_at_most(rhythm: Rhythm, start: int) -> None:
    last, sent = None, []
    first = date(2026, 1, 1) + timedelta(days=start)
    for offset in range(366):
        today = first + timedelta(days=offset)
        if is_due(rhythm, last, today, first + timedelta(days=200)):
            assert last is None or (today - last).days >= 4
            sent.append(today)
            last = today
    assert len({week_of(day) for day in sent}) == len(sent)
    months = {(day.year, day.month) for day in sent}
    assert len(months) >= 12
    assert len(sent) >= (50 if rhythm is Rhythm.WEEKLY else 12)


TODAY = date(2026, 12, 1)


def course(
    expected: int = 100,
    passed: int = 40,
    then: tuple[int, int] | None = (100, 30),
    week: int = 7,
    due_on: date | None = date(2026, 12, 21),
    title: str = "Netralitas",
    units: tuple[Standing, ...] = (),
    overdue: int = 0,
) -> Figures:
    return Figures(title, expected, passed, then, week, due_on, overdue, units)


def test_what_is_needed_and_whether_the_pace_is_enough() -> None:
    news = compose([course()], TODAY)
    assert news is not None
    [one] = news.courses
    assert (one.rate, one.before, one.days_left, one.needed, one.pace) == (40.0, 30.0, 20, 3, 1.0)
    assert not one.enough
    fast = compose([course(week=21)], TODAY)
    assert fast is not None
    assert fast.courses[0].enough


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [course(expected=0, passed=0)],
        [course(passed=100, then=(100, 100))],
        [course(passed=100, then=(90, 90))],  # ten came who had passed already
    ],
    ids=["no course", "nobody", "all passed already", "all passed, more people"],
)
def test_where_there_is_nothing_to_say_nothing_is_said(figures: list[Figures]) -> None:
    assert compose(figures, TODAY) is None


def test_that_all_have_passed_is_said_once() -> None:
    for then in ((100, 80), None):
        news = compose([course(passed=100, then=then)], TODAY)
        assert news is not None
        assert news.open == ()


@pytest.mark.parametrize("due_on", [TODAY, date(2026, 11, 30), None])
def test_no_pace_without_a_day_ahead(due_on: date | None) -> None:
    news = compose([course(due_on=due_on)], TODAY)
    assert news is not None
    assert news.courses[0].needed is None


def test_of_a_few_people_no_figure_is_given() -> None:
    news = compose([course(expected=4, passed=3, then=(4, 2), overdue=1)], TODAY)
    assert news is not None
    [one] = news.courses
    assert one.small
    assert (one.before, one.needed, one.overdue, one.worst) == (None, None, 0, ())
    grown = compose([course(expected=100, then=(3, 1))], TODAY)
    assert grown is not None
    assert grown.courses[0].before is None


def test_the_worst_three_are_those_that_are_surely_low() -> None:
    units = [
        Standing("Sekolah kecil", 6, 0),
        Standing("Dinas besar", 500, 50),
        Standing("Kecamatan", 80, 30),
        Standing("Selesai", 90, 90),
        Standing("Baik", 100, 95),
        Standing("Berdua", 2, 0),
    ]
    assert [unit.name for unit in worst(units)] == ["Dinas besar", "Sekolah kecil", "Kecamatan"]
    assert worst(units[:1]) == ()
    assert worst([Standing("Selesai", 90, 90), Standing("Juga", 9, 9)]) == ()


def test_the_nearest_deadline_stands_first_and_done_ones_last() -> None:
    many = [
        course(title="tanpa tanggal", due_on=None),
        course(title="selesai", passed=100, due_on=None),
        course(title="jauh", due_on=date(2027, 3, 1)),
        course(title="dekat", due_on=date(2026, 12, 5)),
        *(course(title=f"lain {n}", due_on=date(2027, 5, 1)) for n in range(3)),
    ]
    news = compose(many, TODAY)
    assert news is not None
    assert [one.title for one in news.courses][:2] == ["dekat", "jauh"]
    assert len(news.courses) == COURSES
    assert news.more == 2
