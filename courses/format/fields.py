"""Reading values out of a YAML mapping: known keys, kinds, bounds; every slip noted with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from courses.format.problems import Problems, did_you_mean
from courses.format.yamltree import Node

_NUMBER = re.compile(r"[0-9]{1,6}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MAX_TEXT = 2_000


class Fields:
    """One mapping with its owner file. A missing or wrong value is noted and replaced by the default."""

    def __init__(self, node: Node, file: str, problems: Problems) -> None:
        self.node = node
        self.file = file
        self.problems = problems
        self.entries = node.entries or {}

    def only(self, known: Collection[str]) -> None:
        """Note every key that is not known, with the one probably meant."""
        for key in self.entries:
            if key not in known:
                line = (self.node.key_lines or {}).get(key, self.node.line)
                guess = did_you_mean(key, set(known) - set(self.entries)) or did_you_mean(key, known)
                self.problems.add(
                    self.file, line, "kunci-tidak-dikenal", suggestion=guess, key=key, known=", ".join(known)
                )

    def line(self, key: str) -> int:
        """Where the key stands, or where its mapping begins."""
        return (self.node.key_lines or {}).get(key, self.node.line)

    def get(self, key: str) -> Node | None:
        """The node, or None when it is absent or empty."""
        node = self.entries.get(key)
        return None if node is None or node.is_empty else node

    def text(self, key: str, *, required: bool = False, limit: int = MAX_TEXT) -> str:
        """A plain text on one line."""
        node = self.get(key)
        if node is None:
            if required:
                self.problems.add(self.file, self.line(key), "kunci-wajib", key=key)
            return ""
        if node.text is None:
            self.problems.add(self.file, node.line, "harus-teks", key=key)
            return ""
        value = " ".join(node.text.split())
        if len(value) > limit:
            self.problems.add(self.file, node.line, "teks-terlalu-panjang", key=key, limit=limit)
            return value[:limit]
        return value

    def number(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number between two bounds; without a default it must be given."""
        node = self.get(key)
        if node is None:
            if default is None:
                self.problems.add(self.file, self.line(key), "kunci-wajib", key=key)
            return low if default is None else default
        if node.text is None or not _NUMBER.fullmatch(node.text.strip()) or not low <= int(node.text) <= high:
            written = node.text if node.text is not None else "…"
            self.problems.add(self.file, node.line, "harus-angka", key=key, value=written, low=low, high=high)
            return low if default is None else default
        return int(node.text)

    def choice(self, key: str, known: Collection[str], *, default: str = "", optional: bool = False) -> str:
        """One of the known words; without a default it must be given, unless it is optional."""
        node = self.get(key)
        if node is None:
            if not default and not optional:
                self.problems.add(self.file, self.line(key), "kunci-wajib", key=key)
            return default
        value = (node.text or "").strip()
        if value not in known:
            guess = did_you_mean(value, known)
            self.problems.add(
                self.file,
                node.line,
                "nilai-tidak-dikenal",
                suggestion=guess,
                key=key,
                value=value,
                known=", ".join(known),
            )
            return guess or default
        return value

    def lines(self, key: str, *, required: bool = True) -> list[tuple[str, int]]:
        """A list of plain texts, each with its line."""
        node = self.get(key)
        if node is None:
            if required:
                self.problems.add(self.file, self.line(key), "kunci-wajib", key=key)
            return []
        if node.items is None:
            self.problems.add(self.file, node.line, "harus-daftar", key=key)
            return []
        found = []
        for item in node.items:
            if item.text is None or not item.text.strip():
                self.problems.add(self.file, item.line, "harus-teks", key=key)
            else:
                found.append((" ".join(item.text.split()), item.line))
        return found

    def words(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words, at least one."""
        found = []
        for value, line in self.lines(key):
            guess = None if value in known else did_you_mean(value, known)
            if value not in known:
                self.problems.add(
                    self.file,
                    line,
                    "nilai-tidak-dikenal",
                    suggestion=guess,
                    key=key,
                    value=value,
                    known=", ".join(known),
                )
            word = value if value in known else guess
            if word is not None:
                found.append(word)
        return tuple(dict.fromkeys(found))

    def date(self, key: str) -> dt.date | None:
        """A date written YYYY-MM-DD, or None."""
        node = self.get(key)
        if node is None:
            return None
        try:
            if node.text is not None and _DATE.fullmatch(node.text.strip()):
                return dt.date.fromisoformat(node.text.strip())
        except ValueError:
            pass
        self.problems.add(self.file, node.line, "harus-tanggal", key=key, value=node.text or "…")
        return None
