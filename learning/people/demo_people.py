"""The people of the demo, some three hundred and all invented, before the database knows them, and the personas among them.

Pure: the same plan at every call.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from learning.kernel.access import Role
from learning.people.demo_names import GROUPS, WEIGHTS
from learning.people.demo_units import LEADER_GRADES, LEADERS, MINISTRY, REGENCY, TEAMS, UNITS, Seat, Unit
from learning.people.kinds import EmploymentType, PositionType
from learning.people.names import display_name

PEOPLE = 320
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
PLANNED = (
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
    for p in PLANNED
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
    """The same people at every call."""
    dice = random.Random(SEED)
    people = list(PLANNED)
    taken = {p.number for p in people}
    names = {p.name for p in people}
    led = {p.unit for p in people if p.leads} | VACANT.keys()
    for unit in UNITS:
        if unit.head and unit.key not in led:
            people.append(_leader(unit, dice, taken, names))
        people += [_member(unit, dice, taken, names) for _ in range(unit.staff)]
    large = [unit for unit in UNITS if unit.staff >= 4]
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
