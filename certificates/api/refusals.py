"""The types of problems that the interface tells, each with its status; published, and never given another meaning. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of problem: its status and, in English, what it means; published in the description."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "request-unreadable": Kind(400, "The request could not be read"),
    "json-invalid": Kind(400, "The body is not valid JSON in UTF-8"),
    "key-form": Kind(400, "The Idempotency-Key has a wrong form"),
    "token-missing": Kind(401, "A bearer token is needed"),
    "token-invalid": Kind(401, "The token is unknown, revoked or expired"),
    "scope-missing": Kind(403, "The token was not made for this"),
    "not-found": Kind(404, "Nothing is here"),
    "person-unknown": Kind(404, "Nobody of the token's agency has this number"),
    "certificate-unknown": Kind(404, "No certificate of the token's agency has this code"),
    "code-unknown": Kind(404, "No certificate has this code"),
    "message-unknown": Kind(404, "No message to the token's agency about a person has this id"),
    "receipt-unknown": Kind(404, "No checked list has a receipt with this code"),
    "submission-unknown": Kind(404, "No batch of the token's agency has this id"),
    "rule-unknown": Kind(404, "No rule for the token's agency has this key"),
    "method-not-allowed": Kind(405, "This address does not know the method"),
    "not-acceptable": Kind(406, "The answer exists in other media types only"),
    "key-in-progress": Kind(409, "A request with this Idempotency-Key is still being worked on"),
    "conflict": Kind(409, "Somebody else came first"),
    "too-large": Kind(413, "The body is larger than the operation reads"),
    "media-type": Kind(415, "The body came in a media type that the operation does not read"),
    "request-invalid": Kind(422, "The request is not what the description allows"),
    "cursor-invalid": Kind(422, "The cursor belongs to another list"),
    "key-reused": Kind(422, "The Idempotency-Key was used for a different request"),
    "day-out-of-range": Kind(422, "The day lies outside the years 2000 to 2100"),
    "moment-ahead": Kind(422, "The moment lies in the future"),
    "too-many": Kind(429, "The allowance of the token is used up"),
    "internal": Kind(500, "The server failed; the request may be sent again"),
    "unavailable": Kind(503, "Not now; the request may be sent again"),
}
# What every operation may answer besides its own.
EVERYWHERE = (
    "token-missing",
    "token-invalid",
    "scope-missing",
    "not-found",
    "not-acceptable",
    "request-invalid",
    "too-many",
)
_BY_STATUS = {
    400: "request-unreadable", 401: "token-missing", 403: "scope-missing", 404: "not-found", 405: "method-not-allowed",
    406: "not-acceptable", 409: "conflict", 413: "too-large", 415: "media-type", 422: "request-invalid", 429: "too-many",
    503: "unavailable",
}  # fmt: skip


def slug_of(status: int, code: str) -> str:
    """The last part of the type of a problem, always one of `KINDS`."""
    slug = code.removeprefix("api.").replace("_", "-")
    if code.startswith("api.") and slug in KINDS:
        return slug
    return _BY_STATUS.get(status, "request-unreadable" if status < 500 else "internal")
