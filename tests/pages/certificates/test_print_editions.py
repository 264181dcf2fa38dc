"""The papers of a unit bound for printing: one file, said to be no proof, sealed once, for whoever ordered it."""

from __future__ import annotations

import hashlib
import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from certificates.editions import services
from certificates.editions.models import PrintEdition, PrintEditionFile, PrintEditionPart
from certificates.models import Certificate
from learning.kernel import clock, jobs
from learning.kernel.config import Signing
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories
from tests.tools.verapdf import judge

Login = Callable[[int], FlaskClient]


@pytest.fixture
def signing(app: Flask, tmp_path: Path) -> Iterator[Signing]:
    """The trial key signs for one test."""
    settings = Signing(kind="test", pkcs12=str(tmp_path / "signing" / "test.p12"))
    app.config["NETRA"] = replace(app.config["NETRA"], signing=settings)
    return settings


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    """An agency whose school has three holders, and its HR."""
    agency = factories.make_agency("Kabupaten Sagara Timur")
    school = factories.make_unit(agency, "SMP Negeri 4 Wanaraya")
    second = factories.make_agency("Kementerian Uji", region_code=None)
    factories.make_course(modules=2)
    made = {
        "agency": agency,
        "second": second,
        "hr": factories.make_person(agency, "Bagas Pramudita", roles=[("HR", agency)]),
        "other_hr": factories.make_person(second, "Pengelola Lain", roles=[("HR", second)]),
    }
    for name in ("Wening Astuti", "Rangga Saputra", "Ratna Dewi"):
        made[name] = factories.make_person(school, name)
        factories.pass_course(made[name], now=clock.now() - timedelta(days=3))
    return made


def ordered(app: Flask, browser: FlaskClient, house: dict[str, int], *, bound: bool = True) -> str:
    """HR orders the papers and their edition; the address of the order."""
    address = str(
        browser.post(f"/unit/{house['agency']}/sertifikat", data={"kursus": factories.COURSE}).headers[
            "Location"
        ]
    )
    with app.app_context():
        jobs.drain()
    assert "Susun edisi cetak" in browser.get(address).text
    assert browser.post(f"{address}/edisi-cetak").headers["Location"] == address
    if bound:
        with app.app_context():
            jobs.drain()
    return address


def upload(browser: FlaskClient, content: bytes, **headers: str) -> Any:
    form = {"berkas": (io.BytesIO(content), "edisi.pdf")}
    return browser.post(
        "/verifikasi/berkas", data=form, content_type="multipart/form-data", headers=headers or None
    )


def test_one_file_with_every_paper_behind_a_list(
    app: Flask, house: dict[str, int], login: Login, signing: Signing, tmp_path: Path
) -> None:
    browser = login(house["hr"])
    address = ordered(app, browser, house, bound=False)
    assert "Menyusun edisi cetak" in browser.get(address).text
    assert browser.get(f"{address}/kemajuan").json["finished"] is False
    assert browser.get(f"{address}.pdf").status_code == 404
    with app.app_context():
        jobs.drain()
    assert browser.get(f"{address}/kemajuan").json["finished"] is True
    assert "Unduh edisi cetak (PDF)" in browser.get(address).text
    answer = browser.get(f"{address}.pdf")
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="edisi-cetak-EC-')
    row = db.session.scalars(select(PrintEditionFile)).one()
    assert row.sha256 == hashlib.sha256(answer.data).hexdigest()
    file = tmp_path / "edition.pdf"
    file.write_bytes(answer.data)
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    pages = text.stdout.decode().split("\f")
    assert "Berkas ini untuk dicetak" in pages[0]
    numbers = db.session.scalars(select(Certificate.number).order_by(Certificate.id)).all()
    for place, number in enumerate(numbers):
        assert f"{2 + 2 * place}–{3 + 2 * place}" in pages[0]
        assert number in pages[0]
        assert number in pages[1 + 2 * place]
    assert row.pages == 1 + 2 * len(numbers) == len(pages) - 1
    with pikepdf.open(file) as document:
        titles = [str(part.T) for part in document.Root.StructTreeRoot.K[0].K if part.S == "/Part"]
        assert titles == [f"Sertifikat {number}" for number in numbers]
        assert len(document.attachments) == 0
    signed = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert signed.count("Signature is Valid.") == 1
    assert "Total document signed" in signed
    verdicts = judge([file])
    assert all(verdict.startswith("PASS") for verdict in verdicts.values()), verdicts


def test_the_upload_door_says_that_it_is_no_proof(
    app: Flask, house: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    browser = login(house["hr"])
    file = browser.get(f"{ordered(app, browser, house)}.pdf").data
    page = upload(client, file)
    assert "Edisi cetak bukan bukti" in page.text
    assert "Wening" not in page.text
    told = upload(client, file, Accept="application/json").json
    assert (told["file"], told["certificates"]) == ("GENUINE", 3)
    assert "state" not in told
    assert "Berkas ini telah diubah" in upload(client, file + b"\n").text


def test_large_editions_have_a_door_of_their_own(
    app: Flask, house: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    browser = login(house["hr"])
    file = browser.get(f"{ordered(app, browser, house)}.pdf").data

    def asked(content: bytes) -> Any:
        # Put together here: the test client would write a large body to a file and leave it open.
        head = b'--batas\r\nContent-Disposition: form-data; name="berkas"; filename="edisi.pdf"\r\n\r\n'
        return client.post(
            "/verifikasi/edisi-cetak",
            data=head + content + b"\r\n--batas--\r\n",
            content_type="multipart/form-data; boundary=batas",
        )

    assert "/verifikasi/edisi-cetak" in client.get("/verifikasi/berkas").text
    known = asked(file)
    assert "Edisi cetak dikenali" in known.text
    assert "bukan bukti" in known.text
    # Beyond what the other door takes; here it is hashed and not parsed.
    large = asked(file + bytes(8 * 1024 * 1024))
    assert (large.status_code, "bukan edisi cetak yang kami susun" in large.text) == (200, True)
    assert asked(b"PK\x03\x04").status_code == 422
    assert client.post("/verifikasi/edisi-cetak").status_code == 422


def test_it_is_its_owners_and_ends_with_the_right_to_see(
    app: Flask, house: dict[str, int], login: Login, signing: Signing
) -> None:
    from learning.people import services as people
    from learning.people.models import RoleGrant

    browser = login(house["hr"])
    address = ordered(app, browser, house)
    assert login(house["other_hr"]).get(f"{address}.pdf").status_code == 404
    assert login(house["other_hr"]).post(f"{address}/edisi-cetak").status_code == 404
    assert login(house["Ratna Dewi"]).get(f"{address}.pdf").status_code == 403
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == house["hr"])).one()
    write(people.end_role, grant_id=grant, now=clock.now())
    from learning.kernel.access import Role

    write(
        people.grant_role,
        person_id=house["hr"],
        role=Role.HR,
        org_unit_id=house["second"],
        now=clock.now(),
    )
    refused = browser.get(f"{address}.pdf")
    assert refused.status_code == 409
    assert "tidak lagi Anda kelola" in refused.text


def test_ordering_twice_binds_once(app: Flask, house: dict[str, int], login: Login, signing: Signing) -> None:
    browser = login(house["hr"])
    address = ordered(app, browser, house)
    browser.post(f"{address}/edisi-cetak")
    with app.app_context():
        jobs.drain()
    assert db.session.scalar(select(func.count()).select_from(PrintEdition)) == 1
    assert db.session.scalar(select(func.count()).select_from(PrintEditionFile)) == 1


def test_it_waits_for_the_papers_and_has_a_limit(
    app: Flask, house: dict[str, int], login: Login, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = login(house["hr"])
    address = browser.post(f"/unit/{house['agency']}/sertifikat", data={"kursus": factories.COURSE}).headers[
        "Location"
    ]
    assert browser.post(f"{address}/edisi-cetak").status_code == 409
    with app.app_context():
        jobs.drain()
    monkeypatch.setattr(services, "MOST", 2)
    assert "paling banyak 2 sertifikat" in browser.get(address).text
    assert browser.post(f"{address}/edisi-cetak").status_code in {400, 422}


def test_where_nothing_signs_it_says_that_it_is_not_sealed(
    app: Flask, house: dict[str, int], login: Login, tmp_path: Path
) -> None:
    browser = login(house["hr"])
    file = tmp_path / "edition.pdf"
    file.write_bytes(browser.get(f"{ordered(app, browser, house)}.pdf").data)
    text = subprocess.run(["pdftotext", "-l", "1", str(file), "-"], capture_output=True, check=True).stdout
    assert "Edisi ini tidak disegel." in text.decode()


def test_the_bytes_go_after_a_month_and_the_hash_stays(
    app: Flask, house: dict[str, int], login: Login, client: FlaskClient, signing: Signing
) -> None:
    browser = login(house["hr"])
    address = ordered(app, browser, house)
    file = browser.get(f"{address}.pdf").data
    assert write(services.forget, now=clock.now() + timedelta(days=29)) == 0
    assert write(services.forget, now=clock.now() + timedelta(days=31)) >= 1
    assert db.session.scalars(select(PrintEditionPart.number)).all() == []
    db.session.rollback()
    gone = browser.get(f"{address}.pdf")
    assert (gone.status_code, "sudah dihapus" in gone.text) == (409, True)
    assert "sudah dihapus" in browser.get(address).text
    assert "Edisi cetak bukan bukti" in upload(client, file).text


def test_what_was_bound_cannot_be_rewritten(
    app: Flask, house: dict[str, int], login: Login, signing: Signing
) -> None:
    ordered(app, login(house["hr"]), house)
    db.session.rollback()
    for table in (PrintEditionFile, PrintEdition):
        with pytest.raises(DBAPIError):
            db.session.execute(delete(table))
        db.session.rollback()
