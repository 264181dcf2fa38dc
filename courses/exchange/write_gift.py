"""Questions to Moodle GIFT, escaped the way Moodle's own exporter does it (`qformat_gift::repchar`).

The texts are Markdown and say so (`[markdown]`), because that is a format of Moodle and loses nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from courses.exchange import weights
from courses.exchange.cleaning import plain
from courses.exchange.drafting import Refused
from courses.exchange.questions import WILDCARD, Answer, Question, Remark, Writing
from quizzes.items import ItemKind

_RESERVED = re.compile(r"[\\#=~{}:]")
_MARKER = "[markdown]"


def write_gift(questions: Sequence[Question]) -> Writing:
    """A GIFT file. Refused: what GIFT would read as another kind of question. Noted: settings GIFT has no place for."""
    out: list[str] = []
    refused: list[Remark] = []
    notes: list[Remark] = []
    category = ""
    for question in questions:
        try:
            body = _body(question)
        except Refused as reason:
            refused.append(Remark(question.place, question.name, str(reason)))
            continue
        if question.category != category:
            category = question.category
            out.append(f"$CATEGORY: $course$/top{'/' + category if category else ''}\n")
        out.append(f"::{_escaped(question.name)}::{_text(question.stem, first=True)}{body}\n")
        if not question.shuffle:
            notes.append(Remark(question.place, question.name, "GIFT cannot keep the order of the answers"))
        if question.case_sensitive:
            notes.append(Remark(question.place, question.name, "GIFT cannot ask for capital letters"))
    return Writing("\n".join(out), len(questions) - len(refused), tuple(refused), tuple(notes))


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text).replace("\n", r"\n")


def _text(text: str, *, first: bool = False) -> str:
    """A text with its format when it needs one: in front, or before what could be taken for a marker or a weight."""
    marked = first or text.startswith(("[", "%", "#"))
    return (_MARKER if marked else "") + _escaped(text)


def _feedback(text: str) -> str:
    return "#" + _text(text) if text else ""


def _closing(question: Question) -> str:
    return f"####{_text(question.feedback)}" if question.feedback else ""


def _body(question: Question) -> str:
    if question.kind is ItemKind.TRUE_FALSE:
        return _truth(question)
    if question.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE):
        lines = _choices(question)
    elif question.kind is ItemKind.MATCHING:
        lines = [f"={_text(pair.left)} -> {_escaped(plain(pair.right))}" for pair in question.pairs]
        lines += [f"= -> {_escaped(plain(right))}" for right in question.distractors]
    elif question.kind is ItemKind.ORDERING:
        return _ordering(question)
    elif question.kind is ItemKind.SHORT and question.numeric:
        lines = [_number(answer) for answer in question.answers]
    elif question.kind is ItemKind.SHORT:
        lines = _short(question)
    else:
        raise Refused("GIFT has no such question")
    opening = "{#" if question.numeric else "{"
    if question.feedback:
        lines.append(_closing(question))
    return opening + "\n" + "".join(f"\t{line}\n" for line in lines) + "}"


def _truth(question: Question) -> str:
    true, false = question.answers
    right, wrong = (true, false) if true.fraction == 1 else (false, true)
    parts = "TRUE" if right is true else "FALSE"
    if wrong.feedback or right.feedback:
        parts += "#" + _text(wrong.feedback) if wrong.feedback else "#"
    parts += _feedback(right.feedback)
    return "{" + parts + _closing(question) + "}"


def _choices(question: Question) -> list[str]:
    single = question.kind is ItemKind.SINGLE
    if single and all(answer.fraction == 1 for answer in question.answers):
        raise Refused("every answer is right; GIFT would read a short answer")
    return [_choice(answer, single=single) + _feedback(answer.feedback) for answer in question.answers]


def _choice(answer: Answer, *, single: bool) -> str:
    if single and answer.fraction == 1:
        return "=" + _text(answer.text)
    weight = "" if answer.fraction == 0 else f"%{weights.percent(answer.fraction)}%"
    return f"~{weight}{_text(answer.text)}"


def _short(question: Question) -> list[str]:
    if any("->" in answer.text for answer in question.answers):
        raise Refused("an accepted answer holds ->, which GIFT reads as a pair")
    # A plain answer cannot be Markdown; [plain] only keeps a leading bracket from being taken for a marker.
    return [
        f"=%{weights.percent(answer.fraction)}%{'[plain]' if answer.text.startswith('[') else ''}"
        f"{_escaped(answer.text)}{_feedback(answer.feedback)}"
        for answer in question.answers
    ]


def _number(answer: Answer) -> str:
    if answer.text == WILDCARD:
        return f"~{_feedback(answer.feedback) or '#'}"
    return f"=%{weights.percent(answer.fraction)}%{weights.with_point(answer.text)}:0{_feedback(answer.feedback)}"


def _ordering(question: Question) -> str:
    """Moodle's ordering takes its lines as they are: only what would end the block is escaped."""
    steps = [html.escape(plain(answer.text), quote=False) for answer in question.answers]
    if any(step.startswith("//") for step in steps):
        raise Refused("a step begins with //, which GIFT reads as a comment")
    lines = [step.replace("\\", "\\\\").replace("{", r"\{").replace("}", r"\}") for step in steps]
    lines = [re.sub(r"#(?=#{3})", r"\\#", line) for line in lines]
    feedback = [_closing(question)] if question.feedback else []
    # Every setting is named: what is left open Moodle would look for in the first step (0, TRUE, abc).
    settings = f">{len(steps)} ALL VERTICAL RELATIVE_ALL_PREVIOUS_AND_NEXT SHOW none"
    return "{" + "\n".join([settings, *lines, *feedback]) + "\n}"
