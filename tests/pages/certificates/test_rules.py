"""Rules on pages: proposed in a form, tried on real people, decided by a second admin; list and own verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField

from certificates.promotion import listing
from certificates.promotion import queries as rule_queries
from certificates.promotion.form_parts import Editions
from certificates.promotion.forms import RuleForm, values_of
from certificates.promotion.models import PromotionRule
from certificates.promotion.rules import (
    CourseNeed,
    Demand,
    Exemption,
    Mode,
    Proof,
    RequirementSource,
    Transition,
)
from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import Person, PersonView
from tests import factories

Login = Callable[[int], FlaskClient]
TYPED: dict[str, Any] = {
    "judul": "Promosi pengawas",
    "jenis": "jabatan",
    "jenjang": "Pengawas",
    "kursus": [factories.COURSE],
    "cara": "semua",
    "bukti": "berlaku",
    "sumber": "kebijakan-instansi",
    "dasar": "Keputusan Bupati 800/1/2026",
    "catatan": "Peraturan nasional tidak mensyaratkan.",
    "mulai": "2026-01-01",
    "alasan": "Diminta BKPSDM.",
}


@pytest.fixture
def office(db_session: Any) -> dict[str, int]:
    agency, other = factories.make_agency("Satu", code="SATU"), factories.make_agency("Dua", code="DUA")
    unit = factories.make_unit(agency, "Dinas Uji")
    factories.make_course(modules=2)
    person = factories.make_person
    made = {
        "agency": agency,
        "unit": unit,
        "author": person(agency, "Penulis Aturan", roles=[("ADMIN", agency)]),
        "second": person(agency, "Orang Kedua", roles=[("ADMIN", agency)]),
        "hr": person(agency, "Bagas Pramudita", roles=[("HR", agency)]),
        "stranger": person(other, "Admin Lain", roles=[("ADMIN", other), ("HR", other)]),
        "passed": person(unit, "Wening Astuti"),
        "missing": person(unit, "Rangga Saputra"),
        "foreigner": person(other, "Wening Lain"),
    }
    factories.pass_course(made["passed"], now=clock.now() - timedelta(days=3))
    return made


def propose(browser: FlaskClient, agency: int, **changes: Any) -> Any:
    form = {**TYPED, "instansi": str(agency), **changes}
    return browser.post("/kelayakan/aturan/usul", data={k: v for k, v in form.items() if v is not None})


def newest() -> PromotionRule:
    row = db.session.scalars(select(PromotionRule).order_by(PromotionRule.id.desc())).first()
    assert row is not None
    db.session.rollback()
    return row


def decide(browser: FlaskClient, row: PromotionRule, verdict: str, **more: str) -> Any:
    form = {"putusan": verdict, "isi": row.body_hash, **more}
    return browser.post(f"/kelayakan/aturan/{row.public_id}/putusan", data=form, follow_redirects=True)


def test_a_rule_from_the_form_to_the_verdict(office: dict[str, int], login: Login) -> None:
    author, second = login(office["author"]), login(office["second"])
    assert propose(author, office["agency"]).status_code == 302
    row = newest()
    assert row.key == "satu-promosi-pengawas"
    own = author.get(f"/kelayakan/aturan/{row.public_id}").text
    assert "Yang memutuskan harus admin lain" in own
    page = second.get(f"/kelayakan/aturan/{row.public_id}").text
    assert "jawaban bagi 5 orang berubah" in page
    assert "Wening Astuti" in page
    assert "Wening Lain" not in page
    seen = db.session.scalars(
        select(PersonView.subject_id).where(PersonView.viewer_id == office["second"])
    ).all()
    assert set(seen) == {office[name] for name in ("author", "hr", "passed", "missing")}
    db.session.rollback()
    today = clock.local_date(clock.now()).isoformat()
    assert "satu-promosi-pengawas" not in second.get("/kelayakan").text
    assert "Putusan tersimpan" in decide(second, row, "APPROVED").text
    found = login(office["hr"]).get(f"/kelayakan/daftar?aturan={row.key}&periode={today[:8]}01").text
    assert "Wening Astuti" in found
    assert "satu-promosi-pengawas" in login(office["hr"]).get("/kelayakan").text
    assert "satu-promosi-pengawas" not in login(office["stranger"]).get("/kelayakan").text


def test_the_author_cannot_approve_and_may_withdraw(office: dict[str, int], login: Login) -> None:
    author = login(office["author"])
    propose(author, office["agency"])
    row = newest()
    refused = decide(author, row, "APPROVED")
    assert refused.status_code == 403
    assert "disetujui orang lain" in refused.text
    assert "Hanya pengusul" in login(office["second"]).post(
        f"/kelayakan/aturan/{row.public_id}/tarik", follow_redirects=True
    ).text  # fmt: skip
    page = author.post(f"/kelayakan/aturan/{row.public_id}/tarik", follow_redirects=True).text
    assert "Usulan ditarik" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_agency_finds_nothing(office: dict[str, int], login: Login, method: str) -> None:
    propose(login(office["author"]), office["agency"])
    row, stranger = newest(), login(office["stranger"])
    if method == "get":
        assert stranger.get(f"/kelayakan/aturan/{row.public_id}").status_code == 404
        assert "Promosi pengawas" not in stranger.get("/kelayakan/aturan").text
        assert stranger.get(f"/kelayakan/aturan/usul?dari={row.key}").status_code == 404
    else:
        assert decide(stranger, row, "APPROVED").status_code == 404
        assert stranger.post(f"/kelayakan/aturan/{row.public_id}/tarik").status_code == 404
        assert propose(stranger, office["agency"]).status_code == 422


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"judul": ""}, "Belum diisi"),
        ({"kursus": None}, "Pilih paling sedikit satu kursus"),
        ({"kursus": ["tidak-ada"]}, "Belum diisi"),
        ({"jp": "banyak"}, "Tulis bilangan bulat"),
        ({"jp": "\u0661"}, "Tulis bilangan bulat"),
        ({"cara": "sejumlah"}, "Isi dari 1 sampai banyaknya kursus"),
        ({"bukti": "baru-lulus"}, "Isi berapa bulan"),
        ({"golongan_asal": "III/z"}, "bukan golongan"),
        ({"pengecualian-0-jenis": ["PNS"]}, "Belum diisi"),
        ({"pengecualian-0-alasan": "Kontrak"}, "Isi jenis pegawai atau jabatan"),
        ({"pengecualian-1-kunci": "Huruf Besar", "pengecualian-1-alasan": "x"}, "Kunci terdiri atas"),
        ({"pengecualian-0-jenis": ["Raja"], "pengecualian-0-alasan": "x"}, "Pilih salah satu dari"),
        ({f"edisi_kursus-{factories.COURSE}": "kemarin"}, "Tulis tanggal antara"),
        (
            {"peralihan": "2026-06-30", "lama-cara": "semua", "lama-bukti": "berlaku"},
            "Pilih paling sedikit satu kursus",
        ),
        ({"lama-jp": "3", "lama-cara": "semua", "lama-bukti": "berlaku"}, "Belum diisi"),
        (
            {"peralihan": "2026-06-30", "lama-jp": "3", "lama-cara": "semua", "lama-bukti": "baru-lulus"},
            "Isi berapa bulan",
        ),
        ({"mulai": ""}, "Isi hari pertama"),
        ({"mulai": "2026-02-30"}, "Tulis tanggal lengkap"),
        ({"sampai": "2025-12-31"}, "Hari terakhir"),
        ({"sumber": "mengada-ada"}, "Pilih salah satu dari"),
        ({"alasan": ""}, "Tuliskan alasan"),
        ({"instansi": "999"}, "Pilih untuk siapa"),
        ({"instansi": "semua"}, "Pilih untuk siapa"),
    ],
)
def test_bad_input_comes_back_with_a_sentence(
    office: dict[str, int], login: Login, changes: dict[str, Any], sentence: str
) -> None:
    page = propose(login(office["author"]), office["agency"], **changes)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Keputusan Bupati 800/1/2026" in page.text
    assert db.session.scalars(select(PromotionRule)).all() == []


def test_a_change_keeps_what_stood_and_begins_later(office: dict[str, int], login: Login) -> None:
    author, second = login(office["author"]), login(office["second"])
    propose(author, office["agency"])
    first = newest()
    decide(second, first, "APPROVED")
    form = author.get(f"/kelayakan/aturan/usul?dari={first.key}").text
    assert 'value="Promosi pengawas"' in form
    assert "checked" in form
    again = propose(author, office["agency"], kunci=first.key, jp="99")
    assert again.status_code == 422
    assert "tulis tanggal mulai berlaku sesudah" in again.text
    changed = propose(
        author, office["agency"], kunci=first.key, jp="99", mulai="2027-01-01", peralihan="2027-06-30"
    )
    assert changed.status_code == 302
    decide(second, newest(), "APPROVED")
    rule = rule_queries.rule_on(first.key, date(2027, 2, 1), agencies=None)
    assert rule is not None
    assert (rule.version, rule.demand.min_jp) == (2, 99)
    assert rule.transition is not None
    assert rule.transition.demand.min_jp == 0


def round_trip(app: Flask, rule: Any, before: Any = None) -> Any:
    """What the form makes of a rule when it is opened and sent unchanged but for its first day."""
    titles = {need.key: need.title for need in rule.demand.courses}
    if rule.transition:
        titles |= {need.key: need.title for need in rule.transition.demand.courses}
    with app.test_request_context():
        shown = RuleForm(formdata=None, data=values_of(rule), meta={"csrf": False})
        shown.offer_courses(titles)
        form = RuleForm(formdata=sent_by_a_browser(shown), meta={"csrf": False})
        form.offer_courses(titles)
        reading = form.read(key=rule.key, titles=titles, before=before)
    assert reading.problems == ()
    return reading.rule


def sent_by_a_browser(form: RuleForm) -> MultiDict[str, str]:
    sent = MultiDict([("mulai", "2027-01-01"), ("alasan", "x")])

    def fill(part: Any) -> None:
        for field in part:
            if isinstance(field, FieldList):
                for row in field:
                    fill(row.form)
            elif isinstance(field, FormField):
                fill(field.form)
            elif isinstance(field, Editions):
                for key, day in field.data.items():
                    sent.add(f"{field.name}-{key}", day)
            elif isinstance(field.data, list):
                for value in field.data:
                    sent.add(field.name, value)
            elif field.data is not None and field.name != "mulai":
                sent.add(field.name, str(field.data))

    fill(form)
    return sent


DETAILED = (
    factories.make_rule(
        demand=Demand((CourseNeed("a", "A"), CourseNeed("b", "B")), Mode.COUNT, 1, 3, Proof.EITHER, 12),
        exemptions=(Exemption("Kontrak", ("PPPK",)), Exemption("Cuti", key="cltn")),
        source=RequirementSource.LAW,
    ),
    factories.make_rule(demand=Demand((CourseNeed("a", "A", date(2026, 1, 1)), CourseNeed("b", "B")))),
    factories.make_rule(
        demand=Demand((CourseNeed("a", "A", date(2026, 1, 1)), CourseNeed("b", "B", date(2025, 1, 1))), Mode.ANY),
        exemptions=(
            Exemption("Cuti", key="cltn"),
            Exemption("Kontrak", ("PPPK", "PPPK_PART_TIME")),
            Exemption("Pimpinan", ("PNS",), ("SENIOR_EXECUTIVE",)),
            Exemption("Tugas belajar", key="tubel"),
            Exemption("Guru", (), ("FUNCTIONAL",)),
        ),
        transition=Transition(
            date(2027, 6, 30),
            Demand((CourseNeed("lama", "Lama", date(2020, 1, 1)), CourseNeed("b", "B")), Mode.ANY, 0, 2, Proof.RECENT, 6),
        ),
    ),
    factories.make_rule(demand=Demand((), min_jp=20)),
)  # fmt: skip


@pytest.mark.parametrize("at", range(len(DETAILED)))
def test_the_form_says_all_that_a_file_says(app: Flask, at: int) -> None:
    rule = DETAILED[at].rule
    again = round_trip(app, rule)
    assert again == replace(rule, valid_from=date(2027, 1, 1))


def test_a_row_is_added_without_script_and_nothing_typed_is_lost(
    office: dict[str, int], login: Login
) -> None:
    author = login(office["author"])
    rows = {"pengecualian-0-alasan": "Alasan pertama", "pengecualian-1-kunci": "cltn"}
    page = propose(author, office["agency"], tambah="pengecualian", **rows)
    assert page.status_code == 200
    assert 'name="pengecualian-2-alasan"' in page.text
    for words in (
        "Alasan pertama",
        'value="cltn"',
        "Keputusan Bupati 800/1/2026",
        'value="Promosi pengawas"',
    ):
        assert words in page.text
    assert db.session.scalars(select(PromotionRule)).all() == []
    most = {f"pengecualian-{at}-alasan": "x" for at in range(20)}
    full = propose(author, office["agency"], tambah="pengecualian", **most).text
    assert "pengecualian-20-" not in full
    assert 'name="tambah"' not in full


def test_a_detailed_rule_is_proposed_and_changed_in_the_form(office: dict[str, int], login: Login) -> None:
    author, second = login(office["author"]), login(office["second"])
    factories.make_course("kursus-lain", text="Lain")
    course = factories.COURSE
    detailed = {
        "kursus": [course, "kursus-lain"],
        "cara": "sejumlah",
        "sejumlah": "1",
        f"edisi_kursus-{course}": "2026-01-01",
        "pengecualian-0-kunci": "cltn",
        "pengecualian-0-alasan": "Cuti",
        "pengecualian-3-jenis": ["PPPK"],
        "pengecualian-3-alasan": "Kontrak",
        "peralihan": "2026-12-31",
        "peralihan_syarat": "sendiri",
        "lama-kursus": ["kursus-lain"],
        "lama-cara": "semua",
        "lama-bukti": "berlaku",
    }
    assert propose(author, office["agency"], **detailed).status_code == 302
    decide(second, newest(), "APPROVED")
    rule = rule_queries.rule_on("satu-promosi-pengawas", date(2026, 12, 1), agencies=None)
    assert rule is not None
    assert [need.edition_from for need in rule.demand.courses] == [date(2026, 1, 1), None]
    assert [(one.key, one.employment_types) for one in rule.exemptions] == [("cltn", ()), ("", ("PPPK",))]
    assert rule.transition is not None
    assert [need.key for need in rule.transition.demand.courses] == ["kursus-lain"]
    form = author.get(f"/kelayakan/aturan/usul?dari={rule.key}").text
    for words in ('value="2026-01-01"', 'value="cltn"', 'value="Kontrak"', 'value="2026-12-31"'):
        assert words in form


# --- The list and one's own ---


def rules() -> None:
    factories.load_rules(factories.make_rule(title="Kenaikan pangkat uji"))


def test_the_list_shows_ones_own_people_with_reasons_and_notes_the_look(
    office: dict[str, int], login: Login
) -> None:
    rules()
    hr = login(office["hr"])
    page = hr.get("/kelayakan/daftar").text
    for words in ("Wening Astuti", "Rangga Saputra", "Memenuhi", "Belum ada sertifikat Netralitas Uji"):
        assert words in page
    assert "Wening Lain" not in page
    purposes = db.session.scalars(select(PersonView.purpose).where(PersonView.subject_id == office["passed"]))
    assert list(purposes) == ["certificates.eligibility_list"]
    only = hr.get("/kelayakan/daftar?putusan=ELIGIBLE").text
    assert "Wening Astuti" in only
    assert "Rangga Saputra" not in only
    in_unit = hr.get(f"/kelayakan/daftar?unit={office['unit']}").text
    assert "Rangga Saputra" in in_unit
    assert "Penulis Aturan" not in in_unit
    none = hr.get("/kelayakan/daftar?putusan=UNDETERMINED").text
    assert "Tidak ada yang cocok" in none


def test_a_foreign_unit_is_no_filter(office: dict[str, int], login: Login) -> None:
    rules()
    page = login(office["stranger"]).get(f"/kelayakan/daftar?unit={office['unit']}").text
    assert "Wening Lain" in page
    assert "Wening Astuti" not in page


def test_pages_follow_one_another_without_gap_or_repetition(
    office: dict[str, int], login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules()
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "CHUNK", 3)
    for twin in range(3):  # the same name several times: the order is by id then
        factories.make_person(office["unit"], "Siti Kembar", employee_number=f"19900214201503{twin + 1}99{twin + 1}".replace("30", "03")[:14] + f"29{twin + 1}9")  # fmt: skip
    rule = rule_queries.rule_on("promosi", date(2026, 12, 1), agencies=None)
    assert rule is not None
    from learning.people.access import load_principal

    who = load_principal(factories.make_session(office["hr"]))
    assert who is not None
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        found = listing.page(rule, principal=who, as_of=date(2026, 12, 1), now=clock.now(), after=after)
        seen += [line.person.person_id for line in found.lines]
        after = found.after
    assert len(seen) == len(set(seen)) == 8
    db.session.rollback()


def test_the_learner_sees_what_is_missing_on_the_home_page_and_ahead(
    office: dict[str, int], login: Login
) -> None:
    rules()
    home = login(office["missing"]).get("/").text
    assert "Kelayakan pada" in home
    assert "Belum ada sertifikat Netralitas Uji" in home
    assert "Masih dapat dipenuhi paling lambat" in home
    mine = login(office["passed"])
    assert "Memenuhi" in mine.get("/sertifikat/kelayakan").text
    late = (clock.now() + timedelta(days=365 * 3)).date().replace(day=1).isoformat()
    assert "hanya berlaku sampai" in mine.get(f"/sertifikat/kelayakan?periode={late}").text
    assert db.session.scalars(select(PersonView)).all() == []


def test_without_rules_nothing_is_said_at_home(office: dict[str, int], login: Login) -> None:
    assert "Kelayakan pada" not in login(office["missing"]).get("/").text
    assert "Tidak ada aturan untuk Anda" in login(office["missing"]).get("/sertifikat/kelayakan").text


# --- Exemptions granted in person ---


def test_an_admin_exempts_somebody_and_ends_it_again(office: dict[str, int], login: Login) -> None:
    factories.load_rules(
        factories.make_rule(exemptions=(Exemption("Cuti di luar tanggungan negara", key="cltn"),))
    )
    admin = login(office["author"])
    person = db.session.get_one(Person, office["missing"]).public_id
    db.session.rollback()
    address = f"/kelayakan/{person}?aturan=promosi&tanggal=2026-12-01"
    assert "Belum memenuhi" in admin.get(address).text
    form = {"aturan": "promosi", "tanggal": "2026-12-01", "pengecualian": "cltn", "dari": "2026-11-01",
            "hingga": "2026-12-31", "dasar": "SK 5/2026"}  # fmt: skip
    for changes, sentence in (
        ({"dasar": ""}, "Tuliskan nomor"),
        ({"hingga": "2026-10-01"}, "Hari terakhir"),
        ({"pengecualian": "sakit"}, "Pilih alasan"),
        ({"dari": "besok"}, "Tulis tanggal lengkap"),
    ):
        page = admin.post(f"/kelayakan/{person}/pengecualian", data={**form, **changes})
        assert page.status_code == 422
        assert sentence in page.text
    assert login(office["hr"]).post(f"/kelayakan/{person}/pengecualian", data=form).status_code == 403
    assert login(office["stranger"]).post(f"/kelayakan/{person}/pengecualian", data=form).status_code == 404
    page = admin.post(f"/kelayakan/{person}/pengecualian", data=form, follow_redirects=True)
    assert "Dikecualikan: Cuti di luar tanggungan negara." in page.text
    own = login(office["missing"]).get("/sertifikat/kelayakan").text
    assert "SK 5/2026" in own
    waiver = rule_queries.waivers_of(office["missing"])[0].public_id
    db.session.rollback()
    assert login(office["stranger"]).post(f"/kelayakan/pengecualian/{waiver}/akhiri").status_code == 404
    admin.post(f"/kelayakan/pengecualian/{waiver}/akhiri")
    assert "Belum memenuhi" in admin.get(address).text
