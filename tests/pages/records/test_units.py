"""Supervisors, HR and admins look at units: the same numbers for all, and the persons behind them."""

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
from learning.kernel.transaction import write
from learning.people import services as people
from learning.records import services
from tests import factories

Login = Callable[[int], FlaskClient]
COURSE = factories.COURSE
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    agency: int
    office: int
    behind: int
    ahead: int
    elsewhere: int
    chief: int
    hr: int
    admin: int
    stranger: int


def passed(person_id: int, at: datetime = NOW - timedelta(days=2)) -> None:
    def go() -> None:
        enrolment = services.enrol(person_id=person_id, course_key=COURSE, course_title="Uji", now=at)
        services.start(enrolment_id=enrolment, edition="a" * 16, steps_total=4, now=at)
        services.complete(enrolment_id=enrolment, passed_at=at)

    write(go)


@pytest.fixture
def place(db_session: Any) -> Any:
    agency = factories.make_agency(name="Kabupaten Uji", timezone="Asia/Makassar")
    office = factories.make_unit(agency, name="Dinas Uji")
    behind = factories.make_unit(office, name="Puskesmas Lambat")
    ahead = factories.make_unit(office, name="Puskesmas Cepat")
    elsewhere = factories.make_agency(name="Kementerian Lain")
    for name in ("Agus Lambat", "Budi Lambat", "Cici Lambat", "Dodi Lambat"):
        factories.make_person(behind, name=name)
    fast = [factories.make_person(ahead, name=name) for name in ("Evi Cepat", "Fani Cepat")]
    chief = factories.make_person(office, name="Kepala Dinas", roles=[("SUPERVISOR", office)])
    hr = factories.make_person(agency, name="Pengelola", roles=[("HR", agency)])
    admin = factories.make_person(None, name="Admin", roles=[("ADMIN", None)])
    stranger = factories.make_person(elsewhere, name="Orang Lain", roles=[("SUPERVISOR", elsewhere)])
    factories.assign(agency, event_id=factories.make_election(date(2026, 12, 10), name="Pilkada Uji"))
    passed(fast[0])
    passed(fast[1], NOW - timedelta(days=20))
    return Place(agency, office, behind, ahead, elsewhere, chief, hr, admin, stranger)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOW):
        yield


def test_somebody_with_one_unit_goes_straight_to_it(place: Place, login: Login) -> None:
    answer = login(place.chief).get("/unit")
    assert (answer.status_code, answer.location) == (302, f"/unit/{place.office}")


def test_an_admin_chooses_among_the_agencies(place: Place, login: Login) -> None:
    page = login(place.admin).get("/unit").text
    assert "Kabupaten Uji" in page
    assert "Kementerian Lain" in page


def test_the_heading_is_the_answer_and_the_unit_furthest_behind_comes_first(
    place: Place, login: Login
) -> None:
    page = login(place.chief).get(f"/unit/{place.office}").text
    assert "5 orang belum lulus, 13 hari lagi" in page
    assert "Pilkada Uji" in page
    assert "UU 20/2023 Pasal 9" in page
    assert page.index("Puskesmas Lambat") < page.index("Puskesmas Cepat")
    assert "28,6%" in page
    assert "Langsung di Dinas Uji" in page


def test_supervisor_hr_and_admin_see_the_same_numbers(place: Place, login: Login) -> None:
    def numbers(person: int) -> str:
        page = login(person).get(f"/unit/{place.office}").text
        said = page[page.index("<h1>") : page.index("</main>")]
        # What one may do there differs: papers of the unit are for HR and admins, units beside it for who sees the one above.
        return re.sub(r'<a class="btn".*?</a>|<a [^>]*>Bandingkan dengan unit setingkat</a>', "", said)

    assert numbers(place.chief) == numbers(place.hr) == numbers(place.admin)


def test_each_number_has_its_persons(place: Place, login: Login) -> None:
    browser = login(place.chief)
    everybody = browser.get(f"/unit/{place.office}/orang").text
    assert "7 orang" in everybody
    left = browser.get(f"/unit/{place.office}/orang?keadaan=belum").text
    assert "Belum lulus: 5 orang" in left
    assert "Evi Cepat" not in left
    own = browser.get(f"/unit/{place.office}/orang?sendiri=1").text
    assert "Kepala Dinas" in own
    assert "Agus Lambat" not in own
    found = browser.get(f"/unit/{place.office}/orang?q=BUDI").text
    assert "Budi Lambat" in found
    assert "Agus Lambat" not in found


def test_after_the_due_day_the_late_ones_are_counted_and_listed(place: Place, login: Login) -> None:
    with clock.travel(NOW + timedelta(days=14)):
        browser = login(place.chief)
        assert "5 orang belum lulus, tenggat sudah lewat" in browser.get(f"/unit/{place.office}").text
        page = browser.get(f"/unit/{place.office}/orang?keadaan=terlambat").text
        assert "Lewat tenggat: 5 orang" in page


def test_what_lies_outside_does_not_exist(place: Place, login: Login) -> None:
    browser = login(place.stranger)
    for address in ("", "/orang", "/unduh", "/orang/unduh"):
        assert browser.get(f"/unit/{place.office}{address}").status_code == 404
    assert login(place.chief).get(f"/unit/{place.agency}").status_code == 404
    assert login(place.chief).get("/unit/99999999999999999999").status_code == 404


def test_a_learner_without_a_role_may_not_look(place: Place, login: Login) -> None:
    plain = factories.make_person(place.behind, name="Guru Biasa")
    assert login(plain).get("/unit").status_code == 403
    assert login(plain).get(f"/unit/{place.behind}").status_code == 403


def test_the_number_follows_a_person_who_moves(place: Place, login: Login) -> None:
    mover = factories.make_person(place.elsewhere, name="Pindahan")
    browser = login(place.chief)
    assert "Pindahan" not in browser.get(f"/unit/{place.office}/orang").text
    write(
        people.post_person,
        person_id=mover,
        org_unit_id=place.behind,
        position_title="Guru",
        position_type="FUNCTIONAL",
        starts_on=NOW.date(),
        now=NOW,
    )
    page = browser.get(f"/unit/{place.office}/orang").text
    assert "Pindahan" in page
    assert "8 orang" in page


def test_the_spreadsheet_holds_the_persons_and_no_formula(
    place: Place, login: Login, db_session: Any
) -> None:
    from learning.people.models import Person

    db_session.query(Person).filter(Person.name == "Agus Lambat").update({"name": "=HYPERLINK(A1)"})
    db_session.commit()
    answer = login(place.chief).get(f"/unit/{place.office}/orang/unduh?keadaan=belum")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[6] == [""] * 10, "five persons, then the closing lines"
    assert rows[-1][:2] == ["Lengkap, jumlah orang", "5"]
    assert "'=HYPERLINK(A1)" in {row[0] for row in rows}
    assert all(len(row) == len(rows[0]) for row in rows)
    assert " " in rows[1][1], "a number of eighteen digits would lose its last three in a spreadsheet"
    units = login(place.chief).get(f"/unit/{place.office}/unduh").data.decode("utf-8-sig")
    assert "Puskesmas Lambat;4;0;0;4;0.0" in units


@pytest.mark.parametrize(
    "query",
    [
        "kursus=tidak-ada",
        "hal=9999999999",
        "hal=0",
        "hal=-1",
        "keadaan=%27",
        "q=%25%5C_",
        "q=%00",
        "sendiri=x",
        "q=" + "a" * 500,
    ],
)
def test_a_wrong_address_is_answered_calmly(place: Place, login: Login, query: str) -> None:
    assert login(place.chief).get(f"/unit/{place.office}/orang?{query}").status_code in {200, 404}
    assert login(place.chief).get(f"/unit/{place.office}?{query}").status_code in {200, 404}


def test_a_search_for_a_percent_sign_finds_nobody(place: Place, login: Login) -> None:
    assert "Tidak ada yang cocok" in login(place.chief).get(f"/unit/{place.office}/orang?q=%25").text


def test_a_unit_without_courses_says_what_will_appear(place: Place, login: Login) -> None:
    page = login(place.stranger).get(f"/unit/{place.elsewhere}")
    assert page.status_code == 200
    assert "Belum ada kursus di unit ini" in page.text


def test_the_unit_page_asks_as_often_for_a_large_unit_as_for_a_small_one(
    place: Place, login: Login, query_count: Callable[[], Any]
) -> None:
    browser = login(place.hr)
    with query_count() as small:
        browser.get(f"/unit/{place.behind}")
    with query_count() as large:
        browser.get(f"/unit/{place.agency}")
    assert len(large) <= len(small) <= 13


def test_the_page_of_a_person_shows_how_far_they_are(place: Place, login: Login, db_session: Any) -> None:
    from learning.people.models import Person

    public_id = db_session.query(Person.public_id).filter(Person.name == "Evi Cepat").scalar()
    page = login(place.chief).get(f"/orang/{public_id}").text
    assert "Netralitas Uji" in page or "Uji" in page
    assert "Lulus 22" in page


def test_a_past_day_stays_as_it_was_when_somebody_moves(place: Place, login: Login, db_session: Any) -> None:
    from learning.people.kinds import PositionType
    from learning.people.models import Person

    evi = db_session.query(Person.id).filter(Person.name == "Evi Cepat").scalar()
    past = (NOW - timedelta(days=1)).date().isoformat()
    before = login(place.chief).get(f"/unit/{place.office}/unduh?tanggal={past}").text
    write(
        people.post_person,
        person_id=evi,
        org_unit_id=place.behind,
        position_title="Perawat",
        position_type=PositionType.FUNCTIONAL,
        starts_on=NOW.date(),
        now=NOW,
    )
    browser = login(place.chief)
    assert browser.get(f"/unit/{place.office}/unduh?tanggal={past}").text == before
    assert _figures(before)["Puskesmas Cepat"][2] == "2"
    assert _figures(browser.get(f"/unit/{place.office}/unduh").text)["Puskesmas Cepat"][2] == "1"
    page = browser.get(f"/unit/{place.office}?tanggal={past}")
    assert "Keadaan pada akhir hari itu" in page.text
    assert "hari ini: 2 dari" in page.text
    assert f"/unit/{place.office}/orang" not in page.text


def _figures(text: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";")}


def test_a_day_before_the_first_entry_says_since_when_days_are_known(place: Place, login: Login) -> None:
    page = login(place.chief).get(f"/unit/{place.office}?tanggal=1990-02-28").text
    assert "Belum ada yang tercatat pada" in page
    assert "Catatan harian unit ini dimulai pada" in page


@pytest.mark.parametrize("day", ["2026-11-24", "2031-01-01", "kemarin", "2026-02-30", "9" * 4000])
def test_today_a_day_to_come_and_no_day_show_the_unit_as_it_is(place: Place, login: Login, day: str) -> None:
    page = login(place.chief).get(f"/unit/{place.office}?tanggal={day}")
    assert page.status_code == 200
    assert "Keadaan pada akhir hari itu" not in page.text


def test_a_past_day_of_another_agency_is_not_found(place: Place, login: Login) -> None:
    assert login(place.stranger).get(f"/unit/{place.office}?tanggal=2026-11-20").status_code == 404


def test_the_page_can_be_asked_for_one_assignment_alone_and_its_people_are_those(
    place: Place, login: Login
) -> None:
    later = factories.assign(place.behind, due_on=date(2026, 11, 25), now=NOW)
    browser = login(place.hr)
    page = browser.get(f"/unit/{place.agency}").text
    assert "Semua penugasan" in page
    options = re.findall(r"<option value=\"(\d*)\"[^>]*>([^<]*)<", page)
    assert (
        str(later),
        "Tanggal tetap, sampai 25\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026",
    ) in options, options
    alone = browser.get(f"/unit/{place.agency}?tugas={later}").text
    assert f'<option value="{later}" selected>' in alone
    assert f"tugas={later}" in alone
    assert "Ingatkan mereka" not in alone, "a reminder would go to people of other assignments"
    people = browser.get(f"/unit/{place.agency}/orang?tugas={later}").text
    everybody = browser.get(f"/unit/{place.agency}/orang").text
    assert people.count("/orang/") < everybody.count("/orang/")
    assert f'filename="unit-{place.agency}-penugasan-{later}-' in str(
        browser.get(f"/unit/{place.agency}/unduh?tugas={later}").headers
    )
    # An assignment of another course, or none at all, is as if nothing had been asked.
    assert browser.get(f"/unit/{place.agency}?tugas=satu").status_code == 200
