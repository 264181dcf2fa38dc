"""Advice on what questions measure: enough for every objective, reasons for wrong answers, no key given away, no doubles.

And the computation that shows how much two quiz papers of one course have in common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from courses.format.drafts import FIRST_SCENE, DraftChoice, DraftModule, DraftOption, DraftQuestion
from courses.format.fragments import Cite, Fragments
from courses.format.problems import Problems
from courses.format.questions import resolve_variants
from courses.format.registry import Registry
from quizzes.drawing import draw
from quizzes.items import ItemKind, QuestionSet, Weight

FEWEST_QUESTIONS = 4
"""For one objective: with fewer, a score by objective says more about the question than about the learner."""
LONGER = 1.3
LONGER_CHARACTERS = 12
MOST_LONGEST = 0.4
"""Of the single-choice questions; chance is one in four, so above this "take the longest" begins to pay."""
FEWEST_FOR_SHARE = 12
ALIKE = 0.6
COMMON_SHINGLE = 25
MOST_SHARED = 0.5
PAPERS = 48
_GRAVE = {"berat", "ptdh", "pidana"}
_CATCH_ALL = re.compile(
    r"\b(?:semua(?:nya)?|seluruh(?:nya)?)\b.{0,30}\b(?:benar|salah|di atas|tepat)\b|\b(?:tidak ada|bukan)\b.{0,20}\bdi atas\b",
    re.IGNORECASE,
)
_CITATION = re.compile(r"\[\s?@[^\[\]]{0,200}\]")
_WORD = re.compile(r"[^\W_]+")


def check_module(draft: DraftModule, fragments: Fragments, registry: Registry, problems: Problems) -> None:
    """Advice on one module's objectives, questions and weights."""
    file = draft.file
    if draft.questions:
        for number, text in enumerate(draft.objectives, start=1):
            count = sum(question.objective == number for question in draft.questions)
            if 0 < count < FEWEST_QUESTIONS:
                problems.add(
                    file,
                    draft.objectives_line,
                    "tujuan-kurang-soal",
                    warning=True,
                    number=number,
                    text=text,
                    count=count,
                    low=FEWEST_QUESTIONS,
                )
    for question in draft.questions:
        _check_question(question, file, problems)
    levels = _levels(registry)
    if levels:
        scenes = [
            scene for variants in draft.dilemmas.values() for variant in variants for scene in variant.scenes
        ]
        own = [
            q.scene for q in draft.questions if q.scene is not None and all(q.scene is not s for s in scenes)
        ]
        for scene in (*scenes, *own):
            for option in scene.options:
                _check_weight(option, levels, file, problems)


def _check_question(question: DraftQuestion, file: str, problems: Problems) -> None:
    if not question.says_difficulty:
        problems.add(file, question.line, "tingkat-tidak-ditulis", warning=True, key=question.key)
    for choice in question.choices:
        if _CATCH_ALL.search(_CITATION.sub("", choice.words)):
            problems.add(file, choice.line, "pilihan-sapu-jagat", warning=True, text=choice.words)
        reasoned = choice.correct or choice.feedback_piece is not None
        if question.kind in (ItemKind.SINGLE, ItemKind.MULTIPLE) and not reasoned:
            problems.add(file, choice.line, "pengecoh-tanpa-alasan", warning=True, text=choice.words)
    later = question.variant is not None and question.scene is not None and question.scene.key != FIRST_SCENE
    if later and question.stem_piece is None and question.scene is not None:
        problems.add(
            file,
            question.line,
            "adegan-tanpa-pengantar",
            warning=True,
            key=question.key,
            scene=question.scene.key,
        )
    lengths = _key_and_rest(question)
    if lengths is not None:
        key, longest = lengths
        if key > LONGER * longest and key - longest >= LONGER_CHARACTERS:
            problems.add(
                file,
                question.line,
                "kunci-terpanjang",
                warning=True,
                key=question.key,
                length=key,
                other=longest,
            )


def _key_and_rest(question: DraftQuestion) -> tuple[int, int] | None:
    """Lengths of the right option and of the longest wrong one, for a single-choice question."""
    if question.kind is not ItemKind.SINGLE or len(question.choices) < 3:
        return None
    right = [_length(choice) for choice in question.choices if choice.correct]
    wrong = [_length(choice) for choice in question.choices if not choice.correct]
    return (right[0], max(wrong)) if len(right) == 1 and wrong else None


def _length(choice: DraftChoice) -> int:
    return len(" ".join(_CITATION.sub("", choice.words).split()))


def check_lengths(drafts: Sequence[DraftModule], problems: Problems) -> None:
    """Over the whole course the right option must not be the longest one much more often than by chance."""
    lengths = [
        (draft, found)
        for draft in drafts
        for question in draft.questions
        if (found := _key_and_rest(question)) is not None
    ]
    if len(lengths) < FEWEST_FOR_SHARE:
        return
    longest = [draft for draft, (key, other) in lengths if key > other]
    share = len(longest) / len(lengths)
    if share > MOST_LONGEST:
        # Said where it happens most.
        worst = max(dict.fromkeys(draft.file for draft in longest), key=[d.file for d in longest].count)
        problems.add(
            worst,
            1,
            "kunci-sering-terpanjang",
            warning=True,
            percent=round(100 * share),
            limit=round(100 * MOST_LONGEST),
        )


def _levels(registry: Registry) -> dict[tuple[str, str], str]:
    return {
        (regulation.key, article.locator): article.level
        for regulation in registry.regulations.values()
        for article in regulation.articles.values()
        if article.level
    }


def _check_weight(
    option: DraftOption, levels: dict[tuple[str, str], str], file: str, problems: Problems
) -> None:
    """The weight follows the level of the articles that the consequence cites."""
    if option.weight not in (Weight.BREACH, Weight.GRAVE_BREACH):
        return
    named = _named(option.citations, levels)
    if option.weight == Weight.GRAVE_BREACH and not named & _GRAVE:
        problems.add(file, option.line, "bobot-tanpa-pasal-berat", warning=True, text=option.words)
    if option.weight == Weight.BREACH and named and named <= _GRAVE:
        level = ", ".join(sorted(named))
        problems.add(file, option.line, "bobot-terlalu-ringan", warning=True, text=option.words, level=level)


def _named(citations: Sequence[Cite], levels: dict[tuple[str, str], str]) -> set[str]:
    return {levels[c.key, c.locator] for c in citations if (c.key, c.locator) in levels}


def check_repeats(drafts: Sequence[DraftModule], fragments: Fragments, problems: Problems) -> None:
    """Questions that ask the same thing in nearly the same words and are not declared variants of each other."""
    questions: list[tuple[DraftModule, DraftQuestion]] = []
    groups: list[str] = []
    for draft in drafts:
        roots = resolve_variants(draft.questions, draft.file, Problems())
        for question in draft.questions:
            questions.append((draft, question))
            groups.append(f"{draft.file}/{roots.get(question.key, question.key)}")
    shingles = [_shingles(question, fragments) for _draft, question in questions]
    for first, second in _candidates(shingles):
        if groups[first] == groups[second]:
            continue
        likeness = len(shingles[first] & shingles[second]) / len(shingles[first] | shingles[second])
        if likeness >= ALIKE:
            (earlier, original), (draft, question) = questions[first], questions[second]
            problems.add(
                draft.file,
                question.line,
                "soal-mirip",
                warning=True,
                key=question.key,
                other=original.key,
                path=earlier.file,
                line=original.line,
                percent=round(100 * likeness),
            )


def _shingles(question: DraftQuestion, fragments: Fragments) -> set[str]:
    """Every three words in a row of the question and its answers."""
    pieces = [question.stem_piece, *(piece for pair in question.pairs for piece in pair)]
    if question.scene is not None:
        pieces.append(question.scene.text_piece)
    told = [fragments.pieces[piece].source for piece in pieces if piece is not None]
    told += [choice.words for choice in question.choices]
    if question.scene is not None:
        told += [option.words for option in question.scene.options]
    words = _WORD.findall(_CITATION.sub("", " ".join(told)).casefold())
    return {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def _candidates(shingles: Sequence[set[str]]) -> Iterator[tuple[int, int]]:
    """Pairs that share a shingle which is not a common phrase: comparing all with all would not stay quick."""
    where: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(shingles):
        for shingle in found:
            where[shingle].append(number)
    pairs = {
        pair
        for numbers in where.values()
        if 1 < len(numbers) <= COMMON_SHINGLE
        for pair in combinations(numbers, 2)
    }
    yield from sorted(pairs)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much quiz papers of one course share. Shares are parts of a paper, 0 to 1.

    `mean` and `worst` are over all pairs of `papers` papers of different people; `retake` is the most that somebody's
    second paper shares with the first. `pools` are (name, drawn, offered), variants counted once.
    """

    pools: tuple[tuple[str, int, int], ...]
    papers: int
    total: int
    mean: float
    worst: float
    retake: float

    @property
    def expected(self) -> float:
        """The share to expect from the sizes alone: a question drawn n of N times meets itself n/N of the time."""
        return sum(drawn * drawn / offered for _name, drawn, offered in self.pools) / self.total


def overlap(question_set: QuestionSet, papers: int = PAPERS) -> Overlap:
    """Draw papers as the quiz does and compare them. Deterministic: the seeds are numbers."""
    settings = question_set.settings
    drawn = [draw(question_set, f"tumpang-tindih/{number}").item_keys for number in range(papers)]
    again = [draw(question_set, f"ulangan/{n}", seen=keys).item_keys for n, keys in enumerate(drawn)]
    shared = [len(set(one) & set(other)) / settings.total for one, other in combinations(drawn, 2)]
    return Overlap(
        pools=tuple(
            (
                pool,
                number,
                len({item.variant_group or item.key for item in question_set.items if item.pool == pool}),
            )
            for pool, number in settings.draw
        ),
        papers=papers,
        total=settings.total,
        mean=sum(shared) / len(shared),
        worst=max(shared),
        retake=max(len(set(one) & set(two)) / settings.total for one, two in zip(drawn, again, strict=True)),
    )
