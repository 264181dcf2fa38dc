"""What a page may know of a question before the result is released. Pure.

`PaperItem` is the only thing templates and JSON are built from during an attempt. It is assembled field by field
from the item; it has no place for a correct flag, a weight, an accepted answer, an explanation, a citation or an
author's key, so none can slip out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quizzes.items import Item, ItemKind
from quizzes.kinds import Answer, kind_of
from quizzes.kinds.base import FIELD
from quizzes.layout import Place


@dataclass(frozen=True, slots=True)
class Shown:
    """One option, left side or element as shown. `position` counts from 1; `field` is its form field.

    `value` is what is filled in: for options "" or the position; for rows the chosen position or rank.
    """

    position: str
    field: str
    text: str
    value: str = ""

    @property
    def chosen(self) -> bool:
        """Whether this option is ticked."""
        return self.value == self.position


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One question as the learner sees it."""

    number: int
    kind: ItemKind
    stem: str
    options: tuple[Shown, ...] = ()
    rows: tuple[Shown, ...] = ()
    choices: tuple[Shown, ...] = ()
    text: str = ""
    field: str = FIELD

    @property
    def mark(self) -> str:
        """What tells the names of this question from those of others on one page; empty when it stands alone."""
        return self.field.removeprefix(FIELD)


def beside_others(item: PaperItem) -> PaperItem:
    """The same question with names of its own ("jawaban-s3", "jawaban-s3-1"), for a page that shows several."""
    field = f"{FIELD}-s{item.number}"
    return replace(
        item,
        field=field,
        options=tuple(replace(shown, field=field) for shown in item.options),
        rows=tuple(replace(row, field=row.field.replace(FIELD, field, 1)) for row in item.rows),
    )


def form_beside_others(number: int, form: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The fields of one question out of such a page, named as if it stood alone."""
    field = f"{FIELD}-s{number}"
    return {
        FIELD + name.removeprefix(field): values
        for name, values in form.items()
        if name == field or name.startswith(f"{field}-")
    }


def paper_item(number: int, item: Item, place: Place, answer: Answer) -> PaperItem:
    """The view of question `number` with the saved answer filled in."""
    form = kind_of(item).to_form(item, place, answer)
    if item.kind is ItemKind.MATCHING:
        rights = {pair.key: pair.right for pair in item.pairs}
        return PaperItem(
            number,
            item.kind,
            item.stem,
            rows=_rows(place, {pair.key: pair.left for pair in item.pairs}, form),
            choices=tuple(Shown(str(n), "", rights[key]) for n, key in enumerate(place.rights, 1)),
        )
    texts = {option.key: option.text for option in item.options}
    if item.kind is ItemKind.ORDERING:
        ranks = tuple(Shown(str(n), "", str(n)) for n in range(1, len(place.shown) + 1))
        return PaperItem(number, item.kind, item.stem, rows=_rows(place, texts, form), choices=ranks)
    if item.kind is ItemKind.SHORT:
        return PaperItem(number, item.kind, item.stem, text=form.get(FIELD, [""])[0])
    ticked = form.get(FIELD, ())
    options = tuple(
        Shown(str(n), FIELD, texts[key], str(n) if str(n) in ticked else "")
        for n, key in enumerate(place.shown, 1)
    )
    return PaperItem(number, item.kind, item.stem, options=options)


def _rows(place: Place, texts: Mapping[str, str], form: Mapping[str, list[str]]) -> tuple[Shown, ...]:
    return tuple(
        Shown(str(n), f"{FIELD}-{n}", texts[key], form.get(f"{FIELD}-{n}", [""])[0])
        for n, key in enumerate(place.shown, 1)
    )
