"""Forms as a browser sees them: where they go, what they ask, what stands in them, and whether a sentence says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class SeenField:
    """One control: its kind, its value, and the values one could choose."""

    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class SeenForm:
    """A form that posts."""

    action: str
    fields: dict[str, SeenField] = field(default_factory=dict)
    sentences: int = 0


class Reader(HTMLParser):
    """Collects the forms of a page; a button with its own address makes one more form of the same fields."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.forms, self.form = here, [], None
        self.sentences, self.elsewhere = 0, []
        self.select: str | None = None
        self.area: str | None = None

    here: str
    forms: list[SeenForm]
    form: SeenForm | None
    elsewhere: list[str]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        at = {name: value or "" for name, value in attrs}
        classes = at.get("class", "").split()
        self.sentences += bool({"field__error", "errors", "notice"} & set(classes)) or "alert" in at.get(
            "role", ""
        )
        if tag == "form":
            self.form = SeenForm(at.get("action") or self.here) if at.get("method") == "post" else None
        elif self.form is not None:
            self._control(self.form, tag, at)

    def _control(self, form: SeenForm, tag: str, at: dict[str, str]) -> None:
        name = at.get("name", "")
        if tag == "button" and at.get("formaction"):
            self.elsewhere.append(at["formaction"])
        if tag == "option" and self.select:
            seen = form.fields[self.select]
            seen.choices.append(at.get("value", ""))
            if "selected" in at:
                seen.value = at.get("value", "")
        elif not name:
            return
        elif tag == "select":
            self.select = name
            form.fields[name] = SeenField("select")
        elif tag == "textarea":
            self.area = name
            form.fields[name] = SeenField("textarea")
        elif tag in {"input", "button"}:
            kind = at.get("type", "text") if tag == "input" else "button"
            seen = form.fields.setdefault(name, SeenField(kind))
            if kind in {"radio", "checkbox", "button"}:
                seen.choices.append(at.get("value", "on"))
                seen.value = at.get("value", "on") if "checked" in at else seen.value
            else:
                seen.value = at.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area is not None:
            self.form.fields[self.area].value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None
        elif tag == "form" and self.form is not None:
            self.forms += [self.form, *(SeenForm(to, self.form.fields) for to in self.elsewhere)]
            self.form, self.elsewhere = None, []


def read_page(text: str, here: str) -> Reader:
    """The page's posting forms, and how many places of it say what is wrong."""
    reader = Reader(here)
    reader.feed(text)
    return reader
