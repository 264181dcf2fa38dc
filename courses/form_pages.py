"""The form view of a module: its dilemmas and questions one by one, for people who would rather not write markup.

The file stays the same file: a form changes the lines of its block and nothing else (`courses.format.editing`). Everything
works without script; a button that adds a row sends the form and gets it back with one row more.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import checking, form_rows, services, texts, worddiff
from courses.desk import draft_or_404
from courses.draft_queries import Draft, DraftFile
from courses.form_parts import SHAPES, form_of
from courses.form_shown import choose, cites, excerpt, place_choices, with_errors
from courses.form_values import (
    block_from,
    empty_block,
    field_id,
    mark_of,
    says_nothing,
    shape_of,
    values_of,
    with_key,
    without_blank_rows,
)
from courses.form_words import FAULT, REASON, Told, at_fields, of_block
from courses.format import editing
from courses.format.editable import Block, Dilemma
from courses.format.editing import Place, Unfit
from courses.format.problems import Severity
from courses.models import SaveKind
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, NotFound, text_of
from learning.kernel.transaction import write

bp = Blueprint("forms", __name__, url_prefix="/studio/naskah")
LIST = "/<uuid:public_id>/formulir/<path>"


@dataclass(frozen=True, slots=True)
class Opened:
    """One block of a file. `asked` is its number in the address, None for a new one; `index` is where it stands now, None
    when it is new or somebody took it out.
    """

    draft: Draft
    file: DraftFile
    places: list[Place]
    asked: int | None
    index: int | None
    shape: str

    @property
    def place(self) -> Place | None:
        """Where it stands."""
        return self.places[self.index] if self.index is not None else None

    @property
    def before(self) -> Block | None:
        """What stands there."""
        return self.place.value if self.place is not None else None


@bp.get(LIST)
@access.role(Role.TRAINER, Role.ADMIN)
def show(public_id: uuid.UUID, path: str) -> str:
    """The dilemmas and questions of a module, what is wrong with each, and what can be done with it."""
    found, file = _file(public_id, path)
    places = editing.blocks_of(file.content)
    problems = checking.problems_of(found, path, file.content)
    rows = []
    for index, place in enumerate(places):
        tones = [problem.severity for problem in of_block(place, problems)]
        rows.append(
            {
                "index": index,
                "place": place,
                "kind": SHAPES[shape_of(place.value)][0] if place.value is not None else _("Blok"),
                "text": excerpt(place, places),
                "reason": REASON.get(place.reason),
                "errors": tones.count(Severity.ERROR),
                "warnings": tones.count(Severity.WARNING),
            }
        )
    return render_template(
        "studio/forms.html",
        draft=found,
        file=file,
        rows=rows,
        shapes=SHAPES,
        objectives=editing.objectives(file.content),
        words=texts,
    )


@bp.route(LIST + "/<int:index>", methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def block(public_id: uuid.UUID, path: str, index: int) -> Any:
    """One block as a form."""
    found, file = _file(public_id, path)
    places = editing.blocks_of(file.content)
    shape = request.form.get("bentuk", "")
    if request.method == "POST" and shape in SHAPES:
        at = _again(places, index, shape)
        return _answer(
            Opened(found, file, places, index, at, shape), stale=request.form.get("dasar") != file.digest
        )
    place = _place(places, index)
    if place.value is None:
        flash(REASON[place.reason], "info")
        return redirect(url_for("editor.edit", public_id=public_id, path=path, _anchor=f"baris-{place.line}"))
    opened = Opened(found, file, places, index, index, shape_of(place.value))
    if request.method == "POST":
        return _nothing(opened, place.value)
    problems = at_fields(place, opened.shape, checking.problems_of(found, path, file.content))
    return _page(opened, values_of(place.value), problems)


@bp.route(LIST + "/baru/<kind>", methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def new(public_id: uuid.UUID, path: str, kind: str) -> Any:
    """A block that is not there yet."""
    found, file = _file(public_id, path)
    if kind not in SHAPES:
        raise NotFound("courses.block_unknown")
    places = editing.blocks_of(file.content)
    opened = Opened(found, file, places, None, None, kind)
    blank = empty_block(kind, places)
    if request.method == "POST" and "bentuk" not in request.form:
        return _nothing(opened, blank)
    if request.method == "POST":
        return _answer(opened, stale=request.form.get("dasar") != file.digest)
    return _page(opened, values_of(blank), {})


@bp.post(LIST + "/<int:index>/hapus")
@access.role(Role.TRAINER, Role.ADMIN)
def remove(public_id: uuid.UUID, path: str, index: int) -> Response:
    """Take a block out. The text before stays in the history."""
    found, file = _file(public_id, path)
    place = _place(editing.blocks_of(file.content), index)
    if _kept(found, file, editing.remove(file.content, place)):
        flash(_("Blok dihapus dari modul. Teks sebelumnya ada di riwayat."), "ok")
    return redirect(url_for(".show", public_id=public_id, path=path))


@bp.post(LIST + "/<int:index>/pindah")
@access.role(Role.TRAINER, Role.ADMIN)
def move(public_id: uuid.UUID, path: str, index: int) -> Response:
    """Let a block change places with the one above or below."""
    found, file = _file(public_id, path)
    places = editing.blocks_of(file.content)
    place = _place(places, index)
    other = index + (1 if request.form.get("arah") == "turun" else -1)
    if 0 <= other < len(places):
        _kept(found, file, editing.move(file.content, place, places[other]))
    else:
        other = index
    return redirect(url_for(".show", public_id=public_id, path=path, _anchor=f"blok-{other}"))


def _file(public_id: uuid.UUID, path: str) -> tuple[Draft, DraftFile]:
    found = draft_or_404(public_id)
    file = found.file(path)
    if file is None or not file.is_module:
        raise NotFound("courses.file_unknown")
    return found, file


def _place(places: list[Place], index: int) -> Place:
    if not index < len(places):
        raise NotFound("courses.block_unknown")
    return places[index]


def _again(places: list[Place], index: int, shape: str) -> int | None:
    """Where the block stands now that the form was opened for, known by its key; None when somebody took it out."""
    mark = request.form.get("semula", "")
    fits = [
        at
        for at, place in enumerate(places)
        if place.value is not None and _alike(place.value, shape) and mark_of(place.value) == mark
    ]
    return min(fits, key=lambda at: abs(at - index)) if fits else None


def _alike(value: Block, shape: str) -> bool:
    """Whether a form of this shape can show the block: the two kinds of choice are one form."""
    choices = ("tunggal", "majemuk")
    return shape_of(value) == shape or (shape in choices and shape_of(value) in choices)


def _nothing(opened: Opened, value: Block) -> Any:
    """An answer to what our form did not send."""
    told: Told = {"": [("bad", _("Isi formulir ini, lalu simpan."))]}
    return _page(opened, values_of(value), told, status=422)


def _answer(opened: Opened, *, stale: bool) -> Any:
    """What was sent: a row more or less, or a block to keep."""
    sent = form_of(opened.shape).data
    values = {name: "" if value is None else value for name, value in sent.items() if name != "csrf_token"}
    button = request.form.get("tombol", "simpan")
    if button != "simpan":
        # A form that was opened for an older text is told so when it is saved; its digest stays what it was.
        return _page(opened, values, {}, focus=form_rows.press(values, button), base=values.get("dasar"))
    typed = block_from(values, opened.shape, opened.before)
    if opened.index is None:
        if says_nothing(typed):
            return _page(opened, values, {"": [("bad", _("Isi formulir ini, lalu simpan."))]}, status=422)
        typed = with_key(typed, opened.places)
    try:
        content = _written(opened, typed, str(values.get("letak") or ""))
    except Unfit as refused:
        told: Told = {}
        for fault in refused.faults:
            told.setdefault(field_id(fault.path, opened.shape), []).append(("bad", str(FAULT[fault.code])))
        return _page(opened, values, told, status=422, base=values.get("dasar") if stale else None)
    if stale:
        return _changed(opened, values, content)
    try:
        _save(opened, content)
    except Conflict as refused:
        if refused.code == "courses.text_changed":
            return _raced(opened)
        return _page(opened, values, {"": [("bad", text_of(refused))]}, status=refused.status)
    except DomainError as refused:
        return _page(opened, values, {"": [("bad", text_of(refused))]}, status=refused.status)
    return _saved(opened, typed, content)


def _written(opened: Opened, typed: Block, letak: str) -> str:
    """The text of the file with the block as it was typed."""
    text = opened.file.content
    if opened.place is not None:
        if typed == opened.before:
            return text
        return editing.replace(text, opened.place, _full(typed, opened.place))
    at = int(letak) if letak.isdecimal() and len(letak) < 6 else len(opened.places)
    after = opened.places[at] if at < len(opened.places) else None
    editing.render(typed)  # refused by the rows as they stand in the form
    return editing.insert(text, after, without_blank_rows(typed))


def _full(typed: Block, place: Place) -> Block:
    """Without the rows that nobody filled; what is refused is refused by the rows as they stand in the form."""
    found = editing.faults(typed, place.value)
    if found:
        raise Unfit(found)
    return without_blank_rows(typed)


def _save(opened: Opened, content: str) -> None:
    write(
        services.save_text,
        public_id=opened.draft.public_id,
        path=opened.file.path,
        content=content,
        base=opened.file.digest,
        kind=SaveKind.FORM,
        person_id=access.principal().person_id,
        now=clock.now(),
    )


def _kept(found: Draft, file: DraftFile, content: str) -> bool:
    """Save a text that a button made; whether it was kept. The reason why not is told on the next page."""
    try:
        if request.form.get("dasar") != file.digest:
            raise Conflict("courses.text_changed", by=None, number=0)
        _save(Opened(found, file, [], None, None, ""), content)
    except DomainError as refused:
        told = refused.code == "courses.text_changed"
        flash(
            _("Modul ini berubah sejak halaman ini dibuka. Periksa daftarnya, lalu ulangi.")
            if told
            else text_of(refused),
            "warn",
        )
        return False
    return True


def _saved(opened: Opened, typed: Block, content: str) -> Response:
    """After saving: back to the list, or to the form when the reader has something to say about the block."""
    public_id, path = opened.draft.public_id, opened.file.path
    places = editing.blocks_of(content)
    index = opened.index
    if index is None:
        known = {place.start: at for at, place in enumerate(places)}
        fresh = [
            place for place in places if place.value is not None and mark_of(place.value) == mark_of(typed)
        ]
        index = known[fresh[-1].start] if fresh else len(places) - 1
    problems = of_block(places[index], checking.problems_of(opened.draft, path, content))
    if any(problem.severity is Severity.ERROR for problem in problems):
        flash(_("Tersimpan. Masih ada yang perlu diperbaiki sebelum kursus dapat terbit."), "warn")
        return redirect(url_for(".block", public_id=public_id, path=path, index=index))
    flash(_("Tersimpan: %(key)s.", key=typed.key), "ok")
    return redirect(url_for(".show", public_id=public_id, path=path, _anchor=f"blok-{index}"))


def _raced(opened: Opened) -> Any:
    """Somebody saved between our reading and our writing: the same as a form that was opened before that."""
    found, file = _file(uuid.UUID(opened.draft.public_id), opened.file.path)
    places = editing.blocks_of(file.content)
    index = _again(places, opened.asked, opened.shape) if opened.asked is not None else None
    return _answer(Opened(found, file, places, opened.asked, index, opened.shape), stale=True)


def _changed(opened: Opened, values: dict[str, Any], content: str) -> Any:
    """The form as it was typed, with what saving it now would change in the text that stands."""
    path = opened.file.path
    conflict = {
        "by": opened.file.saved_by,
        "at": opened.file.saved_at,
        "gone": opened.index is None and opened.asked is not None,
        "files": worddiff.files({path: opened.file.content}, {path: content}),
    }
    return _page(opened, values, {}, status=409, conflict=conflict)


def _called(opened: Opened) -> str:
    """What a heading has room for: the title of a dilemma, the key of a question."""
    value = opened.before
    if value is None:
        return ""
    return (value.title if isinstance(value, Dilemma) else "") or value.key


def _page(
    opened: Opened,
    values: dict[str, Any],
    told: Told,
    *,
    status: int = 200,
    focus: str | None = None,
    base: str | None = None,
    conflict: dict[str, Any] | None = None,
) -> Any:
    form = form_of(
        opened.shape,
        {
            **values,
            "dasar": opened.file.digest if base is None else base,
            "bentuk": opened.shape,
            "semula": mark_of(opened.before) if opened.before is not None else values.get("semula", ""),
        },
    )
    choose(form, opened.file.content, opened.places, opened.before)
    if opened.asked is None:
        form.letak.choices = place_choices(opened.places)
    else:
        del form["letak"]
    summary = with_errors(form, told)
    return (
        render_template(
            "studio/form_block.html",
            draft=opened.draft,
            file=opened.file,
            place=opened.place,
            number=opened.asked,
            shape=opened.shape,
            name=SHAPES[opened.shape][0],
            about=_called(opened) or values.get("semula", ""),
            form=form,
            told=told,
            summary=summary,
            focus=focus,
            conflict=conflict,
            cites=cites(opened.file.content),
            words=texts,
        ),
        status,
    )
