"""The quiz when things go wrong: no line, two devices, impatient fingers, no script, another tab signs out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from learning.people.demo_people import PASSWORD
from quizzes.items import ItemKind
from tests.journeys import quiz_page as quiz
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import COURSE, answers, kinds, open_quiz, people_before_the_quiz, right_answers

UNSAVED = "Belum tersimpan, mencoba lagi"


@pytest.fixture(scope="module")
def servers(new_server: Callable[[], LiveServer]) -> LiveServer:
    """A server of this module's own, with people who are ready for the quiz."""
    return new_server()


@pytest.fixture(scope="module")
def ready(servers: LiveServer) -> list[str]:
    """NIPs; each journey takes one away, so that no two meet."""
    return people_before_the_quiz(servers, 5)


@pytest.fixture
def taker(
    servers: LiveServer, ready: list[str], page_at: Callable[..., Page], sign_in: Callable[..., None]
) -> Callable[..., tuple[str, str, Page]]:
    """Somebody with an open attempt: NIP, attempt, a signed-in page. With a NIP: another device of that person."""

    def take(nip: str | None = None, width: int = 360, *, script: bool = True) -> tuple[str, str, Page]:
        nip = nip or ready.pop()
        page = page_at(width, server=servers, script=script)
        sign_in(page, nip, PASSWORD)
        return nip, open_quiz(servers, nip), page

    return take


def question(page: Page, attempt: str, number: int) -> None:
    page.goto(f"/kuis/percobaan/{attempt}?soal={number}")


def first_choice(page: Page, position: int) -> None:
    page.locator(f'#soal [name=jawaban][value="{position}"]').check()


def test_an_answer_given_without_a_line_is_saved_when_the_line_is_back(
    servers: LiveServer, taker: Callable[..., tuple[str, str, Page]], shot: Callable[..., Path]
) -> None:
    _nip, attempt, page = taker()
    number = kinds(servers, attempt)[ItemKind.SINGLE]
    question(page, attempt, number)
    page.context.set_offline(True)
    first_choice(page, 2)
    expect(quiz.saved_line(page)).to_have_text(UNSAVED)
    expect(page.get_by_role("heading", name="Sambungan terputus")).to_be_visible()
    shot(page, "kuis-360-terputus")
    first_choice(page, 3)  # another thought meanwhile
    assert number not in answers(servers, attempt)
    page.context.set_offline(False)
    quiz.expect_saved(page)  # without a click
    expect(page.get_by_role("heading", name="Sambungan terputus")).to_be_hidden()
    assert answers(servers, attempt)[number][0] >= 1
    page.reload()
    expect(page.locator('#soal [name=jawaban][value="3"]')).to_be_checked()


def test_a_second_device_takes_over_and_the_older_page_asks_which_answer_stays(
    servers: LiveServer, taker: Callable[..., tuple[str, str, Page]], shot: Callable[..., Path]
) -> None:
    nip, attempt, phone = taker()
    number = kinds(servers, attempt)[ItemKind.SINGLE]
    question(phone, attempt, number)
    first_choice(phone, 1)
    quiz.expect_saved(phone)
    _nip, again, laptop = taker(nip, 1280)
    assert again == attempt
    question(laptop, attempt, number)
    expect(laptop.locator('#soal [name=jawaban][value="1"]')).to_be_checked()
    first_choice(laptop, 2)
    quiz.expect_saved(laptop)

    first_choice(phone, 3)
    choice = phone.locator("[data-conflict]")
    expect(choice).to_be_visible()
    expect(choice).to_contain_text("Soal ini sudah dijawab dari perangkat atau tab lain")
    expect(quiz.saved_line(phone)).to_contain_text("Belum tersimpan")
    shot(phone, "kuis-360-dua-perangkat")
    assert answers(servers, attempt)[number][0] == 2, "the newer answer stands until somebody chooses"
    phone.get_by_role("button", name="Pakai jawaban di halaman ini").click()
    quiz.expect_saved(phone)
    laptop.reload()
    expect(laptop.locator('#soal [name=jawaban][value="3"]')).to_be_checked()


def test_impatient_fingers_hand_in_once(
    servers: LiveServer, taker: Callable[..., tuple[str, str, Page]]
) -> None:
    _nip, attempt, page = taker()
    page.goto(f"/kuis/percobaan/{attempt}/periksa")
    before = page.evaluate("performance.timeOrigin")
    page.get_by_role("button", name="Kumpulkan tanpa jawaban").dblclick(no_wait_after=True)
    page.wait_for_url("**/hasil")
    assert page.evaluate("performance.timeOrigin") != before
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Nilai Anda 0"))
    page.goto(f"/kuis/{COURSE}")
    expect(page.locator("tbody tr")).to_have_count(2)  # the one of the demo and this one


def test_the_whole_quiz_works_without_script(
    servers: LiveServer, taker: Callable[..., tuple[str, str, Page]]
) -> None:
    _nip, attempt, page = taker(script=False)
    forms = right_answers(servers, attempt)
    question(page, attempt, 1)
    for number, form in forms.items():
        expect(page.locator("#nomor-soal")).to_have_text(f"Soal {number} dari {len(forms)}")
        quiz.answer(page, form)
        quiz.onward(page)
    expect(page.get_by_role("heading", name="Semua soal sudah terjawab")).to_be_visible()
    quiz.hand_in(page)
    expect(page.get_by_role("heading", name="Anda lulus dengan nilai 100")).to_be_visible()


def test_signing_out_in_one_tab_ends_the_other(
    servers: LiveServer, taker: Callable[..., tuple[str, str, Page]]
) -> None:
    _nip, attempt, page = taker()
    number = kinds(servers, attempt)[ItemKind.SINGLE]
    question(page, attempt, number)
    other = page.context.new_page()
    other.goto("/akun")
    other.locator(".me > summary").click()
    other.get_by_role("button", name="Keluar", exact=True).click()
    other.wait_for_url("**/masuk*")
    first_choice(page, 1)
    expect(page.locator("[data-refused]")).to_contain_text("Anda sudah keluar")
    assert number not in answers(servers, attempt)
    page.goto("/data-saya")
    assert "/masuk" in page.url
