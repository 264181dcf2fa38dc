"""What every answer carries: an id, security headers, a page of our own for every error; and the health checks."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Blueprint, Flask, Request, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import text
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from learning.kernel import access, errors, logs
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.web import for_machines, wants_json

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])
csrf = CSRFProtect()
bp = Blueprint("health", __name__)

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
MAX_PLAIN_BODY = 512 * 1024
# What a form with a file may hold besides the file.
BESIDES = 16 * 1024
MachineAnswer = Callable[[int, str, str | None, dict[str, Any] | None], Any]
_machine_answer: MachineAnswer | None = None
PAGES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process answers. Nothing else is asked, so that a slow database does not get it killed."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> tuple[Response, int]:
    """The process can work: the database answers and its schema is the one this code knows."""
    from learning.kernel.schema import schema_is_current

    try:
        db.session.execute(text("SELECT 1"))
        current = schema_is_current()
    except Exception:
        log.warning("not ready", exc_info=True)
        return jsonify(status="database unreachable"), 503
    return (jsonify(status="ok"), 200) if current else (jsonify(status="schema is out of date"), 503)


def init_http(app: Flask, settings: Settings) -> None:
    """Install headers, request ids, CSRF, error pages and health checks."""
    app.request_class = MemoryRequest
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # Before the token check, which is the first to read the body.
    app.before_request(_begin)
    app.before_request(_limit_body)
    csrf.init_app(app)
    app.register_blueprint(bp)
    app.after_request(_finish)
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    logs.request_id.set(g.request_id)
    # No text of ours holds NUL and PostgreSQL refuses it even in a comparison: nothing can be found under it.
    if "\x00" in request.path or any(
        "\x00" in value for values in request.args.lists() for value in values[1]
    ):
        raise NotFound


class MemoryRequest(Request):
    """A request whose files can be told to stay in memory, where a page promises that nothing is kept."""

    in_memory = False

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.in_memory:
            return BytesIO()
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


def takes_file(largest: int, *, in_memory: bool = True) -> Callable[[F], F]:
    """Let anybody, signed in or not, send one file of at most so many bytes to this page; it must limit how often.

    `in_memory`: the file never touches the disk. Large ones may, in a temporary file that ends with the request.
    """

    def mark(view: F) -> F:
        view.__largest_file__ = (largest, in_memory)  # type: ignore[attr-defined]
        return view

    return mark


def _limit_body() -> None:
    """Only somebody signed in may send files, except to pages marked with `takes_file`. Plain fields are read whole and turned into objects at once: sixty
    megabytes of them would take a process seconds and gigabytes, and no form of ours needs more than a page of text.
    """
    if request.content_length is None and "chunked" not in request.headers.get("Transfer-Encoding", ""):
        return
    taken = getattr(current_app.view_functions.get(request.endpoint or ""), "__largest_file__", None)
    if taken is not None:
        largest, request.in_memory = taken  # type: ignore[attr-defined]  # of MemoryRequest, which every request here is
        request.max_content_length = largest + BESIDES
        request.max_form_memory_size = MAX_PLAIN_BODY
        request.max_form_parts = 4
        return
    if request.mimetype != "multipart/form-data" or access.optional_principal() is None:
        request.max_content_length = min(MAX_PLAIN_BODY, request.max_content_length or MAX_PLAIN_BODY)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    # Pages hold personal data and phones are lent out: nothing is kept unless a route says so.
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers["X-Request-ID"] = g.get("request_id", "-")
    if request.endpoint not in {"kernel.asset", "health.healthz"}:
        log.info(
            "request",
            extra={
                "method": request.method,
                "endpoint": request.endpoint,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            },
        )
    return response


def tell_machines_with(answer: MachineAnswer) -> None:
    """Set how errors of the interface for machines are told (handed in by its package through `app.py`)."""
    global _machine_answer
    _machine_answer = answer


def error_response(status: int, code: str, sentence: str | None, extra: dict[str, Any] | None = None) -> Any:
    """A page or JSON for an error; the page has its own words, `sentence` replaces its explanation."""
    if _machine_answer is not None and for_machines():
        return _machine_answer(status, code, sentence, extra)
    if wants_json():
        body = {"code": code, "text": sentence or code, "request_id": g.get("request_id"), **(extra or {})}
        return jsonify(body), status
    page = status if status in PAGES else (500 if status >= 500 else 400)
    return render_template(
        f"errors/{page}.html", sentence=sentence, request_id=g.get("request_id"), code=status
    ), status


def _domain_error(error: errors.DomainError) -> Any:
    db.session.rollback()
    extra = {
        key: value
        for key, value in error.params.items()
        if isinstance(value, str | int | float | bool | list | dict)
    }
    response = error_response(error.status, error.code, errors.text_of(error), extra)
    if isinstance(error, errors.TooMany):
        from flask import make_response

        response = make_response(response)
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _csrf_error(error: CSRFError) -> Any:
    from flask_babel import gettext as _

    return error_response(
        400,
        "kernel.csrf",
        _(
            "Halaman ini terlalu lama terbuka atau dibuka dari tempat lain. Muat ulang halaman, lalu kirim sekali lagi."
        ),
    )


def _http_error(error: HTTPException) -> Any:
    if isinstance(error, InternalServerError):
        return _crash(error)
    if error.response is not None:
        return error
    status = error.code or 500
    response = error_response(status, f"http.{status}", None)
    if status == 405 and getattr(error, "valid_methods", None):
        from flask import make_response

        response = make_response(response)
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _crash(error: Exception) -> Any:
    from flask import current_app

    db.session.rollback()
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.error("unhandled error", exc_info=error, extra={"endpoint": request.endpoint})
    try:
        return error_response(500, "http.500", None)
    except Exception:
        log.exception("the error page failed")
        return "500", 500, {"Content-Type": "text/plain; charset=utf-8"}
