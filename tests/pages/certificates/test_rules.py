"""Rules on pages: proposed in a form, tried on real people, decided by a second admin; list and own verdicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from certificates.promotion import listing
from certificates.promotion import queries as rule_queries
from certificates.promotion.forms import fits, values_of
from certificates.promotion.models import PromotionRule
from certificates.promotion.rules import CourseNeed, Demand, Exemption, Mode, Proof, RequirementSource
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
        ({"kecuali_jenis": ["PNS"]}, "Belum diisi"),
        ({"kecuali_alasan": "Kontrak"}, "Isi jenis pegawai atau jabatan"),
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


def test_what_the_form_cannot_say_is_not_changed_by_it() -> None:
    simple = factories.make_rule(
        demand=Demand((CourseNeed("a", "A"), CourseNeed("b", "B")), Mode.COUNT, 1, 3, Proof.EITHER, 12),
        exemptions=(Exemption("Kontrak", ("PPPK",)), Exemption("Cuti", key="cltn")),
        source=RequirementSource.LAW,
    ).rule
    assert fits(simple)
    assert values_of(simple)["perorangan"] == "cltn: Cuti"
    detailed = factories.make_rule(
        demand=Demand((CourseNeed("a", "A", date(2026, 1, 1)), CourseNeed("b", "B")))
    ).rule
    assert not fits(detailed)


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
