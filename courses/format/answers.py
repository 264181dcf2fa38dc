"""The answer lines of a question: which form they have, which kind follows, and the commonest slips."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from courses.format.blocks import Chunk
from courses.format.problems import Problems
from quizzes.items import ItemKind

MAX_CHOICES = 10
MAX_ACCEPTED = 20
CHOICE = re.compile(r" {0,3}[-*+][ \t]+\[([ xX])\](?:[ \t]+(.*))?$")
BROKEN_CHOICE = re.compile(
    r" {0,3}(?:[-*+][ \t]{0,9}\[[ \t]{0,9}\w?[^\w\s@\]]?[ \t]{0,9}\](?![(\[])|\[[ xX]\][ \t])"
)
PAIR = re.compile(r" {0,3}[-*+][ \t]+(.*?)(?:=>|⇒)(.*)$")
NUMBERED = re.compile(r" {0,3}\d{1,3}[.)][ \t]+(.*)$")
SHORT = re.compile(r" {0,3}=[ \t]*(?!=)(.*)$")
FEEDBACK = re.compile(r"(?:^|[ \t])//(?:[ \t]+|$)")


@dataclass(slots=True)
class Choice:
    """One option as written. `feedback` stands after `//`, with its own line."""

    line: int
    text: str
    correct: bool = False
    feedback: Chunk | None = None


@dataclass(slots=True)
class Answers:
    """What was found: the stem above, and one of choices, pairs or accepted answers."""

    stem: Chunk
    kind: ItemKind | None = None
    choices: list[Choice] = field(default_factory=list)
    pairs: list[tuple[int, str, str]] = field(default_factory=list)
    accepted: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.choices or self.pairs or self.accepted)


def read_answers(body: Chunk, wanted: ItemKind | None, file: str, problems: Problems) -> Answers:
    """Split stem from answers, decide the kind and check that the answers fit it."""
    form, start = form_of(body.lines, wanted)
    answers = Answers(Chunk(body.line, body.lines[:start]))
    if start < len(body.lines):
        _collect(answers, form, Chunk(body.line + start, body.lines[start:]), file, problems)
    if form == "none":
        if wanted is not ItemKind.DILEMMA and not body.is_blank:
            line = body.trimmed().line
            code = (
                "urutan-tanpa-jenis"
                if any(NUMBERED.match(text) for text in body.lines)
                else "soal-tanpa-jawaban"
            )
            problems.add(file, line, code)
        return answers
    answers.kind = _decide(answers, form, wanted, file, body.line + start, problems)
    _check(answers, file, body.line + start, problems)
    return answers


def form_of(lines: list[str], wanted: ItemKind | None) -> tuple[str, int]:
    """The form of the answers and the index of their first line."""
    for index, line in enumerate(lines):
        if CHOICE.match(line) or BROKEN_CHOICE.match(line):
            return "choice", index
        if PAIR.match(line):
            return "pair", index
        if SHORT.match(line):
            return "short", index
        if wanted is ItemKind.ORDERING and NUMBERED.match(line):
            return "order", index
    return "none", len(lines)


def _collect(answers: Answers, form: str, chunk: Chunk, file: str, problems: Problems) -> None:
    current: Choice | None = None
    after_blank = False
    for number, line in enumerate(chunk.lines, start=chunk.line):
        if not line.strip():
            after_blank = True
            continue
        starts = _start(answers, form, number, line, file, problems)
        if starts:
            current = answers.choices[-1] if form in ("choice", "order") and answers.choices else None
        elif current is not None and (not after_blank or line[0] in " \t" or line.lstrip().startswith("// ")):
            _continue(current, number, line.strip())
        elif form == "pair" and answers.pairs and not after_blank:
            at, left, right = answers.pairs[-1]
            answers.pairs[-1] = (at, left, f"{right} {line.strip()}".strip())
        else:
            problems.add(file, number, "teks-tersesat", text=line.strip())
        after_blank = False


def _start(answers: Answers, form: str, number: int, line: str, file: str, problems: Problems) -> bool:
    """Whether the line begins a new answer; it is added then."""
    if form == "choice":
        if match := CHOICE.match(line):
            choice = Choice(number, "", match[1] in "xX")
            answers.choices.append(choice)
            _continue(choice, number, (match[2] or "").strip())
            return True
        if match := BROKEN_CHOICE.match(line):
            marked = re.sub(r"[\s\[\]*+-]", "", match.group())
            words = line[match.end() :].strip()
            guess = f"- [{'x' if marked else ' '}] {words}"
            problems.add(file, number, "tanda-pilihan-rusak", suggestion=guess, text=line.strip())
            choice = Choice(number, "", bool(marked))
            answers.choices.append(choice)
            _continue(choice, number, words)
            return True
    elif form == "pair" and (match := PAIR.match(line)):
        answers.pairs.append((number, match[1].strip(), match[2].strip()))
        return True
    elif form == "short" and (match := SHORT.match(line)):
        answers.accepted.append((number, match[1].strip()))
        return True
    elif form == "order" and (match := NUMBERED.match(line)):
        choice = Choice(number, "")
        answers.choices.append(choice)
        _continue(choice, number, match[1].strip())
        return True
    return False


def _continue(choice: Choice, number: int, text: str) -> None:
    """Add words to an option; what follows ` // ` is its feedback."""
    if choice.feedback is not None:
        choice.feedback.lines.append(text.removeprefix("// ").strip())
        return
    match = FEEDBACK.search(text)
    words = text if match is None else text[: match.start()]
    choice.text = f"{choice.text} {words.strip()}".strip()
    if match is not None:
        choice.feedback = Chunk(number, [text[match.end() :].strip()])


def _decide(
    answers: Answers, form: str, wanted: ItemKind | None, file: str, line: int, problems: Problems
) -> ItemKind:
    """The kind that the answers show; a contradiction with `jenis=` is noted."""
    if form == "choice":
        words = sorted(choice.text.strip(" .").casefold() for choice in answers.choices)
        if words == ["benar", "salah"]:
            found = ItemKind.TRUE_FALSE
        elif wanted is ItemKind.MULTIPLE:
            found = ItemKind.MULTIPLE
        else:
            found = ItemKind.SINGLE
    else:
        found = {"pair": ItemKind.MATCHING, "short": ItemKind.SHORT, "order": ItemKind.ORDERING}[form]
    if wanted is None or wanted is found or (wanted is ItemKind.SINGLE and found is ItemKind.TRUE_FALSE):
        return found
    if wanted is ItemKind.TRUE_FALSE:
        problems.add(file, line, "benar-salah-rusak")
    elif wanted is not ItemKind.DILEMMA:
        problems.add(file, line, "jenis-tidak-cocok", kind=_KIND_WORDS[wanted], found=_KIND_WORDS[found])
    return found


_KIND_WORDS = {
    ItemKind.SINGLE: "tunggal",
    ItemKind.MULTIPLE: "majemuk",
    ItemKind.TRUE_FALSE: "benar-salah",
    ItemKind.MATCHING: "jodoh",
    ItemKind.ORDERING: "urutan",
    ItemKind.SHORT: "isian",
    ItemKind.DILEMMA: "dilema",
}


def _check(answers: Answers, file: str, line: int, problems: Problems) -> None:
    kind = answers.kind
    if kind in (ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.TRUE_FALSE):
        _check_choices(answers, kind, file, line, problems)
    elif kind is ItemKind.ORDERING and len(answers.choices) < 3:
        problems.add(file, line, "urutan-kurang", count=len(answers.choices))
    elif kind is ItemKind.MATCHING:
        _check_pairs(answers, file, line, problems)
    elif kind is ItemKind.SHORT:
        _check_short(answers, file, line, problems)
    if kind is not ItemKind.SHORT and len(answers.choices) + len(answers.pairs) > MAX_CHOICES:
        problems.add(file, line, "pilihan-terlalu-banyak", high=MAX_CHOICES)
    seen: dict[str, int] = {}
    for choice in answers.choices:
        plain = " ".join(choice.text.casefold().split()).strip(" .")
        if not plain:
            problems.add(file, choice.line, "pilihan-kosong")
        elif plain in seen:
            problems.add(file, choice.line, "pilihan-ganda", text=choice.text, line=seen[plain])
        seen.setdefault(plain, choice.line)


def _check_choices(answers: Answers, kind: ItemKind, file: str, line: int, problems: Problems) -> None:
    correct = sum(choice.correct for choice in answers.choices)
    low = 2 if kind is ItemKind.TRUE_FALSE else 3
    if len(answers.choices) < low:
        problems.add(file, line, "pilihan-kurang", count=len(answers.choices), low=low)
    if correct == 0:
        problems.add(file, line, "tanpa-jawaban-benar")
    elif kind is ItemKind.TRUE_FALSE and correct > 1:
        problems.add(file, line, "benar-salah-rusak")
    elif kind is ItemKind.SINGLE and correct > 1:
        problems.add(file, line, "jawaban-benar-lebih", count=correct)
    elif kind is ItemKind.MULTIPLE and correct == len(answers.choices):
        problems.add(file, line, "semua-jawaban-benar", warning=True)


def _check_pairs(answers: Answers, file: str, line: int, problems: Problems) -> None:
    if len(answers.pairs) < 3:
        problems.add(file, line, "pasangan-kurang", count=len(answers.pairs))
    for side, index in (("kiri", 1), ("kanan", 2)):
        seen: dict[str, int] = {}
        for pair in answers.pairs:
            text = str(pair[index])
            plain = " ".join(text.casefold().split()).strip(" .")
            if not plain:
                problems.add(file, pair[0], "pasangan-kosong", side=side)
            elif plain in seen:
                problems.add(file, pair[0], "pasangan-ganda", side=side, text=text, line=seen[plain])
            seen.setdefault(plain, pair[0])


def _check_short(answers: Answers, file: str, line: int, problems: Problems) -> None:
    if len(answers.accepted) > MAX_ACCEPTED:
        problems.add(file, line, "isian-terlalu-banyak", high=MAX_ACCEPTED)
    for number, text in answers.accepted:
        if not any(character.isalnum() for character in text):
            problems.add(file, number, "isian-kosong")
        elif len(text) > 100:
            problems.add(file, number, "isian-panjang", limit=100)
        if "[@" in text or "//" in text:
            problems.add(file, number, "isian-berhias", text=text)
