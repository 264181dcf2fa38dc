"""The public page of a receipt: what was checked, how it came out in numbers, and whether a file is the one. No names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from certificates import codes
from certificates.forms import ReceiptFileForm
from certificates.promotion import check_queries, receipts
from certificates.promotion import texts as rule_texts
from certificates.promotion.receipts import Match, ReceiptPayload
from certificates.routes.checking import LONGEST
from certificates.routes.knocking import CHECKS, MISSES, answer, knock, network, refuse_if_used_up
from certificates.verification import queries as verification
from learning.kernel import access, clock
from learning.kernel.fields import add_error
from learning.kernel.http import takes_file
from learning.kernel.web import wants_json

bp = Blueprint("receipts", __name__, url_prefix="/verifikasi/tanda-terima")
FILES = ("6/minute", "60/hour")


@bp.get("")
@access.public
def ask() -> Any:
    """The form for the code of a receipt."""
    typed = request.args.get("kode", "")[:LONGEST]
    if "/" in typed:
        # A number (or a whole address): whoever could look up numbers could count other people's receipts.
        return _unknown(typed)
    if codes.fold(typed):
        return redirect(url_for(".show", code=codes.fold(typed)))
    return answer(render_template("certificates/receipt_ask.html", typed="", unknown=False))


@bp.get("/<code>")
@access.public
def show(code: str) -> Any:
    """What a receipt says, or that there is none of this code. One door for both kinds: of lists of NIPs and of certificates."""
    folded = codes.fold(code[:LONGEST])
    if codes.readable(folded) and verification.receipt(folded) is not None:
        return redirect(url_for("lists.receipt", code=codes.display(folded)))
    receipt = _find(code)
    if receipt is None:
        return _unknown(code)
    if wants_json():
        return answer(jsonify(receipt.to_json()))
    return _page(receipt, ReceiptFileForm(formdata=None), None)


@bp.post("/<code>")
@access.public
@takes_file(receipts.MAX_FILE, in_memory=False)
def compare(code: str) -> Any:
    """Whether the file sent is the result that the receipt speaks of. The file is not kept."""
    receipt = _find(code)
    if receipt is None:
        return _unknown(code)
    knock("certificates.receipt_file", network(), FILES)
    form = ReceiptFileForm()
    upload = form.hasil.data
    form.validate()
    if not isinstance(upload, FileStorage) or not upload.filename:
        add_error(form.hasil, _("Pilih berkas hasil dalam bentuk CSV."))
        return _page(receipt, form, None, 422)
    match = receipts.matches(upload.stream, receipt)
    if match is Match.NO_TABLE:
        add_error(
            form.hasil,
            _("Kolom-kolom hasil tidak ditemukan. Simpan lembar kerja sebagai CSV UTF-8, lalu coba lagi."),
        )
        return _page(receipt, form, None, 422)
    return _page(receipt, form, match)


def _find(code: str) -> ReceiptPayload | None:
    visitor = network()
    knock("certificates.check", visitor, CHECKS)
    refuse_if_used_up("certificates.miss", visitor, MISSES)
    receipt = check_queries.receipt_by_code(codes.fold(code[:LONGEST]))
    if receipt is None:
        knock("certificates.miss", visitor, MISSES)
    return receipt


def _page(receipt: ReceiptPayload, form: ReceiptFileForm, match: Match | None, status: int = 200) -> Response:
    page = render_template(
        "certificates/receipt.html",
        receipt=receipt,
        form=form,
        match=match,
        words=rule_texts,
        display=codes.display,
        checked_at=clock.now(),
    )
    return answer(page, status)


def _unknown(code: str) -> Response:
    if wants_json():
        return answer(jsonify(state="UNKNOWN"), 404)
    page = render_template("certificates/receipt_ask.html", typed=code[:LONGEST], unknown=True)
    return answer(page, 404)
