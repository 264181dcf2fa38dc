"""Checked lists of certificates: a list in, answers out, and the receipt that somebody else can check later."""

from __future__ import annotations

from typing import Any

from flask import current_app

from certificates import codes
from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import Body, Budget, Operation, Parameter, Place, Reply
from certificates.api.schemas import CODE, ref
from certificates.api.scopes import Scope
from certificates.verification import lists, queries, services
from certificates.verification.lists import Line, ReceiptPayload
from learning.kernel.errors import NotFound


@operation(
    Operation(
        id="check_list",
        method="POST",
        path="/verification-lists",
        scope=Scope.CERTIFICATES_VERIFY,
        summary=f"Check a list of up to {lists.MAX_STAFF} codes or numbers, with a receipt",
        text=(
            "Answers in the order of the input, as the page for lists does. Numbers are answered for your agency's people"
            " only, and only when the token has certificates:read too."
        ),
        body=Body("The list.", ref("ListQuestion")),
        reply=Reply("Answers, file and receipt.", ref("ListAnswer")),
        problems=("json-invalid", "too-large", "media-type", "key-form", "key-reused", "key-in-progress"),
        budget=Budget.BULK,
        keeps=True,
        tag="Certificates",
    )
)
def check_list(asked: Asked) -> Outcome:
    """A list and its receipt; everybody who was found can see it, as with a list on the page."""
    caller = asked.caller
    entries = lists.entries(asked.body["entries"])
    # A number can be guessed: it opens no more than reading the agency's certificates does.
    who = caller.principal if Scope.CERTIFICATES_READ in caller.scopes else None
    found, seen = queries.answers(entries, principal=who, now=asked.now)
    content = lists.result_file(found, checked_at=asked.now)

    def act() -> dict[str, Any]:
        code = services.give_receipt(
            content=content,
            total=len(found),
            counts=lists.counts_of(found),
            maker=caller.agency_name,
            # The result stays with the system that asked: who made its token may have moved to another agency since.
            maker_id=None,
            purpose=f"{caller.name}: {caller.purpose}",
            seen=seen,
            now=asked.now,
            answers_for=caller.made_by,
        )
        kept = queries.receipt(code)
        assert kept is not None
        return {
            "receipt": _receipt(code, kept.payload),
            "lines": [_line(line) for line in found],
            "file": content.decode(),
        }

    return Outcome(act=act, looks=sorted(seen))


@operation(
    Operation(
        id="get_list_receipt",
        method="GET",
        path="/verification-lists/{code}",
        scope=Scope.CERTIFICATES_VERIFY,
        summary="What the receipt of a checked list vouches for",
        text="By the code of the receipt, whoever made it: as on its public page. It names nobody.",
        parameters=(Parameter("code", Place.PATH, CODE, "Code of the receipt.", required=True),),
        reply=Reply("The receipt.", ref("ListReceipt")),
        problems=("receipt-unknown",),
        tag="Certificates",
    )
)
def get_list_receipt(asked: Asked) -> Outcome:
    """One receipt. A mistyped code and one that was never given are one answer after the same question."""
    found = queries.receipt(codes.fold(asked.values["code"]))
    if found is None:
        raise NotFound("api.receipt_unknown")
    return Outcome(_receipt(found.code, found.payload))


def _receipt(code: str, payload: ReceiptPayload) -> dict[str, Any]:
    shown = codes.display(code)
    return {
        "code": shown,
        "url": f"{current_app.config['NETRA'].base_url}/verifikasi/daftar/tanda-terima/{shown}",
        "made_at": payload.made_at,
        "maker": payload.maker,
        "total": payload.total,
        "counts": dict(payload.counts),
        "sha256": payload.result_hash,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.place,
        "entry": line.typed,
        "answer": str(line.answer),
        "since": line.since or None,
        "reason": line.reason or None,
        "number": line.number or None,
        "name": line.name or None,
        "masked_nip": line.employee_number or None,
        "agency": line.agency or None,
        "course": line.course or None,
        "lesson_hours": int(line.jp) if line.jp else None,
        "issued_on": line.issued_on or None,
        "expires_on": line.expires_on or None,
        "issuer": line.issuer or None,
    }
