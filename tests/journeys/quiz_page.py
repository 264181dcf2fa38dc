"""The quiz as a person uses it: answer what the page asks, see that it is saved, go on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

SAVED = re.compile(r"Tersimpan \d\d\.\d\d|Saved")


def attempt_of(page: Page) -> str:
    """The attempt's public id, from the address."""
    found = re.search(r"/kuis/percobaan/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]


def answer(page: Page, form: Mapping[str, list[str]]) -> None:
    """Fill in one question: press choices, pick from lists, type."""
    for name, values in form.items():
        field = page.locator(f'#soal [name="{name}"]')
        if field.count() == 1 and field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(values[0])
        elif field.count() == 1 and field.get_attribute("type") in {None, "text"}:
            field.fill(values[0])
        else:
            for value in values:
                page.locator(f'#soal [name="{name}"][value="{value}"]').check()


def saved_line(page: Page) -> Locator:
    """Where the page says whether the answer is kept."""
    return page.locator("[data-saved-text]")


def expect_saved(page: Page) -> None:
    """The server has it: the page says so, with the time."""
    expect(saved_line(page)).to_have_text(SAVED)


def onward(page: Page) -> None:
    """To the next question, or to the overview after the last."""
    page.locator(".qfoot .btn--main").click()


def hand_in(page: Page) -> None:
    """From the overview to the result."""
    page.get_by_role("button", name=re.compile(r"^Kumpulkan")).click()
    page.wait_for_url("**/hasil")
