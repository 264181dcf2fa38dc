"""The public check of a print edition: files of tens of megabytes, which are only hashed, a piece at a time, and not kept."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from certificates.editions import queries
from certificates.forms import EditionFileForm
from certificates.routes.knocking import answer, knock, network
from certificates.routes.uploading import FILES, bp
from learning.kernel import access
from learning.kernel.fields import add_error
from learning.kernel.http import takes_file

# Twice what a thousand papers take.
LARGEST = 60 * 1024 * 1024


@bp.get("/verifikasi/edisi-cetak")
@access.public
def ask_edition() -> Any:
    """The form for an edition."""
    return _page(EditionFileForm(formdata=None))


@bp.post("/verifikasi/edisi-cetak")
@access.public
@takes_file(LARGEST, in_memory=False)
def check_edition() -> Any:
    """Whether this is, byte for byte, an edition that was handed out; and that even then it proves nothing."""
    knock("certificates.edition_file", network(), FILES)
    form = EditionFileForm()
    form.validate()
    upload = form.berkas.data
    if form.errors or not isinstance(upload, FileStorage):
        return _page(form, status=422)
    with contextlib.closing(upload):
        is_pdf = b"%PDF-" in upload.stream.read(1024)
        upload.stream.seek(0)
        sha256 = hashlib.file_digest(upload.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    if not is_pdf:
        add_error(form.berkas, _("Berkas ini bukan PDF. Pilih berkas PDF edisi cetaknya."))
        return _page(form, status=422)
    return _page(form, queries.by_hash(sha256), sha256)


def _page(
    form: EditionFileForm, found: queries.EditionRow | None = None, sha256: str = "", status: int = 200
) -> Any:
    return answer(
        render_template("certificates/edition_check.html", form=form, found=found, sha256=sha256), status
    )
