"""Questions of every kind, and the characters of their stems, answers and explanations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from courses.format.answers import BROKEN_CHOICE, CHOICE, FEEDBACK, NUMBERED, PAIR, SHORT, form_of
from courses.format.blocks import Chunk
from courses.format.editable import QUESTION_ORDER, Accepted, Choice, Pair, Question, attributes_of
from courses.format.heads import Bit, Head
from courses.format.lines import MOST_ROWS, Fields, Lines, Unshown
from courses.format.locating_scenes import SeenScene, scene
from courses.format.problems import did_you_mean
from courses.format.questions import KINDS, OPTION_HEADING, Cut, cut_body
from quizzes.items import ItemKind


@dataclass(frozen=True, slots=True)
class SeenChoice:
    """A choice or a step as it stands. `mark`: the sign between the brackets, or the number of a step; `broken`: the
    brackets are not as they should be, and `mark` covers all that stands for them.
    """

    value: Choice
    mark: Bit
    broken: bool
    text: Bit
    feedback: Bit
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SeenPair:
    """A pair as it stands."""

    value: Pair
    left: Bit
    right: Bit
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SeenAccepted:
    """An accepted answer as it stands."""

    value: Accepted
    text: Bit
    start: int
    end: int


SeenAnswer = SeenChoice | SeenPair | SeenAccepted


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A question as it stands: with answers, or with a `scene` of its own."""

    value: Question
    head: Head
    stem: Bit
    answers: tuple[SeenAnswer, ...]
    scene: SeenScene | None
    explanation: Bit
    body: int


def question(lines: Lines, head: Head, body: Chunk, fields: Fields) -> SeenQuestion:
    """What stands below the opening line of a question."""
    cut = cut_body(body)
    if cut.stray:
        raise Unshown("stray")
    explanation = _explanation(lines, cut)
    attributes = attributes_of(dict(head.values), QUESTION_ORDER)
    start = lines.starts[body.line - 1]
    refers = "dilema" in dict(head.values)
    wanted = _wanted(head)
    if any(OPTION_HEADING.match(line) for line in body.lines):
        if refers:
            raise Unshown("mixed")
        own = scene(lines, None, cut.stem, (), fields)
        fields[:] = [(("stem",) if path == ("story",) else path, first, last) for path, first, last in fields]
        value = Question(
            ItemKind.DILEMMA,
            head.words.value,
            attributes,
            own.value.story,
            own.value.legend,
            options=own.value.options,
            explanation=explanation.value,
        )
        lines.note(fields, ("explanation",), explanation)
        return SeenQuestion(value, head, own.story, (), own, explanation, start)
    stem, kind, answers = _answers(lines, cut, ItemKind.DILEMMA if refers else wanted)
    if (refers or wanted is ItemKind.DILEMMA) and answers:
        raise Unshown("mixed")
    own_scene = None
    if wanted is ItemKind.DILEMMA and not refers:
        own_scene = scene(lines, None, cut.stem, (), [])
    lines.note(fields, ("stem",), stem)
    for number, answer in enumerate(answers):
        _note_answer(lines, fields, answer, number)
    lines.note(fields, ("explanation",), explanation)
    value = Question(
        kind,
        head.words.value,
        attributes,
        own_scene.value.story if own_scene else stem.value,
        own_scene.value.legend if own_scene else "",
        choices=tuple(a.value for a in answers if isinstance(a, SeenChoice)),
        pairs=tuple(a.value for a in answers if isinstance(a, SeenPair)),
        accepted=tuple(a.value for a in answers if isinstance(a, SeenAccepted)),
        explanation=explanation.value,
    )
    return SeenQuestion(
        value, head, own_scene.story if own_scene else stem, tuple(answers), own_scene, explanation, start
    )


def _wanted(head: Head) -> ItemKind | None:
    word = dict(head.values).get("jenis", "")
    return KINDS.get(word) or KINDS.get(did_you_mean(word, KINDS) or "")


def _explanation(lines: Lines, cut: Cut) -> Bit:
    """The explanation without its signs; where it would go when there is none: the end of the body."""
    if cut.explanation is None:
        at = cut.stem.line - 1 + len(cut.stem.lines)
        return Bit("", lines.starts[at], lines.starts[at])
    chunk = cut.explanation.trimmed()
    if not chunk.lines:
        first = cut.explanation.line - 1
        return Bit("", lines.starts[first], lines.ends[first + len(cut.explanation.lines) - 1])
    first = chunk.line - 1
    return Bit(chunk.text, lines.starts[first], lines.ends[first + len(chunk.lines) - 1])


def _answers(lines: Lines, cut: Cut, wanted: ItemKind | None) -> tuple[Bit, ItemKind, list[SeenAnswer]]:
    """(stem, kind, answers): the same decisions as `answers.read_answers`."""
    chunk = cut.stem
    form, start = form_of(chunk.lines, wanted)
    first = chunk.line - 1
    stem = lines.trimmed(first, first + start)
    if form == "none":
        return stem, wanted or ItemKind.SINGLE, []
    rows = _rows(lines, form, first + start, first + len(chunk.lines))
    answers = [_answer(lines, form, row) for row in rows]
    if len(answers) > MOST_ROWS:
        raise Unshown("many")
    if form != "choice":
        kinds = {"pair": ItemKind.MATCHING, "short": ItemKind.SHORT, "order": ItemKind.ORDERING}
        return stem, kinds[form], answers
    words = sorted(a.value.text.strip(" .").casefold() for a in answers if isinstance(a, SeenChoice))
    if words == ["benar", "salah"]:
        return stem, ItemKind.TRUE_FALSE, answers
    return stem, ItemKind.MULTIPLE if wanted is ItemKind.MULTIPLE else ItemKind.SINGLE, answers


def _rows(lines: Lines, form: str, first: int, stop: int) -> Iterator[list[int]]:
    """The lines of every answer: its first, and what continues it."""
    row: list[int] = []
    after_blank = False
    for index in range(first, stop):
        line = lines.read[index]
        if not line.strip():
            after_blank = True
            continue
        if _begins(form, line):
            if row:
                yield row
            row = [index]
        elif (
            form in ("choice", "order")
            and (not after_blank or line[0] in " \t" or line.lstrip().startswith("// "))
        ) or (form == "pair" and not after_blank):
            row.append(index)
        else:
            raise Unshown("stray")
        after_blank = False
    if row:
        yield row


def _begins(form: str, line: str) -> bool:
    if form == "choice":
        return bool(CHOICE.match(line) or BROKEN_CHOICE.match(line))
    return {"pair": PAIR, "short": SHORT, "order": NUMBERED}[form].match(line) is not None


def _answer(lines: Lines, form: str, row: list[int]) -> SeenAnswer:
    line, offset = lines.read[row[0]], lines.starts[row[0]]
    start, end = offset, lines.nexts[row[-1]]
    if form == "short":
        match = SHORT.match(line)
        assert match is not None  # _begins said so
        text = _strip(line, match.start(1), match.end(1), offset)
        return SeenAccepted(Accepted(text.value), text, start, end)
    if form == "pair":
        match = PAIR.match(line)
        assert match is not None  # _begins said so
        left = _strip(line, match.start(1), match.end(1), offset)
        right = _strip(line, match.start(2), match.end(2), offset)
        for index in row[1:]:
            right = _joined(right, _strip(lines.read[index], 0, None, lines.starts[index]))
        return SeenPair(Pair(left.value, right.value), left, right, start, end)
    return _choice(lines, form, row)


def _choice(lines: Lines, form: str, row: list[int]) -> SeenChoice:
    line, offset = lines.read[row[0]], lines.starts[row[0]]
    broken = False
    correct = False
    if form == "order":
        match = NUMBERED.match(line)
        assert match is not None  # _begins said so
        digits = line.lstrip(" ")
        at = len(line) - len(digits)
        digits = digits[: len(digits) - len(digits.lstrip("0123456789"))] or digits[:1]
        mark, begin = Bit(digits, offset + at, offset + at + len(digits)), match.start(1)
    elif match := CHOICE.match(line):
        mark = Bit(match[1], offset + match.start(1), offset + match.end(1))
        correct, begin = match[1] in "xX", match.end(1) + 1
    else:
        match = BROKEN_CHOICE.match(line)
        assert match is not None  # _begins said so
        broken, begin = True, match.end()
        correct = bool(match.group().translate(str.maketrans("", "", " \t[]*+-")))
        mark = Bit(match.group(), offset, offset + match.end())
    text = feedback = None
    at = lines.starts[row[0]] + begin
    for index in row:
        whole = _strip(lines.read[index], begin if index == row[0] else 0, None, lines.starts[index])
        if feedback is not None:
            said = whole.value.removeprefix("// ")
            skipped = len(whole.value) - len(said)
            part = _strip(said, 0, None, whole.start + skipped)
            feedback = _joined(feedback, part)
            continue
        found = FEEDBACK.search(whole.value)
        words = whole.value if found is None else whole.value[: found.start()]
        part = _strip(words, 0, None, whole.start)
        text = part if text is None or not text.value else _joined(text, part)
        if found is not None:
            feedback = _strip(whole.value, found.end(), None, whole.start)
    text = text or Bit("", at, at)
    if not text.value:
        text = Bit("", at, at)
    value = Choice(text.value, correct, feedback.value if feedback is not None else "")
    end = lines.ends[row[-1]]
    if feedback is None or not feedback.value:
        feedback = Bit("", text.end, end)
    return SeenChoice(value, mark, broken, text, feedback, lines.starts[row[0]], lines.nexts[row[-1]])


def _strip(line: str, start: int, end: int | None, offset: int) -> Bit:
    part = line[start:end]
    words = part.strip()
    begin = start + (len(part) - len(part.lstrip()) if words else 0)
    return Bit(words, offset + begin, offset + begin + len(words))


def _joined(bit: Bit, more: Bit) -> Bit:
    """Two stretches of one field, with whatever lies between them."""
    if not more.value:
        return bit
    if not bit.value:
        return more
    return Bit(f"{bit.value} {more.value}", bit.start, more.end)


def _note_answer(lines: Lines, fields: Fields, answer: SeenAnswer, number: int) -> None:
    name = {SeenChoice: "choices", SeenPair: "pairs", SeenAccepted: "accepted"}[type(answer)]
    first, last = lines.number(answer.start), lines.number(answer.end - 1)
    fields.append(((name, number, "left" if name == "pairs" else "text"), first, last))
