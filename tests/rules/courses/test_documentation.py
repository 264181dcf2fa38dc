"""docs/course-format.md: every example reads without a problem, every code stands in its list."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from courses.format import messages, messages_en
from courses.format.acts import read_acts
from courses.format.registry import read_registry, shipped
from tests.rules.courses import reading

ROOT = reading.FIXTURES.parents[2]
TEXT = (ROOT / "docs" / "course-format.md").read_text()
EXAMPLES = re.findall(
    r"^```(?:markdown|yaml) (kursus|modul|isi|registri|glosarium|katalog)\n(.*?)^```$",
    TEXT,
    re.MULTILINE | re.DOTALL,
)
CODES = sorted(messages.TEXTS)


def placeholders(text: messages.Text) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text.what + text.remedy))


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_reads_without_a_problem(number: int) -> None:
    kind, text = EXAMPLES[number]
    registry, _problems = shipped()
    if kind == "registri":
        assert [p.format() for p in read_registry(text.encode())[1]] == []
        return
    if kind == "katalog":
        assert [p.format() for p in read_acts(text.encode(), registry)[1]] == []
        return
    if kind == "glosarium":
        result = reading.read(
            {
                "kursus.md": reading.COURSE % 1,
                "01-latihan.md": reading.PRACTICE,
                "glosarium.md": text,
                "media/alur.png": reading.IMAGE,
            },
            registry,
        )
    elif kind == "kursus":
        practice = reading.PRACTICE
        result = reading.read(
            {"kursus.md": text, "01-contoh.md": practice, "media/alur.png": reading.IMAGE}, registry
        )
    elif kind == "modul":
        result = reading.read_module(text, registry)
    else:
        result = reading.read_piece(text, registry)
    assert [
        p.format() for p in reading.wrong(result) if p.code not in {"modul-tanpa-soal", "tujuan-tanpa-soal"}
    ] == []
    assert result.course is not None


def test_there_are_examples_of_everything() -> None:
    assert len(EXAMPLES) >= 18
    everything = "".join(text for _kind, text in EXAMPLES)
    for word in (
        "::: catatan",
        "::: boleh",
        "::: awas",
        "::: alur",
        "::: linimasa",
        "katalog=",
        "::: dilema",
        "jenis=majemuk",
        "jenis=urutan",
        "- [x] Salah",
    ):
        assert word in everything
    for word in (" => ", "\n= ", "dilema=", "varian-dari=", "varian=b", "->", "![", "|---|", "\n? ", "// "):
        assert word in everything


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_documented_with_its_remedy(code: str) -> None:
    remedy = re.sub(r"%\(\w+\)s", "…", messages.TEXTS[code].remedy)
    assert f"| `{code}` | {remedy} |" in TEXT


def test_the_document_names_no_code_that_does_not_exist() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| ", TEXT.split("## 8.")[1], re.MULTILINE)
    assert sorted(listed) == CODES


def test_rules_are_numbered_without_a_gap() -> None:
    numbers = [int(n) for n in re.findall(r"^- \*\*A(\d+)\.\*\*", TEXT, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_both_languages_say_the_same_codes_with_the_same_values() -> None:
    assert set(messages_en.TEXTS) == set(messages.TEXTS)
    for code, text in messages.TEXTS.items():
        assert placeholders(messages_en.TEXTS[code]) == placeholders(text), code


def test_a_message_source_with_a_slip_is_refused() -> None:
    with pytest.raises(ValueError, match="broken"):
        messages.table("[a-b] Satu.\n=> Dua.\n[a-b] Lagi.\n=> Dua.\n")
    with pytest.raises(ValueError, match="broken"):
        messages.table("[a-b] Satu.\n")


def test_every_call_gives_its_message_the_values_it_quotes() -> None:
    called: set[str] = set()
    for file in sorted((ROOT / "courses" / "format").glob("*.py")):
        for node in ast.walk(ast.parse(Path(file).read_text())):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "add"
            ):
                continue
            if (
                len(node.args) == 3
                and isinstance(node.args[2], ast.Constant)
                and isinstance(node.args[2].value, str)
            ):
                code = node.args[2].value
                given = {keyword.arg for keyword in node.keywords}
                assert placeholders(messages.TEXTS[code]) <= given, (file.name, code)
                called.add(code)
    assert len(called) > 130
