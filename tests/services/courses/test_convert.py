"""`flask courses convert`: the report on the screen, the questions in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.rules.exchange import telling


def run(app: Flask, file: Path, source: str, target: str, out: Path) -> Any:
    return app.test_cli_runner().invoke(
        args=["courses", "convert", str(file), "--from", source, "--to", target, "--out", str(out)]
    )


@pytest.mark.parametrize("source", list(telling.BANKS))
def test_a_bank_is_converted_and_every_question_is_accounted_for(
    app: Flask, tmp_path: Path, source: str
) -> None:
    out = tmp_path / "soal.md"
    result = run(app, telling.FIXTURES / telling.BANKS[source], source, "netra", out)
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["read"] == report["carried"] + len(report["refused"])
    assert out.read_text().count("::: soal ") == report["carried"] > 25
    assert all({"place", "name", "reason"} == set(one) and one["reason"] for one in report["refused"])


def test_questions_go_from_netra_to_moodle_and_back(app: Flask, tmp_path: Path) -> None:
    module, gift, xml, again = (tmp_path / name for name in ("a.md", "b.gift", "c.xml", "d.md"))
    for file, source, target, out in (
        (telling.FIXTURES / telling.BANKS["text2qti"], "text2qti", "netra", module),
        (module, "netra", "gift", gift),
        (gift, "gift", "moodle-xml", xml),
        (xml, "moodle-xml", "netra", again),
    ):
        assert run(app, file, source, target, out).exit_code == 0
    assert again.read_text() == module.read_text()


def test_a_file_that_cannot_be_read_at_all_is_told_in_one_line(app: Flask, tmp_path: Path) -> None:
    bad, out = tmp_path / "rusak.xml", tmp_path / "keluar.md"
    bad.write_bytes(b"<quiz><question></quiz>")
    for file, words in (
        (bad, "not well-formed XML, line 1"),
        (tmp_path / "tiada", "No such file"),
        (tmp_path, "directory"),
    ):
        result = run(app, file, "moodle-xml", "netra", out)
        assert result.exit_code == 1
        assert words in result.output
        assert result.output.count("\n") == 1
    assert not out.exists()


def test_nothing_is_written_when_nothing_could_be_carried(app: Flask, tmp_path: Path) -> None:
    file, out = tmp_path / "uraian.gift", tmp_path / "keluar.md"
    file.write_text("::Uraian::Jelaskan. {}\n")
    result = run(app, file, "gift", "netra", out)
    assert result.exit_code == 0
    report = json.loads(result.output)
    assert (report["read"], report["carried"]) == (1, 0)
    assert report["refused"] == [
        {"place": "line 1", "name": "Uraian", "reason": "an essay: the answer is marked by a person"}
    ]
    assert not out.exists()
    assert "no file was written" in report["notes"][0]["note"]


def test_the_file_itself_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "soal.gift"
    file.write_text("Air basah.{T}\n")
    assert run(app, file, "gift", "gift", file).exit_code == 1
    assert run(app, file, "gift", "gift", tmp_path / "tiada" / "x").exit_code == 1
    assert file.read_text() == "Air basah.{T}\n"
