"""A unit is split, people go from one agency to another, and an agency sets its own guard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from learning.kernel import audit, clock
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people import panels, queries, services, sheets, transfer_queries
from learning.people.kinds import PositionType, PostingKind
from learning.people.models import AgencyTransfer, ImportGuard
from learning.records import counting
from tests import factories as make
from tests.services.people.test_imports import Office, line, numbers, person, seat


@pytest.fixture
def office(db_session: Any) -> Office:
    return Office()


def today() -> date:
    return clock.local_date(clock.now())


def split(office: Office, **other: Any) -> tuple[int, int]:
    values: dict[str, Any] = {
        "unit_id": office.schools,
        "name": "Dinas Kebudayaan",
        "code": "DISBUD",
        "numbers": frozenset(),
        "titles": frozenset(),
        "on": today(),
        "now": clock.now(),
        "actor_id": office.admin,
    }
    return write(services.split_unit, **(values | other))


def move(person_id: int, unit_id: int, on: date, kind: PostingKind = PostingKind.DEFINITIVE) -> None:
    write(
        services.post_person,
        person_id=person_id,
        org_unit_id=unit_id,
        position_title="Pamong Budaya",
        position_type=PositionType.FUNCTIONAL,
        starts_on=on,
        kind=kind,
        now=clock.now(),
    )


def transfers() -> list[tuple[int, int, int]]:
    rows = db.session.scalars(select(AgencyTransfer).order_by(AgencyTransfer.id))
    return [(row.person_id, row.from_agency_id, row.to_agency_id) for row in rows]


def test_a_split_seats_who_was_chosen_and_leaves_the_rest(office: Office) -> None:
    make.make_course()
    make.assign(office.agency)
    by_number, by_title, stays, elsewhere = numbers(4)
    for number in (by_number, by_title, stays):
        make.make_person(office.schools, employee_number=number)
    make.make_person(office.health, employee_number=elsewhere)
    move(person(by_title).id, office.schools, date(2026, 3, 1))
    move(person(elsewhere).id, office.schools, date(2026, 3, 1), PostingKind.ACTING)
    make.pass_course(person(by_title).id)
    new_id, people = split(office, numbers={by_number}, titles={"Pamong Budaya"})
    assert people == 2, "an acting post goes along, its holder's own seat stays"
    new, old = queries.unit_row(new_id), queries.unit_row(office.schools)
    assert new is not None
    assert old is not None
    assert (new.parent_id, new.kind, new.valid_from) == (old.parent_id, old.kind, today())
    for number in (by_number, by_title):
        held = seat(number)
        assert held is not None
        assert (held.org_unit_id, held.starts_on) == (new_id, today())
        before = queries.posting_on(person(number).id, today() - timedelta(days=1))
        assert before is not None
        assert before.org_unit_id == office.schools
        acts = db.session.scalars(
            select(audit.AuditEntry).where(audit.AuditEntry.about_id == person(number).id)
        )
        assert any(act.detail.get("split") == office.schools for act in acts)
    kept = seat(stays)
    assert kept is not None
    assert kept.org_unit_id == office.schools
    acting = [row for row in queries.postings_of(person(elsewhere).id) if row.kind is PostingKind.ACTING]
    assert [row.org_unit_id for row in acting] == [new_id, office.schools]
    assert counting.drifts() == []
    assert counting.misplaced() == []
    assert transfers() == [], "both units belong to one agency"


def test_a_split_refuses_what_it_cannot_do_and_then_changes_nothing(office: Office) -> None:
    here, elsewhere = numbers(2)
    make.make_person(office.schools, employee_number=here)
    make.make_person(office.health, employee_number=elsewhere)
    before = len(queries.unit_codes(office.agency))
    refusals: list[tuple[type[Exception], str, dict[str, Any]]] = [
        (Invalid, "split_nobody", {}),
        (Invalid, "split_nobody", {"titles": {"Jabatan yang tidak ada"}}),
        (Invalid, "split_unknown", {"numbers": {here, elsewhere}}),
        (Invalid, "split_agency", {"unit_id": office.agency, "numbers": {here}}),
        (NotFound, "unit_unknown", {"unit_id": 0}),
        (Conflict, "merge_starts_later", {"numbers": {here}, "on": date(2000, 1, 1)}),
        (Conflict, "unit_code_taken", {"numbers": {here}, "code": "dinkes"}),
    ]
    for kind, code, values in refusals:
        with pytest.raises(kind, match=rf"people\.{code}"):
            split(office, **values)
    assert len(queries.unit_codes(office.agency)) == before
    assert split(office, numbers={here})[1] == 1
    with pytest.raises(Invalid, match=r"people\.split_unknown"):
        split(office, numbers={here}, code="LAIN")  # sent twice: they sit in the new unit by now
    write(services.end_unit, unit_id=office.schools, on=today())
    with pytest.raises(Invalid, match=r"people\.unit_ended"):
        split(office, numbers={here}, code="LAIN")


def test_both_agencies_are_told_of_a_transfer_and_nobody_else(office: Office) -> None:
    worker = make.make_person(office.schools, "Cici")
    there = make.make_person(office.other, name="Budi Admin", roles=[("ADMIN", office.other)])
    third = make.make_agency("Kabupaten C", code="KABC")
    outside = make.make_person(third, roles=[("ADMIN", third)])
    move(worker, office.health, date(2026, 3, 1))
    assert transfers() == []
    move(worker, office.other, date(2026, 4, 1))
    assert transfers() == [(worker, office.agency, office.other)]
    now = clock.now()
    told = {}
    for name, who in (("from", office.admin), ("to", there), ("third", outside), ("self", worker)):
        panel = panels.home_transfers(principal=make.make_principal(who), now=now)
        told[name] = panel.context if panel else None
    assert told == {"from": {"came": 0, "went": 1}, "to": {"came": 1, "went": 0}, "third": None, "self": None}
    rows, total = transfer_queries.visible_transfers(make.make_principal(office.admin))
    assert (total, rows[0].name, rows[0].went, rows[0].public_id) == (1, "Cici", True, None)
    rows, total = transfer_queries.visible_transfers(make.make_principal(there))
    assert (total, rows[0].came, rows[0].public_id is not None) == (1, True, True)
    assert transfer_queries.visible_transfers(make.make_principal(outside)) == ([], 0)
    later = now + panels.TOLD_FOR + timedelta(minutes=1)
    assert panels.home_transfers(principal=make.make_principal(there), now=later) is None
    db.session.delete(db.session.scalars(select(AgencyTransfer)).one())
    with pytest.raises(DBAPIError, match="frozen"):
        db.session.flush()


def test_a_file_that_takes_over_somebody_released_elsewhere_tells_both(office: Office) -> None:
    number = make.make_number()
    gone = make.make_person(office.other, "Dodi Pindah", employee_number=number)
    for other in numbers(1):
        make.make_person(office.other, employee_number=other)
    released = office.dry_run(line(other, "Dewi", unit="KABB"), complete=True, agency=office.other)
    office.apply(released, reason="Pindah ke kabupaten lain, SK 12/2026")
    assert transfers() == []
    start = today().isoformat()
    office.apply(office.dry_run(line(number, "Dodi Pindah", start=start)))
    assert transfers() == [(gone, office.other, office.agency)]
    # The admin of everything moves somebody by a file in one step.
    chief = make.make_person(office.agency, roles=[("ADMIN", None)])
    mover = make.make_person(office.schools, "Eka", employee_number=(eka := make.make_number()))
    office.apply(office.dry_run(line(eka, "Eka", unit="KABB", start=start), agency=None, actor=chief))
    assert transfers()[1:] == [(mover, office.agency, office.other)]
    assert Role.ADMIN in make.make_principal(chief).roles
    assert panels.home_transfers(principal=make.make_principal(chief), now=clock.now()) is None


def test_what_a_dry_run_shows_is_words_and_names(office: Office) -> None:
    """No code of the database, and whoever is missing in a file is named."""
    number = make.make_number()
    make.make_person(office.schools, "Cici", employee_number=number)
    sheet = office.dry_run(line(number, "Cici"), complete=True)
    shown = sheets.find(sheet.public_id, uploaded_by=office.admin)
    assert shown is not None
    changes = {change.label: change for change in shown.examples("MOVED")[0].changes}
    assert not {change.new for change in changes.values()} & set(PositionType)
    (missing,) = [row for row in shown.findings if row.row == 0]
    assert (missing.column, missing.found) == ("nama", "Ani Admin")
    assert "Ani Admin" in "".join(sheets.rejected_csv(shown)).splitlines()[1]


def test_an_agency_sets_from_which_share_on_a_file_needs_a_reason(office: Office) -> None:
    crowd = numbers(39)
    for number in crowd:
        make.make_person(office.schools, employee_number=number)
    everybody_but = "".join(line(number, "Dewi Lestari", unit="DINDIK") for number in crowd[4:])
    assert office.dry_run(everybody_but, complete=True).report["over"][0]["percent"] == 5  # 4 of 40 are 10 %
    assert write(services.set_guard, agency_id=office.agency, percent=10, actor_id=office.admin) is True
    assert write(services.set_guard, agency_id=office.agency, percent=10) is False
    assert office.dry_run(everybody_but, complete=True).report["over"] == []
    assert write(services.set_guard, agency_id=office.agency, percent=2) is True
    assert office.dry_run(everybody_but, complete=True).report["over"][0]["percent"] == 2
    for percent in (0, 51):
        with pytest.raises(Invalid, match=r"people\.guard_percent"):
            write(services.set_guard, agency_id=office.agency, percent=percent)
    with pytest.raises(NotFound):
        write(services.set_guard, agency_id=office.schools, percent=10)
    db.session.add(ImportGuard(agency_id=office.other, percent=100))
    with pytest.raises(IntegrityError, match="ck_import_guard_percent"):
        db.session.flush()
    db.session.rollback()
    changes = db.session.scalars(
        select(audit.AuditEntry.detail)
        .where(audit.AuditEntry.action == "people.import_guard_set")
        .order_by(audit.AuditEntry.id)
    ).all()
    assert changes == [{"before": 5, "percent": 10}, {"before": 10, "percent": 2}]
