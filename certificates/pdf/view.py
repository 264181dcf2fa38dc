"""From a payload to the words on the paper. Pure: the template only places what is decided here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from certificates import codes, payload
from certificates.indonesian import (
    date_words,
    employee_number_words,
    english_date,
    english_period,
    number_words,
    period_words,
)
from certificates.qr import qr_path

# (up to how many characters, size class, characters that surely fit on one line). Found by measuring wide names
# against the 225 mm of the column; a test lays out the worst cases.
_NAME_SIZES = ((38, "l", 38), (52, "m", 52), (116, "s", 62), (10_000, "xs", 74))
_COURSE_SIZES = ((48, "xl", 48), (110, "l", 68), (10_000, "s", 84))
_UNIT_LINE = 96
_TIGHT_ROWS = 12


def sized(text: str, sizes: tuple[tuple[int, str, int], ...]) -> tuple[str, str]:
    """The size class for a text of this length, and the text broken into lines of about equal length."""
    for limit, size, line in sizes:
        if len(text) <= limit:
            return size, balanced(text, line)
    raise ValueError("the text is too long to print")


def balanced(text: str, limit: int) -> str:
    """`text` on as few lines of at most `limit` characters as it needs, no line much shorter than the others."""
    words = text.split()
    count = max(1, -(-len(text) // limit))
    while count <= len(words):
        for width in range(-(-len(text) // count), limit + 1):
            lines = _filled(words, width)
            if len(lines) <= count and all(len(line) <= limit for line in lines):
                return "\n".join(lines)
        count += 1
    return "\n".join(words)


def _filled(words: list[str], width: int) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def view(data: dict[str, Any]) -> dict[str, Any]:
    """Everything the template prints, as texts and numbers. Raises ValueError for a payload it does not know."""
    certificate = payload.from_json(data)
    issuer = certificate.issuer
    issued = date.fromisoformat(certificate.issued_on)
    begun, finished = (
        date.fromisoformat(certificate.started_on),
        date.fromisoformat(certificate.finished_on),
    )
    expires = date.fromisoformat(certificate.expires_on) if certificate.expires_on else None
    qr = qr_path(certificate.qr_text)
    rows = [
        {
            "number": line.number,
            "title": line.title,
            "jp": line.jp,
            "minutes": line.minutes,
            "score": "–" if line.score is None else number_words(line.score),
        }
        for line in certificate.modules
    ]
    name, holder_lines = sized(certificate.holder_name, _NAME_SIZES)
    course, course_lines = sized(certificate.course_title, _COURSE_SIZES)
    unit_lines = _unit_lines(certificate.unit_name, certificate.agency_name)
    return {
        "number": certificate.number,
        "replaces": certificate.replaces,
        "code": codes.display(certificate.code),
        "holder_name": certificate.holder_name,
        "holder_lines": holder_lines,
        "name_size": name,
        "employee_number": employee_number_words(certificate.employee_number),
        "position_title": certificate.position_title,
        "unit_lines": unit_lines,
        "course_title": certificate.course_title,
        "course_lines": course_lines,
        "course_size": course,
        "roomy": not any("\n" in lines for lines in (holder_lines, course_lines, unit_lines)),
        "period": period_words(begun, finished),
        "period_english": english_period(begun, finished),
        "jp": certificate.jp,
        "minutes": sum(line.minutes for line in certificate.modules),
        "score": number_words(certificate.score),
        "score_english": f"{Decimal(certificate.score).normalize():f}",
        "expires": date_words(expires) if expires else "",
        "expires_english": english_date(expires) if expires else "",
        "issued": date_words(issued),
        "issued_iso": certificate.issued_on,
        "bilingual": issuer.bilingual,
        "logo": issuer.logo,
        "colour": issuer.colour,
        "accent": issuer.accent,
        "institution": issuer.institution.upper(),
        "institution_name": issuer.institution,
        "parent": issuer.parent,
        "address": issuer.address,
        "place": issuer.place,
        "signatory_office": issuer.signatory_office,
        "signatory_name": issuer.signatory_name,
        "signatory_number": employee_number_words(issuer.signatory_number),
        "verify_url": certificate.verify_url,
        "verify_short": _short(certificate.verify_url),
        "qr_data": qr.data,
        "qr_size": qr.size,
        "modules": rows,
        "missing_scores": any(line.score is None for line in certificate.modules),
        "tight": len(rows) >= _TIGHT_ROWS,
    }


def _unit_lines(unit: str, agency: str) -> str:
    if not unit or unit == agency:
        return balanced(agency, _UNIT_LINE)
    line = f"{unit}, {agency}"
    return line if len(line) <= _UNIT_LINE else f"{balanced(unit, _UNIT_LINE)}\n{agency}"


def _short(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc + parts.path
