"""The one blueprint of this package, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, request

from learning.people.queries import PAGE

bp = Blueprint("people", __name__)

BAD_INPUT = 422
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_name() -> str:
    """Browser and system in two words, as the list of sessions shows them; nothing finer is kept."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or "?"


def page_number() -> int:
    """`?hal=` as a page from 1; anything else is the first page."""
    raw = request.args.get("hal", "1")
    return int(raw) if raw.isascii() and raw.isdigit() and 1 <= len(raw) <= 6 and int(raw) >= 1 else 1


def page_range(page: int, shown: int, total: int) -> dict[str, int | bool]:
    """First and last line shown, and whether there are pages before and after."""
    first = (page - 1) * PAGE + 1
    return {
        "page": page,
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "before": page > 1,
        "after": page * PAGE < total,
    }
