"""One file of a course, read by itself: for problems while somebody types, and for the preview beside the text.

A course of two hundred modules must answer as quickly as one of eight, so the other files are known by name only.
What needs them (hours that add up, anchors in other modules, questions alike across modules) is told by
`reader.read_course` when the whole course is checked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from courses.format import acts as catalogue
from courses.format import coursefile, handouts, modules, quality, text
from courses.format.acts import Acts
from courses.format.compiled import CompiledMedia, CompiledModule, Term
from courses.format.compiling import Compiler
from courses.format.drafts import DraftModule, DraftPart, DraftTerm, DraftVariant
from courses.format.fragments import Fragments
from courses.format.problems import Problem, Problems, TooManyProblems
from courses.format.questions import resolve_variants
from courses.format.registry import Registry, shipped
from courses.format.rendering import links_for, render
from courses.format.source import COURSE_FILE, GLOSSARY_FILE, HANDOUT_FILE, MODULE_FILE
from quizzes.items import Item


@dataclass(frozen=True)
class OneFile:
    """What one file says. `html` is a landing text or a summary; `module` and `items` come from a module, `terms` from a
    glossary. A text with mistakes shows what can be shown: then an item or the module may be missing.
    """

    problems: tuple[Problem, ...]
    html: str = ""
    module: CompiledModule | None = None
    items: tuple[Item, ...] = ()
    terms: tuple[Term, ...] = ()


def problems_in(
    path: str,
    content: str,
    *,
    names: Collection[str],
    media: Collection[str] = (),
    registry: Registry | None = None,
    acts: Acts | None = None,
) -> tuple[Problem, ...]:
    """The problems of one text, without rendering. `names` are the files of the course. Never raises."""
    problems = Problems()
    try:
        _read(path, content, _fragments(problems, names, media, registry, acts))
    except TooManyProblems:
        problems.stopped(path)
    return problems.sorted()


def preview(
    course_key: str,
    path: str,
    content: str,
    *,
    names: Collection[str],
    media: Mapping[str, CompiledMedia],
    registry: Registry | None = None,
    acts: Acts | None = None,
) -> OneFile:
    """One text as its readers will see it, and its problems. Rendering has a process and a deadline of its own."""
    problems = Problems()
    fragments = _fragments(problems, names, media, registry, acts)
    try:
        read = _read(path, content, fragments)
        links = links_for(course_key, fragments.registry, names, media)
        compiler = Compiler(fragments.registry, render(fragments.pieces, links, problems))
    except TooManyProblems:
        problems.stopped(path)
        return OneFile(problems.sorted())
    if isinstance(read, DraftModule):
        return OneFile(problems.sorted(), module=_module(read, compiler), items=_items(read, compiler))
    if path == GLOSSARY_FILE:
        return OneFile(problems.sorted(), terms=compiler.terms(read.terms))
    return OneFile(problems.sorted(), html=compiler.page(read.parts))


def dilemmas_in(
    path: str, content: str, *, names: Collection[str], media: Collection[str] = ()
) -> tuple[Mapping[str, Sequence[DraftVariant]], Sequence[str]]:
    """The dilemmas of one module as they are written, mistakes and all, and the source of every piece they point to.

    Quick: nothing is rendered. Empty for a file that is no module, or one with too many mistakes to go on reading.
    """
    fragments = _fragments(Problems(), names, media, None, None)
    try:
        read = _read(path, content, fragments)
    except TooManyProblems:
        return {}, ()
    found = read.dilemmas if isinstance(read, DraftModule) else {}
    return found, [piece.source for piece in fragments.pieces]


@dataclass(frozen=True)
class _Page:
    parts: list[DraftPart]
    terms: list[DraftTerm]


def _fragments(
    problems: Problems,
    names: Collection[str],
    media: Collection[str],
    registry: Registry | None,
    acts: Acts | None,
) -> Fragments:
    return Fragments(
        registry if registry is not None else shipped()[0],
        problems,
        modules=[name for name in names if MODULE_FILE.fullmatch(name)],
        media=list(media),
        acts=acts if acts is not None else catalogue.shipped()[0],
    )


def _read(path: str, content: str, fragments: Fragments) -> DraftModule | _Page:
    source = text.decode(path, content.encode("utf-8", "replace"), fragments.problems)
    if path == COURSE_FILE:
        page = _Page(coursefile.read(source, fragments).landing, [])
    elif path == HANDOUT_FILE:
        page = _Page(handouts.read_handout(source, fragments).parts, [])
    elif path == GLOSSARY_FILE:
        page = _Page([], handouts.read_glossary(source, fragments))
    else:
        draft = modules.read(path, source, 1, fragments)
        resolve_variants(draft.questions, path, fragments.problems)
        quality.check([draft], fragments, fragments.registry, fragments.problems)
        return draft
    quality.check([], fragments, fragments.registry, fragments.problems)
    return page


def _module(draft: DraftModule, compiler: Compiler) -> CompiledModule | None:
    try:
        return compiler.module(draft)
    except (AssertionError, ValueError, LookupError):
        return None  # a mistake that is told among the problems


def _items(draft: DraftModule, compiler: Compiler) -> tuple[Item, ...]:
    groups = resolve_variants(draft.questions, draft.file, Problems())
    found = []
    for question in draft.questions:
        try:
            found.append(compiler.item(draft, question, groups))
        except (AssertionError, ValueError, LookupError):
            continue  # likewise: the question cannot be graded yet, and its problem says why
    return tuple(found)
