"""What can go wrong in a way a person can do something about.

A service raises a `DomainError` with a code; the sentence for the code is registered by the package
that owns it and is spoken only at the edge (page, JSON, command line), in the reader's language.
"""

from __future__ import annotations

from typing import Any

_texts: dict[str, Any] = {}


class DomainError(Exception):
    """A refusal with a stable `code`, parameters for its sentence, and an HTTP status."""

    status = 400

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class NotFound(DomainError):
    """The thing does not exist for this person (also: exists, but outside their scope)."""

    status = 404

    def __init__(self, code: str = "kernel.not_found", **params: object) -> None:
        super().__init__(code, **params)


class Forbidden(DomainError):
    """Seen, but not allowed to do this."""

    status = 403

    def __init__(self, code: str = "kernel.forbidden", **params: object) -> None:
        super().__init__(code, **params)


class Conflict(DomainError):
    """Somebody or something else came first; params say what stands now."""

    status = 409


class Gone(DomainError):
    """It was possible once and is not any more (late answer, used link)."""

    status = 410


class Invalid(DomainError):
    """The input cannot be accepted; params say what to mend."""

    status = 422


class TooMany(DomainError):
    """Too often; `retry_after` (seconds) says when again."""

    status = 429

    def __init__(self, code: str = "kernel.too_many", *, retry_after: int, **params: object) -> None:
        super().__init__(code, retry_after=retry_after, **params)
        self.retry_after = retry_after


def register_texts(texts: dict[str, Any]) -> None:
    """Add sentences (lazy gettext strings with %(name)s) for codes. A code has one sentence."""
    _texts.update(texts)


def text_of(error: DomainError) -> str:
    """The sentence for an error in the current language; the bare code if nobody registered one."""
    text = _texts.get(error.code)
    if text is None:
        return error.code
    return str(text) % error.params if error.params else str(text)


def registered_codes() -> frozenset[str]:
    """All codes that have a sentence, for the completeness test."""
    return frozenset(_texts)
