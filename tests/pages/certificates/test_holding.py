"""Own certificates, the certificate on the screen, its PDF, and who else may open it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates import codes
from certificates.models import Certificate
from certificates.rendering import RenderingFailed
from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import PersonView
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    """Two agencies; in the first a holder, HR, a supervisor, an admin of the agency; in the second HR and admin."""
    first = factories.make_agency("Kabupaten Sagara Timur")
    school = factories.make_unit(first, "SMP Negeri 4 Wanaraya")
    second = factories.make_agency("Kementerian Uji", region_code=None, timezone="Asia/Jakarta")
    factories.make_course(modules=2)
    people = {
        "holder": factories.make_person(school, "Wening Astuti", back_title="S.Pd."),
        "colleague": factories.make_person(school, "Rangga Saputra"),
        "supervisor": factories.make_person(school, "Kepala Sekolah", roles=[("SUPERVISOR", school)]),
        "hr": factories.make_person(first, "Bagas Pramudita", roles=[("HR", first)]),
        "admin": factories.make_person(first, "Admin Sagara", roles=[("ADMIN", first)]),
        "root": factories.make_person(first, "Admin Utama", roles=[("ADMIN", None)]),
        "other_hr": factories.make_person(second, "Pengelola Lain", roles=[("HR", second)]),
        "other_admin": factories.make_person(second, "Admin Lain", roles=[("ADMIN", second)]),
    }
    factories.pass_course(people["holder"], now=clock.now() - timedelta(days=3))
    return people


def code_of(person_id: int) -> str:
    db.session.rollback()
    code = db.session.scalars(select(Certificate.code).where(Certificate.person_id == person_id)).one()
    db.session.rollback()
    return codes.display(code)


def test_without_a_pass_the_list_says_what_will_appear(house: dict[str, int], login: Login) -> None:
    page = login(house["colleague"]).get("/sertifikat")
    assert page.status_code == 200
    assert "Belum ada sertifikat" in page.text


def test_the_holder_finds_state_number_and_download_in_the_list(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    page = login(house["holder"]).get("/sertifikat").text
    assert "Berlaku" in page
    assert f"/sertifikat/{code}.pdf" in page


def test_the_certificate_page_shows_the_words_of_the_paper(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    page = login(house["holder"]).get(f"/sertifikat/{code}").text
    for words in ("Wening Astuti, S.Pd.", "Netralitas Uji", code, "SMP Negeri 4 Wanaraya", "Modul 2"):
        assert words in page
    assert f"http://localhost/v/{code.replace('-', '')}" in page
    assert "Usulkan pencabutan" not in page
    assert db.session.scalars(select(PersonView)).all() == []


def test_a_code_typed_in_another_way_leads_to_the_same_page(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    answer = login(house["holder"]).get(f"/sertifikat/{code.lower().replace('-', '')}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/sertifikat/{code}")


@pytest.mark.parametrize("who", ["colleague", "supervisor", "other_hr", "other_admin"])
@pytest.mark.parametrize("suffix", ["", ".pdf"])
def test_strangers_get_404(house: dict[str, int], login: Login, who: str, suffix: str) -> None:
    assert login(house[who]).get(f"/sertifikat/{code_of(house['holder'])}{suffix}").status_code == 404


@pytest.mark.parametrize("who", ["hr", "admin", "root"])
def test_those_who_look_after_the_holder_open_it_and_it_is_noted(
    house: dict[str, int], login: Login, who: str
) -> None:
    page = login(house[who]).get(f"/sertifikat/{code_of(house['holder'])}")
    assert page.status_code == 200
    assert "dapat melihat bahwa Anda membukanya" in page.text
    view = db.session.scalars(select(PersonView)).one()
    assert (view.subject_id, view.viewer_id) == (house["holder"], house[who])


@pytest.mark.parametrize("path", ["/sertifikat/x", "/sertifikat/x.pdf", "/sertifikat/" + "0" * 16])
def test_nonsense_codes_are_404(house: dict[str, int], login: Login, path: str) -> None:
    assert login(house["holder"]).get(path).status_code == 404


def test_visitors_are_sent_to_the_login(client: FlaskClient) -> None:
    assert client.get("/sertifikat").status_code == 302
    assert client.get("/sertifikat/x.pdf").status_code == 302


def pdf_of(house: dict[str, int], login: Login) -> Any:
    return login(house["holder"]).get(f"/sertifikat/{code_of(house['holder'])}.pdf")


def test_the_pdf_is_a_download_of_a_pdf(house: dict[str, int], login: Login) -> None:
    answer = pdf_of(house, login)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.content_type == "application/pdf"
    assert re.fullmatch(
        r'attachment; filename="sertifikat-\d{4}-NETRA-NTU-[IVX]+-\d{4}\.pdf"',
        answer.headers["Content-Disposition"],
    )
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_same_bytes_with_and_without_the_cache(app: Flask, house: dict[str, int], login: Login) -> None:
    first = pdf_of(house, login).data
    cached = pdf_of(house, login).data
    shutil.rmtree(app.config["NETRA"].instance / "certificates")
    assert first == cached == pdf_of(house, login).data


def test_the_paper_carries_its_words_on_two_pages(
    house: dict[str, int], login: Login, tmp_path: Path
) -> None:
    file = tmp_path / "sertifikat.pdf"
    file.write_bytes(pdf_of(house, login).data)
    row = db.session.scalars(select(Certificate)).one()

    def page(number: int) -> str:
        command = ["pdftotext", "-layout", "-f", str(number), "-l", str(number), str(file), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return " ".join(text.replace("\u00a0", " ").split())

    nip = row.payload["employee_number"]
    first = page(1)
    for words in (
        "SERTIFIKAT",
        row.number,
        "Wening Astuti, S.Pd.",
        f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}",
        "Netralitas Uji",
        "2 JP",
        "Berlaku sampai dengan",
        codes.display(row.code),
        "Diterbitkan secara elektronik",
    ):
        assert words in first, words
    assert "Ditandatangani" not in first
    second = page(2)
    for words in ("Daftar Materi Pelatihan", "Modul 1", "Modul 2", "100", row.number):
        assert words in second, words


def test_the_qr_code_on_the_paper_opens_the_check(
    house: dict[str, int], login: Login, client: FlaskClient, tmp_path: Path
) -> None:
    file = tmp_path / "sertifikat.pdf"
    file.write_bytes(pdf_of(house, login).data)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", str(file), str(tmp_path / "page")], check=True
    )
    image = next(tmp_path.glob("page*.png"))
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(image)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert read == f"HTTP://LOCALHOST/V/{code_of(house['holder']).replace('-', '')}"
    page = client.get(read.removeprefix("HTTP://LOCALHOST"))
    assert page.status_code == 200
    assert "Sertifikat ini asli dan berlaku" in page.text


def test_a_failing_renderer_gives_a_page_that_says_the_certificate_stands(
    house: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> bytes:
        raise RenderingFailed("no renderer")

    monkeypatch.setattr("certificates.papers.certificate_pdf", fail)
    answer = pdf_of(house, login)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Sertifikat Anda tetap sah" in answer.text


def test_demo_papers_are_marked_as_samples(
    house: dict[str, int], login: Login, demo_mode: None, app: Flask
) -> None:
    marked = pdf_of(house, login).data
    assert b"%PDF-" in io.BytesIO(marked).read(8)
    kept = {path.name for path in (app.config["NETRA"].instance / "certificates").rglob("*-contoh.pdf")}
    assert kept
