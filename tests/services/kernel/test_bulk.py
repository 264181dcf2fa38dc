"""Many rows at once meet what one row meets: the same values, constraints, triggers, and the same errors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit
from learning.kernel.bulk import FEW, insert_many
from learning.kernel.db import db
from learning.kernel.transaction import violated, write
from learning.people.kinds import EmploymentType, PersonStatus, PositionType, PostingKind
from learning.people.models import Person, Posting
from tests import factories as make

HOSTILE = ["O'Brien", "a\tb", "baris\nbaru", "garis\\miring", "\\N", "\\.", "", "Ñandú 李", 'ku"tip', "a\r"]


def people(numbers: list[str], **values: Any) -> list[dict[str, Any]]:
    return [
        {
            "public_id": f"bulk-{at}-{number}",
            "employee_number": number,
            "name": HOSTILE[at % len(HOSTILE)],
            "front_title": "",
            "back_title": HOSTILE[-at % len(HOSTILE)],
            "email": None if at % 2 else f"p{at}@contoh.invalid",
            "employment_type": EmploymentType.PNS if at % 3 else EmploymentType.PPPK,
            "password_hash": None,
            "status": PersonStatus.ACTIVE,
            "locale": "id",
            "created_at": make.LONG_AGO + timedelta(microseconds=at),
        }
        | values
        for at, number in enumerate(numbers)
    ]


@pytest.mark.parametrize("count", [0, 1, FEW, 3 * FEW])
def test_every_value_comes_back_as_it_was_given(db_session: Any, count: int) -> None:
    rows = people([make.make_number() for _ in range(count)])
    write(lambda: insert_many(Person, rows))
    kept = db.session.scalars(select(Person).where(Person.public_id.like("bulk-%")).order_by(Person.id))
    assert [{name: getattr(person, name) for name in rows[0]} for person in kept] == rows


def test_a_breach_is_named_and_nothing_of_the_lot_stays(db_session: Any) -> None:
    taken = make.make_number()
    make.make_person(employee_number=taken)
    rows = people([make.make_number() for _ in range(FEW)] + [taken])
    with pytest.raises(IntegrityError) as caught:
        write(lambda: insert_many(Person, rows))
    assert violated(caught.value, "uq_person_employee_number")
    assert db.session.scalar(select(Person.id).where(Person.public_id.like("bulk-%"))) is None


def test_the_database_judges_rows_that_come_in_a_lot(db_session: Any) -> None:
    person, unit = make.make_person(), make.make_agency()
    seat = {
        "person_id": person,
        "org_unit_id": unit,
        "position_title": "Guru",
        "position_type": PositionType.FUNCTIONAL,
        "grade_code": None,
        "kind": PostingKind.ACTING,
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 1),
    }
    with pytest.raises(IntegrityError) as caught:
        write(lambda: insert_many(Posting, [seat] * FEW))
    assert violated(caught.value, "ck_posting_period")
    with pytest.raises(IntegrityError):
        write(lambda: insert_many(Posting, [seat | {"ends_on": None, "org_unit_id": 10**8}] * FEW))


def test_a_long_list_of_acts_is_chained_without_a_gap(db_session: Any) -> None:
    def act() -> None:
        for at in range(5 * FEW):
            audit.record("uji.banyak", f"person:{at}", about_id=at, catatan="a\tb\\n\n", urut=at)

    write(act)
    assert list(audit.verify()) == []
    details = db.session.scalars(
        select(audit.AuditEntry.detail).where(audit.AuditEntry.action == "uji.banyak")
    ).all()
    assert sorted(detail["urut"] for detail in details) == list(range(5 * FEW))
    assert {detail["catatan"] for detail in details} == {"a\tb\\n\n"}
