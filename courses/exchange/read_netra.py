"""The questions of a Netra module to neutral ones, through the reader of the course format itself."""

from __future__ import annotations

import re
from fractions import Fraction

from courses.exchange import markup
from courses.exchange.decoding import decode
from courses.exchange.drafting import Collector, Draft, Refused
from courses.exchange.questions import MAX_QUESTIONS, Answer, Question, Reading
from courses.format import blocks, questions
from courses.format.blocks import Block
from courses.format.drafts import DraftQuestion
from courses.format.fragments import Fragments
from courses.format.problems import Problem, Problems, Severity, TooManyProblems
from courses.format.registry import Registry
from courses.format.source import MAX_TEXT_FILE
from quizzes.items import ItemKind

MODULE = "modul.md"
OBJECTIVES = 12
_OF_THE_COURSE = frozenset(
    (
        "kutipan-tidak-dikenal",
        "pasal-tidak-dikenal",
        "soal-tanpa-pembahasan",
        "pembahasan-tanpa-kutipan",
        "soal-tanpa-tujuan",
    )
)
"""What is wrong with a course, not with a question that leaves it."""


def read_netra(content: bytes) -> Reading:
    """All `soal` blocks of a module file (with or without its head). Raises Unreadable only for what is not text.

    Refused: dilemmas asked again, which no other system has, and blocks with errors. Pictures of the course are refused
    or named like those of other files.
    """
    if len(content) > MAX_TEXT_FILE:
        return Reading(fault=f"larger than {MAX_TEXT_FILE // 1024} kB, the most a module may have")
    text, note = decode(content)
    collector = Collector()
    collector.about_file(note)
    for block in soal_blocks(text):
        if collector.found >= MAX_QUESTIONS:
            return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
        draft = Draft(f"line {block.line}", kind_of_text=markup.MARKDOWN)
        draft.name = " ".join(block.header.words)[:60]
        collector.take(draft, lambda d, block=block: _question(d, block))  # type: ignore[misc]
    return collector.reading()


def soal_blocks(text: str) -> list[Block]:
    """The question blocks of a module."""
    lines = text.split("\n")
    first = 0
    if lines[0].strip() == "---":
        first = next((at + 1 for at, line in enumerate(lines[1:], start=1) if line.strip() == "---"), 0)
    found = blocks.split(MODULE, first + 1, lines[first:], Problems(_Forgetful()))
    return [block for block in found if block.kind == "soal"]


class _Forgetful(list[Problem]):
    """A list that never grows: slips outside the questions are not this reader's to tell."""

    def append(self, _problem: Problem) -> None:
        pass


def checked(block: Block, registry: Registry | None = None) -> tuple[DraftQuestion, Fragments]:
    """A block as the course format reads it, with its problems in `fragments.problems`."""
    fragments = Fragments(registry or Registry(), Problems(), modules=(), media=())
    return questions.read(block, MODULE, OBJECTIVES, fragments), fragments


def _question(draft: Draft, block: Block) -> Question:
    try:
        read, fragments = checked(block)
    except TooManyProblems as error:
        raise Refused("has too many mistakes") from error
    if read.kind is ItemKind.DILEMMA or "dilema" in block.header.values:
        raise Refused("asks a dilemma again; other systems have no such question")
    for problem in fragments.problems.sorted():
        if (
            problem.severity is Severity.ERROR
            and problem.code not in _OF_THE_COURSE
            and "gambar" not in problem.code
        ):
            raise Refused(f"line {problem.line}: {problem.texts('en')[0]}")
    if read.kind is None:
        raise Refused("its kind cannot be told")

    def source(piece: int | None) -> str:
        return "" if piece is None else fragments.pieces[piece].source

    draft.name = read.key
    stem = draft.block(source(read.stem_piece))
    feedback = draft.comment(source(read.explanation_piece))
    right = sum(choice.correct for choice in read.choices)
    answers: list[Answer] = []
    for choice in read.choices:
        share = Fraction(int(choice.correct))
        if read.kind is ItemKind.MULTIPLE:
            # The very shares by which Netra marks: right ones add up to the mark, wrong ones take as much away.
            share = Fraction(1 if choice.correct else -1, max(1, right))
        answers.append(
            Answer(draft.line(source(choice.text_piece)), share, draft.remark(source(choice.feedback_piece)))
        )
    if read.kind is ItemKind.TRUE_FALSE:
        answers = [
            Answer(answer.text.strip(" .").capitalize(), answer.fraction, answer.feedback)
            for answer in sorted(answers, key=lambda a: a.text.strip(" .").casefold() != "benar")
        ]
    elif read.kind is ItemKind.ORDERING:
        answers = [Answer(answer.text) for answer in answers]
    elif read.kind is ItemKind.SHORT:
        answers = [Answer(re.sub(r"\*", r"\\*", words), Fraction(1)) for words in read.accepted]
        return _with(draft, draft.short(stem, answers, feedback=feedback), read, block)
    pairs = [(draft.side(source(left)), draft.side(source(right_))) for left, right_ in read.pairs]
    if read.kind is ItemKind.MATCHING:
        return _with(draft, draft.matching(stem, pairs, feedback=feedback), read, block)
    return _with(draft, draft.question(read.kind, stem, answers, feedback=feedback), read, block)


def _with(draft: Draft, question: Question, read: DraftQuestion, block: Block) -> Question:
    return draft.question(
        question.kind,
        question.stem,
        question.answers,
        pairs=question.pairs,
        feedback=question.feedback,
        shuffle=read.shuffle,
        objective=block.header.values.get("tujuan", ""),
        difficulty=read.difficulty if read.says_difficulty else "",
    )
