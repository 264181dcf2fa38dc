"""The frame of every page: navigation, filters, language, static files with a hash in their address."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    has_request_context,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.templating import Environment
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from learning.kernel import access, clock, config

LANGUAGES = ("id", "en")
SOURCE_LANGUAGE = "id"
LANGUAGE_COOKIE = "bahasa"
# Below this programs ask, not browsers: they say their language in Accept-Language and carry no cookie.
MACHINES = "/api/v1/"
MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}
WEEKDAYS = {
    "id": "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the main menu, shown to those whom its rule admits."""

    endpoint: str
    label: Any
    icon: str
    roles: frozenset[access.Role] = frozenset()
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavLink:
    """A menu entry as the layout draws it."""

    endpoint_url: str
    label: str
    icon: str
    current: bool
    for_role: bool = False


_nav: list[NavItem] = []
bp = Blueprint("kernel", __name__)


def wire_nav(items: Sequence[NavItem]) -> None:
    """Set the main menu. Called by `app.py` only."""
    _nav[:] = items


def nav_items() -> list[NavLink]:
    """The menu for whoever is asking; nothing for visitors."""
    who = access.optional_principal()
    if who is None:
        return []
    links = []
    for item in _nav:
        if item.roles and not item.roles & who.roles:
            continue
        url = url_for(item.endpoint)
        current = request.path == url or any(request.path.startswith(prefix) for prefix in item.prefixes)
        links.append(NavLink(url, str(item.label), item.icon, current, bool(item.roles)))
    return links


def wants_json() -> bool:
    """Whether the caller prefers JSON over a page (our scripts say so in Accept)."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def for_machines() -> bool:
    """Whether the request is one of a program to the interface for machines, known address or not."""
    return has_request_context() and request.path.startswith(MACHINES)


def language() -> str:
    """The interface language of this request: the visitor's choice, else Bahasa Indonesia."""
    if for_machines():
        return request.accept_languages.best_match(LANGUAGES, SOURCE_LANGUAGE) or SOURCE_LANGUAGE
    chosen = request.cookies.get(LANGUAGE_COOKIE, "") if has_request_context() else ""
    return chosen if chosen in LANGUAGES else "id"


def safe_next(target: str | None, default: str) -> str:
    """A local path to go on to; anything that leads elsewhere (other host, scheme, backslash) becomes `default`."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return default
    # Browsers drop tabs and line breaks inside an address, and no header may hold one.
    if not target.isprintable():
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


@lru_cache(maxsize=512)
def static_url(name: str) -> str:
    """Address of a static file with its content hash, so that it can be cached for ever."""
    file = config.ROOT / "static" / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"
    return f"/static/{name}?v={digest}"


@pass_context
def _translated(context: Context, sentence: str, /, **values: Any) -> str:
    """`_()` of the templates. A page says it fifty times, so the source language is spared the way to a catalog."""
    if _lang() != SOURCE_LANGUAGE:
        sentence = get_translations().ugettext(sentence)
    if not context.eval_ctx.autoescape:
        return sentence % values
    return Markup(sentence) % values if values else Markup(sentence % values)  # noqa: S704 - a sentence of ours


def _lang() -> str:
    locale = get_locale()
    return locale.language if locale is not None and locale.language in MONTHS else "id"


def _zone() -> str:
    who = access.optional_principal() if has_request_context() else None
    return who.timezone if who else clock.DEFAULT_ZONE


def format_date(value: date | datetime | None, weekday: bool = False) -> str:
    """24 November 2026, in the reader's zone when an instant is given; non-breaking, so that no line splits it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = clock.local(value, _zone()).date()
    lang = _lang()
    text = f"{value.day}\u00a0{MONTHS[lang][value.month - 1]}\u00a0{value.year}"
    return f"{WEEKDAYS[lang][value.weekday()]}, {text}" if weekday else text


def format_moment(value: datetime | None, zone: str | None = None) -> str:
    """24 November 2026 pukul 23.59 WITA, in the reader's zone or the one given."""
    if value is None:
        return "–"
    zone = zone or _zone()
    there = clock.local(value, zone)
    if _lang() == "en":
        return f"{format_date(there.date())} at\u00a0{there:%H:%M}\u00a0{clock.zone_name(zone)}"
    return f"{format_date(there.date())} pukul\u00a0{there:%H.%M}\u00a0{clock.zone_name(zone)}"


def format_time(value: datetime, zone: str | None = None) -> str:
    """09.41, on the reader's clock."""
    there = clock.local(value, zone or _zone())
    return f"{there:%H:%M}" if _lang() == "en" else f"{there:%H.%M}"


def format_number(value: float | Decimal | None, digits: int | None = None) -> str:
    """1.418 and 63,5 in Indonesian; trailing zeros after the comma are dropped unless `digits` asks for them."""
    if value is None:
        return "–"
    text = f"{value:,.{digits if digits is not None else 1}f}" if not isinstance(value, int) else f"{value:,}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if _lang() == "en" else text.translate({ord(","): ".", ord("."): ","})


def format_nip(value: str) -> str:
    """YYYYMMDD YYYYMM G SSS, as civil servants write it."""
    return f"{value[:8]} {value[8:14]} {value[14:15]} {value[15:]}" if len(value) == 18 else value


def mask_nip(value: str) -> str:
    """First four and last four digits, as on public pages: a full NIP tells the date of birth."""
    return f"{value[:4]}•••• •••••• {value[14:15]} {value[15:]}" if len(value) == 18 else "•" * len(value)


def initials(name: str) -> str:
    """Two letters for the round badge."""
    words = [
        word
        for word in name.split(",", maxsplit=1)[0].split()
        if word[:1].isalpha() and not word.endswith(".")
    ]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


class _Id(IntegerConverter):
    """A whole number in an address: one that no database column could hold is no address of ours (404, not 500)."""

    def __init__(self, url_map: Map, **values: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **values})


@bp.get("/static/<path:filename>", endpoint="asset")
@access.public
def asset(filename: str) -> Response:
    """A static file, cacheable for a year when asked for by its hash."""
    response = send_from_directory(Path(current_app.root_path) / "static", filename)
    # Fonts carry their version in the name, because the stylesheet names them without a hash.
    if request.args.get("v") or filename.startswith("fonts/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/komponen")
@access.public
def components() -> str:
    """Every component with its states, for whoever builds a page. Only in demo mode: its names are invented."""
    if not current_app.config["NETRA"].demo:
        abort(404)
    return render_template("kernel/components.html")


@bp.post("/bahasa")
@access.public
def switch_language() -> Response:
    """Remember the language for a year and go back to where the reader was."""
    response = redirect(safe_next(request.form.get("next"), "/"))
    chosen = request.form.get("bahasa", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=365 * 86400,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["NETRA"].https,
        )
    return response


class Templates(Environment):
    """Jinja without a layer of globals for each template: nobody here loads one with globals of its own, and the layer
    is walked anew at every import of a macro.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_web(app: Flask) -> None:
    """Filters, globals, language, and the kernel's own pages."""
    Babel(
        app,
        locale_selector=language,
        default_locale="id",
        default_translation_directories=str(Path(app.root_path) / "translations"),
    )
    app.url_map.converters["int"] = _Id
    app.register_blueprint(bp)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        tanggal=format_date,
        waktu=format_moment,
        jam=format_time,
        angka=format_number,
        nip=format_nip,
        nip_samar=mask_nip,
        inisial=initials,
    )
    app.jinja_env.globals.update(nav_items=nav_items, static_url=static_url, language=_lang, now=clock.now)
    app.jinja_env.globals.update(_=_translated, gettext=_translated)
    app.context_processor(
        lambda: {"principal": access.optional_principal(), "demo": app.config["NETRA"].demo}
    )
