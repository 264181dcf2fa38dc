"""What records do when many people are seated or unseated at once: the same as `following`, in a few statements."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from learning.kernel.bulk import insert_many
from learning.kernel.db import among, db
from learning.people.events import PeopleSeated, PeopleUnseated, SeatsChanged
from learning.people.models import OrgUnit
from learning.people.tree import ancestors
from learning.records import counting
from learning.records.booking import FIGURES, Key
from learning.records.models import Enrolment, EnrolmentStatus
from learning.records.relief import Relief
from learning.records.reliefs import reliefs_of
from learning.records.services import duties
from learning.records.services.duties import Duty

Shifts = dict[Key, Counter[str]]


def people_seated(event: PeopleSeated) -> None:
    """Counts follow everybody to the new unit, and everybody gets the duties of the new seat (`following.settle`)."""
    _settle({person_id: unit_id for person_id, _before, unit_id in event.seats}, event.at)


def seats_changed(event: SeatsChanged) -> None:
    """Positions, grades or kinds of employment changed where people sit: the duties are those of what they are now."""
    _settle(dict(event.seats), event.at)


def _settle(unit_of: dict[int, int], at: datetime) -> None:
    # Locked before days and passes are read: what commits meanwhile is either seen by the rule or comes after us.
    held = _running(list(unit_of))
    owed = _owed(unit_of)
    shifts: Shifts = defaultdict(Counter)
    running: dict[int, set[str]] = defaultdict(set)
    for enrolment in held:
        _note(shifts, enrolment, -1)
        enrolment.org_unit_id = unit_of[enrolment.person_id]
        duties_now, zone = owed[enrolment.person_id]
        duty = duties_now.get(enrolment.course_key)
        if enrolment.status is EnrolmentStatus.PASSED:
            ended = duty is not None and duty.again
        else:
            ended = (
                duty is None
                and enrolment.assignment_id is not None
                and enrolment.status is EnrolmentStatus.NOT_STARTED
            )
            if not ended:
                enrolment.assignment_id = duty.id if duty else None
                enrolment.due_at = duty.due(zone, enrolment.extended_on) if duty else None
        if ended:
            enrolment.ended_at = at
        else:
            _note(shifts, enrolment, 1)
            running[enrolment.person_id].add(enrolment.course_key)
    db.session.flush()
    wanted = [
        (person_id, unit_id, duty)
        for person_id, unit_id in unit_of.items()
        for key, duty in owed[person_id][0].items()
        if key not in running[person_id]
    ]
    _enrol(wanted, {person_id: zone for person_id, (_duties, zone) in owed.items()}, shifts, at)
    counting.shift_many(shifts, at=at)


def people_unseated(event: PeopleUnseated) -> None:
    """Whoever sits nowhere is not counted any more; a pass stays on record."""
    shifts: Shifts = defaultdict(Counter)
    ids = []
    for enrolment in _running([person_id for person_id, _unit in event.seats]):
        _note(shifts, enrolment, -1)
        ids.append(enrolment.id)
    if ids:
        db.session.execute(
            update(Enrolment)
            .where(among(Enrolment.id, ids))
            .values(ended_at=event.at)
            .execution_options(synchronize_session=False)
        )
        db.session.expire_all()
    counting.shift_many(shifts, at=event.at)


def _running(person_ids: list[int]) -> list[Enrolment]:
    return list(
        db.session.scalars(
            select(Enrolment)
            .where(among(Enrolment.person_id, person_ids), Enrolment.ended_at.is_(None))
            .order_by(Enrolment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _owed(unit_of: dict[int, int]) -> dict[int, tuple[dict[str, Duty], str]]:
    """Person → the earliest duty of each course where and as what they work, and the unit's time zone."""
    paths = db.session.scalars(select(OrgUnit.path).where(among(OrgUnit.id, set(unit_of.values())))).all()
    above = sorted({unit for path in paths for unit in ancestors(path)})
    return duties.owed_by(unit_of, duties.open_duties(unit_ids=above))


def _enrol(wanted: list[tuple[int, int, Duty]], zones: dict[int, str], shifts: Shifts, at: datetime) -> None:
    if not wanted:
        return
    held = db.session.execute(
        select(Enrolment.person_id, Enrolment.course_key, func.max(Enrolment.cycle))
        .where(among(Enrolment.person_id, {person_id for person_id, _unit, _duty in wanted}))
        .group_by(Enrolment.person_id, Enrolment.course_key)
    )
    cycles = {(person_id, key): cycle for person_id, key, cycle in held}
    relieved = reliefs_of({person_id for person_id, _unit, _duty in wanted}, at)
    none = Relief()
    granted = [relieved.get((person_id, duty.course_key), none) for person_id, _unit, duty in wanted]
    days: dict[tuple[int, str, date | None], datetime] = {}  # few duties and zones, many people
    for (person_id, _unit_id, duty), relief in zip(wanted, granted, strict=True):
        zone, key = zones[person_id], (duty.id, zones[person_id], relief.extended_on)
        if key not in days:
            days[key] = duty.due(zone, relief.extended_on)
    rows: list[dict[str, Any]] = [
        {
            "public_id": str(uuid.uuid4()),
            "person_id": person_id,
            "course_key": duty.course_key,
            "course_title": duty.course_title,
            "cycle": cycles.get((person_id, duty.course_key), 0) + 1,
            "edition": None,
            "assignment_id": duty.id,
            "org_unit_id": unit_id,
            "status": EnrolmentStatus.NOT_STARTED,
            "due_at": days[duty.id, zones[person_id], relief.extended_on],
            "exempt_until": relief.exempt_until,
            "extended_on": relief.extended_on,
            "steps_total": 0,
            "steps_done": 0,
            "created_at": at,
            "started_at": None,
            "completed_at": None,
            "ended_at": None,
        }
        for (person_id, unit_id, duty), relief in zip(wanted, granted, strict=True)
    ]
    insert_many(Enrolment, rows)
    for (_person_id, unit_id, duty), relief in zip(wanted, granted, strict=True):
        shift = shifts[(unit_id, duty.course_key, duty.id)]
        shift["assigned"] += 1
        shift["exempt"] += relief.exempt_until is not None


def _note(shifts: Shifts, enrolment: Enrolment, sign: int) -> None:
    stands = counting.counted(enrolment)
    if stands.key is not None:
        for name, figure in zip(FIGURES, stands.figures, strict=True):
            shifts[stands.key][name] += sign * figure
