"""HR asks about a person, a rule and a day; nobody else may, and the person sees who asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.models import Certificate
from certificates.promotion import services as rule_services
from certificates.promotion.rules import RuleKind
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.kinds import EmploymentType
from learning.people.models import Person, PersonView
from tests import factories

Login = Callable[[int], FlaskClient]
RULE = factories.make_rule(
    "promosi", "Promosi ke jabatan administrator", basis="Keputusan Bupati Uji 800/1/2026"
)
RANK = factories.make_rule("pangkat", "Kenaikan pangkat", kind=RuleKind.RANK)


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    first = factories.make_agency("Kabupaten Sagara Timur")
    unit = factories.make_unit(first, "Dinas Uji")
    second = factories.make_agency("Kementerian Uji", region_code=None, timezone="Asia/Jakarta")
    factories.make_course(modules=2)
    people = {
        "passed": factories.make_person(unit, "Wening Astuti"),
        "missing": factories.make_person(unit, "Rangga Saputra"),
        "contract": factories.make_person(
            unit,
            "Dewi Kartikasari",
            employment_type=EmploymentType.PPPK,
            employee_number="199002142021212999",
        ),
        "supervisor": factories.make_person(unit, "Kepala Dinas", roles=[("SUPERVISOR", unit)]),
        "hr": factories.make_person(first, "Bagas Pramudita", roles=[("HR", first)]),
        "other_hr": factories.make_person(second, "Pengelola Lain", roles=[("HR", second)]),
        "foreigner": factories.make_person(second, "Wening Lain"),
    }
    write(rule_services.load_rules, rules=(RULE, RANK), now=factories.LONG_AGO)
    factories.pass_course(people["passed"], now=clock.now() - timedelta(days=3))
    return people


def number_of(person_id: int) -> str:
    number = db.session.get_one(Person, person_id).employee_number
    db.session.rollback()
    return number


def public_id_of(person_id: int) -> str:
    public_id = db.session.get_one(Person, person_id).public_id
    db.session.rollback()
    return public_id


def ask(browser: FlaskClient, who: str, rule: str = "promosi", day: str | None = None) -> Any:
    form = {"who": who, "rule": rule, "day": day or clock.local_date(clock.now()).isoformat()}
    return browser.post("/kelayakan", data=form, follow_redirects=True)


def test_the_form_shows_the_rules_with_what_they_rest_on(house: dict[str, int], login: Login) -> None:
    page = login(house["hr"]).get("/kelayakan").text
    for words in (
        "Promosi ke jabatan administrator",
        "Keputusan Bupati Uji 800/1/2026",
        "Kebijakan instansi",
    ):
        assert words in page


def test_without_rules_the_page_says_who_sets_them(db_session: Any, login: Login) -> None:
    agency = factories.make_agency()
    hr = factories.make_person(agency, roles=[("HR", agency)])
    assert "Belum ada aturan" in login(hr).get("/kelayakan").text


def test_whoever_holds_a_valid_certificate_is_eligible_with_the_proof(
    house: dict[str, int], login: Login
) -> None:
    number = number_of(house["passed"])
    typed = f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"
    page = ask(login(house["hr"]), typed)
    assert page.status_code == 200
    assert "Memenuhi" in page.text
    assert "Belum memenuhi" not in page.text
    assert db.session.scalars(select(Certificate.number)).one() in page.text
    assert "Keputusan Bupati Uji 800/1/2026" in page.text
    assert number not in page.request.path


def test_whoever_has_none_is_not_yet_eligible_with_the_gap(house: dict[str, int], login: Login) -> None:
    page = ask(login(house["hr"]), number_of(house["missing"]))
    assert "Belum memenuhi" in page.text
    assert "Belum ada sertifikat Netralitas Uji" in page.text


def test_a_day_before_the_certificate_is_not_yet(house: dict[str, int], login: Login) -> None:
    day = clock.local_date(clock.now()) - timedelta(days=30)
    page = ask(login(house["hr"]), number_of(house["passed"]), day=day.isoformat())
    assert "Belum memenuhi" in page.text
    assert "baru terbit" in page.text


def test_the_rank_rule_for_a_pppk_is_for_a_human(house: dict[str, int], login: Login) -> None:
    page = ask(login(house["hr"]), number_of(house["contract"]), "pangkat")
    assert "Perlu diperiksa" in page.text
    assert "PPPK tidak mengenal kenaikan pangkat" in page.text


def test_the_person_sees_later_who_asked(house: dict[str, int], login: Login) -> None:
    ask(login(house["hr"]), number_of(house["passed"]))
    view = db.session.scalars(select(PersonView)).one()
    assert (view.subject_id, view.viewer_id) == (house["passed"], house["hr"])
    assert view.purpose == "certificates.eligibility"


def test_a_name_gives_a_list_of_ones_own_people_only(house: dict[str, int], login: Login) -> None:
    page = ask(login(house["hr"]), "wening")
    assert "Wening Astuti" in page.text
    assert "Wening Lain" not in page.text
    assert f"/kelayakan/{public_id_of(house['passed'])}?" in page.text
    assert db.session.scalars(select(PersonView)).all() == []


def test_a_foreign_number_and_one_that_nobody_has_look_alike(house: dict[str, int], login: Login) -> None:
    browser = login(house["hr"])
    foreign = ask(browser, number_of(house["foreigner"]))
    nobody = ask(browser, "198001012005011777")
    for page in (foreign, nobody):
        assert page.status_code == 422
        assert "NIP ini tidak tercatat pada instansi Anda" in page.text


@pytest.mark.parametrize("who", ["passed", "missing"])
def test_another_agencys_hr_gets_404(house: dict[str, int], login: Login, who: str) -> None:
    path = f"/kelayakan/{public_id_of(house[who])}?aturan=promosi&tanggal=2026-12-01"
    assert login(house["other_hr"]).get(path).status_code == 404


@pytest.mark.parametrize("who", ["passed", "supervisor"])
def test_learners_and_supervisors_may_not_ask(house: dict[str, int], login: Login, who: str) -> None:
    browser = login(house[who])
    assert browser.get("/kelayakan").status_code == 403
    assert browser.post("/kelayakan", data={}).status_code == 403
    path = f"/kelayakan/{public_id_of(house['missing'])}?aturan=promosi&tanggal=2026-12-01"
    assert browser.get(path).status_code == 403


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"who": ""}, "Isi NIP atau nama"),
        ({"who": "19900214 201503 2"}, "NIP harus 18 angka"),
        ({"who": "1990O2142015032999"}, "Huruf O"),
        ({"who": "1,98501E+17"}, "mengubah NIP menjadi bilangan"),
        ({"who": "tidak ada orangnya"}, "Tidak ada pegawai dengan nama itu"),
        ({"rule": "mengada-ada"}, "Pilih salah satu aturan"),
        ({"rule": ""}, "Pilih aturan"),
        ({"day": "besok"}, "Tulis tanggal lengkap"),
        ({"day": ""}, "Isi tanggal"),
        ({"day": "1899-01-01"}, "antara tahun 2000 dan 2100"),
        ({"who": "x" * 3000}, "terlalu panjang"),
    ],
)
def test_bad_input_comes_back_with_a_sentence(
    house: dict[str, int], login: Login, fields: dict[str, str], sentence: str
) -> None:
    form = {"who": number_of(house["passed"]), "rule": "promosi", "day": "2026-12-01", **fields}
    page = login(house["hr"]).post("/kelayakan", data=form)
    assert page.status_code == 422
    assert sentence in page.text


@pytest.mark.parametrize(
    "query", ["", "aturan=promosi", "aturan=x&tanggal=2026-12-01", "aturan=promosi&tanggal=2026-13-40"]
)
def test_a_broken_address_leads_back_to_the_form(house: dict[str, int], login: Login, query: str) -> None:
    page = login(house["hr"]).get(
        f"/kelayakan/{public_id_of(house['passed'])}?{query}", follow_redirects=True
    )
    assert page.status_code == 200
    assert "Pilih aturan dan tanggal pemeriksaan sekali lagi" in page.text


def test_an_unknown_person_is_404(house: dict[str, int], login: Login) -> None:
    page = login(house["hr"]).get("/kelayakan/tidak-ada?aturan=promosi&tanggal=2026-12-01")
    assert page.status_code == 404
