"""Planning a time for one's own course, and switching nudges off and on, for oneself and for an agency."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, Invalid, NotFound
from learning.kernel.panels import Panel
from learning.kernel.transaction import write
from learning.people import queries as people
from learning.people.forms import refuse
from learning.people.queries import UnitRow
from learning.people.routes.blueprint import BAD_INPUT
from learning.records import queries as records
from learning.records.nudges import planning, queries, services, texts
from learning.records.nudges.forms import TIMES, PlanForm
from learning.records.nudges.models import NudgeKind
from learning.records.queries import EnrolmentRow

bp = Blueprint("nudges", __name__)
SLUGS = {"rencana": NudgeKind.PLAN, "rekan": NudgeKind.PEERS}
FIELDS = {
    "records__plan_past": "hari",
    "records__plan_far": "hari",
    "records__plan_after_due": "hari",
}


@bp.route("/rencana/<uuid:public_id>", methods=["GET", "POST"])
@access.signed_in
def plan(public_id: uuid.UUID) -> Any:
    """Say when one wants to go on; a change is the same form again."""
    who, now = access.principal(), clock.now()
    row = _own(who, public_id)
    standing = queries.plans_of(who.person_id).get(row.id)
    offered = (
        standing.starts_at
        if standing is not None and standing.starts_at > now
        else planning.suggestion(now, who.timezone, row.due_at)
    )
    local = clock.local(offered, who.timezone)
    form = PlanForm(hari=local.date(), pukul=f"{local:%H.%M}")
    if request.method == "POST" and form.validate():
        assert form.hari.data is not None  # required
        starts_at = planning.at(form.hari.data, TIMES[form.pukul.data], who.timezone)
        try:
            write(
                services.plan,
                person_id=who.person_id,
                public_id=row.public_id,
                starts_at=starts_at,
                zone=who.timezone,
                now=now,
            )
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            refuse(form, error, **FIELDS)
        else:
            flash(_("Rencana Anda disimpan."), "ok")
            return redirect(url_for("courses.home"))
    page = render_template(
        "records/plan.html",
        form=form,
        row=row,
        standing=standing,
        today=clock.local_date(now, who.timezone).isoformat(),
    )
    return (page, BAD_INPUT) if request.method == "POST" else page


@bp.post("/rencana/<uuid:public_id>/batal")
@access.signed_in
def drop(public_id: uuid.UUID) -> Any:
    """Drop what one has planned."""
    who = access.principal()
    if write(services.drop, person_id=who.person_id, public_id=str(public_id), now=clock.now()):
        flash(_("Rencana Anda dihapus."), "ok")
    return redirect(url_for("courses.home"))


@bp.get("/akun/dorongan")
@access.signed_in
def mine() -> str:
    """What one gets, what the agency has switched off, and what cannot be switched off."""
    who = access.principal()
    return render_template(
        "records/nudges.html",
        kinds=SLUGS,
        off=queries.off_by_person(who.person_id),
        closed=queries.off_by_agency(who.agency_id) if who.agency_id is not None else frozenset(),
        words=texts,
    )


@bp.post("/akun/dorongan/<jenis>")
@access.signed_in
def switch(jenis: str) -> Any:
    """Switch one off (field `nyala` = 0) or on (1) for oneself."""
    write(
        services.switch,
        principal=access.principal(),
        kind=_kind(jenis),
        on=_wanted(),
        now=clock.now(),
    )
    flash(_("Pilihan Anda disimpan."), "ok")
    return redirect(url_for("nudges.mine"))


@bp.get("/admin/dorongan")
@access.role(Role.ADMIN)
def agencies() -> Any:
    """What holds in the agencies one administers; straight to it when there is one."""
    found = _agencies()
    if len(found) == 1:
        return redirect(url_for("nudges.agency", unit_id=found[0].id))
    return render_template("records/nudges_agencies.html", agencies=found)


@bp.get("/admin/dorongan/<int:unit_id>")
@access.role(Role.ADMIN)
def agency(unit_id: int) -> str:
    """What an agency wants for its people."""
    unit = _agency(unit_id)
    return render_template(
        "records/nudges_agency.html",
        unit=unit,
        kinds=SLUGS,
        off=queries.off_by_agency(unit.id),
        words=texts,
    )


@bp.post("/admin/dorongan/<int:unit_id>/<jenis>")
@access.role(Role.ADMIN)
def switch_agency(unit_id: int, jenis: str) -> Any:
    """Switch one off or on for everybody of an agency."""
    write(
        services.switch_for_agency,
        principal=access.principal(),
        agency_id=_agency(unit_id).id,
        kind=_kind(jenis),
        on=_wanted(),
        now=clock.now(),
    )
    flash(_("Pilihan instansi disimpan."), "ok")
    return redirect(url_for("nudges.agency", unit_id=unit_id))


def home_aside(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.aside": the next open course with the time planned for it, and how far the colleagues are."""
    rows = [row for row in records.enrolments_of(principal.person_id) if row.open_duty]
    if not rows:
        return None
    said = queries.nudges(principal.person_id, rows, now)
    row = rows[0]
    wanted = NudgeKind.PLAN not in queries.switched_off(
        principal.person_id, {principal.agency_id} if principal.agency_id is not None else set()
    )
    nudge = said[row.id]
    if not wanted and nudge.peers is None:
        return None
    return Panel(
        "records/panel_nudges.html", {"row": row, "nudge": nudge, "plan": wanted, "zone": principal.timezone}
    )


def account_link(**_more: Any) -> Panel:
    """Place "account.links": where nudges are switched."""
    return Panel("records/panel_nudges_account.html")


def _own(who: Principal, public_id: uuid.UUID) -> EnrolmentRow:
    """One's own open course. Raises NotFound for any other, and for one that is passed."""
    for row in records.enrolments_of(who.person_id):
        if row.public_id == str(public_id) and row.expected:
            return row
    raise NotFound


def _agencies() -> list[UnitRow]:
    return [unit for unit in people.unit_tree(access.principal(), Role.ADMIN) if unit.parent_id is None]


def _agency(unit_id: int) -> UnitRow:
    """An agency one administers. Raises NotFound for any other unit."""
    for one in _agencies():
        if one.id == unit_id:
            return one
    raise NotFound


def _kind(slug: str) -> NudgeKind:
    """The nudge of an address. Raises NotFound."""
    kind = SLUGS.get(slug)
    if kind is None:
        raise NotFound
    return kind


def _wanted() -> bool:
    given = request.form.get("nyala", "")
    if given not in {"0", "1"}:
        raise Invalid("records.nudge_choice")
    return given == "1"
