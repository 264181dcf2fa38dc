"""Aiken to questions: a question, lettered answers, `ANSWER: B` (`question/format/aiken/format.php`).

Moodle wants the question on one line, capital letters and the English word; what teachers write instead is read too, with
a note. The words are plain: nothing in them is HTML or Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from courses.exchange import markup
from courses.exchange.decoding import decode
from courses.exchange.drafting import Collector, Draft, Refused
from courses.exchange.questions import MAX_ANSWERS, MAX_QUESTIONS, Answer, Question, Reading

_OPTION = re.compile(r"([A-Z])[).][ \t]?(.*)$|([a-z])[).][ \t]+(.+)$")
_KEY = re.compile(
    r"(ANSWER|answer|Answer|JAWABAN|Jawaban|KUNCI(?: JAWABAN)?|Kunci(?: jawaban| Jawaban)?)[ \t]*:[ \t]*(.*)$"
)


@dataclass(slots=True)
class _Open:
    """A question whose ANSWER line has not come yet."""

    line: int
    words: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_aiken(content: bytes) -> Reading:
    """All questions of an Aiken file. Raises Unreadable only for what is not text."""
    text, note = decode(content)
    collector = Collector()
    collector.about_file(note)
    current: _Open | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if len(line) < 2:
            continue
        if collector.found >= MAX_QUESTIONS:
            return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
        if found := _KEY.match(line):
            if current is None:
                collector.refuse(Draft(f"line {number}"), "an ANSWER line without a question")
                continue
            if found[1] != "ANSWER":
                current.notes.append(f"{found[1]}: is read as ANSWER:, which is the only word Moodle knows")
            _close(collector, current, found[2].strip())
            current = None
        elif found := _OPTION.match(line):
            if current is None:
                collector.refuse(Draft(f"line {number}"), "an answer without a question")
            elif len(current.options) < MAX_ANSWERS:
                current.options.append((found[1] or found[3].upper(), (found[2] or found[4] or "").strip()))
                if found[3]:
                    current.notes.append("small letters are read as capital ones; Moodle knows only those")
        elif current is None:
            current = _Open(number, [line])
        elif current.options:
            _refuse(collector, current, "has no ANSWER line before the next question begins")
            current = _Open(number, [line])
        else:
            current.words.append(line)
    if current is not None:
        _refuse(collector, current, "has no ANSWER line")
    return collector.reading()


def _draft(current: _Open) -> Draft:
    draft = Draft(f"line {current.line}", kind_of_text=markup.PLAIN)
    for note in current.notes:
        draft.note(note)
    return draft


def _refuse(collector: Collector, current: _Open, reason: str) -> None:
    collector.refuse(_draft(current), reason)


def _close(collector: Collector, current: _Open, key: str) -> None:
    def finish(draft: Draft) -> Question:
        if len(current.words) > 1:
            draft.note("the question stands on several lines; Moodle would read only the last of them")
        stem = draft.block("\n".join(current.words))
        letter = key[:1].upper()
        letters = [option[0] for option in current.options]
        if not letter.isalpha() or (len(key) > 1 and key[1].isalnum()):
            raise Refused(f"ANSWER names no letter: {key[:20]}")
        if letters.count(letter) != 1:
            raise Refused(
                f"ANSWER names {letter}, which {'stands twice' if letter in letters else 'is no answer'}"
            )
        if letters != [chr(ord("A") + at) for at in range(len(letters))]:
            draft.note("the letters do not follow A, B, C; the key is found by letter, Moodle counts")
        answers = [
            Answer(draft.line(words), Fraction(int(name == letter))) for name, words in current.options
        ]
        return draft.choices(stem, answers, several=False, feedback="")

    collector.take(_draft(current), finish)
