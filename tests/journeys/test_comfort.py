"""What script adds, in a real browser: and that nothing of it is needed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

Open = Callable[..., Page]


def test_a_chosen_theme_is_there_before_the_first_paint(page_at: Open) -> None:
    page = page_at(360)
    page.goto("/komponen")
    page.locator("main [data-theme-toggle]").click()
    page.goto("/masuk")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_what_needs_script_is_hidden_without_it(page_at: Open) -> None:
    page = page_at(1280, script=False)
    page.goto("/komponen")
    expect(page.locator("main [data-theme-toggle]")).to_be_hidden()
    expect(page.locator("[data-copy]")).to_be_hidden()


def test_a_copy_is_announced(page_at: Open) -> None:
    page = page_at(1280)
    page.goto("/komponen")
    page.locator("[data-copy]").click()
    expect(page.locator("[role=status] > .toast")).to_have_text("Tautan verifikasi disalin")


def test_a_dialog_opens_closes_and_gives_the_focus_back(page_at: Open) -> None:
    page = page_at(360)
    page.goto("/komponen")
    opener = page.locator("[data-open=dlg-contoh]")
    opener.click()
    dialog = page.get_by_role("dialog", name="Kumpulkan sekarang?")
    expect(dialog).to_be_visible()
    dialog.locator("[data-close]").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_account_menu_closes_with_escape(page_at: Open) -> None:
    page = page_at(360)
    page.goto("/masuk")
    page.locator("button.persona").first.click()
    menu = page.locator("details.me")
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Data saya")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.get_by_role("link", name="Data saya")).to_be_hidden()


def test_however_often_one_taps_a_form_is_sent_once(page_at: Open) -> None:
    page = page_at(360)
    posts: list[Request] = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    page.goto("/privasi")
    page.evaluate(
        """() => { const button = document.querySelector('form[action="/bahasa"] button');
                   for (let i = 0; i < 5; i++) button.click(); }"""
    )
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert len(posts) == 1


def test_a_form_that_came_back_has_the_focus_on_what_to_mend(page_at: Open) -> None:
    page = page_at(360)
    page.goto("/masuk")
    page.get_by_role("button", name="Masuk", exact=True).click()
    summary = page.locator(".errors")
    expect(summary).to_be_focused()
    assert page.title().startswith("Galat:")
    summary.get_by_role("link").first.click()
    expect(page.locator("#nip")).to_be_focused()


def test_the_gallery_is_accessible_in_both_themes(
    page_at: Open, assert_accessible: Callable[[Page], None]
) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        page = page_at(width, scheme=scheme)
        page.goto("/komponen")
        assert_accessible(page)


def test_error_pages_are_accessible(page_at: Open, assert_accessible: Callable[[Page], None]) -> None:
    for scheme in ("light", "dark"):
        page = page_at(360, scheme=scheme)
        page.goto("/tidak/ada")
        assert_accessible(page)
