"""Refusals as RFC 9457 documents: a stable `type` for programs, `detail` in the caller's language for people.

Every refusal of the package is a `DomainError` whose code `api.some_name` is the type `…/api#some-name`. What other
packages and the web server itself refuse gets the type of its status.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import current_app, g, make_response
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates.api.operations import PROBLEM
from certificates.api.refusals import KINDS, slug_of
from certificates.api.texts import TEXTS
from learning.kernel.db import canonical_json
from learning.kernel.errors import DomainError


class Unauthenticated(DomainError):
    """No token that opens anything."""

    status = 401


class BadRequest(DomainError):
    """What came cannot be read at all."""

    status = 400


class NotAcceptable(DomainError):
    """The answer exists only in other media types."""

    status = 406


class UnsupportedMedia(DomainError):
    """The body came as something else than the operation reads."""

    status = 415


def type_of(slug: str) -> str:
    """The address that names a type of problem; the page there explains it."""
    return f"{current_app.config['NETRA'].base_url}/api#{slug}"


def answer(status: int, code: str, sentence: str | None, extra: dict[str, Any] | None = None) -> Response:
    """The document for a refusal. `sentence` None: the usual words for its status."""
    slug = slug_of(status, code)
    body = {
        "type": type_of(slug),
        "title": KINDS[slug].title,
        "status": status,
        "detail": sentence or _usual(status),
        "request_id": g.get("request_id", "-"),
    }
    if extra and isinstance(extra.get("errors"), list):
        body["errors"] = extra["errors"]
    response = make_response(canonical_json(body), status)
    response.headers["Content-Type"] = PROBLEM
    response.headers["Content-Language"] = _language()
    if status == HTTPStatus.UNAUTHORIZED:
        invalid = ', error="invalid_token"' if slug == "token-invalid" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="netra"{invalid}'
    return response


def _usual(status: int) -> str:
    sentences = {
        400: _("Permintaan tidak dapat dibaca."),
        404: str(TEXTS["api.not_found"]),
        405: _("Alamat ini tidak mengenal metode itu. Lihat kepala Allow."),
        413: _("Badan permintaan terlalu besar untuk alamat ini."),
        415: _("Jenis badan permintaan ini tidak dibaca di sini."),
        500: _(
            "Ada kesalahan di pihak kami. Permintaan boleh dikirim lagi; sebutkan request_id bila melapor."
        ),
        503: _("Layanan sedang tidak siap. Coba lagi sebentar lagi."),
    }
    return sentences.get(status) or (sentences[500] if status >= 500 else sentences[400])


def _language() -> str:
    from learning.kernel.web import language

    return language()
