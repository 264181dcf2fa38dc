"""Ending and correcting a certificate in the browser: two people, two tabs, and what everybody reads afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates import codes
from certificates.models import Certificate, CertificateEvent, CertificateProposal, CorrectionRequest
from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import PersonView
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    """A holder in a school; HR and two admins of the agency; HR and admin of another; a colleague without a role."""
    first = factories.make_agency("Kabupaten Sagara Timur")
    school = factories.make_unit(first, "SMP Negeri 4 Wanaraya")
    second = factories.make_agency("Kementerian Uji", region_code=None, timezone="Asia/Jakarta")
    factories.make_course(modules=2)
    people = {
        "holder": factories.make_person(school, "Wening Astuti"),
        "colleague": factories.make_person(school, "Rangga Saputra"),
        "hr": factories.make_person(first, "Bagas Pramudita", roles=[("HR", first)]),
        "admin": factories.make_person(first, "Admin Sagara", roles=[("ADMIN", first)]),
        "second": factories.make_person(first, "Admin Kedua", roles=[("ADMIN", first)]),
        "other_hr": factories.make_person(second, "Pengelola Lain", roles=[("HR", second)]),
        "other_admin": factories.make_person(second, "Admin Lain", roles=[("ADMIN", second)]),
    }
    factories.pass_course(people["holder"], now=clock.now() - timedelta(days=3))
    return people


def code_of(person_id: int, last: bool = True) -> str:
    db.session.rollback()
    order = Certificate.id.desc() if last else Certificate.id
    code = db.session.scalars(
        select(Certificate.code).where(Certificate.person_id == person_id).order_by(order)
    ).first()
    db.session.rollback()
    assert code is not None
    return codes.display(code)


def propose(browser: FlaskClient, code: str, **fields: str) -> Any:
    data = {
        "reason": "TAKEN_BY_OTHER",
        "note": "Dikerjakan rekan kerja.",
        "evidence": "Berita acara 12.",
        **fields,
    }
    return browser.post(f"/sertifikat/{code}/cabut", data=data)


def case_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def events() -> list[CertificateEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(CertificateEvent)))


def test_two_people_revoke_and_everybody_reads_it_at_once(
    house: dict[str, int], login: Login, client: FlaskClient
) -> None:
    code = code_of(house["holder"])
    hr, admin = login(house["hr"]), login(house["admin"])
    assert "Usulkan pencabutan" in hr.get(f"/sertifikat/{code}").text
    case = case_of(propose(hr, code))
    assert "Sertifikat ini asli dan berlaku" in client.get(f"/verifikasi/{code}").text
    assert "usul" not in login(house["holder"]).get(f"/sertifikat/{code}").text.lower()
    assert "Setujui pencabutan" not in hr.get(case).text
    page = admin.get(case).text
    for words in (
        "Kuis dikerjakan orang lain",
        "Dikerjakan rekan kerja.",
        "Berita acara 12.",
        "Bagas Pramudita",
    ):
        assert words in page
    done = admin.post(f"{case}/setujui", follow_redirects=True)
    assert "Sertifikat dicabut" in done.text
    public = client.get(f"/verifikasi/{code}").text
    assert "Sertifikat ini dicabut" in public
    assert "kuis dikerjakan orang lain" in public
    for hidden in ("Dikerjakan rekan kerja", "Berita acara", "Bagas", "Admin Sagara"):
        assert hidden not in public
    mine = login(house["holder"]).get(f"/sertifikat/{code}").text
    assert "Dikerjakan rekan kerja" in mine
    assert "Berita acara" not in mine


def test_the_looks_of_those_who_decide_are_noted(house: dict[str, int], login: Login) -> None:
    case = case_of(propose(login(house["hr"]), code_of(house["holder"])))
    login(house["admin"]).get(case)
    view = db.session.scalars(select(PersonView)).one()
    assert (view.subject_id, view.viewer_id, view.purpose) == (
        house["holder"],
        house["admin"],
        "certificates.proposal",
    )


def test_a_double_click_a_second_tab_and_a_replay_decide_once(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    case = case_of(propose(login(house["hr"]), code))
    first, second = login(house["admin"]), login(house["second"])
    assert first.post(f"{case}/setujui").status_code == 302
    for browser, act in ((first, "setujui"), (second, "setujui"), (second, "tolak")):
        again = browser.post(f"{case}/{act}", data={"remark": "Tidak."}, follow_redirects=True)
        assert "sudah diputus" in again.text
    assert len(events()) == 1


def test_a_second_proposal_shows_the_one_that_waits_and_loses_nothing(
    house: dict[str, int], login: Login
) -> None:
    code = code_of(house["holder"])
    case = case_of(propose(login(house["hr"]), code))
    again = propose(login(house["admin"]), code, note="Naskah saya.")
    assert again.status_code == 409
    assert "sudah ada usul" in again.text
    assert "Naskah saya." in again.text
    assert case in again.text


def test_the_proposer_finds_no_button_and_the_form_of_another_page_does_not_help(
    house: dict[str, int], login: Login
) -> None:
    browser = login(house["admin"])
    case = case_of(propose(browser, code_of(house["holder"])))
    assert f"{case}/setujui" not in browser.get(case).text
    forced = browser.post(f"{case}/setujui", follow_redirects=True)
    assert "harus orang lain" in forced.text
    assert events() == []


@pytest.mark.parametrize("who", ["other_hr", "other_admin"])
def test_a_proposal_of_another_agency_does_not_exist(house: dict[str, int], login: Login, who: str) -> None:
    code = code_of(house["holder"])
    case = case_of(propose(login(house["hr"]), code))
    stranger = login(house[who])
    assert stranger.get(case).status_code == 404
    assert stranger.post(f"{case}/tolak", data={"remark": "x"}).status_code == 404
    assert propose(stranger, code).status_code == 404
    assert stranger.get(f"/sertifikat/{code}/perbaikan").status_code == 404
    assert "0001/" not in stranger.get("/admin/sertifikat/usulan").text
    assert "0001/" not in stranger.get("/admin/sertifikat").text


def test_the_holder_who_is_an_admin_decides_nothing_about_herself(
    house: dict[str, int], login: Login
) -> None:
    factories.pass_course(house["admin"], now=clock.now() - timedelta(days=2))
    code = code_of(house["admin"])
    mine = login(house["admin"])
    assert propose(mine, code).status_code == 404
    case = case_of(propose(login(house["second"]), code))
    assert mine.get(case).status_code == 404
    assert mine.post(f"{case}/setujui").status_code == 404
    assert mine.post(f"{case}/tolak", data={"remark": "Tidak benar."}).status_code == 404
    assert "usulan/" not in mine.get("/admin/sertifikat/usulan").text
    assert "menunggu keputusan" not in mine.get(f"/sertifikat/{code}").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"note": "  "}, "Tuliskan penjelasan"),
        ({"evidence": ""}, "Tuliskan buktinya"),
        ({"reason": ""}, "Pilih alasan"),
        ({"reason": "BOSAN"}, "Pilih salah satu alasan"),
        ({"note": "x" * 501}, "terlalu panjang"),
        ({"evidence": "x" * 4_001}, "terlalu panjang"),
    ],
)
def test_an_incomplete_proposal_comes_back_with_what_was_typed(
    house: dict[str, int], login: Login, fields: dict[str, str], sentence: str
) -> None:
    answer = propose(login(house["hr"]), code_of(house["holder"]), **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Berita acara 12." in answer.text) is ("evidence" not in fields)
    assert db.session.scalars(select(CertificateProposal)).all() == []


def test_declining_asks_for_a_reason_and_says_that_nothing_changed(
    house: dict[str, int], login: Login, client: FlaskClient
) -> None:
    code = code_of(house["holder"])
    case = case_of(propose(login(house["hr"]), code))
    admin = login(house["admin"])
    empty = admin.post(f"{case}/tolak", data={"remark": " "})
    assert empty.status_code == 422
    assert "Tuliskan alasannya" in empty.text
    said = admin.post(f"{case}/tolak", data={"remark": "Saksi menarik ucapannya."}, follow_redirects=True)
    assert "tetap seperti semula" in said.text
    assert "Saksi menarik ucapannya." in login(house["hr"]).get(case).text
    assert "asli dan berlaku" in client.get(f"/verifikasi/{code}").text


def correct(house: dict[str, int], login: Login) -> tuple[str, str]:
    """(old code, new code) after a correction by HR and an admin."""
    old = code_of(house["holder"])
    factories.rename_person(house["holder"], "Wening Astuti", "S.Pd.")
    answer = login(house["hr"]).post(
        f"/sertifikat/{old}/perbaikan", data={"note": "Gelar dilengkapi.", "evidence": "Ijazah."}
    )
    page = login(house["admin"]).get(case_of(answer)).text
    assert "Wening Astuti, S.Pd." in page
    done = login(house["admin"]).post(f"{case_of(answer)}/setujui", follow_redirects=True)
    assert "Sertifikat perbaikan terbit" in done.text
    return old, code_of(house["holder"])


def test_a_corrected_paper_is_superseded_in_public_and_does_not_give_away_the_new_code(
    house: dict[str, int], login: Login, client: FlaskClient
) -> None:
    old, new = correct(house, login)
    assert old != new
    page = client.get(f"/verifikasi/{old}").text
    assert "Sertifikat ini asli, sudah diganti" in page
    assert "data yang tercetak diperbaiki" in page
    number = db.session.scalars(select(Certificate.number).order_by(Certificate.id.desc())).first()
    for hidden in (new, new.replace("-", ""), str(number), "S.Pd.", "Gelar dilengkapi"):
        assert hidden not in page
    answer = client.get(f"/verifikasi/{old}", headers={"Accept": "application/json"}).json
    assert (answer["state"], answer["replaced_by"]) == ("SUPERSEDED", None)
    assert "Wening Astuti, S.Pd." in client.get(f"/verifikasi/{new}").text


def test_the_holder_finds_the_new_one_from_the_old_one(house: dict[str, int], login: Login) -> None:
    old, new = correct(house, login)
    mine = login(house["holder"])
    page = mine.get(f"/sertifikat/{old}").text
    assert f"/sertifikat/{new}" in page
    assert "Gelar dilengkapi." in page
    assert "memperbaiki 0001/" in mine.get(f"/sertifikat/{new}").text
    for code in (old, new):
        assert mine.get(f"/sertifikat/{code}.pdf").data.startswith(b"%PDF-")


def test_without_a_difference_the_page_says_where_to_begin(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    hr = login(house["hr"])
    page = hr.get(f"/sertifikat/{code}/perbaikan").text
    assert "Perbaiki dahulu data pegawainya" in page
    forced = hr.post(f"/sertifikat/{code}/perbaikan", data={"note": "x", "evidence": "y"})
    assert forced.status_code == 422
    assert "tidak ada yang diperbaiki" in forced.text


def test_the_holder_asks_and_reads_the_answer(house: dict[str, int], login: Login) -> None:
    code = code_of(house["holder"])
    mine = login(house["holder"])
    assert "Data pada sertifikat saya keliru" in mine.get(f"/sertifikat/{code}").text
    empty = mine.post(f"/sertifikat/{code}/keliru", data={"said": " "})
    assert empty.status_code == 422
    for _press in range(2):
        sent = mine.post(f"/sertifikat/{code}/keliru", data={"said": "Unit saya keliru."})
        assert sent.status_code == 302
    assert len(db.session.scalars(select(CorrectionRequest)).all()) == 1
    db.session.rollback()
    other = mine.post(f"/sertifikat/{code}/keliru", data={"said": "Yang lain."})
    assert other.status_code == 409
    waiting = login(house["admin"]).get("/admin/sertifikat/usulan").text
    assert "Unit saya keliru." in waiting
    link = re.search(r'href="(/admin/sertifikat/permintaan/[^"]+)"', waiting)
    assert link is not None
    assert login(house["other_admin"]).get(link[1]).status_code == 404
    assert login(house["holder"]).get(link[1]).status_code == 403
    answered = login(house["admin"]).post(link[1], data={"remark": "Sesuai SK terakhir."})
    assert answered.status_code == 302
    assert "Sesuai SK terakhir." in mine.get(f"/sertifikat/{code}").text


@pytest.mark.parametrize("who", ["colleague", "hr", "admin", "other_admin"])
def test_nobody_asks_for_somebody_else(house: dict[str, int], login: Login, who: str) -> None:
    code = code_of(house["holder"])
    assert login(house[who]).post(f"/sertifikat/{code}/keliru", data={"said": "x"}).status_code == 404


def test_the_register_filters_searches_and_turns_pages(house: dict[str, int], login: Login) -> None:
    school = db.session.execute(
        select(Certificate.person_id).where(Certificate.person_id == house["holder"])
    ).scalar_one()
    assert school
    correct(house, login)
    admin = login(house["admin"])
    old, new = code_of(house["holder"], last=False), code_of(house["holder"])

    def found(**query: str) -> set[str]:
        page = admin.get("/admin/sertifikat", query_string=query).text
        return set(re.findall(r"/sertifikat/((?:[0-9A-Z]{5}-){5}[0-9A-Z]{5})", page))

    nip = db.session.scalars(select(Certificate)).first().payload["employee_number"]  # type: ignore[union-attr]
    db.session.rollback()
    assert found() == {old, new}
    assert found(keadaan="VALID") == {new}
    assert found(keadaan="SUPERSEDED") == {old}
    assert found(keadaan="EXPIRED") == found(keadaan="REVOKED") == set()
    assert found(keadaan="NGAWUR", sebelum="abc") == {old, new}
    for text in ("wening", "WENING AST", nip, nip[:10], f" {nip[:8]} {nip[8:14]}"):
        assert found(q=text) == {old, new}, text
    assert found(q="0001/") == {old}
    assert found(q=old.lower()) == {old}
    for text in ("%", "_", "'", "tidak ada", "9" * 30, "x" * 500, "0000-0000-0000-0000"):
        assert found(q=text) == set(), text
    assert found(sebelum="2") == {old}


def test_the_register_is_cut_into_pages_that_stay_where_they_are(
    house: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.life.queries.PAGE", 1)
    correct(house, login)
    admin = login(house["admin"])
    first = admin.get("/admin/sertifikat").text
    assert code_of(house["holder"]) in first
    assert code_of(house["holder"], last=False) not in first
    link = re.search(r'href="(/admin/sertifikat\?sebelum=\d+)"', first)
    assert link is not None
    second = admin.get(link[1]).text
    assert code_of(house["holder"], last=False) in second
    assert "Yang lebih lama" not in second
