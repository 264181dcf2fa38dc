"""Moodle GIFT to questions, reading what Moodle reads (`question/format/gift/format.php`).

Where Moodle takes something for what its author cannot have meant (a second pair of braces, a question swallowed by a
category line), the question is refused or carried with a note instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from courses.exchange import markup, weights
from courses.exchange.decoding import decode
from courses.exchange.drafting import Collector, Draft, Refused, clean_name
from courses.exchange.questions import MAX_ANSWERS, MAX_QUESTIONS, Answer, Question, Reading

_ESCAPED = "\\:#={}~n"
_FIRST = 0xE010
"""Escaped characters become private ones while the text is cut up; `decode` has taken all others of that area away."""
_HIDE = {character: chr(_FIRST + at) for at, character in enumerate(_ESCAPED)}
_SHOW = {_FIRST + at: "\n" if character == "n" else character for at, character in enumerate(_ESCAPED)}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_WEIGHT = re.compile(r"%(-*[0-9]{1,3}(?:[.,][0-9]*)?)%")
_ORDERING = re.compile(
    r">\s*(?P<shown>\d{1,6})\b(?:[ \t]+(?P<which>ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)\b)?"
    r"(?:[ \t]+(?:HORIZONTAL|HORI|H|1|VERTICAL|VERT|V|0)\b)?"
    r"(?:[ \t]+(?:ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|RELATIVE_NEXT_EXCLUDE_LAST|RELATIVE_NEXT_INCLUDE_LAST|"
    r"RELATIVE_ONE_PREVIOUS_AND_NEXT|RELATIVE_ALL_PREVIOUS_AND_NEXT|RELATIVE_TO_CORRECT|RELATIVE|REL|"
    r"LONGEST_ORDERED_SUBSET|LONGEST_CONTIGUOUS_SUBSET)\b)?"
    r"(?:[ \t]+(?:SHOW|TRUE|YES|1|HIDE|FALSE|NO|0)\b)?(?:[ \t]+(?:none|123|abc|ABCD|iii|IIII)\b)?"
)
"""How the steps are shown and marked, on the line of the brace only: a step that reads 0 or TRUE is a step."""
BLANK = "_____"


@dataclass(slots=True)
class _Piece:
    """The lines between two blank lines; `line` is the first that is not a comment."""

    line: int
    text: str


def read_gift(content: bytes) -> Reading:
    """All questions of a GIFT file. Raises Unreadable only for what is not text; never anything else."""
    text, note = decode(content)
    collector = Collector()
    collector.about_file(note)
    category = ""
    for piece in _joined(_pieces(text)):
        hidden = _ESCAPE.sub(lambda m: _HIDE[m[1]], piece.text)
        if hidden.startswith("$CATEGORY:"):
            head, _, rest = piece.text.partition("\n")
            category = category_of(head[len("$CATEGORY:") :])
            if not rest.strip():
                continue
            collector.about_file(
                f"line {piece.line}: no blank line after $CATEGORY; Moodle would take the question for its name"
            )
            piece = _Piece(piece.line + 1, rest.strip())
            hidden = _ESCAPE.sub(lambda m: _HIDE[m[1]], piece.text)
        if collector.found >= MAX_QUESTIONS:
            return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
        draft = Draft(f"line {piece.line}", category=category, kind_of_text=markup.MOODLE)
        collector.take(draft, lambda d, hidden=hidden: _question(d, hidden))  # type: ignore[misc]
    return collector.reading()


def category_of(path: str) -> str:
    """A category path without the context (`$course$`) and the topmost category, which every Moodle has by itself."""
    path = " ".join(path.split())
    path = re.sub(r"^\$[A-Za-z]+[0-9]*\$(?:/|$)", "", path)
    return re.sub(r"^top(?:/|$)", "", path).strip()[:500].strip()


def _pieces(text: str) -> Iterator[_Piece]:
    lines: list[str] = []
    first = 1
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if line.startswith("//"):
            # A comment stands for a blank within its question, it does not end one.
            continue
        if line:
            if not lines:
                first = number
            lines.append(line)
        elif lines:
            yield _Piece(first, "\n".join(lines))
            lines = []
    if lines:
        yield _Piece(first, "\n".join(lines))


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Pieces that one pair of braces holds together are one broken question, told once."""
    waiting: _Piece | None = None
    for piece in pieces:
        hidden = _ESCAPE.sub("", piece.text)
        if waiting is not None and "{" not in hidden:
            # Only that it is broken matters; its text could be the whole file.
            waiting.text = waiting.text.rstrip("\n") + "\n\n"
            if "}" in hidden:
                yield waiting
                waiting = None
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if "{" in hidden and "}" not in hidden:
            waiting = piece
        else:
            yield piece
    if waiting is not None:
        yield waiting


def _show(text: str) -> str:
    return text.translate(_SHOW)


def _marked(text: str, default: str) -> tuple[str, str]:
    """(text, its format): a marker such as [html] in front chooses the format."""
    text = text.strip()
    if text.startswith("["):
        name, bracket, rest = text[1:].partition("]")
        if bracket and name in markup.FORMATS:
            return _show(rest).strip(), name
    return _show(text).strip(), default


def _question(draft: Draft, text: str) -> Question:
    broken = "\n\n" in text
    if text.startswith("::"):
        name, colons, rest = text[2:].partition("::")
        if colons:
            draft.name = clean_name(_show(name))
            text = rest.strip()
        else:
            text = name
    if broken:
        raise Refused("a blank line stands between its braces; Moodle ends a question at a blank line")
    begin, end = text.find("{"), text.find("}")
    if begin < 0 and end < 0:
        raise Refused("a description: text without a question")
    if begin < 0 or end < begin:
        raise Refused("its braces { } do not fit together")
    if "{" in text[end:] or "}" in text[end + 1 :] or "{" in text[begin + 1 : end]:
        raise Refused(r"more than one pair of braces; braces in the text are written \{ and \}")
    answers = text[begin + 1 : end].strip()
    stem = text[:begin] + text[end + 1 :] if text.endswith("}") else text[:begin] + BLANK + text[end + 1 :]
    feedback = ""
    if "####" in answers:
        answers, _, feedback = answers.rpartition("####")
        answers = answers.strip()
    stem, draft.kind_of_text = _marked(stem, markup.MOODLE)
    stem = draft.block(stem)
    feedback = draft.comment(*_marked(feedback, draft.kind_of_text))
    if not answers:
        raise Refused("an essay: the answer is marked by a person")
    if found := _ORDERING.match(answers):
        return _ordering(draft, stem, answers[found.end() :], found, feedback)
    if answers.startswith("#"):
        return _numerical(draft, stem, answers[1:], feedback)
    if "~" in answers:
        return _choices(draft, stem, answers, feedback)
    if "=" in answers and "->" in answers:
        return _matching(draft, stem, answers, feedback)
    word = answers.partition("#")[0].strip() if answers.find("#") > 0 else answers
    if word in ("T", "TRUE", "F", "FALSE"):
        parts = [draft.remark(*_marked(part, draft.kind_of_text)) for part in answers.split("#", 2)[1:]]
        wrong, right = (*parts, "", "")[:2]
        key = word.startswith("T")
        return draft.truth(
            stem,
            right=key,
            if_true=right if key else wrong,
            if_false=wrong if key else right,
            feedback=feedback,
        )
    if word.casefold() in ("true", "false", "t", "f", "benar", "salah", "b", "s"):
        draft.note(f"{word} is read as a short answer, as Moodle does; true/false is written TRUE or FALSE")
    return _short(draft, stem, answers, feedback)


def _parts(text: str, mark: str) -> list[str]:
    if text.count(mark) > MAX_ANSWERS:
        raise Refused(f"has more than {MAX_ANSWERS} answers")
    parts = [part.strip() for part in text.split(mark)]
    return parts if parts[0] else parts[1:]


def _weighted(draft: Draft, text: str, default: Fraction) -> tuple[Fraction, str]:
    found = _WEIGHT.match(text)
    if found is None:
        return default, text
    return draft.weight(found[1]), text[found.end() :]


def _commented(draft: Draft, text: str) -> tuple[str, str]:
    """(answer still with its markers, feedback)."""
    answer, _, feedback = text.partition("#")
    return answer, draft.remark(*_marked(feedback, draft.kind_of_text))


def _choices(draft: Draft, stem: str, text: str, feedback: str) -> Question:
    several = "=" not in text
    answers: list[Answer] = []
    for part in _parts(text.replace("=", "~="), "~"):
        if part.startswith("="):
            share, rest = Fraction(1), part[1:].strip()
            if _WEIGHT.match(rest):
                share, rest = _weighted(draft, rest, share)
                draft.note("a weight after = is taken for a weight; Moodle would show it as text")
        else:
            share, rest = _weighted(draft, part, Fraction(0))
        words, comment = _commented(draft, rest)
        answers.append(Answer(draft.line(*_marked(words, draft.kind_of_text)), share, comment))
    return draft.choices(stem, answers, several=several, feedback=feedback)


def _matching(draft: Draft, stem: str, text: str, feedback: str) -> Question:
    pairs: list[tuple[str, str]] = []
    for part in _parts(text, "="):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise Refused(f"a pair has no arrow ->: {_show(part)[:60]}")
        pairs.append(
            (draft.side(*_marked(left, draft.kind_of_text)), draft.side(_show(right).strip(), markup.PLAIN))
        )
    return draft.matching(stem, pairs, feedback=feedback)


def _short(draft: Draft, stem: str, text: str, feedback: str) -> Question:
    answers: list[Answer] = []
    for part in _parts(text, "="):
        share, rest = _weighted(draft, part, Fraction(1))
        words, comment = _commented(draft, rest)
        answers.append(Answer(_marked(words, markup.PLAIN)[0], share, comment))
    return draft.short(stem, answers, feedback=feedback)


def _numerical(draft: Draft, stem: str, text: str, feedback: str) -> Question:
    text, tilde, wrong = text.partition("~")
    answers: list[Answer] = []
    for part in _parts(text, "=") if text.strip() else []:
        share, rest = _weighted(draft, part, Fraction(1))
        words, comment = _commented(draft, rest)
        answers.append(_exact(draft, _marked(words, markup.PLAIN)[0], share, comment))
    if tilde and (comment := _commented(draft, wrong)[1]):
        answers.append(Answer("*", Fraction(0), comment))
    if not answers:
        raise Refused("a numerical question without a number")
    return draft.short(stem, answers, feedback=feedback, numeric=True)


def _exact(draft: Draft, text: str, share: Fraction, comment: str) -> Answer:
    low, dots, high = text.partition("..")
    if dots and low:
        least, most = weights.number(low), weights.number(high)
        if least is None or most is None:
            raise Refused(f"{text[:30]} is not a range of numbers")
        if least != most:
            raise Refused("a range of numbers is accepted; a short answer takes exact ones only")
        return draft.exact_number(low, "0", share, comment)
    value, _, tolerance = text.partition(":")
    return draft.exact_number(value, tolerance, share, comment)


def _ordering(draft: Draft, stem: str, text: str, found: re.Match[str], feedback: str) -> Question:
    steps = [draft.line(_show(line), markup.MOODLE) for line in text.split("\n") if line.strip()]
    if found["which"] not in ("ALL", "EXACT") and int(found["shown"]) < len(steps):
        draft.note(f"Moodle shows {found['shown']} of the {len(steps)} steps; Netra shows all")
    return draft.ordering(stem, steps, feedback=feedback)
