"""Lists as spreadsheet files: semicolons and a byte order mark, as spreadsheet programs here expect. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
# What a spreadsheet program takes for the beginning of a formula (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """A value as the text of one cell; whatever could be read as a formula gets an apostrophe in front."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float):
        return text
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    return "'" + text if bare.startswith(_FORMULA_STARTS) or text.startswith(_FORMULA_STARTS) else text


def sheet(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """The whole file as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(value) for value in row] for row in rows)
    return BOM + out.getvalue()
