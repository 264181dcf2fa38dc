"""Trying a course as a learner: the same pages, and nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from courses import checking, draft_queries, services
from courses.format import reader, registry
from courses.sandbox import decisions_in
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes import drawing
from quizzes.demo import key_answer
from quizzes.items import QuestionSet
from quizzes.kinds import kind_of
from tests import factories as make
from tests.pages.courses.zips import BAD, FIXTURES, GOOD, files_of

HERE = f"/studio/kursus/{make.COURSE}/coba"
SEED = "0123456789abcdef"
MARK = "Coba sebagai peserta, tidak ada yang dicatat"
Login = Callable[[int], FlaskClient]


@pytest.fixture(autouse=True)
def small_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regulations of the fixtures instead of the shipped ones, which change with the law."""
    read = registry.read_registry_file(FIXTURES / "regulasi.yaml")
    monkeypatch.setattr(reader, "shipped", lambda: read)


@pytest.fixture
def trainer(db_session: Any, login: Login) -> FlaskClient:
    make.make_course()
    return login(make.make_person(roles=[("TRAINER", None)]))


def rows() -> dict[str, int]:
    """How many rows every table has."""
    db.session.rollback()
    return {
        table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in db.metadata.sorted_tables
    }


def draft_of(folder: Any, key: str) -> str:
    """The address of trying a draft with the files of a folder."""
    files = files_of(folder)
    public_id = write(
        services.open_draft,
        course_key=key,
        texts={path: text.decode() for path, text in files.items() if path.endswith(".md")},
        images=checking.images_in(files),
        base_version_id=None,
        person_id=make.make_person(),
        now=clock.now(),
    )
    return f"/studio/naskah/{public_id}/coba"


def words(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)))


def answered(questions: QuestionSet, wrong: int = 0) -> dict[str, list[str]]:
    """The form that answers the paper of SEED, the last `wrong` questions left empty."""
    paper = drawing.draw(questions, SEED)
    form: dict[str, list[str]] = {}
    for number, place in enumerate(paper.places[: len(paper) - wrong], 1):
        item = questions.by_key[place.item_key]
        for name, values in kind_of(item).to_form(item, place, key_answer(item)).items():
            form[name.replace("jawaban", f"jawaban-s{number}", 1)] = values
    return form


def links(page: Any, start: str) -> list[str]:
    """The addresses a page leads to below `start`."""
    found = re.findall(r'href="([^"#]+)', page.text)
    return sorted({unescape(address) for address in found if address.startswith(start)})


def walk_everything(browser: FlaskClient, start: str) -> int:
    """Open every page that can be reached, choose every option, hand every paper in; how many requests that were."""
    todo, seen = [start], set()
    while todo:
        address = todo.pop()
        if address in seen or (seen and "/kuis?benih=" in address and any("benih" in s for s in seen)):
            continue
        seen.add(address)
        page = browser.get(address, follow_redirects=True)
        assert page.status_code == 200, address
        assert MARK in words(page), address
        todo += links(page, start)
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        }
        for option in re.findall(r'name="pilihan" value="([^"]+)"', page.text):
            path = address.partition("?")[0]
            chosen = browser.get(path, query_string={**fields, "pilihan": option})
            assert chosen.status_code == 302
            todo.append(chosen.headers["Location"].partition("#")[0])
        if address.endswith("/kuis"):
            posted = browser.post(address + f"?benih={SEED}", data={"jawaban-s1": "1"})
            assert posted.status_code == 200
            assert MARK in words(posted)
    return len(seen)


def test_walking_the_whole_edition_leaves_no_row(trainer: FlaskClient) -> None:
    before = rows()
    assert walk_everything(trainer, HERE) >= 10
    assert rows() == before


def test_walking_a_whole_draft_leaves_no_row(trainer: FlaskClient) -> None:
    start = draft_of(GOOD, "kursus-lengkap")
    before = rows()
    assert walk_everything(trainer, start) >= 8
    assert rows() == before


def test_the_start_says_what_this_is(trainer: FlaskClient) -> None:
    page = words(trainer.get(HERE))
    assert "tidak menghasilkan sertifikat" in page
    assert "10 soal, 40 menit, nilai minimal 80, 3 kesempatan." in page
    assert f'href="{HERE}"' in trainer.get(f"/studio/kursus/{make.COURSE}").text


def test_a_module_reads_as_the_learner_reads_it(trainer: FlaskClient) -> None:
    page = words(trainer.get(f"{HERE}/modul/modul-1"))
    assert "Pelajaran 1." in page
    assert "Sesudah modul ini Anda dapat:" in page
    assert "Dilema 1 dari 1" in page
    assert "Buka dilema" in page
    assert "Akibat a." not in page
    assert "Rahasia penjelasan." not in page
    assert "Selesai membaca" not in page


def test_a_dilemma_is_decided_scene_by_scene(trainer: FlaskClient) -> None:
    here = f"{HERE}/modul/modul-1/dilema/dilema-1"
    first = trainer.get(here)
    assert "Poster beredar di grup." in words(first)
    assert "Akibat" not in words(first)
    chosen = trainer.get(here, query_string={"jalan": "", "adegan": "awal", "pilihan": "c"})
    assert "jalan=awal.c" in chosen.headers["Location"]
    second = words(trainer.get(here + "?jalan=awal.c"))
    assert "Akibat c." in second
    assert "Anda dipanggil." in second
    ended = words(trainer.get(here + "?jalan=awal.c,dilaporkan.a"))
    assert "Jika Anda memilih yang lain" in ended
    assert "Akibat b." in ended
    assert "Tersimpan" not in ended
    assert "Bagaimana orang lain memilih" not in ended
    assert "Ulang dari awal" in ended


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("jalan=awal.z", "Apa yang Anda lakukan?"),
        ("jalan=dilaporkan.a", "Poster beredar di grup."),
        ("jalan=awal.c,tidak-ada.a,,.,x", "Anda dipanggil."),
        ("jalan=" + "awal.z," * 3_000, "Apa yang Anda lakukan?"),
        ("jalan=awal.c&adegan=awal&pilihan=a", "Anda dipanggil."),
        ("adegan=awal&pilihan=z", "Apa yang Anda lakukan?"),
        ("varian=zz", "Poster beredar di grup."),
        ("jalan=%ff<script>", "Poster beredar di grup."),
    ],
)
def test_what_cannot_be_followed_is_ignored(trainer: FlaskClient, query: str, seen: str) -> None:
    page = trainer.get(f"{HERE}/modul/modul-1/dilema/dilema-1?{query}")
    assert page.status_code == 200
    assert seen in words(page)
    assert "<script>" not in page.text.replace("<script src", "")


def test_the_first_of_two_decisions_counts() -> None:
    assert decisions_in("a.b.c,a.b.d,e,.f,g.") == {"a.b": "c"}


def test_the_quiz_draws_by_the_seed_in_the_address(trainer: FlaskClient) -> None:
    drawn = trainer.get(f"{HERE}/kuis")
    assert re.fullmatch(rf"{HERE}/kuis\?benih=[0-9a-f]{{16}}", drawn.headers["Location"])
    address = f"{HERE}/kuis?benih={SEED}"
    page = trainer.get(address)
    assert page.text == trainer.get(address).text
    assert "Soal 10 dari 10" in words(page)
    assert "Rahasia penjelasan." not in page.text
    assert trainer.get(f"{HERE}/kuis?benih=../x").status_code == 302
    names = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(names) == len(set(names))
    groups = set(re.findall(r'name="(jawaban[^"]*)"', page.text))
    assert all(name.startswith("jawaban-s") for name in groups)


@pytest.mark.parametrize(
    ("wrong", "score", "verdict"), [(0, "100", "lulus"), (2, "80", "lulus"), (3, "70", "belum lulus")]
)
def test_the_paper_is_graded_where_it_arrives(
    trainer: FlaskClient, wrong: int, score: str, verdict: str
) -> None:
    questions = make.build_course().question_set
    before = rows()
    page = words(trainer.post(f"{HERE}/kuis?benih={SEED}", data=answered(questions, wrong)))
    assert f"Nilainya {score}" in page
    assert f"Dengan jawaban ini seorang peserta {verdict}." in page
    assert page.count("Rahasia penjelasan.") == 10
    assert page.count("Tidak dijawab") == wrong
    assert rows() == before


def test_an_answer_nobody_offered_counts_as_none(trainer: FlaskClient) -> None:
    page = trainer.post(
        f"{HERE}/kuis?benih={SEED}", data={"jawaban-s1": "99", "jawaban-s2-1": "x", "jawaban": "1"}
    )
    assert page.status_code == 200
    assert "Nilainya 0" in words(page)


def test_a_draft_is_tried_with_its_own_images(trainer: FlaskClient) -> None:
    start = draft_of(GOOD, "kursus-lengkap")
    draft = start.removesuffix("/coba")
    assert f'href="{start}"' in trainer.get(draft).text
    pages = [trainer.get(address) for address in links(trainer.get(start), f"{start}/modul")]
    images = {src for page in pages for src in re.findall(r'src="([^"]+/gambar/[^"]+)"', page.text)}
    assert images
    assert all(trainer.get(src).status_code == 200 for src in images)
    assert not any("/kursus/kursus-lengkap/media/" in page.text for page in pages)


def test_a_draft_with_errors_is_checked_instead(trainer: FlaskClient) -> None:
    start = draft_of(BAD, "dua-puluh-kesalahan")
    for page in ("", "/kuis", "/modul/satu"):
        answer = trainer.get(start + page)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("/periksa")


def test_the_sandbox_belongs_to_those_who_hold_the_course(trainer: FlaskClient, login: Login) -> None:
    other = login(make.make_person(roles=[("TRAINER", "kursus-lain")]))
    learner = login(make.make_person())
    start = draft_of(GOOD, "kursus-lengkap")
    for base in (HERE, start):
        for page in ("", "/modul/modul-1", "/modul/modul-1/dilema/dilema-1", "/kuis"):
            assert other.get(base + page).status_code == 404
            assert learner.get(base + page).status_code == 403
    assert draft_queries.open_draft_of("kursus-lengkap") is not None


def test_what_is_not_in_the_course_is_not_there(trainer: FlaskClient) -> None:
    assert trainer.get(f"{HERE}/modul/modul-9").status_code == 404
    assert trainer.get(f"{HERE}/modul/modul-1/dilema/x").status_code == 404
    assert trainer.get("/studio/kursus/tidak-ada/coba").status_code == 404
