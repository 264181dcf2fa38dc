"""At the desks: a trainer sends in a course with mistakes and then a good one, an admin a damaged spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import FilePayload, Page, expect

from learning.people.demo_people import PASSWORD
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import NIP
from tests.pages.courses.zips import BAD, FIXTURES, GOOD, files_of, zip_of

PLANTED = yaml.safe_load((FIXTURES / "dua-puluh-kesalahan.yaml").read_text(encoding="utf-8"))["ditanam"]
HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai"
DAMAGED = "1,99E+17;Dewi Lestari;;SGT.DINKES;Perawat;fungsional;III/b;PNS;2026-01-02"
SOUND = "199003032015032999;Siti Rahmah;;SGT.DINKES;Perawat;fungsional;III/b;PNS;2026-01-02"


@pytest.fixture(scope="module")
def office(new_server: Callable[[], LiveServer]) -> LiveServer:
    """A server of this module's own: courses and people are added to it."""
    return new_server()


def send_in(page: Page, folder: Path) -> None:
    page.goto("/studio/unggah")
    content: FilePayload = {
        "name": f"{folder.name}.zip",
        "mimeType": "application/zip",
        "buffer": zip_of(files_of(folder), folder.name),
    }
    page.locator("input[type=file]").set_input_files(content)
    page.get_by_role("button", name="Unggah dan periksa").click()
    page.wait_for_url("**/studio/unggahan/*")


def test_a_trainer_sees_all_twenty_mistakes_then_publishes_a_good_course(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280, server=office)
    sign_in(page, NIP["pengajar"], PASSWORD)

    send_in(page, BAD)
    expect(page.get_by_role("heading", level=1)).to_have_text("20 kesalahan menahan penerbitan")
    shown = set()
    for section in page.locator("section:has(> h2 > code)").all():
        file = section.locator("h2 code").inner_text()
        for item in section.locator(".problems > li").all():
            words = item.inner_text()
            line = re.search(r"Baris (\d+)", words)
            assert line, words
            shown |= {
                place
                for place in PLANTED
                if place == f"{file}:{line[1]} {place.split()[-1]}" and place.split()[-1] in words
            }
    assert shown == set(PLANTED)
    assert_accessible(page)
    shot(page, "studio-1280-dua-puluh-kesalahan")

    send_in(page, GOOD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Siap terbit sebagai kursus baru")
    assert_accessible(page)
    shot(page, "studio-1280-pratinjau")
    page.locator(".steps a").first.click()
    expect(page.locator("main")).to_contain_text("Netral di hari kerja")
    assert_accessible(page)
    page.go_back()
    page.get_by_role("button", name="Jadikan naskah").click()
    page.get_by_role("link", name="Periksa seluruh kursus").click()
    page.wait_for_url("**/periksa")
    assert_accessible(page)
    page.get_by_role("button", name="Kirim untuk ditelaah").click()
    page.wait_for_url("**/telaah")
    expect(page.get_by_role("button", name="Simpan putusan")).to_have_count(0)

    # Somebody else, in another session, reads it and approves.
    second = page_at(1280, server=office)
    sign_in(second, NIP["penelaah"], PASSWORD)
    second.goto(page.url)
    assert_accessible(second)
    shot(second, "studio-1280-telaah")
    second.get_by_role("radio", name="Setujui").check()
    second.get_by_role("button", name="Simpan putusan").click()
    expect(second.locator("main")).to_contain_text("Naskah disetujui.")

    page.goto(second.url)
    page.get_by_role("link", name="Terbitkan", exact=True).click()
    assert_accessible(page)
    page.get_by_role("button", name="Terbitkan kursus").first.click()
    page.locator("dialog[open] [data-yes]").click()
    expect(page.locator("main")).to_contain_text("Terbitan 1 sudah berlaku.")

    # A learner who looks afterwards finds it.
    learner = page_at(360, server=office)
    sign_in(learner, NIP["asn_lulus"], PASSWORD)
    learner.goto("/kursus/kursus-lengkap")
    expect(learner.get_by_role("button", name="Mulai belajar")).to_be_visible()
    assert_accessible(learner)


def send_sheet(page: Page, name: str, content: bytes) -> None:
    page.goto("/admin/impor")
    page.get_by_label("Isi berkas").or_(page.locator("[name=jenis]")).first.select_option("PEOPLE")
    agency = page.locator("select[name=instansi]")
    if agency.count():
        agency.select_option(label="Kabupaten Sagara Timur")
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()
    page.wait_for_url("**/admin/impor/*")


def test_an_admin_imports_a_sheet_whose_numbers_a_spreadsheet_program_has_damaged(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280, server=office)
    sign_in(page, NIP["admin"], PASSWORD)
    send_sheet(page, "pegawai.csv", f"{HEAD}\n{SOUND}\n{DAMAGED}\n".encode())
    # The worker checks the file, the page follows by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 baris perlu diperbaiki, 1 baris dapat diterapkan", timeout=30_000
    )
    row = page.locator("tbody tr").filter(has_text="1,99E+17")
    expect(row).to_contain_text("mengubah NIP menjadi bilangan")
    expect(row).to_contain_text("3")
    assert_accessible(page)
    shot(page, "impor-1280-nip-rusak")
    page.get_by_role("button", name="Terapkan 1 baris").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Impor selesai", timeout=30_000)
    page.goto("/admin/orang?q=Siti+Rahmah")
    expect(page.locator("main")).to_contain_text("Siti Rahmah")
    page.goto("/admin/orang?q=Dewi+Lestari")
    expect(page.get_by_text("Tidak ada yang cocok")).to_be_visible()
