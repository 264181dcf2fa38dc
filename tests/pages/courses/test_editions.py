"""Every edition can be looked at for ever, by whoever holds the course."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories as make

ADDRESS = f"/studio/kursus/{make.COURSE}/terbitan"
Login = Callable[[int], FlaskClient]


@pytest.fixture
def trainer(db_session: Any, login: Login) -> FlaskClient:
    """A trainer of a course with two editions."""
    make.make_course(text="Yang pertama")
    make.make_course(text="Yang kedua", questions=6)
    return login(make.make_person(roles=[("TRAINER", make.COURSE)]))


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_a_replaced_edition_is_still_there_whole(trainer: FlaskClient) -> None:
    page = trainer.get(f"{ADDRESS}/1")
    assert page.status_code == 200
    text = words(page)
    assert "Terbitan 1" in text
    assert "sudah ada penggantinya" in text
    assert "Kursus kecil untuk uji." in text  # the landing page
    assert "Nilai minimal 80" in text
    assert "Kesempatan 3" in text
    assert "Tanya dulu." in text
    assert "Yang sudah ditetapkan." in text
    assert "12 menit, 1 dilema, 7 soal" in text
    module = words(trainer.get(f"{ADDRESS}/1/modul-1"))
    assert "Yang pertama 1." in module
    assert "Yang kedua" not in module
    assert "7 soal dengan kunci" in module
    assert "Rahasia penjelasan." in module
    assert "Akibat c." in module


def test_the_current_edition_has_the_same_page(trainer: FlaskClient) -> None:
    page = words(trainer.get(f"{ADDRESS}/2"))
    assert "Terbitan 2" in page
    assert "sudah ada penggantinya" not in page
    assert "Yang kedua 2." in words(trainer.get(f"{ADDRESS}/2/modul-2"))


def test_from_the_list_of_a_course_to_each_edition_and_the_comparison(trainer: FlaskClient) -> None:
    page = trainer.get(f"/studio/kursus/{make.COURSE}").text
    for number in (1, 2):
        assert f'href="{ADDRESS}/{number}"' in page
    assert re.search(r'href="[^"]+/bandingkan\?ke=[0-9a-f]{16}"', trainer.get(f"{ADDRESS}/2").text)
    assert "/bandingkan" not in trainer.get(f"{ADDRESS}/1").text  # nothing stood before the first


@pytest.mark.parametrize("rest", ["0", "3", "99999999999999999999", "satu", "1/modul-9"])
def test_what_never_was_is_not_there(trainer: FlaskClient, rest: str) -> None:
    assert trainer.get(f"{ADDRESS}/{rest}").status_code == 404


def test_editions_belong_to_those_who_hold_the_course(trainer: FlaskClient, login: Login) -> None:
    other = login(make.make_person(roles=[("TRAINER", "kursus-lain")]))
    learner = login(make.make_person())
    for rest in ("1", "1/modul-1"):
        assert other.get(f"{ADDRESS}/{rest}").status_code == 404
        assert learner.get(f"{ADDRESS}/{rest}").status_code == 403


def test_the_page_answers_in_english_too(trainer: FlaskClient) -> None:
    trainer.post("/bahasa", data={"bahasa": "en", "next": "/"})
    assert trainer.get(f"{ADDRESS}/1").status_code == 200
