"""What the answers say, on the trainers' pages; a wrong key mended by two people; and who must not see any of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.kernel import jobs
from learning.kernel.db import db
from quizzes import analysis_queries
from quizzes.items import Item, ItemKind
from quizzes.models import KeyCorrection, QuestionSetRow
from quizzes.question_sets import question_set_by_id
from tests import crowd
from tests import factories as make

OTHER = "kursus-lain"
LIST = f"/studio/kursus/{make.COURSE}/soal"
ITEM = f"{LIST}/modul-1/soal-0"
DILEMMAS = f"/studio/kursus/{make.COURSE}/dilema"


@dataclass
class Stage:
    """A course with 150 papers, in which the key of soal-0 is wrong, and somebody of every sort."""

    trainer: FlaskClient
    second: FlaskClient
    other: FlaskClient
    hr: FlaskClient
    admin: FlaskClient
    set_id: int


def wrong_key(item: Item, ability: float, dice: Any) -> Any:
    """People who know the matter choose b of modul-1/soal-0, where the key says a; nobody chooses c."""
    if item.key == "modul-1/soal-0":
        return {"choice": "b" if dice.gauss(ability, 0.5) > -0.3 else "a"}
    return crowd.likely(item, ability, dice)


@pytest.fixture
def stage(app: Flask, db_session: Any, login: Callable[[int], FlaskClient]) -> Stage:
    analysis_queries.forget()
    make.make_course()
    make.make_course(OTHER, text="Lain")
    agency = make.make_agency()
    people = {
        "trainer": make.make_person(agency, roles=[("TRAINER", make.COURSE)]),
        "second": make.make_person(agency, name="Yusuf Lamadjido", roles=[("TRAINER", None)]),
        "other": make.make_person(agency, roles=[("TRAINER", OTHER)]),
        "hr": make.make_person(agency, roles=[("HR", agency)]),
        "admin": make.make_person(agency, roles=[("ADMIN", agency)]),
    }
    set_id = db.session.scalar(select(QuestionSetRow.id).where(QuestionSetRow.course_key == make.COURSE))
    assert set_id is not None
    crowd.fill(set_id, 150, answers=wrong_key)
    browsers = {name: login(person) for name, person in people.items()}
    return Stage(**browsers, set_id=set_id)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


# --- What is shown ----------------------------------------------------------------------------------------------


def test_the_worst_question_stands_first_with_its_hints(stage: Stage) -> None:
    page = stage.trainer.get(LIST)
    assert page.status_code == 200
    addresses = re.findall(rf'href="({LIST}/[^"?]+)\?', page.text)
    assert addresses[0] == ITEM
    assert "Periksa kuncinya" in page.text
    assert "alfa Cronbach" in page.text


def test_filters_narrow_the_list(stage: Stage) -> None:
    assert "14 soal" in words(stage.trainer.get(LIST))
    assert "7 soal" in words(stage.trainer.get(f"{LIST}?modul=modul-2"))
    assert "7 soal" in words(stage.trainer.get(f"{LIST}?tujuan=modul-1/1"))
    assert "1 soal" in words(stage.trainer.get(f"{LIST}?petunjuk=key_suspect"))
    assert "Tidak ada soal yang cocok" in stage.trainer.get(f"{LIST}?modul=modul-9").text
    assert stage.trainer.get(f"{LIST}?terbitan=9").status_code == 404
    assert stage.trainer.get(f"{LIST}?terbitan=1&percobaan=semua").status_code == 200


def test_a_question_with_options_curve_and_the_way_to_its_module(stage: Stage) -> None:
    page = stage.trainer.get(ITEM)
    told = words(page)
    assert "Yang memilih B lebih menguasai bahan" in told
    assert "Hampir tidak ada yang memilih C" in told
    assert '<svg class="chart"' in page.text
    assert f'href="/studio/kursus/{make.COURSE}/modul-1#soal"' in page.text
    assert "Seperlima terlemah" in told
    assert stage.trainer.get(f"{LIST}/modul-1/soal-99").status_code == 404


def test_a_question_with_few_answers_has_no_figures(app: Flask, stage: Stage) -> None:
    make.make_course("kursus-baru", text="Baru")
    fresh = "/studio/kursus/kursus-baru/soal"
    assert "Belum cukup jawaban" in stage.second.get(f"{fresh}/modul-1/soal-0").text
    assert "Baru 0 percobaan" in words(stage.second.get(fresh))
    assert "Belum cukup keputusan" in stage.second.get("/studio/kursus/kursus-baru/dilema").text


def test_the_table_as_csv_and_workbook(stage: Stage) -> None:
    sheet = stage.trainer.get(f"{LIST}.csv")
    rows = list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][0] == "modul-1/soal-0"
    assert len(rows) == 15
    assert "attachment" in sheet.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(stage.trainer.get(f"{LIST}.xlsx").data))
    page = book.worksheets[0]
    assert page.max_row == 15
    assert page["A2"].value == "modul-1/soal-0"
    assert isinstance(page["G2"].value, float)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_a_long_list_costs_few_queries(stage: Stage, query_count: Any) -> None:
    stage.trainer.get(LIST)
    with query_count() as statements:
        stage.trainer.get(LIST)
    assert len(statements) <= 6


# --- Who must not see it ----------------------------------------------------------------------------------------

ADDRESSES = (LIST, f"{LIST}.csv", f"{LIST}.xlsx", ITEM, f"{ITEM}/kunci", DILEMMAS)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_trainer_of_another_course_finds_nothing(stage: Stage, address: str) -> None:
    assert stage.other.get(address).status_code == 404
    assert stage.hr.get(address).status_code == 403
    assert stage.admin.get(address).status_code == 403  # courses belong to no agency


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_name_no_nip_no_score_of_anybody(stage: Stage, address: str) -> None:
    told = stage.trainer.get(address)
    assert told.status_code == 200
    text = told.data.decode("utf-8", "replace")
    if address.endswith("xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(told.data))
        text = str([[cell.value for cell in row] for row in book.worksheets[0].iter_rows()])
    assert "Orang Rahasia" not in text
    assert not re.search(r"\b19900101201503\d{4}\b", text)
    assert "/orang/" not in text


def test_a_foreign_correction_is_not_there(stage: Stage) -> None:
    address = proposed(stage)
    for path in ("", "/kemajuan"):
        assert stage.other.get(address + path).status_code == 404
    for path in ("/setujui", "/tolak"):
        assert stage.other.post(address + path).status_code == 404
        assert stage.hr.post(address + path).status_code == 403
    assert correction().outcome is None


# --- A wrong key ------------------------------------------------------------------------------------------------

NEW_KEY = {"cara": "KEY", "benar": ["b"], "alasan": "SKB 2022 mengatakan lain."}


def proposed(stage: Stage) -> str:
    answer = stage.trainer.post(f"{ITEM}/kunci", data={**NEW_KEY, "langkah": "ajukan"})
    assert answer.status_code == 302, words(answer)
    return str(answer.headers["Location"])


def correction() -> KeyCorrection:
    db.session.rollback()
    return db.session.scalars(select(KeyCorrection)).one()


def stat_of(page: Any, what: str) -> int:
    found = re.search(rf"<b>([\d.]+)</b><span class=\"muted\">{what}", page.text)
    assert found, what
    return int(found[1].replace(".", ""))


def test_two_people_mend_a_key_and_the_scores_rise(stage: Stage) -> None:
    preview = stage.trainer.post(f"{ITEM}/kunci", data=NEW_KEY)
    passes, rises = stat_of(preview, "orang menjadi lulus"), stat_of(preview, "nilai naik")
    assert 0 < passes < rises
    assert db.session.scalars(select(KeyCorrection)).all() == []

    address = proposed(stage)
    assert "orang lain yang menyetujui" in stage.trainer.get(address).text
    refused = stage.trainer.post(f"{address}/setujui", follow_redirects=True)
    assert "Yang menyetujui harus orang lain" in refused.text
    assert correction().outcome is None

    assert "menunggu orang kedua" in stage.second.get(LIST).text
    assert stat_of(stage.second.get(address), "orang menjadi lulus") == passes
    running = stage.second.post(f"{address}/setujui", follow_redirects=True)
    assert "data-poll" in running.text
    assert stage.second.get(f"{address}/kemajuan").json["finished"] is False  # type: ignore[index]
    with stage.second.application.app_context():
        jobs.drain()
    assert stage.second.get(f"{address}/kemajuan").json["finished"] is True  # type: ignore[index]
    done = stage.trainer.get(address)
    assert (stat_of(done, "orang menjadi lulus"), stat_of(done, "nilai naik")) == (passes, rises)
    assert "Yusuf Lamadjido" in done.text
    assert "Disetujui" in stage.trainer.get(ITEM).text


def test_a_proposal_can_be_withdrawn_or_declined(stage: Stage) -> None:
    address = proposed(stage)
    assert "Sudah ada usul" in stage.second.post(f"{ITEM}/kunci", data={**NEW_KEY, "langkah": "ajukan"}).text
    assert (
        "Tidak ada nilai yang berubah" in stage.trainer.post(f"{address}/tolak", follow_redirects=True).text
    )
    assert str(correction().outcome) == "WITHDRAWN"
    late = stage.second.post(f"{address}/setujui", follow_redirects=True)
    assert "Usul ini sudah diputuskan" in late.text


def test_what_the_form_refuses(stage: Stage) -> None:
    for data, sentence in (
        ({"cara": "KEY", "benar": ["a"], "alasan": "x"}, "sama dengan yang sudah berlaku"),
        ({"cara": "KEY", "alasan": "x"}, "Pilih sedikitnya satu jawaban"),
        ({"cara": "KEY", "benar": ["z"], "alasan": "x"}, "Pilih sedikitnya satu jawaban"),
        ({"cara": "KEY", "benar": ["b"]}, "Tulis alasannya"),
        ({"cara": "ACCEPT", "alasan": "x"}, "Pilih apa yang salah"),
        ({}, "Pilih apa yang salah"),
    ):
        answer = stage.trainer.post(f"{ITEM}/kunci", data={**data, "langkah": "ajukan"})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert db.session.scalars(select(KeyCorrection)).all() == []


@pytest.mark.parametrize("kind", list(ItemKind))
def test_every_kind_of_question_has_its_pages(stage: Stage, kind: ItemKind) -> None:
    item = next(item for item in question_set_by_id(stage.set_id).items if item.kind is kind)
    address = f"/studio/kursus/{make.COURSE}/soal/{item.key}"
    db.session.rollback()
    assert stage.trainer.get(address).status_code == 200
    form = stage.trainer.get(f"{address}/kunci")
    assert form.status_code == 200
    assert ('name="benar"' in form.text) == (
        kind not in {ItemKind.MATCHING, ItemKind.ORDERING, ItemKind.SHORT}
    )
    assert ('name="diterima"' in form.text) == (kind is ItemKind.SHORT)
    void = stage.trainer.post(f"{address}/kunci", data={"cara": "VOID", "alasan": "Dua makna."})
    assert "orang menjadi lulus" in void.text


# --- Dilemmas ---------------------------------------------------------------------------------------------------


def test_decisions_by_unit_and_position(stage: Stage) -> None:
    from courses import services
    from learning.kernel import clock
    from learning.kernel.transaction import write
    from learning.people.kinds import UnitKind

    agency = make.make_agency("Kota Uji")
    school = make.make_unit(agency, "Sekolah", kind=UnitKind.SCHOOL)
    clinic = make.make_unit(agency, "Puskesmas", kind=UnitKind.HEALTH_CENTRE)
    for n in range(24):
        person = make.make_person(school if n % 2 else clinic, name="Orang Rahasia")
        make.begin(person)
        write(
            services.decide,
            person_id=person,
            course_key=make.COURSE,
            slug="modul-1",
            dilemma_key="dilema-1",
            scene_key="awal",
            option_key="a" if n % 4 < 2 else "b",
            now=clock.now() - timedelta(minutes=5),
        )
    page = stage.trainer.get(DILEMMAS)
    told = words(page)
    assert "24 orang memutuskan adegan ini" in told
    assert re.search(r"Sekolah 12 6 \(50%\) 6 \(50%\) –", told)
    assert "Orang Rahasia" not in page.text
    assert stage.trainer.get(f"{DILEMMAS}?dilema=modul-2/dilema-1").status_code == 200
    assert stage.trainer.get(f"{DILEMMAS}?dilema=modul-9/x").status_code == 404
