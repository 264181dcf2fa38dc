"""People, units, courses and attempts for tests, made through the real services; each call is one commit."""

from __future__ import annotations

import itertools
import random
import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from courses.format.compiled import (
    ActUse,
    CitationUse,
    CompiledCourse,
    CompiledDilemma,
    CompiledModule,
    CompiledVariant,
    DilemmaOption,
    Handout,
    LawCitation,
    Part,
    Scene,
    Term,
    TocEntry,
    hash_of,
)
from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.transaction import write
from quizzes import items
from quizzes.items import Item, ItemKind, Objective, Option, Pair, QuestionSet, QuizSettings

COURSE = "netralitas-uji"
LONG_AGO = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
PASSWORD = "kata-sandi-uji-123"
_serial = itertools.count(1)


# --- People -------------------------------------------------------------------------------------------------------


def make_agency(name: str = "Kabupaten Uji", **values: Any) -> int:
    """An agency (a root of the unit tree); its unit id."""
    from learning.people.kinds import UnitKind

    values.setdefault("kind", UnitKind.REGIONAL_AGENCY)
    values.setdefault("region_code", "99.01")
    return make_unit(None, name, **values)


def make_unit(parent_id: int | None, name: str = "Dinas Uji", kind: Any = None, **values: Any) -> int:
    """A unit below another; its id."""
    from learning.people import services
    from learning.people.kinds import UnitKind

    now = values.pop("now", LONG_AGO)
    code = values.pop("code", f"U{next(_serial)}")
    return write(
        services.create_unit,
        name=name,
        kind=kind or UnitKind.OFFICE,
        parent_id=parent_id,
        code=code,
        now=now,
        **values,
    )


def make_number(birth: date = date(1985, 1, 1), sex: int = 1) -> str:
    """A valid NIP that no other call has given."""
    n = next(_serial)
    return f"{birth:%Y%m%d}{2006 + n // (999 * 12) % 15}{1 + n // 999 % 12:02d}{sex}{1 + n % 999:03d}"


def make_person(
    unit_id: int | None = None,
    name: str = "Siti Rahmawati",
    password: str | None = None,
    roles: Iterable[tuple[str, int | str | None]] = (),
    **values: Any,
) -> int:
    """Somebody with an open seat in the unit (if given) and roles: ("SUPERVISOR", unit id), ("TRAINER", course key)…"""
    from learning.people import passwords, services
    from learning.people.kinds import EmploymentType, PositionType

    now = values.pop("now", LONG_AGO)
    position_title = values.pop("position_title", "Guru Ahli Pertama")
    values.setdefault("employee_number", make_number())
    values.setdefault("employment_type", EmploymentType.PNS)
    values.setdefault("email", f"orang{next(_serial)}@contoh.invalid")
    password_hash = passwords.hash_password(password) if password else None

    def make() -> int:
        person_id = services.create_person(name=name, now=now, password_hash=password_hash, **values)
        if unit_id is not None:
            services.post_person(
                person_id=person_id,
                org_unit_id=unit_id,
                position_title=position_title,
                position_type=PositionType.FUNCTIONAL,
                starts_on=clock.local_date(now),
                now=now,
            )
        for role, scope in roles:
            services.grant_role(
                person_id=person_id,
                role=Role(role),
                now=now,
                org_unit_id=scope if isinstance(scope, int) else None,
                course_key=scope if isinstance(scope, str) else None,
            )
        return person_id

    return write(make)


def make_session(person_id: int) -> str:
    """A live session; its token, as it stands in the cookie."""
    from learning.people import services

    token = secrets.token_urlsafe(32)
    write(services.open_session, person_id=person_id, token=token, device="Uji", now=clock.now())
    return token


def make_calendar_link(person_id: int) -> str:
    """A private calendar address in force; its secret part."""
    from learning.records.reminders import links

    token = secrets.token_urlsafe(32)
    write(links.make, person_id=person_id, token=token, locale="id", now=clock.now())
    return token


# --- Courses ------------------------------------------------------------------------------------------------------

_LAW = LawCitation("skb-2022", "lampiran-1", "SKB 2022, Lampiran I", "Contoh pelanggaran kode etik.")
_LAW_OF_ITEM = (items.Citation("skb-2022", "lampiran-1", "SKB 2022, Lampiran I"),)


def make_course(
    key: str = COURSE,
    modules: int = 2,
    *,
    dilemmas: int = 1,
    settings: QuizSettings | None = None,
    questions: int = 7,
    text: str = "Pelajaran",
    now: datetime | None = None,
    **values: Any,
) -> str:
    """Publish a small course (every question kind in every module); its key. `text` varies the content."""
    from courses import services

    compiled = build_course(
        key, modules, dilemmas=dilemmas, settings=settings, questions=questions, text=text
    )
    write(services.publish, compiled=compiled, files={}, published_by=None, now=now or LONG_AGO, **values)
    return key


def build_course(
    key: str = COURSE,
    modules: int = 2,
    *,
    dilemmas: int = 1,
    settings: QuizSettings | None = None,
    questions: int = 7,
    text: str = "Pelajaran",
) -> CompiledCourse:
    """The compiled course that `make_course` publishes."""
    digest = hash_of([key, modules, dilemmas, questions, text, repr(settings)])
    made = tuple(_module(number, dilemmas, text) for number in range(1, modules + 1))
    objectives = tuple(Objective(f"{m.slug}/1", m.objectives[0], m.slug, m.title, m.number) for m in made)
    drawn = min(questions, 5)
    question_set = QuestionSet(
        course_key=key,
        edition=digest[:16],
        items=tuple(item for m in made for item in _items(m.slug, questions)),
        objectives=objectives,
        settings=settings or QuizSettings(draw=tuple((m.slug, drawn) for m in made)),
    )
    return CompiledCourse(
        key=key,
        title="Netralitas Uji",
        code="NTU",
        summary="Kursus kecil untuk uji.",
        jp=modules,
        validity_months=24,
        landing_html="<p>Kursus kecil untuk uji.</p>",
        modules=made,
        question_set=question_set,
        citations=tuple(
            CitationUse(kind, m.slug, owner, "pp-94-2021", locator)
            for m in made
            for kind, owner, locator in (
                ("modul", "", "pasal-5-n-6"),
                ("modul", "", "pasal-3-f"),
                *(("dilema", f"{d.key}/a", "pasal-5-n-6") for d in m.dilemmas),
                ("soal", "soal-0", "pasal-5-n-6"),
            )
        ),
        media=(),
        regulations=(),
        content_hash=digest,
        handout=Handout("Netral pada satu halaman", "<p>Tanya dulu.</p>"),
        glossary=(Term("Calon", "<p>Yang sudah ditetapkan.</p>"),),
        acts=tuple(
            use
            for m in made
            for use in (
                *(ActUse("dilema", m.slug, f"{d.key}/a", "v-20") for d in m.dilemmas),
                ActUse("soal", m.slug, "soal-0", "v-20"),
            )
        ),
    )


def _module(number: int, dilemmas: int, text: str) -> CompiledModule:
    slug = f"modul-{number}"
    made = tuple(_dilemma(f"dilema-{n}") for n in range(1, dilemmas + 1))
    parts = (Part("html", f"<h2 id='awal-{number}'>{text}</h2><p>{text} {number}.</p>"),)
    return CompiledModule(
        number=number,
        slug=slug,
        title=f"Modul {number}",
        jp=1,
        minutes=12,
        objectives=(f"Memahami hal ke-{number}",),
        parts=parts + tuple(Part("dilemma", key=d.key) for d in made),
        toc=(TocEntry("heading", 2, f"awal-{number}", text),),
        dilemmas=made,
    )


def _dilemma(key: str) -> CompiledDilemma:
    def option(letter: str, weight: str, goto: str | None = None) -> DilemmaOption:
        return DilemmaOption(letter, f"Cara {letter}", weight, goto, f"<p>Akibat {letter}.</p>", (_LAW,))

    first = Scene("awal", "Poster di grup", "<p>Poster beredar di grup.</p>", "Apa yang Anda lakukan?", (
        option("a", "tepat"), option("b", "kurang-tepat"), option("c", "pelanggaran", "dilaporkan")))  # fmt: skip
    second = Scene("dilaporkan", "Dipanggil", "<p>Anda dipanggil.</p>", "Apa yang Anda lakukan?", (
        option("a", "tepat"), option("b", "pelanggaran-berat")))  # fmt: skip
    return CompiledDilemma(
        key, (CompiledVariant("a", "Poster di grup", "", "", "", (first, second), ("v-20",)),)
    )


def _items(slug: str, questions: int) -> list[Item]:
    kinds = list(ItemKind)
    return [_item(slug, n, kinds[n % len(kinds)]) for n in range(questions)]


def _item(slug: str, n: int, kind: ItemKind) -> Item:
    fields: dict[str, Any] = {}
    letters = "abc"
    if kind in (ItemKind.SINGLE, ItemKind.MULTIPLE):
        fields["options"] = tuple(Option(c, f"Pilihan {c} {n}", correct=c == "a") for c in letters)
    elif kind is ItemKind.TRUE_FALSE:
        fields["options"] = (Option("a", "Benar", correct=True), Option("b", "Salah"))
    elif kind is ItemKind.DILEMMA:
        weights = ("tepat", "kurang-tepat", "pelanggaran")
        fields["options"] = tuple(
            Option(c, f"Tindakan {c}", weight=w) for c, w in zip(letters, weights, strict=True)
        )
    elif kind is ItemKind.ORDERING:
        fields["options"] = tuple(Option(c, f"Langkah {c}") for c in letters)
    elif kind is ItemKind.MATCHING:
        fields["pairs"] = tuple(Pair(c, f"Kiri {c}", f"Kanan {c}") for c in letters)
    else:
        fields["accepted"] = ("netral", "bersikap netral")
    return Item(
        key=f"{slug}/soal-{n}",
        pool=slug,
        kind=kind,
        stem=f"<p>Soal {n}?</p>",
        objective=f"{slug}/1",
        explanation="<p>Rahasia penjelasan.</p>",
        citations=_LAW_OF_ITEM,
        shuffle=kind is not ItemKind.TRUE_FALSE,
        topics=("v-20",) if n == 0 else (),
        **fields,
    )


# --- The way of a learner -----------------------------------------------------------------------------------------


def make_election(
    campaign_on: date = date(2027, 1, 10),
    name: str = "Pemilihan Uji",
    now: datetime = LONG_AGO,
    region_codes: tuple[str, ...] = (),
) -> int:
    """An election whose campaign starts on a day, in some regions or everywhere; its id."""
    from learning.records import services
    from learning.records.duedates import StageKind, StageStatus
    from learning.records.kinds import EventKind

    def make() -> int:
        event_id = services.create_event(
            key=f"uji-{next(_serial)}",
            name=name,
            kind=EventKind.REGIONAL,
            legal_basis="UU 10/2016",
            region_codes=region_codes,
        )
        services.set_stage(
            event_id=event_id,
            stage=StageKind.CAMPAIGN,
            starts_on=campaign_on,
            status=StageStatus.CONFIRMED,
            source_ref="PKPU Uji",
            now=now,
        )
        return event_id

    return write(make)


def assign(
    unit_id: int | None,
    course_key: str = COURSE,
    event_id: int | None = None,
    days_before: int = 3,
    now: datetime = LONG_AGO,
    covered_only: bool = False,
    due_on: date | None = None,
    **audience: Any,
) -> int:
    """Give a course to everybody in a subtree (or of it, where the election is held); the assignment's id.

    `audience`: more of what `services.assign` takes (further units, criteria, terms); no unit: the whole country.
    """
    from learning.records import services

    if due_on is None:
        event_id = event_id or make_election(now=now)
    return write(
        services.assign,
        course_key=course_key,
        course_title="Netralitas Uji",
        org_unit_id=unit_id,
        event_id=event_id,
        days_before=days_before if due_on is None else 0,
        due_on=due_on,
        covered_only=covered_only,
        legal_basis="UU 20/2023 Pasal 9",
        now=now,
        **audience,
    ).assignment_id


def begin(person_id: int, course_key: str = COURSE, now: datetime | None = None) -> Any:
    """Begin the course; the pinned edition."""
    from courses import services

    return write(services.begin, person_id=person_id, course_key=course_key, now=now or clock.now())


def finish_steps(person_id: int, course_key: str = COURSE, now: datetime | None = None) -> int:
    """Begin the course and do every step before the quiz; the enrolment's id."""
    from learning.records import queries, services

    now = now or clock.now()
    edition = begin(person_id, course_key, now)
    enrolment = queries.enrolment_for(person_id, course_key)
    assert enrolment is not None

    def steps() -> None:
        for step in edition.step_keys:
            services.mark_step(enrolment_id=enrolment.id, step_key=step, now=now)

    write(steps)
    return enrolment.id


def start_attempt(
    person_id: int, course_key: str = COURSE, now: datetime | None = None, seed: str | None = None
) -> uuid.UUID:
    """Start the quiz; the attempt's public id. The steps must be done. `seed` (32 hex digits) fixes the paper."""
    from quizzes import services

    return write(
        services.start_attempt, person_id=person_id, course_key=course_key, now=now or clock.now(), seed=seed
    ).public_id


def sit_quiz(
    person_id: int, course_key: str = COURSE, *, wrong: int = 0, now: datetime | None = None
) -> bool:
    """Sit the quiz leaving `wrong` questions empty; whether it was passed. The steps must be done.

    Without `now` it was an hour ago, so that the certificate is valid by now: twenty answers take their time.
    """
    from quizzes import demo

    return write(
        demo.sit,
        person_id=person_id,
        course_key=course_key,
        wrong=wrong,
        at=now or clock.now() - timedelta(hours=1),
        dice=random.Random(next(_serial)),
    )


def pass_course(person_id: int, course_key: str = COURSE, now: datetime | None = None) -> int:
    """The whole way to a pass; the enrolment's id."""
    enrolment_id = finish_steps(person_id, course_key, now)
    assert sit_quiz(person_id, course_key, now=now)
    return enrolment_id


# --- Promotion rules ----------------------------------------------------------------------------------------------


def make_rule(
    key: str = "promosi",
    title: str = "Promosi",
    *,
    basis: str = "Keputusan Uji 1/2026",
    agency: str | None = None,
    **values: Any,
) -> Any:
    """A rule as it comes out of a file, asking for the small course; `values` are fields of `RuleText`."""
    from certificates.promotion.rulebook import RuleReading
    from certificates.promotion.rules import CourseNeed, Demand, RequirementSource, RuleKind, RuleText

    fields = {
        "kind": RuleKind.POSITION,
        "target_level": "Administrator",
        "demand": Demand((CourseNeed(COURSE, "Netralitas Uji"),)),
        "source": RequirementSource.AGENCY_POLICY,
        "note": "Peraturan nasional tidak mensyaratkan.",
        "valid_from": date(2020, 1, 1),
        **values,
    }
    return RuleReading(RuleText(key=key, title=title, legal_basis=basis, **fields), (), agency)


def load_rules(*rules: Any, now: datetime = LONG_AGO) -> None:
    """Put rules in force as the command line does."""
    from certificates.promotion import services as rule_services

    write(rule_services.load_rules, rules=rules, now=now)


# --- The life of a certificate ------------------------------------------------------------------------------------


def make_principal(person_id: int) -> Any:
    """Somebody as a request knows them."""
    from learning.kernel.db import db
    from learning.people.access import load_principal

    found = load_principal(make_session(person_id))
    db.session.rollback()
    assert found is not None
    return found


def make_admin(unit_id: int | None = None) -> Any:
    """An admin over a unit (None: everywhere), as a request knows them."""
    return make_principal(make_person(unit_id, "Admin Uji", roles=[("ADMIN", unit_id)]))


def propose_revocation(
    certificate_id: int,
    *,
    by: Any = None,
    note: str = "Sebab.",
    reason: Any = None,
    now: datetime | None = None,
) -> uuid.UUID:
    """A revocation that waits for a second person; the proposal's public id."""
    from certificates.life import ending
    from certificates.models import RevocationReason

    return write(
        ending.propose_revocation,
        certificate_id=certificate_id,
        principal=by or make_admin(),
        reason=reason or RevocationReason.WRONG_DATA,
        note=note,
        evidence="Berita acara pemeriksaan.",
        now=now or clock.now(),
    )


def revoke_certificate(certificate_id: int, *, now: datetime | None = None, **values: Any) -> None:
    """Revoke a certificate by two admins."""
    from certificates.life import ending

    public_id = propose_revocation(certificate_id, now=now, **values)
    write(ending.confirm_revocation, public_id=public_id, principal=make_admin(), now=now or clock.now())


def correct_certificate(certificate_id: int, *, now: datetime | None = None) -> int:
    """Issue a certificate again with what the personnel record says, by two admins; the new one's id."""
    from certificates.life import correcting

    now = now or clock.now()
    public_id = write(
        correcting.propose_correction,
        certificate_id=certificate_id,
        principal=make_admin(),
        note="Penulisan diperbaiki.",
        evidence="Ijazah diperiksa.",
        now=now,
    )
    return write(correcting.confirm_correction, public_id=public_id, principal=make_admin(), now=now)


def rename_person(person_id: int, name: str, back_title: str = "", now: datetime | None = None) -> None:
    """Correct the name in the personnel record."""
    from learning.kernel.db import db
    from learning.people import services
    from learning.people.models import Person

    row = db.session.get_one(Person, person_id)
    known = {"front_title": row.front_title, "email": row.email, "employment_type": row.employment_type}
    db.session.rollback()
    write(
        services.update_person,
        person_id=person_id,
        name=name,
        back_title=back_title,
        now=now or clock.now(),
        **known,
    )
