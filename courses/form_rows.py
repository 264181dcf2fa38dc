"""Rows of a form that come, go and change places by a button: the values as sent in, the values to show next out.

A button names what it does and where: `tambah:adegan-0-opsi`, `hapus:adegan-1`, `naik:pilihan-2`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from courses.format.lines import MOST_ROWS, MOST_SCENES

_OPTION = {"teks": "", "bobot": "", "lanjut": "", "akibat": ""}
_NEW: dict[str, dict[str, Any]] = {
    "adegan": {"asal": "", "kunci": "", "judul": "", "cerita": "", "tanya": "", "opsi": [_OPTION] * 3},
    "opsi": _OPTION,
    "pilihan": {"teks": "", "benar": False, "alasan": ""},
    "pasangan": {"kiri": "", "kanan": ""},
    "jawaban": {"teks": ""},
}
_FIRST = {"adegan": "kunci", "pasangan": "kiri"}


def press(values: dict[str, Any], button: str) -> str | None:
    """Do what a button says; the field to go on with, or None when the button says nothing that can be done."""
    act, _colon, place = button.partition(":")
    parts = place.split("-")
    if act == "tambah":
        rows = _rows(values, parts)
        return _add(values, rows, parts) if rows is not None else None
    rows = _rows(values, parts[:-1])
    if rows is None or not parts[-1].isdecimal() or not int(parts[-1]) < len(rows):
        return None
    at = int(parts[-1])
    last_scene = parts[0] == "adegan" and len(parts) == 2
    if act == "hapus" and not (last_scene and at == 0):
        del rows[at]
        return _focus(parts[:-1], min(at, len(rows) - 1)) if rows else ""
    other = at + {"naik": -1, "turun": 1}.get(act, len(rows))
    # The first scene is where the story begins: it has no key, so no other one can take its place.
    if not (1 if last_scene else 0) <= min(at, other) or max(at, other) >= len(rows):
        return None
    rows[at], rows[other] = rows[other], rows[at]
    return _focus(parts[:-1], other)


def _rows(values: dict[str, Any], parts: list[str]) -> list[dict[str, Any]] | None:
    """The list that a place names, if the form has it."""
    if len(parts) == 3 and parts[0] == "adegan" and parts[1].isdecimal() and parts[2] == "opsi":
        scenes = values.get("adegan") or []
        return scenes[int(parts[1])]["opsi"] if int(parts[1]) < len(scenes) else None
    if len(parts) == 1 and parts[0] in _NEW and isinstance(values.get(parts[0]), list):
        return values[parts[0]]
    return None


def _add(values: dict[str, Any], rows: list[dict[str, Any]], parts: list[str]) -> str | None:
    if len(rows) >= (MOST_SCENES if parts == ["adegan"] else MOST_ROWS):
        return None
    row = deepcopy(_NEW[parts[-1]])
    if parts == ["adegan"]:
        known = {scene["kunci"] for scene in rows}
        number = len(rows) + 1
        while f"adegan-{number}" in known:
            number += 1
        row["kunci"] = row["asal"] = f"adegan-{number}"
        row["opsi"] = [dict(_OPTION) for _ in range(3)]
    rows.append(row)
    return _focus(parts, len(rows) - 1)


def _focus(parts: list[str], at: int) -> str:
    return "-".join([*parts, str(at), _FIRST.get(parts[-1], "teks")])
