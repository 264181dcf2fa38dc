"""A trainer and the quiz of her own course: told why not, and no key while she sits it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses import checking, services
from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.transaction import write
from learning.people import services as people
from tests import factories as make

START = f"/kuis/{make.COURSE}"
Login = Callable[[int], FlaskClient]


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


@pytest.fixture
def course(db_session: Any) -> str:
    return make.make_course()


@pytest.mark.usefixtures("course")
def test_the_start_page_says_why_and_has_no_button(login: Login) -> None:
    person = make.make_person(roles=[("TRAINER", make.COURSE)])
    make.finish_steps(person)
    browser = login(person)
    page = browser.get(START)
    assert "jadi kunci soalnya terbuka bagi Anda" in words(page)
    assert f'action="{START}/mulai"' not in page.text
    sent = browser.post(f"{START}/mulai")
    assert sent.headers["Location"].endswith(START)
    assert "jadi kunci soalnya terbuka bagi Anda" in words(browser.get("/"))


@pytest.mark.usefixtures("course")
def test_no_key_while_she_sits_the_quiz(login: Login) -> None:
    make.make_course("kursus-lain", text="Lain")
    person = make.make_person()
    make.finish_steps(person)
    make.start_attempt(person)
    now = clock.now()
    write(people.grant_role, person_id=person, role=Role.TRAINER, now=now)
    draft = write(
        services.open_draft,
        course_key=make.COURSE,
        texts=checking.starting_texts(title="Kursus Uji", code="UJI", jp=1),
        base_version_id=None,
        person_id=person,
        now=now,
    )
    browser, studio = login(person), "/studio/kursus"
    closed = [
        f"{studio}/{make.COURSE}/modul-1",
        f"{studio}/{make.COURSE}/modul-1/peta",
        f"{studio}/{make.COURSE}/terbitan/1",
        f"{studio}/{make.COURSE}/terbitan/1/modul-1",
        f"{studio}/{make.COURSE}/coba",
        f"{studio}/{make.COURSE}/coba/kuis",
        f"/studio/naskah/kursus/{make.COURSE}/unduh",
        f"/studio/naskah/{draft}",
        f"/studio/naskah/{draft}/unduh",
        f"/studio/naskah/{draft}/berkas/01-pembuka.md",
        f"/studio/naskah/{draft}/formulir/01-pembuka.md",
        f"/studio/naskah/{draft}/peta/01-pembuka.md",
        f"/studio/naskah/{draft}/telaah",
        f"/studio/naskah/{draft}/coba",
    ]
    for address in closed:
        page = browser.get(address)
        assert page.status_code == 403, address
        assert "Anda sedang menempuh kuis kursus ini." in words(page), address
    assert browser.get(f"{studio}/kursus-lain/modul-1").status_code == 200
    assert browser.get(f"{studio}/{make.COURSE}").status_code == 200


@pytest.mark.usefixtures("course")
def test_the_keys_open_again_when_the_quiz_is_over(login: Login) -> None:
    person = make.make_person()
    make.finish_steps(person)
    make.sit_quiz(person)
    write(people.grant_role, person_id=person, role=Role.TRAINER, now=clock.now(), course_key=make.COURSE)
    assert login(person).get(f"/studio/kursus/{make.COURSE}/modul-1").status_code == 200
