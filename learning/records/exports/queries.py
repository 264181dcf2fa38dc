"""Reads for exports: one's own orders, their bytes, and the stream of persons that a file is made of."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.web import format_moment
from learning.records import rates, texts
from learning.records.exports import files
from learning.records.exports.models import ExportForm, PeopleExport, PeopleExportFile, PeopleExportPart
from learning.records.rates import PersonRow, State, UnitHead

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which persons of a unit and course: the filters of the page of names."""

    unit: UnitHead
    course_key: str
    state: State
    own_only: bool
    search: str


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An order as its page shows it. `people`, `size` and `as_of` are None until the file is made; `there` says whether
    its bytes are still kept.
    """

    id: int
    public_id: str
    requested_by: int
    unit_id: int
    course_key: str
    state: State
    own_only: bool
    search: str
    form: ExportForm
    language: str
    job_id: int
    requested_at: datetime
    people: int | None
    size: int | None
    sha256: str | None
    as_of: datetime | None
    there: bool


class Incomplete(RuntimeError):
    """Fewer or more persons were written than there were: such a file must not leave the house."""


def visible_export(principal: Principal, public_id: str) -> tuple[ExportRow, UnitHead] | None:
    """One's own order with its unit, while one may still see that unit; None otherwise."""
    try:
        wanted = str(uuid.UUID(public_id))
    except ValueError:
        return None
    found = _row(PeopleExport.public_id == wanted, PeopleExport.requested_by == principal.person_id)
    if found is None:
        return None
    unit = rates.unit_head(principal, found.unit_id)
    return (found, unit) if unit is not None else None


def by_public_id(public_id: str) -> ExportRow | None:
    """An order whoever asked for it, for background work."""
    return _row(PeopleExport.public_id == public_id)


def _row(*conditions: object) -> ExportRow | None:
    there = select(PeopleExportPart.number).where(PeopleExportPart.export_id == PeopleExport.id).exists()
    row = db.session.execute(
        select(PeopleExport, PeopleExportFile, there.label("there"))
        .outerjoin(PeopleExportFile, PeopleExportFile.export_id == PeopleExport.id)
        .where(*conditions)  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    order, made = row.PeopleExport, row.PeopleExportFile
    return ExportRow(
        order.id,
        order.public_id,
        order.requested_by,
        order.org_unit_id,
        order.course_key,
        State(order.state),
        order.own_only,
        order.search,
        order.form,
        order.language,
        order.job_id,
        order.requested_at,
        made.people if made else None,
        made.size if made else None,
        made.sha256 if made else None,
        made.as_of if made else None,
        bool(row.there),
    )


def parts(export_id: int) -> Iterator[bytes]:
    """The bytes of a file in order, one part in memory at a time."""
    number = 0
    while True:
        content = db.session.scalar(
            select(PeopleExportPart.content).where(
                PeopleExportPart.export_id == export_id, PeopleExportPart.number == number
            )
        )
        db.session.rollback()
        if content is None:
            return
        yield content
        number += 1


@contextmanager
def persons_at_once(chosen: Selection, now: datetime) -> Iterator[tuple[int, Iterator[PersonRow]]]:
    """(how many, the persons), those who need help first, all of one instant however long reading takes.

    One statement on a connection of its own: both databases give it one snapshot, and the count is part of it. So
    somebody who passes meanwhile, or progress that is noted, neither adds, nor drops, nor doubles a row.
    """
    query = rates.behind(
        chosen.unit,
        chosen.course_key,
        now,
        state=chosen.state,
        own_only=chosen.own_only,
        search=chosen.search,
    )
    query = query.add_columns(func.count().over().label("in_all")).order_by(*rates.needy_first(now))
    with Session(db.engine, expire_on_commit=False) as session:
        rows = iter(session.execute(query, execution_options={"yield_per": PAGE}))
        first = next(rows, None)

        def persons() -> Iterator[PersonRow]:
            if first is None:
                return
            yield rates.person_row(first)
            for row in rows:
                yield rates.person_row(row)

        yield (int(first.in_all) if first is not None else 0), persons()


def make_file(
    chosen: Selection,
    course_title: str,
    form: ExportForm,
    target: IO[bytes],
    now: datetime,
    told: Callable[[int, int], None] | None = None,
) -> int:
    """Write everybody who is chosen, and the closing lines, to `target`; how many. `told` hears (done, all) now and then.

    Raises Incomplete when the number of rows is not the number of persons.
    """
    out = files.writer(form, target)
    done = 0
    with persons_at_once(chosen, now) as (total, people):
        for person in people:
            out.add(files.line(person, chosen.unit.timezone))
            done += 1
            if told is not None and done % PAGE == 0:
                told(done, total)
        if done != total:
            raise Incomplete(f"{done} of {total}")
    out.close(_closing(chosen, course_title, total, now))
    return total


def _closing(chosen: Selection, course_title: str, total: int, now: datetime) -> list[list[object]]:
    where = _("hanya unit ini") if chosen.own_only else _("beserta unit di bawahnya")
    said: list[list[object]] = [
        [],
        [_("Unit kerja"), f"{chosen.unit.name} ({where})"],
        [_("Kursus"), course_title],
        [_("Keadaan"), str(texts.STATES[chosen.state])],
    ]
    if chosen.search:
        said.append([_("Nama memuat"), chosen.search])
    said += [
        [_("Keadaan per"), format_moment(now, chosen.unit.timezone)],
        [_("Lengkap, jumlah orang"), total],
    ]
    # As wide as the rows above: some programs refuse a file whose rows differ.
    return [[*row, *[None] * (files.WIDTH - len(row))] for row in said]


def spooled() -> IO[bytes]:
    """A nameless file that is in memory while it is small."""
    return tempfile.SpooledTemporaryFile(max_size=4 << 20)
