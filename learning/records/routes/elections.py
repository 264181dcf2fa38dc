"""Elections: the calendar that due dates rest on. Everybody who assigns may read it, admins without limits change it."""

from __future__ import annotations

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
from learning.records import administration, calendar, derivation, moves, regions, services, texts, timeline
from learning.records.calendar import Election
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.forms import EventForm, RuleForm, StageForm
from learning.records.kinds import EventKind
from learning.records.routes.blueprint import bp
from learning.records.services import redating


@bp.get("/admin/pemilihan")
@access.role(Role.ADMIN, Role.HR)
def elections() -> Any:
    """Elections: running and coming ones with their stages, past ones as a list."""
    who = access.principal()
    coming, past = timeline.sort_out(calendar.elections(), None, clock.local_date(clock.now(), who.timezone))
    return render_template(
        "records/elections.html",
        elections=[line.election for line in coming],
        past=past,
        words=texts,
        place=regions.name_of,
        may_change=administration.rules_everywhere(who),
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
            refuse(
                form,
                error,
                records__event_key_taken="nama",
                records__region_code="wilayah",
                records__region_unknown="wilayah",
            )
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
        form.tanda.data, form.catatan.data = stage.source_grade.value, stage.note
    return _page(found, form)


@bp.post("/admin/pemilihan/<int:event_id>")
@access.role(Role.ADMIN)
def set_stage(event_id: int) -> Any:
    """Set or move a stage; when other dates move with it, first show which and how many people's."""
    administration.need_everywhere(access.principal())
    found = _election(event_id)
    form = StageForm()
    if not form.validate():
        return _page(found, form), BAD_INPUT
    values = {
        "stage": StageKind(form.tahapan.data),
        "starts_on": form.mulai.data,
        "ends_on": form.sampai.data,
        "status": StageStatus(form.status.data),
        "rule": None,
    }
    more = {
        "source_ref": form.sumber.data,
        "source_grade": SourceGrade(form.tanda.data),
        "note": form.catatan.data or "",
    }
    return _set(found, form, form, values, more)


@bp.post("/admin/pemilihan/<int:event_id>/aturan")
@access.role(Role.ADMIN)
def apply_rule(event_id: int) -> Any:
    """Let a rule give the days of its stage; shown first when a date changes by it."""
    administration.need_everywhere(access.principal())
    found = _election(event_id)
    form = RuleForm()
    rule = derivation.BY_KEY.get(form.aturan.data or "")
    if not form.validate() or rule is None:
        return _page(found, _fresh()), BAD_INPUT
    values = {
        "stage": rule.stage,
        "starts_on": None,
        "ends_on": None,
        "status": StageStatus.CONFIRMED,
        "rule": rule.key,
    }
    shown = _fresh()
    return _set(found, form, shown, values, {"source_ref": rule.article})


def _set(
    found: Election,
    form: StageForm | RuleForm,
    shown: StageForm,
    values: dict[str, Any],
    more: dict[str, Any],
) -> Any:
    """Preview, then act. `shown` is the form that comes back with the refusal."""
    try:
        days, following = services.plan(found.kind, found.standing, *values.values())
    except Invalid as error:
        refuse(shown, error, records__stage_order="sampai")
        return _page(found, shown), BAD_INPUT
    shifts = calendar.shifts(found, values["stage"], days, following)
    grave = following or any(shift.moved for shift in shifts)
    if grave and form.pasti.data != "1":
        return render_template(
            "records/stage_confirm.html",
            election=found,
            form=form,
            shifts=shifts,
            people=sum(shift.moved for shift in shifts),
            at_once=redating.AT_ONCE,
            seen=calendar.last_change(found.id),
            action=request.path,
            words=texts,
        )
    before = calendar.last_change(found.id)
    try:
        write(
            administration.move_stage,
            principal=access.principal(),
            event_id=found.id,
            seen=form.seen,
            now=clock.now(),
            **values,
            **more,
        )
    except (Conflict, Invalid) as error:
        refuse(shown, error, records__stage_order="sampai")
        return _page(_election(found.id), shown), BAD_INPUT
    moved = moves.latest_of(found.id, after=before)
    if moved is not None and moved.finished_at is None:
        return redirect(url_for("records.redating", redating_id=moved.id))
    if moved is not None and moved.moved:
        flash(
            ngettext(
                "Tahapan disimpan. Tenggat %(num)s orang ikut bergeser.",
                "Tahapan disimpan. Tenggat %(num)s orang ikut bergeser.",
                moved.moved,
            ),
            "ok",
        )
    else:
        flash(_("Tahapan disimpan. Tidak ada tenggat yang bergeser."), "ok")
    return redirect(url_for("records.election", event_id=found.id))


def _fresh() -> StageForm:
    form = StageForm(formdata=None)
    form.tahapan.data = StageKind.CAMPAIGN.value
    return form


def _election(event_id: int) -> Election:
    found = calendar.election(event_id)
    if found is None:
        raise NotFound("records.event_unknown")
    return found


def _page(found: Election, form: StageForm) -> str:
    usable = [
        rule
        for rule in derivation.rules_for(found.kind)
        if found.stage(rule.start.base) and not ((held := found.stage(rule.stage)) and held.rule is rule)
    ]
    return render_template(
        "records/election.html",
        election=found,
        form=form,
        usable=usable,
        differing=derivation.contradictions(found.kind, found.standing),
        changes=calendar.history(found.id),
        running=moves.running_of(found.id),
        seen=calendar.last_change(found.id),
        words=texts,
        place=regions.name_of,
        may_change=administration.rules_everywhere(access.principal()),
    )
