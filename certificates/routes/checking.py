"""The public check: anybody, without an account, by the QR code or by typing the code.

Says only what the paper says, and what the paper is worth now. Guessing is slow: a network that keeps missing waits.
A code that no certificate has gets one answer, whether its check symbols fit or not, after the same one question to the
database; what the page says about the form of the code follows from the typed text alone.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import codes, queries, texts
from certificates.codes import CodeProblem
from certificates.indonesian import masked_employee_number
from certificates.queries import CertificateRow
from certificates.status import State
from learning.kernel import access, clock, throttle
from learning.kernel.errors import TooMany
from learning.kernel.web import wants_json

bp = Blueprint("verification", __name__)
CHECKS = ("60/minute", "600/hour")
MISSES = ("20/minute", "200/hour")
LONGEST = 80
NOBODYS = "0" * codes.LENGTH


@bp.get("/verifikasi")
@access.public
def ask() -> Any:
    """The form; a code typed into it leads to its page."""
    typed = request.args.get("kode")
    if typed is None:
        return _answer(render_template("certificates/check.html", typed="", error=None, host=_host()))
    typed = typed[:LONGEST]
    folded = codes.fold(typed)
    if not folded:
        return _answer(
            render_template(
                "certificates/check.html", typed=typed, error=texts.CODE_PROBLEMS["empty"], host=_host()
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
    network = _network()
    _knock("certificates.check", network, CHECKS)
    _refuse_if_used_up("certificates.miss", network, MISSES)
    now = clock.now()
    folded = codes.fold(typed)
    # The table is asked whatever the check symbols say: a code made under an earlier secret is found, and how long an
    # answer takes tells nothing. What cannot be a code is asked for as one that nobody has.
    row = queries.certificate_by_code(folded if codes.readable(folded) else NOBODYS, now=now)
    if row is None or row.status.state is State.NOT_YET_ISSUED:
        _knock("certificates.miss", network, MISSES)
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
            "replaced_by": status.event.successor_code if status.event else None,
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


def _unknown(typed: str) -> Response:
    if wants_json():
        return _answer(jsonify(state="UNKNOWN"), 404)
    folded = codes.fold(typed)
    page = render_template(
        "certificates/check_unknown.html",
        typed=typed,
        grouped=codes.display(folded),
        sentence=_about_form(folded),
    )
    return _answer(page, 404)


def _about_form(folded: str) -> str | None:
    """What is odd about the form of a code, from the typed text alone; None when it could be one."""
    checked = codes.check(folded, b"")
    if checked.problem not in (CodeProblem.LENGTH, CodeProblem.SYMBOL):
        return None
    return str(texts.CODE_PROBLEMS[str(checked.problem)]) % {
        "length": checked.length,
        "symbol": checked.symbol,
    }


def _host() -> str:
    """Where the genuine page lives, as set: a request reaches us under whatever name its sender likes."""
    return urlsplit(current_app.config["NETRA"].base_url).netloc


def _answer(body: Any, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
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
