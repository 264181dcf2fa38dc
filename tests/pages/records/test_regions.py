"""The map of regions: what a page alone can break. The figures are proved in tests/services/records/test_region_rates.py."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.records import region_rates
from tests import factories

Login = Callable[[int], FlaskClient]
COURSE = factories.COURSE
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Land:
    hr: int
    other: int
    admin: int


@pytest.fixture
def land(db_session: Any) -> Land:
    """A government of a province: six people in one regency, three in another, seven in none; and a stranger beside it."""
    factories.make_course()
    root = factories.make_agency("Provinsi Uji", region_code="52")
    west = factories.make_unit(root, "Cabang Barat", region_code="52.01")
    school = factories.make_unit(west, "Sekolah Lombok", region_code="52.01.05")
    middle = factories.make_unit(root, "Cabang Tengah", region_code="52.02")
    elsewhere = factories.make_agency("Kabupaten Lain", region_code="52.03")
    first = [
        factories.make_person(school, f"Guru {name}")
        for name in ("Adi", "Budi", "Cici", "Dodi", "Evi", "Fani")
    ]
    for unit, many in ((middle, 3), (root, 7), (elsewhere, 9)):
        for _ in range(many):
            factories.make_person(unit)
    for agency in (root, elsewhere):
        factories.assign(agency, due_on=date(2027, 1, 10), now=NOW - timedelta(days=9))
    with clock.travel(NOW):
        for person in first[:3]:
            factories.pass_course(person, COURSE)
    return Land(
        factories.make_person(None, "Pengelola", roles=[("HR", root)]),
        factories.make_person(None, "Pengelola Lain", roles=[("HR", elsewhere)]),
        factories.make_person(None, "Admin", roles=[("ADMIN", None)]),
    )


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOW):
        yield


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))


def test_the_map_says_the_answer_and_names_each_tile_in_words(land: Land, login: Login) -> None:
    page = login(land.hr).get("/unit/wilayah").text
    assert "1 provinsi tertinggal" in page
    tile = re.search(r'<li class="tile tile--bad c1 r7"><a href="([^"]+)">(.*?)</a>', page)
    assert tile is not None
    assert tile[1] == f"/unit/wilayah/52?kursus={COURSE}"
    said = re.sub(r"<[^>]+>", "", tile[2])
    assert said == "NTBNB18%, Nusa Tenggara Barat: Tertinggal, 13 orang belum lulus"
    assert page.count('<li class="tile') == 38
    assert "Aceh: Tanpa tugas" in page


def test_from_the_map_to_the_names(land: Land, login: Login) -> None:
    browser = login(land.hr)
    province = browser.get("/unit/wilayah/52").text
    assert "Nusa Tenggara Barat: 18,8% sudah lulus" in province
    assert "Tingkat provinsi, tanpa kabupaten/kota" in province
    assert "Kabupaten Lombok Timur" not in province
    regency = browser.get(f"/unit/wilayah/52.01/unit?kursus={COURSE}").text
    assert "Kabupaten Lombok Barat: 3 orang belum lulus" in regency
    target = re.search(r'href="(/unit/\d+/orang[^"]+)">Sekolah Lombok', regency)
    assert target is not None
    names = browser.get(target[1].replace("&amp;", "&")).text
    assert "Guru Fani" in names


def test_where_one_has_no_unit_there_is_no_page(land: Land, login: Login) -> None:
    browser = login(land.hr)
    closed = (
        "52.03/unit",
        "31",
        "tanpa/unit",
        "tanpa",
        "52.03",
        "52/unduh?kursus=tidak-ada",
        "99",
        "5",
        "52.01.05/unit",
    )
    assert {browser.get(f"/unit/wilayah/{address}").status_code for address in closed} == {404}


def test_the_other_agency_of_the_province_changes_no_figure(land: Land, login: Login) -> None:
    own = lines(login(land.hr).get("/unit/wilayah/unduh"))
    assert own[1:] == [["52", "Nusa Tenggara Barat", "16", "3", "3", "13", "18.8", "0"]]
    assert lines(login(land.other).get("/unit/wilayah/unduh"))[1][2] == "9"
    assert lines(login(land.admin).get("/unit/wilayah/unduh"))[1][2] == "25"


def test_the_sheet_to_hand_on_hides_the_small_and_what_gives_it_away(land: Land, login: Login) -> None:
    answer = login(land.hr).get("/unit/wilayah/52/unduh?untuk=umum&urut=nama")
    assert "wilayah-52-untuk-dibagikan-keadaan-20261124.csv" in answer.headers["Content-Disposition"]
    assert lines(answer) == [
        ["Kode", "Wilayah", "Wajib", "Persen lulus"],
        ["52.01", "Kabupaten Lombok Barat", "tidak ditampilkan", "tidak ditampilkan"],
        ["52.02", "Kabupaten Lombok Tengah", "tidak ditampilkan", "tidak ditampilkan"],
        ["52", "Tingkat provinsi, tanpa kabupaten/kota", "7", "20 atau kurang"],
        ["", "Seluruhnya", "16", "20 atau kurang"],
    ]


def test_a_past_day_of_the_map(land: Land, login: Login) -> None:
    browser = login(land.hr)
    page = browser.get("/unit/wilayah?tanggal=2026-11-20").text.replace("\xa0", " ")
    assert "Keadaan pada akhir 20 November 2026" in page
    assert "Seluruhnya 0 dari 16 orang sudah lulus" in page
    assert "Seluruhnya 3 dari 16 orang sudah lulus" in browser.get("/unit/wilayah?tanggal=2026-11-24").text
    nothing = browser.get("/unit/wilayah?tanggal=2020-01-01").text
    assert "Tidak ada yang tercatat" in nothing


def test_the_book_of_a_nation_is_asked_by_province(
    land: Land, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region_rates, "DAYS_MOST_UNITS", 3)
    page = login(land.hr).get("/unit/wilayah?tanggal=2026-11-20").text
    assert "Keadaan pada hari sebelumnya dapat dilihat di halaman setiap provinsi." in page
    assert "Seluruhnya 3 dari 16" in page
    assert "Seluruhnya 0 dari 16" in login(land.hr).get("/unit/wilayah/52?tanggal=2026-11-20").text


def test_the_table_sorts_as_asked(land: Land, login: Login) -> None:
    def places(order: str) -> list[int]:
        page = login(land.hr).get(f"/unit/wilayah/52?urut={order}").text
        table = page[page.index("<table") :]
        return [table.index(name) for name in ("Lombok Barat", "Lombok Tengah", "Tingkat provinsi")]

    assert places("nama") == sorted(places("nama"))
    assert places("wajib")[::-1] != sorted(places("wajib"))
    first = places("persen")
    assert max(first) == first[0]


def test_units_without_a_region_and_rehearsal_regions_stand_beside_the_map(
    db_session: Any, login: Login
) -> None:
    factories.make_course()
    for name, code in (("Tanpa Wilayah", None), ("Latihan", "99.01"), ("Salah Kode", "77")):
        agency = factories.make_agency(name, region_code=code)
        factories.make_person(agency)
        factories.assign(agency, due_on=date(2027, 1, 10), now=NOW)
    browser = login(factories.make_person(None, "Admin", roles=[("ADMIN", None)]))
    page = browser.get("/unit/wilayah").text
    assert "Belum ada yang wajib di 38 provinsi" in page
    for text, address in (
        ("Tanpa kode wilayah", "/unit/wilayah/tanpa/unit"),
        ("Wilayah latihan 99", "/unit/wilayah/99"),
        ("Kode 77, tidak ada dalam daftar resmi", "/unit/wilayah/77"),
    ):
        assert text in page
        assert f'href="{address}?' in page
        assert browser.get(address).status_code == 200


def test_nobody_has_a_course_yet(db_session: Any, login: Login) -> None:
    agency = factories.make_agency("Kabupaten Baru", region_code="52.01")
    browser = login(factories.make_person(None, "Pengelola", roles=[("HR", agency)]))
    for address in ("/unit/wilayah", "/unit/wilayah/52", "/unit/wilayah/52.01/unit"):
        assert "Belum ada yang mengikuti kursus" in browser.get(address).text
    assert browser.get("/unit/wilayah/unduh").status_code == 404


def test_more_regions_and_units_ask_the_database_no_more_often(
    land: Land, login: Login, query_count: Callable[[], Any]
) -> None:
    browser = login(land.admin)
    browser.get("/unit/wilayah")
    with query_count() as few:
        browser.get("/unit/wilayah")
    for province in ("11", "31", "73", "94"):
        agency = factories.make_agency(f"Provinsi {province}", region_code=province)
        factories.make_person(agency)
        factories.assign(agency, due_on=date(2027, 1, 10), now=NOW)
    with query_count() as many:
        page = browser.get("/unit/wilayah").text
    assert "Papua Tengah" in page
    assert len(many) == len(few)
