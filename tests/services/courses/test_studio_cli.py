"""`flask courses check` and `flask courses publish`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.format import reader, registry
from courses.models import CourseVersion, PublishLog
from learning.kernel.db import db
from tests.pages.courses.zips import BAD, FIXTURES, GOOD, files_of, zip_of


@pytest.fixture(autouse=True)
def small_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    read = registry.read_registry_file(FIXTURES / "regulasi.yaml")
    monkeypatch.setattr(reader, "shipped", lambda: read)


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["courses", *arguments])


def last_line(result: Any) -> str:
    """What was done; above it stands the advice."""
    return str(result.output.splitlines()[-1])


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_check_lists_every_problem_and_fails(app: Flask) -> None:
    result = run(app, "check", str(BAD))
    assert result.exit_code == 1
    assert "01-layanan.md:22: error bobot-tidak-dikenal" in result.output
    assert "20 errors, " in result.output
    assert "Did you mean" in run(app, "check", str(BAD), "--language", "en").output


def test_check_of_a_good_course_says_what_is_in_it_and_publishes_nothing(app: Flask) -> None:
    result = run(app, "check", str(GOOD))
    assert result.exit_code == 0, result.output
    assert "2 modul" in result.output
    assert count(app, CourseVersion) == 0


def test_publishing_twice_makes_one_edition(app: Flask) -> None:
    first, second = run(app, "publish", str(GOOD)), run(app, "publish", str(GOOD))
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert last_line(first).startswith("published: kursus-lengkap, number 1")
    assert last_line(second).startswith("unchanged: kursus-lengkap, number 1")
    assert count(app, CourseVersion) == count(app, PublishLog) == 1


def test_a_zip_is_published_like_its_folder(app: Flask, tmp_path: Path) -> None:
    run(app, "publish", str(GOOD))
    path = tmp_path / "apa-saja.zip"
    path.write_bytes(zip_of(files_of(GOOD), "kursus-lengkap"))
    assert last_line(run(app, "publish", str(path))).startswith("unchanged")


def test_changed_content_is_a_new_edition(app: Flask, tmp_path: Path) -> None:
    run(app, "publish", str(GOOD))
    folder = tmp_path / "kursus-lengkap"
    shutil.copytree(GOOD, folder)
    text = (folder / "kursus.md").read_text()
    (folder / "kursus.md").write_text(text.replace("Netral di hari kerja", "Netral setiap hari"))
    result = run(app, "publish", str(folder), "--change", "TYPO")
    assert last_line(result).startswith("published: kursus-lengkap, number 2")


@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_course_with_errors_or_none_at_all_is_refused(app: Flask, tmp_path: Path, command: str) -> None:
    assert run(app, command, str(BAD)).exit_code == 1
    assert run(app, command, str(tmp_path / "tidak-ada")).exit_code == 1
    assert count(app, CourseVersion) == 0
