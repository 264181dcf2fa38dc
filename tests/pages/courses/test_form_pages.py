"""The form view of a module, used as a browser without script uses it: what the page shows is filled in and sent back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses import checking, draft_queries, form_words, services
from courses.form_parts import SHAPES
from courses.format import editing, messages
from courses.format.editable import Dilemma, Question
from courses.format.problems import Severity
from courses.models import SaveKind
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories as make
from tests.pages.courses.filling import PATH, Trainer

CITE = "[@pp-94-2021 pasal-5-n-6]"
XSS = """<script>alert(1)</script> "><img src=x onerror=alert(1)> </textarea>"""
PLACEHOLDERS = re.compile(r"%\((\w+)\)s")
Login = Callable[[int], FlaskClient]


@pytest.fixture
def trainer(login: Login, author: int, draft: str) -> Trainer:
    return Trainer(login(author), draft)


def content(draft: str) -> str:
    found = draft_queries.draft(draft, None)
    assert found is not None
    file = found.file(PATH)
    assert file is not None
    db.session.rollback()
    return file.content


def errors(draft: str) -> list[str]:
    found = draft_queries.draft(draft, None)
    assert found is not None
    told = checking.problems_of(found, PATH, content(draft))
    db.session.rollback()
    return [problem.format() for problem in told if problem.severity is Severity.ERROR]


def save_otherwise(draft: str, person: int, text: str) -> None:
    found = draft_queries.draft(draft, None)
    assert found is not None
    file = found.file(PATH)
    assert file is not None
    db.session.rollback()
    write(
        services.save_text,
        public_id=draft,
        path=PATH,
        content=text,
        base=file.digest,
        kind=SaveKind.IMPORTED,
        person_id=person,
        now=clock.now(),
    )


def options(place: str) -> dict[str, Any]:
    rows = [("Menolak dengan sopan", "tepat"), ("Diam saja", "kurang-tepat"), ("Ikut", "pelanggaran-berat")]
    values: dict[str, Any] = {}
    for number, (text, weight) in enumerate(rows):
        values |= {
            f"{place}-{number}-teks": text,
            f"{place}-{number}-bobot": weight,
            f"{place}-{number}-akibat": f"Akibat {number}. {CITE}",
        }
    return values


DILEMMA = {
    "judul": "Poster “di grup” dinas",
    "fase": "Masa kampanye",
    "tempat": "Grup dinas",
    "peran": "Bu Rani",
    "katalog": "v-38",
    "adegan-0-cerita": "Pukul sembilan malam.\n\n> **Kepala bidang, 21.00** Teruskan.",
    "adegan-0-tanya": "Apa yang Anda lakukan?",
    **options("adegan-0-opsi"),
}


# --- Writing a module through forms only ---


def test_a_dilemma_is_written_through_the_form(trainer: Trainer, draft: str) -> None:
    before = content(draft)
    trainer.open("/baru/dilema")
    response = trainer.fill(DILEMMA)
    assert response.status_code == 302
    assert response.headers["Location"].endswith("#blok-1")
    text = content(draft)
    assert text.startswith(before)
    assert errors(draft) == []
    value = editing.blocks_of(text)[-1].value
    assert isinstance(value, Dilemma)
    assert (value.key, value.title) == ("poster-di-grup-dinas", "Poster “di grup” dinas")
    assert [option.weight for option in value.scenes[0].options] == [
        "tepat",
        "kurang-tepat",
        "pelanggaran-berat",
    ]
    page = trainer.open()
    assert "Poster “di grup” dinas" in unescape(page.text)


QUESTIONS: dict[str, dict[str, Any]] = {
    "tunggal": {
        "pilihan-0-teks": "Pada gilirannya",
        "pilihan-0-benar": "y",
        "pilihan-1-teks": "Lebih dulu // sekali",
        "pilihan-1-alasan": f"Mendahulukan. {CITE}",
        "pilihan-2-teks": "Paling akhir",
    },
    "majemuk": {
        "pilihan-0-teks": "Satu",
        "pilihan-0-benar": "y",
        "pilihan-1-teks": "Dua",
        "pilihan-1-benar": "y",
        "pilihan-2-teks": "Tiga",
    },
    "benar-salah": {"benar_salah": "salah"},
    "jodoh": {
        f"pasangan-{number}-{side}": f"{side} {number}" for number in range(3) for side in ("kiri", "kanan")
    },
    "urutan": {f"pilihan-{number}-teks": f"Langkah ke-{number}" for number in range(3)},
    "isian": {"jawaban-0-teks": "20/2023", "jawaban-1-teks": "UU 20/2023"},
    "dinilai": options("opsi"),
    "ulang": {"dilema": "poster"},
}


@pytest.mark.parametrize("shape", QUESTIONS)
def test_a_question_of_each_kind_is_written_through_the_form(
    trainer: Trainer, draft: str, shape: str
) -> None:
    assert QUESTIONS.keys() == SHAPES.keys() - {"dilema"}
    if shape == "ulang":
        trainer.open("/baru/dilema")
        trainer.fill({**DILEMMA, "kunci": "poster"})
    trainer.open(f"/baru/{shape}")
    typed = {"pertanyaan": "Kapan ia dilayani?\n- [ ] bukan pilihan", "tujuan": "1", "tingkat": "sulit"}
    response = trainer.fill({**typed, "pembahasan": f"Semua sama.\n\n## {CITE}", **QUESTIONS[shape]})
    assert response.status_code == 302, response.text
    assert errors(draft) == []
    value = editing.blocks_of(content(draft))[-1].value
    assert isinstance(value, Question)
    assert value.value("tujuan") == "1"
    assert value.explanation == f"Semua sama.\n\n\\## {CITE}"
    page = trainer.open(f"/{len(editing.blocks_of(content(draft))) - 1}")
    assert page.status_code == 200
    assert trainer.press().status_code == 302  # nothing was typed: nothing changes
    assert editing.blocks_of(content(draft))[-1].value == value


def test_a_form_that_is_saved_untouched_changes_nothing(trainer: Trainer, draft: str, author: int) -> None:
    text = content(draft).replace("- [ ] Paling", "*  [ ]   Paling").replace("\n", "\r\n").rstrip()
    write(
        services.replace_all,
        public_id=draft,
        texts={"kursus.md": "x", PATH: text},
        images=(),
        person_id=author,
        now=clock.now(),
    )
    trainer.open("/0")
    assert trainer.press().status_code == 302
    assert content(draft) == text
    trainer.open("/0")
    assert trainer.press(pilihan__0__teks="Sesuai nomornya").status_code == 302
    assert content(draft) == text.replace("Pada gilirannya", "Sesuai nomornya")


# --- Rows without script ---


def test_rows_come_go_and_move_and_nothing_typed_is_lost(trainer: Trainer, draft: str) -> None:
    before = content(draft)
    trainer.open("/0")
    page = trainer.press("tambah:pilihan", pertanyaan="Pertanyaan baru?")
    assert page.status_code == 200
    assert trainer.form.fields["pertanyaan"].value.strip() == "Pertanyaan baru?"
    assert re.findall(r'<textarea[^>]*autofocus[^>]*id="([^"]*)"', page.text) == ["pilihan-3-teks"]
    trainer.press("naik:pilihan-3", pilihan__3__teks="Pilihan keempat")
    assert trainer.form.fields["pilihan-2-teks"].value.strip() == "Pilihan keempat"
    trainer.press("hapus:pilihan-0")
    assert "pilihan-3-teks" not in trainer.form.fields
    assert content(draft) == before
    assert trainer.press(pilihan__0__benar="y").status_code == 302
    value = editing.blocks_of(content(draft))[0].value
    assert isinstance(value, Question)
    assert [choice.text for choice in value.choices][1] == "Pilihan keempat"


def test_a_scene_is_added_and_an_option_leads_to_it(trainer: Trainer, draft: str) -> None:
    trainer.open("/baru/dilema")
    trainer.press("tambah:adegan", **{name.replace("-", "__"): value for name, value in DILEMMA.items()})
    assert "adegan-2" in trainer.form.fields["adegan-0-opsi-0-lanjut"].choices
    more = {"adegan-1-kunci": "esoknya", "adegan-1-cerita": "Esok paginya.", **options("adegan-1-opsi")}
    response = trainer.fill({**more, "adegan-0-opsi-0-lanjut": "adegan-2"})
    assert response.status_code == 302, response.text
    assert errors(draft) == []
    assert "{.tepat ->esoknya}" in content(draft)


# --- What is wrong ---


def test_what_is_refused_is_told_at_its_field(trainer: Trainer, draft: str) -> None:
    before = content(draft)
    trainer.open("/baru/dilema")
    page = trainer.fill({**DILEMMA, "judul": "Judul {lain}", "kunci": "Dua Kata", "fase": 'Masa "tenang"'})
    assert page.status_code == 422
    assert ">Judul: Isian ini tidak dapat memuat" in page.text
    for name, value in (("judul", "Judul {lain}"), ("kunci", "Dua Kata"), ("fase", 'Masa "tenang"')):
        assert f'id="{name}-galat"' in page.text
        assert trainer.form.fields[name].value == value
    assert content(draft) == before


def test_what_the_reader_says_stands_at_its_field(trainer: Trainer, draft: str) -> None:
    trainer.open("/baru/dilema")
    wrong = {
        "adegan-0-opsi-1-akibat": "Tanpa pasal.",
        "adegan-0-opsi-0-bobot": "kurang-tepat",
        "katalog": "v-999",
    }
    response = trainer.fill({**DILEMMA, **wrong})
    assert response.status_code == 302
    page = trainer.open("/1")
    assert response.headers["Location"].endswith("/1")
    assert 'id="adegan-0-opsi-1-akibat-galat"' in page.text
    assert 'id="katalog-galat"' in page.text
    assert 'id="daftar-adegan-0-opsi"' in page.text
    assert 'id="adegan-0-opsi-0-akibat-galat"' not in page.text


def test_a_block_without_a_form_leads_to_the_text(trainer: Trainer, draft: str, author: int) -> None:
    save_otherwise(draft, author, content(draft).replace("{tujuan=1", "{tujuan=1 tingkat mudah"))
    assert "penyunting teks, baris" in trainer.open().text
    response = trainer.open("/0")
    assert response.status_code == 302
    assert f"/berkas/{PATH}#baris-" in response.headers["Location"]


# --- Two people, and who may not ---


def test_a_conflict_shows_what_changed_and_keeps_what_was_typed(
    trainer: Trainer, draft: str, second: int
) -> None:
    trainer.open("/0")
    theirs = content(draft).replace("\n::: soal", "\n::: soal lain {tujuan=1}\nApa?\n:::\n\n::: soal", 1)
    save_otherwise(draft, second, theirs)
    page = trainer.press(pertanyaan="Pertanyaan saya?")
    assert page.status_code == 409
    assert "Yusuf Lamadjido" in page.text
    assert trainer.form.fields["pertanyaan"].value.strip() == "Pertanyaan saya?"
    assert content(draft) == theirs
    assert trainer.form.action.endswith("/0")  # it is found again by its key
    assert trainer.press().status_code == 302
    asked = "Seorang anggota tim kampanye mengantre di loket. Kapan ia dilayani?"
    assert content(draft) == theirs.replace(asked, "Pertanyaan saya?")


def test_a_block_that_somebody_removed_can_be_added_again(trainer: Trainer, draft: str, second: int) -> None:
    trainer.open("/0")
    text = content(draft)
    save_otherwise(draft, second, editing.remove(text, editing.blocks_of(text)[0]))
    page = trainer.press(pertanyaan="Pertanyaan saya?")
    assert page.status_code == 409
    assert "sudah dihapus" in page.text
    assert trainer.press().status_code == 302
    assert editing.blocks_of(content(draft))[0].value is not None
    assert "Pertanyaan saya?" in content(draft)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "ulang"])
def test_an_empty_form_writes_nothing(trainer: Trainer, draft: str, shape: str) -> None:
    before = content(draft)
    trainer.open(f"/baru/{shape}")
    page = trainer.press(tujuan="1") if shape != "dilema" else trainer.press()
    assert page.status_code == 422
    assert "Isi formulir ini, lalu simpan." in page.text
    assert content(draft) == before


def test_what_the_reader_says_is_said_in_words_of_the_form(trainer: Trainer) -> None:
    trainer.open("/baru/dilema")
    trainer.press(judul="Poster di meja")
    page = trainer.open("/1")
    assert "Tulis keadaannya: apa yang terjadi sebelum peserta memilih." in page.text
    assert "Tambahkan tindakan yang dapat dipilih dalam adegan ini." in page.text
    assert "###" not in page.text


def test_the_sentences_of_the_form_use_what_the_reader_tells() -> None:
    for code, sentence in form_words.IN_FORM.items():
        told = messages.TEXTS[code]
        known = set(PLACEHOLDERS.findall(told.what + told.remedy))
        assert set(PLACEHOLDERS.findall(str(sentence))) <= known, code


def test_blocks_are_moved_and_removed(trainer: Trainer, draft: str) -> None:
    trainer.open("/baru/dilema")
    trainer.fill(DILEMMA)
    before = content(draft)
    browser, home = trainer.browser, trainer.home

    def act(what: str, base: str, **values: str) -> Any:
        return browser.post(f"{home}{what}", data={"dasar": base, **values})

    digest = services.digest_of(before)
    act("/1/pindah", digest, arah="naik")
    moved = content(draft)
    assert [place.kind for place in editing.blocks_of(moved)] == ["dilema", "soal"]
    act("/0/hapus", digest)  # a page that is older than the text
    assert content(draft) == moved
    act("/0/hapus", services.digest_of(moved))
    assert [place.kind for place in editing.blocks_of(content(draft))] == ["soal"]
    assert act("/7/hapus", digest).status_code == 404


def test_who_has_no_business_here(login: Login, draft: str, client: FlaskClient) -> None:
    pages = ["", "/0", "/baru/dilema"]
    home = f"/studio/naskah/{draft}/formulir"
    foreign = login(make.make_person(roles=[("TRAINER", "kursus-lain")]))
    for more in pages:
        assert foreign.get(f"{home}/{PATH}{more}").status_code == 404
    assert foreign.post(f"{home}/{PATH}/0/hapus").status_code == 404
    officer = login(make.make_person(roles=[("HR", make.make_agency())]))
    for more in pages:
        assert officer.get(f"{home}/{PATH}{more}").status_code == 403
    assert client.get(f"{home}/{PATH}").status_code == 302


def test_what_is_not_there_is_404(trainer: Trainer) -> None:
    assert trainer.open("/9").status_code == 404
    assert trainer.open("/baru/entah").status_code == 404
    other = trainer.home.replace(PATH, "kursus.md")
    assert trainer.browser.get(other).status_code == 404


def test_a_draft_in_review_is_only_read(trainer: Trainer, draft: str, author: int) -> None:
    trainer.open("/0")
    form = trainer.form
    found = draft_queries.draft(draft, None)
    assert found is not None
    tree = services.tree_of(found.id)
    db.session.rollback()
    write(services.submit_draft, public_id=draft, tree=tree, note="", person_id=author, now=clock.now())
    page = trainer.open("/0")
    assert "Hanya untuk dibaca" in page.text
    assert 'value="simpan"' not in page.text
    assert "Tambah dilema" not in trainer.open().text
    trainer.form = form
    page = trainer.press(pertanyaan="Sudah terlambat?")
    assert page.status_code == 409
    assert "Sudah terlambat?" in page.text


@pytest.mark.parametrize("shape", ["dilema", "tunggal", "jodoh", "isian", "dinilai"])
def test_hostile_text_stays_text(trainer: Trainer, draft: str, shape: str) -> None:
    trainer.open(f"/baru/{shape}")
    typed = {
        name: XSS
        for name, seen in trainer.form.fields.items()
        if seen.kind in ("text", "textarea")
        and name not in ("kunci", "fase", "tempat", "peran", "varian", "katalog")
    }
    typed["kunci"] = "jahat"
    response = trainer.fill(typed)
    assert response.status_code == 302, response.text
    index = len(editing.blocks_of(content(draft))) - 1
    for page in (trainer.open(), trainer.open(f"/{index}")):
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;" in page.text
