"""Two agencies with an admin, HR and staff each; somebody passed, somebody did not; a system of each agency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from learning.kernel import clock
from learning.people.queries import person_row
from tests import factories as make
from tests.pages.api.asking import Machine, make_token

RULE = "promosi"


@dataclass
class Office:
    """One agency and what is in it."""

    agency: int
    admin: int
    passed: int
    waiting: int
    secret: str
    machine: Machine

    @staticmethod
    def nip(person: int) -> str:
        row = person_row(person)
        assert row is not None
        return row.employee_number


def open_office(app: Flask, name: str) -> Office:
    agency = make.make_agency(f"Kabupaten {name}", code=name)
    unit = make.make_unit(agency, f"Dinas {name}")
    admin = make.make_person(unit, roles=[("ADMIN", agency)])
    passed = make.make_person(unit, name=f"Lulus {name}")
    waiting = make.make_person(unit, name=f"Belum {name}")
    make.pass_course(passed)
    secret = make_token(agency, admin)
    return Office(agency, admin, passed, waiting, secret, Machine(app, secret))


@pytest.fixture
def offices(app: Flask, db_session: Any) -> dict[str, Office]:
    make.make_course()
    make.load_rules(make.make_rule(RULE))
    return {name: open_office(app, name) for name in ("A", "B")}


@pytest.fixture
def office(offices: dict[str, Office]) -> Office:
    return offices["A"]


@pytest.fixture
def today() -> str:
    return clock.local_date(clock.now()).isoformat()
