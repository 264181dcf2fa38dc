"""Whole courses: the good one with everything, the one with twenty mistakes, the shipped one."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from courses.format.__main__ import check
from courses.format.compiled import CompiledCourse, from_json, to_json
from courses.format.problems import Problems
from courses.format.reader import read_course
from courses.format.registry import SHIPPED, read_registry, shipped
from courses.format.source import from_folder
from quizzes.items import ItemKind, Weight
from tests.rules.courses import reading

GOOD = reading.FIXTURES / "kursus-lengkap"
BAD = reading.FIXTURES / "dua-puluh-kesalahan"
REGISTRY_FILE = reading.FIXTURES / "regulasi.yaml"


def good() -> CompiledCourse:
    result = check(GOOD, REGISTRY_FILE)
    assert [p.format() for p in reading.wrong(result)] == []
    assert result.course is not None
    return result.course


def test_all_twenty_planted_mistakes_are_named_in_one_run_with_file_line_and_code() -> None:
    planted = yaml.safe_load((reading.FIXTURES / "dua-puluh-kesalahan.yaml").read_text())
    result = check(BAD, REGISTRY_FILE)
    assert len(planted["ditanam"]) == 20
    seen = [f"{p.file}:{p.line} {p.code}" for p in reading.wrong(result)]
    assert sorted(seen) == sorted(planted["ditanam"] + planted["ikutan"])
    assert result.course is None
    assert all(p.what and p.remedy and all(p.texts("en")) for p in result.problems)
    assert len(result.errors) == 20


def test_mistakes_carry_the_word_that_was_meant() -> None:
    guesses = {p.code: p.suggestion for p in check(BAD, REGISTRY_FILE).problems if p.suggestion}
    assert guesses["kunci-tidak-dikenal"] == "nilai-minimal"
    assert guesses["bobot-tidak-dikenal"] == "tepat"
    assert guesses["blok-tidak-dikenal"] == "soal"
    assert guesses["kutipan-tidak-dikenal"] == "uu-20-2023"
    assert guesses["kutipan-dicabut"] == "uu-20-2023"
    assert guesses["pasal-tidak-dikenal"] == "pasal-5-n-6"


def test_the_good_course_compiles_every_kind_of_question() -> None:
    course = good()
    assert {item.kind for item in course.question_set.items} == set(ItemKind)
    items = {item.key: item for item in course.question_set.items}
    assert [o.correct for o in items["layanan/tunggal"].options] == [True, False, False]
    assert "mengantre" in items["layanan/tunggal"].options[1].feedback
    assert [o.correct for o in items["layanan/majemuk"].options] == [True, True, False]
    assert next((p.left, p.right) for p in items["layanan/jodoh"].pairs) == ("Kewajiban netral", "UU 20/2023")
    assert items["layanan/jodoh"].shuffle is False
    assert next(o.text for o in items["layanan/urutan"].options) == "Warga mengambil nomor"
    assert items["layanan/isian"].accepted == ("20/2023", "UU 20/2023")
    assert items["media-sosial/suka"].variant_group == items["media-sosial/suka-lain"].variant_group
    own = items["media-sosial/dilema-sendiri"]
    assert [o.weight for o in own.options] == [Weight.RIGHT, Weight.WEAK, Weight.GRAVE_BREACH]
    assert all(item.citations and item.explanation for item in items.values())
    assert course.question_set.settings.draw == (("layanan", 4), ("media-sosial", 2))


def test_a_dilemma_asked_again_has_the_scene_and_the_options_of_the_dilemma() -> None:
    course = good()
    item = course.question_set.by_key["layanan/ulang-dilema"]
    module = course.module("layanan")
    assert module is not None
    dilemma = module.dilemma("loket")
    assert dilemma is not None
    scene = dilemma.variants[0].scene("foto")
    assert scene is not None
    assert item.stem.startswith('<p class="context">Masa kampanye · Loket perizinan · Anda: Danu</p>')
    assert scene.html in item.stem
    assert [(o.text, o.weight, o.feedback) for o in item.options] == [
        (o.text, o.weight, o.html) for o in scene.options
    ]
    other = course.question_set.by_key["layanan/ulang-varian"]
    assert "Tetangga" in other.stem


def test_branches_variants_and_citations_are_kept() -> None:
    module = good().module("layanan")
    assert module is not None
    loket, ajakan = module.dilemmas
    assert [s.key for s in loket.variants[0].scenes] == ["awal", "foto", "keluhan"]
    assert [o.goto for o in loket.variants[0].scenes[0].options] == ["foto", None, "keluhan"]
    assert loket.variants[0].scenes[0].legend == "Apa yang Anda lakukan sebagai Danu?"
    assert [v.variant for v in ajakan.variants] == ["a", "b"]
    law = loket.variants[0].scenes[0].options[0].citations[0]
    assert (law.label, law.summary) == ("PP 94/2021, Pasal 3 huruf f", "Integritas dan keteladanan.")
    assert module.step_keys == ("d/layanan/loket", "d/layanan/ajakan", "m/layanan")


def test_the_page_has_what_the_face_needs_and_nothing_unsafe() -> None:
    course = good()
    first = course.modules[0]
    html = "".join(part.html for part in first.parts)
    assert '<h2 id="b-urutan-layanan">Urutan layanan</h2>' in html
    assert 'href="#b-urutan-layanan"' in html
    assert 'class="tbl stackable"' in html
    assert html.count('class="chat"') == 2
    assert re.search(r'<img [^>]*src="/kursus/kursus-lengkap/media/[0-9a-f]{64}"', html)
    assert 'width="480"' in html
    assert "<figcaption>Alur layanan di loket</figcaption>" in html
    assert 'class="notice notice--ok"' in html
    assert "Perintah lisan" in html
    assert 'href="/kursus/kursus-lengkap/media-sosial#b-menyukai-dan-membagikan"' in course.landing_html
    everything = json.dumps(to_json(course))
    assert not re.search(r"<script|\son\w+=|style=|javascript:", everything)
    assert [entry.title for entry in first.toc if entry.kind == "dilemma"] == [
        "Nomor empat belas",
        "Ajakan di kantor",
    ]


def test_a_compiled_course_comes_back_from_its_stored_form() -> None:
    course = good()
    stored = json.loads(json.dumps(to_json(course)))
    assert from_json(stored) == course
    assert to_json(from_json(stored)) == to_json(course)
    with pytest.raises(ValueError, match="format"):
        from_json({**stored, "format": 99})


def test_unchanged_content_keeps_its_hash_and_changed_content_gets_another(tmp_path: Path) -> None:
    before = good().content_hash
    copy = tmp_path / "kursus-lengkap"
    shutil.copytree(GOOD, copy)
    assert check(copy, REGISTRY_FILE).course == good()
    module = copy / "02-media-sosial.md"
    source = module.read_bytes()
    module.write_bytes(b"\xef\xbb\xbf" + source.replace(b"\n", b"\r\n"))
    same = check(copy, REGISTRY_FILE).course
    assert same is not None
    assert same.content_hash == before, "line ends and a byte order mark are not content"
    module.write_bytes(source.replace(b"Satu ketukan", b"Sekali ketuk", 1))
    other = check(copy, REGISTRY_FILE).course
    assert other is not None
    assert other.content_hash != before


def test_a_changed_law_makes_another_edition_of_the_courses_that_cite_it() -> None:
    before = good().content_hash
    text = REGISTRY_FILE.read_text()
    folder = from_folder(GOOD, Problems())

    def hash_with(registry_text: str) -> str:
        course = read_course(folder, read_registry(registry_text.encode())[0]).course
        assert course is not None
        return course.content_hash

    assert hash_with(text + "\n# catatan\n") == before
    assert hash_with(text.replace("Ketentuan yang sudah dicabut.", "Lain.")) == before, "not cited here"
    assert hash_with(text.replace("Integritas dan keteladanan.", "Integritas.")) != before


def test_who_rests_on_an_article_can_be_listed() -> None:
    uses = {(u.kind, u.module_slug, u.owner) for u in good().citations if u.locator == "pasal-5-n-6"}
    assert ("dilema", "layanan", "loket/a") in uses
    assert ("soal", "media-sosial", "suka") in uses
    assert ("modul", "media-sosial", "") in uses
    assert [r["key"] for r in good().regulations] == ["pp-94-2021", "uu-20-2023"]


def test_a_course_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        good().title = "lain"  # type: ignore[misc]


def test_the_shipped_registry_has_no_problem() -> None:
    registry, problems = shipped()
    assert [p.format() for p in problems] == []
    assert len(registry.regulations) > 10


def test_the_command_line_lists_problems_in_either_language(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "courses.format", *arguments, "--registry", str(REGISTRY_FILE)],
            capture_output=True, text=True, check=False, cwd=SHIPPED.parents[2],
        )  # fmt: skip

    bad = run(str(BAD))
    assert bad.returncode == 1
    assert "01-layanan.md:22: error bobot-tidak-dikenal: Bobot “tepatt” tidak dikenal." in bad.stdout
    assert "Mungkin maksud Anda `tepat`." in bad.stdout
    assert "Did you mean `tepat`?" in run(str(BAD), "--language", "en").stdout
    fine = run(str(GOOD))
    assert fine.returncode == 0
    assert "2 modul, 3 JP" in fine.stdout
    archive = shutil.make_archive(str(tmp_path / "unggahan"), "zip", GOOD.parent, GOOD.name)
    assert run(archive).stdout == fine.stdout
    assert run(str(tmp_path / "tidak-ada")).returncode == 1
