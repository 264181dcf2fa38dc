"""What quiz.js promises, in a real browser: a lost line, a reload, another device, a lost session, the end of time."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from learning.kernel import clock
from learning.kernel.db import db
from quizzes import queries
from quizzes.items import ItemKind, QuizSettings
from tests import factories as make


@dataclass
class Here:
    """The application of this test, served to a browser."""

    app: Flask
    url: str

    def attempt(self, person_id: int | None = None, ago: timedelta = timedelta()) -> tuple[uuid.UUID, int]:
        with self.app.app_context():
            if person_id is None:
                person_id = make.make_person(make.make_agency())
                make.finish_steps(person_id)
            public_id = make.start_attempt(person_id, now=clock.now() - ago)
            db.session.remove()
        return public_id, person_id

    def numbers(self, public_id: uuid.UUID, person_id: int) -> dict[ItemKind, int]:
        """A question of each kind; the last one of it."""
        with self.app.app_context():
            paper = queries.open_paper(public_id, person_id)
            found = {paper.item(n).kind: n for n in range(1, paper.total + 1)}
            db.session.remove()
        return found

    def number_of(self, kind: ItemKind, public_id: uuid.UUID, person_id: int) -> int:
        return self.numbers(public_id, person_id)[kind]

    def cookie(self, person_id: int) -> dict[str, str]:
        with self.app.app_context():
            token = make.make_session(person_id)
            db.session.remove()
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {"name": "netra", "value": signer.dumps({"_user_id": token, "_fresh": True}), "url": self.url}


@pytest.fixture
def here(app: Flask) -> Iterator[Here]:
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        # All seven questions of both modules are drawn, so that each kind is on every paper.
        make.make_course(settings=QuizSettings(draw=(("modul-1", 7), ("modul-2", 7))))
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Here(app, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_at(page_at: Any, here: Here) -> Callable[..., Page]:
    """`open_at(person_id)`: a browser of its own, signed in as this person."""

    def open_page(person_id: int, width: int = 360, **options: Any) -> Page:
        page: Page = page_at(width, server=here, **options)
        page.context.add_cookies([here.cookie(person_id)])  # type: ignore[list-item]
        return page

    return open_page


Open = Callable[..., Page]


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-text]")).to_contain_text("Tersimpan", timeout=20_000)


def no_line(route: Route) -> None:
    route.abort()


def test_a_lost_line_is_survived_and_the_way_on_waits_for_it(here: Here, open_at: Open) -> None:
    public_id, person_id = here.attempt()
    number = here.number_of(ItemKind.SINGLE, public_id, person_id)
    page = open_at(person_id)
    address = f"/kuis/percobaan/{public_id}?soal={number}"
    page.goto(address)
    page.locator(".option").nth(0).click()
    saved(page)
    page.context.route("**/jawaban", no_line)
    page.locator(".option").nth(1).click()
    expect(page.locator("[data-saved-text]")).to_have_text("Belum tersimpan, mencoba lagi")
    page.locator(".qfoot .btn--main").click()
    expect(page.locator("[data-offline]")).to_be_visible()
    assert f"soal={number}" in page.url, "nobody is led away from an answer that is not safe"
    page.context.unroute("**/jawaban")
    page.wait_for_url(lambda url: f"soal={number}" not in url, timeout=40_000)
    page.goto(address)
    expect(page.locator(".option input").nth(1)).to_be_checked()


def test_an_unsaved_answer_outlives_a_reload_and_a_new_login(here: Here, open_at: Open) -> None:
    public_id, person_id = here.attempt()
    number = here.number_of(ItemKind.SHORT, public_id, person_id)
    page = open_at(person_id)
    page.goto(f"/kuis/percobaan/{public_id}?soal={number}")
    page.context.route("**/jawaban", no_line)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("input.input").press_sequentially("netral")
    expect(page.locator("[data-saved-text]")).to_have_text("Belum tersimpan, mencoba lagi")
    page.reload()
    assert asked == ["beforeunload"]
    page.context.unroute("**/jawaban")
    saved(page)
    expect(page.locator("input.input")).to_have_value("netral")
    page.context.clear_cookies()
    page.locator("input.input").fill("netralitas")
    expect(page.locator("[data-refused-text]")).to_contain_text("Anda sudah keluar")
    page.context.add_cookies([here.cookie(person_id)])  # type: ignore[list-item]
    page.locator("[data-refused-link]").click()
    saved(page)
    expect(page.locator("input.input")).to_have_value("netralitas")


def test_two_devices_choose_which_answer_stays(here: Here, open_at: Open) -> None:
    public_id, person_id = here.attempt()
    number = here.number_of(ItemKind.SINGLE, public_id, person_id)
    phone, desk = open_at(person_id), open_at(person_id, 1280, scheme="dark")
    for page in (phone, desk):
        page.goto(f"/kuis/percobaan/{public_id}?soal={number}")
    phone.locator(".option").nth(0).click()
    saved(phone)
    desk.locator(".option").nth(1).click()
    expect(desk.locator("[data-conflict]")).to_be_visible()
    desk.locator("[data-use-mine]").click()
    saved(desk)
    phone.locator(".option").nth(2).click()
    expect(phone.locator("[data-conflict]")).to_be_visible()
    phone.locator("[data-use-theirs]").click()
    expect(phone.locator(".option input").nth(1)).to_be_checked()
    saved(phone)


def test_ranks_change_places_and_a_flag_stays(here: Here, open_at: Open) -> None:
    public_id, person_id = here.attempt()
    number = here.number_of(ItemKind.ORDERING, public_id, person_id)
    page = open_at(person_id)
    page.goto(f"/kuis/percobaan/{public_id}?soal={number}")
    ranks = page.locator("[data-rank]")
    for index in range(3):
        ranks.nth(index).select_option(str(index + 1))
    ranks.nth(2).select_option("1")
    assert [ranks.nth(index).input_value() for index in range(3)] == ["3", "2", "1"]
    saved(page)
    expect(page.locator("[data-answered]")).to_have_text("1 dari 14 terjawab")
    page.locator("[data-flag]").click()
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    assert [ranks.nth(index).input_value() for index in range(3)] == ["3", "2", "1"]


def test_when_time_is_over_it_is_said_and_the_result_comes(here: Here, open_at: Open) -> None:
    public_id, person_id = here.attempt(ago=timedelta(minutes=39, seconds=57))
    page = open_at(person_id)
    page.goto(f"/kuis/percobaan/{public_id}")
    expect(page.locator("[data-announce]")).to_contain_text("Waktu habis")
    page.wait_for_url("**/hasil", timeout=20_000)
    expect(page.locator("main")).to_contain_text("Waktu habis sebelum kuis dikumpulkan")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_quiz_is_accessible(
    here: Here, open_at: Open, assert_accessible: Callable[..., None], width: int, scheme: str
) -> None:
    public_id, person_id = here.attempt()
    page = open_at(person_id, width, scheme=scheme)
    path = f"/kuis/percobaan/{public_id}"
    addresses = {f"{path}?soal={number}" for number in here.numbers(public_id, person_id).values()}
    for address in (f"/kuis/{make.COURSE}", *sorted(addresses), f"{path}/periksa"):
        page.goto(address)
        assert_accessible(page)
    page.locator("main form button").click()
    page.wait_for_url("**/hasil")
    assert_accessible(page)
