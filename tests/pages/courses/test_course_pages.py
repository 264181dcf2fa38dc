"""Catalogue, course, module, image: what is shown, what it costs, and that nothing of others or of other editions shows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses import services
from courses.format import registry
from courses.format.compiled import CompiledMedia, hash_of
from courses.format.problems import Problems
from courses.format.reader import read_course
from courses.format.registry import SHIPPED
from courses.format.source import from_folder
from learning.kernel import clock
from learning.kernel.transaction import write
from tests import factories as make

COURSE = f"/kursus/{make.COURSE}"
LIMIT = 25_000


@pytest.fixture
def person(db_session: Any) -> int:
    make.make_course()
    return make.make_person(make.make_agency())


def test_a_module_page_asks_at_most_four_things_of_the_database(
    login: Any, person: int, query_count: Any
) -> None:
    """Who is there, the enrolment, the steps done, the decisions; nothing of the content."""
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    assert browser.get(f"{COURSE}/modul-1").status_code == 200
    with query_count() as statements:
        answer = browser.get(f"{COURSE}/modul-2")
    assert answer.status_code == 200
    assert len(statements) <= 4, statements
    assert not [sql for sql in statements if "module_version" in sql or "course_version" in sql]


def test_pages_of_a_learner_stay_small(login: Any, person: int) -> None:
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    for path in (
        "/",
        "/kursus",
        COURSE,
        f"{COURSE}/modul-1",
        f"{COURSE}/modul-1/dilema/dilema-1",
        "/regulasi",
    ):
        assert len(browser.get(path).data) < LIMIT, path


def test_beginning_leads_to_the_first_module_and_twice_is_once(login: Any, person: int) -> None:
    browser = login(person)
    for _ in range(2):
        answer = browser.post(f"{COURSE}/mulai")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{COURSE}/modul-1")


def test_a_course_is_begun_before_it_is_read(login: Any, person: int) -> None:
    browser = login(person)
    for path in (f"{COURSE}/modul-1", f"{COURSE}/modul-1/dilema/dilema-1"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, COURSE)
    page = browser.get(COURSE).get_data(as_text=True)
    assert f'href="{COURSE}/modul-1"' not in page
    assert "Mulai belajar" in page


def test_finishing_a_module_that_was_not_begun_is_refused_with_a_sentence(login: Any, person: int) -> None:
    answer = login(person).post(f"{COURSE}/modul-1/selesai")
    assert answer.status_code == 422
    assert "Kursus ini belum Anda mulai" in answer.get_data(as_text=True)


def test_finished_reading_leads_on_and_the_button_is_gone(login: Any, person: int) -> None:
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    assert "Selesai membaca" in browser.get(f"{COURSE}/modul-1").get_data(as_text=True)
    for _ in range(2):
        answer = browser.post(f"{COURSE}/modul-1/selesai")
        assert answer.headers["Location"] == f"{COURSE}/modul-1/dilema/dilema-1"
    page = browser.get(f"{COURSE}/modul-1").get_data(as_text=True)
    assert "Selesai membaca" not in page
    assert "Ke dilema berikutnya" in page


def test_the_last_step_leads_to_the_quiz(login: Any, person: int) -> None:
    make.finish_steps(person)
    browser = login(person)
    assert browser.post(f"{COURSE}/modul-2/selesai").headers["Location"] == f"/kuis/{make.COURSE}"
    assert "Ke kuis akhir" in browser.get(COURSE).get_data(as_text=True)


def test_modules_are_linked_to_their_neighbours(login: Any, db_session: Any) -> None:
    make.make_course(modules=3)
    person = make.make_person(make.make_agency())
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    middle = browser.get(f"{COURSE}/modul-2").get_data(as_text=True)
    assert f'rel="prev" href="{COURSE}/modul-1"' in middle
    assert f'rel="next" href="{COURSE}/modul-3"' in middle
    assert 'rel="prev"' not in browser.get(f"{COURSE}/modul-1").get_data(as_text=True)
    assert 'rel="next"' not in browser.get(f"{COURSE}/modul-3").get_data(as_text=True)


def test_only_the_edition_that_was_begun_is_shown(login: Any, person: int) -> None:
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    make.make_course(modules=3, text="Terbitan kedua")
    assert "Terbitan kedua" not in browser.get(f"{COURSE}/modul-1").get_data(as_text=True)
    assert browser.get(f"{COURSE}/modul-3").status_code == 404
    newcomer = login(make.make_person(make.make_agency()))
    newcomer.post(f"{COURSE}/mulai")
    assert "Terbitan kedua" in newcomer.get(f"{COURSE}/modul-1").get_data(as_text=True)
    assert newcomer.get(f"{COURSE}/modul-3").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/kursus/tidak-ada",
        "/kursus/tidak-ada/modul-1",
        f"{COURSE}/tidak-ada",
        f"{COURSE}/modul-1/dilema/tidak-ada",
        f"{COURSE}/tidak-ada/dilema/dilema-1",
        f"{COURSE}/media/{'0' * 64}",
        f"{COURSE}/media/..%2f..%2fetc",
        "/kursus/%00",
        f"/kursus/{'x' * 3000}",
    ],
)
def test_what_does_not_exist_is_not_found(login: Any, person: int, path: str) -> None:
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/kursus/tidak-ada/mulai", f"{COURSE}/tidak-ada/selesai", "/kursus/tidak-ada/modul-1/selesai"]
)
def test_writing_to_what_does_not_exist_is_refused(login: Any, person: int, path: str) -> None:
    browser = login(person)
    browser.post(f"{COURSE}/mulai")
    assert browser.post(path).status_code in {404, 422}


def test_visitors_see_nothing_of_courses(client: FlaskClient, person: int) -> None:
    for path in ("/kursus", COURSE, f"{COURSE}/modul-1", f"{COURSE}/media/{'0' * 64}"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/masuk?next=")


def test_the_catalogue_shows_ones_own_standing_only(login: Any, person: int) -> None:
    make.pass_course(person)
    assert "Lulus" in login(person).get("/kursus").get_data(as_text=True)
    other = login(make.make_person(make.make_agency())).get("/kursus").get_data(as_text=True)
    assert "Netralitas Uji" in other
    assert 'class="tag' not in other


def test_an_empty_catalogue_says_what_will_come(login: Any, db_session: Any) -> None:
    page = login(make.make_person(make.make_agency())).get("/kursus").get_data(as_text=True)
    assert "Belum ada kursus" in page


def test_an_image_is_served_once_and_kept(login: Any, db_session: Any) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    sha256 = hashlib.sha256(picture).hexdigest()
    course = replace(
        make.build_course(),
        media=(CompiledMedia("media/peta.png", sha256, "image/png", 4, 4, len(picture)),),
        content_hash=hash_of("dengan gambar"),
    )
    course = replace(course, question_set=replace(course.question_set, edition=course.edition))
    write(
        services.publish,
        compiled=course,
        files={"media/peta.png": picture},
        published_by=None,
        now=clock.now(),
    )
    browser = login(make.make_person(make.make_agency()))
    answer = browser.get(f"{COURSE}/media/{sha256}")
    assert (answer.status_code, answer.data, answer.headers["Content-Type"]) == (200, picture, "image/png")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/kursus/lain/media/{sha256}").status_code == 404


def test_every_module_of_the_shipped_course_stays_small(login: Any, db_session: Any) -> None:
    folder = from_folder(SHIPPED.parent / "netralitas-pra-kampanye", Problems())
    result = read_course(folder, registry.shipped()[0])
    assert result.course is not None, [problem.format("id") for problem in result.problems]
    files = dict(folder.files)
    write(services.publish, compiled=result.course, files=files, published_by=None, now=clock.now())
    browser = login(make.make_person(make.make_agency()))
    course = f"/kursus/{result.course.key}"
    browser.post(f"{course}/mulai")
    for module in result.course.modules:
        page = browser.get(f"{course}/{module.slug}")
        assert page.status_code == 200
        assert len(page.data) < LIMIT, module.slug
        for dilemma in module.dilemmas:
            assert browser.get(f"{course}/{module.slug}/dilema/{dilemma.key}").status_code == 200
