"""The images of a draft: seen with where each is used, added, described, removed, and sent to the author's own pages.

What comes in is decoded and made anew by `checking.re_encoded`, in a process of its own, before any write section.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from courses import checking, draft_queries, pictures, services
from courses.desk import draft_or_404
from courses.draft_queries import Draft, ImageRow
from courses.format import shrinking
from courses.format.source import MAX_IMAGE
from courses.pictures import Use
from courses.services.draft_rows import Image
from courses.studio_forms import AltForm, ImageForm
from learning.kernel import access, clock, throttle, web
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, DomainError, NotFound, TooMany, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write

bp = Blueprint("images", __name__, url_prefix="/studio/naskah")
UPLOADS = "120/hour"


@dataclass(frozen=True, slots=True)
class Shown:
    """An image in the list: where texts show it, and what an author copies to show it."""

    image: ImageRow
    alt: str
    uses: tuple[Use, ...]
    markdown: str


@bp.get("/<uuid:public_id>/gambar")
@access.role(Role.TRAINER, Role.ADMIN)
def show(public_id: uuid.UUID) -> str:
    """The images of a draft, the unused ones marked, and the form for a new one."""
    return _page(draft_or_404(public_id), ImageForm())


def _page(
    found: Draft,
    form: ImageForm,
    refused: DomainError | None = None,
    *,
    path: str = "",
    typed: AltForm | None = None,
) -> str:
    """The page; `typed` is what somebody wrote as the description of the image `path` and could not be kept."""
    used = pictures.uses(_texts(found))
    shown = [_shown(image, used.get(image.path, [])) for image in found.images]
    held = None
    if not found.writable:
        held = text_of(Conflict("courses.draft_closed" if found.closed else "courses.draft_in_review"))
    return render_template(
        "studio/images.html",
        draft=found,
        shown=shown,
        unused=sum(not one.uses for one in shown),
        form=form,
        held=held,
        refused=text_of(refused) if refused else None,
        path=path,
        typed=typed,
        largest=MAX_IMAGE,
    )


def _texts(found: Draft) -> dict[str, str]:
    return {file.path: file.content for file in found.files}


def _shown(image: ImageRow, uses: list[Use]) -> Shown:
    alt = image.alt or next((use.alt for use in uses if use.alt), "")
    return Shown(image, alt, tuple(uses), pictures.markdown(image.path, alt or _("Tulis keterangannya")))


@bp.post("/<uuid:public_id>/gambar")
@access.role(Role.TRAINER, Role.ADMIN)
def add(public_id: uuid.UUID) -> Any:
    """Keep an image with its description; a name that is taken gets a number, unless the old one is to be replaced."""
    found, form, who = draft_or_404(public_id), ImageForm(), access.principal()
    if not form.validate_on_submit():
        if not form.berkas.errors:
            add_error(form.berkas, _("Berkasnya belum tersimpan. Pilih sekali lagi."))
        return _page(found, form), 422
    refused = throttle.hit("studio.image", str(who.person_id), UPLOADS)
    if refused is not None:
        raise TooMany(retry_after=refused.seconds)
    image = _read(form)
    if image is None:
        return _page(found, form), 422
    try:
        kept = _keep(found, image, over=bool(form.ganti.data), person_id=who.person_id)
    except DomainError as stopped:
        add_error(form.berkas, text_of(stopped))
        return _page(found, form), stopped.status
    flash(_("Gambar tersimpan sebagai %(name)s. Salin teksnya ke dalam modul.", name=kept.path), "ok")
    return redirect(url_for(".show", public_id=public_id))


def _read(form: ImageForm) -> Image | None:
    """The picture that was sent, made anew; None with the reason at its field."""
    sent = form.berkas.data
    content = sent.read(MAX_IMAGE + 1)
    sent.close()
    if shrinking.moves(content):
        add_error(
            form.berkas,
            _(
                "Gambar bergerak tidak dapat dipakai. Simpan satu bingkainya sebagai PNG atau JPG, lalu unggah."
            ),
        )
        return None
    image, problems = checking.re_encoded(sent.filename or "", content, form.alt.data or "")
    for problem in problems:
        add_error(form.berkas, " ".join(problem.texts(web.language())))
    return image


def _keep(found: Draft, image: Image, *, over: bool, person_id: int) -> Image:
    names = [image.path] if over else pictures.free_names(image.path, {row.path for row in found.images})
    for name in names:
        named = replace(image, path=name)
        try:
            write(
                services.keep_image,
                public_id=found.public_id,
                image=named,
                person_id=person_id,
                now=clock.now(),
                replace=over,
            )
        except Conflict as taken:
            # Somebody kept one of this name since the page was read: the next name then.
            if taken.code != "courses.image_name_taken":
                raise
        else:
            return named
    raise AssertionError("names do not end")


@bp.post("/<uuid:public_id>/gambar/keterangan")
@access.role(Role.TRAINER, Role.ADMIN)
def describe(public_id: uuid.UUID) -> Any:
    """Give an image another description, here and where texts show it with the one before; each text stays in its history."""
    found, form, path = draft_or_404(public_id), AltForm(), request.form.get("jalur", "")
    image = next((image for image in found.images if image.path == path), None)
    if image is None:
        missing = NotFound("courses.file_unknown")
        return _page(found, ImageForm(formdata=None), missing), missing.status
    empty = ImageForm(formdata=None)
    if not form.validate():
        return _page(found, empty, path=path, typed=form), 422
    alt = form.alt.data or ""
    before = _shown(image, pictures.uses(_texts(found)).get(path, [])).alt
    fresh = {file.path: pictures.described(file.content, path, before, alt) for file in found.files}
    changed = {
        file.path: (fresh[file.path], file.digest) for file in found.files if fresh[file.path] != file.content
    }
    try:
        write(
            services.describe_image,
            public_id=found.public_id,
            path=path,
            alt=alt,
            texts=changed,
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        return _page(found, empty, refused, path=path, typed=form), refused.status
    flash(_("Keterangan %(name)s diubah.", name=image.name), "ok")
    other = [
        _("%(file)s, baris %(line)s", file=use.file, line=use.line)
        for use in pictures.uses(fresh).get(path, [])
        if use.alt != pictures.plain(alt)
    ]
    if other:
        flash(
            _("Di sini tertulis keterangan lain, dan itu tidak diubah: %(places)s.", places="; ".join(other)),
            "info",
        )
    return redirect(url_for(".show", public_id=public_id, _anchor=f"g-{image.sha256[:12]}"))


@bp.post("/<uuid:public_id>/gambar/hapus")
@access.role(Role.TRAINER, Role.ADMIN)
def remove(public_id: uuid.UUID) -> Any:
    """Take an image out. One that a text shows stays: without it the draft would have a mistake."""
    found, path = draft_or_404(public_id), request.form.get("jalur", "")
    used = pictures.uses(_texts(found)).get(path)
    try:
        if all(image.path != path for image in found.images):
            raise NotFound("courses.file_unknown")
        if used and found.writable:
            files = ", ".join(dict.fromkeys(use.file for use in used))
            raise Conflict("courses.image_in_use", name=path, files=files)
        write(
            services.remove_image,
            public_id=found.public_id,
            path=path,
            person_id=access.principal().person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        return _page(found, ImageForm(formdata=None), refused), refused.status
    flash(_("Gambar %(name)s dihapus dari naskah.", name=path), "ok")
    return redirect(url_for(".show", public_id=public_id))


@bp.get("/<uuid:public_id>/gambar/<sha256>")
@access.role(Role.TRAINER, Role.ADMIN)
def file(public_id: uuid.UUID, sha256: str) -> Response:
    """An image of the draft; named by its hash, so its bytes never change."""
    image = draft_queries.image(draft_or_404(public_id).id, sha256)
    if image is None:
        raise NotFound
    mime, content = image
    response = make_response(content)
    response.headers["Content-Type"] = mime
    response.headers["X-Content-Type-Options"] = "nosniff"
    # One hour, not for ever: who loses a course must lose its drafts from the browser, too.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
