"""An agency's admin splits a unit, sets the guard of imports, and reads who came and went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.kernel.transaction import write
from learning.people import known_people, queries, services
from learning.people.kinds import PositionType
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def office(db_session: Any) -> tuple[int, int, int]:
    agency = factories.make_agency(code="KAB")
    unit = factories.make_unit(agency, "Dinas Kesehatan", code="DINKES")
    return agency, unit, factories.make_person(agency, name="Ani Admin", roles=[("ADMIN", agency)])


def test_a_split_that_is_refused_keeps_what_was_typed(office: tuple[int, int, int], login: Login) -> None:
    _agency, unit, admin = office
    number = factories.make_number()
    factories.make_person(unit, "Wati", employee_number=number)
    browser = login(admin)
    page = browser.get(f"/admin/unit/{unit}").text
    assert "Pisahkan sebagian ke unit baru" in page
    today = clock.local_date(clock.now()).isoformat()
    form = {"nama": "Rumah Sakit", "kode": "RSUD", "mulai": today, "pegawai": "1234"}
    refused = browser.post(f"/admin/unit/{unit}/pisah", data=form)
    assert refused.status_code == 422
    assert "1234: " in refused.text
    assert 'value="Rumah Sakit"' in refused.text
    refused = browser.post(f"/admin/unit/{unit}/pisah", data=form | {"pegawai": ""})
    assert "Pilih paling sedikit satu jabatan" in refused.text
    spaced = f" {number[:8]} {number[8:14]} {number[14]} {number[15:]} ,\n\n"
    done = browser.post(f"/admin/unit/{unit}/pisah", data=form | {"pegawai": spaced}, follow_redirects=True)
    assert "Unit dipisahkan. 1 orang pindah" in done.text
    assert "<h1>Rumah Sakit" in done.text or "Rumah Sakit</h1>" in done.text
    again = browser.post(f"/admin/unit/{unit}/pisah", data=form | {"pegawai": spaced})
    assert "tidak duduk di unit ini" in again.text
    assert number in again.text


def test_the_guard_stands_on_the_agency_and_nowhere_else(office: tuple[int, int, int], login: Login) -> None:
    agency, unit, admin = office
    browser = login(admin)
    assert "Penjaga impor" in browser.get(f"/admin/unit/{agency}").text
    assert "Penjaga impor" not in browser.get(f"/admin/unit/{unit}").text
    assert browser.post(f"/admin/unit/{unit}/penjaga-impor", data={"persen": "10"}).status_code == 404
    assert browser.post(f"/admin/unit/{agency}/penjaga-impor", data={"persen": "99"}).status_code == 422
    assert known_people.guard_percent(agency) == 5
    assert browser.post(f"/admin/unit/{agency}/penjaga-impor", data={"persen": "10"}).status_code == 302
    assert known_people.guard_percent(agency) == 10
    assert '<option selected value="10">' in browser.get(f"/admin/unit/{agency}").text


def test_a_transfer_stands_on_the_home_page_of_both_admins(
    office: tuple[int, int, int], login: Login
) -> None:
    _agency, unit, admin = office
    other = factories.make_agency("Kabupaten B", code="KABB")
    there = factories.make_person(other, name="Budi Admin", roles=[("ADMIN", other)])
    worker = factories.make_person(unit, "Wati Pegawai")
    write(
        services.post_person,
        person_id=worker,
        org_unit_id=other,
        position_title="Perawat",
        position_type=PositionType.FUNCTIONAL,
        starts_on=date(2026, 4, 1),
        now=clock.now(),
    )
    row = queries.person_row(worker)
    assert row is not None
    assert "1 orang datang dari instansi lain." in login(there).get("/").text
    listed = login(there).get("/admin/perpindahan").text
    assert "Wati Pegawai" in listed
    assert row.public_id in listed
    assert "1 orang pindah ke instansi lain." in login(admin).get("/").text
    listed = login(admin).get("/admin/perpindahan").text
    assert "Wati Pegawai" in listed
    assert row.public_id not in listed, "no link to somebody who is out of reach now"
    assert "instansi lain" not in login(worker).get("/").text
