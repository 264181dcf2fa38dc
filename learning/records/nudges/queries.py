"""What nudges somebody gets: what is planned, what may be said of colleagues, and what is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records.models import UnitCount
from learning.records.nudges.models import NudgeKind, NudgeOff, StudyPlan
from learning.records.nudges.peers import may_be_said
from learning.records.queries import EnrolmentRow


@dataclass(frozen=True, slots=True)
class Nudge:
    """What is said beside one open course. `peers`: (passed, expected) of the reader's own unit, without what is below it."""

    planned_at: datetime | None = None
    peers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A time in force."""

    id: int
    enrolment_id: int
    starts_at: datetime
    made_at: datetime


def plans_of(person_id: int) -> dict[int, Planned]:
    """Enrolment → the time in force that this person has planned for it, past ones too."""
    rows = db.session.execute(
        select(StudyPlan.id, StudyPlan.enrolment_id, StudyPlan.starts_at, StudyPlan.made_at).where(
            StudyPlan.person_id == person_id, StudyPlan.ended_at.is_(None)
        )
    )
    return {row.enrolment_id: Planned(*row) for row in rows}


def nudges(person_id: int, rows: Sequence[EnrolmentRow], now: datetime) -> dict[int, Nudge]:
    """Enrolment → what may be said beside it now. Only courses that are still expected; whoever is exempt is left alone.

    True at this moment and at no other, so whoever writes it down asks again when the writing leaves. Three statements for
    any number of courses.
    """
    open_rows = [row for row in rows if row.open_duty]
    if not open_rows:
        return {}
    units = {row.org_unit_id for row in open_rows if row.org_unit_id is not None}
    counts = {
        (row.org_unit_id, row.course_key): (int(row.passed), int(row.expected), row.path)
        for row in db.session.execute(
            select(
                UnitCount.org_unit_id,
                UnitCount.course_key,
                # Colleagues may have their dates from several assignments, each counted in a row of its own.
                func.sum(UnitCount.passed).label("passed"),
                func.sum(UnitCount.assigned - UnitCount.exempt).label("expected"),
                OrgUnit.path,
            )
            .join(OrgUnit, OrgUnit.id == UnitCount.org_unit_id)
            .where(
                UnitCount.org_unit_id.in_(units),
                UnitCount.course_key.in_({row.course_key for row in open_rows}),
            )
            .group_by(UnitCount.org_unit_id, UnitCount.course_key, OrgUnit.path)
        )
    }
    agencies = {ancestors(path)[0] for _passed, _expected, path in counts.values()}
    off = switched_off(person_id, agencies)
    plans = {} if NudgeKind.PLAN in off else plans_of(person_id)
    found: dict[int, Nudge] = {}
    for row in open_rows:
        plan = plans.get(row.id)
        planned_at = plan.starts_at if plan is not None and plan.starts_at >= now else None
        place = counts.get((row.org_unit_id or 0, row.course_key))
        peers = None
        if place is not None and NudgeKind.PEERS not in off and may_be_said(place[0], place[1]):
            peers = (place[0], place[1])
        found[row.id] = Nudge(planned_at, peers)
    return found


def switched_off(person_id: int, agency_ids: set[int]) -> frozenset[NudgeKind]:
    """What this person or one of these agencies does not want."""
    return frozenset(
        db.session.scalars(
            select(NudgeOff.kind).where(
                NudgeOff.ended_at.is_(None),
                or_(NudgeOff.person_id == person_id, NudgeOff.agency_id.in_(agency_ids)),
            )
        )
    )


def off_by_agency(agency_id: int) -> frozenset[NudgeKind]:
    """What an agency does not want for its people."""
    return frozenset(
        db.session.scalars(
            select(NudgeOff.kind).where(NudgeOff.ended_at.is_(None), NudgeOff.agency_id == agency_id)
        )
    )


def off_by_person(person_id: int) -> frozenset[NudgeKind]:
    """What somebody does not want."""
    return switched_off(person_id, set())


def stored_here(*, principal: Principal, now: datetime) -> dict[str, list[dict[str, str | None]]]:
    """This room's part of "my data" (panel `me.data`): times planned and nudges switched off."""
    del now
    plans = db.session.scalars(
        select(StudyPlan).where(StudyPlan.person_id == principal.person_id).order_by(StudyPlan.id)
    )
    off = db.session.scalars(
        select(NudgeOff).where(NudgeOff.person_id == principal.person_id).order_by(NudgeOff.id)
    )
    return {
        "rencana belajar": [
            {
                "rencana": one.starts_at.isoformat(),
                "dibuat": one.made_at.isoformat(),
                "berakhir": one.ended_at.isoformat() if one.ended_at else None,
            }
            for one in plans
        ],
        "dorongan yang dimatikan": [
            {
                "dorongan": one.kind.value,
                "sejak": one.off_at.isoformat(),
                "dinyalakan_lagi": one.ended_at.isoformat() if one.ended_at else None,
            }
            for one in off
        ],
    }
