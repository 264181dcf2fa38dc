"""Two agencies, somebody of every role, and an object of every kind that an address can name, own and foreign."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from certificates.badge import queries as badges
from certificates.badge import signing
from certificates.verification.lists import result_file
from certificates.verification.services import give_receipt
from courses.editions import current_edition
from learning.kernel import clock
from learning.kernel.transaction import write
from learning.records.heads import links as head_links
from tests import factories as make

NOBODY = "00000000-0000-4000-8000-000000000000"
SEED = "0123456789abcdef" * 2  # the same paper every time
OTHER_COURSE = "kursus-lain"
THIRD_COURSE = "kursus-ketiga"


class World:
    """Agency A, where the actors are, and agency B, which is none of their business."""

    def __init__(self) -> None:
        self._questions = itertools.count()
        self._rules = itertools.count(1)
        self._hours = itertools.count(2)
        self._open_proposals: dict[str, list[uuid.UUID]] = {}
        self._receipts: dict[int, str] = {}
        make.make_course()
        make.make_course(OTHER_COURSE, text="Lain")
        make.make_course(THIRD_COURSE, text="Ketiga")
        self.side = {name: self._agency(name) for name in ("A", "B")}
        self.people = self.cast()
        self.subject = {name: self._person(name) for name in ("A", "B")}
        self.attempts = {
            person: make.start_attempt(*self._ready(person), seed=SEED) for person in self._everybody()
        }
        self.certificates = {person: self._certificate(person) for person in self._everybody()}
        # The paper of the subject says less than the record does by now: there is something to correct.
        make.rename_person(self.subject["A"], "Siti Rahmawati", "S.Pd.")
        signing.sign_missing()

    def cast(self) -> dict[str, int]:
        """One person for each role, all in agency A."""
        return {
            "learner": self._person("A"),
            "supervisor": self._person("A", ("SUPERVISOR", self.side["A"]["unit"])),
            "hr": self._person("A", ("HR", self.side["A"]["agency"])),
            "trainer": self._person("A", ("TRAINER", make.COURSE)),
            "admin": self._person("A", ("ADMIN", self.side["A"]["agency"])),
        }

    def _agency(self, name: str) -> dict[str, int]:
        agency = make.make_agency(f"Kabupaten {name}", code=name)
        return {"agency": agency, "unit": make.make_unit(agency, f"Dinas {name}")}

    def _person(self, side: str, *roles: tuple[str, int | str | None]) -> int:
        return make.make_person(self.side[side]["unit"], roles=roles)

    def _everybody(self) -> list[int]:
        return [*self.people.values(), *self.subject.values()]

    def _ready(self, person: int) -> tuple[int, str]:
        # Who holds a course is not examined in it, and its keys are closed to whoever is just sitting its quiz.
        holders = (self.people["trainer"], self.people["admin"])
        course = THIRD_COURSE if person in holders else make.COURSE
        for key in {OTHER_COURSE, make.COURSE, course}:
            make.finish_steps(person, key)
        return person, course

    def _certificate(self, person: int) -> str:
        from sqlalchemy import select

        from certificates.models import Certificate
        from learning.kernel.db import db

        assert make.sit_quiz(person, OTHER_COURSE)
        return str(db.session.scalar(select(Certificate.code).where(Certificate.person_id == person)))

    # --- Objects that addresses name ---

    def receipt(self, person: int) -> str:
        """A list that somebody checked (or a visitor, for who is nobody)."""
        if person not in self._receipts:
            self._receipts[person] = write(
                give_receipt,
                content=result_file([], checked_at=clock.now()),
                total=0,
                counts={},
                maker="Kabupaten A",
                maker_id=person or None,
                purpose="Uji",
                seen=(),
                now=clock.now(),
            )
        return self._receipts[person]

    def public_id(self, person: int) -> str:
        from learning.people.queries import person_row

        row = person_row(person)
        assert row is not None
        return row.public_id

    def grant(self, side: str) -> int:
        from learning.kernel.access import Role
        from learning.people import services

        return write(
            services.grant_role,
            person_id=self._person(side),
            role=Role.SUPERVISOR,
            org_unit_id=self.side[side]["unit"],
            now=clock.now(),
        )

    def deputation(self, side: str, deputy: int = 0) -> int:
        """A supervision of the side's unit that somebody has handed over, to `deputy` or to anybody there."""
        from learning.kernel.db import db
        from learning.people.models import OrgUnit, Person, RoleGrant
        from learning.people.services import deputies

        now, unit = clock.now(), self.side[side]["unit"]
        grant_id = self.grant(side)
        giver_id = db.session.get_one(RoleGrant, grant_id).person_id
        deputy_number = db.session.get_one(Person, deputy or self._person(side)).employee_number
        today = clock.local_date(now, db.session.get_one(OrgUnit, unit).timezone)
        return write(
            deputies.hand_over,
            giver_id=giver_id,
            grant_id=grant_id,
            employee_number=deputy_number,
            first=today,
            last=today,
            reason="Cuti tahunan",
            now=now,
        )

    def session(self, person: int) -> str:
        from learning.kernel.db import db
        from learning.people.models import LoginSession

        make.make_session(person)
        newest = (
            db.session.query(LoginSession)
            .filter_by(person_id=person)
            .order_by(LoginSession.id.desc())
            .first()
        )
        assert newest is not None
        return newest.public_id

    def sheet(self, side: str, person: int) -> str:
        from learning.people import services
        from learning.people.kinds import ImportKind

        return write(
            services.receive_sheet,
            kind=ImportKind.PEOPLE,
            filename="orang.csv",
            content=b"nip,nama\n",
            agency_id=self.side[side]["agency"],
            actor_id=person,
            now=clock.now(),
        )

    def asking(self, side: str) -> dict[str, int]:
        """An asking that the people of the side's unit be reminded."""
        from sqlalchemy import select

        from learning.kernel.access import Role
        from learning.kernel.db import db
        from learning.records.rates import State
        from learning.records.reminders.models import ReminderAsking

        unit, now = self.side[side]["unit"], clock.now()

        def add() -> None:
            db.session.add(
                ReminderAsking(
                    org_unit_id=unit, course_key=make.COURSE, state=State.UNMET, own_only=False, search="tidak ada",
                    day=now.date(), unit_place=1, asker_place=1, asked_by=self.subject[side], asked_at=now,
                    office_role=Role.SUPERVISOR, office_unit_id=unit, selected=0, job_id=None, last_enrolment_id=0,
                    ordered=0, recent=0, no_address=0, bounced=0, no_date=0, stopped=False, finished_at=now,
                )
            )  # fmt: skip

        wanted = select(ReminderAsking.id).where(
            ReminderAsking.org_unit_id == unit, ReminderAsking.search == "tidak ada"
        )
        if db.session.scalar(wanted) is None:
            write(add)
        found = db.session.scalar(wanted)
        assert found is not None
        return {"unit_id": unit, "asking_id": found}

    def papers(self, side: str, person: int) -> str:
        """An order of the papers of a unit, with one certificate of somebody there."""
        from sqlalchemy import select

        from certificates.models import Certificate
        from certificates.paper_models import PaperBatch
        from learning.kernel.db import db

        ids = list(
            db.session.scalars(select(Certificate.id).where(Certificate.person_id == self.subject[side]))
        )
        public_id = uuid.uuid4()
        now = clock.now()

        def order() -> None:
            db.session.add(
                PaperBatch(
                    public_id=public_id,
                    requested_by=person,
                    unit_id=self.side[side]["unit"],
                    course_key=OTHER_COURSE,
                    certificate_ids=ids,
                    job_id=0,
                    requested_at=now,
                )
            )

        write(order)
        return str(public_id)

    def edition(self, side: str, person: int) -> str:
        """The same, bound for printing; the address of the order."""
        from sqlalchemy import select

        from certificates.editions.models import PrintEdition, PrintEditionFile, PrintEditionPart
        from certificates.paper_models import PaperBatch
        from learning.kernel.db import db

        public_id, now = self.papers(side, person), clock.now()

        def keep() -> None:
            batch = db.session.scalars(
                select(PaperBatch).where(PaperBatch.public_id == uuid.UUID(public_id))
            ).one()
            edition = PrintEdition(batch_id=batch.id, number=f"EC-{batch.id}", job_id=0, ordered_at=now)
            db.session.add(edition)
            db.session.flush()
            file = PrintEditionFile(
                edition_id=edition.id,
                certificate_ids=batch.certificate_ids,
                pages=1,
                sha256=uuid.uuid4().hex * 2,
                size=4,
                signer_id=None,
                made_at=now,
            )
            db.session.add(file)
            db.session.flush()
            db.session.add(PrintEditionPart(file_id=file.id, number=0, content=b"%PDF"))

        write(keep)
        return public_id

    def upload(self, course_key: str, person: int) -> str:
        from courses import services

        return write(
            services.keep_upload,
            course_key=course_key,
            filename="kursus.zip",
            content=b"",
            problems=[],
            compiled=None,
            uploaded_by=person,
            now=clock.now(),
        )

    def draft(self, course_key: str, person: int) -> str:
        """The open draft of a course, with a remark: one stands for each course, so the same for everybody."""
        from courses import checking, draft_queries, edition_files, services

        standing = draft_queries.open_draft_of(course_key)
        if standing:
            return standing
        return write(
            services.open_draft,
            course_key=course_key,
            texts=checking.starting_texts(title="Kursus Uji", code="UJI", jp=1),
            base_version_id=edition_files.current_version_id(course_key),
            person_id=person,
            now=clock.now(),
        )

    def remark(self, course_key: str, person: int) -> dict[str, Any]:
        from sqlalchemy import select

        from courses import services
        from courses.models import DraftComment
        from learning.kernel.db import db

        public_id = self.draft(course_key, person)
        found = db.session.scalar(select(DraftComment.id).order_by(DraftComment.id.desc()))
        if found is None:
            write(
                services.comment,
                public_id=public_id,
                path="kursus.md",
                line=1,
                quote="---",
                body="Periksa lagi.",
                person_id=person,
                now=clock.now(),
            )
            found = db.session.scalar(select(DraftComment.id).order_by(DraftComment.id.desc()))
        return {"public_id": public_id, "comment_id": found}

    def correction(self, course_key: str, person: int) -> uuid.UUID:
        """A proposal to void a question that nobody has decided yet."""
        from sqlalchemy import select

        from learning.kernel.db import db
        from quizzes import correcting
        from quizzes.models import KeyCorrection, QuestionSetRow
        from quizzes.regrading import Correction, Remedy

        set_id = db.session.scalar(select(QuestionSetRow.id).where(QuestionSetRow.course_key == course_key))
        assert set_id is not None
        waiting = db.session.scalar(
            select(KeyCorrection.public_id).where(
                KeyCorrection.question_set_id == set_id, KeyCorrection.outcome.is_(None)
            )
        )
        db.session.rollback()
        return waiting or write(
            correcting.propose,
            question_set_id=set_id,
            # Another question each time: one that is void already cannot be made void again.
            correction=Correction(f"modul-1/soal-{next(self._questions)}", Remedy.VOID),
            reason="Dua pilihan benar.",
            proposed_by=person,
            now=clock.now(),
        )

    def rule(self, side: str, person: int = 0) -> str:
        """A proposal for a side's agency that waits for a second person."""
        from certificates.promotion import services as rule_services
        from learning.kernel.access import Grant, Role
        from learning.people.access import bare_principal

        key = f"{side.lower()}-{next(self._rules)}"
        return write(
            rule_services.propose_rule,
            principal=bare_principal(person or self.subject[side], (Grant(Role.ADMIN),)),
            rule=make.make_rule(key).rule,
            agency_id=self.side[side]["agency"],
            purpose="Uji.",
            now=clock.now(),
        )

    def waiver(self, side: str, granter: int = 0) -> str:
        """An exemption of the side's subject."""
        from certificates.promotion import services as rule_services
        from certificates.promotion.rules import Exemption
        from learning.kernel.access import Grant, Role
        from learning.people.access import bare_principal

        key = f"kecuali-{next(self._rules)}"
        make.load_rules(make.make_rule(key, exemptions=(Exemption("Cuti", key="cltn"),)))
        return write(
            rule_services.grant_waiver,
            principal=bare_principal(self.people["hr"], (Grant(Role.ADMIN),)),
            person_id=self.subject[side],
            rule_key=key,
            waiver_key="cltn",
            starts_on=clock.now().date(),
            ends_on=clock.now().date(),
            basis="SK 1",
            now=clock.now(),
        )

    def check(self, side: str) -> dict[str, str]:
        """A finished bulk check within a side's agency, and its receipt."""
        from certificates.promotion import bulk, check_queries, check_services, checklines, receipts
        from certificates.promotion import queries as rule_queries
        from learning.kernel.access import Grant, Role
        from learning.people.access import bare_principal

        now, key = clock.now(), f"banyak-{next(self._rules)}"
        make.load_rules(make.make_rule(key))
        rule = rule_queries.rule_on(key, now.date(), agencies=None)
        assert rule is not None
        path = f"/{self.side[side]['agency']}/"
        who = bare_principal(self.subject[side], (Grant(Role.HR, self.side[side]["agency"], path),))
        entries = bulk.read_list(b"198001012005011777", today=now.date())
        lines = bulk.answers(
            entries, start=0, principal=who, on=now.date(), rule=rule, as_of=now.date(), known_at=now
        )
        digest = checklines.start_for(rule, now.date(), receipts.moment(now))
        for line in lines:
            checklines.digest_line(digest, line.cells)
        public_id = write(
            check_services.at_once,
            lines=lines,
            result_hash=digest.hexdigest(),
            agency_name="Uji",
            filename="",
            rule_id=rule.id,
            as_of=now.date(),
            scope_path=path,
            made_by=self.subject[side],
            now=now,
        )
        found = check_queries.visible_check(who, public_id)
        assert found is not None
        receipt = check_queries.receipt_of(found.id)
        assert receipt is not None
        return {"public_id": public_id, "code": receipt.code}

    def proposal(self, side: str) -> uuid.UUID:
        """A revocation that waits; about somebody of whom nothing was decided yet, by an admin of the same side."""
        from certificates.models import CertificateProposal
        from learning.kernel.db import db

        open_ones = self._open_proposals.setdefault(side, [])
        if open_ones:
            waiting = db.session.query(CertificateProposal).filter_by(public_id=open_ones[-1]).one()
            undecided = waiting.outcome is None
            db.session.rollback()
            if undecided:
                return open_ones[-1]
        _person, certificate_id = self._holder(side)
        open_ones.append(
            make.propose_revocation(certificate_id, by=make.make_admin(self.side[side]["agency"]))
        )
        return open_ones[-1]

    def request(self, side: str) -> uuid.UUID:
        """A holder's word that the paper is wrong, without an answer."""
        from certificates.life import correcting

        person, certificate_id = self._holder(side)
        return write(
            correcting.ask,
            certificate_id=certificate_id,
            person_id=person,
            said="Gelar saya keliru.",
            now=clock.now(),
        )

    def _holder(self, side: str) -> tuple[int, int]:
        from certificates.models import Certificate
        from learning.kernel.db import db

        person = self._person(side)
        make.pass_course(person, OTHER_COURSE, now=clock.now() - timedelta(hours=1))
        certificate_id = db.session.query(Certificate.id).filter_by(person_id=person).scalar()
        db.session.rollback()
        return person, certificate_id

    def token(self, side: str, person: int) -> str:
        """A living token of an agency; its id in the address."""
        from sqlalchemy import select

        from certificates.api.models import ApiToken
        from learning.kernel.db import db
        from tests.pages.api.asking import make_token

        make_token(self.side[side]["agency"], person)
        found = db.session.scalar(select(ApiToken.public_id).order_by(ApiToken.id.desc()))
        db.session.rollback()
        return str(found)

    def hook(self, side: str, person: int) -> str:
        """A living subscription of an agency; its id in the address."""
        from tests.pages.hooks.receiving import subscribe

        return subscribe(self.side[side]["agency"], person)

    def export(self, side: str, person: int) -> str:
        """A finished file of the names of a side's unit."""
        import io

        from learning.kernel import jobs
        from learning.kernel.access import Grant, Role
        from learning.people.access import bare_principal
        from learning.records import rates
        from learning.records.exports import queries, services
        from learning.records.exports.models import ExportForm

        unit = rates.unit_head(bare_principal(0, (Grant(Role.ADMIN),)), self.side[side]["unit"])
        assert unit is not None
        chosen = queries.Selection(unit, make.COURSE, rates.State.ALL, False, "")
        who: dict[str, Any] = {"requested_by": person, "now": clock.now()}
        public_id = write(services.order, chosen=chosen, form=ExportForm.CSV, language="id", **who)
        order = queries.by_public_id(public_id)
        assert order is not None
        kept: dict[str, Any] = {"people": 0, "content": io.BytesIO(b"x"), "sha256": "0" * 64, "size": 1}
        write(services.keep, export_id=order.id, as_of=clock.now(), now=clock.now(), **kept)
        jobs.run(order.job_id)  # finds it made
        return public_id

    def batch(self, side: str, person: int) -> str:
        """A batch of training history of an agency, with nothing in it: a certificate is handed over once only."""
        from certificates.history.models import HistorySubmission, SubmissionState
        from learning.kernel.db import db

        def add() -> str:
            public_id = str(uuid.uuid4())
            db.session.add(
                HistorySubmission(
                    public_id=public_id,
                    agency_id=self.side[side]["agency"],
                    destination="berkas",
                    purpose="",
                    state=SubmissionState.WAITING,
                    made_by=person,
                    made_at=clock.now(),
                    handed_over_at=None,
                    problem="",
                )
            )
            return public_id

        return write(add)

    def event(self) -> int:
        """An election with a date that rules can count from."""
        from datetime import date

        from learning.records import services
        from learning.records.duedates import StageKind, StageStatus

        event_id = make.make_election()
        write(
            services.set_stage,
            event_id=event_id,
            stage=StageKind.VOTING_DAY,
            starts_on=date(2027, 3, 10),
            status=StageStatus.CONFIRMED,
            source_ref="PKPU Uji",
            now=clock.now(),
        )
        return event_id

    def event_key(self) -> str:
        from learning.records import calendar

        found = calendar.election(self.event())
        assert found is not None
        return found.key

    def assignment(self, side: str) -> int:
        return make.assign(self.side[side]["unit"])

    def redating(self) -> int:
        """A recomputation of dates after the campaign moved."""
        from datetime import date

        from sqlalchemy import select

        from learning.kernel.db import db
        from learning.records import services
        from learning.records.duedates import StageKind, StageStatus
        from learning.records.moving_models import Redating

        event_id = make.make_election()
        make.assign(self.side["A"]["unit"], event_id=event_id)
        write(
            services.set_stage,
            event_id=event_id,
            stage=StageKind.CAMPAIGN,
            starts_on=date(2027, 2, 10),
            status=StageStatus.CONFIRMED,
            source_ref="PKPU Uji 2",
            now=clock.now(),
        )
        return db.session.scalars(select(Redating.id).order_by(Redating.id.desc()).limit(1)).one()

    def outage(self) -> uuid.UUID:
        """An outage that waits for a second person; each call another hour of the past."""
        from datetime import timedelta

        from learning.records import services
        from learning.records.kinds import OutageKind

        now = clock.now()
        began_at = now - timedelta(hours=next(self._hours))
        return write(
            services.propose_outage,
            actor_id=make.make_person(None, "Pengusul Gangguan"),
            kind=OutageKind.QUIZ,
            began_at=began_at,
            ended_at=began_at + timedelta(hours=1),
            note="Server padam.",
            evidence="Catatan pemantauan.",
            now=now,
        )

    def honour(self, side: str) -> uuid.UUID:
        """A unit of the side that was through in time, with its letter."""
        from datetime import date

        from learning.records.honours import services
        from learning.records.honours.earning import Standing
        from learning.records.honours.models import UnitHonour
        from learning.records.honours.queries import Duty, Earned

        assignment, day = self.assignment(side), date(2026, 1, 31)
        duty = Duty(assignment, make.COURSE, "Netralitas Uji", "/", None, None, None, day)
        reached = day - timedelta(days=assignment)  # another evening each time: one is honoured once
        earned = Earned(duty, self.side[side]["unit"], f"Dinas {side}", reached, Standing(5, 5, 0, 5))
        write(services.keep, earned=[earned], now=clock.now())
        from learning.kernel.db import db

        found = db.session.query(UnitHonour.public_id).filter_by(assignment_id=assignment).scalar()
        db.session.rollback()
        return uuid.UUID(str(found))

    def open_course(self, person: int) -> uuid.UUID:
        """A course of somebody that is not passed; its enrolment."""
        from learning.records import queries, services

        if person and queries.enrolment_for(person, "kursus-terbuka") is None:
            write(
                services.enrol,
                person_id=person,
                course_key="kursus-terbuka",
                course_title="Kursus Terbuka",
                now=clock.now(),
            )
        row = queries.enrolment_for(person, "kursus-terbuka")
        return uuid.UUID(row.public_id) if row is not None else uuid.UUID(NOBODY)

    def relief(self, side: str) -> uuid.UUID:
        """An extension that waits for a second person, about a newcomer who has a course to pass."""
        from datetime import timedelta

        from learning.records import services
        from learning.records.exemption_models import ReliefKind, ReliefReason

        unit_id, now = self.side[side]["unit"], clock.now()
        person_id = make.make_person(unit_id)
        write(services.enrol, person_id=person_id, course_key=make.COURSE, course_title="Uji", now=now)
        return write(
            services.propose_relief,
            principal=make.make_admin(self.side[side]["agency"]),
            person_id=person_id,
            course_key=make.COURSE,
            kind=ReliefKind.EXEMPTION,
            until=clock.local_date(now + timedelta(days=30)),
            reason=ReliefReason.STUDY,
            note="Tugas belajar.",
            evidence="SK 12.",
            now=now,
        )


Values = Callable[[World, int], dict[str, Any]]


def person(side: str) -> Values:
    return lambda world, _me: {"public_id": world.public_id(world.subject[side])}


def unit(side: str) -> Values:
    return lambda world, _me: {"unit_id": world.side[side]["unit"]}


def fixed(**values: Any) -> Values:
    return lambda _world, _me: values


def draft(own: bool) -> Values:
    if own:
        return lambda world, me: {"public_id": world.draft(make.COURSE, me or world.subject["A"])}
    return lambda world, _me: {"public_id": world.draft(OTHER_COURSE, world.subject["B"])}


def file_of_draft(own: bool, **values: Any) -> Values:
    found = draft(own)
    return lambda world, me: {**found(world, me), "path": "01-pembuka.md", **values}


def tried_draft(own: bool) -> Values:
    of = draft(own)
    return lambda world, me: {**of(world, me), "slug": "pembuka", "dilemma_key": "dilema-1"}


def attempt(own: bool) -> Values:
    return lambda world, me: {"public_id": world.attempts[me if own and me else world.subject["A"]]}


def certificate(own: bool) -> Values:
    return lambda world, me: {"code": world.certificates[me if own and me else world.subject["B"]]}


def about_a_holder(side: str) -> Values:
    return lambda world, _me: {"code": world.certificates[world.subject[side]]}


def edition_now(course_key: str) -> str:
    found = current_edition(course_key)
    assert found is not None
    return found.edition


# Endpoint (or its blueprint) -> the values of its address for something of one's own and for something foreign.
OBJECTS: dict[str, tuple[Values, Values]] = {
    "analysis": (
        fixed(key=make.COURSE, slug="modul-1", name="soal-0"),
        fixed(key=OTHER_COURSE, slug="modul-1", name="soal-0"),
    ),
    "api": (fixed(nip="198501012010011001", code="0000000000000000", public_id=NOBODY),) * 2,
    "machines": (
        lambda world, me: {"public_id": world.token("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.token("B", world.subject["B"])},
    ),
    "history": (
        lambda world, me: {"public_id": world.batch("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.batch("B", world.subject["B"])},
    ),
    "hooks": (
        lambda world, me: {"public_id": world.hook("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.hook("B", world.subject["B"])},
    ),
    "certificates": (certificate(own=True), certificate(own=False)),
    "certificate_evidence": (certificate(own=True), certificate(own=False)),
    "certificate_life.propose_revocation": (about_a_holder("A"), about_a_holder("B")),
    "certificate_life.propose_correction": (about_a_holder("A"), about_a_holder("B")),
    "certificate_life.answer_request": (
        lambda world, _me: {"public_id": world.request("A")},
        lambda world, _me: {"public_id": world.request("B")},
    ),
    "certificate_life": (
        lambda world, _me: {"public_id": world.proposal("A")},
        lambda world, _me: {"public_id": world.proposal("B")},
    ),
    "badges": (certificate(own=True), certificate(own=False)),
    "issuer.achieved": (
        lambda _world, _me: {"course_key": make.COURSE, "edition": edition_now(make.COURSE)},
        fixed(course_key=make.COURSE, edition="0" * 16),
    ),
    "issuer.key": (
        lambda _world, _me: {"name": badges.published_keys()[0].name},
        fixed(name="0" * 16),
    ),
    "issuer.status": (fixed(number=1), fixed(number=999)),
    "lists": (
        lambda world, me: {"code": world.receipt(me)},
        fixed(code="0" * 30),
    ),
    "courses.course": (fixed(key=make.COURSE), fixed(key="tidak-ada")),
    "courses.begin": (fixed(key=make.COURSE), fixed(key="tidak-ada")),
    "courses.module": (fixed(key=make.COURSE, slug="modul-1"), fixed(key=make.COURSE, slug="modul-9")),
    "courses.finish_module": (fixed(key=make.COURSE, slug="modul-1"), fixed(key=make.COURSE, slug="modul-9")),
    "courses.dilemma": (
        fixed(key=make.COURSE, slug="modul-1", dilemma_key="dilema-1"),
        fixed(key=make.COURSE, slug="modul-1", dilemma_key="dilema-9"),
    ),
    "courses.handout": (fixed(key=make.COURSE), fixed(key="tidak-ada")),
    "courses.glossary": (fixed(key=make.COURSE), fixed(key="tidak-ada")),
    "courses.media": (fixed(key=make.COURSE, sha256="0" * 64), fixed(key="tidak-ada", sha256="0" * 64)),
    "reference.regulation": (fixed(key="pp-94-2021"), fixed(key="tidak-ada")),
    "eligibility.verdict": (person("A"), person("B")),
    "keys_page": (fixed(mark="0" * 64), fixed(mark="1" * 64)),
    "letterheads": (
        lambda world, _me: {"unit_id": world.side["A"]["agency"]},
        lambda world, _me: {"unit_id": world.side["B"]["agency"]},
    ),
    "unit_papers.ask": (unit("A"), unit("B")),
    "unit_papers.order": (unit("A"), unit("B")),
    "unit_papers.edition": (
        lambda world, me: {"public_id": world.edition("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.edition("B", world.subject["B"])},
    ),
    "unit_papers": (
        lambda world, me: {"public_id": world.papers("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.papers("B", world.subject["B"])},
    ),
    "eligibility.exempt": (person("A"), person("B")),
    "eligibility.end_exemption": (
        lambda world, _me: {"waiver_id": world.waiver("A")},
        lambda world, _me: {"waiver_id": world.waiver("B")},
    ),
    "bulk": (lambda world, _me: world.check("A"), lambda world, _me: world.check("B")),
    "receipts": (lambda world, _me: world.check("A"), fixed(code="0000000000000000")),
    "rules.withdraw": (
        lambda world, me: {"public_id": world.rule("A", me)},
        lambda world, _me: {"public_id": world.rule("B")},
    ),
    "rules": (
        lambda world, _me: {"public_id": world.rule("A")},
        lambda world, _me: {"public_id": world.rule("B")},
    ),
    "kernel.asset": (fixed(filename="css/tokens.css"), fixed(filename="../app.py")),
    "keys.propose": (
        fixed(key=make.COURSE, slug="modul-1", name="soal-0"),
        fixed(key=OTHER_COURSE, slug="modul-1", name="soal-0"),
    ),
    "keys": (
        lambda world, _me: {"public_id": world.correction(make.COURSE, world.subject["A"])},
        lambda world, _me: {"public_id": world.correction(OTHER_COURSE, world.subject["B"])},
    ),
    "reminders.calendar_file": (
        lambda world, _me: {"token": make.make_calendar_link(world.subject["A"])},
        fixed(token="y" * 43),
    ),
    "head_news": (
        lambda world, me: {"token": head_links.token(me or world.subject["A"])},
        fixed(token="1-" + "0" * 32),
    ),
    "reminders.asked": (lambda world, _me: world.asking("A"), lambda world, _me: world.asking("B")),
    "reminders.asked_progress": (lambda world, _me: world.asking("A"), lambda world, _me: world.asking("B")),
    "reminders.ask": (unit("A"), unit("B")),
    "reminders.remind": (unit("A"), unit("B")),
    "appreciation.letters": (unit("A"), unit("B")),
    "appreciation.letter": (
        lambda world, _me: {"public_id": world.honour("A")},
        lambda world, _me: {"public_id": world.honour("B")},
    ),
    "nudges.switch": (fixed(jenis="rencana"), fixed(jenis="lain")),
    "nudges.agency": (
        lambda world, _me: {"unit_id": world.side["A"]["agency"]},
        lambda world, _me: {"unit_id": world.side["B"]["agency"]},
    ),
    "nudges.switch_agency": (
        lambda world, _me: {"unit_id": world.side["A"]["agency"], "jenis": "rencana"},
        lambda world, _me: {"unit_id": world.side["B"]["agency"], "jenis": "rencana"},
    ),
    "nudges": (
        lambda world, me: {"public_id": world.open_course(me)},
        lambda world, _me: {"public_id": world.open_course(world.subject["B"])},
    ),
    "people.activate": (fixed(token="x" * 43), fixed(token="y" * 43)),
    "people.reset": (fixed(token="x" * 43), fixed(token="y" * 43)),
    "people.end_role": (
        lambda world, _me: {"grant_id": world.grant("A")},
        lambda world, _me: {"grant_id": world.grant("B")},
    ),
    "people.end_deputation": (
        lambda world, me: {"deputation_id": world.deputation("A", me)},
        lambda world, _me: {"deputation_id": world.deputation("B")},
    ),
    "people.end_agency_deputation": (
        lambda world, _me: {"deputation_id": world.deputation("A")},
        lambda world, _me: {"deputation_id": world.deputation("B")},
    ),
    "people.end_session": (
        lambda world, me: {"public_id": world.session(me or world.subject["A"])},
        lambda world, _me: {"public_id": world.session(world.subject["A"])},
    ),
    "people.import_template": (fixed(kind="orang"), fixed(kind="tidak-ada")),
    "people.import_page": (
        lambda world, me: {"public_id": world.sheet("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.sheet("B", world.subject["B"])},
    ),
    "people.unit_admin": (unit("A"), unit("B")),
    "people.change_unit": (unit("A"), unit("B")),
    "people.new_unit": (unit("A"), unit("B")),
    "people.move_unit": (unit("A"), unit("B")),
    "people.end_unit": (unit("A"), unit("B")),
    "people.merge_unit": (unit("A"), unit("B")),
    "people.split_unit": (unit("A"), unit("B")),
    "people.import_guard": (
        lambda world, _me: {"unit_id": world.side["A"]["agency"]},
        lambda world, _me: {"unit_id": world.side["B"]["agency"]},
    ),
    "people": (person("A"), person("B")),
    "quizzes.start_page": (fixed(course_key=make.COURSE), fixed(course_key="tidak-ada")),
    "quizzes.start": (fixed(course_key=make.COURSE), fixed(course_key="tidak-ada")),
    "quizzes": (attempt(own=True), attempt(own=False)),
    "records.election": (lambda world, _me: {"event_id": world.event()}, fixed(event_id=999_999)),
    "records.set_stage": (lambda world, _me: {"event_id": world.event()}, fixed(event_id=999_999)),
    "records.public_election": (
        lambda world, _me: {"key": world.event_key()},
        fixed(key="tidak-ada"),
    ),
    "records.apply_rule": (lambda world, _me: {"event_id": world.event()}, fixed(event_id=999_999)),
    "records.end_assignment": (
        lambda world, _me: {"assignment_id": world.assignment("A")},
        lambda world, _me: {"assignment_id": world.assignment("B")},
    ),
    "records.propose_relief": (person("A"), person("B")),
    **{
        f"records.{name}": (
            lambda world, _me: {"public_id": world.relief("A")},
            lambda world, _me: {"public_id": world.relief("B")},
        )
        for name in ("relief", "approve_relief", "decline_relief", "end_relief")
    },
    **{
        f"records.{name}": (lambda world, _me: {"redating_id": world.redating()}, fixed(redating_id=999_999))
        for name in ("redating", "redating_progress", "resume_redating")
    },
    **{
        f"records.{name}": (
            lambda world, _me: {"public_id": world.outage()},
            fixed(public_id=uuid.UUID(int=4)),
        )
        for name in ("outage", "approve_outage", "decline_outage")
    },
    "records.region": (fixed(code="99"), fixed(code="52")),
    "records.region_sheet": (fixed(code="99"), fixed(code="52")),
    "records.region_units": (fixed(code="99.01"), fixed(code="52.01")),
    "records": (unit("A"), unit("B")),
    "exports.people_sheet": (unit("A"), unit("B")),
    "exports.order": (unit("A"), unit("B")),
    "exports": (
        lambda world, me: {"public_id": world.export("A", me or world.subject["A"])},
        lambda world, _me: {"public_id": world.export("B", world.subject["B"])},
    ),
    "desk.begin": (fixed(key=make.COURSE), fixed(key=OTHER_COURSE)),
    "desk.download_published": (fixed(key=make.COURSE), fixed(key=OTHER_COURSE)),
    "desk": (draft(own=True), draft(own=False)),
    "editor.old": (file_of_draft(own=True, number=1), file_of_draft(own=False, number=1)),
    "editor": (file_of_draft(own=True), file_of_draft(own=False)),
    "forms.new": (file_of_draft(own=True, kind="dilema"), file_of_draft(own=False, kind="dilema")),
    "forms": (file_of_draft(own=True, index=0), file_of_draft(own=False, index=0)),
    "images": (draft(own=True), draft(own=False)),
    "branching.draft": (
        lambda world, me: {
            "public_id": world.draft(make.COURSE, me or world.subject["A"]),
            "path": "01-pembuka.md",
        },
        lambda world, _me: {
            "public_id": world.draft(OTHER_COURSE, world.subject["B"]),
            "path": "01-pembuka.md",
        },
    ),
    "branching.published": (
        fixed(key=make.COURSE, slug="modul-1"),
        fixed(key=OTHER_COURSE, slug="modul-1"),
    ),
    "reviews.compare": (fixed(key=make.COURSE), fixed(key=OTHER_COURSE)),
    "reviews.settle": (
        lambda world, me: world.remark(make.COURSE, me or world.subject["A"]),
        lambda world, _me: world.remark(OTHER_COURSE, world.subject["B"]),
    ),
    "reviews": (draft(own=True), draft(own=False)),
    "editions": (
        fixed(key=make.COURSE, number=1, slug="modul-1"),
        fixed(key=OTHER_COURSE, number=1, slug="modul-1"),
    ),
    "sandbox.draft_start": (draft(own=True), draft(own=False)),
    "sandbox.draft_module": (tried_draft(own=True), tried_draft(own=False)),
    "sandbox.draft_dilemma": (tried_draft(own=True), tried_draft(own=False)),
    "sandbox.draft_quiz": (draft(own=True), draft(own=False)),
    "sandbox": (
        fixed(key=make.COURSE, slug="modul-1", dilemma_key="dilema-1"),
        fixed(key=OTHER_COURSE, slug="modul-1", dilemma_key="dilema-1"),
    ),
    "studio.course": (fixed(key=make.COURSE), fixed(key=OTHER_COURSE)),
    "studio.course_module": (fixed(key=make.COURSE, slug="modul-1"), fixed(key=OTHER_COURSE, slug="modul-1")),
    "studio": (
        lambda world, me: {"public_id": world.upload(make.COURSE, me or world.subject["A"])},
        lambda world, _me: {"public_id": world.upload(OTHER_COURSE, world.subject["B"])},
    ),
    "verification": (certificate(own=True), fixed(code="0000000000000000")),
}
for same in ("import_progress", "import_findings", "import_rejected", "apply_import"):
    OBJECTS[f"people.{same}"] = OBJECTS["people.import_page"]


def objects_for(endpoint: str) -> tuple[Values, Values] | None:
    return OBJECTS.get(endpoint) or OBJECTS.get(endpoint.split(".", maxsplit=1)[0])


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    wanted = {
        name: values[name] for name in rule.arguments if name in values and name not in (rule.defaults or {})
    }
    missing = rule.arguments - values.keys() - (rule.defaults or {}).keys()
    for name in missing:  # further parts below an object: no such part
        wanted[name] = NOBODY if "id" in name else "modul-1"
    with app.test_request_context():
        from flask import url_for

        return url_for(rule.endpoint, **wanted)
