"""Moodle XML to questions, reading what Moodle reads (`question/format/xml/format.php`)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from courses.exchange import markup, xml_tree
from courses.exchange.drafting import Collector, Draft, Refused, clean_name
from courses.exchange.questions import MAX_QUESTIONS, Answer, Question, Reading
from courses.exchange.read_gift import category_of
from courses.exchange.xml_tree import Node

_FORMATS = {
    "html": markup.HTML,
    "moodle_auto_format": markup.MOODLE,
    "plain_text": markup.PLAIN,
    "wiki_like": markup.PLAIN,
    "markdown": markup.MARKDOWN,
}
_NOT_CARRIED = {
    "description": "a description: text without a question",
    "essay": "an essay: the answer is marked by a person",
    "cloze": "a Cloze question: several answers inside one text",
    "multianswer": "a Cloze question: several answers inside one text",
    "calculated": "a calculated question: its numbers come from formulas",
    "calculatedsimple": "a calculated question: its numbers come from formulas",
    "calculatedmulti": "a calculated question: its numbers come from formulas",
    "ddwtos": "drag and drop into text: several gaps in one text",
    "gapselect": "select missing words: several gaps in one text",
    "ddimageortext": "drag and drop onto a picture",
    "ddmarker": "markers on a picture",
    "ddmatch": "drag and drop matching, a plug-in of Moodle",
    "random": "a random question: a place for another question",
    "randomsamatch": "random matching: made of other questions",
    "multichoiceset": "an all-or-nothing choice, a plug-in of Moodle",
    "recordrtc": "a recording: the answer is marked by a person",
}
_BLANK_FALSE = ("", "0", "false")
_STANDARD = (
    "your answer is correct.",
    "your answer is partially correct.",
    "your answer is incorrect.",
    "jawaban anda benar.",
    "jawaban anda sebagian benar.",
    "jawaban anda salah.",
    "the correct answer is:",
)


def read_moodle_xml(content: bytes) -> Reading:
    """All questions of a Moodle XML file. Raises Unreadable when the file is none, is broken, or declares entities."""
    nodes, note = xml_tree.questions(content)
    collector = Collector()
    collector.about_file(note)
    losses: Counter[str] = Counter()
    category = ""
    number = 0
    for node in nodes:
        kind = node.attributes.get("type", "").strip()
        if kind == "category" and node.name == "question":
            category = category_of(node.value("category"))
            continue
        number += 1
        if number > MAX_QUESTIONS:
            return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
        draft = Draft(f"question {number}, line {node.line}", category=category)
        if node.name == "too-large":
            collector.refuse(draft, "is too deeply nested or has too many parts")
            continue
        draft.name = clean_name(node.value("name"))
        _count_losses(node, losses)
        collector.take(draft, lambda d, node=node, kind=kind: _question(d, node, kind))  # type: ignore[misc]
    for text, count in sorted(losses.items()):
        collector.about_file(f"{text} (questions: {count})")
    return collector.reading()


def _count_losses(node: Node, losses: Counter[str]) -> None:
    """What Netra has no place for and nobody needs told question by question."""
    if any(hint.value("text") or hint.value("hintcontent") for hint in node.all("hint")):
        losses["hints for further tries are not carried"] += 1
    if node.first("tags") is not None:
        losses["tags are not carried"] += 1
    grade = node.value("defaultgrade", "1")
    if grade.rstrip("0").rstrip(".") not in ("1", ""):
        losses["marks other than 1 are not carried; every question counts the same"] += 1
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        words = markup.to_markdown(node.value(name)[: markup.MAX_GLANCE], markup.HTML).text
        if words and not words.casefold().startswith(_STANDARD):
            losses["feedback for right, partly right and wrong answers as a whole is not carried"] += 1
            break


def _question(draft: Draft, node: Node, kind: str) -> Question:
    if kind in _NOT_CARRIED:
        raise Refused(_NOT_CARRIED[kind])
    readers = {
        "multichoice": _choices,
        "truefalse": _truth,
        "shortanswer": _short,
        "numerical": _numerical,
        "matching": _matching,
        "match": _matching,
        "ordering": _ordering,
    }
    if kind not in readers:
        raise Refused(f"the question type {kind[:40] or 'without a name'} is not known")
    text = node.first("questiontext")
    if text is None:
        raise Refused("has no question text")
    draft.kind_of_text = _format(text, markup.HTML)
    if node.value("image") or node.value("image_base64"):
        raise Refused(
            "holds a picture without a description, which is not carried; the text alone may not be enough"
        )
    stem = draft.block(_words(text))
    feedback = node.first("generalfeedback")
    comment = draft.comment(_words(feedback), _format(feedback, draft.kind_of_text)) if feedback else ""
    return readers[kind](draft, node, stem, comment)


def _words(node: Node) -> str:
    inner = node.first("text")
    return (inner or node).text


def _format(node: Node, default: str) -> str:
    name = node.attributes.get("format")
    return default if name is None else _FORMATS.get(name.strip(), markup.HTML)


def _switch(node: Node, name: str, default: str) -> bool:
    """Moodle's reading of true and false (`trans_single`): empty, 0 and false are no, all else is yes."""
    return node.value(name, default).strip() not in _BLANK_FALSE


def _remark(draft: Draft, answer: Node) -> str:
    feedback = answer.first("feedback")
    return draft.remark(_words(feedback), _format(feedback, draft.kind_of_text)) if feedback else ""


def _share(draft: Draft, answer: Node) -> Fraction:
    return draft.weight(answer.attributes.get("fraction") or answer.value("fraction") or "0")


def _choices(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    answers = [
        Answer(
            draft.line(_words(answer), _format(answer, draft.kind_of_text)),
            _share(draft, answer),
            _remark(draft, answer),
        )
        for answer in node.all("answer")
    ]
    return draft.choices(
        stem,
        answers,
        several=not _switch(node, "single", "true"),
        feedback=comment,
        shuffle=_switch(node, "shuffleanswers", "false"),
    )


def _truth(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    """By the words true and false; where a file of old has words of another language, by position."""
    right: bool | None = None
    comments = {"true": "", "false": ""}
    for position, answer in enumerate(node.all("answer")):
        word = _words(answer)
        if word not in comments:
            draft.note(
                f"the answer {word[:20]} is taken for {'true' if position == 0 else 'false'}, by its place"
            )
            word = "true" if position == 0 else "false"
        full = _share(draft, answer) == 1
        right = full if word == "true" else not full
        comments[word] = _remark(draft, answer)
    if right is None:
        raise Refused("has no answers")
    return draft.truth(
        stem, right=right, if_true=comments["true"], if_false=comments["false"], feedback=comment
    )


def _short(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    answers = [
        Answer(_words(answer), _share(draft, answer), _remark(draft, answer)) for answer in node.all("answer")
    ]
    return draft.short(
        stem, answers, feedback=comment, case_sensitive=node.value("usecase", "0").strip() not in ("", "0")
    )


def _numerical(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    units = node.first("units")
    if units is not None and units.all("unit"):
        raise Refused("numbers with units are accepted; a short answer has none")
    answers: list[Answer] = []
    for answer in node.all("answer"):
        value = _words(answer) or "*"
        share = _share(draft, answer)
        answers.append(
            draft.exact_number(value, answer.value("tolerance", "0"), share, _remark(draft, answer))
        )
    return draft.short(stem, answers, feedback=comment, numeric=True)


def _matching(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    pairs = [
        (
            draft.side(_words(sub) if sub.first("text") else "", _format(sub, draft.kind_of_text)),
            draft.side(sub.value("answer"), markup.PLAIN),
        )
        for sub in node.all("subquestion")
    ]
    return draft.matching(stem, pairs, feedback=comment, shuffle=_switch(node, "shuffleanswers", "1"))


def _ordering(draft: Draft, node: Node, stem: str, comment: str) -> Question:
    steps = []
    for answer in node.all("answer"):
        steps.append(draft.line(_words(answer), _format(answer, draft.kind_of_text)))
        if _remark(draft, answer):
            draft.note("feedback for single steps is not carried")
    which = node.value("selecttype", node.value("logical")).upper()
    shown = node.value("selectcount", node.value("studentsee"))
    if which not in ("ALL", "EXACT", "0") and shown.isdigit() and 2 <= int(shown[:6]) < len(steps):
        draft.note(f"Moodle shows {shown[:6]} of the {len(steps)} steps; Netra shows all")
    return draft.ordering(stem, steps, feedback=comment)
