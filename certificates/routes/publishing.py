"""What the issuer publishes for whoever checks badges: profile, keys, status lists, achievements. No account, no cookie.

Everything here comes from the database: these pages need no private key and reach none.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Blueprint, abort, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from certificates.badge import jose, proof, queries
from certificates.badge.credential import AchievementFacts, achievement, issuer_address, issuer_profile
from certificates.badge.keyring import KeyKind
from certificates.badge.linked_data import CREDENTIALS, OPEN_BADGES
from certificates.badge.queries import KeyRow
from courses.editions import edition_of
from learning.kernel import access

bp = Blueprint("issuer", __name__)
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"
# A revocation must be seen within minutes, and a verifier must not ask at every look.
STATUS_SECONDS = 300
KEYS_SECONDS = 3_600


@bp.get("/penerbit")
@access.public
def profile() -> Response:
    """The issuer: a page for people, profile and keys in one document for programs that check badges."""
    keys = queries.published_keys()
    if _asks_for_page():
        response = make_response(
            render_template("certificates/issuer.html", keys=keys, address=issuer_address(_base_url()))
        )
        response.headers["Vary"] = "Accept, Cookie"
        return response
    return _document(controller(keys, _base_url()), KEYS_SECONDS)


@bp.get("/penerbit/profil.json")
@access.public
def document() -> Response:
    """The same document under an address that never gives a page."""
    return _document(controller(queries.published_keys(), _base_url()), KEYS_SECONDS)


@bp.get("/penerbit/jwks.json")
@access.public
def key_set() -> Response:
    """The keys that sign badges written as JWT (RFC 7517), the earlier ones too; a distrusted one is left out."""
    keys = [
        _jwk(row) for row in queries.published_keys() if row.kind is KeyKind.RSA and row.distrusted_at is None
    ]
    return _document({"keys": keys}, KEYS_SECONDS)


@bp.get("/penerbit/kunci/<name>.json")
@access.public
def key(name: str) -> Response:
    """One key, where the `kid` of a JWT points to. 410 once it is distrusted."""
    row = queries.key(name[:16])
    if row is None:
        abort(404)
    if row.distrusted_at is not None:
        abort(410)
    if row.kind is KeyKind.RSA:
        return _document(_jwk(row), KEYS_SECONDS)
    return _document({"@context": [MULTIKEY], **_method(row, _base_url())}, KEYS_SECONDS)


@bp.get("/penerbit/status/<int:number>")
@access.public
def status(number: int) -> Response:
    """A status list, signed; with an ETag, so that asking again costs nothing when nothing has changed."""
    row = queries.status_list(number)
    if row is None:
        abort(404)
    return _open(row.credential, "application/vc", STATUS_SECONDS)


@bp.get("/penerbit/pencapaian/<course_key>/<edition>")
@access.public
def achieved(course_key: str, edition: str) -> Response:
    """What a badge was given for: one edition of a course."""
    found = edition_of(course_key, edition)
    if found is None:
        abort(404)
    said = achievement(AchievementFacts(course_key, edition, found.title, found.jp), _base_url())
    return _document({"@context": [CREDENTIALS, OPEN_BADGES], **said}, KEYS_SECONDS)


def controller(keys: list[KeyRow], base_url: str) -> dict[str, Any]:
    """Profile and keys as a controlled identifier document. Retired keys stay; distrusted ones are marked and may not
    assert anything any more.
    """
    methods = [row for row in keys if row.kind is KeyKind.ED25519]
    return {
        "@context": [DID, MULTIKEY, CREDENTIALS, OPEN_BADGES],
        **issuer_profile(base_url),
        "verificationMethod": [_method(row, base_url) for row in methods],
        "assertionMethod": [
            f"{issuer_address(base_url)}#{row.name}" for row in methods if row.distrusted_at is None
        ],
    }


def _method(row: KeyRow, base_url: str) -> dict[str, Any]:
    said = {
        "id": f"{issuer_address(base_url)}#{row.name}",
        "type": "Multikey",
        "controller": issuer_address(base_url),
        "publicKeyMultibase": row.public,
    }
    return said if row.distrusted_at is None else {**said, "revoked": proof.instant(row.distrusted_at)}


def _jwk(row: KeyRow) -> dict[str, str]:
    der = base64.urlsafe_b64decode(row.public + "=" * (-len(row.public) % 4))
    public = load_der_public_key(der)
    assert isinstance(public, RSAPublicKey)
    return jose.rsa_jwk(public, f"{issuer_address(_base_url())}/kunci/{row.name}.json")


def _asks_for_page() -> bool:
    """Only whoever names HTML gets a page: programs that check badges say */* or JSON."""
    accepted = request.accept_mimetypes
    return any(value == "text/html" and quality > 0 for value, quality in accepted) and accepted.quality(
        "text/html"
    ) >= max(accepted[kind] for kind in ("application/json", "application/ld+json", "application/vc"))


def _base_url() -> str:
    base_url: str = current_app.config["NETRA"].base_url
    return base_url


def _document(content: dict[str, Any], seconds: int) -> Response:
    return _open(
        json.dumps(content, ensure_ascii=False, indent=1).encode(), "application/json", seconds, vary=True
    )


def _open(content: bytes, kind: str, seconds: int, *, vary: bool = False) -> Response:
    """An answer that caches may keep and that a page of any other site may read: it is the same for everybody."""
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if vary:
        response.headers["Vary"] = "Accept"
    response.add_etag()
    return response.make_conditional(request)
