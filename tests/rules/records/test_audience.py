"""Whom an assignment reaches, one person at a time."""

from __future__ import annotations

import pytest

from learning.records.audience import Audience, LeftOut, Place, left_out, reaches


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
    audience, place = Audience("/1/", regions), Place(path, region)
    assert left_out(audience, place) is why
    assert reaches(audience, place) is (why is None)
