"""Sample election, assignments, and who of the demo's people is how far.

Made here: the election, its stages, and the assignment of one course to both agencies. What only the packages above
can do (lessons, quizzes, certificates) is told to them as a list of people for each state, with the day on which it
is to have happened; shares differ from unit to unit, so that the pages have something to show.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.demo import Member, PeopleDemo
from learning.people.demo_people import SEED
from learning.people.kinds import PositionType
from learning.records import relief_demo, services
from learning.records.audience import Criteria
from learning.records.audience_models import AssignmentUnit
from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import EventKind
from learning.records.models import Assignment, ElectionEvent

COURSE_KEY, COURSE_TITLE = "netralitas-pra-kampanye", "Netralitas ASN Pra-Kampanye"
REGIONAL, NATIONAL = "demo-psu-sagara-timur", "demo-nasional"
LEADERS_KEY, LEADERS_TITLE = "kepemimpinan-etis", "Kepemimpinan Etis di Tahun Politik"
LEADERS_BASIS = "Edaran rekaan Bupati Sagara Timur tentang keteladanan pejabat pada tahun politik"
LEADERS_AFTER = timedelta(days=20)
CAMPAIGN_IN = timedelta(days=26)
# So that the rule "three days after the determination" gives the campaign its day.
DETERMINED_BEFORE = timedelta(days=3)
ASSIGNED_BEFORE = timedelta(days=30)
DAYS_BEFORE = 14
LEGAL_BASIS = (
    "Pasal 9 ayat (2) UU 20/2023 tentang ASN; Pasal 5 huruf n PP 94/2021; edaran rekaan instansi tentang pembekalan "
    "netralitas sebelum masa kampanye"
)
# Share of people who have passed, by unit; other units draw theirs between a third and nearly all.
SHARES = {
    "SGT.PKM.KARANGBENDO": 0.26,
    "SGT.PKM.MUARALESTARI": 0.42,
    "SGT.PKM.WANARAYA": 0.62,
    "SGT.DINKES.P2P": 1.0,
    "SGT.DINKES.SEK": 0.9,
    "SGT.SATPOL": 0.2,
    "SGT.BKPSDM": 0.95,
}
PERSONAS = {
    "asn_belum": "not_started",
    "asn_tengah": "in_progress",
    "asn_lulus": "passed",
    "asn_mengulang": "failed_once",
    "pengajar": "passed",
    "kepegawaian": "passed",
    "camat": "passed",
    "atasan": "in_progress",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to have happened to somebody: from `begun` on lessons, the last act at `at`; `share` of the lessons done."""

    person_id: int
    begun: datetime
    at: datetime
    share: float


@dataclass(frozen=True, slots=True)
class RecordsDemo:
    """The election and assignments made, and the people by state. Each person stands in one list.

    passed, failed_once: all lessons, then the quiz at `at`; in_progress: a share of the lessons; not_started: nothing;
    expired: passed at `at`, so long ago that the certificate has run out by now.
    """

    event_id: int
    assignment_ids: tuple[int, ...]
    course_key: str
    not_started: tuple[Turn, ...] = field(repr=False)
    in_progress: tuple[Turn, ...] = field(repr=False)
    passed: tuple[Turn, ...] = field(repr=False)
    failed_once: tuple[Turn, ...] = field(repr=False)
    expired: tuple[Turn, ...] = field(repr=False)


def load(now: datetime, people: PeopleDemo) -> RecordsDemo:
    """Make the elections and the assignments, and say who is how far. Needs a write section; a second call adds nothing."""
    event_id = _load_regional(now)
    _load_national(now)
    assigned_by = people.personas["admin"]
    assignments = tuple(
        _load_assignment(unit_id, event_id, now, assigned_by)
        for unit_id in (people.regency_id, people.ministry_id)
    )
    _load_leaders(people.regency_id, now, assigned_by)
    turns = _turns(now, people)
    idle = {turn.person_id for turn in turns["not_started"]}
    # Nobody who stands on the login page: their pages are shown as they are without.
    relieved = [
        member.person_id
        for member in people.active
        if member.person_id in idle and member.persona is None and member.unit.startswith("SGT.")
    ]
    relief_demo.load(now, people, relieved, COURSE_KEY)
    return RecordsDemo(event_id, assignments, COURSE_KEY, **turns)


def load_story(now: datetime, story: dict[str, Any]) -> None:
    """`load` for the chain of demo loaders: reads "people", leaves "records"."""
    story["records"] = load(now, story["people"])


def _event(key: str) -> int | None:
    return db.session.execute(select(ElectionEvent.id).where(ElectionEvent.key == key)).scalar_one_or_none()


def _load_regional(now: datetime) -> int:
    known = _event(REGIONAL)
    if known is not None:
        return known
    event_id = services.create_event(
        key=REGIONAL,
        name="Pemungutan Suara Ulang Bupati Sagara Timur",
        kind=EventKind.RE_VOTE,
        legal_basis="Putusan pengadilan rekaan tentang pemungutan suara ulang; tahapan ditetapkan KPU kabupaten rekaan",
        region_codes=("99.01",),
    )
    campaign = clock.local_date(now, "Asia/Makassar") + CAMPAIGN_IN
    determined = campaign - DETERMINED_BEFORE
    voting = campaign + timedelta(days=33)
    source = "Keputusan KPU Kabupaten Sagara Timur (rekaan)"
    for stage, starts_on, ends_on, status in (
        (
            StageKind.REGISTRATION,
            campaign - timedelta(days=33),
            campaign - timedelta(days=31),
            StageStatus.CONFIRMED,
        ),
        (StageKind.CANDIDATE_DETERMINATION, determined, determined, StageStatus.CONFIRMED),
        (StageKind.VOTING_DAY, voting, voting, StageStatus.CONFIRMED),
        (
            StageKind.RECAPITULATION,
            voting + timedelta(days=1),
            voting + timedelta(days=12),
            StageStatus.PROVISIONAL,
        ),
        (StageKind.INAUGURATION, voting + timedelta(days=75), None, StageStatus.ESTIMATED),
    ):
        _stage(event_id, stage, starts_on, ends_on, status, source, now)
    for stage, rule in (
        (StageKind.CAMPAIGN, "kampanye-pilkada"),
        (StageKind.QUIET_PERIOD, "masa-tenang-pilkada"),
    ):
        services.set_stage(
            event_id=event_id,
            stage=stage,
            rule=rule,
            status=StageStatus.CONFIRMED,
            source_ref=source,
            now=now,
        )
    return event_id


def _load_national(now: datetime) -> None:
    if _event(NATIONAL) is not None:
        return
    event_id = services.create_event(
        key=NATIONAL,
        name="Pemilu nasional berikutnya (rekaan)",
        kind=EventKind.NATIONAL,
        legal_basis="Putusan MK 135/PUU-XXII/2024; tahapan resmi belum ditetapkan",
    )
    year = clock.local_date(now).year + 3
    for stage, month in ((StageKind.REGISTRATION, 8), (StageKind.CAMPAIGN, 11)):
        day = clock.local_date(now).replace(year=year, month=month, day=28)
        _stage(
            event_id,
            stage,
            day,
            None,
            StageStatus.ESTIMATED,
            "Rekaan untuk peragaan; tanggal resmi belum ada",
            now,
        )


def _stage(
    event_id: int,
    stage: StageKind,
    starts_on: Any,
    ends_on: Any,
    status: StageStatus,
    source: str,
    now: datetime,
) -> None:
    services.set_stage(
        event_id=event_id,
        stage=stage,
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        source_ref=source,
        now=now,
    )


def _load_assignment(unit_id: int, event_id: int, now: datetime, actor_id: int) -> int:
    known = db.session.execute(
        select(Assignment.id).where(
            Assignment.id.in_(
                select(AssignmentUnit.assignment_id).where(AssignmentUnit.org_unit_id == unit_id)
            ),
            Assignment.event_id == event_id,
            Assignment.course_key == COURSE_KEY,
        )
    ).scalar_one_or_none()
    if known is not None:
        return known
    return services.assign(
        course_key=COURSE_KEY,
        course_title=COURSE_TITLE,
        org_unit_id=unit_id,
        event_id=event_id,
        days_before=DAYS_BEFORE,
        legal_basis=LEGAL_BASIS,
        now=now - ASSIGNED_BEFORE,
        actor_id=actor_id,
    ).assignment_id


def _load_leaders(unit_id: int, now: datetime, actor_id: int) -> None:
    """A course for those who lead, whoever they are then: heads by position, opened a month ahead, with grace."""
    if (
        db.session.execute(select(Assignment.id).where(Assignment.course_key == LEADERS_KEY).limit(1)).first()
        is not None
    ):
        return
    services.assign(
        course_key=LEADERS_KEY,
        course_title=LEADERS_TITLE,
        org_unit_id=unit_id,
        criteria=Criteria(positions=(PositionType.SENIOR_EXECUTIVE, PositionType.ADMINISTRATOR)),
        due_on=clock.local_date(now, "Asia/Makassar") + CAMPAIGN_IN + LEADERS_AFTER,
        terms=services.Terms(window_days=30, grace_days=7),
        legal_basis=LEADERS_BASIS,
        now=now - ASSIGNED_BEFORE,
        actor_id=actor_id,
    )


def _turns(now: datetime, people: PeopleDemo) -> dict[str, tuple[Turn, ...]]:
    found: dict[str, list[Turn]] = {
        key: [] for key in ("not_started", "in_progress", "passed", "failed_once", "expired")
    }
    for member in people.active:
        dice = random.Random(f"{SEED}/{member.number}")
        state = PERSONAS.get(member.persona or "") or _state(member, dice)
        found[state].append(_turn(member.person_id, state, dice, now))
    return {
        key: tuple(sorted(turns, key=lambda turn: (turn.at, turn.person_id))) for key, turns in found.items()
    }


def _share(unit: str) -> float:
    if unit in SHARES:
        return SHARES[unit]
    return 0.33 + 0.62 * hashlib.sha256(f"{SEED}/{unit}".encode()).digest()[0] / 255


def _state(member: Member, dice: random.Random) -> str:
    lot = dice.random()
    share = _share(member.unit)
    if lot < share:
        served_then = int(member.number[8:12]) <= 2023
        return "expired" if share < 1 and dice.random() < 0.05 and served_then else "passed"
    rest = (lot - share) / (1 - share)
    return "failed_once" if rest < 0.14 else "in_progress" if rest < 0.52 else "not_started"


def _turn(person_id: int, state: str, dice: random.Random, now: datetime) -> Turn:
    # Most people pass in the last two weeks; nobody at night.
    days = 1 + 27 * dice.random() ** 1.6
    if state == "expired":
        days = 365 * 2 + dice.randint(20, 200)
    at = (now - timedelta(days=days)).replace(
        minute=dice.randrange(60), second=dice.randrange(60), microsecond=0
    )
    at = min(at.replace(hour=dice.randint(0, 8)), now - timedelta(hours=1))
    begun = at - timedelta(hours=dice.randint(3, 40))
    share = dice.uniform(0.15, 0.85) if state == "in_progress" else 0.0 if state == "not_started" else 1.0
    return Turn(person_id, begun, at, share)
