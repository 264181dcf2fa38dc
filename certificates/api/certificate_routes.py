"""Certificates of the agency's people, and what any certificate is worth."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from certificates import codes, queries
from certificates.api import paging
from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import Body, Budget, Operation, Parameter, Place, Reply
from certificates.api.schemas import CODE, CURSOR, LIMIT, MAX_CODES, MOMENT, ref
from certificates.api.scopes import Scope
from certificates.api.validation import read_moment
from certificates.indonesian import masked_employee_number
from certificates.queries import SEEING, CertificateRow
from certificates.status import State
from learning.kernel.errors import Invalid, NotFound
from learning.people.scope import visible_people

# A commit may be seen a little after the moment it says: whoever walks by moments starts so much earlier.
OVERLAP = timedelta(minutes=5)
PAGING = (
    Parameter("cursor", Place.QUERY, CURSOR, "`next` of the page before."),
    Parameter("limit", Place.QUERY, LIMIT, "How many on one page."),
)


@operation(
    Operation(
        id="list_certificates",
        method="GET",
        path="/certificates",
        scope=Scope.CERTIFICATES_READ,
        summary="The certificates of your agency's people",
        text="In the order in which they were issued; new ones come at the end, so a walk never skips or repeats one.",
        parameters=(
            Parameter(
                "changed_since",
                Place.QUERY,
                MOMENT,
                "Only those issued, revoked or replaced since: `as_of` of your last walk.",
            ),
            *PAGING,
        ),
        reply=Reply("One page.", ref("CertificatePage")),
        problems=("cursor-invalid",),
        tag="Certificates",
    )
)
def list_certificates(asked: Asked) -> Outcome:
    """One page of the agency's certificates; every person on it can see that."""
    since = read_moment(asked.values["changed_since"]) if asked.values["changed_since"] else None
    after = after_cursor(asked, "certificates", since)
    people = visible_people(
        asked.caller.principal, *SEEING, on=asked.caller.today(asked.now), with_former=True
    )
    limit: int = asked.values["limit"]
    rows = queries.certificates_after(
        people, after=after, limit=limit + 1, changed_since=since, now=asked.now
    )
    shown = rows[:limit]
    body = {
        "items": [_certificate(row) for row in shown],
        "next": next_cursor(asked, "certificates", shown[-1].id, since) if len(rows) > limit else None,
        "as_of": (asked.now - OVERLAP).isoformat(),
    }
    return Outcome(body, looks=[row.person_id for row in shown])


@operation(
    Operation(
        id="get_certificate",
        method="GET",
        path="/certificates/{code}",
        scope=Scope.CERTIFICATES_READ,
        summary="One certificate of somebody of your agency",
        text="By its verification code. Certificates of other agencies' people are not found; see /verifications.",
        parameters=(Parameter("code", Place.PATH, CODE, "Verification code.", required=True),),
        reply=Reply("The certificate.", ref("Certificate")),
        problems=("certificate-unknown",),
        tag="Certificates",
    )
)
def get_certificate(asked: Asked) -> Outcome:
    """One certificate; its holder can see that."""
    row = queries.visible_certificate(asked.caller.principal, codes.fold(asked.values["code"]), now=asked.now)
    if row is None:
        raise NotFound("api.certificate_unknown")
    return Outcome(_certificate(row), looks=[row.person_id])


@operation(
    Operation(
        id="verify_certificate",
        method="GET",
        path="/verifications/{code}",
        scope=Scope.CERTIFICATES_VERIFY,
        summary="What a certificate is worth now",
        text="Of any agency: no more than its paper says, as on the public page.",
        parameters=(Parameter("code", Place.PATH, CODE, "Verification code.", required=True),),
        reply=Reply("The state of the certificate.", ref("Verification")),
        problems=("code-unknown",),
        tag="Certificates",
    )
)
def verify_certificate(asked: Asked) -> Outcome:
    """One code. Not a look at a person: whoever holds the paper may ask."""
    answer = _verified(asked.values["code"], asked.now)
    if answer["state"] == "UNKNOWN":
        raise NotFound("api.code_unknown")
    return Outcome(answer)


@operation(
    Operation(
        id="verify_certificates",
        method="POST",
        path="/verifications",
        scope=Scope.CERTIFICATES_VERIFY,
        summary=f"What each of up to {MAX_CODES} certificates is worth now",
        text="Answers in the order of the input; a code of nothing has the state UNKNOWN.",
        body=Body("The codes.", ref("VerificationQuestion")),
        reply=Reply("One answer for each code.", ref("VerificationAnswer")),
        problems=("json-invalid", "too-large", "media-type", "key-form", "key-reused", "key-in-progress"),
        budget=Budget.BULK,
        keeps=True,
        tag="Certificates",
    )
)
def verify_certificates(asked: Asked) -> Outcome:
    """Many codes, in two statements."""
    wanted: list[str] = asked.body["codes"]
    found = queries.certificates_by_codes({codes.fold(code) for code in wanted}, now=asked.now)
    return Outcome(
        {"items": [_verification(code, found.get(codes.fold(code)), asked.now) for code in wanted]}
    )


def after_cursor(asked: Asked, name: str, *filters: object) -> int:
    """The row behind which this page begins, 0 for the first."""
    cursor = asked.values["cursor"]
    if cursor is None:
        return 0
    after = paging.unseal(_key(), cursor, asked=_asked(asked, name, filters))
    if after is None:
        raise Invalid("api.cursor_invalid")
    return after


def next_cursor(asked: Asked, name: str, last: int, *filters: object) -> str:
    """The cursor behind the last row shown."""
    return paging.seal(_key(), asked=_asked(asked, name, filters), after=last)


def _asked(asked: Asked, name: str, filters: tuple[object, ...]) -> dict[str, object]:
    return {"list": name, "agency": asked.caller.agency_id, "filters": [str(value) for value in filters]}


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _certificate(row: CertificateRow) -> dict[str, Any]:
    paper = row.payload
    return {
        "number": paper.number,
        "code": codes.display(row.code),
        "state": str(row.status.state),
        "since": row.status.since.isoformat(),
        "reason": str(row.reason) if row.reason else None,
        "replaced_by": row.successor_number,
        "holder": {
            "nip": paper.employee_number,
            "name": paper.holder_name,
            "position": paper.position_title,
            "unit": paper.unit_name,
            "agency": paper.agency_name,
        },
        "course": {
            "key": row.course_key,
            "edition": paper.edition,
            "title": paper.course_title,
            "lesson_hours": paper.jp,
        },
        "issued_on": paper.issued_on,
        "expires_on": paper.expires_on,
        "verify_url": paper.verify_url,
    }


def _verified(code: str, now: datetime) -> dict[str, Any]:
    return _verification(code, queries.certificate_by_code(codes.fold(code), now=now), now)


def _verification(code: str, row: CertificateRow | None, now: datetime) -> dict[str, Any]:
    if row is None or row.status.state is State.NOT_YET_ISSUED:
        nothing = dict.fromkeys(
            ("since", "reason", "replaced_by", "number", "name", "masked_nip", "agency", "course", "lesson_hours",
             "issued_on", "expires_on")
        )  # fmt: skip
        return {"code": code, "state": "UNKNOWN", **nothing, "checked_at": now.isoformat()}
    paper, status = row.payload, row.status
    return {
        "code": code,
        "state": str(status.state),
        "since": status.since.isoformat(),
        "reason": str(row.reason) if row.reason else None,
        "replaced_by": row.successor_number,
        "number": paper.number,
        "name": paper.holder_name,
        "masked_nip": masked_employee_number(paper.employee_number),
        "agency": paper.agency_name,
        "course": paper.course_title,
        "lesson_hours": paper.jp,
        "issued_on": paper.issued_on,
        "expires_on": paper.expires_on,
        "checked_at": now.isoformat(),
    }
