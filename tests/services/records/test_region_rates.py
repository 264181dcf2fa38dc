"""Figures of regions are the figures of units, whoever asks, now and on a past day; and nobody finds another agency's people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from learning.kernel.access import Principal
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.kinds import PositionType
from learning.records import mapping, rates, region_rates
from learning.records.mapping import NOWHERE, RegionRate
from tests import factories

COURSE = factories.COURSE
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Country:
    """A ministry with an office in another province and one without a region, and a regency's government."""

    ministry: int
    branch: int
    regency: int
    school: int
    mover: int
    chief: Principal
    hr: Principal
    national: Principal


@pytest.fixture
def country(db_session: Any) -> Country:
    factories.make_course()
    ministry = factories.make_agency("Kementerian Uji", region_code=None)
    branch = factories.make_unit(ministry, "Balai di Lombok", region_code="52.01")
    headquarters = factories.make_unit(ministry, "Kantor Pusat", region_code="31")
    regency = factories.make_agency("Kabupaten Lombok Barat", region_code="52.01", timezone="Asia/Makassar")
    school = factories.make_unit(regency, "Sekolah", region_code="52.01.05")
    branch_people = [factories.make_person(branch) for _ in range(3)]
    for unit, many in ((ministry, 1), (headquarters, 2), (regency, 1), (school, 4)):
        for _ in range(many):
            factories.make_person(unit)
    for root in (ministry, regency):
        factories.assign(root, due_on=NOW.date() + timedelta(days=40), now=NOW - timedelta(days=9))
    factories.pass_course(branch_people[0], COURSE)
    return Country(
        ministry, branch, regency, school, branch_people[1],
        factories.make_principal(factories.make_person(None, roles=[("SUPERVISOR", branch)])),
        factories.make_principal(factories.make_person(None, roles=[("HR", regency)])),
        factories.make_admin(),
    )  # fmt: skip


def people_of(found: list[RegionRate]) -> dict[str, tuple[int, int]]:
    return {rate.code: (rate.passed, rate.assigned) for rate in found}


def test_people_are_counted_where_their_unit_works(country: Country) -> None:
    found = region_rates.by_province(country.national)[COURSE]
    assert people_of(found) == {"52": (1, 8), "31": (0, 2), NOWHERE: (0, 1)}
    inside = region_rates.by_regency(country.national, "52")[COURSE]
    assert people_of(inside) == {"52.01": (1, 8)}
    assert people_of(region_rates.by_regency(country.national, "31")[COURSE]) == {"31": (0, 2)}


def test_regions_add_up_to_the_units(country: Country) -> None:
    found = region_rates.by_province(country.national)[COURSE]
    units = [rates.total(root, COURSE) for root in rates.scope_roots(country.national)]
    for figure in ("assigned", "started", "passed", "exempt"):
        assert sum(getattr(r, figure) for r in found) == sum(getattr(u, figure) for u in units)
    assert sum(r.missing for r in found) == mapping.total(found).missing


def test_in_one_regency_each_agency_sees_its_own_people_alone(country: Country) -> None:
    assert people_of(region_rates.by_province(country.chief)[COURSE]) == {"52": (1, 3)}
    assert people_of(region_rates.by_province(country.hr)[COURSE]) == {"52": (0, 5)}
    rows, count = region_rates.units_in(country.hr, "52.01", COURSE)
    assert ([row.name for row in rows], count) == (["Sekolah", "Kabupaten Lombok Barat"], 2)
    assert not region_rates.works_there(country.hr, "31")
    assert not region_rates.works_there(country.hr, NOWHERE)
    assert region_rates.works_there(country.hr, "52")


def test_who_looks_after_nobody_sees_nobody(country: Country) -> None:
    nobody = factories.make_principal(factories.make_person(country.branch))
    assert region_rates.by_province(nobody) == {}
    assert region_rates.then(nobody, COURSE, NOW.date()) == []
    assert region_rates.units_in(nobody, "52.01", COURSE) == ([], 0)


def test_a_past_day_of_a_region_keeps_who_has_moved_away(country: Country) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    before = region_rates.then(country.national, COURSE, yesterday)
    write(
        people.post_person,
        person_id=country.mover,
        org_unit_id=country.ministry,
        position_title="Guru",
        position_type=PositionType.FUNCTIONAL,
        starts_on=NOW.date(),
        now=NOW,
    )
    assert region_rates.then(country.national, COURSE, yesterday) == before
    assert people_of(region_rates.by_province(country.national)[COURSE])["52"] == (1, 7)
    assert people_of(region_rates.by_province(country.national)[COURSE])[NOWHERE] == (0, 2)
    whole = [rates.total(root, COURSE, yesterday) for root in rates.scope_roots(country.national)]
    assert sum(rate.assigned for rate in before) == sum(unit.assigned for unit in whole) == 11
    inside = region_rates.then(country.national, COURSE, yesterday, "52")
    assert sum(rate.assigned for rate in inside) == people_of(before)["52"][1]


def test_units_without_a_region_can_be_opened_too(country: Country) -> None:
    rows, count = region_rates.units_in(country.national, NOWHERE, COURSE)
    assert ([row.name for row in rows], count) == (["Kementerian Uji"], 1)
    rows, count = region_rates.units_in(country.national, "31", COURSE)
    assert ([row.name for row in rows], count) == (["Kantor Pusat"], 1)


def test_the_whole_nation_is_one_statement(country: Country, query_count: Callable[[], Any]) -> None:
    with query_count() as one:
        region_rates.by_province(country.national)
    assert len(one) == 1
