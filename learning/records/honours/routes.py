"""The page of honour of one's agency, and the news on a head's home page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template

from learning.kernel import access
from learning.kernel.access import Principal
from learning.kernel.panels import Panel
from learning.records import texts
from learning.records.honours import queries

bp = Blueprint("honours", __name__)
NEWS = timedelta(days=14)


@bp.get("/penghargaan")
@access.signed_in
def page() -> str:
    """The units of one's own agency that were through in time: by the alphabet, without names, without those that were not."""
    who = access.principal()
    found = queries.occasions(who.agency_id) if who.agency_id is not None else []
    return render_template(
        "records/honours.html", occasions=found, placed=who.agency_id is not None, words=texts
    )


def home_aside(*, principal: Principal, **_more: Any) -> Panel | None:
    """Place "home.aside": where the units of one's agency are that were through in time, once there is one."""
    if principal.agency_id is None or not queries.any_in(principal.agency_id):
        return None
    return Panel("records/panel_honours.html")


def home_notice(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": for two weeks, the units one heads that have everybody through."""
    rows = queries.lately_headed(principal, now - NEWS)
    return Panel("records/panel_honour_home.html", {"rows": rows}) if rows else None
