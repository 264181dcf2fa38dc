"""In the editor: a trainer writes beside the preview, sees a mistake at its line, is saved by itself, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from learning.people.demo_people import PASSWORD
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import COURSE, NIP

PATH = "03-media-sosial-dan-grup.md"
WRONG = """

::: dilema poster-baru "Poster di meja"
Poster tergeletak di meja rapat.

### Diam saja {.kurangtepat}
Poster itu beredar. [@pp-94-2021 pasal-5-n-6]
"""


@pytest.fixture(scope="module")
def office(new_server: Callable[[], LiveServer]) -> LiveServer:
    """A server of this module's own: drafts are written on it."""
    return new_server()


def open_file(page: Page, path: str = PATH) -> str:
    """Begin the draft of the official course and open one of its files; the address of the file."""
    page.goto("/studio/")
    token = page.locator("[name=csrf_token]").first.get_attribute("value") or ""
    begun = page.request.post(f"/studio/naskah/kursus/{COURSE}", form={"csrf_token": token})
    found = re.search(r"/studio/naskah/[0-9a-f-]{36}", begun.url)
    assert found
    page.goto(f"{found[0]}/berkas/{path}")
    return f"{found[0]}/berkas/{path}"


def text_in(page: Page) -> str:
    return page.locator("textarea[name=isi]").input_value()


def write_at_end(page: Page, words: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-text]")).to_have_text(re.compile(r"^Tersimpan \d\d\.\d\d$"))


def test_a_trainer_writes_a_dilemma_is_told_what_is_wrong_and_loses_nothing(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., object],
) -> None:
    page = page_at(1280, server=office)
    sign_in(page, NIP["pengajar"], PASSWORD)
    address = open_file(page)
    editor = page.get_by_role("textbox", name=f"Naskah {PATH}")
    expect(editor).to_be_visible()
    expect(page.locator("textarea[name=isi]")).to_be_hidden()

    # The mistake stands at its line and in the list above, with what was probably meant; the preview has come along.
    write_at_end(page, WRONG)
    problem = page.locator("[data-problems] li").filter(has_text="bobot-tidak-dikenal")
    expect(problem).to_contain_text("Mungkin maksud Anda kurang-tepat.")
    line = text_in(page).split("\n").index("### Diam saja {.kurangtepat}") + 1
    expect(problem.locator("a")).to_have_text(f"Baris {line}")
    expect(page.locator(".cm-line--bad").filter(has_text="Diam saja")).to_have_attribute(
        "data-m", "bobot tidak dikenal"
    )
    expect(page.locator("[data-preview] #d-poster-baru")).to_contain_text("Poster tergeletak di meja rapat.")
    expect(page.locator("[data-preview] #d-poster-baru")).to_be_in_viewport()
    saved(page)
    page.locator(".cm-scroller").evaluate("pane => { pane.scrollTop = 0; }")
    problem.locator("a").click()
    expect(page.locator(".cm-activeLine")).to_contain_text("Diam saja")
    shot(page, "editor-1280-kesalahan", full_page=False)
    assert_accessible(page)

    # Mended; a question and a citation from the menus.
    page.keyboard.press("End")
    for _letter in "kurangtepat}":
        page.keyboard.press("Backspace")
    page.keyboard.type("kurang-tepat}")
    expect(problem).to_have_count(0)
    page.get_by_role("group", name="Sisipkan").locator("summary", has_text="Soal").click()
    page.get_by_role("button", name="Menjodohkan").click()
    assert "::: soal soal-baru {tujuan=1 tingkat=sedang}\nPasangkan" in text_in(page)
    page.keyboard.type("Pasangkan")  # the sentence to replace was selected
    expect(page.locator('[data-place="soal soal-baru"]')).to_contain_text("Aturan ketiga")
    page.keyboard.press("End")
    page.get_by_role("group", name="Sisipkan").locator("summary", has_text="Kutipan").click()
    page.get_by_label("Cari pasal").fill("94 2021 pasal 5 n 7")
    page.get_by_role("button", name="Sisipkan PP 94/2021, Pasal 5 huruf n angka 7").click()
    assert "Pasangkan [@pp-94-2021 pasal-5-n-7]\n" in text_in(page)
    page.get_by_role("group", name="Sisipkan").locator("summary", has_text="Katalog").click()
    page.get_by_label("Cari perbuatan dalam katalog").fill("suka")
    page.locator("[data-found] [data-mode=katalog]").first.click()
    assert re.search(r'::: soal soal-baru \{tujuan=1 tingkat=sedang katalog="[vb]-\d\d"\}', text_in(page))

    saved(page)
    kept = text_in(page)
    page.reload()
    expect(editor).to_be_visible()
    assert text_in(page) == kept
    assert address in page.url

    # Tab is no trap.
    page.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-host]')") is None


def test_an_address_with_a_line_leads_to_it(
    office: LiveServer, page_at: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    page = page_at(1280, server=office)
    sign_in(page, NIP["pengajar"], PASSWORD)
    address = open_file(page, "05-perintah-atasan.md")
    wanted = [
        number for number, line in enumerate(text_in(page).split("\n"), start=1) if line.startswith("## ")
    ]
    for number in (wanted[-1], wanted[0]):  # the second only changes what stands behind the sign #
        page.goto(f"{address}#baris-{number}")
        line = page.locator(".cm-activeLine").filter(has_text="## ")
        expect(line).to_have_text(text_in(page).split("\n")[number - 1])
        expect(line).to_be_in_viewport()
        expect(page.locator(".cm-content")).to_be_focused()


def test_two_tabs_never_overwrite_each_other_and_a_dropped_line_loses_nothing(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., object],
) -> None:
    one = page_at(1280, server=office)
    sign_in(one, NIP["pengajar"], PASSWORD)
    address = open_file(one, "04-keluarga-dan-cuti.md")
    two = one.context.new_page()
    two.goto(address)
    expect(two.locator(".cm-content")).to_be_visible()
    write_at_end(one, "\n\nKalimat dari tab pertama.")
    one.keyboard.press("Control+s")
    saved(one)

    write_at_end(two, "\n\nKalimat dari tab kedua.")
    expect(two.get_by_role("heading", name="Ada dua teks untuk berkas ini")).to_be_visible()
    expect(two.locator("[data-conflict] ins").first).to_contain_text("kedua")
    assert "Kalimat dari tab kedua." in text_in(two)
    assert_accessible(two)
    shot(two, "editor-1280-dua-teks", full_page=False)

    # A reload in the middle of it: the unsaved text is offered, and taking it shows the two texts again.
    two.reload()
    expect(two.get_by_text("Ada teks yang belum sempat tersimpan")).to_be_visible()
    assert "Kalimat dari tab kedua." not in text_in(two)
    two.get_by_role("button", name="Pakai teks itu").click()
    two.get_by_role("button", name="Simpan teks saya di atasnya").click()
    saved(two)
    assert "Kalimat dari tab kedua." in text_in(two)

    one.context.set_offline(True)
    write_at_end(one, " Ditulis tanpa jaringan.")
    expect(one.locator("[data-saved-text]")).to_have_text("Belum tersimpan, sambungan terputus. Dicoba lagi.")
    one.context.set_offline(False)
    one.get_by_role("button", name="Pakai teks yang tersimpan").click(timeout=30_000)
    assert "Kalimat dari tab kedua." in text_in(one)
    assert "Ditulis tanpa jaringan." not in text_in(one)
    one.keyboard.press("Control+z")
    assert "Ditulis tanpa jaringan." in text_in(one)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_editor_is_accessible(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., object],
    width: int,
    scheme: str,
) -> None:
    page = page_at(width, scheme, server=office)
    sign_in(page, NIP["pengajar"], PASSWORD)
    address = open_file(page, "02-sebelum-kampanye.md")
    write_at_end(page, "\n\n::: soal tanpa-kunci\n")
    expect(page.locator("[data-problems] .p--bad").first).to_be_visible()
    assert_accessible(page)
    shot(page, f"editor-{width}-{scheme}", full_page=False)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+f")
    expect(page.get_by_placeholder("Cari", exact=True)).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("group", name="Sisipkan").locator("summary", has_text="Kutipan").click()
    expect(page.locator("[data-found] [data-insert]").first).to_be_visible()
    assert_accessible(page)
    saved(page)
    for more in ("/riwayat", "/riwayat/1"):
        page.goto(address + more)
        assert_accessible(page)


def test_without_script_everything_is_there_too(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
) -> None:
    page = page_at(360, server=office, script=False)
    sign_in(page, NIP["pengajar"], PASSWORD)
    open_file(page, "06-fasilitas-program-uang.md")
    page.get_by_role("group", name="Sisipkan").locator("summary", has_text="Soal").first.click()
    page.locator("summary", has_text="Isian singkat").click()
    sample = page.locator("pre").filter(has_text="= jawaban lain yang diterima").inner_text()
    box = page.get_by_role("textbox", name="Naskah")
    box.fill(f"{box.input_value()}\n{sample}\n::: soal belum-selesai\n")
    page.get_by_role("button", name="Simpan dan lihat pratinjau").click()
    expect(page.locator("[data-preview]")).to_contain_text("jawaban lain yang diterima")
    link = page.locator("[data-problems] a").first
    link.click()
    expect(page.locator(":target")).to_contain_text("::: soal belum-selesai")
