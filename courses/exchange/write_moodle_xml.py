"""Questions to Moodle XML, with the elements Moodle's own exporter writes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from courses.exchange import weights
from courses.exchange.cleaning import plain
from courses.exchange.drafting import Refused
from courses.exchange.questions import TRUE, Answer, Question, Remark, Writing
from quizzes.items import ItemKind

_TYPES = {
    ItemKind.SINGLE: "multichoice",
    ItemKind.MULTIPLE: "multichoice",
    ItemKind.TRUE_FALSE: "truefalse",
    ItemKind.MATCHING: "matching",
    ItemKind.ORDERING: "ordering",
    ItemKind.SHORT: "shortanswer",
}


def write_moodle_xml(questions: Sequence[Question]) -> Writing:
    """A Moodle XML file in UTF-8. Texts are Markdown and say so; right sides of pairs are plain, as Moodle has them."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    refused: list[Remark] = []
    category = ""
    for question in questions:
        try:
            lines = _question(question)
        except Refused as reason:
            refused.append(Remark(question.place, question.name, str(reason)))
            continue
        if question.category != category:
            category = question.category
            path = f"$course$/top/{category}" if category else "$course$/top"
            out.append(f'  <question type="category">\n    <category>{_text(path)}</category>\n  </question>')
        out += lines
    return Writing("\n".join([*out, "</quiz>", ""]), len(questions) - len(refused), tuple(refused))


def _text(words: str) -> str:
    return f"<text>{html.escape(words, quote=False)}</text>"


def _marked(name: str, words: str, extra: str = "") -> str:
    return f'<{name} format="markdown">{_text(words)}{extra}</{name}>'


def _question(question: Question) -> list[str]:
    kind = _TYPES.get(question.kind)
    if kind is None:
        raise Refused("Moodle has no such question")
    if question.numeric:
        kind = "numerical"
    lines = [
        f'  <question type="{kind}">',
        f"    <name>{_text(question.name)}</name>",
        f"    {_marked('questiontext', question.stem)}",
        f"    {_marked('generalfeedback', question.feedback)}",
        "    <defaultgrade>1</defaultgrade>",
        "    <hidden>0</hidden>",
    ]
    if question.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE):
        lines.append(f"    <single>{'true' if question.kind is ItemKind.SINGLE else 'false'}</single>")
        lines.append("    <answernumbering>abc</answernumbering>")
    if question.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE, ItemKind.MATCHING):
        lines.append(f"    <shuffleanswers>{'true' if question.shuffle else 'false'}</shuffleanswers>")
    if question.kind is ItemKind.SHORT and not question.numeric:
        lines.append(f"    <usecase>{int(question.case_sensitive)}</usecase>")
    if question.kind is ItemKind.ORDERING:
        lines.append("    <layouttype>VERTICAL</layouttype>")
        lines.append("    <selecttype>ALL</selecttype>")
        lines.append(f"    <selectcount>{len(question.answers)}</selectcount>")
    lines += [f"    {line}" for line in _answers(question)]
    return [*lines, "  </question>"]


def _answers(question: Question) -> list[str]:
    if question.kind is ItemKind.MATCHING:
        pairs = [(pair.left, pair.right) for pair in question.pairs]
        pairs += [("", right) for right in question.distractors]
        return [
            _marked("subquestion", left, f"<answer>{_text(plain(right))}</answer>") for left, right in pairs
        ]
    return [_answer(question, answer, at) for at, answer in enumerate(question.answers, start=1)]


def _answer(question: Question, answer: Answer, at: int) -> str:
    kind, words, share = "markdown", answer.text, weights.percent(answer.fraction)
    tolerance = ""
    if question.kind is ItemKind.TRUE_FALSE:
        kind, words = "moodle_auto_format", "true" if answer.text == TRUE else "false"
    elif question.kind is ItemKind.ORDERING:
        share = str(at)
    elif question.kind is ItemKind.SHORT:
        kind = "plain_text"
        if question.numeric:
            kind, words, tolerance = "plain_text", weights.with_point(words), "<tolerance>0</tolerance>"
    feedback = _marked("feedback", answer.feedback)
    return f'<answer fraction="{share}" format="{kind}">{_text(words)}{feedback}{tolerance}</answer>'
