"""Handing over on the pages: who it is is shown first, both sides see it, and it is gone the moment it ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.models import Person, RoleGrant
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def people(db_session: Any) -> dict[str, int]:
    factories.make_course()
    agency = factories.make_agency("Kabupaten Uji", timezone="Asia/Jakarta")
    office = factories.make_unit(agency, "Dinas Uji", timezone="Asia/Jakarta")
    found = {
        "office": office,
        "chief": factories.make_person(office, "Kepala Dinas", roles=[("SUPERVISOR", office)]),
        "deputy": factories.make_person(office, "Wakil Dinas"),
        "admin": factories.make_person(agency, "Admin Uji", roles=[("ADMIN", agency)]),
    }
    factories.assign(office)
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == found["chief"])).one()
    return {**found, "grant": grant}


def entries(people: dict[str, int], **values: Any) -> dict[str, Any]:
    today = clock.local_date(clock.now())
    number = db.session.get_one(Person, people["deputy"]).employee_number
    return {
        "unit": people["grant"], "nip": number, "mulai": today.isoformat(),
        "sampai": (today + timedelta(days=6)).isoformat(), "alasan": "Cuti tahunan", **values,
    }  # fmt: skip


def test_from_asking_who_it_is_to_the_end(people: dict[str, int], login: Login) -> None:
    chief, deputy, admin = (login(people[name]) for name in ("chief", "deputy", "admin"))
    sent = entries(people)
    assert deputy.get(f"/unit/{people['office']}").status_code == 403

    asked = chief.post("/akun/wakil", data=sent)
    assert "Wakil Dinas" in asked.text
    assert deputy.get(f"/unit/{people['office']}").status_code == 403  # nothing has happened yet
    sure = re.search(r'name="pasti" value="(\w+)"', asked.text)
    assert sure is not None
    # What is confirmed is what was shown: another last day is asked about again.
    longer = entries(people, pasti=sure[1], sampai=entries(people)["mulai"])
    assert "Apakah orangnya sudah benar?" in chief.post("/akun/wakil", data=longer).text

    assert chief.post("/akun/wakil", data={**sent, "pasti": sure[1]}).status_code == 302
    assert chief.post("/akun/wakil", data={**sent, "pasti": sure[1]}).status_code == 422  # the double click
    assert deputy.get(f"/unit/{people['office']}").status_code == 200
    assert "a.n. Kepala Dinas" in deputy.get("/").text
    assert "a.n. Anda" in chief.get("/").text
    own = deputy.get("/akun/wakil").text
    assert "Kepala Dinas" in own
    assert 'name="nip"' not in own  # nothing to hand on
    assert "Wakil Dinas" in admin.get("/admin/wakil").text

    ends = re.search(r'action="(/akun/wakil/\d+/akhiri)"', own)
    assert ends is not None
    assert chief.post(ends[1]).status_code == 302
    assert deputy.get(f"/unit/{people['office']}").status_code == 403
    assert "sudah berakhir" in deputy.post(ends[1], follow_redirects=True).text


def test_what_a_deputy_takes_out_is_seen_by_the_supervisor(people: dict[str, int], login: Login) -> None:
    chief, deputy = login(people["chief"]), login(people["deputy"])
    sent = entries(people)
    sure = re.search(r'name="pasti" value="(\w+)"', chief.post("/akun/wakil", data=sent).text)
    assert sure is not None
    chief.post("/akun/wakil", data={**sent, "pasti": sure[1]})

    assert deputy.get(f"/unit/{people['office']}/orang/unduh").status_code == 200

    assert "Mengunduh daftar pegawai" in chief.get("/akun/wakil").text
    for side in (chief, deputy):
        assert "perbuatan wakil" in side.get("/data-saya/unduh").text


def test_somebody_elses_grant_is_not_in_the_form(people: dict[str, int], login: Login) -> None:
    other = login(factories.make_person(people["office"], roles=[("SUPERVISOR", people["office"])]))
    assert other.post("/akun/wakil", data=entries(people)).status_code == 422
