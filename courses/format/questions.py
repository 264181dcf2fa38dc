"""Reading a question block: stem, answers of every kind, explanation with its citation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from courses.format import attributes
from courses.format.answers import Answers, read_answers
from courses.format.blocks import Block, Chunk
from courses.format.dilemmas import acts_named, block_key, read_scene
from courses.format.drafts import FIRST_SCENE, DraftChoice, DraftQuestion, DraftScene, DraftVariant
from courses.format.fragments import Fragments
from courses.format.problems import Problems, did_you_mean
from courses.format.source import KEY
from quizzes.items import Difficulty, ItemKind

ATTRIBUTES = ("tujuan", "tingkat", "jenis", "katalog", "varian-dari", "acak", "dilema", "varian", "adegan")
KINDS = {
    "tunggal": ItemKind.SINGLE,
    "majemuk": ItemKind.MULTIPLE,
    "benar-salah": ItemKind.TRUE_FALSE,
    "jodoh": ItemKind.MATCHING,
    "menjodohkan": ItemKind.MATCHING,
    "urutan": ItemKind.ORDERING,
    "isian": ItemKind.SHORT,
    "dilema": ItemKind.DILEMMA,
}
LEVELS = tuple(str(level) for level in Difficulty)
QUOTE = re.compile(r" {0,3}>[ \t]?(.*)$")
OPTION_HEADING = re.compile(r" {0,3}###(?!#)")
ANSWER = re.compile(r" {0,3}(?:[-*+][ \t]|\d{1,3}[.)][ \t]|=[ \t]|###(?!#))")


@dataclass(slots=True)
class Cut:
    """The regions of a question: stem with answers, explanation without its `>`, text that is neither."""

    stem: Chunk
    explanation: Chunk | None = None
    stray: list[tuple[int, str]] = field(default_factory=list)


def read(block: Block, file: str, objectives: int, fragments: Fragments) -> DraftQuestion:
    """One question block as a draft. `objectives` is how many the module has. References to dilemmas and
    to other questions are resolved later by `resolve`, when the whole module has been read.
    """
    problems = fragments.problems
    header = block.header
    attributes.only(header, ATTRIBUTES, file, block.line, problems)
    if header.marks or header.goto:
        problems.add(file, block.line, "atribut-rusak", text="." + header.marks[0] if header.marks else "->")
    question = DraftQuestion(
        line=block.line,
        key=block_key(block, file, problems),
        kind=_kind(header, file, block.line, problems),
        objective=_objective(header, file, block.line, objectives, problems),
        difficulty=_word(header, "tingkat", LEVELS, str(Difficulty.MEDIUM), file, block.line, problems),
        variant_of=header.values.get("varian-dari"),
        shuffle=_word(header, "acak", ("ya", "tidak"), "ya", file, block.line, problems) == "ya",
        acts=acts_named(block, file, fragments),
        says_difficulty="tingkat" in header.values,
    )
    if any(OPTION_HEADING.match(line) for line in block.body.lines):
        _read_dilemma(block, question, file, fragments)
    else:
        _read_plain(block, question, file, fragments)
    return question


def _kind(header: attributes.Header, file: str, line: int, problems: Problems) -> ItemKind | None:
    word = header.values.get("jenis")
    if word is None:
        return None
    if word in KINDS:
        return KINDS[word]
    guess = did_you_mean(word, KINDS)
    problems.add(file, line, "jenis-tidak-dikenal", suggestion=guess, value=word, known=", ".join(KINDS))
    return KINDS[guess] if guess else None


def _word(
    header: attributes.Header,
    name: str,
    known: tuple[str, ...],
    default: str,
    file: str,
    line: int,
    problems: Problems,
) -> str:
    value = header.values.get(name, default)
    if value in known:
        return value
    guess = did_you_mean(value, known)
    problems.add(
        file, line, "nilai-atribut", suggestion=guess, name=name, value=value, known=", ".join(known)
    )
    return guess or default


def _objective(header: attributes.Header, file: str, line: int, count: int, problems: Problems) -> int | None:
    value = header.values.get("tujuan")
    if value is None and count == 1:
        return 1
    if value is None:
        problems.add(file, line, "soal-tanpa-tujuan", count=count)
        return None
    if not re.fullmatch(r"[0-9]{1,3}", value) or not 1 <= int(value) <= count:
        problems.add(file, line, "tujuan-tidak-ada", value=value, count=count)
        return None
    return int(value)


def cut_body(body: Chunk) -> Cut:
    """The explanation is the last blockquote, unless answers follow it: then it is talk within the question."""
    lines = body.lines
    last = max((i for i, line in enumerate(lines) if QUOTE.match(line)), default=None)
    if last is None or any(ANSWER.match(line) for line in lines[last + 1 :]):
        return Cut(body)
    first = last
    while first > 0 and (QUOTE.match(lines[first - 1]) or _blank_between_quotes(lines, first - 1)):
        first -= 1
    stop = last + 1
    while stop < len(lines) and lines[stop].strip():
        stop += 1
    quote = [match[1] if (match := QUOTE.match(line)) else line for line in lines[first:stop]]
    stray = [
        (number, line) for number, line in enumerate(lines[stop:], start=body.line + stop) if line.strip()
    ]
    return Cut(Chunk(body.line, lines[:first]), Chunk(body.line + first, quote), stray)


def _blank_between_quotes(lines: list[str], index: int) -> bool:
    return not lines[index].strip() and index > 0 and QUOTE.match(lines[index - 1]) is not None


def _explain(cut: Cut, question: DraftQuestion, file: str, fragments: Fragments) -> None:
    problems = fragments.problems
    for line, text in cut.stray[:1]:
        problems.add(file, line, "teks-tersesat", text=text.strip())
    if cut.explanation is None or cut.explanation.is_blank:
        problems.add(file, question.line, "soal-tanpa-pembahasan", key=question.key)
        return
    question.explanation_piece, citations = fragments.add("text", file, cut.explanation)
    question.citations.extend(citations)
    if not citations and "[@" not in cut.explanation.text:
        problems.add(file, cut.explanation.line, "pembahasan-tanpa-kutipan", key=question.key)


def _read_plain(block: Block, question: DraftQuestion, file: str, fragments: Fragments) -> None:
    cut = cut_body(block.body)
    _explain(cut, question, file, fragments)
    refers = "dilema" in block.header.values
    kind = ItemKind.DILEMMA if refers else question.kind
    answers = read_answers(cut.stem, kind, file, fragments.problems)
    if refers:
        question.kind = ItemKind.DILEMMA
        if not answers.is_empty:
            fragments.problems.add(file, block.line, "soal-dilema-berisi", key=question.key)
        if not answers.stem.is_blank:
            question.stem_piece, _ = fragments.add("scene", file, answers.stem)
        return
    if question.kind is ItemKind.DILEMMA:
        fragments.problems.add(file, block.line, "soal-dilema-tanpa-opsi", key=question.key)
        return
    if answers.stem.is_blank:
        fragments.problems.add(file, block.line, "soal-tanpa-pertanyaan", key=question.key)
    question.stem_piece, _ = fragments.add("scene", file, answers.stem)
    question.kind = answers.kind
    _take(answers, question, file, fragments)


def _take(answers: Answers, question: DraftQuestion, file: str, fragments: Fragments) -> None:
    for choice in answers.choices:
        text_piece, cited = fragments.add("inline", file, Chunk(choice.line, [choice.text]))
        draft = DraftChoice(choice.line, text_piece, choice.text, choice.correct)
        if choice.feedback is not None:
            draft.feedback_piece, more = fragments.add("inline", file, choice.feedback)
            cited = (*cited, *more)
        question.citations.extend(cited)
        question.choices.append(draft)
    for line, left, right in answers.pairs:
        left_piece, _ = fragments.add("inline", file, Chunk(line, [left]))
        right_piece, _ = fragments.add("inline", file, Chunk(line, [right]))
        question.pairs.append((left_piece, right_piece))
    question.accepted = [text for _line, text in answers.accepted]


def _read_dilemma(block: Block, question: DraftQuestion, file: str, fragments: Fragments) -> None:
    """A dilemma question with its own text.

    A blockquote at the end explains the question; it is not the consequence of the last option.
    """
    cut = cut_body(block.body)
    _explain(cut, question, file, fragments)
    if question.kind not in (None, ItemKind.DILEMMA):
        fragments.problems.add(
            file, block.line, "jenis-tidak-cocok", kind=str(block.header.values.get("jenis")), found="dilema"
        )
    question.kind = ItemKind.DILEMMA
    if "dilema" in block.header.values:
        fragments.problems.add(file, block.line, "soal-dilema-berisi", key=question.key)
    question.scene = read_scene(question.key, "", block.line, cut.stem, file, fragments)
    for option in question.scene.options:
        if option.goto is not None:
            fragments.problems.add(file, option.line, "opsi-soal-berlanjut", target=option.goto)


def resolve(
    question: DraftQuestion,
    block: Block,
    dilemmas: dict[str, list[DraftVariant]],
    file: str,
    problems: Problems,
) -> None:
    """Connect a question with the dilemma scene it asks again; unknown words get a suggestion."""
    values = block.header.values
    wanted = values.get("dilema")
    if wanted is None:
        for name in ("varian", "adegan"):
            if name in values:
                problems.add(file, block.line, "atribut-tanpa-dilema", name=name)
        return
    variants = dilemmas.get(wanted)
    if not variants:
        problems.add(
            file, block.line, "dilema-tidak-ada", suggestion=did_you_mean(wanted, dilemmas), key=wanted
        )
        return
    name = values.get("varian", variants[0].variant)
    variant = next((v for v in variants if v.variant == name), None)
    if variant is None:
        known = [v.variant for v in variants]
        problems.add(
            file,
            block.line,
            "varian-tidak-ada",
            suggestion=did_you_mean(name, known),
            key=name,
            known=", ".join(known),
        )
        return
    question.acts = question.acts or variant.acts
    question.variant = variant
    question.scene = _scene(variant, values.get("adegan", FIRST_SCENE), block, file, problems)


def _scene(variant: DraftVariant, key: str, block: Block, file: str, problems: Problems) -> DraftScene | None:
    scene = variant.scene(key)
    if scene is None:
        known = [s.key for s in variant.scenes]
        problems.add(
            file,
            block.line,
            "adegan-soal-tidak-ada",
            suggestion=did_you_mean(key, known),
            key=key,
            known=", ".join(known),
        )
    return scene


def resolve_variants(questions: list[DraftQuestion], file: str, problems: Problems) -> dict[str, str]:
    """The variant group of every question that is in one: question key -> key of the first of the group."""
    by_key = {question.key: question for question in questions}
    groups: dict[str, str] = {}
    for question in questions:
        if question.variant_of is None:
            continue
        target = question.variant_of
        if target not in by_key or target == question.key:
            guess = did_you_mean(target, set(by_key) - {question.key}) if KEY.fullmatch(target) else None
            problems.add(file, question.line, "soal-varian-tidak-ada", suggestion=guess, key=target)
            continue
        root, seen = target, {question.key}
        while root not in seen and (above := by_key[root].variant_of) in by_key and above is not None:
            seen.add(root)
            root = above
        if root in seen:
            root = min(seen)
        groups[question.key] = root
        groups[root] = root
    return groups
