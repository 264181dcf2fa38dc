"""Promotion rules: what is in force, what is proposed and whom it would touch, and the second person's decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from certificates import viewing
from certificates.promotion import queries as rule_queries
from certificates.promotion import services as rule_services
from certificates.promotion import texts as rule_texts
from certificates.promotion.forms import OWN, DecisionForm, RuleForm, slug, values_of
from certificates.promotion.models import RuleVerdict
from certificates.promotion.preview import Preview, preview
from certificates.promotion.queries import RuleRow
from certificates.promotion.rules import MAX_EXEMPTIONS, Rule, RuleText
from courses import queries as courses
from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.people import queries as people
from learning.people.forms import refuse

bp = Blueprint("rules", __name__, url_prefix="/kelayakan/aturan")
_ON_FIELDS = {
    "certificates__rule_not_later": "mulai",
    "certificates__rule_key_taken": "judul",
    "certificates__rule_agency": "instansi",
}


@bp.get("")
@access.role(Role.HR, Role.ADMIN)
def index() -> str:
    """The rules within reach, each with the proposal that waits."""
    who = access.principal()
    return render_template(
        "certificates/rules.html",
        rows=rule_queries.latest_versions(agencies=rule_queries.agencies_of(who)),
        may_write=bool(who.grants_for(Role.ADMIN)),
        words=rule_texts,
    )


@bp.get("/usul")
@access.role(Role.ADMIN)
def draft() -> Any:
    """The form: a new rule, or with `?dari=` the next version of one."""
    who = access.principal()
    before = _before(who, request.args.get("dari", ""))
    form = RuleForm(formdata=None, data=values_of(before) if before else _usual_values())
    return _form_page(who, form, before)


@bp.post("/usul")
@access.role(Role.ADMIN)
def propose() -> Any:
    """Propose what was typed. Nothing counts before a second admin has approved it."""
    who, form = access.principal(), RuleForm()
    before = _before(who, form.kunci.data or "")
    titles = _titles(before)
    form.offer_courses(titles)
    if "tambah" in request.form:
        form.add_row()
        return _form_page(who, form, before)
    form.validate()
    agency_id, code = _chosen(form, _agencies(who), before)
    key = before.key if before else "-".join(filter(None, (code and slug(code), slug(form.judul.data or ""))))
    reading = form.read(key=key, titles=titles, before=before)
    if not form.wrong and reading.rule is not None:
        try:
            public_id = write(
                rule_services.propose_rule,
                principal=who,
                rule=reading.rule,
                agency_id=agency_id,
                purpose=form.alasan.data or "",
                now=clock.now(),
            )
        except Forbidden:
            raise
        except DomainError as error:
            refuse(form, error, **_ON_FIELDS)
        else:
            flash(_("Usulan tersimpan. Admin lain yang memutuskannya."), "ok")
            return redirect(url_for(".show", public_id=public_id))
    return _form_page(who, form, before), 422


@bp.get("/<public_id>")
@access.role(Role.HR, Role.ADMIN)
def show(public_id: str) -> str:
    """One version: what it asks, how it came to be, and for a proposal whom it would touch."""
    who, now = access.principal(), clock.now()
    row = _row(who, public_id)
    found = _preview(who, row)
    page = _page(who, row, found, DecisionForm(formdata=None, isi=row.body_hash))
    if found is not None and found.named:
        write(
            viewing.log_views,
            subject_ids=[change.person.person_id for change in found.named],
            viewer_id=who.person_id,
            purpose=viewing.PREVIEW,
            now=now,
        )
    return page


@bp.post("/<public_id>/putusan")
@access.role(Role.ADMIN)
def decide(public_id: str) -> Any:
    """Approve or send back; the author is refused, here and by the database."""
    who, form = access.principal(), DecisionForm()
    row = _row(who, public_id)
    if not rule_services.may_write(who, row.rule.agency_id):
        raise NotFound("certificates.rule_gone")
    if row.verdict is not None:
        flash(rule_texts.TEXTS["certificates.rule_decided"], "warn")
        return redirect(url_for(".show", public_id=public_id))
    if row.proposed_by == who.person_id:
        raise Forbidden("certificates.rule_two_people")
    verdict = form.verdict()
    if form.validate() and verdict is None:
        add_error(form.putusan, _("Pilih putusan."))
    if not form.errors and verdict is not None:
        try:
            _decide(who, public_id, verdict, form.isi.data or "", form.catatan.data or "")
        except Conflict as error:  # decided meanwhile, or not what was read: the page says what stands
            flash(text_of(error), "warn")
            return redirect(url_for(".show", public_id=public_id))
        except Invalid as error:
            refuse(form, error, certificates__rule_remark_missing="catatan")
        else:
            flash(_("Putusan tersimpan."), "ok")
            return redirect(url_for(".show", public_id=public_id))
    return _page(who, row, None, form), 422


@bp.post("/<public_id>/tarik")
@access.role(Role.ADMIN)
def withdraw(public_id: str) -> Response:
    """Take one's own proposal back."""
    who = access.principal()
    row = _row(who, public_id)
    if not rule_services.may_write(who, row.rule.agency_id):
        raise NotFound("certificates.rule_gone")
    try:
        _decide(who, public_id, RuleVerdict.WITHDRAWN, row.body_hash, "")
    except DomainError as error:
        flash(text_of(error), "warn")
    else:
        flash(_("Usulan ditarik."), "ok")
    return redirect(url_for(".show", public_id=public_id))


def _decide(who: Principal, public_id: str, verdict: RuleVerdict, digest: str, remark: str) -> None:
    write(
        rule_services.decide_rule,
        principal=who,
        public_id=public_id,
        verdict=verdict,
        body_hash=digest,
        remark=remark,
        now=clock.now(),
    )


def _page(who: Principal, row: RuleRow, found: Preview | None, form: DecisionForm) -> str:
    before = rule_queries.approved_before(row)
    may_write = rule_services.may_write(who, row.rule.agency_id)
    waiting = row.verdict is None
    return render_template(
        "certificates/rule.html",
        row=row,
        rule=row.rule,
        before=before,
        history=rule_queries.versions_of(row.rule.key, agencies=rule_queries.agencies_of(who)),
        preview=found,
        may_decide=waiting and may_write and row.proposed_by != who.person_id,
        mine=waiting and row.proposed_by == who.person_id,
        may_change=may_write and not waiting,
        form=form,
        words=rule_texts,
    )


def _preview(who: Principal, row: RuleRow) -> Preview | None:
    """Only for whoever may decide: it names people."""
    if row.verdict is not None or not rule_services.may_write(who, row.rule.agency_id):
        return None
    now = clock.now()
    today = clock.local_date(now, who.timezone)
    as_of = max(row.rule.valid_from, today)
    return preview(rule_queries.approved_before(row), row.rule, principal=who, as_of=as_of, now=now)


def _form_page(who: Principal, form: RuleForm, before: Rule | None) -> str:
    form.offer_courses(_titles(before))
    form.instansi.choices = [SelectChoice(key, label) for key, (_id, _code, label) in _agencies(who).items()]
    return render_template(
        "certificates/rule_form.html",
        form=form,
        before=before,
        words=rule_texts,
        most_rows=MAX_EXEMPTIONS,
    )


def _before(who: Principal, key: str) -> Rule | None:
    """The version that would be replaced; NotFound for a key out of reach or not to be written."""
    if not key:
        return None
    rows = rule_queries.versions_of(key, agencies=rule_queries.agencies_of(who))
    approved = next((row.rule for row in rows if row.verdict is RuleVerdict.APPROVED), None)
    if approved is None or not rule_services.may_write(who, approved.agency_id):
        raise NotFound("certificates.rule_gone")
    return approved


def _agencies(who: Principal) -> dict[str, tuple[int | None, str, str]]:
    """What a new rule may be for: value -> (agency, its code, label)."""
    found: dict[str, tuple[int | None, str, str]] = {}
    if rule_services.may_write(who, None):
        found["semua"] = (None, "", _("Semua instansi"))
    for unit in people.unit_tree(who, Role.ADMIN):
        if unit.parent_id is None:
            found[str(unit.id)] = (unit.id, unit.code or str(unit.id), unit.name)
    return found


def _chosen(
    form: RuleForm, agencies: dict[str, tuple[int | None, str, str]], before: Rule | None
) -> tuple[int | None, str]:
    if before is not None:
        return before.agency_id, ""
    found = agencies.get(form.instansi.data or "")
    if found is None:
        form.instansi.errors = [_("Pilih untuk siapa aturan ini.")]
        return None, ""
    return found[0], found[1] if found[0] is not None else ""


def _titles(before: RuleText | None) -> dict[str, str]:
    titles = {entry.key: entry.title for entry in courses.catalogue()}
    if before is not None:
        titles = {need.key: need.title for need in before.demand.courses} | titles
    return titles


def _row(who: Principal, public_id: str) -> RuleRow:
    row = rule_queries.version(public_id, agencies=rule_queries.agencies_of(who))
    if row is None:
        raise NotFound("certificates.rule_gone")
    return row


def _usual_values() -> dict[str, Any]:
    """A new rule has none before it, so whatever suffices for a time must be said."""
    note = _("Peraturan nasional tidak mensyaratkan sertifikat ini.")
    return {"catatan": note, "peralihan_syarat": OWN}
