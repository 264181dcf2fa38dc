"""The public check: anybody, without an account, by the QR code or by typing the code.

Says only what the paper says, and what the paper is worth now. Guessing is slow: a network that keeps missing waits.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import codes, queries, texts
from certificates.codes import CheckedCode, CodeProblem
from certificates.indonesian import masked_employee_number
from certificates.queries import CertificateRow
from certificates.services import code_key
from certificates.status import State
from learning.kernel import access, clock, throttle
from learning.kernel.errors import TooMany
from learning.kernel.web import wants_json

bp = Blueprint("verification", __name__)
CHECKS = ("60/minute", "600/hour")
MISSES = ("20/minute", "200/hour")
LONGEST = 80


@bp.get("/verifikasi")
@access.public
def ask() -> Any:
    """The form; a code typed into it leads to its page."""
    typed = request.args.get("kode")
    if typed is None:
        return _answer(render_template("certificates/check.html", typed="", error=None, host=_host()))
    checked = codes.check(typed[:LONGEST], code_key())
    if checked.problem in (CodeProblem.EMPTY, CodeProblem.LENGTH, CodeProblem.SYMBOL):
        return _answer(
            render_template(
                "certificates/check.html", typed=typed[:LONGEST], error=_sentence(checked), host=_host()
            ),
            422,
        )
    return redirect(url_for("verification.check", code=codes.display(codes.fold(typed))))


@bp.get("/verifikasi/<code>")
@bp.get("/v/<code>", endpoint="short")
@bp.get("/V/<code>", endpoint="scanned")
@access.public
def check(code: str) -> Any:
    """What a certificate is worth now: valid, expired, superseded, revoked; or that there is none of this code."""
    network = _network()
    _knock("certificates.check", network, CHECKS)
    _refuse_if_used_up("certificates.miss", network, MISSES)
    now = clock.now()
    checked = codes.check(code[:LONGEST], code_key())
    row = None
    folded = codes.fold(code[:LONGEST])
    if checked.code is not None or checked.problem is CodeProblem.CHECKSUM:
        # A code whose checksum fails is a typing error or was made under an earlier secret: only the table knows.
        row = queries.certificate_by_code(folded, now=now)
    if row is None or row.status.state is State.NOT_YET_ISSUED:
        _knock("certificates.miss", network, MISSES)
        return _unknown(checked, code[:LONGEST])
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
            "lesson_hours": paper.jp,
            "issued_on": paper.issued_on,
            "expires_on": paper.expires_on,
            "checked_at": now.isoformat(),
        }
        return _answer(jsonify(body))
    return _answer(
        render_template(
            "certificates/checked.html",
            row=row,
            masked=masked,
            words=texts,
            display=codes.display,
            look=texts.STATE_LOOK[status.state],
            host=_host(),
        )
    )


def _unknown(checked: CheckedCode, typed: str) -> Response:
    if wants_json():
        return _answer(jsonify(state="UNKNOWN", problem=checked.problem and str(checked.problem)), 404)
    page = render_template(
        "certificates/check_unknown.html",
        typed=typed,
        problem=checked.problem,
        sentence=_sentence(checked) if checked.problem else None,
    )
    return _answer(page, 404)


def _sentence(checked: CheckedCode) -> str:
    sentence = texts.CODE_PROBLEMS[str(checked.problem)]
    return str(sentence) % {"length": checked.length, "symbol": checked.symbol}


def _host() -> str:
    """Where the genuine page lives, as set: a request reaches us under whatever name its sender likes."""
    return urlsplit(current_app.config["NETRA"].base_url).netloc


def _answer(body: Any, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _network() -> str:
    """The visitor's network: /24 or /64, because one machine easily has many addresses."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def _knock(bucket: str, key: str, limits: tuple[str, ...]) -> None:
    for limit in limits:
        wait = throttle.hit(bucket, key, limit)
        if wait is not None:
            raise TooMany(retry_after=wait.seconds)


def _refuse_if_used_up(bucket: str, key: str, limits: tuple[str, ...]) -> None:
    for limit in limits:
        wait = throttle.check(bucket, key, limit)
        if wait is not None:
            raise TooMany(retry_after=wait.seconds)
