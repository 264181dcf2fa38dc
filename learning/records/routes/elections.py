"""Elections: the calendar that due dates rest on. Everybody who assigns may read it, admins without limits change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import write
from learning.people.forms import refuse
from learning.people.routes.blueprint import BAD_INPUT
from learning.records import administration, calendar, texts
from learning.records.calendar import Election
from learning.records.duedates import StageKind, StageStatus
from learning.records.forms import EventForm, StageForm
from learning.records.kinds import EventKind
from learning.records.routes.blueprint import bp


@bp.get("/admin/pemilihan")
@access.role(Role.ADMIN, Role.HR)
def elections() -> Any:
    """All elections with their stages."""
    return render_template(
        "records/elections.html",
        elections=calendar.elections(),
        words=texts,
        may_change=administration.rules_everywhere(access.principal()),
    )


@bp.route("/admin/pemilihan/baru", methods=["GET", "POST"])
@access.role(Role.ADMIN)
def new_election() -> Any:
    """Enter an election."""
    who = access.principal()
    form = EventForm()
    if request.method == "POST" and form.validate():
        try:
            event_id = write(
                administration.enter_event,
                principal=who,
                name=form.nama.data,
                kind=EventKind(form.jenis.data),
                legal_basis=(form.dasar.data or "").strip(),
                region_codes=form.region_codes,
            )
        except (Conflict, Invalid) as error:
            refuse(form, error, records__event_key_taken="nama", records__region_code="wilayah")
        else:
            flash(_("Pemilihan dicatat. Isi tanggal tahapannya."), "ok")
            return redirect(url_for("records.election", event_id=event_id))
    status = BAD_INPUT if request.method == "POST" else 200
    return render_template(
        "records/election_new.html", form=form, may_change=administration.rules_everywhere(who)
    ), status


@bp.get("/admin/pemilihan/<int:event_id>")
@access.role(Role.ADMIN, Role.HR)
def election(event_id: int) -> Any:
    """One election; `?tahapan=` fills the form with what stands."""
    found = _election(event_id)
    form = StageForm(formdata=None)
    asked = request.args.get("tahapan", "")
    stage = found.stage(StageKind(asked)) if asked in set(StageKind) else None
    form.tahapan.data = asked if asked in set(StageKind) else StageKind.CAMPAIGN.value
    if stage is not None:
        form.mulai.data, form.sampai.data = stage.starts_on, stage.ends_on
        form.status.data, form.sumber.data = stage.status.value, stage.source_ref
    return _page(found, form)


@bp.post("/admin/pemilihan/<int:event_id>")
@access.role(Role.ADMIN)
def set_stage(event_id: int) -> Any:
    """Set or move a stage; when people's dates move with it, first show how many."""
    who, now = access.principal(), clock.now()
    found = _election(event_id)
    form = StageForm()
    if not form.validate():
        return _page(found, form), BAD_INPUT
    kind = StageKind(form.tahapan.data)
    before = found.stage(kind)
    moving = before is not None and before.people > 0 and before.starts_on != form.mulai.data
    if moving and form.pasti.data != "1":
        return render_template(
            "records/stage_confirm.html", election=found, form=form, stage=before, words=texts
        )
    try:
        people = _move(who, event_id, form, now)
    except (Conflict, Invalid) as error:
        refuse(form, error, records__stage_order="sampai")
        return _page(found, form), BAD_INPUT
    if people:
        flash(
            ngettext(
                "Tahapan disimpan. Tenggat %(num)s orang ikut bergeser.",
                "Tahapan disimpan. Tenggat %(num)s orang ikut bergeser.",
                people,
            ),
            "ok",
        )
    else:
        flash(_("Tahapan disimpan. Tidak ada tenggat yang bergeser."), "ok")
    return redirect(url_for("records.election", event_id=event_id))


def _move(who: access.Principal, event_id: int, form: StageForm, now: datetime) -> int:
    return write(
        administration.move_stage,
        principal=who,
        event_id=event_id,
        stage=StageKind(form.tahapan.data),
        starts_on=form.mulai.data,
        ends_on=form.sampai.data,
        status=StageStatus(form.status.data),
        source_ref=form.sumber.data,
        now=now,
    )


def _election(event_id: int) -> Election:
    found = calendar.election(event_id)
    if found is None:
        raise NotFound("records.event_unknown")
    return found


def _page(found: Election, form: StageForm) -> str:
    return render_template(
        "records/election.html",
        election=found,
        form=form,
        words=texts,
        may_change=administration.rules_everywhere(access.principal()),
    )
