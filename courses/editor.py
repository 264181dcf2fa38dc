"""Writing one file of a draft: its text with problems and preview, saved as one types, with every earlier text.

Every page works without script; with it, `static/js/studio.js` saves and looks while somebody types. Nothing is ever
overwritten silently: a save names the text it was made from, and one that was made from an older text answers 409 with
the text that stands now and the difference.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import checking, draft_history, finding, samples, services, texts, worddiff
from courses.desk import draft_or_404, reach
from courses.draft_queries import Draft
from courses.editor_parts import Standing, looked, phrases, standing_of, told
from courses.editor_parts import conflict as conflict_part
from courses.format import acts, registry
from courses.models import SaveKind
from courses.services import Saved
from learning.kernel import access, clock, throttle, web
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, Invalid, NotFound, TooMany, text_of
from learning.kernel.transaction import write

bp = Blueprint("editor", __name__, url_prefix="/studio/naskah")
FILE = "/<uuid:public_id>/berkas/<path>"
LOOKS = "150/minute"
"""A preview costs a process of its own; somebody who types without pause asks for one a second at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it came in, from a form or as JSON: `base` is the digest of the text it was made from."""

    content: str
    base: str
    button: str


def _sent() -> Sent:
    values: Any = request.get_json(silent=True) if request.is_json else request.form
    content = values.get("isi") if isinstance(values, Mapping) else None
    if not isinstance(content, str):
        raise Invalid("courses.text_missing")
    return Sent(content, str(values.get("dasar", ""))[:64], str(values.get("tombol", "")))


@bp.route(FILE, methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def edit(public_id: uuid.UUID, path: str) -> Any:
    """The text beside its preview; POST saves it by the button. A file that was taken out shows its history."""
    found = draft_or_404(public_id)
    if request.method == "POST":
        return _saved_by_button(found, path)
    file = found.file(path)
    if file is None:
        standing_of(found, path)
        return redirect(url_for(".history", public_id=public_id, path=path))
    if found.writable:
        who = access.principal()
        write(
            services.note_presence,
            public_id=found.public_id,
            path=path,
            person_id=who.person_id,
            now=clock.now(),
        )
    return _page(found, path, file.content, Standing(file.content, file.digest, file.saved_by, file.saved_at))


def _saved_by_button(found: Draft, path: str) -> Any:
    """A text that cannot be saved stays in its box, with the reason."""
    standing = standing_of(found, path)
    try:
        sent = _sent()
    except Invalid as refused:
        return _page(found, path, standing.content or "", standing, refused)
    public_id = uuid.UUID(found.public_id)
    try:
        _save(found, path, sent, SaveKind.SAVED)
    except DomainError as refused:
        found = draft_or_404(public_id)
        standing = standing_of(found, path)
        changed = refused.code == "courses.text_changed"
        return _page(found, path, sent.content, standing, None if changed else refused, conflict=changed)
    anchor = "pratinjau" if sent.button == "lihat" else "naskah-bingkai"
    return redirect(url_for(".edit", public_id=public_id, path=path, _anchor=anchor))


def _page(
    found: Draft,
    path: str,
    content: str,
    standing: Standing,
    refused: DomainError | None = None,
    *,
    conflict: bool = False,
) -> Any:
    seen = checking.preview_of(found, path, content)
    who = access.principal()
    status = 409 if conflict else refused.status if refused else 200
    return (
        render_template(
            "studio/editor.html",
            draft=found,
            path=path,
            content=content,
            standing=standing,
            refused=text_of(refused) if refused else None,
            conflict=conflict_part(found, path, content, standing) if conflict else None,
            others=draft_history.others_present(found.id, path, who.person_id, clock.now()),
            menus=samples.menus(path),
            samples=samples,
            phrases=phrases(),
            store=f"netra-naskah:{who.person_id}:{found.public_id}:{path}",
            **looked(found, path, seen),
        ),
        status,
    )


@bp.post(FILE + "/simpan")
@access.role(Role.TRAINER, Role.ADMIN)
def save(public_id: uuid.UUID, path: str) -> Any:
    """Save while somebody types (or by Ctrl+S: `tombol`), and tell what is wrong with the text now."""
    found = draft_or_404(public_id)
    standing_of(found, path)
    sent, who = _sent(), access.principal()
    try:
        saved = _save(found, path, sent, SaveKind.SAVED if sent.button else SaveKind.AUTO)
    except Conflict as refused:
        if refused.code != "courses.text_changed":
            raise
        found = draft_or_404(public_id)
        standing = standing_of(found, path)
        return (
            jsonify(
                code=refused.code,
                text=text_of(refused),
                digest=standing.digest,
                at=web.format_time(standing.at),
                by=standing.by,
                isi=standing.content or "",
                html=conflict_part(found, path, sent.content, standing),
            ),
            409,
        )
    problems = checking.problems_of(found, path, sent.content)
    return jsonify(
        digest=saved.digest,
        at=web.format_time(saved.at),
        by=who.display_name,
        others=draft_history.others_present(found.id, path, who.person_id, clock.now()),
        problems=[told(problem) for problem in problems],
    )


@bp.post(FILE + "/pratinjau")
@access.role(Role.TRAINER, Role.ADMIN)
def look(public_id: uuid.UUID, path: str) -> str:
    """The preview and the problems of a text that need not be saved, as a part of the page."""
    found, sent = draft_or_404(public_id), _sent()
    standing_of(found, path)
    refused = throttle.hit("studio.look", str(access.principal().person_id), LOOKS)
    if refused is not None:
        raise TooMany(retry_after=refused.seconds)
    seen = checking.preview_of(found, path, sent.content)
    return render_template("studio/editor_look.html", draft=found, path=path, **looked(found, path, seen))


@bp.post(FILE + "/hadir")
@access.role(Role.TRAINER, Role.ADMIN)
def present(public_id: uuid.UUID, path: str) -> Response:
    """A sign of life of whoever has the file open: who else has, and which text stands now."""
    found = draft_or_404(public_id)
    standing_of(found, path)
    who, now = access.principal(), clock.now()
    if found.writable:
        write(
            services.note_presence,
            public_id=found.public_id,
            path=path,
            person_id=who.person_id,
            now=now,
        )
    standing = standing_of(found, path)
    return jsonify(
        others=draft_history.others_present(found.id, path, who.person_id, now),
        digest=standing.digest,
        by=standing.by,
        at=web.format_time(standing.at),
    )


@bp.get(FILE + "/riwayat")
@access.role(Role.TRAINER, Role.ADMIN)
def history(public_id: uuid.UUID, path: str) -> str:
    """Every saved text of the file, the newest first."""
    found = draft_or_404(public_id)
    standing_of(found, path)
    rows = draft_history.history(found.id, path)
    return render_template("studio/editor_history.html", draft=found, path=path, rows=rows, words=texts)


@bp.get(FILE + "/riwayat/<int:number>")
@access.role(Role.TRAINER, Role.ADMIN)
def old(public_id: uuid.UUID, path: str, number: int) -> str:
    """An earlier text, and what changed since, word by word."""
    found = draft_or_404(public_id)
    standing = standing_of(found, path)
    rows = draft_history.history(found.id, path)
    row = next((row for row in rows if row.number == number), None)
    content = draft_history.revision(found.id, path, number)
    if row is None or content is None:
        raise NotFound("courses.file_unknown")
    return render_template(
        "studio/editor_old.html",
        draft=found,
        path=path,
        row=row,
        content=content,
        newest=row.number == rows[0].number,
        standing=standing,
        files=worddiff.files({path: content}, {path: standing.content or ""}),
        words=texts,
    )


@bp.post(FILE + "/pulihkan")
@access.role(Role.TRAINER, Role.ADMIN)
def restore(public_id: uuid.UUID, path: str) -> Response:
    """Make an earlier text the newest one; what stood in between stays in the history."""
    found = draft_or_404(public_id)
    standing_of(found, path)
    number = request.form.get("nomor", type=int)
    if number is None or not 0 < number < 2**31:
        raise Invalid("courses.text_missing")
    try:
        write(
            services.restore_text,
            public_id=found.public_id,
            path=path,
            number=number,
            base=request.form.get("dasar", ""),
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except (Conflict, Invalid) as refused:
        flash(text_of(refused), "warn")
        return redirect(url_for(".old", public_id=public_id, path=path, number=number))
    flash(
        _("Teks nomor %(number)s dipulihkan. Teks sesudahnya tetap ada dalam riwayat.", number=number), "ok"
    )
    return redirect(url_for(".edit", public_id=public_id, path=path))


@bp.post(FILE + "/hapus")
@access.role(Role.TRAINER, Role.ADMIN)
def remove(public_id: uuid.UUID, path: str) -> Response:
    """Take the file out of the draft; its history stays."""
    found = draft_or_404(public_id)
    standing_of(found, path)
    try:
        write(
            services.remove_text,
            public_id=found.public_id,
            path=path,
            base=request.form.get("dasar", ""),
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except (Conflict, Invalid) as refused:
        flash(text_of(refused), "warn")
        return redirect(url_for(".edit", public_id=public_id, path=path))
    flash(_("Berkas %(path)s dihapus dari naskah. Riwayatnya tetap ada.", path=path), "ok")
    return redirect(url_for(".history", public_id=public_id, path=path))


@bp.get("/rujukan")
@access.role(Role.TRAINER, Role.ADMIN)
def lookup() -> str:
    """Places that can be cited, or entries of the catalogue of acts, by words.

    `sisip=1` is asked by the editor's script: it gets buttons that insert, everybody else buttons that copy.
    """
    reach()
    words = finding.asked(request.args).words
    kind = "perbuatan" if request.args.get("jenis") == "perbuatan" else "kutipan"
    registered, _problems = registry.shipped()
    catalogue, _more = acts.shipped()
    return render_template(
        "studio/editor_lookup.html",
        kind=kind,
        asked=words,
        insert=request.args.get("sisip") == "1",
        places=finding.places(registered.regulations.values(), words) if kind == "kutipan" else [],
        acts=finding.matching(
            catalogue.entries.values(), finding.Asked(words=words), search_words=texts.act_words
        )[: finding.MOST_PLACES]
        if kind == "perbuatan"
        else [],
    )


def _save(found: Draft, path: str, sent: Sent, kind: SaveKind) -> Saved:
    def kept() -> Saved:
        who, now = access.principal().person_id, clock.now()
        services.note_presence(public_id=found.public_id, path=path, person_id=who, now=now)
        return services.save_text(
            public_id=found.public_id,
            path=path,
            content=sent.content,
            base=sent.base,
            kind=kind,
            person_id=who,
            now=now,
        )

    return write(kept)
