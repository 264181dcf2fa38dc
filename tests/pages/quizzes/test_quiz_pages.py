"""The quiz as a browser meets it: pages, forms without script, JSON with script, and nothing of the key."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from courses import services as courses
from learning.kernel import clock, panels
from learning.kernel.db import db
from learning.kernel.panels import Panel
from learning.kernel.transaction import write
from quizzes import demo
from quizzes import services as quizzes
from quizzes.drawing import draw
from quizzes.items import Item, ItemKind, Option, Pair, QuestionSet
from quizzes.models import Attempt, AttemptState
from tests import factories as make

JSON = {"Accept": "application/json"}
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


class Quiz:
    """Somebody's browser with an open attempt, and the answers that would earn everything."""

    def __init__(self, browser: FlaskClient, public_id: uuid.UUID) -> None:
        self.browser = browser
        self.path = f"/kuis/percobaan/{public_id}"
        self.public_id = public_id
        self.key = demo.answer_forms(public_id)
        db.session.remove()

    def save(self, number: int, answer: Any, revision: int = 1, json: bool = True, **more: Any) -> Any:
        data = {"number": number, "revision": revision, **more, **answer}
        return self.browser.post(f"{self.path}/jawaban", data=data, headers=JSON if json else {})

    def answer_all(self, wrong: int = 0) -> None:
        for number, form in list(self.key.items())[: len(self.key) - wrong]:
            assert self.save(number, form).status_code == 200

    def page(self, address: str = "") -> str:
        response = self.browser.get(self.path + address)
        assert response.status_code == 200, response.status_code
        return response.get_data(as_text=True)


def words(html: str) -> str:
    body = html[html.index("<main") :] if "<main" in html else html
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).replace("\u00a0", " ")


@pytest.fixture
def course(app: Any) -> str:
    with app.app_context():
        return make.make_course()


@pytest.fixture
def learner(app: Any, course: str) -> Callable[[], int]:
    def ready() -> int:
        with app.app_context():
            person_id = make.make_person(make.make_agency())
            make.finish_steps(person_id, course, now=START)
            db.session.remove()
            return person_id

    return ready


@pytest.fixture
def quiz(app: Any, login: Any, learner: Callable[[], int], course: str) -> Callable[..., Quiz]:
    """`quiz()` is a new person with an attempt begun just now."""

    def begin(person_id: int | None = None, now: datetime | None = None) -> Quiz:
        person_id = person_id or learner()
        with app.app_context():
            # A seed of our own: what a test finds on its paper is not left to chance.
            public_id = write(
                quizzes.start_attempt,
                person_id=person_id,
                course_key=course,
                now=now or clock.now(),
                seed="0123456789abcdef" * 2,
            ).public_id
            return Quiz(login(person_id), public_id)

    return begin


Begin = Callable[..., Quiz]


# --- Before ---------------------------------------------------------------------------------------------------------


def test_the_start_page_says_what_awaits_and_starts_with_one_button(
    login: Any, learner: Callable[[], int], course: str
) -> None:
    browser = login(learner())
    page = browser.get(f"/kuis/{course}").get_data(as_text=True)
    text = words(page)
    for said in ("40 menit", "3 dari 3", "Nilai minimal 80", "Soal 10", "jeda 60 menit", "Mulai kuis"):
        assert said in text, said
    assert page.count("btn--main") == 1
    begun = browser.post(f"/kuis/{course}/mulai")
    assert begun.status_code == 302
    assert begun.headers["Location"].startswith("/kuis/percobaan/")
    # A second tap, or another device, goes on with the same attempt.
    assert browser.post(f"/kuis/{course}/mulai").headers["Location"] == begun.headers["Location"]
    again = browser.get(f"/kuis/{course}").get_data(as_text=True)
    assert "Lanjutkan kuis" in again
    assert begun.headers["Location"] in again


def test_the_start_page_says_why_not_yet(login: Any, app: Any, course: str) -> None:
    with app.app_context():
        person_id = make.make_person(make.make_agency())
        write(courses.begin, person_id=person_id, course_key=course, now=START)
    browser = login(person_id)
    assert "Masih 4 langkah lagi" in words(browser.get(f"/kuis/{course}").get_data(as_text=True))
    refused = browser.post(f"/kuis/{course}/mulai")
    assert refused.headers["Location"] == f"/kuis/{course}"
    assert "Mulai kuis" not in browser.get(f"/kuis/{course}").get_data(as_text=True)


def test_after_a_failed_attempt_the_start_page_names_the_hour(quiz: Begin, course: str) -> None:
    sat = quiz()
    sat.browser.post(f"{sat.path}/kumpulkan")
    text = words(sat.browser.get(f"/kuis/{course}").get_data(as_text=True))
    assert "Kuis dapat diulang mulai" in text
    assert "WIB" in text
    assert "2 dari 3" in text
    assert "Belum lulus" in text


@pytest.mark.parametrize(
    "path", ["/kuis/tidak-ada", "/kuis/percobaan/bukan-uuid", "/kuis/percobaan/" + "0" * 32]
)
def test_what_does_not_exist_is_404(login: Any, learner: Callable[[], int], path: str) -> None:
    assert login(learner()).get(path).status_code == 404


# --- Without script ---------------------------------------------------------------------------------------------------


def test_the_whole_quiz_works_without_script(quiz: Begin) -> None:
    sat = quiz()
    assert "Soal 1 dari 10" in sat.page()
    for number, form in sat.key.items():
        onward = str(number + 1) if number < 10 else "kumpulkan"
        answer = sat.save(number, form, json=False, ke=onward)
        assert answer.status_code == 302
        assert answer.headers["Location"] == (
            f"{sat.path}?soal={onward}" if number < 10 else f"{sat.path}/periksa"
        )
    assert "Semua soal sudah terjawab" in sat.page("/periksa")
    result = sat.browser.post(f"{sat.path}/kumpulkan")
    assert result.headers["Location"] == f"{sat.path}/hasil"
    assert "Anda lulus dengan nilai 100" in sat.page("/hasil")


def test_the_saved_answer_is_there_on_another_device(quiz: Begin, app: Any, login: Any) -> None:
    sat = quiz()
    sat.answer_all(wrong=3)
    with app.app_context():
        person_id = db.session.execute(
            select(Attempt.person_id).where(Attempt.public_id == sat.public_id)
        ).scalar_one()
        phone = Quiz(login(person_id), sat.public_id)
    for number, form in sat.key.items():
        page = phone.page(f"?soal={number}")
        filled = len(re.findall(r"\schecked|\sselected", page)) + ('value="netral"' in page)
        expected = sum(len(values) for values in form.values()) if number <= 7 else 0
        assert filled == expected, (number, form)
    assert "Soal 8 dari 10" in phone.page(), "without a number the first unanswered question comes"


def test_the_overview_names_what_is_missing_and_what_is_flagged(quiz: Begin) -> None:
    sat = quiz()
    sat.answer_all(wrong=2)
    sat.browser.post(f"{sat.path}/tanda", data={"number": 4, "tanda": 1}, headers=JSON)
    text = words(sat.page("/periksa"))
    assert "2 soal belum lengkap" in text
    assert "Soal 9 Soal 10" in text
    assert "Yang Anda tandai Soal 4" in text
    assert "Kumpulkan 8 jawaban" in text


def test_flagging_without_script_saves_the_answer_too(quiz: Begin) -> None:
    sat = quiz()
    data = {"number": 2, "revision": 1, "tanda": "1", **sat.key[2]}
    assert sat.browser.post(f"{sat.path}/tanda", data=data).headers["Location"] == f"{sat.path}?soal=2"
    page = sat.page("?soal=2")
    assert 'aria-pressed="true"' in page
    assert "Tersimpan" in page
    data |= {"revision": 2, "tanda": "0"}
    sat.browser.post(f"{sat.path}/tanda", data=data)
    assert 'aria-pressed="false"' in sat.page("?soal=2")


def test_when_another_device_was_faster_one_chooses(quiz: Begin) -> None:
    sat = quiz()
    number = next(n for n, form in sat.key.items() if form.get("jawaban") == ["1"])
    sat.save(number, {"jawaban": "2"})
    refused = sat.save(number, {"jawaban": "1"}, json=False, ke=str(number))
    assert refused.status_code == 409
    page = refused.get_data(as_text=True)
    assert "dari perangkat atau tab lain" in page
    assert re.search(r'value="2"\schecked', page), "the newer answer stands in the page"
    fields = dict(
        re.findall(
            r'type="hidden" name="(number|revision|ke|jawaban)" value="([^"]*)"', page.split("</form>")[0]
        )
    )
    assert fields == {"number": str(number), "revision": "2", "ke": "simpan", "jawaban": "1"}
    assert sat.browser.post(f"{sat.path}/jawaban", data=fields).status_code == 302
    assert re.search(r'value="1"\schecked', sat.page(f"?soal={number}"))


# --- With script ------------------------------------------------------------------------------------------------------


def test_an_answer_is_acknowledged_with_all_the_page_shows(quiz: Begin) -> None:
    sat = quiz()
    told = sat.save(1, sat.key[1])
    assert told.status_code == 200
    assert told.json["saved"] is True
    assert (told.json["revision"], told.json["answered"], told.json["total"], told.json["complete"]) == (
        1,
        1,
        10,
        True,
    )
    assert re.fullmatch(r"\d\d\.\d\d", told.json["saved_text"])
    assert 2390 < told.json["left"] <= 2400
    again = sat.save(1, sat.key[1])
    assert again.json["saved_at"] == told.json["saved_at"]


def test_saving_an_answer_asks_the_database_four_times(quiz: Begin, query_count: Any) -> None:
    """Session with person; the attempt, locked; its answers; the new one."""
    sat = quiz()
    sat.save(1, sat.key[1])
    with query_count() as statements:
        assert sat.save(2, sat.key[2]).status_code == 200
    assert len(statements) == 4, statements


def test_a_question_page_asks_the_database_three_times(quiz: Begin, query_count: Any) -> None:
    sat = quiz()
    sat.page("?soal=1")
    with query_count() as statements:
        sat.page("?soal=2")
    assert len(statements) == 3, statements


def test_a_conflict_carries_the_newer_answer(quiz: Begin) -> None:
    sat = quiz()
    number = next(n for n, form in sat.key.items() if form.get("jawaban") == ["1"])
    sat.save(number, {"jawaban": "2"})
    told = sat.save(number, {"jawaban": "1"})
    assert told.status_code == 409
    assert told.json["code"] == "quiz.newer_answer"
    assert told.json["revision"] == 1
    assert told.json["current"] == {"jawaban": ["2"]}
    assert told.json["current_text"]
    assert told.json["saved_text"]


def test_a_late_answer_is_told_clearly_with_and_without_script(quiz: Begin) -> None:
    sat = quiz(now=clock.now() - timedelta(minutes=41))
    told = sat.save(1, sat.key[1])
    assert told.status_code == 410
    assert told.json["code"] == "quiz.late"
    assert "Waktu sudah habis" in told.json["text"]
    page = sat.save(1, sat.key[1], json=False)
    assert page.status_code == 410
    assert "Waktu sudah habis" in page.get_data(as_text=True)
    assert f"{sat.path}/hasil" in page.get_data(as_text=True)


def test_whoever_comes_back_too_late_finds_the_result(quiz: Begin, course: str, app: Any) -> None:
    sat = quiz(now=clock.now() - timedelta(minutes=41))
    for address in (sat.path, f"{sat.path}/periksa", f"/kuis/{course}"):
        assert sat.browser.get(address).headers["Location"] == f"{sat.path}/hasil"
    assert "Waktu habis sebelum kuis dikumpulkan" in sat.page("/hasil")
    with app.app_context():
        state = db.session.execute(
            select(Attempt.state).where(Attempt.public_id == sat.public_id)
        ).scalar_one()
        assert state is AttemptState.EXPIRED


def test_handing_in_twice_is_the_same_answer(quiz: Begin) -> None:
    sat = quiz()
    sat.answer_all()
    told = [sat.browser.post(f"{sat.path}/kumpulkan", headers=JSON) for _ in range(3)]
    assert {answer.status_code for answer in told} == {200}
    assert told[0].json == told[1].json == told[2].json
    assert told[0].json["passed"] is True
    assert sat.browser.get(sat.path).headers["Location"] == f"{sat.path}/hasil"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"number": "x", "revision": "y"},
        {"number": "0", "revision": "1"},
        {"number": "999999999999", "revision": "1"},
        {"number": "1", "revision": "-1", "jawaban": "1"},
        {"number": "1", "revision": "1", "jawaban": "99", "jawaban-1": "99"},
        {"number": "1", "revision": "1", "jawaban": "1\x00", "jawaban-1": "١"},
        {"number": "1", "revision": "1", "jawaban": "x" * 5000, "jawaban-1": "x"},
    ],
)
@pytest.mark.parametrize("json", [True, False])
def test_bad_input_is_answered_with_a_sentence(quiz: Begin, data: dict[str, str], json: bool) -> None:
    sat = quiz()
    told = sat.browser.post(f"{sat.path}/jawaban", data=data, headers=JSON if json else {})
    assert told.status_code in {200, 302, 404, 409, 422}
    if json and told.status_code != 200:
        assert told.json["text"]
        assert told.json["text"] != told.json["code"]


@pytest.mark.parametrize("wanted", ["0", "11", "x", "-1", "1e9", "", "²"])
def test_there_is_no_such_question(quiz: Begin, wanted: str) -> None:
    assert quiz().browser.get(f"/kuis/percobaan/{quiz().public_id}?soal={wanted}").status_code == 404


# --- Whose ------------------------------------------------------------------------------------------------------------


def test_a_foreign_attempt_does_not_exist(quiz: Begin, login: Any, learner: Callable[[], int]) -> None:
    sat = quiz()
    sat.answer_all()
    stranger = login(learner())
    for address in ("", "?soal=1", "/periksa", "/hasil"):
        assert stranger.get(sat.path + address).status_code == 404
    for address in ("/jawaban", "/tanda", "/kumpulkan"):
        assert (
            stranger.post(sat.path + address, data={"number": 1, "revision": 1, "tanda": 1}).status_code
            == 404
        )
    assert sat.browser.get(f"{sat.path}/periksa").status_code == 200, "and nobody handed it in"


def test_signed_out_one_is_asked_to_sign_in(quiz: Begin, client: FlaskClient) -> None:
    sat = quiz()
    assert client.get(sat.path).status_code == 302
    assert client.post(f"{sat.path}/jawaban", headers=JSON).status_code == 401


# --- Nothing of the key -----------------------------------------------------------------------------------------------

SECRETS = {
    "explanation": "RAHASIA-penjelasan",
    "feedback": "RAHASIA-umpan",
    "accepted": "RAHASIA-kunci",
    "citation": "RAHASIA-pasal",
    "locator": "RAHASIA-letak",
}


def secret_items(slug: str) -> list[Item]:
    """Every kind, with words that must not leave, and author keys that would be recognised."""
    from quizzes.items import Citation

    keys = [f"KUNCI{letter}" for letter in "ABCD"]
    made = []
    for kind in ItemKind:
        values: dict[str, Any] = {}
        if kind is ItemKind.SHORT:
            values["accepted"] = (SECRETS["accepted"],)
        elif kind is ItemKind.MATCHING:
            values["pairs"] = tuple(Pair(key, f"Kiri {n}", f"Kanan {n}") for n, key in enumerate(keys))
        else:
            weights = ["tepat", "dapat-diterima", "kurang-tepat", "pelanggaran-berat"]
            values["options"] = tuple(
                Option(
                    key,
                    f"Teks {n}",
                    correct=n == 0,
                    weight=weights[n] if kind is ItemKind.DILEMMA else None,
                    feedback=SECRETS["feedback"],
                )
                for n, key in enumerate(keys[: 2 if kind is ItemKind.TRUE_FALSE else 4])
            )
        made.append(
            Item(
                key=f"{slug}/KUNCI-{kind}",
                pool=slug,
                kind=kind,
                stem="<p>Soal?</p>",
                objective=f"{slug}/1",
                explanation=SECRETS["explanation"],
                citations=(Citation("KUNCI-regulasi", SECRETS["locator"], SECRETS["citation"]),),
                difficulty="sulit",
                variant_group=f"KUNCI-grup-{kind}",
                **values,
            )
        )
    return made


FORBIDDEN = re.compile(
    r"RAHASIA|KUNCI|correct|weight|accepted|feedback|explanation|dapat-diterima|kurang-tepat|pelanggaran|sulit|seed|benih",
    re.IGNORECASE,
)


@pytest.fixture
def secretive(app: Any, login: Any) -> Quiz:
    """An attempt over questions of every kind whose key is made of recognisable words."""
    from dataclasses import replace

    with app.app_context():
        compiled = make.build_course("uji-rapat", 1, questions=7)
        slug = compiled.modules[0].slug
        question_set = QuestionSet(
            "uji-rapat",
            compiled.question_set.edition,
            tuple(secret_items(slug)),
            compiled.question_set.objectives,
            replace(compiled.question_set.settings, draw=((slug, 7),), attempts=1),
        )
        compiled = replace(compiled, question_set=question_set)
        write(courses.publish, compiled=compiled, files={}, published_by=None, now=START)
        person_id = make.make_person(make.make_agency())
        make.finish_steps(person_id, "uji-rapat")
        return Quiz(login(person_id), make.start_attempt(person_id, "uji-rapat"))


def leaks(answer: Any) -> list[str]:
    text = answer.get_data(as_text=True) + str(dict(answer.headers))
    return FORBIDDEN.findall(text)


def test_nothing_of_the_key_leaves_while_the_attempt_is_open(secretive: Quiz) -> None:
    browser, path = secretive.browser, secretive.path
    kinds = set()
    for number, form in secretive.key.items():
        pages = [
            browser.get(f"{path}?soal={number}"),
            secretive.save(number, form),
            secretive.save(number, form, revision=1),
            secretive.save(number, {}, revision=9),
            secretive.save(number, {}, revision=9, json=False),
            secretive.save(number, {"jawaban": "77", "jawaban-1": "77"}, revision=2),
            secretive.save(number, {"jawaban": "77", "jawaban-1": "77"}, revision=2, json=False),
            browser.post(f"{path}/tanda", data={"number": number, "tanda": 1}, headers=JSON),
            browser.get(f"{path}?soal={number}"),
        ]
        # What the learner typed comes back; here it happens to be the key.
        typed = SECRETS["accepted"] if form.get("jawaban") == [SECRETS["accepted"]] else None
        for page in pages:
            found = leaks(page)
            if typed:
                text = page.get_data(as_text=True).replace(typed, "")
                found = FORBIDDEN.findall(text)
            assert found == [], (number, form, found)
        kinds.add(tuple(sorted(form)))
    for address in ("/periksa", ""):
        assert leaks(browser.get(path + address)) == []
    for page in (browser.get("/kuis/uji-rapat"), browser.get(f"{path}/hasil")):
        assert leaks(page) == []


def test_after_the_end_everything_is_explained(secretive: Quiz) -> None:
    secretive.answer_all()
    secretive.browser.post(f"{secretive.path}/kumpulkan")
    page = secretive.page("/hasil")
    for kind in ("explanation", "citation", "feedback", "accepted"):
        assert SECRETS[kind] in page, kind
    assert "KUNCIA" not in page, "author keys mean nothing to a reader"
    assert "Tepat" in words(page)


def test_an_expired_attempt_with_none_left_is_explained_too(secretive: Quiz) -> None:
    secretive.browser.post(f"{secretive.path}/kumpulkan")
    page = words(secretive.page("/hasil"))
    assert SECRETS["explanation"] in page
    assert "Semua kesempatan Anda sudah terpakai" in page


# --- The result -------------------------------------------------------------------------------------------------------


def test_a_failed_result_names_what_to_read_again_and_keeps_the_key(quiz: Begin, course: str) -> None:
    sat = quiz()
    sat.answer_all(wrong=6)
    sat.browser.post(f"{sat.path}/kumpulkan")
    page = sat.page("/hasil")
    text = words(page)
    assert "Nilai Anda 40, kurang 40 lagi" in text
    assert "Anda masih punya 2 kesempatan" in text
    assert f"/kursus/{course}/modul-1" in page or f"/kursus/{course}/modul-2" in page
    assert "Rahasia penjelasan" not in page
    assert "Kunci dan pembahasan terbuka setelah" in text


def test_a_passed_result_shows_what_others_hang_on_it(quiz: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    sat = quiz()
    sat.answer_all(wrong=1)
    sat.browser.post(f"{sat.path}/kumpulkan")
    asked: list[dict[str, Any]] = []

    def panel(**context: Any) -> Panel:
        asked.append(context)
        return Panel("components/empty.html")

    monkeypatch.setattr(panels, "_panels", {**panels._panels, "result.pass": (panel,)})
    text = words(sat.page("/hasil"))
    assert "Anda lulus dengan nilai 90" in text
    assert "Sertifikat Anda sudah terbit" in text
    assert asked[0]["attempt"] == sat.public_id
    assert asked[0]["principal"].person_id
    assert asked[0]["enrolment_id"]


def test_every_kind_is_drawn_and_every_control_has_a_name(secretive: Quiz) -> None:
    """All seven kinds; each field has a label, each group a name."""
    seen = set()
    for number in secretive.key:
        page = secretive.page(f"?soal={number}")
        form = page[page.index('id="soal"') :]
        seen |= set(re.findall(r'type="(radio|checkbox)"|<(select)|<input class="(input)"', form))
        for ident in re.findall(r'<(?:select|input) class="input" id="([^"]+)"', form):
            assert f'for="{ident}"' in form
        assert 'aria-labelledby="nomor-soal teks-soal"' in form
        assert "style=" not in page
        assert "<script>" not in page
    assert len(seen) == 4


def test_the_seed_of_the_paper_draws_it_again(quiz: Begin, app: Any) -> None:
    sat = quiz()
    with app.app_context():
        attempt = db.session.execute(select(Attempt).where(Attempt.public_id == sat.public_id)).scalar_one()
        question_set = make.build_course().question_set
        assert [place["item"] for place in attempt.layout] == list(draw(question_set, attempt.seed).item_keys)
