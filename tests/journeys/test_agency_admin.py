"""An agency's admin: a spreadsheet with mistakes, its refused rows corrected and sent again, then a list that is too short."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from learning.people.demo_people import PASSWORD
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import NIP
from tests.journeys.test_desks import HEAD, send_sheet

GOOD = "199003032015032951;Siti Rahmah;;SGT.DINKES;Perawat;fungsional;III/b;PNS;2026-01-02"
WRONG_UNIT = "199003032015032952;Tono Wijaya;;SGT.DINKEZ;Perawat;fungsional;III/b;PNS;2026-01-02"
WRONG_DATE = "199003032015032953;Umi Kalsum;;SGT.DINKES;Bidan;fungsional;III/b;PNS;31-13-2026"


REFRESHER = "penyegaran-netralitas"


def in_the_regency(page: Page) -> int:
    """How many people the page of units counts for the regency."""
    row = page.locator("tbody tr").filter(has_text="Kabupaten Sagara Timur")
    found = re.search(r"%\s+(\d+)", row.inner_text())
    assert found, row.inner_text()
    return int(found[1])


def test_an_admin_corrects_the_refused_rows_and_sees_each_change_before_it_happens(
    new_server: Callable[[], LiveServer],
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280, server=new_server())
    sign_in(page, NIP["admin"], PASSWORD)
    page.goto("/unit")
    people_before = in_the_regency(page)

    send_sheet(page, "pegawai.csv", f"{HEAD}\n{GOOD}\n{WRONG_UNIT}\n{WRONG_DATE}\n".encode())
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("2 baris perlu diperbaiki, 1 baris dapat diterapkan", timeout=30_000)
    expect(page.locator("main")).to_contain_text("sgt.dinkes")
    assert_accessible(page)
    shot(page, "impor-1280-dua-salah")

    # The refused rows come back in their own columns, with row number and remedy; two cells are mended.
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh baris untuk diperbaiki (CSV)").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["nomor baris"] for row in rows] == ["3", "4"]
    assert all(row["perbaikan"] for row in rows)
    mended = text.replace("SGT.DINKEZ", "SGT.DINKES").replace("31-13-2026", "31-12-2025")

    page.get_by_role("button", name="Terapkan 1 baris").click()
    expect(title).to_have_text("Impor selesai", timeout=30_000)

    send_sheet(page, "perbaikan.csv", mended.encode("utf-8-sig"))
    expect(title).to_have_text("2 baris dapat diterapkan", timeout=30_000)
    expect(page.locator("main")).to_contain_text("Tono Wijaya")
    page.get_by_role("button", name="Terapkan 2 baris").click()
    expect(title).to_have_text("Impor selesai", timeout=30_000)
    assert_accessible(page)

    page.goto("/unit")
    assert in_the_regency(page) == people_before + 3

    # Somebody moves: the old unit and the new one stand beside each other before anything happens.
    moved = GOOD.replace("SGT.DINKES", "SGT.SETDA").replace("2026-01-02", "2026-06-01")
    send_sheet(page, "pindah.csv", f"{HEAD}\n{moved}\n".encode())
    expect(title).to_have_text("1 baris dapat diterapkan", timeout=30_000)
    expect(page.locator("ins")).to_have_text("Sekretariat Daerah")
    assert_accessible(page)
    shot(page, "impor-1280-pindah")

    # A list that is called complete and names one person would end the seats of everybody else.
    page.goto("/admin/impor")
    page.locator("[name=jenis]").select_option("PEOPLE")
    agency = page.locator("select[name=instansi]")
    if agency.count():
        agency.select_option(label="Kabupaten Sagara Timur")
    page.get_by_label("Berkas ini memuat seluruh pegawai instansi").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "lengkap.csv", "mimeType": "text/csv", "buffer": f"{HEAD}\n{GOOD}\n".encode()}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()
    page.wait_for_url("**/admin/impor/*")
    expect(page.locator("main")).to_contain_text("Jauh lebih banyak daripada biasanya", timeout=30_000)
    assert_accessible(page)
    shot(page, "impor-1280-terlalu-banyak")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.locator("main")).to_contain_text("Tulis alasannya, paling sedikit 10 huruf.")
    page.set_viewport_size({"width": 360, "height": 740})
    assert_accessible(page)
    shot(page, "impor-360-terlalu-banyak")


def test_who_was_imported_is_assigned_and_follows_when_the_date_moves(
    new_server: Callable[[], LiveServer],
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280, server=new_server())
    sign_in(page, NIP["admin"], PASSWORD)
    send_sheet(page, "pegawai.csv", f"{HEAD}\n{GOOD}\n".encode())
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("1 baris dapat diterapkan", timeout=30_000)
    page.get_by_role("button", name="Terapkan 1 baris").click()
    expect(title).to_have_text("Impor selesai", timeout=30_000)

    # The refresher for the whole regency, a week before the campaign.
    page.goto("/admin/penugasan/baru")
    page.locator("[name=kursus]").select_option(REFRESHER)
    unit = page.locator("[name=unit] option").filter(has_text="Kabupaten Sagara Timur").first
    page.locator("[name=unit]").select_option(unit.get_attribute("value") or "")
    page.locator("[name=tahapan]").select_option("1:CAMPAIGN")
    page.locator("[name=hari]").fill("7")
    page.locator("[name=dasar]").fill("Surat edaran Bupati nomor 12 tahun 2026")
    page.get_by_role("button", name="Periksa dahulu").click()
    expect(title).to_contain_text("orang akan wajib mengikuti kursus ini")
    people = int((title.inner_text().split(" ")[0]).replace(".", ""))
    assert people > 100
    expect(page.locator("main")).to_contain_text("14 Desember 2026".replace(" ", "\u00a0"))
    assert_accessible(page)
    page.get_by_role("button", name="Tugaskan kursus ini").click()
    page.wait_for_url("**/admin/penugasan")
    expect(page.locator("main")).to_contain_text(f"dari {people}")

    # The determination of candidates is put off by a week, and with it the campaign: what follows from it is shown with whose due dates, then it is done.
    page.goto("/admin/pemilihan/1?tahapan=CANDIDATE_DETERMINATION")
    page.locator("[name=tahapan]").select_option("CANDIDATE_DETERMINATION")
    page.locator("[name=mulai]").fill("2026-12-25")
    page.locator("[name=sampai]").fill("2026-12-25")
    page.get_by_role("button", name="Simpan tahapan").click()
    expect(title).to_contain_text("orang ikut bergeser")
    expect(page.locator("main")).to_contain_text("7 hari lebih lambat")
    assert_accessible(page)
    shot(page, "pemilihan-1280-geser")
    page.get_by_role("button", name="Geser tahapan ini").click()
    expect(page.locator(".notice--ok")).to_contain_text("ikut bergeser")

    # And so it stands with the person who came by the file an hour ago.
    page.goto("/admin/orang?q=Siti+Rahmah")
    person = (page.locator("tbody a").first.get_attribute("href") or "").rsplit("/", 1)[1]
    page.goto(f"/orang/{person}")
    expect(page.locator("main")).to_contain_text("Penyegaran")
    expect(page.locator("main")).to_contain_text("21 Desember 2026".replace(" ", "\u00a0"))
