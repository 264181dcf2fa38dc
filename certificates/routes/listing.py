"""HR's list of verdicts for a promotion period, and the learner's own verdicts ahead."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from certificates import codes, viewing
from certificates.promotion import listing
from certificates.promotion import panels as own_eligibility
from certificates.promotion import queries as rule_queries
from certificates.promotion import texts as rule_texts
from certificates.promotion.eligibility import Outcome
from certificates.promotion.periods import next_period, periods_from
from certificates.promotion.queries import SEEING
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.transaction import write
from learning.kernel.web import format_date
from learning.people import queries as people
from learning.people.unit_queries import unit_row

bp = Blueprint("eligibility_list", __name__)
MONTHS_AHEAD = 24


@bp.get("/kelayakan/daftar")
@access.role(Role.HR, Role.ADMIN)
def index() -> str:
    """The people looked after, by rule, period, unit and verdict. Each look at a name is noted."""
    who, now = access.principal(), clock.now()
    today = clock.local_date(now, who.timezone)
    as_of = _period(request.args.get("periode", ""), today)
    rules = rule_queries.rules_for(as_of, agencies=rule_queries.agencies_of(who))
    wanted = request.args.get("aturan", "")
    rule = next((one for one in rules if one.key == wanted), rules[0] if rules else None)
    units = people.unit_options(who, *SEEING)
    unit_id = request.args.get("unit", "")
    if unit_id not in {value for value, _label in units}:
        unit_id = ""
    outcome = next((one for one in Outcome if str(one) == request.args.get("putusan", "")), None)
    unit = unit_row(int(unit_id)) if unit_id else None
    found = (
        listing.page(
            rule,
            principal=who,
            as_of=as_of,
            now=now,
            unit_path=unit.path if unit else "",
            outcome=outcome,
            after=request.args.get("setelah", ""),
        )
        if rule
        else None
    )
    page = render_template(
        "certificates/eligibility_list.html",
        found=found,
        rule=rule,
        rules=rules,
        as_of=as_of,
        periods=_period_options(as_of, today),
        units=units,
        unit_id=unit_id,
        outcome=outcome,
        words=rule_texts,
    )
    if found is not None and found.lines:
        write(
            viewing.log_views,
            subject_ids=[line.person.person_id for line in found.lines],
            viewer_id=who.person_id,
            purpose=viewing.LIST,
            now=now,
        )
    return page


@bp.get("/sertifikat/kelayakan")
@access.signed_in
def mine() -> str:
    """One's own verdicts for a period ahead: what still has to be done, and by when."""
    who, now = access.principal(), clock.now()
    today = clock.local_date(now, who.timezone)
    as_of = _period(request.args.get("periode", ""), today)
    return render_template(
        "certificates/eligibility_mine.html",
        groups=own_eligibility.groups(who, as_of, now),
        as_of=as_of,
        periods=_period_options(as_of, today),
        waivers=rule_queries.waivers_of(who.person_id),
        words=rule_texts,
        display=codes.display,
    )


def _period(text: str, today: date) -> date:
    """`?periode=` as the first day of a month; the next period when it is none of the coming or past few years."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return next_period(today)
    near = abs(day.year - today.year) <= 10
    return day if day.day == 1 and near else next_period(today)


def _period_options(as_of: date, today: date) -> list[tuple[str, str]]:
    days = sorted({*periods_from(today, MONTHS_AHEAD), as_of})
    return [(day.isoformat(), format_date(day)) for day in days]
