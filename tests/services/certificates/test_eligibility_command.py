"""The command answers a list as the page does: the same file, and a receipt."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import Person
from tests import factories


@pytest.fixture
def numbers(db_session: Any) -> list[str]:
    first, second = factories.make_agency("Satu", code="SATU"), factories.make_agency("Dua", code="DUA")
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule())
    people = [factories.make_person(first), factories.make_person(second)]
    factories.pass_course(people[0], now=clock.now() - timedelta(days=3))
    found = [db.session.get_one(Person, one).employee_number for one in people]
    db.session.rollback()
    return found


def run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["eligibility", *args])


def codes_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["Kode"] for row in csv.DictReader(file, delimiter=";")]


def test_a_list_of_everybody_and_of_one_agency(app: Flask, numbers: list[str], tmp_path: Path) -> None:
    listed, out = tmp_path / "daftar.csv", tmp_path / "hasil.csv"
    listed.write_text("\n".join(["NIP", *numbers, "1.99E+17"]), "utf-8")
    done = run(app, "check", str(listed), "--rule", "promosi", "--as-of", "2027-04-01", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert codes_of(out) == ["valid_certificate", "no_certificate", "nip.scientific"]
    code = done.output.split("code ")[1].split()[0].rstrip(".,;")
    assert "unchanged" in run(app, "verify", str(out), code).output
    out.write_text(out.read_text("utf-8-sig").replace("Belum memenuhi", "Memenuhi"), "utf-8")
    assert "DIFFERENT" in run(app, "verify", str(out), code).output
    book = tmp_path / "hasil.xlsx"
    done = run(
        app, "check", str(listed), "--rule", "promosi", "--as-of", "2027-04-01", "--out", str(book), "--agency", "SATU"
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    rows = list(openpyxl.load_workbook(book).active.iter_rows(values_only=True))
    assert [row[-1] for row in rows[1:]] == ["valid_certificate", "not_found", "nip.scientific"]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"--rule": "lain"}, "there is no rule lain"),
        ({"--out": "hasil.pdf"}, "must end in"),
        ({"--agency": "TIGA"}, "no agency"),
        ({"--as-of": "besok"}, "besok"),
    ],
)
def test_what_is_refused(
    app: Flask, numbers: list[str], tmp_path: Path, change: dict[str, str], wrong: str
) -> None:
    listed = tmp_path / "daftar.csv"
    listed.write_text("\n".join(numbers), "utf-8")
    options = {"--rule": "promosi", "--as-of": "2027-04-01", "--out": str(tmp_path / "hasil.csv"), **change}
    done = run(app, "check", str(listed), *(part for pair in options.items() for part in pair))
    assert done.exit_code != 0
    assert wrong in done.output


def test_an_unreadable_list_says_why(app: Flask, numbers: list[str], tmp_path: Path) -> None:
    listed = tmp_path / "daftar.csv"
    listed.write_text("nama;unit\nWening;Dinas\n", "utf-8")
    done = run(app, "check", str(listed), "--rule", "promosi", "--as-of", "2027-04-01", "--out", str(tmp_path / "h.csv"))  # fmt: skip
    assert done.exit_code == 1
    assert "Kolom ini tidak ditemukan" in done.output
