"""From the facts of a print edition to the words of its first pages. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from certificates.indonesian import date_words, number_words


def view(data: dict[str, Any]) -> dict[str, Any]:
    """Everything the template prints. `entries`: (certificate number, pages); `cover_pages`: pages before the first paper."""
    page, rows = int(data["cover_pages"]) + 1, []
    for place, (number, pages) in enumerate(data["entries"], 1):
        last = page + int(pages) - 1
        rows.append((place, number, str(page) if pages == 1 else f"{page}–{last}"))
        page = last + 1
    issuer = data["issuer"]
    made = datetime.fromisoformat(data["made_at"]).astimezone(ZoneInfo(data["timezone"]))
    return {
        "number": data["number"],
        "made_iso": data["made_at"][:10],
        "facts": [
            ("Unit", data["unit"]),
            ("Kursus", data["course"]),
            ("Disusun", date_words(made.date())),
            ("Banyaknya sertifikat", number_words(len(rows))),
            ("Banyaknya halaman", number_words(page - 1)),
        ],
        "rows": rows,
        "host": data["host"],
        "institution": issuer["institution"].upper(),
        "institution_name": issuer["institution"],
        "parent": issuer["parent"],
        "address": issuer["address"],
    }
