"""The second person: a draft is sent in, read with its changes word by word, remarked on, decided, and published."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from courses import (
    changes,
    checking,
    draft_history,
    draft_queries,
    edition_files,
    services,
    studio_queries,
    texts,
    worddiff,
)
from courses.desk import draft_or_404, keys_open, reach, turn
from courses.draft_queries import Draft
from courses.events import ChangeKind, Redo
from courses.models import DraftState, Verdict
from courses.studio_forms import CommentForm, DecisionForm, PublishDraftForm, SubmitForm
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, Forbidden, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write

bp = Blueprint("reviews", __name__, url_prefix="/studio/naskah")


@bp.post("/<uuid:public_id>/kirim")
@access.role(Role.TRAINER, Role.ADMIN)
def submit(public_id: uuid.UUID) -> Response:
    """Send the draft in for review, if the whole course reads without an error."""
    found, form = draft_or_404(public_id), SubmitForm()
    if not form.validate():
        return redirect(url_for("desk.check", public_id=public_id))
    tree = services.tree_of(found.id)
    if not checking.whole(found).ok:
        flash(texts.TEXTS["courses.draft_has_errors"], "warn")
        return redirect(url_for("desk.check", public_id=public_id))
    try:
        write(
            services.submit_draft,
            public_id=found.public_id,
            tree=tree,
            note=form.catatan.data or "",
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        flash(text_of(refused), "warn")
        return redirect(url_for("desk.show", public_id=public_id))
    flash(_("Naskah terkirim. Orang kedua menemukannya di Studio."), "ok")
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/<uuid:public_id>/telaah")
@access.role(Role.TRAINER, Role.ADMIN)
def show(public_id: uuid.UUID) -> str:
    """What changes, word by word, with the remarks at their lines, and the decision."""
    return _page(draft_or_404(public_id), CommentForm(), DecisionForm())


def _page(found: Draft, remark: CommentForm, decision: DecisionForm) -> str:
    who = access.principal()
    decision.telaah.process_data(found.review.number if found.review else None)
    remark.berkas.choices = [(file.path, file.path) for file in found.files]
    before = edition_files.sources_of(found.base_version_id)
    after = {file.path: file.content for file in found.files}
    returned = next(
        (round_ for round_ in reversed(found.reviews) if round_.verdict is Verdict.RETURNED), None
    )
    new = checking.whole(found).course
    current = studio_queries.current_outline(found.course_key) if found.base_version_id else None
    return render_template(
        "studio/review.html",
        draft=found,
        files=worddiff.files(before, after),
        returned=returned,
        since=worddiff.files(draft_history.texts_at(found.id, returned.submitted_at), after)
        if returned
        else [],
        changes=changes.compare(current[1], changes.outline_of(new)) if new and current else None,
        open_comments=[c for c in found.comments if not c.settled],
        comments=found.comments,
        may_decide=found.state is DraftState.IN_REVIEW
        and who.person_id not in found.author_ids
        and found.review is not None
        and found.review.submitted_by_id != who.person_id,
        author=who.person_id in found.author_ids,
        remark=remark,
        decision=decision,
        words=texts,
    )


@bp.post("/<uuid:public_id>/catatan")
@access.role(Role.TRAINER, Role.ADMIN)
def add_comment(public_id: uuid.UUID) -> Any:
    """Write a remark at a line of a file."""
    found, form = draft_or_404(public_id), CommentForm()
    path, line = form.berkas.data or "", form.baris.data or 0
    file = found.file(path)
    lines = file.content.split("\n") if file else []
    known = 1 <= line <= len(lines)
    if form.validate() and not known:
        add_error(form.baris, _("Pilih berkas dan nomor baris yang ada dalam naskah ini."))
    if known and not form.errors:
        try:
            write(
                services.comment,
                public_id=found.public_id,
                path=path,
                line=line,
                quote=lines[line - 1],
                body=form.isi.data or "",
                person_id=access.principal().person_id,
                now=clock.now(),
            )
            return redirect(url_for(".show", public_id=public_id, _anchor="catatan"))
        except DomainError as refused:
            add_error(form.isi, text_of(refused))
    return _page(found, form, DecisionForm()), 422


@bp.post("/<uuid:public_id>/catatan/<int:comment_id>/selesai")
@access.role(Role.TRAINER, Role.ADMIN)
def settle(public_id: uuid.UUID, comment_id: int) -> Response:
    """Mark a remark as settled."""
    found = draft_or_404(public_id)
    write(
        services.settle_comment,
        public_id=found.public_id,
        comment_id=comment_id,
        person_id=access.principal().person_id,
        now=clock.now(),
    )
    return redirect(url_for(".show", public_id=public_id, _anchor="catatan"))


@bp.post("/<uuid:public_id>/putusan")
@access.role(Role.TRAINER, Role.ADMIN)
def decide(public_id: uuid.UUID) -> Any:
    """Approve or return. An author is refused, here and by the database."""
    found, form = draft_or_404(public_id), DecisionForm()
    if not form.validate():
        return _page(found, CommentForm(), form), 422
    approve = form.putusan.data == "setuju"
    try:
        write(
            services.decide_review,
            public_id=found.public_id,
            number=form.telaah.data or 0,
            approve=approve,
            remark=form.alasan.data or "",
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except Forbidden as refused:  # the form is not shown to an author: said at the top of the page
        flash(text_of(refused), "warn")
        return _page(found, CommentForm(), form), refused.status
    except DomainError as refused:
        add_error(form.alasan, text_of(refused))
        return _page(found, CommentForm(), form), refused.status
    flash(_("Naskah disetujui.") if approve else _("Naskah dikembalikan kepada penulisnya."), "ok")
    return redirect(url_for("desk.show", public_id=public_id))


@bp.post("/<uuid:public_id>/tarik")
@access.role(Role.TRAINER, Role.ADMIN)
def withdraw(public_id: uuid.UUID) -> Response:
    """Take the draft back to writing."""
    turn(
        public_id,
        services.withdraw_draft,
        _("Naskah dapat diubah lagi. Sesudahnya kirim ulang untuk ditelaah."),
    )
    return redirect(url_for("desk.show", public_id=public_id))


@bp.get("/<uuid:public_id>/terbit")
@access.role(Role.TRAINER, Role.ADMIN)
def publish_page(public_id: uuid.UUID) -> Any:
    """What the change is, who must redo the course, and how many people that is."""
    found = draft_or_404(public_id)
    if found.state is not DraftState.APPROVED:
        return redirect(url_for("desk.show", public_id=public_id))
    return _publish_page(found, PublishDraftForm())


def _publish_page(found: Draft, form: PublishDraftForm) -> str:
    people = studio_queries.affected(found.course_key, "")
    form.ulang.choices = [
        SelectChoice(value, sentence) for value, sentence in texts.redo_sentences(people).items()
    ]
    return render_template("studio/publish.html", draft=found, form=form, words=texts)


@bp.post("/<uuid:public_id>/terbit")
@access.role(Role.TRAINER, Role.ADMIN)
def publish(public_id: uuid.UUID) -> Any:
    """Make the approved draft the current edition. Pressing twice publishes once."""
    found, form = draft_or_404(public_id), PublishDraftForm()
    who = access.principal()
    before = _passed_before(form, who.timezone)
    if form.validate() and form.ulang.data == "BEFORE" and before is None:
        add_error(form.sebelum, _("Tulis tanggalnya: yang lulus sebelum hari itu mengulang."))
    if form.errors:
        return _publish_page(found, form), 422
    tree = services.tree_of(found.id)
    result = checking.whole(found)
    if result.course is None:
        flash(texts.TEXTS["courses.draft_has_errors"], "warn")
        return redirect(url_for("desk.check", public_id=public_id))
    redo = Redo.EVERYONE if form.ulang.data == "BEFORE" else Redo(form.ulang.data)
    try:
        outcome = write(
            services.publish_draft,
            public_id=found.public_id,
            compiled=result.course,
            files=dict(draft_queries.folder_of(found).files),
            tree=tree,
            change=ChangeKind(form.perubahan.data),
            redo=redo,
            passed_before=before if form.ulang.data == "BEFORE" else None,
            note=form.catatan.data or "",
            person_id=who.person_id,
            now=clock.now(),
        )
    except Conflict as refused:
        flash(text_of(refused), "warn")
        return redirect(url_for("desk.show", public_id=public_id))
    flash(_("Terbitan %(number)s sudah berlaku.", number=outcome.number), "ok")
    return redirect(url_for("studio.course", key=found.course_key))


def _passed_before(form: PublishDraftForm, timezone: str) -> datetime | None:
    day = form.sebelum.data
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone)) if day else None


@bp.get("/kursus/<key>/bandingkan")
@access.role(Role.TRAINER, Role.ADMIN)
def compare(key: str) -> str:
    """Two editions of a course, word by word; the last two when none are named."""
    keys_open(key)
    found = studio_queries.compared(key, reach(), request.args.get("dari", ""), request.args.get("ke", ""))
    return render_template("studio/compare.html", found=found, words=texts)
