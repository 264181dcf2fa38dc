"""The public check: anybody, without an account, by the QR code or by typing the code.

Says only what the paper says, and what the paper is worth now. Guessing is slow: a network that keeps missing waits.
A code that no certificate has gets one answer, whether its check symbols fit or not, after the same one question to the
database; what the page says about the form of the code follows from the typed text alone.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import codes, queries, texts
from certificates.codes import CodeProblem
from certificates.indonesian import masked_employee_number
from certificates.queries import CertificateRow
from certificates.routes.knocking import CHECKS, MISSES, answer, host, knock, network, refuse_if_used_up
from certificates.status import State
from learning.kernel import access, clock
from learning.kernel.web import wants_json

bp = Blueprint("verification", __name__)
LONGEST = 80
NOBODYS = "0" * codes.LENGTH


@bp.get("/verifikasi")
@access.public
def ask() -> Any:
    """The form; a code typed into it leads to its page."""
    typed = request.args.get("kode")
    if typed is None:
        return answer(render_template("certificates/check.html", typed="", error=None, host=host()))
    typed = typed[:LONGEST]
    folded = codes.fold(typed)
    if not folded:
        return answer(
            render_template(
                "certificates/check.html", typed=typed, error=texts.CODE_PROBLEMS["empty"], host=host()
            ),
            422,
        )
    if codes.readable(folded):
        return redirect(url_for("verification.check", code=codes.display(folded)))
    return _look_up(typed)


@bp.get("/verifikasi/<code>")
@bp.get("/v/<code>", endpoint="short")
@bp.get("/V/<code>", endpoint="scanned")
@access.public
def check(code: str) -> Any:
    """What a certificate is worth now: valid, expired, superseded, revoked; or that there is none of this code."""
    return _look_up(code[:LONGEST])


def _look_up(typed: str) -> Response:
    visitor = network()
    knock("certificates.check", visitor, CHECKS)
    refuse_if_used_up("certificates.miss", visitor, MISSES)
    now = clock.now()
    folded = codes.fold(typed)
    # The table is asked whatever the check symbols say: a code made under an earlier secret is found, and how long an
    # answer takes tells nothing. What cannot be a code is asked for as one that nobody has.
    row = queries.certificate_by_code(folded if codes.readable(folded) else NOBODYS, now=now)
    if row is None or row.status.state is State.NOT_YET_ISSUED:
        knock("certificates.miss", visitor, MISSES)
        return _unknown(typed)
    return _found(row, now)


def _found(row: CertificateRow, now: Any) -> Response:
    paper, status = row.payload, row.status
    masked = masked_employee_number(paper.employee_number)
    if wants_json():
        body = {
            "state": str(status.state),
            "since": status.since.isoformat(),
            "reason": str(row.reason) if row.reason else None,
            # Whoever holds a corrected paper has its own code: it is not told on the page of the old one.
            "replaced_by": status.event.successor_code if status.event and not row.corrected else None,
            "number": paper.number,
            "name": paper.holder_name,
            "employee_number": masked,
            "agency": paper.agency_name,
            "course": paper.course_title,
            "issuer": paper.issuer.institution,
            "lesson_hours": paper.jp,
            "issued_on": paper.issued_on,
            "expires_on": paper.expires_on,
            "checked_at": now.isoformat(),
        }
        return answer(jsonify(body))
    return answer(
        render_template(
            "certificates/checked.html",
            row=row,
            masked=masked,
            words=texts,
            display=codes.display,
            look=texts.STATE_LOOK[status.state],
            host=host(),
        )
    )


def _unknown(typed: str) -> Response:
    if wants_json():
        return answer(jsonify(state="UNKNOWN"), 404)
    folded = codes.fold(typed)
    page = render_template(
        "certificates/check_unknown.html",
        typed=typed,
        grouped=codes.display(folded),
        sentence=_about_form(folded),
    )
    return answer(page, 404)


def _about_form(folded: str) -> str | None:
    """What is odd about the form of a code, from the typed text alone; None when it could be one."""
    checked = codes.check(folded, b"")
    if checked.problem not in (CodeProblem.LENGTH, CodeProblem.SYMBOL):
        return None
    return str(texts.CODE_PROBLEMS[str(checked.problem)]) % {
        "length": checked.length,
        "symbol": checked.symbol,
    }
