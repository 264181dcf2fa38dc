"""A compiled course: what a version stores and learner pages print. Frozen, and JSON there and back.

All `html` is rendered and sanitised; pages print it as it is. Keys, numbers and labels are plain text.
`content_hash` is over the source and the registry entries it rests on, not over the rendered HTML, so a
new renderer does not make a new version of unchanged content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from quizzes import items

FORMAT = 1
CITATION_ICON = '<svg class="ic" aria-hidden="true"><use href="/static/sprite.svg#scale"/></svg>'


@dataclass(frozen=True, slots=True)
class LawCitation:
    """An article of law as people see it: `label` is "PP 94/2021, Pasal 5 huruf n"; `summary` own words."""

    key: str
    locator: str
    label: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class DilemmaOption:
    """One way to act. `text` is inline HTML; `html` the consequence; `goto` the next scene or None (the end)."""

    key: str
    text: str
    weight: str
    goto: str | None
    html: str
    citations: tuple[LawCitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A situation and the ways to act in it. The first scene of a variant has the key "awal"."""

    key: str
    title: str
    html: str
    legend: str
    options: tuple[DilemmaOption, ...]


@dataclass(frozen=True, slots=True)
class CompiledVariant:
    """One telling of a dilemma. `phase`, `place` and `role` are plain words or empty; scenes in file order.

    `acts` are the entries of the catalogue of acts that it is about.
    """

    variant: str
    title: str
    phase: str
    place: str
    role: str
    scenes: tuple[Scene, ...]
    acts: tuple[str, ...] = ()

    def scene(self, key: str | None = None) -> Scene | None:
        """The scene with this key, the first one without a key, or None."""
        if key is None:
            return self.scenes[0]
        return next((scene for scene in self.scenes if scene.key == key), None)


@dataclass(frozen=True, slots=True)
class CompiledDilemma:
    """A dilemma with one or more variants; one of them is shown to a person."""

    key: str
    variants: tuple[CompiledVariant, ...]

    @property
    def title(self) -> str:
        """The title of the first variant."""
        return self.variants[0].title

    def variant(self, name: str) -> CompiledVariant | None:
        """The variant of this name, or None."""
        return next((variant for variant in self.variants if variant.variant == name), None)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a module page in reading order: `kind` "html" (with `html`) or "dilemma" (with `key`)."""

    kind: str
    html: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class TocEntry:
    """One line of the table of contents: `kind` "heading" (`anchor` is an id) or "dilemma" (its key)."""

    kind: str
    level: int
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class CompiledModule:
    """One module. `number` is its place from 1; `minutes` the time it takes.

    `jp` are its lesson hours, 0 where only the course as a whole is counted in hours.
    """

    number: int
    slug: str
    title: str
    jp: int
    minutes: int
    objectives: tuple[str, ...]
    parts: tuple[Part, ...]
    toc: tuple[TocEntry, ...]
    dilemmas: tuple[CompiledDilemma, ...]

    def dilemma(self, key: str) -> CompiledDilemma | None:
        """The dilemma with this key, or None."""
        return next((dilemma for dilemma in self.dilemmas if dilemma.key == key), None)

    @property
    def step_keys(self) -> tuple[str, ...]:
        """The steps a learner does here: the dilemmas, then the module itself."""
        return (*(f"d/{self.slug}/{dilemma.key}" for dilemma in self.dilemmas), f"m/{self.slug}")


@dataclass(frozen=True, slots=True)
class CompiledMedia:
    """An image of the course: `path` in the folder, real type and size, SHA-256 of its bytes."""

    path: str
    sha256: str
    mime: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Handout:
    """The course on one printed page."""

    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary and what it means."""

    term: str
    html: str


@dataclass(frozen=True, slots=True)
class ActUse:
    """Who is about which entry of the catalogue of acts; `kind` and `owner` as in `CitationUse`."""

    kind: str
    module_slug: str
    owner: str
    act: str


@dataclass(frozen=True, slots=True)
class CitationUse:
    """Who rests on which article. `kind` is kursus, modul, dilema or soal; `owner` names it in its module.

    `owner` is empty for text, "kunci/varian" for a dilemma, "kunci" for a question.
    """

    kind: str
    module_slug: str
    owner: str
    key: str
    locator: str


@dataclass(frozen=True)
class CompiledCourse:
    """A whole course, ready to publish. `regulations` are the registry entries it rests on, as they stood."""

    key: str
    title: str
    code: str
    summary: str
    jp: int
    validity_months: int
    landing_html: str
    modules: tuple[CompiledModule, ...]
    question_set: items.QuestionSet
    citations: tuple[CitationUse, ...]
    media: tuple[CompiledMedia, ...]
    regulations: tuple[Mapping[str, Any], ...]
    content_hash: str
    handout: Handout | None = None
    glossary: tuple[Term, ...] = ()
    acts: tuple[ActUse, ...] = ()

    @property
    def edition(self) -> str:
        """The first 16 hex digits of the content hash: the public name of this edition."""
        return self.content_hash[:16]

    @property
    def step_keys(self) -> tuple[str, ...]:
        """All steps of the course in order; the quiz opens when they are done."""
        return tuple(step for module in self.modules for step in module.step_keys)

    def module(self, slug: str) -> CompiledModule | None:
        """The module with this slug, or None."""
        return next((module for module in self.modules if module.slug == slug), None)


def to_json(course: CompiledCourse) -> dict[str, Any]:
    """The course as plain dicts and lists; equal courses give equal canonical JSON."""
    return {
        "format": FORMAT,
        "key": course.key,
        "title": course.title,
        "code": course.code,
        "summary": course.summary,
        "jp": course.jp,
        "validity_months": course.validity_months,
        "landing_html": course.landing_html,
        "modules": [module_to_json(module) for module in course.modules],
        "question_set": items.to_json(course.question_set),
        "citations": [asdict(use) for use in course.citations],
        "media": [asdict(medium) for medium in course.media],
        "regulations": [dict(regulation) for regulation in course.regulations],
        "content_hash": course.content_hash,
        "handout": asdict(course.handout) if course.handout else None,
        "glossary": [asdict(term) for term in course.glossary],
        "acts": [asdict(use) for use in course.acts],
    }


def lighter(value: Any) -> Any:
    """Plain content without the icon of every citation: the stylesheet draws it, a sixth of a module's page less.

    What is stored has the icons and what pages read has not; so whoever compares the two compares lighter ones.
    """
    if isinstance(value, str):
        return value.replace(CITATION_ICON, "")
    if isinstance(value, Mapping):
        return {key: lighter(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [lighter(inner) for inner in value]
    return value


def module_to_json(module: CompiledModule) -> dict[str, Any]:
    """One module as plain dicts and lists, tuples as lists."""
    data = asdict(module)
    data["objectives"] = list(module.objectives)
    for name in ("parts", "toc", "dilemmas"):
        data[name] = list(data[name])
    for dilemma in data["dilemmas"]:
        dilemma["variants"] = list(dilemma["variants"])
        for variant in dilemma["variants"]:
            variant["scenes"] = list(variant["scenes"])
            variant["acts"] = list(variant["acts"])
            for scene in variant["scenes"]:
                scene["options"] = list(scene["options"])
                for option in scene["options"]:
                    option["citations"] = list(option["citations"])
    return data


def parts_from_json(data: list[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts of a module page from their stored form."""
    return tuple(Part(**part) for part in data)


def toc_from_json(data: list[Mapping[str, Any]]) -> tuple[TocEntry, ...]:
    """The table of contents from its stored form."""
    return tuple(TocEntry(**entry) for entry in data)


def dilemmas_from_json(data: list[Mapping[str, Any]]) -> tuple[CompiledDilemma, ...]:
    """The dilemmas of a module from their stored form."""
    return tuple(
        CompiledDilemma(
            dilemma["key"],
            tuple(
                CompiledVariant(
                    **{
                        **variant,
                        "scenes": tuple(_scene(scene) for scene in variant["scenes"]),
                        "acts": tuple(variant.get("acts", ())),
                    }
                )
                for variant in dilemma["variants"]
            ),
        )
        for dilemma in data
    )


def _scene(data: Mapping[str, Any]) -> Scene:
    options = tuple(
        DilemmaOption(**{**option, "citations": tuple(LawCitation(**c) for c in option["citations"])})
        for option in data["options"]
    )
    return Scene(**{**data, "options": options})


def module_from_json(data: Mapping[str, Any]) -> CompiledModule:
    """Read one module back; `KeyError` or `TypeError` when it is not a stored module."""
    return CompiledModule(
        **{
            **data,
            "objectives": tuple(data["objectives"]),
            "parts": parts_from_json(data["parts"]),
            "toc": toc_from_json(data["toc"]),
            "dilemmas": dilemmas_from_json(data["dilemmas"]),
        }
    )


def from_json(data: Mapping[str, Any]) -> CompiledCourse:
    """Read a compiled course back; `ValueError` for another format version."""
    if data.get("format") != FORMAT:
        raise ValueError(f"unknown compiled course format {data.get('format')!r}")
    values = {name: value for name, value in data.items() if name != "format"}
    return CompiledCourse(
        **{
            **values,
            "modules": tuple(module_from_json(module) for module in data["modules"]),
            "question_set": items.from_json(data["question_set"]),
            "citations": tuple(CitationUse(**use) for use in data["citations"]),
            "media": tuple(CompiledMedia(**medium) for medium in data["media"]),
            "regulations": tuple(data["regulations"]),
            "handout": Handout(**data["handout"]) if data.get("handout") else None,
            "glossary": tuple(Term(**term) for term in data.get("glossary", ())),
            "acts": tuple(ActUse(**use) for use in data.get("acts", ())),
        }
    )


def hash_of(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of plain values."""
    return hashlib.sha256(items.canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
