"""Eligibility for HR: a person, a rule, a day; the verdict with its rule and its record or gap."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from certificates import codes
from certificates.forms import EligibilityForm
from certificates.promotion import evidence
from certificates.promotion import queries as rule_queries
from certificates.promotion import services as rule_services
from certificates.promotion import texts as rule_texts
from certificates.promotion.eligibility import decide
from certificates.promotion.forms import WaiverForm
from certificates.promotion.queries import SEEING
from certificates.promotion.rules import Rule
from learning.kernel import access, clock
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Invalid, NotFound
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.people import nip
from learning.people import queries as people
from learning.people import texts as people_texts
from learning.people.forms import refuse
from learning.people.queries import PersonRow, SearchHit
from learning.people.services import log_view
from learning.records import queries as records
from learning.records import texts as record_texts

bp = Blueprint("eligibility", __name__)
PURPOSE = "certificates.eligibility"
_WAIVER_FIELDS = {
    "certificates__waiver_unknown": "pengecualian",
    "certificates__waiver_days": "hingga",
    "certificates__waiver_basis": "dasar",
}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


@bp.get("/kelayakan")
@access.role(Role.HR, Role.ADMIN)
def ask() -> str:
    """The form: whom, by which rule, as of which day."""
    today = clock.local_date(clock.now(), access.principal().timezone)
    form = EligibilityForm(formdata=None, day=today, rule=request.args.get("aturan"))
    return _form_page(
        form, rule_queries.rules_for(today, agencies=rule_queries.agencies_of(access.principal()))
    )


@bp.post("/kelayakan")
@access.role(Role.HR, Role.ADMIN)
def find() -> Any:
    """Find the person in one's own reach; a NIP leads to the verdict, a name to a list to choose from."""
    who, now = access.principal(), clock.now()
    today = clock.local_date(now, who.timezone)
    form = EligibilityForm()
    day: date | None = form.day.data
    rules = rule_queries.rules_for(day or today, agencies=rule_queries.agencies_of(who))
    form.validate()
    if form.rule.data and all(rule.key != form.rule.data for rule in rules):
        add_error(form.rule, rule_texts.TEXTS["certificates.rule_unknown"])
    if day and not FIRST_DAY <= day <= LAST_DAY:
        add_error(form.day, _("Isi tanggal antara tahun 2000 dan 2100."))
    hits: list[SearchHit] = []
    person: PersonRow | None = None
    if not form.who.errors:
        person, hits = _search(who, form, today)
    if form.errors or day is None:
        return _form_page(form, rules), 422
    if person is not None:
        return redirect(
            url_for(
                "eligibility.verdict",
                public_id=person.public_id,
                aturan=form.rule.data,
                tanggal=day.isoformat(),
            )
        )
    return _form_page(form, rules, hits=hits)


@bp.get("/kelayakan/<public_id>")
@access.role(Role.HR, Role.ADMIN)
def verdict(public_id: str) -> Any:
    """The verdict, computed afresh. The person sees later who asked."""
    who, now = access.principal(), clock.now()
    today = clock.local_date(now, who.timezone)
    person = people.person_by_public_id(who, public_id, *SEEING, on=today)
    if person is None:
        raise NotFound
    as_of = _day(request.args.get("tanggal"))
    rule = _rule(who, as_of)
    if as_of is None or rule is None:
        flash(_("Pilih aturan dan tanggal pemeriksaan sekali lagi."), "warn")
        return redirect(url_for("eligibility.ask"))
    page = _verdict_page(person, rule, as_of, now)
    write(log_view, subject_id=person.id, viewer_id=who.person_id, purpose=PURPOSE, now=now)
    return page


@bp.post("/kelayakan/<public_id>/pengecualian")
@access.role(Role.ADMIN)
def exempt(public_id: str) -> Any:
    """Grant this person a named reason of exemption that the rule knows."""
    who, now, form = access.principal(), clock.now(), WaiverForm()
    person = people.person_by_public_id(who, public_id, Role.ADMIN, on=clock.local_date(now, who.timezone))
    if person is None:
        raise NotFound
    as_of = _day(form.tanggal.data) or clock.local_date(now, who.timezone)
    rule = rule_queries.rule_on(form.aturan.data or "", as_of, agencies=rule_queries.agencies_of(who))
    if rule is None:
        flash(_("Pilih aturan dan tanggal pemeriksaan sekali lagi."), "warn")
        return redirect(url_for("eligibility.ask"))
    first, last = form.dari.data, form.hingga.data
    if form.validate() and first is not None and last is not None:
        try:
            write(
                rule_services.grant_waiver,
                principal=who,
                person_id=person.id,
                rule_key=rule.key,
                waiver_key=form.pengecualian.data,
                starts_on=first,
                ends_on=last,
                basis=form.dasar.data or "",
                now=now,
            )
        except Invalid as error:
            refuse(form, error, **_WAIVER_FIELDS)
        else:
            flash(_("Pengecualian tercatat."), "ok")
            return redirect(_verdict_url(public_id, rule, as_of))
    return _verdict_page(person, rule, as_of, now, form), 422


@bp.post("/kelayakan/pengecualian/<waiver_id>/akhiri")
@access.role(Role.ADMIN)
def end_exemption(waiver_id: str) -> Any:
    """End an exemption from now on; twice is once."""
    person_id = write(
        rule_services.end_waiver, principal=access.principal(), public_id=waiver_id, now=clock.now()
    )
    person = people.person_row(person_id)
    assert person is not None
    flash(_("Pengecualian diakhiri."), "ok")
    return redirect(url_for("eligibility.verdict", public_id=person.public_id))


def _verdict_url(public_id: str, rule: Rule, as_of: date) -> str:
    return url_for("eligibility.verdict", public_id=public_id, aturan=rule.key, tanggal=as_of.isoformat())


def _verdict_page(
    person: PersonRow, rule: Rule, as_of: date, now: datetime, waiver: WaiverForm | None = None
) -> str:
    candidate = evidence.candidates_by_id([person.id], rule=rule, as_of=as_of, known_at=now)[person.id]
    found = decide(rule, candidate.evidence, as_of)
    rules = rule_queries.rules_for(as_of, agencies=rule_queries.agencies_of(access.principal()))
    form = EligibilityForm(formdata=None, day=as_of, rule=rule.key)
    form.rule.choices = [SelectChoice(choice.key, choice.title) for choice in rules]
    waiver = waiver or WaiverForm(formdata=None, aturan=rule.key, tanggal=as_of.isoformat())
    named = [SelectChoice(one.key, one.reason) for one in rule.exemptions if one.key]
    waiver.pengecualian.choices = named
    may_exempt = Role.ADMIN in access.principal().roles and access.principal().person_id != person.id
    return render_template(
        "certificates/verdict.html",
        waiver=waiver if named and may_exempt else None,
        waivers=[one for one in rule_queries.waivers_of(person.id) if one.rule_key == rule.key],
        may_end=may_exempt,
        person=person,
        seat=people.posting_on(person.id, as_of),
        found=found,
        reasons=[(reason, rule_texts.sentence(reason, as_of)) for reason in found.reasons],
        notes=[(reason, rule_texts.sentence(reason, as_of)) for reason in found.notes],
        look=rule_texts.OUTCOME_LOOK[found.outcome],
        enrolments=[
            (need, records.enrolment_for(person.id, need.key)) for need in dict.fromkeys(found.missing)
        ],
        words=rule_texts,
        record_words=record_texts,
        display=codes.display,
        form=form,
        asked_at=now,
    )


def _search(who: Principal, form: EligibilityForm, today: date) -> tuple[PersonRow | None, list[SearchHit]]:
    typed = form.who.data or ""
    digits = sum(char.isdigit() for char in typed)
    if digits >= 6:
        reading = nip.read(typed, today=today)
        if reading.digits is None:
            problem = reading.problems[0]
            remedy = people_texts.remedy(problem.code, problem.params)
            add_error(form.who, f"{people_texts.what(problem.code, problem.params)} {remedy}".strip())
            return None, []
        person = people.find_person(who, reading.digits, *SEEING, on=today)
        if person is None:
            add_error(form.who, rule_texts.TEXTS["certificates.person_unknown"])
        return person, []
    hits, _total = people.search_people(who, *SEEING, text=typed, on=today)
    if not hits:
        add_error(form.who, _("Tidak ada pegawai dengan nama itu di antara yang Anda kelola."))
    return None, hits


def _form_page(form: EligibilityForm, rules: list[Rule], hits: list[SearchHit] | None = None) -> str:
    form.rule.choices = [SelectChoice(rule.key, rule.title) for rule in rules]
    return render_template(
        "certificates/eligibility.html", form=form, rules=rules, hits=hits or [], words=rule_texts
    )


def _rule(who: Principal, as_of: date | None) -> Rule | None:
    if as_of is None:
        return None
    key = request.args.get("aturan", "")
    return rule_queries.rule_on(key, as_of, agencies=rule_queries.agencies_of(who))


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
