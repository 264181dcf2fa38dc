"""The command line: the first administrator, and files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from learning.kernel.access import Role
from learning.people import queries
from learning.people.kinds import EmploymentType
from learning.people.models import Person
from tests import factories

NIP = "199003032015032901"
HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai\n"
GOOD = f"{NIP};Dewi Lestari;;DINKES;Perawat;fungsional;III/b;PNS;2026-01-02\n"


def run(app: Flask, *arguments: str, answers: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=answers)


def test_the_first_admin_gets_a_link_that_works(app: Flask, client: Any) -> None:
    done = run(app, "admin", "create", answers=f"{NIP}\nAni Admin\nani@contoh.invalid\n")
    assert done.exit_code == 0, done.output
    found = re.search(r"http://localhost(/aktivasi/\S+)", done.output)
    assert found is not None
    password = {"sandi": "kuda lumping menari", "ulangi": "kuda lumping menari"}
    assert client.post(found.group(1), data=password).status_code == 302
    client.post("/masuk", data={"nip": NIP, "sandi": "kuda lumping menari"})
    assert client.get("/admin/unit/baru").status_code == 200


def test_a_password_may_be_asked_for_instead(app: Flask, client: Any) -> None:
    typed = "kuda lumping menari\nkuda lumping menari\n"
    done = run(app, "admin", "create", "--password", answers=f"{NIP}\nAni Admin\n\n{typed}")
    assert done.exit_code == 0, done.output
    assert "kuda" not in done.output
    assert client.post("/masuk", data={"nip": NIP, "sandi": "kuda lumping menari"}).status_code == 302


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ("123\nAni Admin\n\n", "NIP harus 18 angka"),
        (f"{NIP}\nA\n\n", "Tulis nama tanpa gelar"),
        (f"{NIP}\nAni Admin\nbukan surel\n", "Tulis alamat surel"),
    ],
)
def test_nonsense_is_refused_and_nobody_is_made(app: Flask, answers: str, sentence: str) -> None:
    done = run(app, "admin", "create", answers=answers)
    assert done.exit_code == 1
    assert sentence in done.output
    with app.app_context():
        assert queries.person_by_number(NIP) is None


def test_a_weak_password_is_refused(app: Flask) -> None:
    done = run(app, "admin", "create", "--password", answers=f"{NIP}\nAni Admin\n\npendek\npendek\n")
    assert done.exit_code == 1
    assert "paling sedikit 10 huruf" in done.output


def test_a_second_admin_only_when_asked_for(app: Flask) -> None:
    with app.app_context():
        factories.make_person(name="Ani", roles=[("ADMIN", None)])
    assert "Sudah ada admin" in run(app, "admin", "create", answers=f"{NIP}\nBudi Admin\n\n").output
    done = run(app, "admin", "create", "--another", answers=f"{NIP}\nBudi Admin\n\n")
    assert done.exit_code == 0, done.output


def test_somebody_known_keeps_their_name_and_cannot_be_given_a_password(app: Flask) -> None:
    with app.app_context():
        known = factories.make_person(name="Ratna Wulandari", employee_number=NIP)
    typed = "kuda lumping menari\n" * 2
    refused = run(app, "admin", "create", "--password", answers=f"{NIP}\nLain\n\n{typed}")
    assert refused.exit_code == 1
    done = run(app, "admin", "create", answers=f"{NIP}\nLain\n\n")
    assert done.exit_code == 0, done.output
    with app.app_context():
        row = queries.person_row(known)
        assert row is not None
        assert row.name == "Ratna Wulandari"
        assert [grant.role for grant in queries.grants_of(known)] == [Role.ADMIN]


def test_pppk_is_known_by_the_number(app: Flask) -> None:
    run(app, "admin", "create", answers="199003032021212901\nAni Admin\n\n")
    with app.app_context():
        row = queries.person_by_number("199003032021212901")
        assert row is not None
        assert row.employment_type is EmploymentType.PPPK


def test_a_file_is_checked_then_applied_and_bad_rows_are_listed(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        factories.make_unit(factories.make_agency(code="KAB"), "Dinas", code="DINKES")
    file = tmp_path / "pegawai.csv"
    file.write_text(HEAD + GOOD + GOOD.replace(NIP, "1.99E+17"))
    dry = run(app, "people", "import", str(file), "--dry-run")
    assert dry.exit_code == 1
    assert "1 good rows, 1 bad rows; nothing applied" in dry.output
    with app.app_context():
        assert queries.person_by_number(NIP) is None
    done = run(app, "people", "import", str(file), "--agency", "kab")
    assert done.exit_code == 1
    assert "1 new, 0 changed, 0 unchanged" in done.output
    assert "1.99E+17" in done.output
    assert "0 new, 0 changed, 1 unchanged" in run(app, "people", "import", str(file)).output


def test_a_file_that_is_no_table_stops_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(b"%PDF-1.7")
    done = run(app, "people", "import", str(file))
    assert done.exit_code == 1
    assert "Ini bukan berkas CSV atau XLSX." in done.output
    assert run(app, "people", "import", str(file), "--agency", "ZZZ").exit_code == 1


def test_nothing_is_made_without_the_command(db_session: Any) -> None:
    assert db_session.scalar(select(func.count()).select_from(Person)) == 0
