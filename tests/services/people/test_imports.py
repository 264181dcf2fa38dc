"""A whole file at once: what the dry run promises, what applying does, and what happens when it breaks off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from learning.kernel import audit, clock, config
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid
from learning.kernel.transaction import write
from learning.people import chunks, importing, queries, services, staging
from learning.people.import_words import PERSON_COLUMNS
from learning.people.kinds import ImportKind, ImportState, PersonStatus, PositionType, PostingKind
from learning.people.models import Person, Posting, SheetChunk, SheetImport
from learning.people.spreadsheet import read_sheet
from learning.people.streaming import stream_file
from learning.records import counting, dating
from learning.records.audience import Criteria
from learning.records.models import Enrolment
from tests import factories as make

HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai;jenis-penempatan;sampai\n"


def line(number: str, name: str = "Dewi Lestari", unit: str = "DINKES", **other: str) -> str:
    values = {
        "email": "",
        "title": "Perawat",
        "grade": "III/b",
        "start": "2026-02-01",
        "kind": "",
        "until": "",
    } | other
    return (
        f"{number};{name};{values['email']};{unit};{values['title']};fungsional;{values['grade']};PNS;"
        f"{values['start']};{values['kind']};{values['until']}\n"
    )


class Office:
    """An agency with two offices and its admin, and another agency."""

    def __init__(self) -> None:
        self.agency = make.make_agency(code="KAB")
        self.health = make.make_unit(self.agency, "Dinas Kesehatan", code="DINKES")
        self.schools = make.make_unit(self.agency, "Dinas Pendidikan", code="DINDIK")
        self.admin = make.make_person(self.agency, name="Ani Admin", roles=[("ADMIN", self.agency)])
        self.other = make.make_agency("Kabupaten B", code="KABB")

    def dry_run(
        self, body: str, *, complete: bool = False, agency: int | None = -1, actor: int | None = -1
    ) -> SheetImport:
        agency_id = self.agency if agency == -1 else agency
        actor_id = self.admin if actor == -1 else actor
        assert actor_id is not None
        public_id = write(
            services.receive_sheet,
            kind=ImportKind.PEOPLE,
            filename="pegawai.csv",
            content=(HEAD + body).encode(),
            agency_id=agency_id,
            actor_id=actor_id,
            now=clock.now(),
            complete=complete,
        )
        sheet = db.session.scalars(select(SheetImport).where(SheetImport.public_id == public_id)).one()
        found, refused = importing.check_upload(sheet.id, progress=_quiet)
        write(services.note_checked, import_id=sheet.id, report=found, refused=refused)
        return fresh(sheet.id)

    def confirm(self, sheet: SheetImport, reason: str = "") -> None:
        write(
            services.start_applying,
            public_id=sheet.public_id,
            actor_id=sheet.uploaded_by,
            fingerprint=sheet.report["fingerprint"],
            reason=reason,
        )

    def apply(self, sheet: SheetImport, reason: str = "") -> dict[str, Any]:
        self.confirm(sheet, reason)
        assert importing.apply(sheet.id, progress=_quiet)
        result: dict[str, Any] = fresh(sheet.id).report["result"]
        return result


def _quiet(_done: int, _total: int) -> None:
    pass


def fresh(import_id: int) -> SheetImport:
    db.session.rollback()
    return db.session.get_one(SheetImport, import_id, populate_existing=True)


@pytest.fixture
def office(db_session: Any) -> Office:
    return Office()


def person(number: str) -> queries.PersonRow:
    found = queries.person_by_number(number)
    assert found is not None
    return found


def seat(number: str) -> queries.PostingRow | None:
    return queries.posting_on(person(number).id, clock.local_date(clock.now()))


def numbers(count: int) -> list[str]:
    return [make.make_number() for _ in range(count)]


def test_the_dry_run_tells_every_class_apart_and_changes_nothing(office: Office) -> None:
    new, renamed, moved, same, foreign, gone, retired = numbers(7)
    make.make_person(office.health, "Budi Lama", employee_number=renamed, position_title="Perawat")
    make.make_person(office.health, "Cici", employee_number=moved, position_title="Perawat")
    make.make_person(office.health, "Dodi", employee_number=same, position_title="Perawat")
    make.make_person(office.other, "Eko", employee_number=foreign)
    make.make_person(office.schools, "Fitri", employee_number=gone)
    left = make.make_person(office.health, "Gito", employee_number=retired)
    write(services.retire_person, person_id=left, on=date(2026, 1, 31), now=clock.now())
    before = db.session.scalar(select(func.count()).select_from(Posting))
    sheet = office.dry_run(
        line(new)
        + line(renamed, "Budi Baru", grade="")
        + line(moved, "Cici", "DINDIK", grade="")
        + line(same, "Dodi", grade="")
        + line(foreign, "Eko")
        + line(retired, "Gito"),
        complete=True,
    )
    assert sheet.report["counts"] == {
        "NEW": 1, "CHANGED": 1, "MOVED": 1, "UNCHANGED": 1, "CONFLICT": 3, "ENDED": 1,
    }, "the admin holds a role and is no conflict of the others' making"  # fmt: skip
    assert sheet.report["examples"]["CHANGED"][0]["changes"] == [["nama", "Budi Lama", "Budi Baru"]]
    assert ["unit-kode", "Dinas Kesehatan", "Dinas Pendidikan"] in sheet.report["examples"]["MOVED"][0][
        "changes"
    ]
    assert {item["code"] for item in sheet.report["findings"]} == {
        "people.in_other_agency", "people.not_active", "row.missing_holds_role",
    }  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Posting)) == before
    assert queries.person_by_number(new) is None


def test_applying_does_what_was_shown_and_the_same_file_again_does_nothing(office: Office) -> None:
    new, moved, gone = numbers(3)
    make.make_person(office.health, "Cici", employee_number=moved, position_title="Perawat")
    make.make_person(office.schools, "Fitri", employee_number=gone)
    body = line(new, email="dewi@contoh.invalid") + line(moved, "Cici", "DINDIK")
    result = office.apply(office.dry_run(body, complete=True))
    assert (result["created"], result["changed"], result["ended"], result["findings"]) == (1, 1, 1, [])
    assert seat(new) is not None
    now_there = seat(moved)
    assert now_there is not None
    assert now_there.org_unit_id == office.schools
    history = queries.postings_of(person(moved).id)
    assert [(row.org_unit_id, row.ends_on) for row in history] == [
        (office.schools, None), (office.health, date(2026, 1, 31)),
    ], "who sat where on any day stays known"  # fmt: skip
    assert seat(gone) is None
    assert person(gone).status is PersonStatus.ACTIVE, "losing a seat locks nobody out"
    again = office.dry_run(body, complete=True)
    assert again.report["acting"] == 0
    assert again.report["counts"]["UNCHANGED"] == 2
    with pytest.raises(Conflict):
        office.confirm(again)
    assert list(audit.verify()) == []


def test_many_leaving_at_once_needs_a_reason(office: Office) -> None:
    for number in numbers(10):
        make.make_person(office.schools, employee_number=number)
    sheet = office.dry_run(line(make.make_number()), complete=True)
    assert sheet.report["over"] == [
        {"agency": office.agency, "name": "Kabupaten Uji", "leaving": 10, "seated": 11, "percent": 5}
    ]
    with pytest.raises(Invalid, match=r"people\.import_needs_reason"):
        office.confirm(sheet, "ok")
    assert fresh(sheet.id).state is ImportState.CHECKED
    assert office.apply(fresh(sheet.id), "Perda 3/2026 memecah dinas")["ended"] == 10
    assert fresh(sheet.id).reason == "Perda 3/2026 memecah dinas"


def test_only_a_list_of_people_of_one_agency_may_be_called_complete(office: Office) -> None:
    with pytest.raises(Invalid, match=r"people\.complete_needs_agency"):
        office.dry_run(line(make.make_number()), complete=True, agency=None)


def test_data_that_changed_since_the_look_is_shown_again_before_anything_happens(office: Office) -> None:
    new, moved = numbers(2)
    cici = make.make_person(office.health, "Cici", employee_number=moved, position_title="Perawat")
    sheet = office.dry_run(line(new) + line(moved, "Cici", "DINDIK"))
    seen = sheet.report["fingerprint"]
    office.confirm(sheet)
    make.rename_person(cici, "Cici Purnama")
    assert importing.apply(sheet.id, progress=_quiet) is False
    sheet = fresh(sheet.id)
    assert sheet.state is ImportState.CHECKED
    assert queries.person_by_number(new) is None, "nothing at all was applied"
    with pytest.raises(Conflict, match=r"people\.import_changed"):
        write(services.start_applying, public_id=sheet.public_id, actor_id=office.admin, fingerprint=seen)
    assert ["nama", "Cici Purnama", "Cici"] in sheet.report["examples"]["MOVED"][0]["changes"]
    assert office.apply(sheet)["changed"] == 1


def test_a_row_that_changes_between_two_chunks_is_left_out_and_the_rest_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "SIZE", 2)
    listed = numbers(4)
    late = make.make_person(office.health, "Cici", employee_number=listed[3], position_title="Perawat")
    sheet = office.dry_run("".join(line(n) for n in listed[:3]) + line(listed[3], "Cici", "DINDIK"))
    office.confirm(sheet)

    def meanwhile(done: int, _total: int) -> None:
        if done == 2:
            make.rename_person(late, "Cici Purnama")

    assert importing.apply(sheet.id, progress=meanwhile)
    result = fresh(sheet.id).report["result"]
    assert result["created"] == 3
    assert [item["code"] for item in result["findings"]] == ["row.changed_meanwhile"]
    assert person(listed[3]).name == "Cici Purnama"


KILLED = """
import os, signal, sys
from app import create_app
from learning.kernel import config
from learning.people import importing
settings = config.load({"SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop", "NETRA_INSTANCE": sys.argv[1]},
    database_url=sys.argv[2], base_url="http://localhost", demo=False)
with create_app(settings, testing=True).app_context():
    importing.apply(int(sys.argv[3]), progress=lambda done, total: done >= 20 and os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_worker_killed_half_way_leaves_what_the_next_one_completes(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chunks, "SIZE", 10)
    make.make_course()
    make.assign(office.agency)
    listed = numbers(45)
    sheet = office.dry_run("".join(line(number) for number in listed))
    office.confirm(sheet)
    db.session.remove()
    url = db.engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), url, str(sheet.id)]
    died = subprocess.run(
        arguments, cwd=config.ROOT, env=os.environ | {"PYTHONPATH": "."}, check=False, timeout=120
    )
    assert died.returncode == -signal.SIGKILL
    there = select(func.count()).select_from(Person).where(Person.employee_number.in_(listed))
    assert db.session.scalar(there) == 20
    assert fresh(sheet.id).state is ImportState.APPLYING
    assert importing.apply(sheet.id, progress=_quiet)
    result = fresh(sheet.id).report["result"]
    assert (result["created"], result["findings"]) == (45, [])
    assert db.session.scalar(there) == 45
    ids = select(Person.id).where(Person.employee_number.in_(listed))
    seats = db.session.execute(
        select(Posting.person_id, func.count()).where(Posting.person_id.in_(ids)).group_by(Posting.person_id)
    ).all()
    assert [count for _person, count in seats] == [1] * 45
    assert counting.drifts() == []
    assert list(audit.verify()) == []


def test_duties_and_counts_follow_a_crowd_as_they_follow_one(office: Office) -> None:
    make.make_course()
    make.assign(office.schools)
    stay, moved, passed, gone = numbers(4)
    make.make_person(office.health, "Cici", employee_number=moved, position_title="Perawat")
    make.make_person(office.schools, "Dodi", employee_number=stay, position_title="Perawat")
    done = make.make_person(office.schools, "Eka", employee_number=passed, position_title="Perawat")
    make.make_person(office.schools, "Fitri", employee_number=gone, position_title="Perawat")
    make.pass_course(done)
    fresh_one = make.make_number()
    office.apply(
        office.dry_run(
            line(fresh_one, unit="DINDIK")
            + line(moved, "Cici", "DINDIK")
            + line(stay, "Dodi", "DINKES")
            + line(passed, "Eka", "DINKES"),
            complete=True,
        )
    )
    assert counting.drifts() == []
    assert counting.misplaced() == []

    def running(number: str) -> list[tuple[int | None, str, bool]]:
        rows = db.session.scalars(
            select(Enrolment).where(Enrolment.person_id == person(number).id, Enrolment.ended_at.is_(None))
        )
        return [(row.org_unit_id, row.status.value, row.due_at is not None) for row in rows]

    assert running(fresh_one) == running(moved) == [(office.schools, "NOT_STARTED", True)]
    assert running(stay) == [], "not begun, and no duty in the new unit"
    assert [row[:2] for row in running(passed)] == [(office.health, "PASSED")], "a pass is never lost"
    assert running(gone) == []


def test_an_acting_post_comes_beside_the_own_seat_and_again_changes_nothing(office: Office) -> None:
    number = make.make_number()
    make.make_person(office.health, "Dewi Lestari", employee_number=number, position_title="Perawat")
    body = line(number, grade="") + line(
        number, unit="DINDIK", title="Plt. Kepala Seksi", kind="Plt", until="2027-01-31"
    )
    assert office.apply(office.dry_run(body))["changed"] == 1
    posts = queries.postings_of(person(number).id)
    assert [(row.kind, row.org_unit_id, row.ends_on) for row in posts] == [
        (PostingKind.ACTING, office.schools, date(2027, 1, 31)),
        (PostingKind.DEFINITIVE, office.health, None),
    ]
    assert office.dry_run(body).report["acting"] == 0, "a post with a last day is known as well"


def test_a_released_person_is_taken_over_with_pass_and_account_but_not_with_another_address(
    office: Office,
) -> None:
    make.make_course()
    number = make.make_number()
    who = make.make_person(office.other, "Eko", employee_number=number, email="eko@lama.invalid")
    make.pass_course(who)
    body = line(number, "Eko", email="orang@jahat.invalid", start=(clock.local_date(clock.now())).isoformat())
    assert office.dry_run(body).report["counts"] == {"CONFLICT": 1}, "still with the other agency"
    keeper = make.make_person(office.other, "Admin B", roles=[("ADMIN", office.other)])
    leaving = office.dry_run(
        line(make.make_number(), unit="KABB"), complete=True, agency=office.other, actor=keeper
    )
    assert office.apply(leaving)["ended"] == 1
    assert office.apply(office.dry_run(body))["changed"] == 1
    assert person(number).email == "eko@lama.invalid"
    assert person(number).status is PersonStatus.ACTIVE
    held = seat(number)
    assert held is not None
    assert held.agency_id == office.agency
    assert make_passes(who) == 1


def make_passes(person_id: int) -> int:
    from quizzes.models import PassRecord

    return (
        db.session.scalar(
            select(func.count()).select_from(PassRecord).where(PassRecord.person_id == person_id)
        )
        or 0
    )


def test_refused_rows_come_back_in_their_own_columns_and_are_accepted_once_corrected(office: Office) -> None:
    from learning.people import sheets

    good, bad = numbers(2)
    sheet = office.dry_run(line(good) + line(bad, unit="DINKEZ", title="=1+1"))
    row = sheets.find(sheet.public_id, uploaded_by=office.admin)
    assert row is not None
    text = "".join(sheets.rejected_csv(row))
    assert "'=1+1" in text
    assert "dinkes" in text, "the code that was probably meant"
    back = read_sheet(text.replace("DINKEZ", "DINKES").encode(), columns=PERSON_COLUMNS)
    assert [found.cells["nip"] for found in back.rows] == [bad]
    assert "nomor baris" in back.unknown_columns
    corrected = office.dry_run(line(good) + line(bad))
    assert office.apply(corrected)["created"] == 2


def test_a_long_file_is_streamed_whatever_its_separator_and_encoding(tmp_path: Path) -> None:
    file = tmp_path / "panjang.csv"
    body = HEAD.replace(";", ",") + "".join(
        line(f"19850101201001{1 + n % 2}{1 + n % 999:03d}", "Renée Contoh").replace(";", ",")
        for n in range(20_000)
    )
    file.write_bytes(body.encode("cp1252"))
    unknown, rows = stream_file(file, columns=PERSON_COLUMNS)
    found = list(rows)
    assert unknown == ()
    assert len(found) == 20_000
    assert found[0].text("nama") == "Renée Contoh"
    assert found[-1].number == 20_001


def test_contents_are_forgotten_a_week_later(office: Office) -> None:
    sheet = office.dry_run(line(make.make_number()) + line("123"))
    write(
        services.receive_sheet,
        kind=ImportKind.PEOPLE,
        filename="lain.csv",
        content=b"x",
        agency_id=office.agency,
        actor_id=office.admin,
        now=clock.now() + timedelta(days=8),
    )
    kept = db.session.scalars(select(SheetChunk).where(SheetChunk.import_id == sheet.id)).one()
    db.session.refresh(kept)
    assert (kept.body, kept.rejected) == (b"", b"")
    assert fresh(sheet.id).state is ImportState.REFUSED


def test_numbers_of_chunks_are_all_there(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SIZE", 3)
    sheet = office.dry_run("".join(line(number) for number in numbers(10)))
    assert staging.chunk_numbers(sheet.id) == [0, 1, 2, 3]
    assert PositionType.FUNCTIONAL in {
        row.line.position_type
        for row in chunks.unpack(staging.body_of(sheet.id, 0))
        if hasattr(row.line, "position_type")
    }


def test_a_merged_unit_hands_over_its_people_and_keeps_its_history(office: Office) -> None:
    make.make_course()
    make.assign(office.agency)
    begun, passed, plt = numbers(3)
    make.make_person(office.schools, "Cici", employee_number=begun)
    done = make.make_person(office.schools, "Eka", employee_number=passed)
    make.pass_course(done)
    acting = make.make_person(office.health, "Fitri", employee_number=plt)
    below = make.make_unit(office.schools, "SD Satu", code="SD1")
    today = clock.local_date(clock.now())
    write(
        services.post_person,
        person_id=acting,
        org_unit_id=office.schools,
        position_title="Plt. Kepala Dinas",
        position_type=PositionType.SENIOR_EXECUTIVE,
        starts_on=date(2026, 3, 1),
        ends_on=date(2027, 3, 1),
        kind=PostingKind.ACTING,
        now=clock.now(),
    )
    merge = {"unit_id": office.schools, "into_id": office.health, "now": clock.now()}
    with pytest.raises(Conflict, match=r"people\.merge_starts_later"):
        write(services.merge_unit, on=date(2026, 3, 1), **merge)
    assert write(services.merge_unit, on=today, **merge) == 2
    for number in (begun, passed):
        held = seat(number)
        assert held is not None
        assert (held.org_unit_id, held.starts_on) == (office.health, today)
        before = queries.posting_on(person(number).id, today - timedelta(days=1))
        assert before is not None
        assert before.org_unit_id == office.schools
    posts = [row for row in queries.postings_of(acting) if row.kind is PostingKind.ACTING]
    assert [(row.org_unit_id, row.ends_on) for row in posts] == [
        (office.health, date(2027, 3, 1)), (office.schools, today - timedelta(days=1)),
    ]  # fmt: skip
    closed, child = queries.unit_row(office.schools), queries.unit_row(below)
    assert closed is not None
    assert child is not None
    assert closed.valid_to == today - timedelta(days=1)
    assert child.parent_id == office.health
    assert counting.drifts() == []
    assert counting.misplaced() == []
    with pytest.raises(Invalid, match=r"people\.unit_ended"):
        write(services.merge_unit, on=today, **merge)


def test_who_rises_in_rank_by_a_file_lands_on_the_duties_of_the_new_rank(office: Office) -> None:
    corrected, promoted = make.make_number(), make.make_number()
    office.apply(office.dry_run(line(corrected) + line(promoted, "Budi Santoso")))
    duty = make.assign(office.agency, due_on=date(2027, 1, 10), criteria=Criteria(grades=("III/d",)))
    held = select(Enrolment.person_id).where(Enrolment.assignment_id == duty, Enrolment.ended_at.is_(None))
    assert db.session.scalars(held).all() == []
    sheet = office.dry_run(
        line(corrected, grade="III/d") + line(promoted, "Budi Santoso", grade="III/d", start="2026-10-01")
    )
    office.apply(sheet)
    assert set(db.session.scalars(held)) == {person(corrected).id, person(promoted).id}
    assert list(dating.misdated()) == []
    assert counting.drifts() == []
