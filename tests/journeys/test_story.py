"""The whole story: a teacher learns what is due, studies, decides, passes, shows her certificate; three others look."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from learning.people.demo_people import PASSWORD, plan
from tests.journeys import quiz_page as quiz
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import COURSE, NIP, right_answers, unit_id

SCHOOL = "SGT.SMPN2"
HEAD_OF_SCHOOL = next(person.number for person in plan() if person.unit == SCHOOL and person.leads)
DILEMMAS_AT_LEAST, BRANCHING_AT_LEAST = 12, 3


@dataclass
class Studied:
    """What somebody met on the way through the course."""

    modules: list[str] = field(default_factory=list)
    dilemmas: list[str] = field(default_factory=list)
    branching: int = 0


def passed_and_assigned(page: Page) -> tuple[int, int]:
    """The two numbers of a unit's page: "3 dari 27 orang sudah lulus"."""
    words = page.get_by_text(re.compile(r"\d+ dari \d+ orang sudah lulus")).first.inner_text()
    found = re.search(r"(\d+) dari (\d+)", words)
    assert found, words
    return int(found[1]), int(found[2])


def study(page: Page, after_each: Callable[[Page], None]) -> Studied:
    """Follow the one button of every page from the first module to the quiz."""
    seen = Studied()
    while "/kuis/" not in page.url:
        if "/dilema/" in page.url:
            decide(page, seen, after_each)
        else:
            if page.url not in seen.modules:
                seen.modules.append(page.url)
                after_each(page)
            finish = page.get_by_role("button", name="Selesai membaca")
            onward = finish if finish.count() else page.locator("article .card .btn--main").last
            before = page.url
            onward.click()
            page.wait_for_url(lambda address, before=before: address != before)
        assert len(seen.modules) + len(seen.dilemmas) < 80, "the way does not end"
    return seen


def decide(page: Page, seen: Studied, after_each: Callable[[Page], None]) -> None:
    """Take the first way to act in every scene, read what comes of it, go on."""
    first = not seen.dilemmas
    seen.dilemmas.append(page.url)
    scenes = 0
    while page.locator("input[name=pilihan]").count():
        scenes += 1
        # Every other dilemma another way: both ends of a branching story are gone through by somebody.
        page.locator("input[name=pilihan]").nth(len(seen.dilemmas) % 2).check()
        page.get_by_role("button", name="Tetapkan pilihan").click()
        expect(page.locator(".after__verdict").last).to_be_visible()
        expect(page.locator(".after .law").last).to_contain_text("Ringkasan penyusun")
    seen.branching += scenes > 1
    expect(page.get_by_role("heading", name="Bagaimana orang lain memilih").last).to_be_visible()
    if first:
        after_each(page)
    before = page.url
    page.locator(".row > .btn--main").last.click()
    page.wait_for_url(lambda address: address != before)


def read_pdf(path: Path) -> str:
    assert path.read_bytes().startswith(b"%PDF")
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return re.sub(r"\s+", " ", done.stdout)


def test_a_teacher_passes_and_everybody_concerned_sees_it(
    new_server: Callable[[], LiveServer],
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
    tmp_path: Path,
) -> None:
    server = new_server()
    school = unit_id(server, SCHOOL)

    # The admin puts the head of the school in charge of it; she sees where it stands before.
    admin = page_at(1280, server=server)
    sign_in(admin, NIP["admin"], PASSWORD)
    admin.goto("/admin/peran")
    admin.get_by_label("NIP atau NI PPPK penerima").fill(HEAD_OF_SCHOOL)
    admin.get_by_label("Peran", exact=True).select_option("SUPERVISOR")
    admin.get_by_label("Berlaku untuk unit").select_option(str(school))
    admin.get_by_role("button", name="Beri peran").click()
    expect(admin.get_by_text("Peran diberikan")).to_be_visible()
    head = page_at(1280, server=server)
    sign_in(head, HEAD_OF_SCHOOL, PASSWORD)
    head.goto(f"/unit/{school}")
    before, assigned = passed_and_assigned(head)

    # What is due, by when, and why.
    page = page_at(360, server=server)
    sign_in(page, NIP["asn_belum"], PASSWORD)
    due = page.locator(".due")
    expect(due).to_contain_text("Netralitas ASN Pra-Kampanye")
    expect(due).to_contain_text(re.compile(r"Wajib, \d+ hari lagi"))
    expect(due).to_contain_text("Selesaikan paling lambat")
    due.get_by_text("Mengapa saya, dan mengapa tanggal itu?").click()
    expect(due).to_contain_text("Pemungutan Suara Ulang Bupati Sagara Timur")
    expect(due).to_contain_text("UU 20/2023")
    assert_accessible(page)
    shot(page, "kisah-360-beranda")

    # Studying: one button leads through everything.
    due.get_by_role("button", name="Mulai Modul 1").click()
    page.wait_for_url(f"**/kursus/{COURSE}/*")
    seen = study(page, assert_accessible)
    assert len(seen.modules) == 8
    assert len(seen.dilemmas) == len(set(seen.dilemmas)) >= DILEMMAS_AT_LEAST
    assert seen.branching >= BRANCHING_AT_LEAST

    # The quiz, every answer right and every answer seen as saved.
    expect(page.locator("main")).to_contain_text("Setiap jawaban tersimpan sendiri")
    page.get_by_role("button", name=re.compile("Mulai kuis")).click()
    page.wait_for_url("**/kuis/percobaan/*")
    attempt = quiz.attempt_of(page)
    forms = right_answers(server, attempt)
    assert len(forms) == 20
    for number, form in forms.items():
        expect(page.locator("#nomor-soal")).to_have_text(f"Soal {number} dari 20")
        quiz.answer(page, form)
        quiz.expect_saved(page)
        quiz.onward(page)
    expect(page.get_by_role("heading", name="Semua soal sudah terjawab")).to_be_visible()
    assert_accessible(page)
    quiz.hand_in(page)

    # Passed, and the certificate is there, on the same screen.
    expect(page.get_by_role("heading", name="Anda lulus dengan nilai 100")).to_be_visible()
    paper = page.locator(".cert")
    expect(paper).to_contain_text("Ratih Kusumaningrum")
    number = paper.locator("dt:has-text('Nomor') + dd").inner_text().strip()
    assert_accessible(page)
    shot(page, "kisah-360-lulus")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Unduh sertifikat (PDF)").click()
    coming.value.save_as(tmp_path / "sertifikat.pdf")
    text = read_pdf(tmp_path / "sertifikat.pdf")
    assert "Ratih Kusumaningrum" in text
    assert number in text

    # Anybody may check it, without an account: the address that stands in the QR code.
    address = page.locator("[data-copy]").get_attribute("data-copy")
    assert address is not None
    assert address.startswith(server.url)
    stranger = page_at(360, server=server, scheme="dark")
    stranger.goto(address)
    expect(stranger.locator(".after--ok h1")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("Ratih Kusumaningrum")
    expect(stranger.locator("main")).to_contain_text(number)
    digits = re.sub(r"\D", "", stranger.locator("dt:has-text('NIP') + dd").inner_text())
    assert NIP["asn_belum"] not in stranger.content()
    assert len(digits) < 18, "the NIP is masked"
    assert_accessible(stranger)

    # Personnel asks whether she may be promoted.
    office = page_at(1280, server=server)
    sign_in(office, NIP["kepegawaian"], PASSWORD)
    office.goto("/kelayakan")
    office.locator("main form [name=who]").first.fill(NIP["asn_belum"])
    rule = office.locator("main form [name=rule]").first
    rule.select_option(index=rule.locator("option").count() - 1)
    office.get_by_role("button", name="Periksa kelayakan").first.click()
    expect(office.locator(".after--ok .after__verdict")).to_be_visible()
    expect(office.locator("main")).to_contain_text(number)
    assert_accessible(office)
    shot(office, "kisah-1280-kelayakan")

    # Her supervisor sees the rate move, and she sees who looked at her data.
    head.reload()
    assert passed_and_assigned(head) == (before + 1, assigned)
    assert_accessible(head)
    page.goto("/data-saya")
    expect(page.locator("main")).to_contain_text("Nurlaela Tahir")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Tidak ada yang harus Anda selesaikan")
