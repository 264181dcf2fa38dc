"""One's due dates in a calendar program: the page that makes the private address, and the file behind it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.errors import NotFound
from learning.kernel.panels import Panel
from learning.kernel.transaction import write
from learning.kernel.web import language
from learning.records import ics
from learning.records.reminders import links

bp = Blueprint("reminders", __name__)


@bp.get("/akun/kalender")
@access.signed_in
def calendar() -> Any:
    """Whether one has an address, and the ways to make or end it. The address itself is shown once, when it is made."""
    return _page()


@bp.post("/akun/kalender")
@access.signed_in
def make_calendar() -> Any:
    """A new address, shown now and never again; the one before it ends."""
    token = secrets.token_urlsafe(32)
    write(links.make, person_id=access.principal().person_id, token=token, locale=language(), now=clock.now())
    return _page(current_app.config["NETRA"].base_url + url_for("reminders.calendar_file", token=token))


@bp.post("/akun/kalender/akhiri")
@access.signed_in
def end_calendar() -> Any:
    """The address shows nothing any more."""
    if write(links.end, person_id=access.principal().person_id, now=clock.now()):
        flash(_("Alamat kalender itu tidak berlaku lagi."), "ok")
    return redirect(url_for("reminders.calendar"))


@bp.get("/tenggat/<token>.ics")
@access.public
def calendar_file(token: str) -> Response:
    """The dates behind an address, for programs that hold no session; one that is not in force is 404."""
    whose = links.owner(token)
    if whose is None:
        raise NotFound
    response = Response(links.file(whose, clock.now()), content_type=ics.TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="tenggat-netra.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def account_link(**_more: Any) -> Panel:
    """Place "account.links": where one's own calendar address is made."""
    return Panel("records/panel_calendar.html")


def _page(made: str | None = None) -> str:
    who = access.principal()
    return render_template(
        "records/my_calendar.html", address=made, since=links.made_at(who.person_id), zone=who.timezone
    )
