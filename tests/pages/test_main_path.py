"""The story of one civil servant on the pages, without script: from what is due to the result."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from quizzes import demo
from tests import factories as make


@pytest.fixture
def place(app: Any, db_session: Any) -> dict[str, int]:
    agency = make.make_agency()
    unit = make.make_unit(agency, "Puskesmas Muara Lestari")
    make.make_course()
    make.assign(agency)
    return {"agency": agency, "unit": unit, "person": make.make_person(unit, "Ratna Wulandari")}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_visitors_are_sent_to_the_login_page(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/masuk"
    assert client.get("/kursus/x").headers["Location"] == "/masuk?next=/kursus/x"


def test_from_what_is_due_to_the_result(login: Any, place: dict[str, int], db_session: Any) -> None:
    browser = login(place["person"])
    home = text_of(browser.get("/"))
    assert "Ratna Wulandari" in home
    assert "Wajib" in home or "Terlambat" in home
    assert "Pemilihan Uji" in home

    course = f"/kursus/{make.COURSE}"
    assert "Mulai belajar" in text_of(browser.get(course))
    first = browser.post(f"{course}/mulai").headers["Location"]
    assert first == f"{course}/modul-1"
    for number in (1, 2):
        module = f"{course}/modul-{number}"
        assert "Selesai membaca" in text_of(browser.get(module))
        onward = browser.post(f"{module}/selesai").headers["Location"]
        assert onward == f"{module}/dilema/dilema-1"
        assert "Poster beredar di grup" in text_of(browser.get(onward))
        done = browser.post(onward, data={"adegan": "awal", "pilihan": "a"})
        assert done.status_code == 302
        assert "Akibat a" in text_of(browser.get(onward))

    start = text_of(browser.get(f"/kuis/{make.COURSE}"))
    assert "Mulai kuis" in start
    paper = browser.post(f"/kuis/{make.COURSE}/mulai").headers["Location"]
    public_id = paper.rsplit("/", 1)[1]
    import uuid

    forms = demo.answer_forms(uuid.UUID(public_id))
    db_session.remove()
    for number, form in forms.items():
        page = browser.get(f"{paper}?soal={number}")
        assert page.status_code == 200
        shown = page.get_data(as_text=True)
        assert "Rahasia penjelasan" not in shown
        saved = browser.post(
            f"{paper}/jawaban", data={"number": number, "revision": 1, "ke": "kumpulkan", **form}
        )
        assert saved.headers["Location"] == f"{paper}/periksa"
    assert "Semua soal sudah terjawab" in text_of(browser.get(f"{paper}/periksa"))
    result = browser.post(f"{paper}/kumpulkan").headers["Location"]
    page = text_of(browser.get(result))
    assert "Anda lulus dengan nilai 100" in page
    assert "Rahasia penjelasan" in page
    assert "Tidak ada yang harus Anda selesaikan" in text_of(browser.get("/"))


def test_a_module_page_asks_the_database_four_times(
    login: Any, place: dict[str, int], query_count: Any
) -> None:
    """Session with person, enrolment, steps done, decisions: nothing of the content."""
    browser = login(place["person"])
    browser.post(f"/kursus/{make.COURSE}/mulai")
    browser.get(f"/kursus/{make.COURSE}/modul-1")
    with query_count() as statements:
        assert browser.get(f"/kursus/{make.COURSE}/modul-1").status_code == 200
    assert len(statements) <= 4, statements


@pytest.mark.parametrize(
    "path", ["/akun", "/data-saya", "/kursus", "/bantuan", "/privasi", "/regulasi", "/regulasi/pp-94-2021"]
)
def test_every_other_page_opens(login: Any, place: dict[str, int], path: str) -> None:
    assert login(place["person"]).get(path).status_code == 200


def test_a_course_nobody_published_is_not_found(login: Any, place: dict[str, int]) -> None:
    browser = login(place["person"])
    for path in ("/kursus/tidak-ada", f"/kursus/{make.COURSE}/tidak-ada", "/kuis/tidak-ada"):
        assert browser.get(path).status_code == 404
