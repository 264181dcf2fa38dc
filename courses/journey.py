"""Where a learner stands in a course and what comes next: pure rules over steps done."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from courses.format.compiled import CompiledDilemma, CompiledModule, CompiledVariant, DilemmaOption, Scene


class ModuleState(StrEnum):
    """How far a module is."""

    DONE = "DONE"
    NOW = "NOW"
    WAITING = "WAITING"


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """A module with what is left in it."""

    module: CompiledModule
    state: ModuleState
    dilemmas_left: int
    read: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next: a module, a dilemma in it, or (module None) the quiz."""

    module: CompiledModule | None
    dilemma: CompiledDilemma | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A scene gone through and the option chosen in it."""

    scene: Scene
    option: DilemmaOption


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through a branching dilemma: what was decided, and the scene that is open (None: the end)."""

    passages: tuple[Passage, ...]
    scene: Scene | None

    @property
    def finished(self) -> bool:
        """Whether an end was reached."""
        return self.scene is None


def module_step(slug: str) -> str:
    """Step key of a module read to its end."""
    return f"m/{slug}"


def dilemma_step(slug: str, key: str) -> str:
    """Step key of a dilemma decided to its end."""
    return f"d/{slug}/{key}"


def progress(modules: Sequence[CompiledModule], done: Collection[str]) -> list[ModuleProgress]:
    """Each module's state; the first unfinished one is where the learner is now."""
    result = []
    current_found = False
    for module in modules:
        left = [step for step in module.step_keys if step not in done]
        if not left:
            state = ModuleState.DONE
        elif not current_found:
            state, current_found = ModuleState.NOW, True
        else:
            state = ModuleState.WAITING
        read = module_step(module.slug) in done
        result.append(ModuleProgress(module, state, len(left) - (0 if read else 1), read))
    return result


def next_step(modules: Sequence[CompiledModule], done: Collection[str]) -> NextStep:
    """The first module with something undone: to be read if unread, else its first open dilemma; else the quiz."""
    for module in modules:
        if module_step(module.slug) not in done:
            return NextStep(module)
        for dilemma in module.dilemmas:
            if dilemma_step(module.slug, dilemma.key) not in done:
                return NextStep(module, dilemma)
    return NextStep(None)


def stretches(progress: Sequence[ModuleProgress]) -> list[tuple[ModuleProgress, ...]]:
    """Neighbouring modules of the same state together: what is done and what waits can be told in one line each."""
    return [tuple(run) for _state, run in groupby(progress, key=lambda entry: entry.state)]


def minutes_left(modules: Sequence[CompiledModule], done: Collection[str]) -> int:
    """Reading time of the modules that are not finished."""
    return sum(module.minutes for module in modules if any(step not in done for step in module.step_keys))


def variant_for(dilemma: CompiledDilemma, person_id: int, cycle: int) -> CompiledVariant:
    """The telling this person gets: neighbours get different ones, and the next cycle gets the next one."""
    digest = hashlib.sha256(f"{dilemma.key}/{person_id}".encode()).digest()
    return dilemma.variants[(digest[0] + cycle) % len(dilemma.variants)]


def walk(variant: CompiledVariant, decisions: Mapping[str, str]) -> Walk:
    """Follow decisions (scene key -> option key) from the first scene to the open one or the end."""
    passages: list[Passage] = []
    seen: set[str] = set()
    scene = variant.scene()
    while scene is not None and scene.key not in seen:
        seen.add(scene.key)
        chosen = decisions.get(scene.key)
        option = next((option for option in scene.options if option.key == chosen), None)
        if option is None:
            return Walk(tuple(passages), scene)
        passages.append(Passage(scene, option))
        scene = variant.scene(option.goto) if option.goto else None
    return Walk(tuple(passages), None)
