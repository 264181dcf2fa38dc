"""The public check of a file: is this PDF the certificate as it was issued? Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template
from flask_babel import gettext as _

from certificates import codes, texts
from certificates.filecheck import FileCheck, check_file
from certificates.forms import FileCheckForm
from certificates.indonesian import masked_employee_number
from certificates.routes.knocking import answer, host, knock, network
from certificates.signing.examining import MAX_FILE, Busy
from certificates.signing.verdict import Answer
from certificates.status import State
from learning.kernel import access, clock
from learning.kernel.errors import TooMany
from learning.kernel.fields import add_error
from learning.kernel.http import takes_file
from learning.kernel.web import wants_json

bp = Blueprint("file_check", __name__)
FILES = ("6/minute", "60/hour")
BUSY_SECONDS = 15


@bp.get("/verifikasi/berkas")
@access.public
def ask() -> Any:
    """The form for a file."""
    return _form_page(FileCheckForm(formdata=None))


@bp.post("/verifikasi/berkas")
@access.public
@takes_file(MAX_FILE)
def check() -> Any:
    """Genuine and what it is worth, altered, or not ours."""
    knock("certificates.file", network(), FILES)
    form = FileCheckForm()
    content = b""
    if form.validate():
        content = form.berkas.data.read(MAX_FILE + 1)
        if not content:
            add_error(form.berkas, _("Berkas ini kosong. Pilih berkas PDF sertifikatnya."))
        elif len(content) > MAX_FILE:
            add_error(
                form.berkas,
                _(
                    "Berkas lebih besar dari 5 MB. Sertifikat dari sini jauh lebih kecil. Edisi cetak satu unit"
                    " diperiksa di halamannya sendiri."
                ),
            )
    if form.errors:
        return _form_page(form, 422)
    try:
        found = check_file(content, now=clock.now())
    except Busy as error:
        raise TooMany(retry_after=BUSY_SECONDS) from error
    if found.answer is Answer.NOT_PDF:
        add_error(
            form.berkas, _("Berkas ini bukan PDF. Pilih berkas PDF sertifikatnya, bukan foto atau pindaian.")
        )
        return _form_page(form, 422)
    return _told(found)


def _told(found: FileCheck) -> Any:
    row = found.row
    if wants_json():
        body: dict[str, Any] = {"file": str(found.answer), "sha256": found.sha256}
        if row is not None:
            body |= {"state": str(row.status.state), "number": row.number, "code": row.code}
        if found.receipt is not None:
            body |= {"receipt": found.receipt.number, "code": found.receipt.code}
        if found.edition is not None:
            body |= {"edition": found.edition.number, "certificates": len(found.edition.certificate_ids)}
        return answer(jsonify(body))
    return answer(
        render_template(
            "certificates/file_checked.html",
            found=found,
            row=row,
            valid=row is not None and row.status.state is State.VALID,
            masked=masked_employee_number(row.payload.employee_number) if row else "",
            words=texts,
            display=codes.display,
            look=texts.STATE_LOOK[row.status.state] if row else texts.FILE_LOOK[found.answer],
            host=host(),
        )
    )


def _form_page(form: FileCheckForm, status: int = 200) -> Any:
    return answer(render_template("certificates/file_check.html", form=form, host=host()), status)
