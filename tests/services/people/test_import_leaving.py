"""A file that says who retired or left: what ends, who is told, when somebody is asked first, and that once is enough."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from learning.kernel import audit, clock
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.errors import Invalid
from learning.kernel.transaction import write
from learning.people import importing, queries, services
from learning.people.kinds import ImportKind, PersonStatus
from learning.people.models import LoginSession, SheetImport
from learning.records import counting
from learning.records.models import Enrolment
from tests import factories as make

HEAD = "NIP Baru;Nama;Unor ID;Jabatan;Jenis Jabatan;Status Pegawai;TMT Jabatan;TMT Pensiun;Kedudukan Hukum\n"


def serving(number: str, pension: str = "2044-02-01") -> str:
    return f"{number};Dewi Lestari;DINKES;Guru Ahli Pertama;fungsional;PNS;2020-01-02;{pension};Aktif\n"


def left(number: str, out: str = "2026-11-01", why: str = "Pensiun") -> str:
    return f"{number};Dewi Lestari;;;;;;{out};{why}\n"


class Office:
    """An agency with one office, its admin, and a duty."""

    def __init__(self) -> None:
        make.make_course()
        self.agency = make.make_agency(code="KAB")
        self.health = make.make_unit(self.agency, "Dinas Kesehatan", code="DINKES")
        self.admin = make.make_person(self.agency, name="Ani Admin", roles=[("ADMIN", self.agency)])
        make.assign(self.agency)

    def people(self, count: int) -> list[str]:
        found = [make.make_number() for _ in range(count)]
        for number in found:
            make.make_person(
                self.health, "Dewi Lestari", employee_number=number, password="sandi-yang-panjang-1"
            )
        return found

    def check(self, body: str, *, complete: bool = False) -> SheetImport:
        public_id = write(
            services.receive_sheet,
            kind=ImportKind.PEOPLE,
            filename="pegawai.csv",
            content=(HEAD + body).encode(),
            agency_id=self.agency,
            actor_id=self.admin,
            now=clock.now(),
            complete=complete,
        )
        sheet = db.session.scalars(select(SheetImport).where(SheetImport.public_id == public_id)).one()
        found, refused = importing.check_upload(sheet.id, progress=_quiet)
        write(services.note_checked, import_id=sheet.id, report=found, refused=refused)
        return fresh(sheet.id)

    def apply(self, sheet: SheetImport, reason: str = "") -> dict[str, Any]:
        write(
            services.start_applying,
            public_id=sheet.public_id,
            actor_id=self.admin,
            fingerprint=sheet.report["fingerprint"],
            reason=reason,
        )
        assert importing.apply(sheet.id, progress=_quiet)
        result: dict[str, Any] = fresh(sheet.id).report["result"]
        return result


def _quiet(_done: int, _total: int) -> None:
    pass


def fresh(import_id: int) -> SheetImport:
    db.session.rollback()
    return db.session.get_one(SheetImport, import_id, populate_existing=True)


def person(number: str) -> queries.PersonRow:
    found = queries.person_by_number(number)
    assert found is not None
    return found


@pytest.fixture
def office(db_session: Any) -> Office:
    return Office()


def test_the_end_of_service_ends_seat_duty_and_sign_in_and_keeps_the_records(office: Office) -> None:
    stays, retires, dies = office.people(3)
    make.pass_course(person(retires).id)
    make.make_session(person(retires).id)
    body = serving(stays) + left(retires) + left(dies, "2026-10-15", "meninggal dunia")
    sheet = office.check(body, complete=True)
    assert sheet.report["counts"] == {"UNCHANGED": 1, "LEFT": 2, "CONFLICT": 1}, "the admin is named nowhere"
    assert sheet.report["examples"]["LEFT"][0]["changes"] == [
        ["hari-terakhir", "", "2026-10-31"],
        ["sebab-berhenti", "", "RETIRED"],
        ["unit-kode", "Dinas Kesehatan", ""],
    ]
    assert office.apply(sheet)["ended"] == 2
    assert (person(retires).status, person(dies).status) == (PersonStatus.RETIRED, PersonStatus.ENDED)
    assert person(stays).status is PersonStatus.ACTIVE
    seats = queries.postings_of(person(retires).id)
    assert [seat.ends_on for seat in seats] == [date(2026, 10, 31)]
    sessions = db.session.scalars(select(LoginSession).where(LoginSession.person_id == person(retires).id))
    assert [row.ended_at is None for row in sessions] == [False]
    enrolments = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person(retires).id))
    assert [(row.status.value, row.ended_at is None) for row in enrolments] == [("PASSED", False)]
    assert counting.drifts() == []
    told = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "people.left"))
    assert [entry["on"] for entry in told] == ["2026-10-31", "2026-10-14"]
    assert list(audit.verify()) == []
    again = office.check(body, complete=True)
    assert (again.report["acting"], again.report["counts"]["UNCHANGED"]) == (0, 3)


def test_many_who_leave_at_once_need_a_reason(office: Office) -> None:
    gone = office.people(6)
    sheet = office.check("".join(left(number) for number in gone))
    assert [(row["leaving"], row["seated"]) for row in sheet.report["over"]] == [(6, 7)]
    with pytest.raises(Invalid, match=r"people\.import_needs_reason"):
        office.apply(sheet)
    assert office.apply(fresh(sheet.id), "Pensiun bersama per 1 November 2026")["ended"] == 6


def test_whoever_holds_a_role_or_sits_elsewhere_is_not_ended_by_a_file(office: Office) -> None:
    (supervisor,) = office.people(1)
    write(
        services.grant_role,
        person_id=person(supervisor).id,
        role=make.Role.SUPERVISOR,
        now=clock.now(),
        org_unit_id=office.health,
    )
    other, foreign = make.make_agency("Kabupaten B", code="KABB"), make.make_number()
    make.make_person(other, employee_number=foreign)
    sheet = office.check(left(supervisor) + left(foreign) + left(make.make_number()))
    assert (sheet.report["acting"], [item["code"] for item in sheet.report["findings"]]) == (
        0,
        ["row.leaving_holds_role", "people.in_other_agency", "row.leaving_unknown"],
    )


def test_two_rows_of_one_person_that_disagree_are_not_guessed_about(office: Office) -> None:
    (number,) = office.people(1)
    sheet = office.check(serving(number) + left(number))
    assert [item["code"] for item in sheet.report["findings"]] == ["row.nip_twice"]
    assert sheet.report["counts"] == {"UNCHANGED": 1}


def test_somebody_given_a_role_after_the_look_stays(office: Office) -> None:
    first, second = office.people(2)
    sheet = office.check(left(first) + left(second))
    write(
        services.start_applying,
        public_id=sheet.public_id,
        actor_id=office.admin,
        fingerprint=sheet.report["fingerprint"],
    )
    make_supervisor = {
        "person_id": person(first).id,
        "role": make.Role.SUPERVISOR,
        "org_unit_id": office.health,
    }
    write(services.grant_role, now=clock.now(), **make_supervisor)
    assert importing.apply(sheet.id, progress=_quiet) is False, "shown again before anything happens"
    assert fresh(sheet.id).report["counts"] == {"CONFLICT": 1, "LEFT": 1}
    assert person(second).status is PersonStatus.ACTIVE
