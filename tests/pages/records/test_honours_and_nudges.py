"""The page of honour, the letter to print, a planned time, and the switches, as people meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records import queries as records
from learning.records.honours import services
from learning.records.honours.earning import Standing
from learning.records.honours.models import UnitHonour
from learning.records.honours.queries import Duty, Earned
from learning.records.nudges import planning
from learning.records.nudges.models import StudyPlan
from tests import factories

Login = Callable[[int], FlaskClient]
COURSE = factories.COURSE


class Town:
    """An agency with a honoured unit, its head, a learner; and an officer of elsewhere."""

    def __init__(self) -> None:
        self.agency = factories.make_agency(timezone="Asia/Makassar")
        self.unit = factories.make_unit(self.agency, "Puskesmas Uji")
        self.behind = factories.make_unit(self.agency, "Dinas Tertinggal")
        self.learner = factories.make_person(self.behind, "Wening Astuti")
        self.head = factories.make_person(self.unit, "Kepala Uji", roles=[("SUPERVISOR", self.unit)])
        elsewhere = factories.make_agency("Kementerian Lain")
        self.stranger = factories.make_person(elsewhere, "Orang Lain", roles=[("HR", elsewhere)])
        today = clock.local_date(clock.now())
        assignment = factories.assign(self.agency, due_on=today + timedelta(days=20))
        duty = Duty(assignment, COURSE, "Netralitas Uji", "/", "Pemilihan Uji", None, None, date(2026, 12, 9))
        earned = Earned(duty, self.unit, "Puskesmas Uji", date(2026, 11, 24), Standing(25, 24, 1, 25))
        write(services.keep, earned=[earned], now=clock.now())
        self.letter = str(db.session.scalars(select(UnitHonour.public_id)).one())
        db.session.rollback()

    def course(self) -> Any:
        row = records.enrolment_for(self.learner, COURSE)
        db.session.rollback()
        assert row is not None
        return row


@pytest.fixture
def town(app: Flask, db_session: Any) -> Town:
    return Town()


def test_everybody_of_the_agency_reads_who_was_through_and_nobody_else_does(town: Town, login: Login) -> None:
    page = login(town.learner).get("/penghargaan").text
    assert "Puskesmas Uji" in page
    assert "24\u00a0November\u00a02026" in page
    # Who is exempt is known to those who sit beside them: of five and one, the number names a person.
    assert "Dikecualikan" not in page
    # Neither a person nor a unit that is not through.
    assert "Dinas Tertinggal" not in page
    assert "Kepala Uji" not in page
    assert "Unit yang tuntas di instansi Anda" in login(town.learner).get("/").text
    assert "Puskesmas Uji" not in login(town.stranger).get("/penghargaan").text


def test_the_head_is_told_at_home_and_prints_the_letter_which_others_cannot(town: Town, login: Login) -> None:
    head = login(town.head)
    assert "Puskesmas Uji tuntas tepat waktu" in head.get("/").text
    address = f"/penghargaan/{town.letter}.pdf"
    assert address in head.get(f"/unit/{town.unit}/penghargaan").text
    file = head.get(address)
    assert file.content_type == "application/pdf"
    assert file.data.startswith(b"%PDF-")
    assert "surat-penghargaan-SP-" in file.headers["Content-Disposition"]
    assert head.get(address, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    stranger = login(town.stranger)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/unit/{town.unit}/penghargaan").status_code == 404
    assert login(town.learner).get(address).status_code == 403


def test_a_learner_plans_changes_and_drops_a_time(town: Town, login: Login) -> None:
    learner, address = login(town.learner), f"/rencana/{town.course().public_id}"
    assert "Rencanakan waktu belajar" in learner.get("/").text
    day = clock.local_date(clock.now() + timedelta(days=3), "Asia/Makassar")
    refused = learner.post(address, data={"hari": "2020-01-02", "pukul": "09.00"})
    assert refused.status_code == 422
    assert "Waktu yang Anda pilih sudah lewat" in refused.text
    assert 'value="2020-01-02"' in refused.text, "what was typed stands"
    late = learner.post(address, data={"hari": str(day + timedelta(days=30)), "pukul": "09.00"})
    assert "melewati tenggat Anda" in late.text
    for hour in ("09.00", "10.30"):
        assert learner.post(address, data={"hari": day.isoformat(), "pukul": hour}).status_code == 302
    plan = db.session.scalars(select(StudyPlan).where(StudyPlan.ended_at.is_(None))).one()
    assert plan.starts_at == planning.at(
        day, planning.HALF_HOURS[planning.HALF_HOURS.index(planning.time(10, 30))], "Asia/Makassar"
    )
    assert "pukul\u00a010.30" in learner.get("/").text.replace("pukul ", "pukul\u00a0")
    assert learner.post(f"{address}/batal").status_code == 302
    assert "Kapan Anda akan melanjutkan?" in learner.get("/").text


def test_a_switch_holds_on_the_next_page(town: Town, login: Login) -> None:
    learner = login(town.learner)
    assert learner.post("/akun/dorongan/rencana", data={}).status_code == 422
    learner.post("/akun/dorongan/rencana", data={"nyala": "0"})
    assert "Aktifkan: Rencana waktu" in learner.get("/akun/dorongan").text
    assert "Rencanakan waktu belajar" not in learner.get("/").text
    assert "dorongan yang dimatikan" in learner.get("/data-saya").text


def test_an_agency_that_switches_one_off_is_named_as_the_reason(town: Town, login: Login) -> None:
    admin = login(factories.make_person(town.agency, "Admin Uji", roles=[("ADMIN", town.agency)]))
    assert admin.get("/admin/dorongan").status_code == 302
    admin.post(f"/admin/dorongan/{town.agency}/rekan", data={"nyala": "0"})
    assert "Aktifkan: Jumlah rekan" in admin.get(f"/admin/dorongan/{town.agency}").text
    assert "Dinonaktifkan instansi Anda" in login(town.learner).get("/akun/dorongan").text
