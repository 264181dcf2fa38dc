"""The public election calendar: which stages there are in a region, how certain each date is and how it came about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.errors import NotFound
from learning.kernel.web import format_date, language
from learning.records import calendar, ics, queries, regions, texts, timeline
from learning.records.calendar import Election, Stage
from learning.records.duedates import StageStatus
from learning.records.routes.blueprint import bp


@bp.get("/kalender")
@access.public
def public_calendar() -> Any:
    """Elections of a region: `?wilayah=52` or `52.03`, or `?provinsi=` with `?wilayah=` below it. Nothing asked: where
    the reader works, or the whole country.
    """
    who = access.optional_principal()
    today = clock.local_date(clock.now(), who.timezone if who else clock.DEFAULT_ZONE)
    own = queries.region_of_unit(who.unit_id) if who and who.unit_id else None
    asked = request.args.keys() & {"wilayah", "provinsi"}
    place, unknown = _asked() if asked else (own[:5] if own else None, False)
    coming, past = timeline.sort_out(calendar.elections(people=False), place, today)
    return render_template(
        "records/calendar.html",
        place=place,
        place_name=regions.name_of(place) if place else None,
        own=place is not None and not asked,
        unknown=unknown,
        province=place[:2] if place else "",
        provinces=regions.provinces(),
        regencies=regions.regencies(place[:2]) if place else [],
        coming=coming,
        past=past,
        words=texts,
    )


@bp.get("/kalender/<key>")
@access.public
def public_election(key: str) -> Any:
    """One election, past or to come."""
    found = next((one for one in calendar.elections(people=False) if one.key == key), None)
    if found is None:
        raise NotFound("records.event_unknown")
    line = timeline.line(found, clock.local_date(clock.now()))
    return render_template("records/calendar_one.html", line=line, words=texts)


@bp.get("/kalender.ics")
@access.public
def calendar_file() -> Response:
    """The same as a calendar file, past stages left out; `?wilayah=` as on the page, `?lampau=1` with past ones."""
    place, unknown = _asked()
    if unknown:
        raise NotFound("records.calendar_region")
    now = clock.now()
    today = clock.local_date(now)
    with_past = request.args.get("lampau") == "1"
    entries = [
        _entry(found, stage, now)
        for found in calendar.elections(people=False)
        if place is None or regions.touches(found.regions, place)
        for stage in found.stages
        if with_past or stage.last_day >= today
    ]
    where = regions.name_of(place) if place else _("seluruh Indonesia")
    text = ics.calendar(_("Kalender pemilihan, %(place)s", place=where), entries, language())
    response = Response(text, content_type=ics.TYPE)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="netra-kalender-{place or "indonesia"}.ics"'
    )
    return response


def _asked() -> tuple[str | None, bool]:
    """The region of the address, and whether it names none that exists. A province changed beside a regency wins."""
    region, province = request.args.get("wilayah", ""), request.args.get("provinsi", "")
    code = region if region and (not province or region.startswith(province)) else province
    if not code:
        return None, False
    return (code, False) if regions.is_place(code) else (None, True)


def _entry(found: Election, stage: Stage, now: datetime) -> ics.Entry:
    certainty = "" if stage.status is StageStatus.CONFIRMED else f" ({texts.STAGE_STATUS[stage.status]})"
    lines = [
        _("Sumber: %(source)s", source=stage.source_ref),
        f"{texts.STAGE_STATUS[stage.status]}. {texts.SOURCE_GRADE[stage.source_grade]}.",
    ]
    if stage.rule is not None:
        lines.insert(0, _("Dihitung: %(formula)s", formula=texts.formula(stage.rule)))
    if stage.ends_on is None and stage.stage in texts.OPEN_END:
        lines.append(str(texts.OPEN_END[stage.stage]))
    if stage.note:
        lines.append(stage.note)
    if stage.ends_on and stage.ends_on != stage.starts_on:
        lines.append(
            _(
                "%(first)s sampai %(last)s",
                first=format_date(stage.starts_on),
                last=format_date(stage.ends_on),
            )
        )
    return ics.Entry(
        f"{found.key}.{stage.stage}@netra",
        stage.starts_on,
        stage.last_day,
        f"{texts.STAGE[stage.stage]}, {found.name}{certainty}",
        "\n".join(lines),
        stage.changed_at or now,
        max(0, stage.changes - 1),
        stage.status is not StageStatus.CONFIRMED,
    )
