"""From drafts and rendered fragments to a compiled course. Called only when there is no error left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from courses.format.compiled import (
    CompiledDilemma,
    CompiledModule,
    CompiledVariant,
    DilemmaOption,
    Handout,
    LawCitation,
    Part,
    Scene,
    Term,
    TocEntry,
)
from courses.format.drafts import (
    DraftHandout,
    DraftModule,
    DraftOption,
    DraftPart,
    DraftQuestion,
    DraftScene,
    DraftTerm,
    DraftVariant,
)
from courses.format.fragments import Cite
from courses.format.registry import Registry
from courses.format.rendering import Rendered
from quizzes.items import Citation, Item, ItemKind, Objective, Option, Pair, Weight

_NOTICES = {
    "catatan": ("notice", "info"),
    "boleh": ("notice notice--ok", "circle-check"),
    "awas": ("notice notice--warn", "circle-alert"),
}
_FIGURES = {"alur": "flow", "linimasa": "timeline"}
_ICON = '<svg class="ic" aria-hidden="true"><use href="/static/sprite.svg#%s"/></svg>'
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Compiler:
    """Puts rendered HTML into place. `rendered` is indexed by the piece numbers of the drafts."""

    def __init__(self, registry: Registry, rendered: Sequence[Rendered]) -> None:
        self.registry = registry
        self.rendered = rendered

    def html(self, piece: int | None) -> str:
        return "" if piece is None else self.rendered[piece].html

    def module(self, draft: DraftModule) -> CompiledModule:
        """One module page with its table of contents; heading ids are unique on the page."""
        parts: list[Part] = []
        toc: list[TocEntry] = []
        taken: set[str] = set()
        for part in draft.parts:
            if part.dilemma:
                title = draft.dilemmas[part.dilemma][0].title
                parts.append(Part("dilemma", key=part.dilemma))
                toc.append(TocEntry("dilemma", 2, part.dilemma, title))
                continue
            html = self._text(part, toc, taken)
            if parts and parts[-1].kind == "html":
                parts[-1] = Part("html", html=parts[-1].html + "\n" + html)
            else:
                parts.append(Part("html", html=html))
        return CompiledModule(
            number=draft.number,
            slug=draft.slug,
            title=draft.title,
            jp=draft.jp or 0,
            minutes=draft.minutes,
            objectives=tuple(draft.objectives),
            parts=tuple(parts),
            toc=tuple(toc),
            dilemmas=tuple(self.dilemma(key, variants) for key, variants in draft.dilemmas.items()),
        )

    def handout(self, draft: DraftHandout | None) -> Handout | None:
        """The summary on one page, if the course has one."""
        return None if draft is None else Handout(draft.title, self.page(draft.parts))

    def terms(self, drafts: Iterable[DraftTerm]) -> tuple[Term, ...]:
        """The glossary, by term."""
        terms = [Term(draft.term, self.html(draft.piece)) for draft in drafts]
        return tuple(sorted(terms, key=lambda term: term.term.casefold()))

    def page(self, parts: Sequence[DraftPart]) -> str:
        """A text without dilemmas, with its notices and figures: the landing text, the summary."""
        toc: list[TocEntry] = []
        taken: set[str] = set()
        return "\n".join(self._text(part, toc, taken) for part in parts)

    def _text(self, part: DraftPart, toc: list[TocEntry], taken: set[str]) -> str:
        html = self.html(part.piece)
        if part.box in _NOTICES:
            return notice(part.box, part.title, html, level=3 if toc else 2)
        if part.box:
            return figure(part.box, part.title, html)
        headings = self.rendered[part.piece].toc if part.piece is not None else ()
        for level, name, title in headings:
            unique, count = name, 1
            while unique in taken:
                count += 1
                unique = f"{name}-{count}"
            taken.add(unique)
            if unique != name:
                html = html.replace(f' id="{name}"', f' id="{unique}"', 1)
            toc.append(TocEntry("heading", level, unique, title))
        return html

    def dilemma(self, key: str, variants: Sequence[DraftVariant]) -> CompiledDilemma:
        return CompiledDilemma(key, tuple(self._variant(variant) for variant in variants))

    def _variant(self, draft: DraftVariant) -> CompiledVariant:
        return CompiledVariant(
            variant=draft.variant,
            title=draft.title,
            phase=draft.phase,
            place=draft.place,
            role=draft.role,
            acts=draft.acts,
            scenes=tuple(self._scene(scene) for scene in draft.scenes),
        )

    def _scene(self, draft: DraftScene) -> Scene:
        return Scene(
            key=draft.key,
            title=draft.title,
            html=self.html(draft.text_piece),
            legend=self.html(draft.legend_piece),
            options=tuple(self._option(option, _LETTERS[i]) for i, option in enumerate(draft.options)),
        )

    def _option(self, draft: DraftOption, letter: str) -> DilemmaOption:
        return DilemmaOption(
            key=letter,
            text=self.html(draft.text_piece),
            weight=draft.weight,
            goto=draft.goto,
            html=self.html(draft.body_piece),
            citations=tuple(self._law(cite) for cite in unique_places(draft.citations)),
        )

    def _law(self, place: tuple[str, str]) -> LawCitation:
        found = self.registry.find(*place)
        assert found is not None  # only known citations become Cites
        regulation, article = found
        return LawCitation(*place, regulation.label(article), article.summary)

    def item(self, module: DraftModule, draft: DraftQuestion, groups: dict[str, str]) -> Item:
        """One question as the engine takes it. Keys are letters in the author's order."""
        assert draft.kind is not None
        stem = self.html(draft.stem_piece)
        options: tuple[Option, ...]
        cites: list[Cite] = list(draft.citations)
        if draft.scene is not None:
            scene = draft.scene
            legend = self.html(scene.legend_piece)
            told = [
                _context(draft.variant),
                self.html(draft.stem_piece),
                self.html(scene.text_piece),
                f"<p>{legend}</p>" if legend else "",
            ]
            stem = "\n".join(part for part in told if part)
            options = tuple(
                Option(
                    _LETTERS[i],
                    self.html(o.text_piece),
                    o.weight == Weight.RIGHT,
                    o.weight,
                    self.html(o.body_piece),
                )
                for i, o in enumerate(scene.options)
            )
            cites.extend(cite for option in scene.options for cite in option.citations)
        else:
            options = tuple(
                Option(_LETTERS[i], self.html(c.text_piece), c.correct, None, self.html(c.feedback_piece))
                for i, c in enumerate(draft.choices)
            )
        group = groups.get(draft.key)
        return Item(
            key=f"{module.slug}/{draft.key}",
            pool=module.slug,
            kind=ItemKind(draft.kind),
            stem=stem,
            objective=f"{module.slug}/{draft.objective}",
            options=options,
            pairs=tuple(
                Pair(_LETTERS[i], self.html(left), self.html(right))
                for i, (left, right) in enumerate(draft.pairs)
            ),
            accepted=tuple(draft.accepted),
            explanation=self.html(draft.explanation_piece),
            citations=tuple(
                Citation(c.key, c.locator, c.label) for c in map(self._law, unique_places(cites))
            ),
            difficulty=draft.difficulty,
            variant_group=f"{module.slug}/{group}" if group else None,
            shuffle=draft.shuffle,
            topics=draft.acts,
        )


def objectives(modules: Iterable[DraftModule]) -> tuple[Objective, ...]:
    """All objectives of the course with their keys "slug/number"."""
    return tuple(
        Objective(f"{module.slug}/{number}", text, module.slug, module.title, module.number)
        for module in modules
        for number, text in enumerate(module.objectives, start=1)
    )


def notice(kind: str, title: str, html: str, *, level: int) -> str:
    """A notice block of the face around sanitised HTML; the title is escaped here."""
    classes, icon = _NOTICES[kind]
    return (
        f'<div class="{classes}">{_ICON % icon}<div><h{level}>{escape(title)}</h{level}>\n{html}</div></div>'
    )


def _context(variant: DraftVariant | None) -> str:
    """When, where and as whom, in front of a scene that is asked again: in the quiz nothing else tells it."""
    if variant is None:
        return ""
    said = [variant.phase, variant.place, f"Anda: {variant.role}" if variant.role else ""]
    line = " · ".join(escape(part) for part in said if part)
    return f'<p class="context">{line}</p>' if line else ""


def figure(kind: str, title: str, html: str) -> str:
    """A list drawn as a figure (connected steps, a timeline); the caption is escaped here."""
    return f'<figure class="{_FIGURES[kind]}"><figcaption>{escape(title)}</figcaption>\n{html}</figure>'


def unique_places(cites: Iterable[Cite]) -> tuple[tuple[str, str], ...]:
    """(key, locator) of citations, each once, in order of appearance."""
    return tuple(dict.fromkeys((cite.key, cite.locator) for cite in cites))
