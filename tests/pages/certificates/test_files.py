"""The signed file of a certificate: one for everybody, checked by upload, with its keys in public; and in bulk."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from certificates import codes, papers, queries
from certificates.models import Certificate
from certificates.paper_models import CertificateDocument, Letterhead, PaperBatch, SignerCertificate
from certificates.rendering import Paper, renderer
from learning.kernel import clock, jobs
from learning.kernel.audit import AuditEntry
from learning.kernel.config import Signing
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.access import principal_at
from learning.people.models import PersonView
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def signing(app: Flask, tmp_path: Path) -> Iterator[Signing]:
    """The trial key signs for one test."""
    settings = Signing(kind="test", pkcs12=str(tmp_path / "signing" / "test.p12"))
    app.config["NETRA"] = replace(app.config["NETRA"], signing=settings)
    return settings


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    """Two agencies; in the first holders, HR and an admin, in the second HR and admin."""
    first = factories.make_agency("Kabupaten Sagara Timur")
    school = factories.make_unit(first, "SMP Negeri 4 Wanaraya")
    second = factories.make_agency("Kementerian Uji", region_code=None, timezone="Asia/Jakarta")
    factories.make_course(modules=2)
    house = {
        "agency": first,
        "school": school,
        "second": second,
        "holder": factories.make_person(school, "Wening Astuti", back_title="S.Pd."),
        "colleague": factories.make_person(school, "Rangga Saputra"),
        "hr": factories.make_person(first, "Bagas Pramudita", roles=[("HR", first)]),
        "admin": factories.make_person(first, "Admin Sagara", roles=[("ADMIN", first)]),
        "root": factories.make_person(first, "Admin Utama", roles=[("ADMIN", None)]),
        "other_hr": factories.make_person(second, "Pengelola Lain", roles=[("HR", second)]),
        "other_admin": factories.make_person(second, "Admin Lain", roles=[("ADMIN", second)]),
    }
    factories.pass_course(house["holder"], now=clock.now() - timedelta(days=3))
    return house


def code_of(person_id: int) -> str:
    db.session.rollback()
    code = db.session.scalars(select(Certificate.code).where(Certificate.person_id == person_id)).one()
    db.session.rollback()
    return codes.display(code)


def fetch(browser: FlaskClient, person_id: int, **headers: str) -> Any:
    return browser.get(f"/sertifikat/{code_of(person_id)}.pdf", headers=headers)


def upload(client: FlaskClient, content: bytes, name: str = "sertifikat.pdf", **headers: str) -> Any:
    return client.post("/verifikasi/berkas", **multipart(content, name), headers=headers or None)


def multipart(content: bytes, name: str = "sertifikat.pdf") -> dict[str, Any]:
    """A form with one file, put together here: the test client would write a large one to the disk."""
    head = f'--batas\r\nContent-Disposition: form-data; name="berkas"; filename="{name}"\r\n'
    body = head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--batas--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=batas"}


# --- One file for everybody -------------------------------------------------------------------------------------


def test_everybody_gets_the_same_bytes_and_they_are_kept(
    house: dict[str, int], login: Login, signing: Signing
) -> None:
    first = fetch(login(house["holder"]), house["holder"])
    assert first.status_code == 200, first.text
    assert fetch(login(house["holder"]), house["holder"]).data == first.data
    assert fetch(login(house["hr"]), house["holder"]).data == first.data
    row = db.session.scalars(select(CertificateDocument)).one()
    assert row.sha256 == hashlib.sha256(first.data).hexdigest()
    assert (row.size, row.template) == (len(first.data), "v2")
    assert first.headers["ETag"] == f'"{row.sha256}"'
    assert house_nip(house["holder"]) not in first.headers["Content-Disposition"]
    assert db.session.scalars(select(SignerCertificate)).one().id == row.signer_id
    assert db.session.scalars(select(PersonView)).one().viewer_id == house["hr"]
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "certificate.paper_made")) == 1


def house_nip(person_id: int) -> str:
    return str(db.session.scalars(select(Certificate)).one().payload["employee_number"])


def test_who_has_it_already_is_told_so(house: dict[str, int], login: Login, signing: Signing) -> None:
    browser = login(house["holder"])
    mark = fetch(browser, house["holder"]).headers["ETag"]
    again = fetch(browser, house["holder"], **{"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")


def test_two_first_downloads_at_once_keep_one_file(
    app: Flask, house: dict[str, int], login: Login, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(house["holder"])
    barrier, made = threading.Barrier(2, timeout=30), papers.make

    def together(*args: Any, **kwargs: Any) -> Paper:
        paper = made(*args, **kwargs)
        barrier.wait()
        return paper

    monkeypatch.setattr(papers, "make", together)
    browsers = [login(house["holder"]) for _ in range(2)]
    answers: list[Any] = []

    def ask(browser: FlaskClient) -> None:
        answers.append(browser.get(f"/sertifikat/{code}.pdf"))

    threads = [threading.Thread(target=ask, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert db.session.scalar(select(func.count()).select_from(CertificateDocument)) == 1


def test_a_kept_file_cannot_be_changed_or_removed(
    house: dict[str, int], login: Login, signing: Signing
) -> None:
    fetch(login(house["holder"]), house["holder"])
    db.session.rollback()
    for statement in ("UPDATE certificate_document SET size = 1", "DELETE FROM certificate_document"):
        with pytest.raises(DBAPIError), db.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_paper_that_is_signed_far_away_is_ordered_and_comes_later(
    app: Flask, house: dict[str, int], login: Login, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A time stamping authority is asked, so nobody waits for it; here it answers at once.
    app.config["NETRA"] = replace(app.config["NETRA"], signing=replace(signing, tsa_url="http://tsa.invalid"))
    browser = login(house["holder"])
    for _ in range(2):
        waiting = fetch(browser, house["holder"])
        assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "5")
        assert "sedang ditandatangani" in waiting.text
    app.config["NETRA"] = replace(app.config["NETRA"], signing=signing)
    with app.app_context():
        assert jobs.drain() >= 1  # the letter about the new certificate goes out as well
    assert fetch(browser, house["holder"]).status_code == 200


def test_a_signer_that_cannot_sign_gives_a_page_that_says_the_certificate_stands(
    app: Flask, house: dict[str, int], login: Login, signing: Signing
) -> None:
    broken = Signing(kind="pkcs12", pkcs12="/nirgends/key.p12")
    app.config["NETRA"] = replace(app.config["NETRA"], signing=broken)
    answer = fetch(login(house["holder"]), house["holder"])
    assert answer.status_code == 503
    assert "Sertifikat Anda tetap sah" in answer.text
    assert db.session.scalars(select(CertificateDocument)).all() == []


# --- The check by upload ----------------------------------------------------------------------------------------


@pytest.fixture
def file(house: dict[str, int], login: Login, signing: Signing) -> bytes:
    return bytes(fetch(login(house["holder"]), house["holder"]).data)


def test_the_kept_file_is_genuine_and_says_what_it_is_worth(
    file: bytes, house: dict[str, int], client: FlaskClient
) -> None:
    page = upload(client, file)
    assert page.status_code == 200
    for words in (
        "asli dan berlaku",
        "Berkasnya asli dan tidak berubah",
        "Wening Astuti, S.Pd.",
        "UJI - TIDAK SAH",
    ):
        assert words in page.text
    assert house_nip(house["holder"]) not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    told = upload(client, file, Accept="application/json").json
    assert (told["file"], told["state"]) == ("GENUINE", "VALID")


def test_a_genuine_file_of_a_revoked_certificate_says_revoked(
    file: bytes, house: dict[str, int], client: FlaskClient
) -> None:
    token = factories.make_session(house["root"])
    who = principal_at(token, clock.now())
    assert who is not None
    certificate_id = db.session.scalars(select(Certificate.id)).one()
    db.session.rollback()
    factories.revoke_certificate(certificate_id)
    page = upload(client, file).text
    assert "Sertifikat ini dicabut" in page
    assert "asli dan berlaku" not in page
    assert "Berkasnya asli" in page


def test_a_genuine_file_of_a_replaced_certificate_says_so(
    file: bytes, house: dict[str, int], client: FlaskClient
) -> None:
    from learning.records import services as records

    later = clock.now() - timedelta(hours=3)
    enrolment = db.session.scalars(select(Certificate.enrolment_id)).one()
    db.session.rollback()
    write(records.renew, enrolment_id=enrolment, now=later)
    factories.pass_course(house["holder"], now=later)
    page = upload(client, file).text
    assert "sudah diganti" in page


def flipped(pdf: bytes) -> bytes:
    return pdf[:5_000] + bytes([pdf[5_000] ^ 1]) + pdf[5_001:]


def saved_again(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def appended(pdf: bytes) -> bytes:
    return pdf + b"\n"


def put_before(pdf: bytes) -> bytes:
    return b"x" + pdf


@pytest.mark.parametrize("change", [flipped, saved_again, appended, put_before])
def test_a_changed_file_is_altered_and_tells_nothing_of_the_record(
    file: bytes, client: FlaskClient, change: Callable[[bytes], bytes]
) -> None:
    page = upload(client, change(file))
    assert page.status_code == 200
    assert "Berkas ini telah diubah" in page.text
    assert "Wening" not in page.text


def test_files_of_others_are_not_ours(
    file: bytes, house: dict[str, int], client: FlaskClient, tmp_path: Path
) -> None:
    row = queries.certificate_by_id(db.session.scalars(select(Certificate.id)).one(), now=clock.now())
    assert row is not None
    other = Signing(kind="test", pkcs12=str(tmp_path / "forger.p12"))
    forged = renderer().paper(row.payload.to_json(), sample=False, signing=other).content
    page = upload(client, forged).text
    assert "Berkas ini bukan dari kami" in page
    assert "Wening" not in page
    bare = renderer().render(row.payload.to_json(), sample=False)
    assert "tidak bertanda tangan elektronik" in upload(client, bare).text
    assert "tidak dapat dibaca" in upload(client, b"%PDF-1.7 kosong").text


def test_a_signature_of_ours_on_a_file_that_was_not_kept_counts_until_the_key_is_distrusted(
    app: Flask, file: bytes, house: dict[str, int], client: FlaskClient, signing: Signing
) -> None:
    row = queries.certificate_by_id(db.session.scalars(select(Certificate.id)).one(), now=clock.now())
    assert row is not None
    twin = papers.make(row, app.config["NETRA"]).content
    assert twin != file
    assert "asli dan berlaku" in upload(client, twin).text
    mark = db.session.scalars(select(SignerCertificate.fingerprint)).one()
    db.session.rollback()
    runner = app.test_cli_runner()
    shown = ":".join(mark[start : start + 2] for start in range(0, 64, 2)).upper()
    assert (
        runner.invoke(args=["certificates", "keys", "distrust", shown, "--note", "Kunci bocor."]).exit_code
        == 0
    )
    assert "tidak dapat dipercaya lagi" in upload(client, twin).text
    assert "asli dan berlaku" in upload(client, file).text
    assert "Kunci bocor." in client.get("/kunci").text
    assert "distrusted since" in runner.invoke(args=["certificates", "keys", "list"]).output
    again = runner.invoke(args=["certificates", "keys", "distrust", mark, "--note", "x"])
    assert again.exit_code == 1


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 422, "kosong"),
        (b"PK\x03\x04", 422, "bukan PDF"),
        (b"%PDF-1.7" + bytes(5 * 1024 * 1024), 422, "lebih besar dari 5 MB"),
    ],
)
def test_files_that_cannot_be_judged_say_why(
    house: dict[str, int], client: FlaskClient, content: bytes, status: int, sentence: str
) -> None:
    answer = upload(client, content)
    assert answer.status_code == status
    assert sentence in answer.text


def test_too_large_and_odd_bodies_are_refused_early(house: dict[str, int], client: FlaskClient) -> None:
    assert upload(client, bytes(6 * 1024 * 1024)).status_code == 413
    assert client.post("/verifikasi/berkas", data={"berkas": "teks"}).status_code == 422
    assert client.post("/verifikasi/berkas").status_code == 422
    many = {f"f{n}": "x" for n in range(50)}
    assert client.post("/verifikasi/berkas", data=many, content_type="multipart/form-data").status_code == 413
    # Elsewhere a stranger still may not send files.
    assert client.post("/masuk", **multipart(bytes(600 * 1024))).status_code == 413


def test_a_network_that_sends_many_files_waits(house: dict[str, int], client: FlaskClient) -> None:
    answers = [upload(client, b"PK").status_code for _ in range(8)]
    assert answers[:6] == [422] * 6
    assert answers[6:] == [429, 429]


def test_an_upload_leaves_nothing_on_the_disk(
    house: dict[str, int], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("a file was written")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", refuse, raising=False)
    assert upload(client, b"%PDF-1.7" + bytes(2_000_000)).status_code == 200


def test_the_keys_are_public(file: bytes, client: FlaskClient) -> None:
    page = client.get("/kunci").text
    mark = db.session.scalars(select(SignerCertificate.fingerprint)).one()
    assert "UJI - TIDAK SAH" in page
    assert mark[:2].upper() in page
    pem = client.get(f"/kunci/{mark}.pem")
    assert pem.text.count("BEGIN CERTIFICATE") == 2
    assert "PRIVATE" not in pem.text
    assert client.get(f"/kunci/{'0' * 64}.pem").status_code == 404


def test_before_anything_was_signed_the_page_of_keys_says_so(
    house: dict[str, int], client: FlaskClient
) -> None:
    assert "belum ditandatangani" in client.get("/kunci").text


# --- Commands ---------------------------------------------------------------------------------------------------


def test_the_command_line_lists_and_writes_the_served_bytes(
    app: Flask, house: dict[str, int], login: Login, signing: Signing, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    number = db.session.scalars(select(Certificate.number)).one()
    db.session.rollback()
    target = tmp_path / "keluar.pdf"
    done = runner.invoke(args=["certificates", "export", number, "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_bytes() == fetch(login(house["holder"]), house["holder"]).data
    mark = hashlib.sha256(target.read_bytes()).hexdigest()
    assert mark in done.output
    line = runner.invoke(args=["certificates", "list"]).output.rstrip("\n").split("\t")
    assert (line[0], line[1], line[2], line[-1]) == (number, code_of(house["holder"]), "VALID", mark)
    assert runner.invoke(args=["certificates", "list", "--unsigned"]).output == ""
    assert runner.invoke(args=["certificates", "list", "--state", "REVOKED"]).output == ""
    assert runner.invoke(args=["certificates", "list", "--course", "lain"]).output == ""
    assert runner.invoke(args=["certificates", "export", "0/X", "--out", str(target)]).exit_code == 1


def test_what_is_not_signed_yet_is_signed_in_one_session(
    app: Flask, house: dict[str, int], signing: Signing
) -> None:
    factories.pass_course(house["colleague"], now=clock.now() - timedelta(hours=2))
    runner = app.test_cli_runner()
    assert "2 signed" in runner.invoke(args=["certificates", "sign"]).output
    assert "0 signed" in runner.invoke(args=["certificates", "sign"]).output
    assert db.session.scalar(select(func.count()).select_from(CertificateDocument)) == 2


# --- The papers of a unit ---------------------------------------------------------------------------------------


def test_hr_gets_the_papers_of_a_unit_as_one_archive(
    app: Flask, house: dict[str, int], login: Login, signing: Signing
) -> None:
    factories.pass_course(house["colleague"], now=clock.now() - timedelta(hours=2))
    browser = login(house["hr"])
    assert "(2)" in browser.get(f"/unit/{house['agency']}/sertifikat").text
    answer = browser.post(f"/unit/{house['agency']}/sertifikat", data={"kursus": factories.COURSE})
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    assert "sedang disiapkan" in browser.get(address).text
    assert browser.get(f"{address}/kemajuan").json["finished"] is False
    with app.app_context():
        assert jobs.drain() >= 1  # the letter about the new certificate goes out as well
    assert browser.get(f"{address}/kemajuan").json["finished"] is True
    assert "2 sertifikat siap diunduh" in browser.get(address).text
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"{address}.zip").data))
    assert archive.testzip() is None
    names = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert len(names) == 2
    served = {fetch(login(house[who]), house[who]).data for who in ("holder", "colleague")}
    assert {archive.read(name) for name in names} == served
    listing = archive.read("daftar.csv").decode("utf-8-sig")
    assert "Wening Astuti, S.Pd." in listing
    assert house_nip_free(listing)
    viewers = db.session.execute(select(PersonView.subject_id, PersonView.purpose)).all()
    assert {(house["holder"], "certificates.papers"), (house["colleague"], "certificates.papers")} <= {
        (row[0], row[1]) for row in viewers
    }


def house_nip_free(text: str) -> bool:
    numbers = [row.payload["employee_number"] for row in db.session.scalars(select(Certificate))]
    return not any(number in text for number in numbers)


def test_an_archive_is_its_owners_and_loses_whom_one_may_no_longer_see(
    app: Flask, house: dict[str, int], login: Login, signing: Signing
) -> None:
    browser = login(house["hr"])
    address = browser.post(f"/unit/{house['school']}/sertifikat", data={"kursus": factories.COURSE}).headers[
        "Location"
    ]
    with app.app_context():
        jobs.drain()
    for stranger in ("admin", "root", "other_hr"):
        for suffix in ("", ".zip", "/kemajuan"):
            assert login(house[stranger]).get(address + suffix).status_code == 404
    for stranger in ("holder", "colleague"):
        assert login(house[stranger]).get(f"{address}.zip").status_code == 403
    assert browser.get(f"{address}.zip").status_code == 200
    from learning.people.models import RoleGrant

    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == house["hr"])).one()
    db.session.rollback()
    _end_and_give(house, grant)
    assert browser.get(f"{address}.zip").status_code == 404


def _end_and_give(house: dict[str, int], grant: int) -> None:
    """HR of the first agency becomes HR of the second."""
    from learning.kernel.access import Role
    from learning.people import services as people

    write(people.end_role, grant_id=grant, now=clock.now())
    write(
        people.grant_role,
        person_id=house["hr"],
        role=Role.HR,
        org_unit_id=house["second"],
        now=clock.now(),
    )


@pytest.mark.parametrize("who", ["other_hr", "other_admin"])
def test_nobody_orders_the_papers_of_a_foreign_unit(house: dict[str, int], login: Login, who: str) -> None:
    browser = login(house[who])
    assert browser.get(f"/unit/{house['school']}/sertifikat").status_code == 404
    answer = browser.post(f"/unit/{house['school']}/sertifikat", data={"kursus": factories.COURSE})
    assert answer.status_code == 404
    assert db.session.scalars(select(PaperBatch)).all() == []


def test_a_course_nobody_holds_there_is_no_choice(house: dict[str, int], login: Login) -> None:
    browser = login(house["hr"])
    answer = browser.post(f"/unit/{house['school']}/sertifikat", data={"kursus": "tidak-ada"})
    assert answer.status_code == 422
    assert "Pilih salah satu dari daftar" in answer.text


# --- Letterheads ------------------------------------------------------------------------------------------------


def picture(size: tuple[int, int] = (300, 200), kind: str = "PNG") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, "#114477").save(out, kind)
    return out.getvalue()


def head(**fields: Any) -> dict[str, Any]:
    return {
        "lembaga": "BKPSDM",
        "induk": "Kabupaten Sagara Timur",
        "jabatan": "Kepala BKPSDM",
        "nama": "Rahmat Hidayat, S.Sos.",
        "mulai": clock.local_date(clock.now(), "Asia/Makassar").isoformat(),
        "versi": "0",
        **fields,
    }


def test_an_agencys_own_look_is_on_the_next_certificate_and_not_on_the_last(
    house: dict[str, int], login: Login, signing: Signing
) -> None:
    browser = login(house["admin"])
    fields = head(
        warna="#5b1a1a", aksen="#6B7A2A", dwibahasa="y", pola_nomor="{nomor}/BKPSDM/{tahun}",
        lambang=(io.BytesIO(picture()), "lambang.png"),
    )  # fmt: skip
    assert browser.post(f"/admin/kop/{house['agency']}", data=fields).status_code == 302
    assert browser.get(f"/admin/kop/{house['agency']}/lambang.png").data.startswith(b"\x89PNG")
    factories.pass_course(house["colleague"], now=clock.now() - timedelta(hours=2))
    rows = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert "logo" not in rows[0].payload["issuer"]
    issuer = rows[1].payload["issuer"]
    assert (issuer["colour"], issuer["bilingual"], len(issuer["logo"])) == ("#5B1A1A", True, 64)
    assert rows[1].number == f"0002/BKPSDM/{rows[1].issued_on.year}"
    answer = fetch(login(house["colleague"]), house["colleague"])
    assert answer.status_code == 200
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert any(page.get_images() for page in document.pages)


def test_two_admins_at_the_same_letterhead_do_not_overwrite_each_other(
    house: dict[str, int], login: Login
) -> None:
    address = f"/admin/kop/{house['agency']}"
    assert login(house["admin"]).post(address, data=head()).status_code == 302
    late = login(house["root"]).post(address, data=head(nama="Orang Lain"))
    assert late.status_code == 422
    assert "baru saja diubah orang lain" in late.text
    assert "Orang Lain" in late.text
    assert login(house["root"]).post(address, data=head(nama="Orang Lain", versi="1")).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Letterhead)) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"lembaga": ""}, "Isi nama lembaga"),
        ({"warna": "#FFFF00"}, "sulit dibaca"),
        ({"warna": "merah"}, "heksadesimal"),
        ({"aksen": "#FEFEFE"}, "nyaris tidak tampak"),
        ({"pola_nomor": "{tahun}/{nomor}"}, "Pola nomor diawali"),
        ({"pola_nomor": "{nomor}/{__class__}"}, "Pola nomor diawali"),
        ({"nip_penandatangan": "123"}, "18 angka"),
        ({"mulai": "2001-01-01"}, "Isi hari ini"),
        ({"lambang": (io.BytesIO(b"<svg onload=alert(1)>"), "x.svg")}, "bukan gambar"),
    ],
)
def test_a_letterhead_that_cannot_be_printed_comes_back_with_the_reason(
    house: dict[str, int], login: Login, fields: dict[str, Any], sentence: str
) -> None:
    browser = login(house["admin"])
    for suffix in ("", "/contoh.pdf"):
        sent = {
            name: (io.BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        answer = browser.post(f"/admin/kop/{house['agency']}{suffix}", data=head(**sent))
        assert answer.status_code == 422
        assert sentence in answer.text
    assert db.session.scalars(select(Letterhead)).all() == []


def test_a_sample_shows_the_form_and_keeps_nothing(house: dict[str, int], login: Login) -> None:
    answer = login(house["admin"]).post(f"/admin/kop/{house['agency']}/contoh.pdf", data=head())
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert db.session.scalars(select(Letterhead)).all() == []
    odd = login(house["admin"]).post(f"/admin/kop/{house['agency']}/contoh.pdf", data=head(tempat="🏝"))
    assert odd.status_code == 422
    assert "tidak dapat dicetak" in odd.text


def test_letterheads_are_the_agencys_own_admins(house: dict[str, int], login: Login) -> None:
    address = f"/admin/kop/{house['agency']}"
    for who, status in (("other_admin", 404), ("hr", 403), ("holder", 403)):
        assert login(house[who]).get(address).status_code == status
        assert login(house[who]).post(address, data=head()).status_code == status
    assert login(house["admin"]).get(f"/admin/kop/{house['school']}").status_code == 404
    assert login(house["admin"]).get("/admin/kop").status_code == 302
    assert "Kementerian Uji" in login(house["root"]).get("/admin/kop").text
