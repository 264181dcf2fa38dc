"""The desk of an author: a draft with its files, begun from what is out, from nothing or from a zip, and taken out again.

Writing a text is `courses.editor`, images `courses.media_pages`, the second person `courses.reviews`.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from courses import checking, draft_queries, edition_files, services, studio_queries, texts
from courses.draft_queries import Draft
from courses.format.problems import Problems
from courses.format.source import COURSE_FILE, from_zip
from courses.models import SaveKind
from courses.studio_forms import NewCourseForm, NewModuleForm, SubmitForm, UploadForm
from courses.studio_queries import Reach, within
from learning.kernel import access, clock, throttle, web
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, Forbidden, NotFound, TooMany, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from quizzes import queries as quizzes

bp = Blueprint("desk", __name__, url_prefix="/studio/naskah")
UPLOADS = "30/hour"


def reach() -> Reach:
    """The courses of the trainer who asks; Forbidden for whoever has none."""
    found = studio_queries.reach_of(access.principal())
    if found is not None and not found:  # an admin of one agency: admits to the role, not to any course
        raise Forbidden
    return found


def keys_open(key: str) -> None:
    """Forbidden while whoever asks is taking the quiz of this course: every page that shows its keys asks first.

    Roles do not matter here: somebody who becomes a trainer in the middle of an attempt must not profit.
    """
    if quizzes.has_open_attempt(access.principal().person_id, key):
        raise Forbidden("quiz.keys_closed")


def draft_or_404(public_id: uuid.UUID) -> Draft:
    """The draft, if it lies within reach; Forbidden while whoever asks is taking the quiz of its course."""
    found = draft_queries.draft(str(public_id), reach())
    if found is None:
        raise NotFound("courses.draft_unknown")
    keys_open(found.course_key)
    return found


@bp.post("/kursus/<key>")
@access.role(Role.TRAINER, Role.ADMIN)
def begin(key: str) -> Response:
    """Open the draft of a course that is out: the one that stands, or a new one from the present edition."""
    if not within(reach(), key):
        raise NotFound("courses.unknown")
    standing = draft_queries.open_draft_of(key)
    if standing is None:
        version_id = edition_files.current_version_id(key)
        if version_id is None:
            raise NotFound("courses.unknown")
        standing = write(
            services.open_draft,
            course_key=key,
            texts=edition_files.sources_of(version_id),
            images=checking.images_in(
                {path: content for path, (_m, content) in edition_files.media_of(version_id).items()}
            ),
            base_version_id=version_id,
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    return redirect(url_for(".show", public_id=standing))


@bp.route("/baru", methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def new() -> Any:
    """Begin a course from nothing: key, title, code, hours; its first files are templates that read without an error."""
    form, held = NewCourseForm(), reach()
    if form.validate_on_submit():
        key = form.kunci.data or ""
        if not within(held, key):
            add_error(
                form.kunci, _("Anda hanya memegang kursus %(keys)s.", keys=", ".join(sorted(held or ())))
            )
        elif edition_files.current_version_id(key) is not None or draft_queries.open_draft_of(key):
            add_error(
                form.kunci, _("Kunci ini sudah dipakai. Pilih kunci lain, atau buka kursusnya di Studio.")
            )
        else:
            try:
                public_id = write(
                    services.open_draft,
                    course_key=key,
                    texts=checking.starting_texts(
                        title=form.judul.data or "", code=form.kode.data or "", jp=form.jp.data or 1
                    ),
                    base_version_id=None,
                    person_id=access.principal().person_id,
                    now=clock.now(),
                )
                return redirect(url_for(".show", public_id=public_id))
            except DomainError as refused:
                add_error(form.kunci, text_of(refused))
    return render_template("studio/new_course.html", form=form), 422 if form.errors else 200


@bp.get("/<uuid:public_id>")
@access.role(Role.TRAINER, Role.ADMIN)
def show(public_id: uuid.UUID) -> str:
    """A draft: its files with what is wrong in each, its images, where it stands, what comes next."""
    found = draft_or_404(public_id)
    return _page(found, NewModuleForm(), UploadForm())


def _page(found: Draft, form: NewModuleForm, upload: UploadForm) -> str:
    return render_template(
        "studio/draft.html",
        draft=found,
        counts=checking.counts(found),
        unused=checking.unused_images(found),
        form=form,
        upload=upload,
        words=texts,
        mine=access.principal().person_id in found.author_ids,
    )


@bp.post("/<uuid:public_id>/modul")
@access.role(Role.TRAINER, Role.ADMIN)
def add_module(public_id: uuid.UUID) -> Any:
    """Add a module with a template, after the last one; or the summary or the glossary."""
    found, form = draft_or_404(public_id), NewModuleForm()
    if not form.validate():
        return _page(found, form, UploadForm()), 422
    path = checking.new_path(found, form.nama.data or "", form.jenis.data or "")
    try:
        write(
            services.save_text,
            public_id=found.public_id,
            path=path,
            content=checking.starting_text(path, form.nama.data or ""),
            base="",
            kind=SaveKind.SAVED,
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        add_error(form.nama, text_of(refused))
        return _page(found, form, UploadForm()), refused.status
    return redirect(url_for("editor.edit", public_id=public_id, path=path))


@bp.get("/<uuid:public_id>/periksa")
@access.role(Role.TRAINER, Role.ADMIN)
def check(public_id: uuid.UUID) -> str:
    """Everything wrong with the whole course, as it would be told before publishing."""
    found = draft_or_404(public_id)
    result = checking.whole(found)
    files = studio_queries.grouped(checking.as_json(result.problems), web.language())
    tones = [problem["tone"] for _file, problems in files for problem in problems]
    return render_template(
        "studio/check.html",
        draft=found,
        files=files,
        bad=tones.count("bad"),
        mild=tones.count("warn"),
        course=result.course,
        overlap=checking.papers(result.course),
        form=SubmitForm(),
    )


@bp.get("/<uuid:public_id>/unduh")
@access.role(Role.TRAINER, Role.ADMIN)
def download(public_id: uuid.UUID) -> Response:
    """The draft as a zip of its folder."""
    found = draft_or_404(public_id)
    return zip_response(found.course_key, dict(draft_queries.folder_of(found).files))


@bp.get("/kursus/<key>/unduh")
@access.role(Role.TRAINER, Role.ADMIN)
def download_published(key: str) -> Response:
    """The edition that is out as a zip of its folder, byte for byte as it was published."""
    version_id = edition_files.current_version_id(key) if within(reach(), key) else None
    if version_id is None:
        raise NotFound("courses.unknown")
    keys_open(key)
    files = {path: content.encode() for path, content in edition_files.sources_of(version_id).items()}
    files.update({path: content for path, (_mime, content) in edition_files.media_of(version_id).items()})
    return zip_response(key, files)


@bp.post("/<uuid:public_id>/zip")
@access.role(Role.TRAINER, Role.ADMIN)
def upload(public_id: uuid.UUID) -> Any:
    """Put the folder in a zip in place of the draft's files. Every text before stays in the history."""
    found, form = draft_or_404(public_id), UploadForm()
    who = access.principal()
    if not form.validate_on_submit():
        return _page(found, NewModuleForm(), form), 422
    refused = throttle.hit("studio.upload", str(who.person_id), UPLOADS)
    if refused is not None:
        raise TooMany(retry_after=refused.seconds)
    problems = Problems()
    folder = from_zip(form.berkas.data.read(), problems, name=found.course_key)
    texts_in = {
        path: content.decode("utf-8", "replace")
        for path, content in folder.files.items()
        if path.endswith(".md")
    }
    if COURSE_FILE not in texts_in:
        told = [problem.what for problem in problems.sorted()] or [_("Di dalam zip tidak ada kursus.md.")]
        add_error(form.berkas, " ".join(told[:3]))
        return _page(found, NewModuleForm(), form), 422
    try:
        changed = write(
            services.replace_all,
            public_id=found.public_id,
            texts=texts_in,
            images=checking.images_in(folder.files),
            person_id=who.person_id,
            now=clock.now(),
        )
    except DomainError as stopped:
        add_error(form.berkas, text_of(stopped))
        return _page(found, NewModuleForm(), form), stopped.status
    flash(ngettext("%(num)s berkas diganti.", "%(num)s berkas diganti.", changed), "ok")
    for problem in problems.sorted()[:5]:
        flash(f"{problem.file}: {problem.what}", "warn")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/<uuid:public_id>/buang")
@access.role(Role.TRAINER, Role.ADMIN)
def drop(public_id: uuid.UUID) -> Response:
    """Give the draft up; what is out stays out."""
    turn(public_id, services.drop_draft, _("Naskah ini dibuang. Terbitan yang berlaku tetap seperti semula."))
    return redirect(url_for("studio.index"))


def turn(public_id: uuid.UUID, service: Callable[..., object], said: str) -> None:
    """Let a service that needs nothing else turn the state of a draft within reach, and say what that means."""
    found = draft_or_404(public_id)
    write(service, public_id=found.public_id, person_id=access.principal().person_id, now=clock.now())
    flash(said, "info")


def zip_response(key: str, files: Mapping[str, bytes]) -> Response:
    """Files as a zip with one folder, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            # A fixed date: equal content gives an equal archive.
            entry = zipfile.ZipInfo(f"{key}/{path}", (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    response = make_response(buffer.getvalue())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.zip"'
    return response
