"""A file applied by sets does what the same rows do one by one: two twin agencies, one of each, must look alike."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from certificates.hooks.models import Webhook, WebhookMessage
from learning.kernel import audit, clock, refusals
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import chunks, importing, queries, services
from learning.people.kinds import EmploymentType, ImportKind, PositionType, PostingKind
from learning.people.models import AgencyTransfer, Person, Posting, SheetImport
from learning.records import counting
from learning.records.models import Enrolment, UnitCount, UnitCountChange
from tests import factories as make
from tests.pages.hooks.receiving import subscribe

HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai;jenis-penempatan;gelar-depan\n"
TITLES = ("Perawat", "Bidan", "Guru Ahli Muda")


@dataclass(slots=True)
class Row:
    """One row of the file of a round: what it says of which person of either twin."""

    who: int
    name: str
    email: str
    unit: int
    title: str
    grade: str
    day: date
    acting: bool = False
    front: str = ""


class Twin:
    """An agency of three units in two zones with one duty for all and one for the schools, and a neighbour."""

    def __init__(self, code: str) -> None:
        self.code = code
        agency = make.make_agency(f"Kabupaten {code}", code=code, timezone="Asia/Jakarta")
        health = make.make_unit(agency, "Dinas Kesehatan", code=f"{code}-KES", timezone="Asia/Makassar")
        schools = make.make_unit(agency, "Dinas Pendidikan", code=f"{code}-DIK")
        self.units = [agency, health, schools]
        self.codes = [code, f"{code}-KES", f"{code}-DIK"]
        self.duties = [
            make.assign(agency, due_on=date(2027, 3, 1)),
            make.assign(schools, due_on=date(2027, 2, 1)),
        ]
        self.admin = make.make_person(agency, roles=[("ADMIN", agency)])
        subscribe(agency, self.admin)
        self.neighbour = make.make_agency(f"Kota {code}", code=f"{code}-KOTA")
        self.numbers: list[str] = []

    def known(self, who: int) -> queries.PersonRow | None:
        return queries.person_by_number(self.numbers[who])

    def looks(self) -> dict[str, Any]:
        """Everything that a file may touch, with the twin's own ids taken out."""
        db.session.rollback()
        unit = {unit_id: at for at, unit_id in enumerate([*self.units, self.neighbour])}
        duty = {None: None} | {duty_id: at for at, duty_id in enumerate(self.duties)}
        ids = {who.id: at for at in range(len(self.numbers)) if (who := self.known(at)) is not None}
        mine = Person.id.in_(list(ids))
        return {
            "people": [
                (ids[p.id], p.name, p.front_title, p.email, p.employment_type, p.status, p.password_hash)
                for p in db.session.scalars(select(Person).where(mine).order_by(Person.employee_number))
            ],
            "seats": sorted(
                (ids[s.person_id], s.starts_on, unit[s.org_unit_id], s.kind, s.position_title, s.grade_code or "",
                 s.position_type, str(s.ends_on))
                for s in db.session.scalars(select(Posting).where(Posting.person_id.in_(list(ids))))
            ),
            "enrolments": sorted(
                (ids[e.person_id], e.course_key, e.cycle, unit[e.org_unit_id], str(duty[e.assignment_id]), e.status,
                 str(e.due_at), e.ended_at is None)
                for e in db.session.scalars(select(Enrolment).where(Enrolment.person_id.in_(list(ids))))
            ),
            "counts": {
                at: sorted(
                    (str(duty.get(c.assignment_id)), c.course_key, *figures)
                    for c in db.session.scalars(select(UnitCount).where(UnitCount.org_unit_id == unit_id))
                    if any(figures := (c.assigned, c.started, c.passed, c.exempt))
                )
                for at, unit_id in enumerate(self.units)
            },
            "booked": {at: self.booked(unit_id) for at, unit_id in enumerate(self.units)},
            "transfers": sorted(
                (ids[t.person_id], unit[t.from_agency_id], unit[t.to_agency_id], t.starts_on)
                for t in db.session.scalars(select(AgencyTransfer).where(AgencyTransfer.person_id.in_(list(ids))))
            ),
            "told": sorted(
                (body["type"], str(body["data"].get("on")))
                for body in map(json.loads, db.session.scalars(
                    select(WebhookMessage.body)
                    .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
                    .where(Webhook.agency_id == self.units[0])
                ))
            ),
            "acts": self.acts(ids),
        }  # fmt: skip

    def booked(self, unit_id: int) -> dict[date, tuple[int, ...]]:
        """What a unit's book adds up to on each day; by hand it also holds steps that cancel each other."""
        days: dict[date, tuple[int, ...]] = {}
        for c in db.session.scalars(select(UnitCountChange).where(UnitCountChange.org_unit_id == unit_id)):
            before = days.get(c.day, (0, 0, 0, 0))
            days[c.day] = (
                before[0] + c.assigned, before[1] + c.started, before[2] + c.passed, before[3] + c.exempt,
            )  # fmt: skip
        return {day: figures for day, figures in days.items() if any(figures)}

    def acts(self, ids: dict[int, int]) -> list[tuple[int, str, str]]:
        """The audit log of each; registering by file is one act that names the seat too, by hand it is two."""
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.about_id.in_(list(ids)), AuditEntry.action.like("people.%"))
        )
        found = []
        for entry in entries:
            who, day = ids[entry.about_id or 0], str(entry.detail.get("starts_on", ""))
            if entry.action == "people.person_created":
                found.append((who, entry.action, ""))
                if day:
                    found.append((who, "people.posted", day))
            else:
                found.append((who, entry.action, day + str(entry.detail.get("fields", ""))))
        return sorted(found)

    def by_file(self, rows: list[Row], *, everywhere: bool) -> None:
        agency_id = None if everywhere else self.units[0]
        actor_id = None if everywhere else self.admin
        text = HEAD + "".join(
            f"{self.numbers[row.who]};{row.name};{row.email.replace('@', f'.{self.code.lower()}@')};{self.codes[row.unit]};"
            f"{row.title};fungsional;{row.grade};PNS;{row.day};{'Plt' if row.acting else ''};{row.front}\n"
            for row in rows
        )
        public_id = write(
            services.receive_sheet,
            kind=ImportKind.PEOPLE,
            filename="pegawai.csv",
            content=text.encode(),
            agency_id=agency_id,
            actor_id=actor_id or self.admin,
            now=clock.now(),
        )
        sheet = db.session.scalars(select(SheetImport).where(SheetImport.public_id == public_id)).one()
        found, refused = importing.check_upload(sheet.id, progress=_quiet)
        write(services.note_checked, import_id=sheet.id, report=found, refused=refused)
        assert (found["bad"], refused) == (0, False), found["findings"]
        if found["acting"]:
            write(
                services.start_applying,
                public_id=public_id,
                actor_id=self.admin,
                fingerprint=found["fingerprint"],
                reason="pemeriksaan rutin",
            )
            assert importing.apply(sheet.id, progress=_quiet)

    def one_by_one(self, rows: list[Row]) -> None:
        for row in rows:
            write(self._one, row=row)

    def _one(self, row: Row) -> None:
        known, now = self.known(row.who), clock.now()
        email = row.email.replace("@", f".{self.code.lower()}@") or None
        if known is None:
            person_id = services.create_person(
                employee_number=self.numbers[row.who],
                name=row.name,
                front_title=row.front,
                email=email,
                employment_type=EmploymentType.PNS,
                now=now,
                actor_id=self.admin,
            )
        else:
            person_id = known.id
            if not row.acting:
                services.update_person(
                    person_id=person_id,
                    name=row.name,
                    email=email,
                    front_title=row.front or known.front_title,
                    back_title=known.back_title,
                    employment_type=EmploymentType.PNS,
                    now=now,
                    actor_id=self.admin,
                )
        held = db.session.scalar(
            select(Posting).where(
                Posting.person_id == person_id,
                Posting.kind == PostingKind.DEFINITIVE,
                Posting.ends_on.is_(None),
            )
        )
        grade = row.grade or (held.grade_code if held and not row.acting else None) or None
        sits = (held.org_unit_id, held.position_title, held.grade_code) if held else None
        if not row.acting and sits == (self.units[row.unit], row.title, grade):
            return
        services.post_person(
            person_id=person_id,
            org_unit_id=self.units[row.unit],
            position_title=row.title,
            position_type=PositionType.FUNCTIONAL,
            grade_code=grade,
            starts_on=row.day,
            kind=PostingKind.ACTING if row.acting else PostingKind.DEFINITIVE,
            now=now,
            actor_id=self.admin,
        )


def _quiet(_done: int, _total: int) -> None:
    pass


def _rows(dice: random.Random, people: int, round_no: int) -> list[Row]:
    day = date(2026, 1 + 2 * round_no, dice.randint(1, 28))
    rows = []
    for who in dice.sample(range(people), people - 2):
        name = dice.choice(("Dewi Lestari", "Budi O'Hara", "Siti  Nurbaya", "Ñandú Hasan"))
        email = dice.choice(("", f"p{who}@contoh.invalid", f"baru{who}{round_no}@contoh.invalid"))
        place, title = dice.randrange(3), dice.choice(TITLES)
        front = dice.choice(("", "", "dr."))
        rows.append(
            Row(who, name, email, place, title, dice.choice(("", "III/b", "III/c")), day, front=front)
        )
        if dice.random() < 0.2:
            post = f"Plt. Kepala {round_no}"
            rows.append(Row(who, name, "", dice.randrange(3), post, "", day, acting=True))
    return rows


@pytest.mark.parametrize("seed", range(2))
def test_a_chunk_leaves_what_the_same_rows_leave_one_by_one(
    db_session: Any, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(chunks, "SIZE", 5)
    dice = random.Random(seed)
    make.make_course()
    twins = [Twin("ARJUNA"), Twin("BIMA")]
    # Who is there before: nobody yet, without a seat, in a unit, begun or passed, and left by the other agency.
    before = [dice.choice(("new", "idle", "seated", "begun", "passed", "elsewhere")) for _ in range(11)]
    places = [dice.randrange(3) for _ in before]
    for twin in twins:
        for state, place in zip(before, places, strict=True):
            number = make.make_number()
            twin.numbers.append(number)
            if state == "new":
                continue
            at = {"idle": None, "elsewhere": twin.neighbour}.get(state, twin.units[place])
            email = f"p{len(twin.numbers)}.{twin.code.lower()}@contoh.invalid"
            who = make.make_person(at, "Dewi Lestari", employee_number=number, email=email)
            if state == "begun":
                make.begin(who)
            elif state == "passed":
                make.pass_course(who)
    everywhere = "elsewhere" in before
    if everywhere:
        for twin in twins:
            twin.admin = make.make_admin().person_id
    alike = [twin.looks() for twin in twins]
    assert _without_names(alike[0], twins[0]) == _without_names(alike[1], twins[1])
    for round_no in range(3):
        if round_no == 0:
            # An acting post needs a seat first; a file may bring both, and the seat's row may come later.
            rows = [row for row in _rows(dice, len(before), round_no) if not row.acting]
        else:
            seated = {
                at
                for at in range(len(before))
                if (known := twins[0].known(at)) and queries.posting_on(known.id, date(2026, 11, 1))
            }
            rows = [row for row in _rows(dice, len(before), round_no) if not row.acting or row.who in seated]
        twins[0].by_file(rows, everywhere=everywhere)
        twins[1].one_by_one(rows)
        first, second = (_without_names(twin.looks(), twin) for twin in twins)
        for aspect in first:
            assert first[aspect] == second[aspect], (round_no, aspect)
        assert counting.drifts() == []
        assert counting.unbooked() == []
        assert counting.misplaced() == []
    assert list(audit.verify()) == []


def _without_names(looks: dict[str, Any], twin: Twin) -> dict[str, Any]:
    """Mail addresses differ by the twin's name only."""
    mark = f".{twin.code.lower()}@"
    people = [
        (who, name, front, (email or "").replace(mark, "@"), *others)
        for who, name, front, email, *others in looks["people"]
    ]
    return looks | {"people": people}


def test_an_address_that_a_file_changes_is_written_to_again(db_session: Any) -> None:
    make.make_course()
    twin = Twin("CAKRA")
    twin.numbers = [make.make_number()]
    make.make_person(
        twin.units[1], "Dewi Lestari", employee_number=twin.numbers[0], email="lama@contoh.invalid"
    )
    write(
        refusals.mark,
        address="baru.cakra@contoh.invalid",
        reason=refusals.RefusalReason.UNKNOWN_ADDRESS,
        said="550 no such user",
        now=clock.now(),
    )
    twin.by_file(
        [Row(0, "Dewi Lestari", "baru@contoh.invalid", 1, "Guru Ahli Pertama", "", date(2026, 1, 2))],
        everywhere=False,
    )
    assert db.session.scalar(select(Person.email).where(Person.employee_number == twin.numbers[0])) == (
        "baru.cakra@contoh.invalid"
    )
    assert write(refusals.standing, address="baru.cakra@contoh.invalid") is None


def test_nobody_is_seated_in_a_unit_that_closed_after_the_look(db_session: Any) -> None:
    twin = Twin("DURGA")
    twin.numbers = [make.make_number(), make.make_number()]
    body = [
        Row(0, "Dewi Lestari", "", 1, "Perawat", "", date(2026, 1, 2)),
        Row(1, "Budi", "", 2, "Guru", "", date(2026, 1, 2)),
    ]
    closing = twin.units[1]

    def close_between(*, import_id: int, progress: Any) -> bool:
        write(
            services.merge_unit,
            unit_id=closing,
            into_id=twin.units[2],
            on=clock.local_date(clock.now()),
            now=clock.now(),
        )
        return original(import_id, progress=progress)

    original = importing.apply
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            importing,
            "apply",
            lambda import_id, progress: close_between(import_id=import_id, progress=progress),
        )
        twin.by_file(body, everywhere=False)
    assert twin.known(0) is None
    assert twin.known(1) is not None
    sheet = db.session.scalars(select(SheetImport)).one()
    assert [item["code"] for item in sheet.report["result"]["findings"]] == ["people.unit_ended"]
