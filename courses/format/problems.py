"""What is wrong with a course, said so that a trainer can mend it: file, line, what, remedy, suggestion.

A problem is stored as a code with values; its sentences live in the two message tables and are put together
only when somebody reads them, so one check can be shown in either language.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from courses.format import messages, messages_en

_TABLES: Mapping[str, Mapping[str, messages.Text]] = {"id": messages.TEXTS, "en": messages_en.TEXTS}
_SUGGESTION = {"id": "Mungkin maksud Anda %s.", "en": "Did you mean %s?"}
_QUOTE_LIMIT = 80
MAX_PROBLEMS = 1_000


class Severity(StrEnum):
    """An error stops publishing; a warning is advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` counts from 1 in the file as the author sees it; 1 when the whole file is meant.

    `params` are the values quoted in the sentences (already shortened); `suggestion` is the word that was
    probably meant, or empty.
    """

    file: str
    line: int
    code: str
    severity: Severity = Severity.ERROR
    params: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""

    @property
    def what(self) -> str:
        """What is wrong, in Bahasa Indonesia."""
        return self.texts("id")[0]

    @property
    def remedy(self) -> str:
        """How to mend it, in Bahasa Indonesia."""
        return self.texts("id")[1]

    def texts(self, language: str = "id") -> tuple[str, str]:
        """(what, remedy) in "id" or "en"; any other language gets Indonesian."""
        text = _TABLES.get(language, messages.TEXTS)[self.code]
        values = dict(self.params)
        return text.what % values, text.remedy % values

    def guess(self, language: str = "id") -> str:
        """The suggestion as a sentence, or an empty string."""
        if not self.suggestion:
            return ""
        return _SUGGESTION.get(language, _SUGGESTION["id"]) % f"`{self.suggestion}`"

    def format(self, language: str = "id") -> str:
        """The whole problem on one line: `file:line: severity code: what remedy suggestion`."""
        what, remedy = self.texts(language)
        parts = [
            f"{self.file}:{self.line}: {self.severity} {self.code}: {what}",
            remedy,
            self.guess(language),
        ]
        return " ".join(part for part in parts if part)

    def to_json(self, language: str = "id") -> dict[str, Any]:
        """Plain values for JSON, with the sentences of one language."""
        what, remedy = self.texts(language)
        return {
            "file": self.file,
            "line": self.line,
            "code": self.code,
            "severity": str(self.severity),
            "what": what,
            "remedy": remedy,
            "suggestion": self.suggestion,
        }


class TooManyProblems(Exception):
    """Raised by `Problems.add` at the thousandth problem, caught where the reading began.

    Each suggestion costs a search; a file made of nothing but mistakes must not hold the reader for minutes.
    """


@dataclass(slots=True)
class Problems:
    """Collects the problems of one run. `limit` is the number at which it gives up; None for advice, which stops nobody."""

    found: list[Problem] = field(default_factory=list)
    limit: int | None = MAX_PROBLEMS

    def add(
        self,
        file: str,
        line: int,
        code: str,
        /,
        *,
        suggestion: str | None = None,
        warning: bool = False,
        **params: object,
    ) -> None:
        """Note one problem; long quoted values are shortened so that no message can flood a page."""
        values = tuple((name, shorten(str(value))) for name, value in sorted(params.items()))
        severity = Severity.WARNING if warning else Severity.ERROR
        self.found.append(
            Problem(shorten(file), max(1, line), code, severity, values, shorten(suggestion or ""))
        )
        if self.limit is not None and len(self.found) >= self.limit:
            raise TooManyProblems

    def stopped(self, file: str) -> None:
        """Note that the reading was given up because there are too many problems."""
        limit = (("limit", str(MAX_PROBLEMS)),)
        self.found.append(Problem(shorten(file), 1, "terlalu-banyak-masalah", Severity.ERROR, limit))

    def sorted(self) -> tuple[Problem, ...]:
        """All problems without repeats, course file first, then by file and line."""
        unique = dict.fromkeys(self.found)
        return tuple(sorted(unique, key=lambda p: (p.file != "kursus.md", p.file, p.line, p.code, p.params)))


def shorten(text: str) -> str:
    """One line of at most 80 characters, safe to print: control characters become spaces."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text[:400]).split())
    return flat if len(flat) <= _QUOTE_LIMIT else flat[: _QUOTE_LIMIT - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to what was written, or None. Case, spaces and dashes count little."""
    candidates = sorted(set(known))
    if not word or len(word) > 200:
        return None
    plain = {_plain(candidate): candidate for candidate in reversed(candidates)}
    exact = plain.get(_plain(word))
    if exact is not None:
        return exact if exact != word else None
    close = difflib.get_close_matches(_plain(word), list(plain), n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def _plain(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())
