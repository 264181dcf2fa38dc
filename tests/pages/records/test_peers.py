"""A unit among those of its level: told to whoever does not see them, without names and never about few."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.kernel.db import db
from learning.records import peering, rates
from learning.records.models import UnitCount
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def offices(db_session: Any) -> tuple[int, list[int]]:
    """A government with four offices of one person each; their counts are then set as if they were larger."""
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji")
    units = [factories.make_unit(agency, f"Dinas {name}") for name in ("Sendiri", "Maju", "Lambat", "Sedang")]
    for unit in units:
        factories.make_person(unit)
    factories.assign(agency, due_on=date(2027, 1, 10), now=NOW)
    return agency, units


def stand(unit: int, passed: int, assigned: int) -> None:
    """Counts as of a unit with more people: what is tested is what is told of them, not how they came about."""
    db.session.query(UnitCount).filter_by(org_unit_id=unit).update(
        {"assigned": assigned, "started": passed, "passed": passed}
    )
    db.session.commit()


def test_the_head_of_an_office_reads_the_others_together(
    offices: tuple[int, list[int]], login: Login
) -> None:
    agency, units = offices
    for unit, passed in zip(units, (6, 9, 1, 5), strict=True):
        stand(unit, passed, 10)
    chief = factories.make_person(None, "Kepala", roles=[("SUPERVISOR", units[0])])
    hr = factories.make_person(None, "Pengelola", roles=[("HR", agency)])
    with clock.travel(NOW):
        page = login(chief).get(f"/unit/{units[0]}/banding").text
        assert "Di 3 unit lain yang setingkat, secara keseluruhan 50% orang sudah lulus." in page
        assert "lebih maju daripada 2 dari 3 unit" in page
        assert not re.search("Dinas (Maju|Lambat|Sedang)", page)
        assert f'href="/unit/{units[0]}/banding' in login(chief).get(f"/unit/{units[0]}").text
        # Who sees the unit above has the table with names instead.
        assert "Di antara unit setingkat" not in login(hr).get(f"/unit/{units[0]}/banding").text
        assert "Dinas Lambat" in login(hr).get(f"/unit/{agency}/banding").text


def test_small_offices_are_not_told_of(offices: tuple[int, list[int]]) -> None:
    _agency, units = offices
    chief = factories.make_principal(factories.make_person(None, "Kepala", roles=[("SUPERVISOR", units[0])]))
    head = rates.unit_head(chief, units[0])
    assert head is not None
    assert peering.among_its_level(head, factories.COURSE) is None
    for unit in units[:3]:
        stand(unit, 3, 10)
    assert peering.among_its_level(head, factories.COURSE) is None
    stand(units[3], 0, 10)
    assert peering.among_its_level(head, factories.COURSE) is not None


def test_of_other_agencies_nothing_is_told(offices: tuple[int, list[int]]) -> None:
    agency, _units = offices
    for _ in range(4):
        factories.make_person(factories.make_agency())
    hr = factories.make_principal(factories.make_person(None, "Pengelola", roles=[("HR", agency)]))
    head = rates.unit_head(hr, agency)
    assert head is not None
    assert peering.among_its_level(head, factories.COURSE) is None
