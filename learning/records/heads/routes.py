"""How often a head gets news, an example of it, and the door in each letter that ends it without a login."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from learning.kernel.http import csrf
from learning.kernel.panels import Panel
from learning.kernel.transaction import write
from learning.records.heads import links, preview, queries, services
from learning.records.heads.rhythm import Rhythm

bp = Blueprint("head_news", __name__)
RHYTHMS = {
    Rhythm.SUITED: _l("Sebulan sekali, dan setiap minggu selama 30 hari menjelang tenggat"),
    Rhythm.WEEKLY: _l("Setiap minggu"),
    Rhythm.MONTHLY: _l("Sebulan sekali"),
    Rhythm.NONE: _l("Tidak perlu dikirim"),
}


@bp.get("/akun/kabar")
@access.role(Role.SUPERVISOR)
def settings() -> Any:
    """How often, and on demand what it would say now."""
    who, now = access.principal(), clock.now()
    shown = request.args.get("contoh") == "1"
    return render_template(
        "records/heads/settings.html",
        rhythms=RHYTHMS,
        chosen=queries.rhythm_of(who.person_id),
        is_head=queries.place_of(who.person_id) is not None,
        last=queries.last_letter(who.person_id),
        shown=shown,
        example=preview.letter_of(who.person_id, now) if shown else None,
    )


@bp.post("/akun/kabar")
@access.role(Role.SUPERVISOR)
def choose() -> Any:
    """One of the four; anything else changes nothing and says so."""
    wanted = request.form.get("irama", "")
    if wanted not in {one.value for one in Rhythm}:
        flash(_("Pilih salah satu dari daftar."), "bad")
    else:
        write(services.choose, person_id=access.principal().person_id, wanted=Rhythm(wanted), now=clock.now())
        flash(_("Pilihan disimpan."), "ok")
    return redirect(url_for("head_news.settings"))


@bp.get("/kabar/berhenti/<token>")
@access.public
def stop(token: str) -> Any:
    """A page with one button: programs that follow every link in a letter must not end anything."""
    person_id = _owner(token)
    return render_template(
        "records/heads/stop.html", token=token, done=queries.rhythm_of(person_id) is Rhythm.NONE
    )


@bp.post("/kabar/berhenti/<token>")
@csrf.exempt
@access.public
def stopped(token: str) -> Any:
    """The news ends. Also called by mail programs, without cookie or token of a form (RFC 8058); again changes nothing."""
    person_id = _owner(token)
    write(services.choose, person_id=person_id, wanted=Rhythm.NONE, now=clock.now(), by_letter=True)
    return render_template("records/heads/stop.html", token=token, done=True)


def account_link(**_more: Any) -> Panel | None:
    """Place "account.links": how often one wants news of one's units."""
    if queries.place_of(access.principal().person_id) is None:
        return None
    return Panel("records/heads/panel.html")


def _owner(token: str) -> int:
    person_id = links.owner(token)
    if person_id is None or not queries.is_known(person_id):
        raise NotFound
    return person_id
