"""Somebody who uses the form view as a browser without script does."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.pages.forms import SeenForm, read_page

PATH = "01-pembuka.md"


class Trainer:
    """Somebody who fills in what a page shows, presses a button, and looks at the answer."""

    def __init__(self, browser: FlaskClient, draft: str) -> None:
        self.browser, self.home = browser, f"/studio/naskah/{draft}/formulir/{PATH}"
        self.form: SeenForm = SeenForm("")
        self.page: Any = None

    def open(self, place: str = "") -> Any:
        self._show(self.browser.get(f"{self.home}{place}"), f"{self.home}{place}")
        return self.page

    def _show(self, response: Any, here: str) -> None:
        self.page = response
        forms = [form for form in read_page(response.text, here).forms if "bentuk" in form.fields]
        self.form = forms[0] if forms else SeenForm("")

    def press(self, button: str = "simpan", **typed: Any) -> Any:
        values = {
            name: seen.value
            for name, seen in self.form.fields.items()
            if name != "tombol" and (seen.value or seen.kind not in ("checkbox", "radio"))
        }
        unknown = {name.replace("__", "-") for name in typed} - set(self.form.fields)
        assert not unknown, unknown
        values |= {name.replace("__", "-"): value for name, value in typed.items()}
        values = {name: value for name, value in values.items() if value is not False}
        action = self.form.action
        self._show(self.browser.post(action, data={**values, "tombol": button}), action)
        return self.page

    def fill(self, values: dict[str, Any]) -> Any:
        return self.press(**{name.replace("-", "__"): value for name, value in values.items()})
