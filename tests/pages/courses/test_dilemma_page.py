"""Choosing, what comes of it, and what one may know of others."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import factories as make

COURSE = f"/kursus/{make.COURSE}"
HERE = f"{COURSE}/modul-1/dilema/dilema-1"


@pytest.fixture
def browser(login: Any, db_session: Any) -> Any:
    make.make_course()
    return begun(login)


def begun(login: Any) -> Any:
    client = login(make.make_person(make.make_agency()))
    client.post(f"{COURSE}/mulai")
    return client


def choose(client: Any, scene: str, option: str) -> Any:
    return client.post(HERE, data={"adegan": scene, "pilihan": option})


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_before_choosing_no_consequence_is_on_the_page(browser: Any) -> None:
    page = browser.get(HERE).get_data(as_text=True)
    assert "Apa yang Anda lakukan?" in page
    assert "Tetapkan pilihan" in page
    for hidden in ("Akibat a", "Akibat b", "SKB 2022", "Pelanggaran", "Dipanggil"):
        assert hidden not in page


def test_a_choice_leads_to_its_consequence_weight_and_law(browser: Any) -> None:
    answer = choose(browser, "awal", "b")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}#akibat")
    page = browser.get(HERE).get_data(as_text=True)
    assert 'id="akibat"' in page
    assert "Akibat b" in page
    assert "Kurang tepat" in page
    assert 'href="/regulasi/skb-2022#lampiran-1"' in page
    assert "<form" not in page.split("<main", 1)[1]


def test_sending_the_same_choice_again_changes_nothing(browser: Any) -> None:
    choose(browser, "awal", "b")
    assert choose(browser, "awal", "b").status_code == 302
    assert "Akibat b" in text(browser.get(HERE))


def test_another_choice_afterwards_is_refused_and_the_first_one_shown(browser: Any) -> None:
    choose(browser, "awal", "b")
    answer = choose(browser, "awal", "a")
    assert answer.status_code == 409
    assert "Pilihan pertama Anda tetap tersimpan" in text(answer)
    assert "Pilihan Anda Cara b" in text(answer)


@pytest.mark.parametrize(
    ("scene", "option", "status", "sentence"),
    [
        ("awal", "", 422, "Pilih salah satu tindakan"),
        ("awal", "z", 422, "Pilih salah satu tindakan"),
        ("dilaporkan", "a", 409, "Adegan ini belum terbuka"),
        ("", "", 409, "Adegan ini belum terbuka"),
        ("x" * 5000, "y" * 5000, 409, "Adegan ini belum terbuka"),
        ("\x00", "\x00", 409, "Adegan ini belum terbuka"),
    ],
)
def test_a_bad_choice_comes_back_with_a_sentence_and_the_scene(
    browser: Any, scene: str, option: str, status: int, sentence: str
) -> None:
    answer = choose(browser, scene, option)
    assert answer.status_code == status
    assert sentence in text(answer)
    assert "Poster beredar di grup" in text(answer)


def test_a_branching_story_goes_on_and_keeps_what_was(browser: Any) -> None:
    choose(browser, "awal", "c")
    page = text(browser.get(HERE))
    assert "Akibat c" in page
    assert "Anda dipanggil" in page
    assert "Tetapkan pilihan" in page
    assert "Jika Anda memilih yang lain" not in page, "the story is not over"
    choose(browser, "dilaporkan", "b")
    page = text(browser.get(HERE))
    assert "Adegan 1: Poster di grup" in page
    assert "Akibat c" in page
    assert "Pelanggaran berat" in page
    assert "Jika Anda memilih yang lain" in page


def test_from_an_unread_module_one_goes_back_to_where_one_was_reading(browser: Any) -> None:
    choose(browser, "awal", "a")
    assert f'href="{COURSE}/modul-1#d-dilema-1"' in browser.get(HERE).get_data(as_text=True)
    assert "Lanjutkan membaca" in text(browser.get(HERE))
    browser.post(f"{COURSE}/modul-1/selesai")
    page = browser.get(HERE).get_data(as_text=True)
    assert re.search(rf'btn--main btn--l" href="{COURSE}/modul-2"', page)


def test_the_module_tells_which_dilemmas_are_decided(browser: Any) -> None:
    module = f"{COURSE}/modul-1"
    assert "Buka dilema" in text(browser.get(module))
    choose(browser, "awal", "c")
    assert "Belum tuntas" in text(browser.get(module))
    choose(browser, "dilaporkan", "a")
    assert "Sudah Anda jawab" in text(browser.get(module))


def test_others_show_from_five_on_without_oneself(browser: Any, login: Any) -> None:
    choose(browser, "awal", "a")
    for number in range(5):
        assert "begitu sedikitnya 5 orang lain" in text(browser.get(HERE)), number
        choose(begun(login), "awal", "b")
    page = text(browser.get(HERE))
    assert "5 orang lain sudah memutuskan adegan ini." in page
    assert "Cara b Kurang tepat 100%" in page
    assert "Cara a Tepat 0%" in page


def test_nobody_sees_the_decision_of_another(browser: Any, login: Any) -> None:
    choose(browser, "awal", "b")
    other = begun(login)
    assert "Akibat b" not in text(other.get(HERE))
    assert "Pilihan Anda" not in text(other.get(f"{COURSE}/modul-1"))
    assert choose(other, "awal", "a").status_code == 302
    assert "Pilihan Anda Cara a" in text(other.get(HERE))
    assert "Pilihan Anda Cara b" in text(browser.get(HERE))


def test_deciding_needs_a_course_that_was_begun(login: Any, db_session: Any) -> None:
    make.make_course()
    client = login(make.make_person(make.make_agency()))
    answer = choose(client, "awal", "a")
    assert (answer.status_code, answer.headers["Location"]) == (302, COURSE)
