"""Checking a list of certificates, and checking the receipt of such a check.

Codes are for everybody, a hundred at a time. Numbers can be guessed, so they are answered only to HR and admins, for the
people they look after, with a purpose; and everybody who was found can see who looked.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from openpyxl.utils import get_column_letter
from werkzeug.wrappers import Response

from certificates import codes, texts
from certificates.queries import SEEING
from certificates.routes.knocking import CHECKS, answer, host, knock, network
from certificates.verification import lists, queries, services
from certificates.verification.forms import ListForm, ReceiptForm, StaffListForm
from certificates.verification.lists import HEADINGS, Entry
from certificates.verification.queries import OwnReceipt
from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import NotFound
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.people import queries as people
from learning.people import texts as people_texts
from learning.people.spreadsheet import Column, SheetError, read_sheet

bp = Blueprint("lists", __name__)
PUBLIC_LISTS = ("6/minute", "60/hour")
STAFF_LISTS = ("20/minute", "200/hour")
MAX_FILE = 1024 * 1024
COLUMN = Column("sertifikat", also=("kode", "nomor", "kode-verifikasi", "nomor-sertifikat", "code", "number"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/verifikasi/daftar", methods=["GET", "POST"])
@access.public
def ask() -> Any:
    """Codes, pasted by anybody; the result comes at once and is not kept."""
    form = ListForm()
    if request.method == "GET":
        return answer(
            render_template("certificates/list_ask.html", form=form, earlier=None, may_numbers=_may_numbers())
        )
    knock("certificates.verification", network(), PUBLIC_LISTS)
    entries: tuple[Entry, ...] = ()
    if form.validate():
        entries = lists.read_list(form.daftar.data or "")
        _check_length(form, entries, lists.MAX_PUBLIC)
    if form.errors:
        return answer(
            render_template(
                "certificates/list_ask.html", form=form, earlier=None, may_numbers=_may_numbers()
            ),
            422,
        )
    content, code = _check(entries, None, "", "")
    if request.form.get("hasil") == "csv":
        return _attachment(content, "text/csv; charset=utf-8", f"{_file_name(code)}.csv")
    page = render_template(
        "certificates/list_result.html",
        **_shown(content),
        receipt=queries.receipt(code),
        purpose="",
        code=codes.display(code),
    )
    return answer(page)


@bp.route("/verifikasi/nomor", methods=["GET", "POST"])
@access.role(Role.HR, Role.ADMIN)
def ask_staff() -> Any:
    """Codes and numbers, pasted or as a file, with a purpose; the result is kept under its receipt."""
    who = access.principal()
    form = StaffListForm()
    earlier = [(row, codes.display(row.code), what) for row, what in queries.own_receipts(who.person_id)]
    if request.method == "GET":
        return answer(render_template("certificates/list_ask.html", form=form, earlier=earlier))
    knock("certificates.verification", f"person/{who.person_id}", STAFF_LISTS)
    entries: tuple[Entry, ...] = ()
    if form.validate():
        entries = _staff_entries(form)
    if form.errors:
        page = render_template("certificates/list_ask.html", form=form, earlier=earlier)
        return answer(page, 422)
    unit = people.unit_row(who.agency_id) if who.agency_id else None
    _content, code = _check(entries, who, form.keperluan.data or "", unit.name if unit else "Netra")
    return redirect(url_for("lists.result", code=codes.display(code)))


@bp.get("/verifikasi/daftar/<code>")
@access.role(Role.HR, Role.ADMIN)
def result(code: str) -> Any:
    """The result of one's own list, as it was then."""
    own = _own(code)
    return answer(
        render_template(
            "certificates/list_result.html",
            **_shown(own.content),
            receipt=own.receipt,
            purpose=own.purpose,
            code=codes.display(own.receipt.code),
        )
    )


@bp.get("/verifikasi/daftar/<code>.csv")
@access.role(Role.HR, Role.ADMIN)
def result_csv(code: str) -> Response:
    """The result file: the bytes whose hash stands on the receipt."""
    own = _own(code)
    return _attachment(own.content, "text/csv; charset=utf-8", f"{_file_name(own.receipt.code)}.csv")


@bp.get("/verifikasi/daftar/<code>.xlsx")
@access.role(Role.HR, Role.ADMIN)
def result_xlsx(code: str) -> Response:
    """The same rows as a workbook, for working on; what the receipt vouches for is the CSV."""
    own = _own(code)
    return _attachment(_workbook(own.content), XLSX, f"{_file_name(own.receipt.code)}.xlsx")


@bp.route("/verifikasi/daftar/tanda-terima/<code>", methods=["GET", "POST"])
@access.public
def receipt(code: str) -> Any:
    """What a receipt vouches for; and whether a file is the one it speaks of. The file is hashed and forgotten."""
    knock("certificates.receipt", network(), CHECKS)
    folded = codes.fold(code[:80])
    found = queries.receipt(folded) if codes.readable(folded) else None
    if found is None:
        raise NotFound("certificates.receipt_unknown")
    form, matches = ReceiptForm(), None
    if request.method == "POST" and form.validate():
        matches = lists.hash_of(form.berkas.data.read()) == found.payload.result_hash
    page = render_template(
        "certificates/list_receipt.html",
        receipt=found,
        code=codes.display(found.code),
        form=form,
        matches=matches,
        answers=texts.ANSWERS,
        host=host(),
    )
    return answer(page, 422 if form.errors else 200)


def _may_numbers() -> bool:
    who = access.optional_principal()
    return who is not None and bool(who.grants_for(*SEEING))


def _staff_entries(form: StaffListForm) -> tuple[Entry, ...]:
    content = form.given_file()
    if content is None:
        entries = lists.read_list(form.daftar.data or "")
        _check_length(form, entries, lists.MAX_STAFF)
        return entries
    if (form.daftar.data or "").strip():
        add_error(form.berkas, _("Pilih salah satu: tempel daftarnya, atau unggah berkasnya."))
        return ()
    if len(content) > MAX_FILE:
        add_error(form.berkas, _("Berkas lebih besar dari 1 MB. Bagi menjadi beberapa berkas."))
        return ()
    try:
        sheet = read_sheet(content, columns=[COLUMN], max_rows=lists.MAX_STAFF)
    except SheetError as error:
        sentence = people_texts.what(error.code, error.params)
        add_error(form.berkas, f"{sentence} {people_texts.remedy(error.code, error.params)}".strip())
        return ()
    return lists.entries(row.text(COLUMN.key) for row in sheet.rows)


def _check_length(form: ListForm | StaffListForm, entries: tuple[Entry, ...], most: int) -> None:
    if not entries:
        add_error(form.daftar, _("Tempel paling sedikit satu kode."))
    elif len(entries) > most:
        add_error(
            form.daftar,
            _(
                "Daftar ini berisi %(count)d baris, paling banyak %(most)d sekali periksa. Bagi daftarnya.",
                count=len(entries),
                most=most,
            ),
        )


def _check(entries: tuple[Entry, ...], who: Principal | None, purpose: str, maker: str) -> tuple[bytes, str]:
    """Look the entries up and keep the receipt; the result file and the receipt's code."""
    now = clock.now()
    found, seen = queries.answers(entries, principal=who, now=now)
    content = lists.result_file(found, checked_at=now)
    code = write(
        services.give_receipt,
        content=content,
        total=len(found),
        counts=lists.counts_of(found),
        maker=maker,
        maker_id=who.person_id if who else None,
        purpose=purpose,
        seen=seen,
        now=now,
    )
    return content, code


def _own(code: str) -> OwnReceipt:
    folded = codes.fold(code[:80])
    own = (
        queries.own_receipt(folded, maker_id=access.principal().person_id) if codes.readable(folded) else None
    )
    if own is None:
        raise NotFound("certificates.receipt_unknown")
    return own


def _shown(content: bytes) -> dict[str, Any]:
    """The rows of a result file for the page, with the look of each state."""
    looks = {lists.WORDS[name]: (texts.ANSWERS[name], *texts.ANSWER_LOOK[name]) for name in lists.Answer}
    rows: list[dict[str, Any]] = [dict(zip(HEADINGS, cells, strict=True)) for cells in lists.rows_of(content)]
    for row in rows:
        for name in ("sejak", "berlaku-sampai"):
            row[name] = date.fromisoformat(row[name]) if row[name] else None
        folded = codes.fold(row["yang-diperiksa"])
        if codes.readable(folded):
            row["yang-diperiksa"] = codes.display(folded)
    got = {row["keadaan"] for row in rows}
    return {
        "rows": [(row, looks[row["keadaan"]]) for row in rows],
        "answers": texts.ANSWERS,
        "refused": lists.WORDS[lists.Answer.NUMBER_NOT_ANSWERED] in got,
        "unknown": lists.WORDS[lists.Answer.UNKNOWN] in got,
    }


def _workbook(content: bytes) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Hasil")
    for at in range(1, len(HEADINGS) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 22
    sheet.freeze_panes = "A2"
    for row in (list(HEADINGS), *lists.rows_of(content)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _file_name(code: str) -> str:
    return f"periksa-sertifikat-{codes.display(code)}"


def _attachment(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
