"""Certificates by the interface: a walk that skips and repeats nothing, one certificate, verification."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from certificates import codes
from certificates.models import Certificate
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import own
from tests import factories as make
from tests.pages.api.conftest import Office


def code_of(person: int) -> str:
    return str(db.session.scalar(select(Certificate.code).where(Certificate.person_id == person)))


def walk(office: Office, path: str = "/certificates?limit=2") -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = office.machine.get(path + (f"&cursor={cursor}" if cursor else "")).get_json()
        found += [item["code"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


def test_a_walk_is_stable_while_certificates_are_issued(offices: dict[str, Office]) -> None:
    office = offices["A"]
    unit = make.make_unit(office.agency, "Dinas Kedua")
    people = [office.passed]
    for _ in range(3):
        people.append(make.make_person(unit))
        make.pass_course(people[-1])
    first = office.machine.get("/certificates?limit=2").get_json()
    late = make.make_person(unit)
    make.pass_course(late)
    second = office.machine.get(f"/certificates?limit=2&cursor={first['next']}").get_json()
    third = office.machine.get(f"/certificates?limit=2&cursor={second['next']}").get_json()
    seen = [item["code"] for page in (first, second, third) for item in page["items"]]
    assert seen == [codes.display(code_of(person)) for person in (*people, late)]
    assert third["next"] is None
    assert seen == walk(office)
    assert walk(offices["B"]) == [codes.display(code_of(offices["B"].passed))]
    assert len(own.views_of(late)) == 2


def test_a_cursor_is_good_for_its_own_list_only(offices: dict[str, Office]) -> None:
    office = offices["A"]
    make.pass_course(office.waiting)
    cursor = office.machine.get("/certificates?limit=1").get_json()["next"]
    assert cursor
    for path, machine in (
        (f"/certificates?cursor={cursor}x", office.machine),
        (f"/certificates?cursor={cursor}&changed_since=2026-01-01T00:00:00Z", office.machine),
        (f"/certificates?cursor={cursor}", offices["B"].machine),
    ):
        assert machine.get(path).get_json()["type"].endswith("#cursor-invalid")


def test_what_has_changed_since(office: Office) -> None:
    when = office.machine.get("/certificates").get_json()["as_of"].replace("+00:00", "Z")
    later = (clock.now()).isoformat().replace("+00:00", "Z")
    assert walk(office, f"/certificates?changed_since={later}") == []
    row = db.session.scalar(select(Certificate).where(Certificate.person_id == office.passed))
    assert row is not None
    certificate_id = row.id
    db.session.rollback()
    make.revoke_certificate(certificate_id, note="Nama salah.")
    changed = office.machine.get(f"/certificates?changed_since={later}").get_json()["items"]
    assert [(item["state"], item["reason"]) for item in changed] == [("REVOKED", "WRONG_DATA")]
    assert "Nama salah." not in str(changed)
    assert when < later


def test_one_certificate_of_ones_own_people(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    mine = a.machine.get(f"/certificates/{codes.display(code_of(a.passed))}").get_json()
    assert mine["holder"]["nip"] == a.nip(a.passed)
    foreign = a.machine.get(f"/certificates/{code_of(b.passed)}").get_json()
    unknown = a.machine.get("/certificates/0000000000000000").get_json()
    for body in (foreign, unknown):
        body.pop("request_id")
    assert foreign == unknown
    assert foreign["type"].endswith("#certificate-unknown")


def test_the_maker_of_a_token_who_moved_takes_nothing_along(offices: dict[str, Office]) -> None:
    """The token sees the agency's people; its maker's own certificate is seen only while she is one of them."""
    a, b = offices["A"], offices["B"]
    make.make_course("kursus-lain", text="Lain")
    make.pass_course(a.admin, "kursus-lain")
    assert a.machine.get(f"/certificates/{code_of(a.admin)}").status_code == 200
    from learning.people import services as people
    from learning.people.kinds import PositionType

    now = clock.now()
    write(
        people.post_person,
        person_id=a.admin,
        org_unit_id=make.make_unit(b.agency, "Dinas Baru"),
        position_title="Analis",
        position_type=PositionType.FUNCTIONAL,
        starts_on=clock.local_date(now),
        now=now,
    )
    assert a.machine.get(f"/certificates/{code_of(a.admin)}").status_code == 404


def test_verification_of_anybodys_paper(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    code = code_of(b.passed)
    found = a.machine.get(f"/verifications/{code.lower()}").get_json()
    assert found["state"] == "VALID"
    assert b.nip(b.passed) not in str(found)
    assert not own.views_of(b.passed)
    assert a.machine.get("/verifications/0000000000000000").status_code == 404


def test_a_list_of_codes_in_its_order(offices: dict[str, Office], query_count: Any) -> None:
    a, b = offices["A"], offices["B"]
    wanted = [
        code_of(b.passed),
        "",
        "0000000000000000",
        codes.display(code_of(a.passed)),
        "\U0001f600",
        code_of(b.passed),
    ]
    a.machine.get("/token")
    with query_count() as statements:
        items = a.machine.post("/verifications", {"codes": wanted}).get_json()["items"]
    assert [item["state"] for item in items] == ["VALID", "UNKNOWN", "UNKNOWN", "VALID", "UNKNOWN", "VALID"]
    assert [item["code"] for item in items] == wanted
    assert len(statements) <= 4
