"""From the frozen words of a letter of appreciation to those on its paper. Pure: the template only places them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from certificates.appreciation.payload import from_json
from certificates.indonesian import date_words, employee_number_words, number_words

ROOMY = 330
"""Letters of all names together up to which the large type keeps to one page; beyond, the smaller one does."""


def view(data: dict[str, Any]) -> dict[str, Any]:
    """Everything the template prints, as texts. Raises ValueError for a payload it does not know."""
    letter = from_json(data)
    issuer = letter.issuer
    made = datetime.fromisoformat(letter.made_at).astimezone(ZoneInfo(letter.timezone)).date()
    before = _before(letter.stage, letter.event_name, letter.stage_on, letter.last_on)
    long = len(letter.unit) + len(letter.agency) + len(letter.course_title) + len(before)
    return {
        "tight": long > ROOMY,
        "number": letter.number,
        "made_iso": made.isoformat(),
        "unit": letter.unit,
        "agency": letter.agency,
        "course": letter.course_title,
        "before": before,
        "facts": [
            ("Tercapai", date_words(date.fromisoformat(letter.reached_on))),
            ("Pegawai yang wajib", f"{number_words(letter.passed)} orang"),
            ("Lulus", f"{number_words(letter.passed)} orang"),
            *(
                [("Dikecualikan, tidak dihitung", f"{number_words(letter.exempt)} orang")]
                if letter.exempt
                else []
            ),
        ],
        "institution": issuer.institution.upper(),
        "institution_name": issuer.institution,
        "parent": issuer.parent,
        "address": issuer.address,
        "place": issuer.place,
        "made": date_words(made),
        "office": f"Pimpinan {issuer.institution}" if letter.blank else issuer.signatory_office,
        "name": "" if letter.blank else issuer.signatory_name,
        "employee_number": employee_number_words(issuer.signatory_number) if issuer.signatory_number else "",
        "host": letter.host,
    }


def _before(stage: str, event: str, stage_on: str | None, last_on: str) -> str:
    if stage and stage_on:
        return f"sebelum {stage} {event} dimulai pada {date_words(date.fromisoformat(stage_on))}"
    return f"paling lambat {date_words(date.fromisoformat(last_on))}"
