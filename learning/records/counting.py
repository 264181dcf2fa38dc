"""Unit counts: kept per own unit, course and assignment, changed in the commit of what they count, summed up the tree
(`sums.py`).

Each change is also booked with its day (`booking.py`), so that a past day can be asked for. That all of it agrees with
the persons behind it is proved by `proving.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.records.booking import FIGURES, NONE, Counts, Key, append, book, book_many, day_there
from learning.records.models import NO_ASSIGNMENT, Enrolment, EnrolmentStatus, UnitCount, UnitCountChange


@dataclass(frozen=True, slots=True)
class Counted:
    """Where one enrolment is counted, and as what. `key` is None for one that is counted nowhere."""

    key: Key | None
    figures: Counts


def figures(enrolment: Enrolment) -> Counts:
    """What one enrolment adds to its unit: a person is exempt, or not started, or under way, or passed."""
    passed = enrolment.status is EnrolmentStatus.PASSED
    exempt = enrolment.exempt_until is not None and not passed
    started = enrolment.status is not EnrolmentStatus.NOT_STARTED and not exempt
    return 1, int(started), int(passed), int(exempt)


def counted(enrolment: Enrolment) -> Counted:
    """Where and as what an enrolment is counted now: nowhere when it has ended or its person sits nowhere."""
    if enrolment.org_unit_id is None or enrolment.ended_at is not None:
        return Counted(None, NONE)
    key = (enrolment.org_unit_id, enrolment.course_key, enrolment.assignment_id or NO_ASSIGNMENT)
    return Counted(key, figures(enrolment))


def changed(enrolment: Enrolment, before: Counted, *, at: datetime) -> None:
    """Count that an enrolment now stands otherwise than `before` (its `counted` then): status, unit or assignment."""
    after = counted(enrolment)
    if after == before:
        return
    if after.key == before.key and after.key is not None:
        difference = zip(after.figures, before.figures, strict=True)
        shift(
            after.key,
            at=at,
            **{name: now - then for name, (now, then) in zip(FIGURES, difference, strict=True)},
        )
        return
    for key, sign, stood in ((before.key, -1, before.figures), (after.key, 1, after.figures)):
        if key is not None:
            shift(key, at=at, **{name: sign * n for name, n in zip(FIGURES, stood, strict=True)})


def shift(
    key: Key,
    *,
    at: datetime,
    assigned: int = 0,
    started: int = 0,
    passed: int = 0,
    exempt: int = 0,
) -> None:
    """Add to the counts of a key in one statement; concurrent passes of one unit wait for each other, none is lost.

    The change is booked on the day of `at` (see `booking.book`).
    """
    org_unit_id, course_key, assignment_id = key
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = upsert(UnitCount).values(
        org_unit_id=org_unit_id,
        course_key=course_key,
        assignment_id=assignment_id,
        assigned=assigned,
        started=started,
        passed=passed,
        exempt=exempt,
    )
    db.session.execute(_adding(statement))
    book(org_unit_id, course_key, assignment_id, (assigned, started, passed, exempt), at)


def _adding(statement: Any) -> Any:
    table = UnitCount.__table__.c
    return statement.on_conflict_do_update(
        index_elements=["org_unit_id", "course_key", "assignment_id"],
        set_={name: table[name] + statement.excluded[name] for name in FIGURES},
    )


def shift_many(changes: Mapping[Key, Mapping[str, int]], *, at: datetime) -> None:
    """As `shift`, for many keys at once, in one order, so that two of them wait instead of deadlocking."""
    none = dict.fromkeys(FIGURES, 0)
    rows: list[dict[str, Any]] = [
        {"org_unit_id": key[0], "course_key": key[1], "assignment_id": key[2], **none, **changes[key]}
        for key in sorted(changes)
        if any(changes[key].values())
    ]
    if not rows:
        return
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.flush()
    db.session.connection().execute(_adding(upsert(UnitCount.__table__)), rows)
    book_many(rows, at)


def count(enrolment: Enrolment, sign: int = 1, *, at: datetime) -> None:
    """Add one enrolment as it stands to the counts of its unit, or with -1 take it off (before it is ended)."""
    if enrolment.org_unit_id is not None:
        key = (enrolment.org_unit_id, enrolment.course_key, enrolment.assignment_id or NO_ASSIGNMENT)
        shift(key, at=at, **{n: sign * figure for n, figure in zip(FIGURES, figures(enrolment), strict=True)})


def add_assigned(assignment_id: int, course_key: str, at: datetime) -> None:
    """Count what an assignment has just enrolled, before anything else has its mark.

    Nobody else can see those rows before the commit, so adding is safe beside passes and moves that run now.
    """
    upsert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    marked = (
        Enrolment.assignment_id == assignment_id,
        Enrolment.course_key == course_key,
        Enrolment.org_unit_id.is_not(None),
    )
    stands = (func.count(), literal(0), literal(0), func.count(Enrolment.exempt_until))
    fresh = (
        select(Enrolment.org_unit_id, literal(course_key), literal(assignment_id), *stands)
        .where(*marked)
        .group_by(Enrolment.org_unit_id)
        .order_by(Enrolment.org_unit_id)
    )
    columns = ["org_unit_id", "course_key", "assignment_id", *FIGURES]
    db.session.execute(_adding(upsert(UnitCount).from_select(columns, fresh)))
    append(
        select(OrgUnit.id, literal(course_key), literal(assignment_id), day_there(course_key, at), *stands)
        .join(Enrolment, Enrolment.org_unit_id == OrgUnit.id)
        .where(*marked)
        .group_by(OrgUnit.id, OrgUnit.timezone)
        .order_by(OrgUnit.id)
    )


def hand_over(
    whose: tuple[Any, ...], *, course_key: str, to: int | None, due_at: datetime | None, at: datetime
) -> int:
    """Give the running enrolments of a course that `whose` finds to an assignment (None: to none) with a date, and count
    those who had another under the new one; how many people that were.

    Groups what changes by unit, former assignment and standing, however many people there are. On PostgreSQL one
    statement locks, changes and groups, so somebody who passes or moves meanwhile is counted once, in one place.
    """
    stays = Enrolment.assignment_id.is_not_distinct_from(to)
    same = db.session.execute(
        update(Enrolment)
        .where(*whose, stays)
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    found = select(Enrolment.id, Enrolment.org_unit_id, Enrolment.assignment_id, *_flags()).where(
        *whose, ~stays
    )
    given = {"due_at": due_at, "assignment_id": to}
    if db.engine.dialect.name == "postgresql":
        old = found.with_for_update(of=Enrolment).cte("old")
        moved: Any = (
            update(Enrolment)
            .where(Enrolment.id == old.c.id)
            .values(**given)
            .returning(*list(old.c)[1:])
            .cte("moved")
        )
        groups = _grouped(moved)
    else:
        groups = _grouped(found.subquery())
        db.session.execute(
            update(Enrolment)
            .where(*whose, ~stays)
            .values(**given)
            .execution_options(synchronize_session=False)
        )
    changes: dict[Key, Counter[str]] = defaultdict(Counter)
    for unit_id, former, *figures_of in groups:
        if unit_id is None:
            continue
        for key, sign in ((former or NO_ASSIGNMENT, -1), (to or NO_ASSIGNMENT, 1)):
            for name, figure in zip(FIGURES, figures_of, strict=True):
                changes[(unit_id, course_key, key)][name] += sign * int(figure)
    shift_many(changes, at=at)
    return int(same.rowcount) + sum(row[2] for row in groups)  # type: ignore[attr-defined]


def _flags() -> list[Any]:
    """`figures` in SQL, without the first, which is one for everybody."""
    passed = Enrolment.status == EnrolmentStatus.PASSED
    exempt = Enrolment.exempt_until.is_not(None) & ~passed
    started = (Enrolment.status != EnrolmentStatus.NOT_STARTED) & ~exempt
    named = zip(FIGURES[1:], (started, passed, exempt), strict=True)
    return [case((flag, 1), else_=0).label(name) for name, flag in named]


def _grouped(rows: Any) -> list[Any]:
    sums = [func.sum(rows.c[name]) for name in FIGURES[1:]]
    by = (rows.c.org_unit_id, rows.c.assignment_id)
    return list(db.session.execute(select(*by, func.count(), *sums).group_by(*by)))


@dataclass(frozen=True, slots=True)
class Drift:
    """A key whose kept count differs from the persons behind it; each side is (assigned, started, passed, exempt)."""

    org_unit_id: int
    course_key: str
    assignment_id: int
    kept: Counts
    counted: Counts


@dataclass(frozen=True, slots=True)
class Unbooked:
    """A key whose kept count differs from the sum of its booked changes."""

    org_unit_id: int
    course_key: str
    assignment_id: int
    kept: Counts
    booked: Counts


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A running enrolment that names another unit than the person's seat."""

    enrolment_id: int
    counted_unit_id: int | None
    seat_unit_id: int


def misplaced() -> list[Misplaced]:
    """Running enrolments that are counted elsewhere than where the person sits."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.org_unit_id, Posting.org_unit_id)
        .join(Posting, Posting.person_id == Enrolment.person_id)
        .where(
            Enrolment.ended_at.is_(None),
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.ends_on.is_(None),
            Enrolment.org_unit_id.is_distinct_from(Posting.org_unit_id),
        )
        .order_by(Enrolment.id)
    )
    return [Misplaced(*row) for row in rows]


def persons_behind() -> dict[Key, Counts]:
    """Key → what the running enrolments say."""
    rows = (
        select(Enrolment.org_unit_id, Enrolment.course_key, Enrolment.assignment_id, *_flags())
        .where(Enrolment.ended_at.is_(None), Enrolment.org_unit_id.is_not(None))
        .subquery()
    )
    by = (rows.c.org_unit_id, rows.c.course_key, func.coalesce(rows.c.assignment_id, NO_ASSIGNMENT))
    sums = [func.sum(rows.c[name]) for name in FIGURES[1:]]
    return _by_key(select(*by, func.count(), *sums).group_by(*by))


def booked() -> dict[Key, Counts]:
    """Key → the sum of all booked changes."""
    book_of = UnitCountChange
    by = (book_of.org_unit_id, book_of.course_key, book_of.assignment_id)
    return _by_key(select(*by, *(func.sum(getattr(book_of, name)) for name in FIGURES)).group_by(*by))


def _by_key(rows: Any) -> dict[Key, Counts]:
    return {
        (row[0], row[1], row[2]): (int(row[3]), int(row[4]), int(row[5]), int(row[6]))
        for row in db.session.execute(rows)
    }


def _kept() -> dict[Key, Counts]:
    kept = UnitCount
    return _by_key(
        select(
            kept.org_unit_id, kept.course_key, kept.assignment_id, *(getattr(kept, name) for name in FIGURES)
        )
    )


def drifts() -> list[Drift]:
    """Every key whose kept counts differ from the persons behind them; empty means all agree."""
    behind, kept = persons_behind(), _kept()
    return [
        Drift(*key, kept.get(key, NONE), behind.get(key, NONE))
        for key in sorted(kept.keys() | behind.keys())
        if kept.get(key, NONE) != behind.get(key, NONE)
    ]


def unbooked() -> list[Unbooked]:
    """Every key whose kept counts differ from the sum of its booked changes; empty means all agree."""
    kept, book_says = _kept(), booked()
    return [
        Unbooked(*key, kept.get(key, NONE), book_says.get(key, NONE))
        for key in sorted(kept.keys() | book_says.keys())
        if kept.get(key, NONE) != book_says.get(key, NONE)
    ]
