"""Completion by the region in which people work: a map of the provinces, the regencies of one, the units of a regency.

Everybody who looks after units may open it and finds the people of those units alone; what lies in a region where they have
no unit is 404, also a real province.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from learning.people.import_rows import is_region_code
from learning.records import mapping, outlook, protecting, region_rates, region_texts, sheets
from learning.records.mapping import NOWHERE, Order, RegionRate
from learning.records.routes.blueprint import bp
from learning.records.routes.units import STANDING, course_of

SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)
WITHOUT = "tanpa"
"""Stands in addresses for the units that name no region."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a page of regions shows: the course, the day (None: now) and the figures."""

    course: tuple[str, str]
    courses: list[tuple[str, str]]
    day: date | None
    days: bool
    rates: list[RegionRate]


@bp.get("/unit/wilayah")
@access.role(*SEEING)
def regions_map() -> Any:
    """The provinces as a map of tiles and as a table."""
    asked = _asked(None)
    if asked is None:
        return render_template("records/region_empty.html")
    west, east = mapping.halves(asked.rates)
    on_map = [one.rate for one in (*west, *east) if one.rate.rate is not None]
    return render_template(
        "records/regions.html",
        west=west,
        east=east,
        off=mapping.off_the_map(asked.rates),
        behind=sum(outlook.standing(rate.rate) == "behind" for rate in on_map),
        done=all(outlook.standing(rate.rate) == "done" for rate in on_map),
        on_map=len(on_map),
        **_shown(asked),
    )


@bp.get("/unit/wilayah/<code>")
@access.role(*SEEING)
def region(code: str) -> Any:
    """One province: its regencies as tiles, worst first, and as a table."""
    _known(code, (2,))
    asked = _asked(code)
    if asked is None:
        return render_template("records/region_empty.html", code=code, name=region_texts.name)
    return render_template(
        "records/region.html",
        code=code,
        tiles=mapping.ordered(asked.rates, Order.WORST),
        **_shown(asked),
    )


@bp.get("/unit/wilayah/<code>/unit")
@access.role(*SEEING)
def region_units(code: str) -> Any:
    """The units of a regency, of a province itself, or (`tanpa`) without a region: each with its own people, worst first."""
    place = _known(code, (2, 5))
    who = access.principal()
    found = region_rates.by_province(who) if place == NOWHERE else region_rates.by_regency(who, place[:2])
    courses = region_rates.courses(found)
    course = course_of(courses)
    if course is None:
        return render_template("records/region_empty.html", code=place, name=region_texts.name)
    rows, count = region_rates.units_in(who, place, course[0])
    return render_template(
        "records/region_units.html",
        code=place,
        address=code,
        name=region_texts.name,
        course=course,
        courses=courses,
        whole=mapping.total(rate for rate in found[course[0]] if rate.code == place),
        rows=rows,
        count=count,
        asked_at=clock.now(),
        standing=outlook.standing,
        looks=STANDING,
    )


@bp.get("/unit/wilayah/unduh")
@access.role(*SEEING)
def regions_sheet() -> Response:
    """The provinces as a spreadsheet file; `?untuk=umum` for readers who see no names."""
    return _sheet(None)


@bp.get("/unit/wilayah/<code>/unduh")
@access.role(*SEEING)
def region_sheet(code: str) -> Response:
    """The regencies of a province as a spreadsheet file; `?untuk=umum` for readers who see no names."""
    return _sheet(_known(code, (2,)))


def _known(code: str, lengths: tuple[int, ...]) -> str:
    """The region of an address. NotFound for no region and for one in which the reader has no unit."""
    place = NOWHERE if code == WITHOUT and 5 in lengths else code
    if place != NOWHERE and (len(place) not in lengths or not is_region_code(place)):
        raise NotFound
    if not region_rates.works_there(access.principal(), place):
        raise NotFound
    return place


def _asked(province: str | None) -> _Asked | None:
    """What the query asks for; None when nobody there has a course."""
    who = access.principal()
    found = region_rates.by_province(who) if province is None else region_rates.by_regency(who, province)
    courses = region_rates.courses(found)
    course = course_of(courses)
    if course is None:
        return None
    days = province is not None or region_rates.few_units(who)
    day = _past_day() if days else None
    shown = found[course[0]] if day is None else region_rates.then(who, course[0], day, province)
    return _Asked(course, courses, day, days, shown)


def _past_day() -> date | None:
    """The past day asked for; None for today, for a day to come and for what is no day."""
    try:
        day = date.fromisoformat(request.args.get("tanggal", "")[:10])
    except ValueError:
        return None
    return day if day < clock.local_date(clock.now()) else None


def _order() -> Order:
    asked = request.args.get("urut", "")
    return Order(asked) if asked in {known.value for known in Order} else Order.WORST


def _shown(asked: _Asked) -> dict[str, Any]:
    order, now = _order(), clock.now()
    return {
        "course": asked.course,
        "courses": asked.courses,
        "day": asked.day,
        "days": asked.days,
        "latest": clock.local_date(now).isoformat(),
        "asked_at": now,
        "whole": mapping.total(asked.rates),
        "rows": mapping.ordered(asked.rates, order),
        "order": order,
        "orders": [(known.value, text) for known, text in region_texts.ORDER.items()],
        "name": region_texts.name,
        "standing": outlook.standing,
        "looks": STANDING,
        "WITHOUT": WITHOUT,
    }


def _sheet(province: str | None) -> Response:
    asked = _asked(province)
    if asked is None:
        raise NotFound
    rows = mapping.ordered(asked.rates, _order())
    handed_on = request.args.get("untuk") == "umum"
    headings, lines = (_for_everybody if handed_on else _for_seeing)(rows, province)
    stand = asked.day or clock.local_date(clock.now())
    name = f"wilayah{'-' + province if province else ''}{'-untuk-dibagikan' if handed_on else ''}"
    return Response(
        sheets.sheet(headings, lines),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-keadaan-{stand:%Y%m%d}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _for_seeing(
    rows: list[RegionRate], province: str | None
) -> tuple[tuple[str, ...], Iterable[tuple[object, ...]]]:
    headings = (
        _("Kode"), _("Wilayah"), _("Wajib"), _("Sudah mulai"), _("Lulus"), _("Belum lulus"), _("Persen lulus"),
        _("Dikecualikan"),
    )  # fmt: skip
    return headings, (
        (
            r.code, region_texts.name(r.code, province), r.expected, r.started, r.passed, r.missing,
            "" if r.rate is None else round(r.rate, 1), r.exempt,
        )
        for r in rows
    )  # fmt: skip


def _for_everybody(
    rows: list[RegionRate], province: str | None
) -> tuple[tuple[str, ...], Iterable[tuple[object, ...]]]:
    """As somebody may read it who sees no names: no figure of fewer than five people, none that follows from the others."""
    headings = (_("Kode"), _("Wilayah"), _("Wajib"), _("Persen lulus"))
    found = protecting.protect({r.code: r.expected for r in rows})
    whole = mapping.total(rows)
    return headings, [
        *((r.code, region_texts.name(r.code, province), *_told(r, r.code in found.shown)) for r in rows),
        ("", _("Seluruhnya"), *_told(whole, found.total)),
    ]


def _told(rate: RegionRate, may: bool) -> tuple[object, object]:
    if not may:
        return _("tidak ditampilkan"), _("tidak ditampilkan")
    share = protecting.share(rate.passed, rate.expected)
    if share is None:
        return rate.expected, ""
    return rate.expected, _("%(share)s atau kurang", share=share.percent) if share.at_most else share.percent
