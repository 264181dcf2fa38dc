"""text2qti Markdown to questions, by the patterns of its parser (`text2qti/quiz.py`).

text2qti can run the code blocks of a file to make questions. Here no block is ever run: each is refused, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from courses.exchange import markup
from courses.exchange.decoding import decode
from courses.exchange.drafting import Collector, Draft, Refused, clean_name
from courses.exchange.questions import MAX_ANSWERS, MAX_QUESTIONS, Answer, Question, Reading
from courses.exchange.weights import number as number_of

_STARTS = {
    "question": r"\d+\.",
    "choice_right": r"\*[a-zA-Z]\)",
    "choice_wrong": r"[a-zA-Z]\)",
    "several_right": r"\[\*\]",
    "several_wrong": r"\[ ?\]",
    "short": r"\*",
    "feedback": r"\.\.\.",
    "if_right": r"\+",
    "if_wrong": r"-",
    "numerical": r"=",
    "title": r"[Tt]itle:",
    "points": r"[Pp]oints:",
    "text_title": r"[Tt]ext [Tt]itle:",
    "text": r"[Tt]ext:",
    "quiz_title": r"[Qq]uiz [Tt]itle:",
    "quiz_description": r"[Qq]uiz [Dd]escription:",
    "quiz_option": r"[A-Za-z ]{3,40}(?:answers|score|correct|quiz|attempts|limit):",
    "pick": r"[Pp]ick:",
    "group_points": r"[Pp]oints per question:",
    "blanks": r"<>",
    "dropdown": r"\{[* ]?\}",
}
_ALONE = {
    "essay": r"___+",
    "upload": r"\^\^\^+",
    "group": "GROUP",
    "end_group": "END_GROUP",
    "code": r"```+[^`]*",
}
_START = re.compile(
    "|".join(
        [
            *(rf"(?P<{name}>{pattern}[ \t]+(?=\S))" for name, pattern in _STARTS.items()),
            *(rf"(?P<{name}>{pattern}\s*)$" for name, pattern in _ALONE.items()),
        ]
    )
)
_ONE_LINE = frozenset(("pick", "points", "group_points", "numerical", "short"))
_GAPS = re.compile(r"\(\([^()]{1,100}\)\)")
_ANSWERS = ("choice_right", "choice_wrong", "several_right", "several_wrong")


@dataclass(slots=True)
class _Entry:
    """One marked thing of the file with its words. `action` "stray" is a line that belongs to nothing."""

    line: int
    action: str
    words: str


@dataclass(slots=True)
class _Open:
    line: int
    words: str
    title: str = ""
    notes: list[str] = field(default_factory=list)
    feedback: str = ""
    answers: list[list[str]] = field(default_factory=list)
    """Each [action, words, feedback]."""
    number: str | None = None
    fault: str = ""


def read_text2qti(content: bytes) -> Reading:
    """All questions of a text2qti file. Raises Unreadable only for what is not text. Runs nothing."""
    text, note = decode(content)
    collector = Collector()
    collector.about_file(note)
    reader = _Reader(collector)
    for entry in _entries(text):
        if collector.found > MAX_QUESTIONS:
            return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
        reader.take(entry)
    reader.close()
    return collector.reading()


def _entries(text: str) -> Iterator[_Entry]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].expandtabs(4)
        here = at + 1
        if line.startswith(("END_COMMENT", "%")) or not line.strip():
            at += 1
        elif line.startswith("COMMENT"):
            while at < len(lines) and not lines[at].startswith("END_COMMENT"):
                at += 1
            at += 1
        elif (found := _START.match(line)) is None:
            yield _Entry(here, "stray", line.strip())
            at += 1
        else:
            action = str(found.lastgroup)
            words = [line[found.end() :].strip()]
            at += 1
            if action == "code":
                at = _end_of_code(lines, at, line)
            elif action in _STARTS and action not in _ONE_LINE:
                at = _continued(lines, at, words, found)
            yield _Entry(here, action, "\n".join(words).strip())


def _end_of_code(lines: list[str], at: int, opening: str) -> int:
    fence = "`" * (len(opening) - len(opening.lstrip("`")))
    while at < len(lines) and not (lines[at].startswith(fence) and not lines[at].strip("` \t")):
        at += 1
    return at + 1


def _continued(lines: list[str], at: int, words: list[str], found: re.Match[str]) -> int:
    """Add the lines that are indented as deep as the words of the first; return the first that is not."""
    indent = None if found.group().rstrip().endswith(":") else " " * found.end()
    while at < len(lines):
        line = lines[at].expandtabs(4)
        if not line.strip():
            words.append("")
        else:
            if indent is None:
                width = len(line) - len(line.lstrip(" "))
                if width < 2:
                    break
                indent = " " * width
            if not line.startswith(indent):
                break
            words.append(line[len(indent) :].rstrip())
        at += 1
    return at


class _Reader:
    """Puts the entries together; what stands between questions is told as an item of its own."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.open: _Open | None = None
        self.title = ""
        self.points = ""
        self.group = 0

    def take(self, entry: _Entry) -> None:
        """One entry, in the order of the file."""
        action, words = entry.action, entry.words
        if action == "question":
            self.close()
            self.open = _Open(entry.line, words, self.title)
            if self.points.strip() not in ("", "1", "1.0"):
                self.open.notes.append(
                    f"its {self.points.strip()[:20]} points are not carried; questions count the same"
                )
            if self.group:
                self.open.notes.append(
                    f"the group from line {self.group} is not carried; declare variants in Netra"
                )
            self.title = self.points = ""
        elif action == "title":
            self.title = clean_name(words)
        elif action == "points":
            self.points = words
        elif action in ("quiz_title", "quiz_description", "quiz_option"):
            self.collector.about_file(f"line {entry.line}: {action.replace('_', ' ')} is not carried")
        elif action in ("group", "end_group"):
            self.close()
            self.group = entry.line if action == "group" else 0
        elif action in ("pick", "group_points"):
            pass  # said with each question of the group
        elif action in ("text_title", "text"):
            self.close()
            if action == "text":
                self._refuse(entry, "a text region: text without a question")
            else:
                self.collector.about_file(f"line {entry.line}: the title of a text region is not carried")
        elif action == "code":
            self.close()
            self._refuse(entry, "a block of code; code in imported files is never run")
        elif self.open is None:
            self._refuse(entry, f"belongs to no question: {words[:60]}")
        else:
            self._part(self.open, entry)

    def _refuse(self, entry: _Entry, reason: str) -> None:
        self.collector.refuse(Draft(f"line {entry.line}", self.title), reason)

    @staticmethod
    def _part(current: _Open, entry: _Entry) -> None:
        action, words = entry.action, entry.words
        if action in (*_ANSWERS, "short"):
            if len(current.answers) > MAX_ANSWERS:
                current.fault = f"has more than {MAX_ANSWERS} answers"
            else:
                current.answers.append([action, words, ""])
        elif action == "feedback" and current.answers:
            current.answers[-1][2] = words
        elif action == "feedback":
            current.feedback = words
        elif action in ("if_right", "if_wrong"):
            current.notes.append("feedback for right and wrong answers as a whole is not carried")
        elif action == "numerical":
            current.number = words
        else:
            current.fault = current.fault or {
                "essay": "an essay: the answer is marked by a person",
                "upload": "a file upload: the answer is marked by a person",
                "blanks": "several gaps in one text",
                "dropdown": "several drop-down lists in one text",
                "stray": f"line {entry.line} cannot be read: {words[:60]}",
            }.get(action, "cannot be read")

    def close(self) -> None:
        """Finish the question that is open."""
        current, self.open = self.open, None
        if current is None:
            return
        draft = Draft(f"line {current.line}", current.title, kind_of_text=markup.MARKDOWN)
        for note in current.notes:
            draft.note(note)
        self.collector.take(draft, lambda d: _question(d, current))


def _question(draft: Draft, current: _Open) -> Question:
    if current.fault:
        raise Refused(current.fault)
    if _GAPS.search(current.words):
        raise Refused("several gaps in one text")
    stem = draft.block(current.words)
    if re.search(r"\$[^$\n]+\$", current.words):
        draft.note("a formula in LaTeX stays as it is written")
    feedback = draft.comment(current.feedback)
    if current.number is not None:
        if current.answers:
            raise Refused("has both a number and other answers")
        return draft.short(stem, [_number(draft, current.number)], feedback=feedback, numeric=True)
    kinds = {action.partition("_")[0] for action, _words, _feedback in current.answers}
    if not kinds:
        raise Refused("has no answers")
    if len(kinds) > 1:
        raise Refused("mixes answers of different kinds")
    if kinds == {"short"}:
        accepted = [
            Answer(words.replace("*", r"\*"), Fraction(1), draft.remark(said))
            for _a, words, said in current.answers
        ]
        return draft.short(stem, accepted, feedback=feedback)
    right = sum(action.endswith("right") for action, _words, _said in current.answers)
    several = kinds == {"several"}
    if not several and right > 1:
        raise Refused("has more than one right answer")
    full = Fraction(1, right) if several and right else Fraction(1)
    answers = [
        Answer(draft.line(words), full if action.endswith("right") else -full * several, draft.remark(said))
        for action, words, said in current.answers
    ]
    return draft.choices(stem, answers, several=several, feedback=feedback)


def _number(draft: Draft, text: str) -> Answer:
    text = text.strip()
    if text.startswith("["):
        low, _, high = text.strip("[]").partition(",")
        least, most = number_of(low), number_of(high)
        if least is None or most is None:
            raise Refused(f"{text[:30]} is not a range of numbers")
        if least != most:
            raise Refused("a range of numbers is accepted; a short answer takes exact ones only")
        return draft.exact_number(low, "0", Fraction(1), "")
    value, _, margin = text.partition("+-")
    return draft.exact_number(value.replace("_", ""), margin.strip().removesuffix("%"), Fraction(1), "")
