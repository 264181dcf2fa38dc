"""The shapes that requests and answers are made of, by the name under which they are published. Pure."""

from __future__ import annotations

from typing import Any

from certificates.api.operations import Schema
from certificates.api.paging import MAX_LIMIT
from certificates.history.records import COLUMNS
from certificates.hooks.kinds import SUBSCRIBABLE
from certificates.promotion.eligibility import Outcome, ReasonCode
from certificates.status import State
from certificates.verification.lists import LONGEST_ENTRY, MAX_STAFF, Answer

MAX_PEOPLE = 5_000
MAX_CODES = 1_000
CODE_PATTERN = "^[0-9A-Za-z-]{8,64}$"
NIP_PATTERN = "^[0-9]{18}$"

NIP: Schema = {
    "type": "string",
    "pattern": NIP_PATTERN,
    "description": "Employee number (NIP, NI PPPK): 18 digits, always a string.",
    "examples": ["198501012010011001"],
}
CODE: Schema = {
    "type": "string",
    "pattern": CODE_PATTERN,
    "description": "Verification code of a certificate, with or without hyphens.",
}
RULE_KEY: Schema = {
    "type": "string",
    "pattern": "^[a-z0-9-]{1,60}$",
    "description": "Key of a promotion rule, see /rules.",
}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NONE: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
PUBLIC_ID: Schema = {"type": "string", "pattern": "^[0-9a-f-]{36}$"}
TEXT: Schema = {"type": "string"}
TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
OUTCOME: Schema = {
    "type": "string",
    "enum": [str(one) for one in Outcome],
    "description": (
        "ELIGIBLE and NOT_YET speak of this rule only, never of the whole promotion. UNDETERMINED: the records do not"
        " allow a statement and somebody has to look."
    ),
}
ANSWER: Schema = {
    "type": "string",
    "enum": [str(one) for one in Answer],
    "description": (
        "UNKNOWN also stands for a number of another agency. MISTYPED: it can be neither code nor number."
        " NUMBER_NOT_ANSWERED: numbers need the scope certificates:read as well."
    ),
}
CURSOR: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100}


def shape(description: str = "", /, optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with exactly these properties, all required but those named optional."""
    found: Schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
    return {**found, "description": description} if description else found


def listed(item: Schema, **more: Any) -> Schema:
    """An array of items."""
    return {"type": "array", "items": item, **more}


def ref(name: str) -> Schema:
    """A reference to a published schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def page(item: str) -> Schema:
    """One page of a list. `next` leads on; null on the last page."""
    return shape(
        items=listed(ref(item)),
        next={**TEXT_OR_NONE, "description": "Cursor of the next page, null on the last."},
        as_of={
            **MOMENT,
            "description": "Pass this as changed_since next time to get what has changed since this walk began.",
        },
    )


SCHEMAS: dict[str, Schema] = {
    "Problem": shape(
        "A refusal after RFC 9457. `type` is stable; `detail` follows Accept-Language (id, en).",
        optional=("errors",),
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        request_id={**TEXT, "description": "Name this when you report something."},
        errors=listed(ref("Fault")),
    ),
    "Fault": shape(
        "One part of the request that is not allowed.",
        optional=("parameter", "pointer"),
        parameter={**TEXT, "description": "Name of the parameter."},
        pointer={**TEXT, "description": "JSON Pointer (RFC 6901) into the body."},
        code=TEXT,
        detail=TEXT,
    ),
    "Token": shape(
        "The token of this request.",
        name=TEXT,
        purpose=TEXT,
        agency=TEXT,
        scopes=listed(TEXT),
        expires_at=MOMENT,
    ),
    "RuleUsed": shape(
        "The version of a rule that a verdict was given for.", key=TEXT, version=COUNT, title=TEXT
    ),
    "Rule": shape(
        "A promotion rule. National law asks for no certificate of neutrality; `source` says who does.",
        key=TEXT,
        version=COUNT,
        title=TEXT,
        kind={"type": "string", "enum": ["POSITION", "RANK"]},
        target_level=TEXT,
        source={"type": "string", "enum": ["LAW", "AGENCY_POLICY", "DEMO_POLICY"]},
        legal_basis=TEXT,
        note=TEXT,
        valid_from=DAY,
        valid_to=DAY_OR_NONE,
        courses=listed(shape(key=TEXT, title=TEXT)),
        national={"type": "boolean", "description": "For every agency, or made by this one."},
    ),
    "Rules": shape(on=DAY, items=listed(ref("Rule"))),
    "Reason": shape(
        "One reason, with the record or the course it speaks of.",
        code={"type": "string", "enum": [str(one) for one in ReasonCode]},
        text=TEXT,
        certificate=TEXT_OR_NONE,
        course=TEXT_OR_NONE,
    ),
    "Eligibility": shape(
        "A verdict. Asked again with its known_at it stays the same whatever happens to certificates and rules later;"
        " only corrections of the personnel record itself (seat, employment type) are not kept apart.",
        nip=NIP,
        rule=ref("RuleUsed"),
        as_of=DAY,
        known_at=MOMENT,
        outcome=OUTCOME,
        reasons=listed(ref("Reason")),
        notes=listed(ref("Reason")),
        satisfied_by={**listed(TEXT), "description": "Numbers of the certificates that prove it."},
        missing={**listed(TEXT), "description": "Keys of the courses still to be proved."},
    ),
    "Line": shape(
        "The answer to one line, in the order of the input. `problem` is set exactly when `outcome` is null.",
        line={"type": "integer", "minimum": 1},
        nip={**TEXT, "description": "As it was sent, at most 40 characters."},
        outcome={"type": ["string", "null"], "enum": [*(str(one) for one in Outcome), None]},
        reasons=listed({"type": "string", "enum": [str(one) for one in ReasonCode]}),
        certificates=listed(TEXT),
        problem={
            **TEXT_OR_NONE,
            "description": (
                "`person.unknown`: nobody of your agency has this number. `nip.…`: the number is damaged;"
                " it is never repaired by guessing. `line.unreadable`: the line itself."
            ),
        },
    ),
    "Counts": shape(ELIGIBLE=COUNT, NOT_YET=COUNT, UNDETERMINED=COUNT, problems=COUNT),
    "BulkQuestion": shape(
        "Many numbers, one rule, one day.",
        optional=("as_of", "known_at"),
        rule=RULE_KEY,
        as_of=DAY,
        known_at=MOMENT,
        people=listed({"type": "string", "maxLength": 40}, minItems=1, maxItems=MAX_PEOPLE),
    ),
    "BulkAnswer": shape(
        rule=ref("RuleUsed"), as_of=DAY, known_at=MOMENT, counts=ref("Counts"), lines=listed(ref("Line"))
    ),
    "Certificate": shape(
        "A certificate of somebody of your agency, with what it is worth now.",
        number=TEXT,
        code=TEXT,
        state={"type": "string", "enum": [str(one) for one in State]},
        since=DAY,
        reason=TEXT_OR_NONE,
        replaced_by=TEXT_OR_NONE,
        holder=shape(nip=NIP, name=TEXT, position=TEXT, unit=TEXT, agency=TEXT),
        course=shape(key=TEXT, edition=TEXT, title=TEXT, lesson_hours=COUNT),
        issued_on=DAY,
        expires_on=DAY_OR_NONE,
        verify_url=TEXT,
    ),
    "CertificatePage": page("Certificate"),
    "Verification": shape(
        "What anybody may know of a certificate: what its paper says, and what it is worth now.",
        code=TEXT,
        state={
            "type": "string",
            "enum": [*(str(one) for one in State if one is not State.NOT_YET_ISSUED), "UNKNOWN"],
        },
        since=DAY_OR_NONE,
        reason=TEXT_OR_NONE,
        replaced_by=TEXT_OR_NONE,
        number=TEXT_OR_NONE,
        name=TEXT_OR_NONE,
        masked_nip=TEXT_OR_NONE,
        agency=TEXT_OR_NONE,
        course=TEXT_OR_NONE,
        lesson_hours={"type": ["integer", "null"], "minimum": 0},
        issued_on=DAY_OR_NONE,
        expires_on=DAY_OR_NONE,
        checked_at=MOMENT,
    ),
    "TrainingRecord": shape(
        "A course in the shape of the national system's course history; days as DD-MM-YYYY, everything a string.",
        (),
        **dict.fromkeys(COLUMNS, TEXT),
    ),
    "TrainingPage": shape(items=listed(ref("TrainingRecord")), next=TEXT_OR_NONE),
    "SubmissionQuestion": shape(
        codes=listed({"type": "string", "maxLength": 80}, minItems=1, maxItems=MAX_CODES)
    ),
    "SubmissionAnswer": shape(
        id=TEXT_OR_NONE,
        queued=COUNT,
        skipped=listed(
            shape(
                code=TEXT,
                problem={
                    "type": "string",
                    "enum": [
                        "certificate.unknown",
                        "certificate.does_not_count",
                        "certificate.queued_already",
                    ],
                },
            )
        ),
    ),
    "Submission": shape(
        id=PUBLIC_ID,
        state={"type": "string", "enum": ["WAITING", "HANDED_OVER", "FAILED"]},
        destination=TEXT,
        made_at=MOMENT,
        handed_over_at={"type": ["string", "null"], "format": "date-time"},
        lines=listed(shape(certificate=TEXT, receipt=TEXT_OR_NONE)),
    ),
    "VerificationQuestion": shape(
        codes=listed({"type": "string", "maxLength": 80}, minItems=1, maxItems=MAX_CODES)
    ),
    "VerificationAnswer": shape(items=listed(ref("Verification"))),
    "MessageSubject": shape(
        "Whom a message of a subscription speaks of. The person can see that you asked.",
        id=PUBLIC_ID,
        type={"type": "string", "enum": [str(kind) for kind in SUBSCRIBABLE]},
        timestamp=MOMENT,
        nip=NIP,
    ),
    "ListQuestion": shape(
        "Codes, numbers or QR addresses, one an entry, as people write them.",
        entries=listed({"type": "string", "maxLength": LONGEST_ENTRY}, minItems=1, maxItems=MAX_STAFF),
    ),
    "ListLine": shape(
        "One line of the result. What nothing is said of is null.",
        line={"type": "integer", "minimum": 1},
        entry={**TEXT, "description": "As it was sent."},
        answer=ANSWER,
        since=DAY_OR_NONE,
        reason={**TEXT_OR_NONE, "description": "In Indonesian, as in the file."},
        number=TEXT_OR_NONE,
        name=TEXT_OR_NONE,
        masked_nip=TEXT_OR_NONE,
        agency=TEXT_OR_NONE,
        course=TEXT_OR_NONE,
        lesson_hours={"type": ["integer", "null"], "minimum": 0},
        issued_on=DAY_OR_NONE,
        expires_on=DAY_OR_NONE,
        issuer=TEXT_OR_NONE,
    ),
    "ListReceipt": shape(
        "What a receipt vouches for. Anybody can look it up by its code, here and on the public page.",
        code=TEXT,
        url={
            **TEXT,
            "description": "The public page of the receipt; it also compares a file with the receipt.",
        },
        made_at=MOMENT,
        maker={**TEXT, "description": "The agency that asked, empty for a visitor."},
        total=COUNT,
        counts={
            "type": "object",
            "properties": {str(one): COUNT for one in Answer},
            "additionalProperties": False,
            "description": "How many lines got each answer; answers that nobody got are left out.",
        },
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Hash of the result file."},
    ),
    "ListAnswer": shape(
        "The result, its receipt, and the file that the receipt vouches for.",
        receipt=ref("ListReceipt"),
        lines=listed(ref("ListLine")),
        file={
            **TEXT,
            "description": (
                "The result as CSV. Its UTF-8 bytes, the byte order mark included, have the receipt's SHA-256: keep them"
                " unchanged. Nothing of the result is kept here."
            ),
        },
    ),
}
