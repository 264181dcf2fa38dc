"""Sample agencies and people: two invented agencies, six hundred invented people with well-formed numbers, and the
personas that stand on the login page in demo mode.

The same plan at every load (seeded); only the days of moves and retirements follow the instant given. All numbers end
in 999, the serial that marks invented ones. Everything goes through the real services.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.people import services
from learning.people.demo_names import GROUPS, WEIGHTS
from learning.people.demo_units import LEADER_GRADES, LEADERS, MINISTRY, REGENCY, TEAMS, UNITS, Seat, Unit
from learning.people.kinds import EmploymentType, PositionType, PostingKind
from learning.people.models import OrgUnit, Person
from learning.people.names import display_name
from learning.people.passwords import hash_password

PEOPLE = 600
RETIRED, MOVED = 9, 14
PASSWORD = "belajar-netral"
SEED = 20261124
PNS, CPNS, PPPK, PART = (
    EmploymentType.PNS,
    EmploymentType.CPNS,
    EmploymentType.PPPK,
    EmploymentType.PPPK_PART_TIME,
)


class Persona(NamedTuple):
    """Somebody of the demo whom a visitor may sign in as. `note` says what there is to see."""

    key: str
    label: str
    nip: str
    note: Any


@dataclass(frozen=True, slots=True)
class Planned:
    """One person before the database knows them."""

    number: str
    name: str
    front: str
    back: str
    employment: EmploymentType
    unit: str
    position: str
    type: PositionType
    grade: str | None
    since: date
    mail: bool = True
    leads: bool = False
    persona: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the loaded demo. `unit` is the unit's code; `retired` people have no seat any more."""

    person_id: int
    unit_id: int
    unit: str
    number: str
    leads: bool
    persona: str | None
    retired: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class PeopleDemo:
    """What the load made (or found): ids by code of units and by key of personas, and every person."""

    regency_id: int
    ministry_id: int
    units: dict[str, int]
    personas: dict[str, int]
    members: tuple[Member, ...] = field(repr=False)

    @property
    def active(self) -> tuple[Member, ...]:
        """Everybody who still serves."""
        return tuple(member for member in self.members if not member.retired)


def _persona(
    key: str,
    number: str,
    name: str,
    titles: tuple[str, str],
    unit: str,
    position: str,
    grade: str,
    **values: Any,
) -> Planned:
    values.setdefault("type", PositionType.FUNCTIONAL)
    values.setdefault("employment", PNS)
    return Planned(
        number, name, *titles, unit=unit, position=position, grade=grade, since=date(2022, 1, 3), persona=key, **values
    )  # fmt: skip


_LEADER: dict[str, Any] = {"type": PositionType.ADMINISTRATOR, "leads": True}
_PLANNED = (
    _persona("asn_belum", "199005142015042999", "Ratih Kusumaningrum", ("", "S.Pd., Gr."), "SGT.SMPN2",
             "Guru Ahli Pertama", "III/b"),
    _persona("asn_tengah", "199310022021212999", "Fransiska Lomi", ("", "A.Md.Keb."), "SGT.PKM.KARANGBENDO",
             "Bidan Terampil", "VII", employment=PPPK),
    _persona("asn_lulus", "198707212010011999", "I Made Suardana", ("", "S.E."), "SGT.DISDUK",
             "Penelaah Teknis Kebijakan", "III/c", type=PositionType.OPERATIONAL),
    _persona("asn_mengulang", "198912112014031999", "Muhammad Ilyas", ("", "S.A.P."), "SGT.KEL.ANGSANA",
             "Pengelola Layanan Operasional", "III/a", type=PositionType.OPERATIONAL),
    _persona("atasan", "197603182003122999", "Hesti Maheswari", ("dr.", "M.Kes."), "SGT.DINKES",
             "Kepala Dinas Kesehatan", "IV/c", type=PositionType.SENIOR_EXECUTIVE, leads=True),
    _persona("camat", "198104092005011999", "Lalu Wirajaya", ("", "S.STP., M.Si."), "SGT.KEC.KARANGBENDO",
             "Camat Karang Bendo", "IV/a", **_LEADER),
    _persona("kepegawaian", "198509272009032999", "Nurlaela Tahir", ("", "S.H., M.H."), "SGT.BKPSDM",
             "Analis SDM Aparatur Ahli Muda", "III/d"),
    _persona("kepegawaian_pusat", "198402152008122999", "Rotua Simanjuntak", ("", "S.Psi., M.Si."), "KRH.SETJEN.SDM",
             "Analis SDM Aparatur Ahli Muda", "III/d"),
    _persona("pengajar", "197911032006042999", "Wening Astuti", ("Dr.", "S.Pd., M.Si."), "KRH.BPSDM.PUSLAT",
             "Widyaiswara Ahli Madya", "IV/b"),
    _persona("penelaah", "197304112000031999", "Yusuf Lamadjido", ("Drs.", "M.H."), "KRH.BPSDM.PUSLAT",
             "Widyaiswara Ahli Utama", "IV/d"),
    _persona("admin", "199106172016061999", "Yosep Rumbiak", ("", "S.Kom."), "KRH.SETJEN.DATA",
             "Pranata Komputer Ahli Muda", "III/c"),
)  # fmt: skip
_NOTES = {
    "asn_belum": _l("Guru, belum membuka kursusnya"),
    "asn_tengah": _l("Bidan PPPK, sedang belajar"),
    "asn_lulus": _l("Staf kependudukan, sudah lulus dan bersertifikat"),
    "asn_mengulang": _l("Staf kelurahan, belum lulus pada percobaan pertama"),
    "atasan": _l("Kepala dinas kesehatan, melihat ketuntasan dinasnya"),
    "camat": _l("Camat, melihat ketuntasan kecamatannya"),
    "kepegawaian": _l("Pengelola kepegawaian kabupaten"),
    "kepegawaian_pusat": _l("Pengelola kepegawaian kementerian"),
    "pengajar": _l("Widyaiswara, menyusun kursus"),
    "penelaah": _l("Widyaiswara, menelaah dan menyetujui kursus"),
    "admin": _l("Admin seluruh Netra"),
}
PERSONAS = tuple(
    Persona(p.persona, display_name(p.name, p.front, p.back), p.number, _NOTES[p.persona])
    for p in _PLANNED
    if p.persona
)
# Units without a head of their own -> the unit whose head looks after them for a while.
VACANT = {
    "SGT.SETDA.PROKOM": "SGT.SETDA.HUK",
    "SGT.DINKES.YAN.RUJ": "SGT.DINKES.YAN",
    "SGT.SDN7": "SGT.SDN4",
    "SGT.DISTAN.TP.LUH": "SGT.DISTAN.TP",
    "SGT.KEL.CENDANA": "SGT.KEL.ANGSANA",
    "KRH.KONS.BENIH": "KRH.KONS.KEBUN",
}
# Persona -> role and the code of the unit it holds for (None: everywhere).
ROLES: tuple[tuple[str, Role, str | None], ...] = (
    ("atasan", Role.SUPERVISOR, "SGT.DINKES"),
    ("camat", Role.SUPERVISOR, "SGT.KEC.KARANGBENDO"),
    ("kepegawaian", Role.HR, REGENCY),
    ("kepegawaian_pusat", Role.HR, MINISTRY),
    ("pengajar", Role.TRAINER, None),
    ("penelaah", Role.TRAINER, None),
    ("admin", Role.ADMIN, None),
)


@cache
def plan() -> tuple[Planned, ...]:
    """The six hundred, always the same."""
    dice = random.Random(SEED)
    people = list(_PLANNED)
    taken = {p.number for p in people}
    names = {p.name for p in people}
    led = {p.unit for p in people if p.leads} | VACANT.keys()
    for unit in UNITS:
        if unit.head and unit.key not in led:
            people.append(_leader(unit, dice, taken, names))
        people += [_member(unit, dice, taken, names) for _ in range(unit.staff)]
    large = [unit for unit in UNITS if unit.staff >= 8]
    while len(people) < PEOPLE:
        people.append(_member(large[len(people) % len(large)], dice, taken, names))
    return tuple(people)


def _leader(unit: Unit, dice: random.Random, taken: set[str], names: set[str]) -> Planned:
    sex = dice.choice((1, 1, 2))
    front, back = dice.choice(LEADERS[unit.head_type])
    born = _day(dice, 1969, 1984)
    return Planned(
        _number(dice, born, PNS, sex, taken), _name(dice, sex, names), front, back, PNS, unit.key, unit.head or "",
        unit.head_type, dice.choice(LEADER_GRADES[unit.head_type]), _day(dice, 2020, 2024), leads=True,
    )  # fmt: skip


def _member(unit: Unit, dice: random.Random, taken: set[str], names: set[str]) -> Planned:
    seat = dice.choice(TEAMS[unit.team])
    sex = 2 if "Bidan" in seat.title or "Dra." in seat.titles[0] else dice.choice((1, 2, 2))
    employment = _employment(seat, dice)
    born = _day(dice, 1996, 2001) if employment is CPNS else _day(dice, 1968, 1998)
    front, back = dice.choice(seat.titles)
    if employment is PART:
        grade: str | None = None
    else:
        grade = seat.contract if employment is PPPK else dice.choice(seat.grades)
    number = _number(dice, born, employment, sex, taken)
    month = int(number[12:14]) if employment in (PNS, CPNS) else 10
    since = max(_day(dice, 2018, 2023), date(int(number[8:12]), month, 1))
    return Planned(
        number, _name(dice, sex, names), front, back, employment, unit.key,
        seat.title, seat.type, grade, since, mail=dice.random() > 0.06,
    )  # fmt: skip


def _employment(seat: Seat, dice: random.Random) -> EmploymentType:
    if seat.contract is None:
        return PNS
    kinds = (PNS, PPPK, PART if seat.type is PositionType.OPERATIONAL else PPPK, CPNS)
    return dice.choices(kinds, (58, 26, 9, 7))[0]


def _number(dice: random.Random, born: date, employment: EmploymentType, sex: int, taken: set[str]) -> str:
    while True:
        if employment is PNS:
            year, code = min(born.year + dice.randint(22, 29), 2024), f"{dice.randint(1, 12):02d}"
        elif employment is CPNS:
            year, code = 2026, "03"
        else:
            year, code = (2025, "24") if employment is PART else (dice.randint(2020, 2024), "21")
        number = f"{born:%Y%m%d}{year}{code}{sex}999"
        if number not in taken:
            taken.add(number)
            return number
        born += timedelta(days=1)


def _name(dice: random.Random, sex: int, names: set[str]) -> str:
    # Two people may share a name in life; here each is found by name.
    for _ in range(400):
        name = _draw_name(dice, sex)
        if name not in names:
            names.add(name)
            return name
    raise RuntimeError("the lists of names are too short for so many people")


def _draw_name(dice: random.Random, sex: int) -> str:
    group = dice.choices(GROUPS, WEIGHTS)[0]
    first = dice.choice(group.men if sex == 1 else group.women)
    last = group.men_last if sex == 1 else group.women_last
    return f"{first} {dice.choice(last)}" if last else first


def _day(dice: random.Random, first: int, last: int) -> date:
    return date(dice.randint(first, last), dice.randint(1, 12), dice.randint(1, 28))


def load(now: datetime, story: dict[str, Any] | None = None) -> PeopleDemo:
    """Make the two agencies and everybody in them; what is there already stays as it is. Needs a write section.

    With `story` the result is also put there under "people", for the loaders that follow.
    """
    units = _load_units(now)
    known = _known(p.number for p in plan())
    ids: dict[str, int] = dict(known)
    missing = [p for p in plan() if p.number not in known]
    if missing:
        hashed = hash_password(PASSWORD)
        for person in missing:
            ids[person.number] = _load_person(person, units, hashed, now)
    personas = {p.persona: ids[p.number] for p in _PLANNED if p.persona}
    everybody = _fates(ids, units)
    if missing:
        _load_roles(personas, units, now)
        _live_on(everybody, units, now)
    demo = PeopleDemo(units[REGENCY], units[MINISTRY], units, personas, tuple(everybody))
    if story is not None:
        story["people"] = demo
    return demo


def login_personas(**_place: object) -> list[tuple[str, str, str, str]]:
    """The personas as the login page shows them: label, NIP, password, note."""
    return [(p.label, p.nip, PASSWORD, str(p.note)) for p in PERSONAS]


def _known(numbers: Iterable[str]) -> dict[str, int]:
    rows = db.session.execute(
        select(Person.employee_number, Person.id).where(Person.employee_number.in_(list(numbers)))
    )
    return dict(rows.tuples().all())


def _load_units(now: datetime) -> dict[str, int]:
    rows = db.session.execute(
        select(OrgUnit.code, OrgUnit.id).where(OrgUnit.code.in_([u.key for u in UNITS]))
    )
    known: dict[str, int] = {code: unit_id for code, unit_id in rows if code is not None}
    for unit in UNITS:
        if unit.key not in known:
            known[unit.key] = services.create_unit(
                name=unit.name,
                kind=unit.kind,
                now=now,
                parent_id=known[unit.parent] if unit.parent else None,
                code=unit.key,
                region_code=unit.region,
                timezone=unit.zone,
                valid_from=date(2017, 1, 1),
            )
    return known


def _load_person(person: Planned, units: dict[str, int], hashed: str, now: datetime) -> int:
    agency = "sagaratimur" if person.unit.startswith(REGENCY) else "kebunraya"
    person_id = services.create_person(
        employee_number=person.number,
        name=person.name,
        employment_type=person.employment,
        now=now,
        email=f"{_slug(person.name)}@{agency}.contoh.invalid" if person.mail else None,
        front_title=person.front,
        back_title=person.back,
        password_hash=hashed,
    )
    _seat(person_id, person, units[person.unit], person.since, now)
    return person_id


def _seat(person_id: int, person: Planned, unit_id: int, since: date, now: datetime, **values: Any) -> None:
    services.post_person(
        person_id=person_id,
        org_unit_id=unit_id,
        position_title=values.pop("position", person.position),
        position_type=person.type,
        starts_on=since,
        now=now,
        grade_code=person.grade,
        **values,
    )


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", ".", plain).strip(".")


def _fates(ids: dict[str, int], units: dict[str, int]) -> list[Member]:
    """Who has retired and who has moved, by the plan alone, so that a second load says the same as the first."""
    ordinary = [p for p in plan() if not p.leads and p.persona is None and p.employment is PNS]
    retired = {p.number for p in sorted(ordinary, key=lambda p: p.number)[:RETIRED]}
    moved = dict(_moves([p for p in ordinary if p.number not in retired]))
    return [
        Member(
            ids[p.number],
            units[moved.get(p.number, p.unit)],
            moved.get(p.number, p.unit),
            p.number,
            p.leads,
            p.persona,
            p.number in retired,
            p.number in moved,
        )
        for p in plan()
    ]


def _moves(people: list[Planned]) -> Iterator[tuple[str, str]]:
    dice = random.Random(SEED + 1)
    for person in dice.sample(people, MOVED):
        agency, team = person.unit.split(".")[0], next(u.team for u in UNITS if u.key == person.unit)
        near = [u.key for u in UNITS if u.key.startswith(agency) and u.team == team and u.staff]
        elsewhere = [key for key in near if key != person.unit]
        if elsewhere:
            yield person.number, dice.choice(elsewhere)


def _load_roles(personas: dict[str, int], units: dict[str, int], now: datetime) -> None:
    for key, role, unit in ROLES:
        services.grant_role(
            person_id=personas[key], role=role, now=now, org_unit_id=units[unit] if unit else None
        )


def _live_on(members: list[Member], units: dict[str, int], now: datetime) -> None:
    """Moves, retirements, and posts that somebody else looks after for a while."""
    today = clock.local_date(now)
    by_number = {p.number: p for p in plan()}
    for n, member in enumerate(m for m in members if m.moved):
        person = by_number[member.number]
        moved_on = max(today - timedelta(days=20 + 37 * n), person.since + timedelta(days=1))
        _seat(member.person_id, person, member.unit_id, moved_on, now)
    for n, member in enumerate(m for m in members if m.retired):
        last_day = max(today - timedelta(days=9 + 21 * n), by_number[member.number].since)
        services.retire_person(person_id=member.person_id, on=last_day, now=now)
    heads = {member.unit: member for member in members if member.leads}
    titles = {unit.key: unit.head for unit in UNITS}
    for n, (vacant, looked_after_by) in enumerate(VACANT.items()):
        head = heads[looked_after_by]
        _seat(
            head.person_id,
            by_number[head.number],
            units[vacant],
            today - timedelta(days=30 + 11 * n),
            now,
            position=f"Plt. {titles[vacant]}",
            kind=PostingKind.ACTING,
            ends_on=today + timedelta(days=60),
        )
