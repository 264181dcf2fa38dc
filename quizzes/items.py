"""What a question set is: the compiled, frozen form of all questions of one course edition.

A course compiles into these dataclasses; the engine draws, shows and grades them. Pure: standard library
only. `to_json` gives plain dicts and lists (stable keys, no floats), `from_json` reads them back and refuses
what does not fit with `ValueError`, so a question set that loads is a question set that can be graded.
All `html` fields are sanitised by whoever compiled them; the engine prints them as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

FORMAT = 1
"""Version of the JSON form. A reader of an old question set must be able to tell how it was written."""


class ItemKind(StrEnum):
    """How a question is answered. Each value has its class in `quizzes.kinds`."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    MATCHING = "matching"
    ORDERING = "ordering"
    SHORT = "short"
    DILEMMA = "dilemma"


class Difficulty(StrEnum):
    """How hard the author thinks a question is."""

    EASY = "mudah"
    MEDIUM = "sedang"
    HARD = "sulit"


class Weight(StrEnum):
    """How good an option of a dilemma is; the words are those of the course format."""

    RIGHT = "tepat"
    ACCEPTABLE = "dapat-diterima"
    WEAK = "kurang-tepat"
    BREACH = "pelanggaran"
    GRAVE_BREACH = "pelanggaran-berat"

    @property
    def fraction(self) -> Fraction:
        """The share of the full mark this weight earns, 0 to 1."""
        return _WEIGHT_FRACTIONS[self]


_WEIGHT_FRACTIONS = {
    Weight.RIGHT: Fraction(1),
    Weight.ACCEPTABLE: Fraction(1, 2),
    Weight.WEAK: Fraction(1, 4),
    Weight.BREACH: Fraction(0),
    Weight.GRAVE_BREACH: Fraction(0),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a single, multiple, true/false or dilemma question, or one element of an ordering.

    `key` is "a", "b", … and unique in its item. `correct` counts for single, multiple and true/false;
    `weight` for dilemma. `feedback` says why the option is right or wrong and is shown with the result only.
    """

    key: str
    text: str
    correct: bool = False
    weight: str | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One left side and the right side that belongs to it."""

    key: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference into the registry of regulations, with the label shown to people."""

    key: str
    locator: str
    label: str


@dataclass(frozen=True, slots=True)
class Objective:
    """A learning objective: results are reported by it and it says which module to read again."""

    key: str
    text: str
    module_slug: str
    module_title: str
    module_number: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its key. `key` is "slug-modul/kunci"; `pool` is the module slug it is drawn from.

    For ordering the options stand in the right order. At most one item of a `variant_group` is drawn into a
    paper. `shuffle=False` keeps the author's order of options. `topics` are keys of whoever made the set; here they
    only travel along.
    """

    key: str
    pool: str
    kind: ItemKind
    stem: str
    objective: str
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: tuple[str, ...] = ()
    explanation: str = ""
    citations: tuple[Citation, ...] = ()
    difficulty: str = Difficulty.MEDIUM
    variant_group: str | None = None
    shuffle: bool = True
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in item_problems(self):
            raise ValueError(f"{self.key}: {problem}")


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """The rules of the final quiz. `passing_score` 0–100; `draw` is how many questions come from each pool."""

    passing_score: int = 80
    minutes: int = 40
    attempts: int = 3
    cooldown_minutes: int = 60
    draw: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """Number of questions on one paper."""
        return sum(number for _pool, number in self.draw)


@dataclass(frozen=True)
class QuestionSet:
    """All questions of one course edition with the rules of its quiz. Immutable once published."""

    course_key: str
    edition: str
    items: tuple[Item, ...]
    objectives: tuple[Objective, ...]
    settings: QuizSettings = field(default_factory=QuizSettings)

    @cached_property
    def by_key(self) -> dict[str, Item]:
        """Items by key."""
        return {item.key: item for item in self.items}

    @cached_property
    def objectives_by_key(self) -> dict[str, Objective]:
        """Objectives by key."""
        return {objective.key: objective for objective in self.objectives}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) over the canonical JSON: equal content, equal hash, on every machine."""
        return hashlib.sha256(canonical(to_json(self)).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spaces: the form that is hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def draw_evenly(pools: Iterable[str], total: int) -> tuple[tuple[str, int], ...]:
    """Divide `total` questions over the pools as evenly as possible, the earlier pools getting one more."""
    names = list(pools)
    if not names:
        return ()
    share, rest = divmod(total, len(names))
    return tuple((name, share + (position < rest)) for position, name in enumerate(names))


def item_problems(item: Item) -> list[str]:
    """Why this item could not be graded, in English for the developer; empty when it can.

    The course reader reports author mistakes with lines and remedies before it ever builds an item; this is
    the last fence.
    """
    problems = []
    keys = [option.key for option in item.options]
    if len(set(keys)) != len(keys):
        problems.append("option keys repeat")
    correct = sum(option.correct for option in item.options)
    if item.kind in (ItemKind.SINGLE, ItemKind.TRUE_FALSE):
        if len(item.options) < 2 or correct != 1:
            problems.append("needs two or more options and exactly one correct one")
    elif item.kind is ItemKind.MULTIPLE:
        if len(item.options) < 2 or correct < 1:
            problems.append("needs two or more options and at least one correct one")
    elif item.kind is ItemKind.DILEMMA:
        weights = [option.weight for option in item.options]
        if len(weights) < 2 or any(weight not in set(Weight) for weight in weights):
            problems.append("needs two or more options, each with a known weight")
        elif Weight.RIGHT not in weights:
            problems.append("needs an option with the full weight")
    elif item.kind is ItemKind.ORDERING:
        if len(item.options) < 2 or len({option.text for option in item.options}) != len(item.options):
            problems.append("needs two or more different elements")
    elif item.kind is ItemKind.MATCHING:
        if len(item.pairs) < 2 or len({pair.key for pair in item.pairs}) != len(item.pairs):
            problems.append("needs two or more pairs with different keys")
        elif len({pair.right for pair in item.pairs}) != len(item.pairs):
            problems.append("right sides must differ")
    elif not any(text.strip() for text in item.accepted):  # what is left is a short answer
        problems.append("needs an accepted answer")
    return problems


def set_problems(question_set: QuestionSet) -> list[str]:
    """Why no paper could be drawn from this set, in English; empty when one can, for every seed.

    A pool must offer, counting each variant group once, at least as many questions as are drawn from it.
    Variant groups are counted inside their pool, so a group that spans pools is refused.
    """
    problems = []
    if len(question_set.by_key) != len(question_set.items):
        problems.append("item keys repeat")
    settings = question_set.settings
    if settings.total < 1:
        problems.append("no questions are drawn")
    if not 0 < settings.passing_score <= 100:
        problems.append("the passing score must be 1 to 100")
    if settings.minutes < 1 or settings.attempts < 1 or settings.cooldown_minutes < 0:
        problems.append("minutes and attempts must be positive")
    pools = [pool for pool, _number in settings.draw]
    if len(set(pools)) != len(pools):
        problems.append("a pool is drawn from twice")
    for pool, number in settings.draw:
        offered = {item.variant_group or item.key for item in question_set.items if item.pool == pool}
        if number < 0 or len(offered) < number:
            problems.append(f"pool {pool!r} offers {len(offered)} questions, {number} are drawn")
    group_pools: dict[str, str] = {}
    for item in question_set.items:
        if item.objective not in question_set.objectives_by_key:
            problems.append(f"{item.key}: unknown objective {item.objective!r}")
        if item.variant_group and group_pools.setdefault(item.variant_group, item.pool) != item.pool:
            problems.append(f"variant group {item.variant_group!r} spans pools")
    return problems


def to_json(question_set: QuestionSet) -> dict[str, Any]:
    """The set as plain dicts and lists."""
    settings = question_set.settings
    return {
        "format": FORMAT,
        "course_key": question_set.course_key,
        "edition": question_set.edition,
        "settings": {
            "passing_score": settings.passing_score,
            "minutes": settings.minutes,
            "attempts": settings.attempts,
            "cooldown_minutes": settings.cooldown_minutes,
            "draw": [list(entry) for entry in settings.draw],
        },
        "objectives": [
            {
                "key": o.key,
                "text": o.text,
                "module_slug": o.module_slug,
                "module_title": o.module_title,
                "module_number": o.module_number,
            }
            for o in question_set.objectives
        ],
        "items": [item_to_json(item) for item in question_set.items],
    }


def item_to_json(item: Item) -> dict[str, Any]:
    """One item as plain dicts and lists, key included: for storage, never for a browser."""
    topics = {"topics": list(item.topics)} if item.topics else {}
    return {
        "key": item.key,
        "pool": item.pool,
        "kind": str(item.kind),
        "stem": item.stem,
        "objective": item.objective,
        "options": [
            {"key": o.key, "text": o.text, "correct": o.correct, "weight": o.weight, "feedback": o.feedback}
            for o in item.options
        ],
        "pairs": [{"key": p.key, "left": p.left, "right": p.right} for p in item.pairs],
        "accepted": list(item.accepted),
        "explanation": item.explanation,
        "citations": [{"key": c.key, "locator": c.locator, "label": c.label} for c in item.citations],
        "difficulty": str(item.difficulty),
        "variant_group": item.variant_group,
        "shuffle": item.shuffle,
        **topics,
    }


def item_from_json(data: Mapping[str, Any]) -> Item:
    """Read one item; `ValueError` when it could not be graded."""
    return Item(
        key=data["key"],
        pool=data["pool"],
        kind=ItemKind(data["kind"]),
        stem=data["stem"],
        objective=data["objective"],
        options=tuple(Option(**option) for option in data.get("options", ())),
        pairs=tuple(Pair(**pair) for pair in data.get("pairs", ())),
        accepted=tuple(data.get("accepted", ())),
        explanation=data.get("explanation", ""),
        citations=tuple(Citation(**citation) for citation in data.get("citations", ())),
        difficulty=data.get("difficulty", Difficulty.MEDIUM),
        variant_group=data.get("variant_group"),
        shuffle=data.get("shuffle", True),
        topics=tuple(data.get("topics", ())),
    )


def from_json(data: Mapping[str, Any]) -> QuestionSet:
    """Read a stored set; `ValueError` for another format version or an item that could not be graded."""
    if data.get("format") != FORMAT:
        raise ValueError(f"unknown question set format {data.get('format')!r}")
    settings = data["settings"]
    return QuestionSet(
        course_key=data["course_key"],
        edition=data["edition"],
        items=tuple(item_from_json(item) for item in data["items"]),
        objectives=tuple(Objective(**objective) for objective in data["objectives"]),
        settings=QuizSettings(
            passing_score=settings["passing_score"],
            minutes=settings["minutes"],
            attempts=settings["attempts"],
            cooldown_minutes=settings["cooldown_minutes"],
            draw=tuple((pool, number) for pool, number in settings["draw"]),
        ),
    )
