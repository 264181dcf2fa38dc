"""The trainers' pages: courses and editions, sending a folder in, its problems or its preview.

A trainer sees courses, with their keys, within their own reach; learners' answers are nowhere here.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import changes, checking, draft_queries, edition_files, services, studio_queries, texts
from courses.desk import keys_open
from courses.format.compiled import CompiledCourse, from_json
from courses.studio_forms import UploadForm
from courses.studio_queries import Reach, Upload, within
from courses.uploads import files_in, read_upload
from learning.kernel import access, clock, throttle, web
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, Forbidden, NotFound, TooMany, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write

bp = Blueprint("studio", __name__, url_prefix="/studio")
UPLOADS = "30/hour"


@bp.get("/")
@access.role(Role.TRAINER, Role.ADMIN)
def index() -> str:
    """Courses within reach, the latest uploads, and who published what."""
    reach = _reach()
    return render_template(
        "studio/index.html",
        courses=studio_queries.courses_in(reach),
        uploads=studio_queries.uploads_in(reach, limit=10),
        log=studio_queries.publish_log(reach, limit=10),
        drafts=draft_queries.open_drafts(reach),
        words=texts,
    )


@bp.get("/kursus/<key>")
@access.role(Role.TRAINER, Role.ADMIN)
def course(key: str) -> str:
    """One course: the edition that is out, all publishes, all uploads."""
    reach = _reach()
    found = studio_queries.current_outline(key) if within(reach, key) else None
    if found is None:
        raise NotFound("courses.unknown")
    edition, outline = found
    return render_template(
        "studio/course.html",
        edition=edition,
        outline=outline,
        log=studio_queries.publish_log(reach, key, limit=100),
        uploads=studio_queries.uploads_in(reach, key, limit=50),
        draft=draft_queries.open_draft_of(key),
        words=texts,
    )


@bp.get("/kursus/<key>/<slug>")
@access.role(Role.TRAINER, Role.ADMIN)
def course_module(key: str, slug: str) -> str:
    """A module of the edition that is out, with every key and consequence. Forbidden to whoever is taking its quiz."""
    found = studio_queries.current_outline(key) if within(_reach(), key) else None
    module = found[0].module(slug) if found else None
    if found is None or module is None:
        raise NotFound("courses.module_unknown")
    keys_open(key)
    edition, outline = found
    return render_template(
        "studio/module.html",
        module=module,
        modules=outline.modules,
        items=[item for item in outline.items if item.pool == slug],
        back=(edition.title, url_for(".course", key=key)),
        eyebrow=_("Terbitan %(number)s", number=edition.number),
        address=lambda other: url_for(".course_module", key=key, slug=other),
        branches=url_for("branching.published", key=key, slug=slug) if module.dilemmas else None,
        media=None,
        words=texts,
    )


@bp.route("/unggah", methods=["GET", "POST"])
@access.role(Role.TRAINER, Role.ADMIN)
def send_in() -> Any:
    """Send a course folder in as zip. It is read before anything is written; then its page shows what was found."""
    who, reach, form = access.principal(), _reach(), UploadForm()
    if form.validate_on_submit():
        refused = throttle.hit("studio.upload", str(who.person_id), UPLOADS)
        if refused is not None:
            raise TooMany(retry_after=refused.seconds)
        content = form.berkas.data.read()
        only = next(iter(reach)) if reach is not None and len(reach) == 1 else None
        read = read_upload(content, form.berkas.data.filename or "", only)
        if within(reach, read.course_key):
            public_id = write(
                services.keep_upload,
                course_key=read.course_key,
                filename=read.filename,
                content=content,
                problems=read.problems,
                compiled=read.compiled,
                uploaded_by=who.person_id,
                now=clock.now(),
            )
            return redirect(url_for(".review", public_id=public_id))
        keys = ", ".join(sorted(reach or ()))
        add_error(form.berkas, text_of(Conflict("courses.not_your_course", key=read.course_key, keys=keys)))
    status = 422 if form.errors else 200
    return render_template("studio/send_in.html", form=form, keys=sorted(reach) if reach else None), status


@bp.get("/unggahan/<uuid:public_id>")
@access.role(Role.TRAINER, Role.ADMIN)
def review(public_id: uuid.UUID) -> str:
    """What was found in an upload: its problems, or the preview and the way to make it the draft."""
    upload = _upload(public_id)
    return _review_page(upload)


@bp.post("/unggahan/<uuid:public_id>/naskah")
@access.role(Role.TRAINER, Role.ADMIN)
def adopt(public_id: uuid.UUID) -> Response:
    """Make the upload the draft of its course: a new one, or in place of the texts of the one that is open."""
    who, upload = access.principal(), _upload(public_id)
    files = files_in(studio_queries.upload_content(upload.public_id), upload.course_key)
    try:
        draft_id = write(
            services.adopt_folder,
            course_key=upload.course_key,
            texts={
                path: text.decode("utf-8", "replace") for path, text in files.items() if path.endswith(".md")
            },
            images=checking.images_in(files),
            base_version_id=edition_files.current_version_id(upload.course_key),
            person_id=who.person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        flash(text_of(refused), "warn")
        return redirect(url_for(".review", public_id=upload.public_id))
    flash(_("Isi unggahan sekarang menjadi naskah kursus ini."), "ok")
    return redirect(url_for("desk.show", public_id=draft_id))


@bp.get("/unggahan/<uuid:public_id>/modul/<slug>")
@access.role(Role.TRAINER, Role.ADMIN)
def preview_module(public_id: uuid.UUID, slug: str) -> str:
    """A module of an upload as learners will read it, with every consequence, key and explanation."""
    upload, compiled = _readable(public_id)
    module = compiled.module(slug)
    if module is None:
        raise NotFound("courses.module_unknown")
    return render_template(
        "studio/module.html",
        module=module,
        modules=compiled.modules,
        items=[item for item in compiled.question_set.items if item.pool == slug],
        back=(compiled.title, url_for(".review", public_id=public_id)),
        eyebrow=_("Pratinjau, belum terbit")
        if upload.number is None
        else _("Terbitan %(number)s", number=upload.number),
        address=lambda other: url_for(".preview_module", public_id=public_id, slug=other),
        # Images are kept with the edition; until then they come from the zip.
        media=(f"/kursus/{compiled.key}/media/", url_for(".preview_image", public_id=public_id, sha256="")),
        words=texts,
    )


@bp.get("/unggahan/<uuid:public_id>/gambar/", defaults={"sha256": ""})
@bp.get("/unggahan/<uuid:public_id>/gambar/<sha256>")
@access.role(Role.TRAINER, Role.ADMIN)
def preview_image(public_id: uuid.UUID, sha256: str) -> Response:
    """An image of an upload that read without errors."""
    upload, compiled = _readable(public_id)
    medium = next((medium for medium in compiled.media if medium.sha256 == sha256), None)
    if medium is None:
        raise NotFound
    content = files_in(studio_queries.upload_content(upload.public_id), upload.course_key)[medium.path]
    response = make_response(content)
    response.headers["Content-Type"] = medium.mime
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _reach() -> Reach:
    reach = studio_queries.reach_of(access.principal())
    if reach is not None and not reach:  # an admin of one agency: admits to the role, not to any course
        raise Forbidden
    return reach


def _upload(public_id: uuid.UUID) -> Upload:
    found = studio_queries.upload(str(public_id), _reach())
    if found is None:
        raise NotFound("courses.upload_unknown")
    keys_open(found.course_key)
    return found


def _readable(public_id: uuid.UUID) -> tuple[Upload, CompiledCourse]:
    upload = _upload(public_id)
    if upload.compiled is None:
        raise NotFound("courses.upload_unknown")
    return upload, from_json(upload.compiled)


def _review_page(upload: Upload) -> str:
    files = studio_queries.grouped(upload.problems, web.language())
    tones = [problem["tone"] for _file, problems in files for problem in problems]
    common = {
        "upload": upload,
        "files": files,
        "bad": tones.count("bad"),
        "mild": tones.count("warn"),
        "words": texts,
    }
    if upload.compiled is None:
        return render_template("studio/problems.html", **common)
    compiled = from_json(upload.compiled)
    new = changes.outline_of(compiled)
    found = studio_queries.current_outline(compiled.key)
    return render_template(
        "studio/preview.html",
        compiled=compiled,
        outline=new,
        current=found[0] if found else None,
        same=found is not None and found[0].edition == compiled.edition,
        changes=changes.compare(found[1], new) if found else None,
        **common,
    )
