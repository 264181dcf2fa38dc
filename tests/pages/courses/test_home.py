"""The learner's home in each of its states: the one thing to do, by when, and why."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses import services
from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.transaction import write
from learning.kernel.web import NavItem, wire_nav
from learning.records import services as records
from learning.records.duedates import StageKind, StageStatus
from tests import factories as make

COURSE = f"/kursus/{make.COURSE}"
NOW = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
"""The campaign of the factories starts on 10 January 2027; due 14 days before is 27 December."""


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def unit(db_session: Any) -> int:
    make.make_course()
    agency = make.make_agency(timezone="Asia/Makassar")
    return make.make_unit(agency, "Dinas Pendidikan", timezone="Asia/Makassar")


@pytest.fixture
def due(unit: int) -> int:
    """Somebody who must pass by 27 December."""
    make.assign(unit, days_before=14)
    return make.make_person(unit, "Ratna Wulandari")


def page(response: Any) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def main_link(html: str) -> str:
    """Where the one button on the due card leads."""
    found = re.findall(r'<a class="btn btn--deep btn--l" href="([^"]+)"', html)
    assert len(found) == 1
    return found[0]


def test_nothing_begun_one_press_begins(login: Any, due: int) -> None:
    html = page(login(due).get("/"))
    assert f'action="{COURSE}/mulai"' in html
    text = words(html)
    assert "Wajib, 7 hari lagi" in text
    assert "Minggu, 27 Desember 2026 pukul 23.59 WITA" in text
    assert "0 dari 4 langkah selesai" in html


def test_why_names_election_law_and_rule(login: Any, due: int) -> None:
    text = words(page(login(due).get("/")))
    assert "Masa kampanye Pemilihan Uji mulai 10 Januari 2027. Anda wajib lulus 14 hari sebelumnya." in text
    assert "Dasarnya: UU 20/2023 Pasal 9." in text
    assert "belum ditetapkan" not in text


def test_a_stage_that_may_move_is_said_to(login: Any, unit: int) -> None:
    event = make.make_election()
    write(
        records.set_stage,
        event_id=event,
        stage=StageKind.CAMPAIGN,
        starts_on=datetime(2027, 1, 10, tzinfo=UTC).date(),
        status=StageStatus.PROVISIONAL,
        source_ref="Rancangan PKPU",
        now=NOW,
    )
    make.assign(unit, event_id=event, days_before=14)
    text = words(page(login(make.make_person(unit)).get("/")))
    assert "Tanggal tahapan itu belum ditetapkan" in text
    assert "10 Jan 2027 Masa kampanye Sementara" in text


def test_a_stage_that_was_moved_says_from_when_and_why_it_is_that_day(login: Any, unit: int) -> None:
    from learning.records.kinds import EventKind

    def pilkada() -> int:
        event = records.create_event(
            key="pilkada-uji",
            name="Pilkada Uji",
            kind=EventKind.REGIONAL,
            legal_basis="UU 10/2016",
            region_codes=("99.01",),
        )
        for stage, day, rule in (
            (StageKind.CANDIDATE_DETERMINATION, datetime(2027, 1, 7, tzinfo=UTC).date(), None),
            (StageKind.CAMPAIGN, None, "kampanye-pilkada"),
        ):
            records.set_stage(
                event_id=event,
                stage=stage,
                starts_on=day,
                rule=rule,
                status=StageStatus.CONFIRMED,
                source_ref="KPU Uji",
                now=NOW,
            )
        return event

    event = write(pilkada)
    make.assign(unit, event_id=event, days_before=14, covered_only=True)
    person = make.make_person(unit)
    before = words(page(login(person).get("/")))
    assert "Tanggal tahapan itu dihitung. Mulai 3 hari sesudah penetapan calon." in before
    assert "Dasarnya UU 1/2015 Pasal 67." in before
    assert "Anda wajib karena bertugas di wilayah pemilihan itu." in before
    assert "semula" not in before
    write(
        records.set_stage,
        event_id=event,
        stage=StageKind.CANDIDATE_DETERMINATION,
        starts_on=datetime(2027, 1, 9, tzinfo=UTC).date(),
        status=StageStatus.CONFIRMED,
        source_ref="KPU Uji",
        now=NOW,
    )
    html = page(login(person).get("/"))
    assert "Tahapan itu semula 10 Januari 2027 dan digeser pada" in words(html)
    assert 'href="/kalender/pilkada-uji"' in html


def test_the_button_leads_to_the_exact_next_step(login: Any, due: int) -> None:
    browser = login(due)
    make.begin(due)
    assert main_link(page(browser.get("/"))) == f"{COURSE}/modul-1"
    browser.post(f"{COURSE}/modul-1/selesai")
    html = page(browser.get("/"))
    assert main_link(html) == f"{COURSE}/modul-1/dilema/dilema-1"
    assert "Tinggal 1 dilema di modul ini" in words(html)
    browser.post(f"{COURSE}/modul-1/dilema/dilema-1", data={"adegan": "awal", "pilihan": "a"})
    html = page(browser.get("/"))
    assert main_link(html) == f"{COURSE}/modul-2"
    assert "Selesai 20 Desember 2026" in words(html)


def test_when_all_is_done_the_quiz_is_next(login: Any, due: int) -> None:
    make.finish_steps(due)
    html = page(login(due).get("/"))
    assert main_link(html) == f"/kuis/{make.COURSE}"
    assert "Buka kuis akhir" in html


def test_a_quiz_that_runs_is_gone_on_with(login: Any, due: int) -> None:
    make.finish_steps(due)
    make.start_attempt(due)
    text = words(page(login(due).get("/")))
    assert "Lanjutkan kuis" in text
    assert "Waktunya habis pukul 10.40 WITA" in text


def test_after_a_failed_quiz_the_pause_is_named(login: Any, due: int) -> None:
    make.finish_steps(due)
    assert not make.sit_quiz(due, wrong=10)
    text = words(page(login(due).get("/")))
    assert "Kuis dapat diulang mulai" in text


@pytest.mark.parametrize(
    ("later", "label"),
    [
        (timedelta(days=7), "Wajib, hari ini batasnya"),
        (timedelta(days=8), "Terlambat 1 hari"),
        (timedelta(days=10), "Terlambat 3 hari"),
    ],
)
def test_the_last_day_and_the_days_after(login: Any, due: int, later: timedelta, label: str) -> None:
    with clock.travel(NOW + later):
        assert label in words(page(login(due).get("/")))


def test_passed_leaves_nothing_to_do_and_no_main_button(login: Any, due: int) -> None:
    make.pass_course(due)
    html = page(login(due).get("/"))
    assert "Tidak ada yang harus Anda selesaikan" in html
    assert "btn--deep" not in html
    assert "btn--main" not in html
    assert "Lulus 20 Desember 2026" in words(html)


def test_without_a_course_the_catalogue_is_offered(login: Any, unit: int) -> None:
    html = page(login(make.make_person(unit)).get("/"))
    assert "Belum ada kursus untuk Anda" in html
    assert 'href="/kursus"' in html


def test_a_course_taken_up_freely_has_no_date(login: Any, unit: int) -> None:
    person = make.make_person(unit)
    make.begin(person)
    text = words(page(login(person).get("/")))
    assert "Anda ambil sendiri" in text
    assert "Wajib" not in text


def test_a_course_assigned_before_it_is_published_does_not_break_the_page(
    login: Any, db_session: Any
) -> None:
    agency = make.make_agency()
    make.assign(agency, course_key="belum-terbit")
    text = words(page(login(make.make_person(agency)).get("/")))
    assert "Netralitas Uji" in text
    assert "Tidak ada yang harus Anda selesaikan" not in text
    assert "belum diterbitkan" in text


def test_stages_of_another_region_are_not_shown(login: Any, unit: int) -> None:
    from learning.records.kinds import EventKind

    def elsewhere() -> None:
        event = records.create_event(
            key="lain",
            name="Pemilihan Lain",
            kind=EventKind.REGIONAL,
            legal_basis="x",
            region_codes=("12.71",),
        )
        records.set_stage(
            event_id=event,
            stage=StageKind.VOTING_DAY,
            starts_on=datetime(2027, 2, 1, tzinfo=UTC).date(),
            status=StageStatus.CONFIRMED,
            source_ref="x",
            now=NOW,
        )

    write(elsewhere)
    assert "Pemilihan Lain" not in page(login(make.make_person(unit)).get("/"))


def test_a_supervisor_is_pointed_to_the_page_of_the_role(login: Any, unit: int, app: Any) -> None:
    from learning.kernel import web

    before = list(web._nav)
    wire_nav([NavItem("reference.regulations", "Unit saya", "users", roles=frozenset({Role.SUPERVISOR}))])
    try:
        chief = make.make_person(unit, roles=[("SUPERVISOR", unit)])
        html = page(login(chief).get("/"))
        assert "Tugas Anda di Netra" in html
        assert "Tugas Anda di Netra" not in page(login(make.make_person(unit)).get("/"))
    finally:
        wire_nav(before)


def test_the_home_of_a_visitor_is_the_login_page(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/masuk")


def test_somebody_under_way_keeps_the_edition_they_began(login: Any, due: int) -> None:
    make.begin(due)
    write(
        services.publish,
        compiled=make.build_course(modules=3, text="Lebih panjang"),
        files={},
        published_by=None,
        now=NOW,
    )
    assert "0 dari 4 langkah selesai" in page(login(due).get("/"))
