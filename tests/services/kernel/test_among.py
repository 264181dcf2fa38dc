"""One of many values, in one parameter, whatever the values hold."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learning.kernel.db import among, db
from learning.people.models import OrgUnit
from tests import factories as make

NAMES = ['Dinas "A"', "Dinas\\B", "{C,D}", "NULL", " E ", "F'G", "Désa", "a,b", '\\"']


@pytest.mark.usefixtures("db_session")
def test_values_are_found_word_for_word_and_nothing_else() -> None:
    ids = {name: make.make_agency(name) for name in NAMES}
    for name in NAMES:
        assert db.session.scalars(select(OrgUnit.name).where(among(OrgUnit.name, [name, "x"]))).all() == [
            name
        ]
    found = db.session.scalars(select(OrgUnit.name).where(among(OrgUnit.name, NAMES))).all()
    assert sorted(found) == sorted(NAMES)
    assert db.session.scalars(select(OrgUnit.id).where(among(OrgUnit.name, []))).all() == []
    assert db.session.scalars(select(OrgUnit.id).where(among(OrgUnit.name, ["", '"']))).all() == []
    wanted = [ids["NULL"], ids["F'G"], 0]
    assert set(db.session.scalars(select(OrgUnit.id).where(among(OrgUnit.id, wanted)))) == set(wanted) - {0}
