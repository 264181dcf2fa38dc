"""A supervisor takes names out, sets units side by side, finds one among many, and prints a page for the head of the agency."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from learning.kernel import clock, jobs
from learning.records.exports import services
from tests.pages.records.test_units import COURSE, NOW, Place, noon, passed, place

Login = Callable[[int], FlaskClient]
__all__ = ["noon", "place"]  # the same place at the same hour


def ordered(browser: FlaskClient, unit: int, query: str = "") -> str:
    answer = browser.post(f"/unit/{unit}/orang/siapkan{query}")
    assert answer.status_code == 302
    return str(answer.location)


def test_a_short_list_comes_at_once_as_a_workbook_whose_nips_are_text(place: Place, login: Login) -> None:
    answer = login(place.chief).get(f"/unit/{place.office}/orang/unduh?bentuk=xlsx&keadaan=lulus")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[0] for row in rows[1:3]} == {"Evi Cepat", "Fani Cepat"}
    assert isinstance(rows[1][1], str)
    assert rows[-1][:2] == ("Lengkap, jumlah orang", 2)


def test_a_long_list_is_ordered_followed_and_fetched_whole(
    place: Place, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 3)
    monkeypatch.setattr("learning.records.routes.units.AT_ONCE", 3)
    browser = login(place.chief)
    page = browser.get(f"/unit/{place.office}/orang?keadaan=belum").text
    assert "/orang/siapkan?bentuk=csv" in page
    assert "keadaan=belum" in page
    back = browser.get(f"/unit/{place.office}/orang/unduh?keadaan=belum")
    assert (back.status_code, "keadaan=belum" in back.location) == (302, True)

    order = ordered(browser, place.office, "?keadaan=belum&bentuk=csv")
    assert ordered(browser, place.office, "?keadaan=belum&bentuk=csv") == order
    assert "Berkas sedang disiapkan" in browser.get(order).text
    assert browser.get(f"{order}/kemajuan").get_json()["finished"] is False
    assert browser.get(f"{order}/berkas").status_code == 404
    jobs.drain()
    assert browser.get(f"{order}/kemajuan").get_json()["finished"] is True
    assert "5 orang siap diunduh" in browser.get(order).text
    answer = browser.get(f"{order}/berkas")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[-1][:2] == ["Lengkap, jumlah orang", "5"]
    assert ["Keadaan", "Belum lulus"] in [row[:2] for row in rows]
    with clock.travel(NOW + services.KEPT + timedelta(hours=1)):
        jobs._tasks[services.FORGET]({}, lambda _done, _all: None)
        assert "sudah dihapus" in login(place.chief).get(order).text
        assert login(place.chief).get(f"{order}/berkas").status_code == 404


def test_a_file_is_only_for_who_asked_and_only_while_they_hold_the_unit(
    place: Place, login: Login, db_session: Any
) -> None:
    from learning.kernel.access import Role
    from learning.kernel.transaction import write
    from learning.people.models import RoleGrant
    from learning.people.services import end_role, grant_role

    order = ordered(login(place.chief), place.office)
    jobs.drain()
    for other in (place.hr, place.admin, place.stranger):
        for part in ("", "/kemajuan", "/berkas"):
            assert login(other).get(order + part).status_code == 404
    assert login(place.stranger).post(f"/unit/{place.office}/orang/siapkan").status_code == 404
    write(
        grant_role,
        person_id=place.chief,
        role=Role.SUPERVISOR,
        org_unit_id=place.elsewhere,
        now=clock.now(),
    )
    grant = db_session.query(RoleGrant.id).filter_by(person_id=place.chief, org_unit_id=place.office).scalar()
    write(end_role, grant_id=grant, now=clock.now())
    for part in ("", "/kemajuan", "/berkas"):
        assert login(place.chief).get(order + part).status_code == 404


def test_each_list_that_left_the_house_is_in_the_audit_log(
    place: Place, login: Login, db_session: Any
) -> None:
    from learning.kernel.audit import AuditEntry

    browser = login(place.chief)
    browser.get(f"/unit/{place.office}/orang/unduh").close()
    order = ordered(browser, place.office)
    jobs.drain()
    browser.get(f"{order}/berkas").close()
    acts = [row.action for row in db_session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [act for act in acts if "export" in act] == [
        "records.people_exported",
        "records.export_ordered",
        "records.people_exported",
    ]


def test_units_stand_beside_each_other_and_beside_last_week(place: Place, login: Login) -> None:
    page = login(place.hr).get(f"/unit/{place.office}/banding?sorot={place.ahead}").text
    # Both became known two days ago: the book is written forwards.
    assert "28,6%, sebelumnya 0%" in page
    row = page[page.index("Puskesmas Cepat") :]
    assert "▲ 100" in row[: row.index("</tr>")]
    assert "unit yang Anda buka" in row[: row.index("</tr>")]
    assert page.index("Puskesmas Lambat") < page.index("Puskesmas Cepat")


def test_beside_today_there_is_no_day_before_the_book_begins(place: Place, login: Login) -> None:
    for day in ("1990-01-01", "2031-01-01", "kemarin", "9" * 3000):
        assert login(place.hr).get(f"/unit/{place.office}/banding?sejak={day}").status_code == 200
        assert login(place.hr).get(f"/unit/{place.office}/laporan?sejak={day}").status_code == 200


def test_siblings_are_offered_only_to_who_sees_the_unit_above(place: Place, login: Login) -> None:
    link = f"/unit/{place.office}/banding"
    assert "unit setingkat" in login(place.chief).get(f"/unit/{place.behind}").text
    assert "unit setingkat" not in login(place.chief).get(f"/unit/{place.office}").text
    assert login(place.stranger).get(link).status_code == 404


def test_a_unit_is_found_by_part_of_its_name_at_any_depth_and_never_outside(
    place: Place, login: Login
) -> None:
    page = login(place.hr).get(f"/unit/{place.agency}/cari?q=LAMBAT").text
    assert "Puskesmas Lambat" in page
    assert "Puskesmas Cepat" not in page
    assert "Dinas Uji" in page, "the unit above says which one it is"
    for words in ("%25", "_", "tidak ada", "%00"):
        assert "Puskesmas" not in login(place.hr).get(f"/unit/{place.agency}/cari?q={words}").text
    assert login(place.stranger).get(f"/unit/{place.agency}/cari?q=lambat").status_code == 404


def test_the_report_says_what_the_unit_page_says_and_what_has_changed(place: Place, login: Login) -> None:
    passed(_person("Agus Lambat"), NOW - timedelta(hours=1))
    page = login(place.chief).get(f"/unit/{place.office}/laporan").text
    assert "3 dari 7 orang sudah lulus (42,9%)" in page
    assert "perubahan sejak 17" in page
    assert "▲ 3" in page
    assert page.index("Puskesmas Lambat") > page.index("paling tertinggal")
    assert "Puskesmas Cepat" not in page, "who is complete is not behind"
    assert "Sumber: Netra" in page


def test_the_trend_and_a_past_day_never_say_different_things(place: Place, db_session: Any) -> None:
    from learning.kernel.access import Grant, Role
    from learning.people.access import bare_principal
    from learning.records import rates, trends

    unit = rates.unit_head(bare_principal(0, (Grant(Role.ADMIN),)), place.office)
    assert unit is not None
    points = trends.trend(unit, COURSE, NOW)
    assert points[-1].passed == rates.total(unit, COURSE).passed == 2
    for point in points[:-1]:
        assert point.passed == rates.total(unit, COURSE, point.day).passed


def _person(name: str) -> int:
    from learning.kernel.db import db
    from learning.people.models import Person

    return int(db.session.query(Person.id).filter(Person.name == name).scalar())
