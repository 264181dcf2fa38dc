"""Applying a chunk of a dry run: hundreds of people in one write section and a handful of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, events, refusals
from learning.kernel.bulk import insert_many
from learning.kernel.db import among, db
from learning.kernel.errors import DomainError
from learning.kernel.transaction import violated
from learning.people import chunks
from learning.people.chunks import Line, Missing, Staged
from learning.people.events import PeopleSeated, PeopleUnseated, SeatsChanged
from learning.people.import_leaving import LeavingLine
from learning.people.import_plan import ACTING, Effect, Known, Step, corrects_seat
from learning.people.import_rows import PersonLine
from learning.people.kinds import EmploymentType, PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting, SheetChunk
from learning.people.names import tidy
from learning.people.services.accounts import use_up_links
from learning.people.services.persons import retire_person
from learning.people.services.transfers import Seated, note_transfers

FIELDS = {
    "nama": "name",
    "surel": "email",
    "gelar-depan": "front_title",
    "gelar-belakang": "back_title",
    "jenis-pegawai": "employment_type",
}
Planner = Callable[[Sequence[Any]], tuple[list[Step], list[Known | None]]]


def apply_people(
    *, import_id: int, number: int, planner: Planner, actor_id: int | None, today: date, now: datetime
) -> int:
    """Do what one chunk says, once; returns how many rows it had. A chunk that was applied before does nothing.

    Every row is planned again under lock (`planner`). A row that would do something else now than what was confirmed
    is left out and becomes a finding; one that has become true meanwhile counts as unchanged.
    """
    chunk = db.session.execute(
        select(SheetChunk)
        .where(SheetChunk.import_id == import_id, SheetChunk.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if chunk.applied_at is not None:
        return 0
    staged = chunks.unpack(chunk.body)
    steps, about = planner([row.line for row in staged])
    work = _Work(import_id, actor_id, today, now)
    closed = _closed({row.line.unit_id for row in staged if isinstance(row.line, PersonLine)})
    for row, step, known in zip(staged, steps, about, strict=True):
        if isinstance(row.line, PersonLine) and row.line.unit_id in closed and step.effect in ACTING:
            work.refuse(row.line, "people.unit_ended")
        else:
            work.take(row, step, known)
    work.do()
    chunk.result, chunk.applied_at, chunk.body = work.result, now, b""
    return len(staged)


def _closed(unit_ids: set[int]) -> set[int]:
    """Which of these units were closed after the look; the others stay open until the commit."""
    held = select(OrgUnit.id, OrgUnit.valid_to).where(among(OrgUnit.id, unit_ids)).order_by(OrgUnit.id)
    return {row.id for row in db.session.execute(held.with_for_update(read=True)) if row.valid_to is not None}


class _Work:
    def __init__(self, import_id: int, actor_id: int | None, today: date, now: datetime) -> None:
        self.import_id, self.actor_id, self.today, self.now = import_id, actor_id, today, now
        self.result: dict[str, Any] = {"created": 0, "changed": 0, "ended": 0, "unchanged": 0, "findings": []}
        self.new: list[PersonLine] = []
        self.fields: dict[int, dict[str, Any]] = {}
        self.ends: list[dict[str, Any]] = []
        self.seats: list[dict[str, Any]] = []
        self.corrections: list[dict[str, Any]] = []
        self.back: list[int] = []
        self.seated: list[tuple[int, int | None, int]] = []
        self.went: list[Seated] = []
        self.unseated: list[tuple[int, int]] = []
        self.leaving: list[tuple[int, LeavingLine]] = []
        self.stayed: list[tuple[int, int]] = []
        self.acts: list[tuple[str, int, dict[str, Any]]] = []

    def take(self, row: Staged, step: Step, known: Known | None) -> None:
        if step.said != row.said:
            self._changed_meanwhile(row, step)
            return
        if step.effect is Effect.CONFLICT:
            return
        if step.effect is Effect.UNCHANGED:
            self.result["unchanged"] += 1
        elif isinstance(row.line, Missing) and known is not None:
            self._end(known)
        elif isinstance(row.line, LeavingLine) and known is not None:
            self.leaving.append((known.id, row.line))
        elif isinstance(row.line, PersonLine) and known is None:
            self.new.append(row.line)
        elif isinstance(row.line, PersonLine) and known is not None:
            self._change(row.line, step, known)

    def do(self) -> None:
        """Write what was taken, in statements of many rows each."""
        self._register()
        for alike in _alike(self.fields):
            db.session.execute(update(Person), alike)
        if self.back:
            db.session.execute(
                update(Person)
                .where(among(Person.id, self.back))
                .values(status=PersonStatus.ACTIVE)
                .execution_options(synchronize_session=False)
            )
        for person_id, values in self.fields.items():
            if "email" in values:
                use_up_links(person_id, self.now)
                refusals.clear(values["email"])
        postings = Posting.__table__
        if self.ends:
            ending = update(postings).where(postings.c.id == bindparam("seat"))  # type: ignore[arg-type]
            db.session.connection().execute(ending.values(ends_on=bindparam("last")), self.ends)
        for values in self.corrections:
            seat = values.pop("seat")
            db.session.execute(
                update(Posting)
                .where(Posting.id == seat)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        insert_many(Posting, self.seats)
        note_transfers(self.went, now=self.now)
        db.session.expire_all()
        for action, person_id, detail in self.acts:
            subject = f"person:{person_id}"
            audit.record(
                action,
                subject,
                actor_id=self.actor_id,
                about_id=person_id,
                import_id=self.import_id,
                **detail,
            )
        if self.unseated:
            events.publish(PeopleUnseated(tuple(self.unseated), self._yesterday, self.now))
        if self.seated:
            events.publish(PeopleSeated(tuple(self.seated), self.now))
        if self.stayed:
            events.publish(SeatsChanged(tuple(self.stayed), self.now))
        for person_id, line in self.leaving:
            self._leave(person_id, line)

    @property
    def _yesterday(self) -> date:
        return self.today - timedelta(days=1)

    def _changed_meanwhile(self, row: Staged, step: Step) -> None:
        if step.effect is Effect.UNCHANGED:
            self.result["unchanged"] += 1
            return
        if step.problem is None:
            self.refuse(row.line, "row.changed_meanwhile")
        else:
            self.refuse(row.line, step.problem.code, step.problem.params)

    def refuse(self, line: Line, code: str, params: Mapping[str, Any] | None = None) -> None:
        """Leave a row out, and say why."""
        at = getattr(line, "row", 0)
        self.result["findings"].append(
            {"row": at, "column": "", "found": "", "code": code, "params": dict(params or {})}
        )

    def _register(self) -> None:
        if not self.new:
            return
        fresh = {line.employee_number: str(uuid.uuid4()) for line in self.new}
        rows = [
            {
                "public_id": fresh[line.employee_number],
                "employee_number": line.employee_number,
                "name": tidy(line.name),
                "front_title": tidy(line.front_title),
                "back_title": tidy(line.back_title),
                "email": line.email,
                "employment_type": line.employment_type,
                "password_hash": None,
                "status": PersonStatus.ACTIVE,
                "locale": "id",
                "created_at": self.now,
            }
            for line in self.new
        ]
        _insert_people(rows)
        ours = select(Person.public_id, Person.id).where(among(Person.public_id, list(fresh.values())))
        ids = {row.public_id: row.id for row in db.session.execute(ours)}
        for line in self.new:
            person_id = ids.get(fresh[line.employee_number])
            if person_id is None:
                self.refuse(line, "row.changed_meanwhile")
                continue
            self._sit(person_id, line, before=None, action="people.person_created")
            self.result["created"] += 1

    def _change(self, line: PersonLine, step: Step, known: Known) -> None:
        self.result["changed"] += 1
        columns = {change.column for change in step.changes}
        fields: dict[str, Any] = {
            FIELDS[change.column]: change.new for change in step.changes if change.column in FIELDS
        }
        if "employment_type" in fields:
            fields["employment_type"] = EmploymentType(fields["employment_type"])
        if fields:
            self.fields[known.id] = fields
            self.acts.append(("people.person_changed", known.id, {"fields": sorted(fields)}))
        if line.kind is PostingKind.ACTING:
            self._sit(known.id, line, before=None, action="people.posted")
            return
        if step.effect is Effect.RETURNED and known.status is not PersonStatus.ACTIVE:
            self.back.append(known.id)
        seat = known.seat
        matters = columns & {"jenis-jabatan", "golongan", "jenis-pegawai"}
        if matters and seat is not None and seat.unit_id == line.unit_id:
            self.stayed.append((known.id, seat.unit_id))
        if not columns & {"unit-kode", "jabatan", "jenis-jabatan", "golongan"}:
            return
        if seat is not None and corrects_seat(line, seat):
            self.corrections.append(
                {
                    "seat": seat.id,
                    "position_title": tidy(line.position_title),
                    "position_type": line.position_type,
                    "grade_code": line.grade_code or seat.grade_code,
                }
            )
            self.acts.append(("people.posted", known.id, {"corrected": seat.id}))
            return
        if seat is not None:
            self.ends.append({"seat": seat.id, "last": line.starts_on - timedelta(days=1)})
        grade = line.grade_code or (seat.grade_code if seat else None)  # an empty cell keeps what is there
        before = seat.unit_id if seat else None
        self._sit(known.id, replace(line, grade_code=grade), before=before, action="people.posted")
        agency_id = seat.agency_id if seat else known.last_agency_id
        self.went.append(Seated(known.id, agency_id, line.unit_id, line.starts_on))

    def _end(self, known: Known) -> None:
        assert known.seat is not None
        self.result["ended"] += 1
        agency_id = known.seat.agency_id
        acting = [
            seat for seat in known.acting if seat.agency_id == agency_id and seat.lasts(self._yesterday)
        ]
        open_seats = [known.seat, *acting]
        self.ends += [{"seat": seat.id, "last": max(self._yesterday, seat.starts_on)} for seat in open_seats]
        self.unseated.append((known.id, known.seat.unit_id))
        self.acts.append(("people.seat_ended", known.id, {"on": self._yesterday.isoformat()}))

    def _leave(self, person_id: int, line: LeavingLine) -> None:
        """As the person's page does it, one by one: seats, roles, sessions and duties end, and few leave at a time."""
        try:
            with db.session.begin_nested():
                retire_person(
                    person_id=person_id,
                    on=line.last_day,
                    now=self.now,
                    status=line.status,
                    actor_id=self.actor_id,
                )
        except DomainError as error:
            self.refuse(line, error.code, error.params)
        else:
            self.result["ended"] += 1

    def _sit(self, person_id: int, line: PersonLine, *, before: int | None, action: str) -> None:
        self.seats.append(
            {
                "person_id": person_id,
                "org_unit_id": line.unit_id,
                "position_title": tidy(line.position_title),
                "position_type": line.position_type,
                "grade_code": line.grade_code,
                "kind": line.kind,
                "starts_on": line.starts_on,
                "ends_on": line.ends_on,
            }
        )
        detail = {
            "org_unit_id": line.unit_id, "starts_on": line.starts_on.isoformat(), "kind": line.kind.value,
        }  # fmt: skip
        self.acts.append((action, person_id, detail))
        if line.kind is PostingKind.DEFINITIVE and before != line.unit_id:
            self.seated.append((person_id, before, line.unit_id))


def _insert_people(rows: list[dict[str, Any]]) -> None:
    """Somebody may register the same person at this very moment: theirs stands, and ours is left out."""
    while rows:
        try:
            with db.session.begin_nested():
                insert_many(Person, rows)
            return
        except IntegrityError as error:
            if not violated(error, "uq_person_employee_number"):
                raise
            numbers = select(Person.employee_number).where(
                among(Person.employee_number, [row["employee_number"] for row in rows])
            )
            taken = set(db.session.scalars(numbers))
            rows = [row for row in rows if row["employee_number"] not in taken]


def _alike(fields: dict[int, dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Updates of the same columns together, so that each group is one statement."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for person_id, values in fields.items():
        groups[tuple(sorted(values))].append({"id": person_id, **values})
    return list(groups.values())
