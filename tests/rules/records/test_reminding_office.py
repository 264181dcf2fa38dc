"""In whose name somebody reminds: the office nearest to the people, none for whoever answers for nobody there."""

from __future__ import annotations

import pytest

from learning.kernel.access import Grant, Role
from learning.people.access import bare_principal
from learning.records.rates import UnitHead
from learning.records.reminders.selection import office_of

UNIT = UnitHead(7, "Dinas", "OFFICE", "/1/5/7/", "Asia/Jakarta", ())
HERE = Grant(Role.SUPERVISOR, 7, "/1/5/7/")
ABOVE = Grant(Role.SUPERVISOR, 5, "/1/5/")
HR = Grant(Role.HR, 1, "/1/")
ADMIN = Grant(Role.ADMIN, 1, "/1/")
ANYWHERE = Grant(Role.ADMIN)


@pytest.mark.parametrize(
    ("grants", "office"),
    [
        ((ABOVE, HERE), (Role.SUPERVISOR, 7)),
        ((HR, ABOVE), (Role.SUPERVISOR, 5)),
        ((ANYWHERE, HR), (Role.HR, 1)),
        ((ANYWHERE, ADMIN), (Role.ADMIN, 1)),
        ((ANYWHERE,), (Role.ADMIN, None)),
        ((), None),
        ((Grant(Role.SUPERVISOR, 8, "/1/5/70/"),), None),  # a neighbour whose number begins alike
        ((Grant(Role.SUPERVISOR, 9, "/1/5/7/9/"),), None),  # below, not above
        ((Grant(Role.TRAINER, None, None, "kursus"),), None),
        ((Grant(Role.SUPERVISOR), Grant(Role.HR)), None),  # no unit opens everything to an admin only
    ],
)
def test_the_nearest_office(grants: tuple[Grant, ...], office: tuple[Role, int | None] | None) -> None:
    assert office_of(bare_principal(1, grants), UNIT) == office
