"""Whom an assignment reaches, one person at a time, and how an audience is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from learning.people.kinds import EmploymentType, PositionType, UnitKind
from learning.records.audience import Audience, BadAudience, Criteria, LeftOut, Place, left_out, reaches


@pytest.mark.parametrize(
    ("regions", "path", "region", "why"),
    [
        (None, "/1/", "99.01", None),
        (None, "/1/5/", None, None),
        (None, "/10/", "99.01", LeftOut.OTHER_UNIT),
        ((), "/1/5/", None, None),
        (("99.01",), "/1/5/", "99.01", None),
        (("99.01",), "/1/5/", "99.01.02", None),
        (("99",), "/1/5/", "99.07", None),
        (("99.01",), "/1/5/", "99.02", LeftOut.OTHER_REGION),
        (("99.01",), "/1/5/", "99", LeftOut.OTHER_REGION),
        (("99.01",), "/1/5/", None, LeftOut.NO_REGION),
        (("99.01",), "/2/", "99.01", LeftOut.OTHER_UNIT),
    ],
)
def test_who_is_left_out_and_why(
    regions: tuple[str, ...] | None, path: str, region: str | None, why: LeftOut | None
) -> None:
    audience, place = Audience(("/1/",), regions), Place(path, region)
    assert left_out(audience, place) is why
    assert reaches(audience, place) is (why is None)


HEAD = Place(
    "/1/5/", "52.03", UnitKind.REGIONAL_AGENCY, PositionType.ADMINISTRATOR, "III/d", EmploymentType.PNS, frozenset({4})
)  # fmt: skip


@pytest.mark.parametrize(
    ("audience", "change", "why"),
    [
        (Audience(), {}, None),
        (Audience(("/2/", "/1/")), {}, None),
        (Audience(("/2/", "/1/5/")), {"path": "/1/50/"}, LeftOut.OTHER_UNIT),
        (Audience(without=("/1/5/",)), {}, LeftOut.EXCLUDED_UNIT),
        (Audience(("/1/",), without=("/1/50/",)), {}, None),
        (Audience(criteria=Criteria(agency_kinds=(UnitKind.CENTRAL_AGENCY,))), {}, LeftOut.AGENCY_KIND),
        (Audience(criteria=Criteria(agency_kinds=(UnitKind.REGIONAL_AGENCY,))), {}, None),
        (Audience(criteria=Criteria(regions=("52", "53"))), {}, None),
        (Audience(criteria=Criteria(regions=("53",))), {}, LeftOut.OTHER_REGION),
        (Audience(held=("52",), criteria=Criteria(regions=("53",))), {}, LeftOut.OTHER_REGION),
        (Audience(criteria=Criteria(positions=(PositionType.ADMINISTRATOR, PositionType.FUNCTIONAL))), {}, None),
        (Audience(criteria=Criteria(positions=(PositionType.SENIOR_EXECUTIVE,))), {}, LeftOut.POSITION),
        (Audience(criteria=Criteria(grades=("III/d",))), {}, None),
        (Audience(criteria=Criteria(grades=("III/d",))), {"grade": None}, LeftOut.GRADE),
        (Audience(criteria=Criteria(employment=(EmploymentType.PPPK,))), {}, LeftOut.EMPLOYMENT),
        (Audience(criteria=Criteria(lists=(3, 4))), {}, None),
        (Audience(criteria=Criteria(lists=(3,))), {}, LeftOut.NOT_LISTED),
        (Audience(criteria=Criteria(positions=(PositionType.ADMINISTRATOR,))), {"position": None}, LeftOut.POSITION),
    ],
)  # fmt: skip
def test_every_condition_must_hold(audience: Audience, change: dict[str, Any], why: LeftOut | None) -> None:
    assert left_out(audience, replace(HEAD, **change)) is why


def test_an_audience_is_written_and_read_as_the_same() -> None:
    full = Criteria(
        (UnitKind.CENTRAL_AGENCY,), ("52", "99.01"), (PositionType.FUNCTIONAL,), ("IX",), (EmploymentType.PPPK,), (7,)
    )  # fmt: skip
    assert Criteria.from_json(full.to_json()) == full
    assert Criteria().to_json() == {}
    assert Criteria.from_json({}) == Criteria()


@pytest.mark.parametrize(
    "stored",
    [
        None, [], "x", {"positions": []}, {"positions": "FUNCTIONAL"}, {"positions": ["DUKE"]}, {"units": [1]},
        {"lists": ["1"]}, {"lists": [True]}, {"lists": [0]}, {"regions": ["00"]}, {"regions": [52]},
        {"grades": ["V/z"]}, {"agency_kinds": ["SCHOOL"]}, {"employment": [None]}, {"positions": [["FUNCTIONAL"]]},
    ],
)  # fmt: skip
def test_what_the_reader_does_not_know_is_refused(stored: object) -> None:
    with pytest.raises(BadAudience):
        Criteria.from_json(stored)


def test_two_audiences_may_meet_where_one_unit_lies_in_the_other() -> None:
    assert Audience(("/1/",)).may_meet(Audience(("/2/", "/1/5/")))
    assert not Audience(("/1/5/",)).may_meet(Audience(("/1/50/",)))
    assert Audience().may_meet(Audience(("/1/",)))
