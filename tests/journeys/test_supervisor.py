"""Monday morning of a supervisor: which unit is furthest behind, who is behind the number, the list, and a page for the head."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
from playwright.sync_api import Page, expect

from learning.people.demo_people import PASSWORD
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import NIP


def number(text: str) -> int:
    found = re.search(r"\d[\d.]*", text)
    assert found, text
    return int(found[0].replace(".", ""))


def test_a_supervisor_finds_the_worst_unit_its_people_and_takes_the_list_along(
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(360)
    sign_in(page, NIP["atasan"], PASSWORD)
    page.goto("/unit")
    assert_accessible(page)
    worst = page.locator("section[aria-labelledby=pohon] tbody tr").first
    name = worst.locator("th a").inner_text()
    missing = number(worst.locator("td[data-l=Belum]").inner_text())
    assert missing > 0

    worst.locator("th a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{missing} orang belum lulus")
    page.get_by_role("link", name=re.compile("orang yang belum lulus")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Belum lulus: {missing} orang")
    assert_accessible(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Unduh XLSX").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[-1][:2] == ("Lengkap, jumlah orang", missing)
    assert sum(1 for row in rows[1:] if row[1] and len(str(row[1])) == 21) == missing
    assert name in {str(row[1]).split(" (")[0] for row in rows}


def test_the_worker_makes_a_long_list_while_the_page_waits(
    live_server: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280, scheme="dark")
    sign_in(page, NIP["kepegawaian"], PASSWORD)
    page.goto("/unit")
    everybody = number(page.locator(".stat span").first.inner_text().split(" dari ")[1])
    # Who is exempt is on the list of everybody, and not in the base of the rate.
    everybody += number(page.locator(".stat").filter(has_text="dikecualikan").locator("b").inner_text())
    unit = page.url.split("?")[0]
    # The sample agencies are too small for the button to be shown; the order itself takes any length.
    token = page.locator("input[name=csrf_token]").first.get_attribute("value")
    page.evaluate(
        """([action, token]) => {
          const form = document.createElement("form");
          form.method = "post"; form.action = action;
          const field = document.createElement("input");
          field.name = "csrf_token"; field.value = token;
          form.append(field); document.body.append(form); form.submit();
        }""",
        [f"{unit}/orang/siapkan?bentuk=csv", token],
    )
    page.wait_for_url("**/unit/ekspor/*")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"{everybody} orang siap diunduh", timeout=30_000
    )
    assert_accessible(page)
    shot(page, "ekspor-1280-siap")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Unduh CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[-1][:2] == ["Lengkap, jumlah orang", str(everybody)]
    assert len({row[1] for row in rows if len(row[1]) == 21}) == everybody


def test_the_report_fits_one_sheet_and_the_comparison_tells_the_same(
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    page = page_at(1280)
    sign_in(page, NIP["kepegawaian"], PASSWORD)
    page.goto("/unit")
    page.get_by_role("link", name="Laporan satu halaman").click()
    assert_accessible(page)
    shot(page, "laporan-1280")
    share = re.search(r"\(([\d,]+%)\)", page.locator(".lead").inner_text())
    assert share
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
            assert len(paper.pages) == 1
    page.emulate_media(media="screen", color_scheme="light")

    page.set_viewport_size({"width": 360, "height": 780})
    assert_accessible(page)
    page.go_back()
    page.get_by_role("link", name="Bandingkan dengan pekan lalu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(share[1])
    assert_accessible(page)
    page.go_back()
    page.get_by_label("Cari unit di bawahnya").fill("muara")
    page.locator("form", has=page.get_by_label("Cari unit di bawahnya")).get_by_role("button").click()
    expect(page.get_by_role("link", name="Puskesmas Muara Lestari")).to_be_visible()
    assert_accessible(page)
