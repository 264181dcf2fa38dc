"""What a new edition changes for those who read it, compared with the one that is out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from courses.format.compiled import CompiledCourse, CompiledModule, Handout, Term, hash_of, lighter
from quizzes.items import Item, QuestionSet, item_to_json


class State(StrEnum):
    """How a module stands to the one in the edition before."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    SAME = "SAME"


@dataclass(frozen=True, slots=True)
class Outline:
    """An edition reduced to what can be compared and counted."""

    facts: dict[str, Any]
    landing: str
    modules: tuple[CompiledModule, ...]
    items: tuple[Item, ...]
    handout: Handout | None = None
    glossary: tuple[Term, ...] = ()

    @property
    def dilemmas(self) -> int:
        """How many dilemmas, variants counted as one."""
        return sum(len(module.dilemmas) for module in self.modules)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of the course or its quiz that differs; `name` is a code that `texts.FACTS` puts in words."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """What is different in one module. Questions are told apart by their key."""

    number: int
    slug: str
    title: str
    state: State
    text: bool = False
    dilemmas: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All differences. `visible` is False when only sources differ, not what anybody reads or answers."""

    facts: tuple[Fact, ...]
    landing: bool
    modules: tuple[ModuleChange, ...]
    handout: bool = False
    glossary: bool = False

    @property
    def visible(self) -> bool:
        """Whether a learner could notice anything."""
        pages = self.landing or self.handout or self.glossary
        return pages or bool(self.facts) or any(m.state is not State.SAME for m in self.modules)

    @property
    def graded(self) -> bool:
        """Whether the quiz differs: a question, its key, or the rules."""
        quiz = {"passing_score", "minutes", "attempts", "cooldown_minutes", "questions"}
        return any(fact.name in quiz for fact in self.facts) or any(
            m.added or m.changed or m.removed for m in self.modules
        )


def outline(
    title: str,
    jp: int,
    validity_months: int,
    landing: str,
    modules: Iterable[CompiledModule],
    questions: QuestionSet,
    handout: Handout | None,
    glossary: tuple[Term, ...],
) -> Outline:
    """The outline of an edition from its parts."""
    settings = questions.settings
    facts = {
        "title": title,
        "jp": jp,
        "validity_months": validity_months,
        "passing_score": settings.passing_score,
        "minutes": settings.minutes,
        "attempts": settings.attempts,
        "cooldown_minutes": settings.cooldown_minutes,
        "questions": settings.total,
    }
    return Outline(facts, landing, tuple(modules), questions.items, handout, glossary)


def outline_of(course: CompiledCourse) -> Outline:
    """The outline of a compiled course."""
    return outline(
        course.title,
        course.jp,
        course.validity_months,
        course.landing_html,
        course.modules,
        course.question_set,
        course.handout,
        course.glossary,
    )


def compare(old: Outline, new: Outline) -> Changes:
    """Every difference from `old` to `new`, modules in the order of `new`, removed ones last."""
    facts = tuple(
        Fact(name, old.facts[name], value) for name, value in new.facts.items() if old.facts[name] != value
    )
    before = {module.slug: module for module in old.modules}
    after = {module.slug for module in new.modules}
    changes = [_module(before.get(module.slug), module, old.items, new.items) for module in new.modules]
    changes += [
        ModuleChange(module.number, module.slug, module.title, State.REMOVED)
        for module in old.modules
        if module.slug not in after
    ]
    return Changes(
        facts,
        old.landing != new.landing,
        tuple(changes),
        handout=old.handout != new.handout,
        glossary=old.glossary != new.glossary,
    )


def _module(
    old: CompiledModule | None, new: CompiledModule, old_items: tuple[Item, ...], new_items: tuple[Item, ...]
) -> ModuleChange:
    if old is None:
        return ModuleChange(new.number, new.slug, new.title, State.ADDED)
    before = {item.key: item for item in old_items if item.pool == new.slug}
    after = {item.key: item for item in new_items if item.pool == new.slug}
    told = {dilemma.key: lighter(asdict(dilemma)) for dilemma in old.dilemmas}
    dilemmas = tuple(
        dilemma.title for dilemma in new.dilemmas if told.get(dilemma.key) != lighter(asdict(dilemma))
    ) + tuple(d.title for d in old.dilemmas if d.key not in {dilemma.key for dilemma in new.dilemmas})
    change = ModuleChange(
        new.number,
        new.slug,
        new.title,
        State.CHANGED,
        text=_told(old) != _told(new),
        dilemmas=dilemmas,
        added=tuple(key for key in after if key not in before),
        changed=tuple(
            key for key, item in after.items() if key in before and _print(before[key]) != _print(item)
        ),
        removed=tuple(key for key in before if key not in after),
    )
    if change.text or change.dilemmas or change.added or change.changed or change.removed:
        return change
    return ModuleChange(new.number, new.slug, new.title, State.SAME)


def _told(module: CompiledModule) -> dict[str, Any]:
    said = {name: value for name, value in asdict(module).items() if name not in ("dilemmas", "toc")}
    plain: dict[str, Any] = lighter(said)
    return plain


def _print(item: Item) -> str:
    return hash_of(item_to_json(item))
