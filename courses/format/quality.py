"""Advice on how a course reads and what its questions measure: warnings, never errors.

The reader says what is wrong; this says what learners will stumble over: sentences that are too long, passages that
are heavy to read, and (in `measuring`) questions that measure something else than they should. Pure; works on drafts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from courses.format import measuring
from courses.format.drafts import DraftModule
from courses.format.fragments import Fragment, Fragments
from courses.format.problems import Problem, Problems, Severity
from courses.format.registry import Registry
from courses.format.source import COURSE_FILE
from quizzes.items import QuestionSet

MAX_WORDS = 28
"""Words in a sentence. Plain-language guides ask for 15 to 20 on average; above this a phone shows six lines."""
MAX_LOAD = 30
"""The heaviest reading load of a passage, see `load`. The official curriculum lies between 15 and 20, an academic essay on
the same matter between 32 and 72."""
LONG_WORD = 10
FEWEST_WORDS = 60
MOST_OF_ONE_CODE = 60
_CITATION = re.compile(r"\[\s?@[^\[\]]{0,200}\]")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\n]{0,500}\)")
_MARK = re.compile(r" {0,3}(?:[-*+][ \t]+|\d{1,3}[.)][ \t]+|>[ \t]?)+")
_SPEAKER = re.compile(r"^\*\*[^*\n]{1,80}\*\*[:,]?\s*")
_END = re.compile(r"[.?!…]+[”\"’')\]]*(?=\s+[“\"‘'(]?[A-ZÀ-Ý0-9])|[.?!…]+[”\"’')\]]*\s*$")
_WORD = re.compile(r"[^\W\d_][\w’'-]*|\d[\d.,/-]*")


LEFTOVERS = frozenset(
    {
        "Jelaskan aturannya dengan kata sendiri, lalu tunjukkan apa yang dilakukan hari Senin.",
        "Tulis akibatnya.",
        "Tulis alasannya.",
        "Tulis apa yang dilarang atau berisiko.",
        "Tulis apa yang diperbolehkan.",
        "Tulis apa yang terjadi sesudah pilihan itu.",
        "Tulis artinya.",
        "Tulis intinya di sini, paling banyak satu halaman.",
        "Tulis kejadiannya dalam dua atau tiga kalimat.",
        "Tulis keterangannya.",
        "Tulis pembahasannya.",
        "Tulis pernyataannya di sini.",
        "Tulis pertanyaan yang dijawab dengan satu dua kata.",
        "Tulis pertanyaannya di sini?",
        "Tulis satu atau dua kalimat tentang kursus ini.",
        "Tulis siapa yang mengikuti kursus ini.",
        "Tulis tindakannya",
    }
)
"""What the studio's templates leave for an author to write. A text that still says so is not finished."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is read, and the line on which it begins."""

    line: int
    text: str

    @property
    def words(self) -> list[str]:
        """Its words and numbers."""
        return _WORD.findall(self.text)


def check(drafts: list[DraftModule], fragments: Fragments, registry: Registry, problems: Problems) -> None:
    """Add all advice. Each kind is listed up to `MOST_OF_ONE_CODE` times; how many more there are is said."""
    found = Problems(limit=None)
    for piece in fragments.pieces:
        _check_sentences(piece, found)
    for draft in drafts:
        measuring.check_module(draft, fragments, registry, found)
    measuring.check_repeats(drafts, fragments, found)
    measuring.check_lengths(drafts, found)
    problems.found.extend(_capped(found))


def check_papers(question_set: QuestionSet, line: int, problems: Problems) -> None:
    """Two papers must share less than half: what somebody copies or remembers is then mostly of no use."""
    found = measuring.overlap(question_set)
    if max(found.mean, found.retake) >= measuring.MOST_SHARED:
        problems.add(
            COURSE_FILE,
            line,
            "lembar-tumpang-tindih",
            warning=True,
            mean=round(100 * found.mean),
            retake=round(100 * found.retake),
            limit=round(100 * measuring.MOST_SHARED),
        )


def _check_sentences(piece: Fragment, problems: Problems) -> None:
    heard = list(sentences(piece.source, piece.line))
    for sentence in heard:
        if sentence.text in LEFTOVERS:
            problems.add(piece.file, sentence.line, "teks-contoh", warning=True, text=sentence.text)
        count = len(sentence.words)
        if count > MAX_WORDS:
            problems.add(
                piece.file,
                sentence.line,
                "kalimat-panjang",
                warning=True,
                count=count,
                limit=MAX_WORDS,
                text=sentence.text,
            )
    measured = load(heard)
    if measured is not None and measured > MAX_LOAD:
        problems.add(
            piece.file, piece.line, "bacaan-berat", warning=True, load=round(measured), limit=MAX_LOAD
        )


def load(heard: list[Sentence]) -> float | None:
    """The reading load of a passage, or None below `FEWEST_WORDS` words.

    Words per sentence plus the percentage of long words: the readability index LIX (C. H. Björnsson, *Läsbarhet*,
    1968), which needs no syllables and so no dictionary. Its long words have more than six letters; Indonesian builds
    words with prefixes and suffixes (memberitahukan), so here they have `LONG_WORD` or more.
    """
    words = [word for sentence in heard for word in sentence.words]
    if len(words) < FEWEST_WORDS:
        return None
    long = sum(len(word) >= LONG_WORD for word in words)
    return len(words) / len(heard) + 100 * long / len(words)


def sentences(source: str, line: int) -> Iterator[Sentence]:
    """The sentences of a Markdown piece in order: without citations, marks, tables and headings."""
    for number, paragraph in _paragraphs(source, line):
        plain = _LINK.sub(r"\1", _CITATION.sub("", paragraph)).replace("*", "").replace("`", "")
        begin = 0
        for match in _END.finditer(plain):
            yield from _sentence(plain, begin, match.end(), number)
            begin = match.end()
        yield from _sentence(plain, begin, len(plain), number)


def _sentence(plain: str, begin: int, end: int, line: int) -> Iterator[Sentence]:
    raw = plain[begin:end]
    skipped = len(raw) - len(raw.lstrip())
    text = " ".join(raw.split())
    if _WORD.search(text):
        yield Sentence(line + plain.count("\n", 0, begin + skipped), text)


def _paragraphs(source: str, line: int) -> Iterator[tuple[int, str]]:
    """Runs of text with their first line; list points and speeches are runs of their own."""
    lines: list[str] = []
    first = line
    for number, text in enumerate(source.split("\n"), start=line):
        mark = _MARK.match(text)
        body = text[mark.end() :] if mark else text
        breaks = mark is not None or not body.strip() or body.lstrip().startswith(("|", "#"))
        if breaks and lines:
            yield first, "\n".join(lines)
            lines = []
        if not body.strip() or body.lstrip().startswith(("|", "#")):
            continue
        if not lines:
            first = number
        lines.append(_SPEAKER.sub("", body) if mark else body)
    if lines:
        yield first, "\n".join(lines)


def _capped(found: Problems) -> Iterator[Problem]:
    counts: Counter[str] = Counter()
    for problem in found.sorted():
        counts[problem.code] += 1
        if counts[problem.code] <= MOST_OF_ONE_CODE:
            yield problem
    for code, count in counts.items():
        if count > MOST_OF_ONE_CODE:
            rest = (("code", code), ("count", str(count - MOST_OF_ONE_CODE)))
            last = [problem for problem in found.sorted() if problem.code == code][MOST_OF_ONE_CODE]
            yield Problem(last.file, last.line, "saran-dipotong", Severity.WARNING, rest)
