"""Searching the catalogue of acts, and telling which laws and acts are still open. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from courses.format.acts import CASE_LEVELS, CATEGORIES, FORBIDDEN, PERMITTED, PHASES, THEMES, Act
from courses.format.registry import Article, Regulation

_WORD = re.compile(r"[^\W_]+")
MAX_SEARCH = 100
MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody filters by; empty values do not filter. `law` is the key of a regulation."""

    words: str = ""
    kind: str = ""
    phase: str = ""
    category: str = ""
    level: str = ""
    theme: str = ""
    law: str = ""

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return any((self.words, self.kind, self.phase, self.category, self.level, self.theme, self.law))


def asked(values: Mapping[str, str]) -> Asked:
    """The filter in an address; a word that is not known filters nothing."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = values.get(name, "")
        return value if value in tuple(known) else ""

    return Asked(
        words=" ".join(values.get("q", "").replace("\0", " ").split())[:MAX_SEARCH],
        kind=one_of("jenis", (FORBIDDEN, PERMITTED)),
        phase=one_of("fase", PHASES),
        category=one_of("golongan", CATEGORIES),
        level=one_of("tingkat", CASE_LEVELS),
        theme=one_of("tema", THEMES),
        law=values.get("peraturan", "")[:60],
    )


def matching(entries: Iterable[Act], wanted: Asked, *, search_words: Callable[[Act], str]) -> list[Act]:
    """The acts that fit, in order. Phase, category and level must fit the same case.

    A permitted act has no cases: it is permitted in every phase, so a phase keeps it, a category or level does not.
    `search_words` gives all the words of an act in which to search; every word asked for must begin one of them.
    """
    parts = [part.casefold() for part in _WORD.findall(wanted.words)]
    found = []
    for act in entries:
        if wanted.kind and (wanted.kind == FORBIDDEN) != act.forbidden:
            continue
        if wanted.theme and act.theme != wanted.theme:
            continue
        if wanted.law and all(ground.key != wanted.law for ground in act.grounds):
            continue
        if not _has_case(act, wanted):
            continue
        words = [word.casefold() for word in _WORD.findall(search_words(act))] if parts else []
        if all(any(word.startswith(part) for word in words) for part in parts):
            found.append(act)
    return found


def places(
    regulations: Iterable[Regulation], words: str, most: int = MOST_PLACES
) -> list[tuple[Regulation, Article]]:
    """Articles that may be cited and fit the words: of their regulation's short name, number and title, their own label,
    key and summary. Every word asked for must begin one of them; what is repealed is left out.
    """
    parts = [part.casefold() for part in _WORD.findall(words)]
    found = []
    for regulation in regulations:
        if regulation.repealed:
            continue
        about = f"{regulation.key} {regulation.short} {regulation.number} {regulation.title}"
        for article in regulation.articles.values():
            if article.repealed:
                continue
            text = f"{about} {article.label} {article.locator} {article.summary}"
            known = {word.casefold() for word in _WORD.findall(text)}
            if all(any(word.startswith(part) for word in known) for part in parts):
                found.append((regulation, article))
            if len(found) >= most:
                return found
    return found


def _has_case(act: Act, wanted: Asked) -> bool:
    if not act.forbidden:
        return not wanted.category and not wanted.level
    return any(
        (not wanted.phase or wanted.phase in case.phases)
        and (not wanted.category or case.category == wanted.category)
        and (not wanted.level or case.level == wanted.level)
        for case in act.cases
    )


def is_open(regulation: Regulation) -> bool:
    """Whether something about a regulation must still be confirmed: a named task, an unread text, an unverified place."""
    return bool(regulation.to_confirm) or not regulation.read or bool(unverified(regulation))


def unverified(regulation: Regulation) -> list[str]:
    """The labels of its places that rest on memory (V) or on the authors' own reading (A)."""
    return [article.label for article in regulation.articles.values() if article.mark in ("V", "A")]


def is_uncertain(act: Act) -> bool:
    """Whether the level of an act is not settled."""
    return any(case.level == "belum-pasti" or case.category == "abu-abu" for case in act.cases)
