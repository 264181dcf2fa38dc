"""The file of the persons behind a number: as many as the number, of one instant, complete or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from learning.kernel import clock, jobs
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.access import bare_principal
from learning.records import deadlines, rates
from learning.records.exports import files, queries, services
from learning.records.exports.models import ExportForm, PeopleExportPart
from learning.records.exports.queries import Selection
from learning.records.rates import Rate, State, UnitHead
from tests import factories
from tests.services.records.test_counts_equal_people import COURSE, World

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def head(unit_id: int) -> UnitHead:
    found = rates.unit_head(bare_principal(0, (Grant(Role.ADMIN),)), unit_id)
    assert found is not None
    return found


def written(chosen: Selection, form: ExportForm, now: datetime) -> list[list[Any]]:
    """The persons' rows of the file, after checking that it says it is complete."""
    with io.BytesIO() as target:
        count = queries.make_file(chosen, "Uji", form, target, now)
        content = target.getvalue()
    if form is ExportForm.CSV:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[-1][0] == "Lengkap, jumlah orang"
    assert int(rows[-1][1]) == count
    blank = next(at for at, row in enumerate(rows) if not any(row))
    assert blank == count + 1
    return rows[1:blank]


def on_the_page(total: Rate, overdue: int) -> dict[State, int]:
    """What the page of a unit says for each list that can be taken out."""
    return {
        State.ALL: total.assigned,
        State.UNMET: total.missing,
        State.NOT_STARTED: total.not_started,
        State.IN_PROGRESS: total.in_progress,
        State.PASSED: total.passed,
        State.OVERDUE: overdue,
        State.EXEMPT: total.exempt,
    }


@pytest.mark.parametrize("seed", [0, 2, 3])  # dice that make every state
def test_after_any_sequence_of_acts_a_file_has_as_many_persons_as_the_page_says(
    db_session: Any, seed: int
) -> None:
    world = World(seed)
    seen = dict.fromkeys(State, 0)
    for step in range(45):
        world.step()
        if step % 5:
            continue
        rare = (world.propose, world.approve, world.begin, world.finish, world.finish, world.finish)
        for act in rare:  # among all acts, a pass and an exemption are
            with suppress(DomainError):
                write(act)
        db.session.rollback()
        for unit_id in world.units:
            unit = head(unit_id)
            now = world.now + timedelta(days=40)
            total = rates.total(unit, COURSE)
            said = on_the_page(total, deadlines.outstanding(unit, COURSE, now).overdue)
            own = rates.own(unit, COURSE)
            for state, number in said.items():
                form = ExportForm.CSV if world.dice.random() < 0.8 else ExportForm.XLSX
                rows = written(Selection(unit, COURSE, state, False, ""), form, now)
                assert len(rows) == number, (state, unit_id)
                assert len({row[1] for row in rows}) == number, "nobody twice"
                seen[state] += number
            rows = written(Selection(unit, COURSE, State.ALL, True, ""), ExportForm.CSV, now)
            assert len(rows) == (own.assigned if own else 0)
    assert all(seen.values()), f"the dice never made some state: {seen}"


@pytest.fixture
def office(db_session: Any) -> Iterator[int]:
    with clock.travel(NOW):
        agency = factories.make_agency(name="Kabupaten Uji", timezone="Asia/Makassar")
        unit = factories.make_unit(agency, name="Dinas Uji")
        for name in ("Adi", "Budi", "Cici", "Dodi", "Evi", "Fani", "Gita"):
            factories.make_person(unit, name=name)
        factories.assign(agency, event_id=factories.make_election(date(2026, 12, 10), name="Pilkada Uji"))
        yield unit


@pytest.fixture
def chief(office: int) -> int:
    return factories.make_person(office, name="Kepala", roles=[("SUPERVISOR", office)])


def ordered(office: int, chief: int, *, form: ExportForm = ExportForm.CSV, search: str = "") -> str:
    return write(
        services.order,
        chosen=Selection(head(office), factories.COURSE, State.ALL, False, search),
        form=form,
        language="id",
        requested_by=chief,
        now=clock.now(),
    )


def found(public_id: str) -> queries.ExportRow:
    db.session.rollback()
    row = queries.by_public_id(public_id)
    assert row is not None
    return row


def test_somebody_who_passes_or_comes_while_the_file_is_written_changes_nothing_in_it(
    office: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    told: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        told.append((done, total))
        factories.make_person(office, name=f"Pendatang {'I' * done}")

    chosen = Selection(head(office), factories.COURSE, State.ALL, False, "")
    db.session.rollback()
    with io.BytesIO() as target:
        assert queries.make_file(chosen, "Uji", ExportForm.CSV, target, NOW, meanwhile) == 7
        assert b"Pendatang" not in target.getvalue()
    assert told == [(2, 7), (4, 7), (6, 7)]
    assert rates.total(chosen.unit, factories.COURSE).assigned == 10


def test_a_file_that_lost_a_row_on_its_way_is_not_made(office: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = queries.persons_at_once

    @contextmanager
    def leaky(chosen: Selection, now: datetime) -> Iterator[Any]:
        with real(chosen, now) as (total, rows):
            next(rows)
            yield total, rows

    monkeypatch.setattr(queries, "persons_at_once", leaky)
    chosen = Selection(head(office), factories.COURSE, State.ALL, False, "")
    with io.BytesIO() as target, pytest.raises(queries.Incomplete):
        queries.make_file(chosen, "Uji", ExportForm.CSV, target, NOW)


def test_an_order_is_made_once_and_its_bytes_go_after_some_days(office: int, chief: int) -> None:
    public_id = ordered(office, chief)
    assert ordered(office, chief) == public_id, "a second click is the same order"
    jobs.drain()
    order = found(public_id)
    assert (order.people, order.there) == (8, True)
    content = b"".join(queries.parts(order.id))
    assert len(content) == order.size
    jobs._tasks[services.MAKE](
        {"public_id": public_id}, lambda _done, _all: None
    )  # a worker that came back to life
    assert b"".join(queries.parts(order.id)) == content

    with clock.travel(NOW + services.KEPT - timedelta(minutes=1)):
        write(services.forget, now=clock.now())
    assert found(public_id).there
    with clock.travel(NOW + services.KEPT + timedelta(minutes=1)):
        write(services.forget, now=clock.now())
    order = found(public_id)
    assert (order.people, order.there) == (8, False), "who took out what is known for ever"
    assert ordered(office, chief) != public_id, "and it can be ordered again"


def test_a_fourth_order_waits_for_one_of_three(office: int, chief: int) -> None:
    for search in ("a", "b", "c"):
        ordered(office, chief, search=search)
    with pytest.raises(Conflict):
        ordered(office, chief, search="d")
    jobs.drain()
    ordered(office, chief, search="d")


def test_whoever_lost_the_role_before_the_worker_came_gets_no_file(office: int, chief: int) -> None:
    from learning.people.models import RoleGrant

    public_id = ordered(office, chief)
    grant = db.session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == chief))
    write(people.end_role, grant_id=grant, now=clock.now())
    jobs.drain()
    assert found(public_id).people is None
    assert db.session.scalar(select(func.count()).select_from(PeopleExportPart)) == 0


def test_a_workbook_goes_on_in_the_next_sheet_and_never_holds_a_formula(app: Any) -> None:
    with app.test_request_context(), io.BytesIO() as target:
        out = files.XlsxWriter(target, files.headings(), rows_a_sheet=2)
        for name in ("=1+1", "@SUM(A1)", "Bad\x08Name", "Empat", "Lima"):
            out.add((name, "1990 01", None, "Unit", "Lulus", 1, 2, "", "", "ya"))
        out.close([["Lengkap, jumlah orang", 5]])
        book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    assert book.sheetnames == ["Orang", "Orang 2", "Orang 3"]
    cells = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "=1+1",
        "@SUM(A1)",
        "BadName",
        "Empat",
        "Lima",
        "Lengkap, jumlah orang",
    ]
    assert all(cell.data_type == "s" for cell in cells)
