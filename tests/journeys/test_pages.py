"""Every page there is, in both languages, on a phone and a desk, light and dark: no violation of WCAG 2.2 AA.

A page is one row of PAGES: who looks, and the address (or a word for one that is only known once the server runs).
Each is scanned twice, so that it meets both languages, both widths and both colour schemes; which go together changes from
page to page, so that all eight ways are met many times over the same components. To add a page, add a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from learning.kernel import clock
from learning.kernel.web import LANGUAGE_COOKIE
from learning.people.demo_people import PASSWORD
from tests.journeys import inside
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import COURSE, NIP
from tests.journeys.test_desks import DAMAGED, HEAD, SOUND
from tests.pages.courses.zips import BAD, GOOD, files_of, zip_of

SHEET = f"{HEAD}\n{SOUND}\n{DAMAGED}\n"


class Shown(NamedTuple):
    """How a page is shown."""

    language: str
    width: int
    scheme: str


# Each page is looked at twice, once in each language, width and scheme; the next page in the list the other way round.
SHOWN = (
    (Shown("id", 360, "light"), Shown("en", 1280, "dark")),
    (Shown("id", 1280, "dark"), Shown("en", 360, "light")),
    (Shown("id", 360, "dark"), Shown("en", 1280, "light")),
    (Shown("id", 1280, "light"), Shown("en", 360, "dark")),
)


@dataclass(frozen=True)
class Row:
    """One page. `address` may hold {names} of the fixture `places`; `status` is what the server must answer."""

    name: str
    who: str | None
    address: str
    status: int = 200


MODULE = f"/kursus/{COURSE}/apa-itu-netral"
TAUGHT, FILE = f"/studio/kursus/{COURSE}", "03-media-sosial-dan-grup.md"
PAGES = (
    # Without an account
    Row("masuk", None, "/masuk"),
    Row("lupa-sandi", None, "/lupa-sandi"),
    Row("tautan-usang", None, "/aktivasi/tautan-yang-sudah-dipakai", 410),
    Row("sandi-siap", None, "/sandi-siap"),
    Row("surat", None, "/surat"),
    Row("bantuan", None, "/bantuan"),
    Row("privasi", None, "/privasi"),
    Row("verifikasi", None, "/verifikasi"),
    Row("verifikasi-berlaku", None, "/verifikasi/{valid}"),
    Row("verifikasi-kedaluwarsa", None, "/verifikasi/{expired}"),
    Row("verifikasi-dicabut", None, "/verifikasi/{revoked}"),
    Row("verifikasi-diganti", None, "/verifikasi/{superseded}"),
    Row("verifikasi-tidak-dikenal", None, "/verifikasi/ABCD-EFGH-JKMN-PQRS", 404),
    Row("verifikasi-salah-ketik", None, "/verifikasi?kode=bukan-kode", 404),
    Row("verifikasi-daftar", None, "/verifikasi/daftar"),
    Row("tanda-terima", None, "/verifikasi/tanda-terima"),
    Row("tanda-terima-kelayakan", None, "/verifikasi/tanda-terima/{receipt}"),
    Row("tanda-terima-sertifikat", None, "/verifikasi/daftar/tanda-terima/{list_receipt}"),
    Row("verifikasi-edisi-cetak", None, "/verifikasi/edisi-cetak"),
    Row("penerbit", None, "/penerbit"),
    Row("kalender", None, "/kalender"),
    Row("kalender-wilayah", None, "/kalender?provinsi=99&wilayah=99.01"),
    Row("kalender-satu", None, "/kalender/demo-psu-sagara-timur"),
    Row("galat-404", None, "/tidak-ada", 404),
    Row("komponen", None, "/komponen"),
    # Learners
    Row("beranda-belum", "asn_belum", "/"),
    Row("beranda-tengah", "asn_tengah", "/"),
    Row("beranda-lulus", "asn_lulus", "/"),
    Row("beranda-mengulang", "asn_mengulang", "/"),
    Row("kursus", "asn_tengah", "/kursus"),
    Row("kursus-belum", "asn_belum", f"/kursus/{COURSE}"),
    Row("kursus-tengah", "asn_tengah", f"/kursus/{COURSE}"),
    Row("modul", "asn_tengah", MODULE),
    Row("dilema-sebelum", "asn_tengah", "{dilemma_before}"),
    Row("dilema-sesudah", "asn_tengah", "{dilemma_after}"),
    Row("regulasi", "asn_belum", "/regulasi"),
    Row("regulasi-satu", "asn_belum", "/regulasi/pp-94-2021"),
    Row("kuis-terkunci", "asn_belum", f"/kuis/{COURSE}"),
    Row("kuis-mulai", "asn_mengulang", f"/kuis/{COURSE}"),
    Row("kuis-hasil-belum-lulus", "asn_mengulang", "/kuis/percobaan/{failed}/hasil"),
    Row("kuis-hasil-lulus", "asn_lulus", "/kuis/percobaan/{passed}/hasil"),
    Row("kuis-tunggal", "taker", "{SINGLE}"),
    Row("kuis-majemuk", "taker", "{MULTIPLE}"),
    Row("kuis-benar-salah", "taker", "{TRUE_FALSE}"),
    Row("kuis-menjodohkan", "taker", "{MATCHING}"),
    Row("kuis-urutan", "taker", "{ORDERING}"),
    Row("kuis-isian", "taker", "{SHORT}"),
    Row("kuis-dilema", "taker", "{DILEMMA}"),
    Row("kuis-periksa", "taker", "/kuis/percobaan/{open}/periksa"),
    Row("sertifikat", "asn_lulus", "/sertifikat"),
    Row("sertifikat-kosong", "asn_belum", "/sertifikat"),
    Row("sertifikat-satu", "asn_lulus", "/sertifikat/{valid}"),
    Row("sertifikat-bukti", "asn_lulus", "/sertifikat/{valid}/bukti"),
    Row("sertifikat-bukti-modul", "asn_lulus", "/sertifikat/{valid}/bukti/apa-itu-netral"),
    Row("data-saya", "asn_lulus", "/data-saya"),
    Row("akun", "asn_tengah", "/akun"),
    Row("akun-kalender", "asn_tengah", "/akun/kalender"),
    Row("galat-403", "asn_belum", "/admin/orang", 403),
    # Those who look after others
    Row("sertifikat-daftar", "kepegawaian", "/admin/sertifikat"),
    Row("sertifikat-usulan", "admin", "/admin/sertifikat/usulan"),
    Row("sertifikat-usul-satu", "admin", "/admin/sertifikat/usulan/{proposal}"),
    Row("sertifikat-permintaan-satu", "admin", "/admin/sertifikat/permintaan/{request}"),
    Row("sertifikat-cabut", "kepegawaian", "/sertifikat/{valid}/cabut"),
    Row("sertifikat-perbaikan", "kepegawaian", "/sertifikat/{valid}/perbaikan"),
    Row("sertifikat-diganti", "kepegawaian", "/sertifikat/{superseded}"),
    Row("sertifikat-bukti-orang", "kepegawaian", "/sertifikat/{superseded}/bukti"),
    Row("unit-atasan", "atasan", "/unit/{DINKES}"),
    Row("unit-hari-lalu", "kepegawaian", "/unit/{SGT}?tanggal={yesterday}"),
    Row("unit-orang", "atasan", "/unit/{DINKES}/orang"),
    Row("unit-terlambat", "atasan", "/unit/{DINKES}/orang?keadaan=terlambat"),
    Row("unit-ingatkan", "atasan", "/unit/{DINKES}/ingatkan?keadaan=belum"),
    Row("unit-banding", "kepegawaian", "/unit/{SGT}/banding"),
    Row("unit-cari", "kepegawaian", "/unit/{SGT}/cari?q=dinas"),
    Row("unit-laporan", "kepegawaian", "/unit/{SGT}/laporan"),
    Row("pengecualian", "kepegawaian", "/admin/pengecualian"),
    Row("pengecualian-satu", "kepegawaian", "/admin/pengecualian/{relief}"),
    Row("pengecualian-usul", "kepegawaian", "/orang/{person}/pengecualian"),
    Row("admin-surel-ditolak", "admin", "/admin/surel-ditolak"),
    Row("unit-kabupaten", "kepegawaian", "/unit/{SGT}"),
    Row("unit-semua", "admin", "/unit"),
    Row("akun-wakil", "atasan", "/akun/wakil"),
    Row("akun-kabar", "atasan", "/akun/kabar"),
    Row("akun-dorongan", "asn_tengah", "/akun/dorongan"),
    Row("penghargaan", "asn_tengah", "/penghargaan"),
    Row("unit-penghargaan", "kepegawaian", "/unit/{SGT}/penghargaan"),
    Row("admin-wakil", "admin", "/admin/wakil"),
    Row("admin-dorongan", "admin", "/admin/dorongan"),
    Row("gangguan", "admin", "/admin/gangguan"),
    Row("gangguan-baru", "admin", "/admin/gangguan/baru"),
    Row("wilayah-peta", "admin", "/unit/wilayah"),
    Row("wilayah-provinsi", "kepegawaian", "/unit/wilayah/99"),
    Row("wilayah-unit", "kepegawaian", "/unit/wilayah/99.01/unit"),
    Row("kelayakan", "kepegawaian", "/kelayakan"),
    Row("kelayakan-daftar", "kepegawaian", "/kelayakan/daftar"),
    Row("kelayakan-banyak", "kepegawaian", "/kelayakan/banyak"),
    Row("kelayakan-aturan", "kepegawaian", "/kelayakan/aturan"),
    Row("kelayakan-usul", "admin", "/kelayakan/aturan/usul"),
    Row("kelayakan-saya", "asn_belum", "/sertifikat/kelayakan"),
    Row("kelayakan-layak", "kepegawaian", "{eligible}"),
    Row("kelayakan-belum", "kepegawaian", "{ineligible}"),
    Row("orang", "kepegawaian", "/orang/{person}"),
    Row("sertifikat-orang", "kepegawaian", "/sertifikat/{valid}"),
    # Trainer
    Row("studio", "pengajar", "/studio/"),
    Row("studio-kursus", "pengajar", f"/studio/kursus/{COURSE}"),
    Row("studio-modul", "pengajar", f"/studio/kursus/{COURSE}/apa-itu-netral"),
    Row("studio-unggah", "pengajar", "/studio/unggah"),
    Row("studio-kesalahan", "pengajar", "{upload_bad}"),
    Row("studio-pratinjau", "pengajar", "{upload_good}"),
    Row("studio-pratinjau-modul", "pengajar", "{upload_good}/modul/layanan"),
    Row("studio-kursus-baru", "pengajar", "/studio/naskah/baru"),
    Row("studio-naskah", "pengajar", "{draft}"),
    Row("studio-periksa", "pengajar", "{draft}/periksa"),
    Row("studio-telaah", "pengajar", "{draft}/telaah"),
    Row("studio-gambar", "pengajar", "{draft}/gambar"),
    Row("studio-formulir", "pengajar", f"{{draft}}/formulir/{FILE}"),
    Row("studio-formulir-dilema", "pengajar", f"{{draft}}/formulir/{FILE}/0"),
    Row("studio-formulir-soal", "pengajar", "{form_question}"),
    Row("studio-formulir-baru", "pengajar", f"{{draft}}/formulir/{FILE}/baru/jodoh"),
    Row("studio-rujukan", "pengajar", "/studio/naskah/rujukan?q=netral"),
    Row("studio-peta-naskah", "pengajar", f"{{draft}}/peta/{FILE}"),
    Row("studio-peta", "pengajar", f"{TAUGHT}/media-sosial-dan-grup/peta"),
    Row("studio-analisis", "pengajar", f"{TAUGHT}/soal"),
    Row("studio-analisis-soal", "pengajar", "{item}"),
    Row("studio-kunci", "pengajar", "{item}/kunci"),
    Row("studio-koreksi", "pengajar", "{correction}"),
    Row("studio-tabulasi", "pengajar", f"{TAUGHT}/dilema"),
    Row("studio-terbitan", "pengajar", f"{TAUGHT}/terbitan/1"),
    Row("studio-coba", "pengajar", f"{TAUGHT}/coba"),
    Row("studio-coba-modul", "pengajar", f"{TAUGHT}/coba/modul/media-sosial-dan-grup"),
    Row("studio-coba-dilema", "pengajar", "{trial_dilemma}"),
    Row("studio-coba-kuis", "pengajar", f"{TAUGHT}/coba/kuis"),
    # Admin
    Row("admin-orang", "admin", "/admin/orang"),
    Row("admin-orang-kosong", "admin", "/admin/orang?q=tidak-ada-nama-ini"),
    Row("admin-orang-baru", "admin", "/admin/orang/baru"),
    Row("admin-orang-ubah", "admin", "/admin/orang/{person}"),
    Row("admin-unit", "admin", "/admin/unit"),
    Row("admin-unit-satu", "admin", "/admin/unit/{DINKES}"),
    Row("admin-unit-baru", "admin", "/admin/unit/{DINKES}/baru"),
    Row("admin-instansi-baru", "admin", "/admin/unit/baru"),
    Row("admin-peran", "admin", "/admin/peran"),
    Row("admin-token", "admin", "/admin/token"),
    Row("admin-webhook", "admin", "/admin/webhook"),
    Row("riwayat-pelatihan", "kepegawaian", "/riwayat-pelatihan"),
    Row("antarmuka", None, "/api"),
    Row("admin-impor", "admin", "/admin/impor"),
    Row("admin-impor-hasil", "admin", "{sheet}"),
    Row("admin-perpindahan", "admin", "/admin/perpindahan"),
    Row("admin-unit-instansi", "admin", "/admin/unit/{SGT}"),
    Row("admin-pemilihan", "admin", "/admin/pemilihan"),
    Row("admin-pemilihan-satu", "admin", "/admin/pemilihan/1"),
    Row("admin-pemilihan-baru", "admin", "/admin/pemilihan/baru"),
    Row("admin-penugasan", "admin", "/admin/penugasan"),
    Row("admin-penugasan-baru", "admin", "/admin/penugasan/baru"),
    Row("admin-penugasan-akhiri", "admin", "/admin/penugasan/1/akhiri"),
)


@dataclass
class Signed:
    """Sessions by person, each signed in once."""

    browser: Browser
    server: LiveServer
    takers: list[str]
    kept: dict[str, list[Any]]

    def cookies(self, who: str) -> list[Any]:
        if who not in self.kept:
            context = self.browser.new_context(base_url=self.server.url)
            page = context.new_page()
            page.goto("/masuk")
            page.locator("#nip").fill(NIP.get(who, who))
            page.locator("#sandi").fill(PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(lambda address: "/masuk" not in address)
            self.kept[who] = context.cookies()
            context.close()
        return self.kept[who]


@pytest.fixture(scope="module")
def signed(browser: Browser, live_server: LiveServer) -> Signed:
    return Signed(browser, live_server, [], {})


@pytest.fixture(scope="module")
def places(signed: Signed, live_server: LiveServer) -> dict[str, str]:
    """Addresses that are only known once the server runs; what they show is prepared here."""
    server = live_server
    found = {
        code: str(inside.unit_id(server, code if code == "SGT" else f"SGT.{code}"))
        for code in ("SGT", "DINKES")
    }
    found["dilemma_after"], found["dilemma_before"] = inside.dilemmas(server, NIP["asn_tengah"])
    found["passed"] = inside.last_attempt(server, NIP["asn_lulus"], passed=True)
    found["failed"] = inside.last_attempt(server, NIP["asn_mengulang"], passed=False)
    found["valid"] = inside.certificate_codes(server, NIP["asn_lulus"])[-1]
    found["expired"], found["revoked"], found["superseded"] = inside.ended_codes(server)
    found["receipt"], found["list_receipt"] = inside.receipt_codes(server)
    found["relief"] = inside.relief_in_force(server)
    found["yesterday"] = (clock.local_date(clock.now()) - timedelta(days=1)).isoformat()
    found["proposal"], found["request"] = inside.waiting_about_certificates(server)
    found["person"] = inside.person_public_id(server, NIP["asn_lulus"])
    _quiz(server, signed, found)
    _at_the_desks(signed, found)
    return found


def _quiz(server: LiveServer, signed: Signed, found: dict[str, str]) -> None:
    # A paper need not hold every kind of question; two or three people's papers do.
    for nip in inside.people_before_the_quiz(server, 6):
        attempt = inside.open_quiz(server, nip)
        signed.takers.append(nip)
        found.setdefault("open", attempt)
        for kind, number in inside.kinds(server, attempt).items():
            if kind.name not in found:
                found[kind.name] = f"/kuis/percobaan/{attempt}?soal={number}"
                found[f"{kind.name} of"] = nip
        if len([name for name in found if name.endswith(" of")]) == len(type(kind)):
            break


def _at_the_desks(signed: Signed, found: dict[str, str]) -> None:
    context = signed.browser.new_context(base_url=signed.server.url)
    page = context.new_page()
    context.add_cookies(signed.cookies("pengajar"))
    for name, folder in (("upload_bad", BAD), ("upload_good", GOOD)):
        page.goto("/studio/unggah")
        _choose(page, f"{folder.name}.zip", zip_of(files_of(folder), folder.name))
        page.wait_for_url("**/studio/unggahan/*")
        found[name] = page.url
    _in_the_studio(page, found)
    context.clear_cookies()
    context.add_cookies(signed.cookies("admin"))
    page.goto("/admin/impor")
    page.locator("[name=jenis]").select_option("PEOPLE")
    if page.locator("select[name=instansi]").count():
        page.locator("select[name=instansi]").select_option(index=1)
    _choose(page, "pegawai.csv", SHEET.encode())
    page.wait_for_url("**/admin/impor/*")
    expect(page.locator("h1")).to_contain_text("baris", timeout=30_000)
    found["sheet"] = page.url
    context.clear_cookies()
    context.add_cookies(signed.cookies("kepegawaian"))
    for name, who in (("eligible", "asn_lulus"), ("ineligible", "asn_belum")):
        page.goto("/kelayakan")
        page.locator("main form [name=who]").first.fill(NIP[who])
        rule = page.locator("main form [name=rule]").first
        rule.select_option(index=rule.locator("option").count() - 1)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/kelayakan/*")
        found[name] = page.url
    context.close()


def _in_the_studio(page: Page, found: dict[str, str]) -> None:
    page.goto(TAUGHT)
    page.locator("main .head .btn--main").click()
    page.wait_for_url("**/studio/naskah/*")
    found["draft"] = page.url
    page.goto(f"{page.url}/formulir/{FILE}")
    link = page.locator("tbody tr").filter(has_text="Soal pilihan ganda").locator("a").first
    found["form_question"] = link.get_attribute("href") or ""
    page.goto(f"{TAUGHT}/coba/modul/media-sosial-dan-grup")
    found["trial_dilemma"] = page.locator("main a[href*='/dilema/']").first.get_attribute("href") or ""
    # A key is proposed: what it would change is shown first, then it waits for the second person.
    page.goto(f"{TAUGHT}/soal")
    found["item"] = (page.locator("tbody a[href*='/soal/']").first.get_attribute("href") or "").split("?")[0]
    page.goto(f"{found['item']}/kunci")
    page.locator("[name=cara]").last.check()
    page.locator("[name=alasan]").fill("Dua pilihan dapat dibenarkan menurut pasalnya.")
    page.get_by_role("button", name="Lihat akibatnya").click()
    page.get_by_role("button", name="Ajukan kepada orang kedua").click()
    page.wait_for_url("**/studio/koreksi/*")
    found["correction"] = page.url


def _choose(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()


def speak(page: Page, language: str) -> None:
    """By the switch in the head of the page."""
    page.goto("/bantuan")
    if page.locator("html").get_attribute("lang") != language:
        menu = page.locator(".me > summary")
        if menu.count():
            menu.click()
        page.locator(f'button[name=bahasa][value="{language}"]').click()
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_is_fit_for_everybody(
    row: Row,
    signed: Signed,
    places: dict[str, str],
    page_at: Callable[..., Page],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    who = row.who
    if who == "taker":
        who = places.get(f"{row.address.strip('{}')} of", signed.takers[0])
    address = re.sub(r"\{(\w+)\}", lambda name: places[name[1]], row.address)
    page = page_at(360)
    if who:
        page.context.add_cookies(signed.cookies(who))
    for shown in SHOWN[PAGES.index(row) % len(SHOWN)]:
        page.set_viewport_size({"width": shown.width, "height": 780 if shown.width < 600 else 900})
        page.emulate_media(color_scheme=shown.scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.context.add_cookies(
            [{"name": LANGUAGE_COOKIE, "value": shown.language, "url": signed.server.url}]
        )
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == row.status
        expect(page.locator("html")).to_have_attribute("lang", shown.language)
        expect(page.locator("h1")).to_have_count(1)
        shot(page, f"{row.name}-{shown.language}-{shown.width}-{shown.scheme}")
        assert_accessible(page)


# Forms sent empty come back with a summary that has the focus. Who, address, the button that sends.
EMPTY_FORMS = (
    (None, "/masuk", "Masuk"),
    (None, "/lupa-sandi", None),
    ("asn_tengah", "/akun", "Ganti kata sandi"),
    ("kepegawaian", "/kelayakan", "Periksa kelayakan"),
    ("pengajar", "/studio/unggah", "Unggah dan periksa"),
    ("admin", "/admin/orang/baru", None),
    ("admin", "/admin/peran", "Beri peran"),
    ("admin", "/admin/unit/baru", None),
    ("admin", "/admin/impor", "Unggah dan periksa"),
    ("admin", "/admin/pemilihan/baru", None),
    ("admin", "/admin/penugasan/baru", None),
)


@pytest.mark.parametrize(("who", "address", "button"), EMPTY_FORMS, ids=[row[1] for row in EMPTY_FORMS])
def test_an_empty_form_says_what_to_fill_in(
    who: str | None,
    address: str,
    button: str | None,
    signed: Signed,
    page_at: Callable[..., Page],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(360, scheme="dark")
    if who:
        page.context.add_cookies(signed.cookies(who))
    page.goto(address)
    named = page.locator("main").get_by_role("button", name=button, exact=True) if button else None
    (named or page.locator("main form .btn--main")).first.click()
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    expect(page).to_have_title(re.compile("^Galat:"))
    shot(page, f"formulir-kosong-{address}")
    assert_accessible(page)


@pytest.mark.parametrize("address", ["/admin/impor", "/kelayakan"])
def test_on_a_phone_the_menu_shows_where_one_is(
    address: str, signed: Signed, page_at: Callable[..., Page]
) -> None:
    page = page_at(360)
    page.context.add_cookies(signed.cookies("admin"))
    page.goto(address)
    for here in page.locator(":is(.nav, .tabs) [aria-current]").all():
        box = here.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_the_switch_turns_the_words_and_back(page_at: Callable[..., Page]) -> None:
    page = page_at(360)
    speak(page, "en")
    page.goto("/masuk")
    expect(page.locator("main button[type=submit]").first).to_have_text("Sign in")
    expect(page.locator("h1")).not_to_have_text("Masuk ke Netra")
    speak(page, "id")
    page.goto("/masuk")
    expect(page.locator("main button[type=submit]").first).to_have_text("Masuk")
