"""Questions to `::: soal` blocks for a module of a Netra course.

What a person must still add stays missing, so that the course check names it: the objective is put as the first one, a
citation and an explanation are never invented. Every block is read again by the course format before it is handed out, and
what its check will say is part of the notes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from courses.exchange.cleaning import plain
from courses.exchange.drafting import UNNAMED, Refused
from courses.exchange.questions import WILDCARD, Answer, Question, Remark, Writing
from courses.exchange.read_netra import OBJECTIVES, checked, soal_blocks
from courses.format import registry
from courses.format.problems import Severity, TooManyProblems
from courses.format.source import MAX_TEXT_FILE, slug
from quizzes.items import ItemKind

_KINDS = {ItemKind.MULTIPLE: "majemuk", ItemKind.ORDERING: "urutan"}
_NUMBERED = re.compile(r"(?m)^([ ]{0,3}\d{1,3})([.)])(?=[ ])")
_SLASHES = re.compile(r"(?:(?<=[ \t])|^)//(?=[ \t]|$)")
_ACCEPTED_LIMIT = 100
_MOST_ACCEPTED = 20
_MOST_CHOICES = 10
_KEYS_TOLD = 8


def write_netra(questions: Sequence[Question]) -> Writing:
    """Blocks to paste into a module, keys unique. Refused: what Netra cannot mark the way the source does."""
    out: list[str] = []
    refused: list[Remark] = []
    notes: list[Remark] = []
    taken: set[str] = set()
    told: dict[str, list[str]] = defaultdict(list)
    known, _problems = registry.shipped()
    for question in questions:
        said: list[str] = []
        try:
            body = _body(question, said)
            key = _key(question, taken)
            block = f"::: soal {key} {{{_attributes(question, said)}}}\n{body}\n:::\n"
            codes = _codes(block, known)
        except Refused as reason:
            refused.append(Remark(question.place, question.name, str(reason)))
            continue
        taken.add(key)
        out.append(block)
        notes += [Remark(question.place, question.name, text) for text in said]
        for code in codes:
            told[code].append(key)
    for code, keys in sorted(told.items()):
        some = ", ".join(keys[:_KEYS_TOLD]) + (", …" if len(keys) > _KEYS_TOLD else "")
        notes.append(Remark("file", "", f"the course check will say {code} ({len(keys)}): {some}"))
    text = "\n".join(out)
    if len(text.encode()) > MAX_TEXT_FILE:
        notes.append(
            Remark("file", "", f"larger than one module may be ({MAX_TEXT_FILE // 1024} kB); share it out")
        )
    if any(question.category for question in questions):
        notes.append(Remark("file", "", "categories are not carried; Netra sorts questions by module"))
    return Writing(text, len(out), tuple(refused), tuple(notes))


def _codes(block: str, known: registry.Registry) -> list[str]:
    """What the check of the course format has to say about a block, advice left aside."""
    found = soal_blocks(block)
    if len(found) != 1:
        raise Refused("its text breaks the block of the course format")
    try:
        _read, fragments = checked(found[0], known)
    except TooManyProblems as error:
        raise Refused("its text has too many mistakes for the course format") from error
    return sorted(
        {problem.code for problem in fragments.problems.found if problem.severity is Severity.ERROR}
    )


def _key(question: Question, taken: set[str]) -> str:
    base = slug(question.name) if question.name != UNNAMED else ""
    base = (base or slug(plain(question.stem)) or "soal")[:50].strip("-") or "soal"
    key, count = base, 1
    while key in taken:
        count += 1
        key = f"{base}-{count}"
    return key


def _attributes(question: Question, said: list[str]) -> str:
    objective = question.objective
    if not (objective.isdigit() and 1 <= int(objective) <= OBJECTIVES):
        if objective:
            said.append(f"the objective “{objective[:60]}” is put as tujuan=1; choose its number")
        objective = "1"
    words = [f"tujuan={int(objective)}"]
    if question.kind in _KINDS:
        words.append(f"jenis={_KINDS[question.kind]}")
    if question.difficulty:
        words.append(f"tingkat={question.difficulty}")
    if not question.shuffle and question.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE):
        words.append("acak=tidak")
    return " ".join(words)


def _body(question: Question, said: list[str]) -> str:
    stem = question.stem
    if question.kind is ItemKind.ORDERING:
        # A numbered list in the question would be taken for the steps.
        stem = _NUMBERED.sub(r"\1\\\2", stem)
    if question.kind is ItemKind.MATCHING:
        lines = _pairs(question, said)
    elif question.kind is ItemKind.ORDERING:
        lines = [f"{at}. {_option(answer.text)}" for at, answer in enumerate(question.answers, start=1)]
    elif question.kind is ItemKind.SHORT:
        lines = _accepted(question, said)
    else:
        lines = _choices(question, said)
    if len(lines) > _MOST_CHOICES and question.kind is not ItemKind.SHORT:
        raise Refused(f"has {len(lines)} answers; Netra shows at most {_MOST_CHOICES}")
    parts = [stem, "\n".join(lines)]
    if question.feedback:
        parts.append("\n".join(f"> {line}".rstrip() for line in question.feedback.split("\n")))
    return "\n\n".join(parts)


def _option(text: str) -> str:
    """Two slashes would begin the feedback."""
    return _SLASHES.sub("/&#47;", text)


def _choices(question: Question, said: list[str]) -> list[str]:
    answers = question.answers
    if question.kind is ItemKind.SINGLE and sum(answer.fraction == 1 for answer in answers) != 1:
        raise Refused("several answers are worth the whole mark; Netra's single choice has one")
    if question.kind is ItemKind.SINGLE and any(0 < answer.fraction < 1 for answer in answers):
        said.append("answers worth a part of the mark count as wrong in Netra")
    if question.kind is ItemKind.MULTIPLE:
        right = [answer for answer in answers if answer.fraction > 0]
        wrong = [answer for answer in answers if answer.fraction <= 0]
        share = Fraction(1, len(right))
        if any(a.fraction != share for a in right) or any(a.fraction != -share for a in wrong):
            said.append(
                "the weights differ from Netra's rule: (right ones − wrong ones) ÷ right ones, never below 0"
            )
    return [_choice(answer, right=_is_right(question, answer)) for answer in answers]


def _is_right(question: Question, answer: Answer) -> bool:
    return answer.fraction > 0 if question.kind is ItemKind.MULTIPLE else answer.fraction == 1


def _choice(answer: Answer, *, right: bool) -> str:
    feedback = f" // {answer.feedback}" if answer.feedback else ""
    return f"- [{'x' if right else ' '}] {_option(answer.text)}{feedback}"


def _pairs(question: Question, said: list[str]) -> list[str]:
    for index, name in ((0, "left"), (1, "right")):
        words = [plain((pair.left, pair.right)[index]).casefold().strip(" .") for pair in question.pairs]
        if len(set(words)) != len(words):
            raise Refused(f"the same {name} side stands in two pairs; in Netra every side is unique")
    if question.distractors:
        names = "; ".join(plain(right) for right in question.distractors)
        said.append(f"right sides that belong to nothing are left out: {names[:200]}")
    return [f"- {pair.left} => {pair.right}" for pair in question.pairs]


def _accepted(question: Question, said: list[str]) -> list[str]:
    texts: list[str] = []
    for answer in question.answers:
        words = _literal(answer.text)
        if answer.fraction != 1:
            if answer.text != WILDCARD:
                said.append(f"the answer {answer.text[:60]}, worth {float(answer.fraction):.0%}, is left out")
        elif words is None:
            said.append(f"the pattern {answer.text[:60]} is left out; Netra has no wildcards")
        elif (
            "//" in words or "[@" in words or len(words) > _ACCEPTED_LIMIT or not re.search(r"[^\W_]", words)
        ):
            said.append(f"the answer {words[:60]} is left out; Netra cannot accept it")
        elif words not in texts:
            texts.append(words)
    if any(answer.feedback for answer in question.answers):
        said.append("feedback for single answers of a short answer is left out")
    if question.case_sensitive:
        said.append("capital letters do not count in Netra")
    if not texts:
        raise Refused(
            "no accepted answer can be said in Netra (wildcards, signs only, or longer than 100 characters)"
        )
    if len(texts) > _MOST_ACCEPTED:
        raise Refused(f"has {len(texts)} accepted answers; Netra takes at most {_MOST_ACCEPTED}")
    # An equals sign in front would be taken for the mark itself.
    return [f"= {words.lstrip('= ')}" for words in texts]


def _literal(text: str) -> str | None:
    """The words of an accepted answer, or None when a wildcard is in it."""
    hidden = text.replace(r"\*", "\0")
    return None if WILDCARD in hidden else hidden.replace("\0", "*")
