"""A list answers everybody who stands alike at once, and says of each what it would say of them alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from certificates.promotion.facts import Facts, PaperFact, evidence_of, freeze, thaw
from certificates.promotion.firsts import Firsts
from certificates.promotion.rules import (
    CourseNeed,
    Demand,
    Exemption,
    Mode,
    Proof,
    RequirementSource,
    Rule,
    RuleKind,
    Transition,
)
from certificates.promotion.standing import MOST_KINDS, Teller, cell
from certificates.promotion.texts import Speaker
from learning.people import nip

DAY = date(2027, 4, 1)
RULES = [
    Demand((CourseNeed("netral", "Netralitas"),), Mode.ALL, 0, 0, Proof.VALID, 0),
    Demand((CourseNeed("netral", "Netralitas", date(2026, 3, 1)),), Mode.ALL, 0, 0, Proof.EITHER, 6),
    Demand((CourseNeed("netral", "Netralitas"), CourseNeed("etis", "Etika")), Mode.COUNT, 1, 4, Proof.RECENT, 12),
]  # fmt: skip


@pytest.fixture
def words() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), force_locale("id"):
        yield


def rule(demand: Demand, **changes: object) -> Rule:
    values: dict[str, object] = {
        "key": "uji", "version": 1, "title": "Uji", "kind": RuleKind.POSITION, "target_level": "", "source": RequirementSource.LAW,
        "legal_basis": "", "note": "", "valid_from": date(2026, 1, 1), "valid_to": None, "demand": demand,
    }  # fmt: skip
    return Rule(**{**values, **changes})  # type: ignore[arg-type]


def somebody(dice: random.Random) -> Facts:
    """One of many, with few kinds of everything, so that many stand alike."""

    def day(before: int) -> date:
        return DAY - timedelta(days=dice.choice([0, 1, 180, 200, 364, 365, 366, before]))

    def paper(number: str) -> PaperFact:
        issued = day(700)
        return (
            number, number[::-1], dice.choice(["netral", "etis", "lain"]), issued,
            dice.choice([None, DAY, DAY - timedelta(days=1), DAY + timedelta(days=80)]),
            dice.choice([None, None, DAY, DAY + timedelta(days=1)]), dice.choice([None, None, DAY]),
            dice.choice([None, issued]), dice.choice([None, day(500)]), dice.choice([0, 3, 6]),
        )  # fmt: skip

    numbers = dice.sample(
        ["0412/NETRA/BKN/XI/2026", "0413/NETRA/BKN/XI/2026", "9/A", "=1+1", " 7", "12  3", "\ue000", "A-1"], 3
    )
    return Facts(
        dice.random() < 0.9,
        dice.choice(["PNS", "PPPK"]),
        tuple(
            (dice.choice([1, 2]), dice.choice(["FUNCTIONAL", "ADMINISTRATOR"]), dice.choice([None, "III/c", "IX"]))
            for _ in range(dice.choice([0, 1, 1, 1, 1, 2]))
        ),
        tuple(paper(numbers[at]) for at in range(dice.choice([0, 1, 1, 2, 3]))),
        dice.choice([(), (), ("netral",)]),
        dice.choice([(), (), ("cuti",)]),
    )  # fmt: skip


@pytest.mark.parametrize("demand", RULES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": RuleKind.RANK, "from_grades": ("III/c",)},
        {"agency_id": 1, "from_positions": ("FUNCTIONAL",)},
        {"exemptions": (Exemption("Cuti", key="cuti"), Exemption("PPPK", employment_types=("PPPK",)))},
        {"transition": Transition(DAY, RULES[0])},
        {"valid_to": date(2026, 12, 31)},
    ],
)
@pytest.mark.usefixtures("words")
def test_everybody_gets_the_answer_they_would_get_alone(demand: Demand, changes: dict[str, object]) -> None:
    asked = rule(demand, **changes)
    teller, alone = Teller(asked, Speaker(DAY)), Teller(asked, Speaker(DAY))
    dice = random.Random(7)
    for _ in range(300):
        facts = somebody(dice)
        assert teller.tell(facts) == alone.by_oneself(facts), facts
        assert teller.tell(facts) == alone.by_oneself(facts), "the second time, from memory"


@pytest.mark.usefixtures("words")
def test_a_kind_is_decided_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Facts] = []
    teller = Teller(rule(RULES[0]), Speaker(DAY))
    kept = teller.by_oneself
    monkeypatch.setattr(Teller, "by_oneself", lambda _self, facts: asked.append(facts) or kept(facts))
    for number in range(1_000):
        paper = (f"N{number}", f"C{number}", "netral", DAY, None, None, None, DAY, None, 3)
        told = teller.tell(Facts(True, "PNS", ((number, "FUNCTIONAL", f"III/{number}"),), (paper,)))
        assert told.numbers == f"N{number}"
        assert f"N{number} " in told.why
    assert len(asked) == 2, "the first one, and the same one with marks"
    assert MOST_KINDS > 1_000


def test_a_number_that_a_spreadsheet_would_read_as_a_formula_is_made_harmless() -> None:
    assert cell("=1+1") == "'=1+1"
    assert cell(" a \u00a0 b\x1fc ") == "a b c"


def test_facts_are_kept_word_for_word() -> None:
    dice = random.Random(3)
    for _ in range(200):
        facts = somebody(dice)
        assert thaw(freeze(facts)) == evidence_of(facts)


def test_where_a_number_stood_first() -> None:
    dice = random.Random(1)
    kept: dict[str, int] = {}
    firsts = Firsts()
    for row in range(1, 30_000):
        digits = f"{dice.randrange(12_000) * 83_333_333_333_333:018d}"
        assert firsts.row_of(digits, row) == kept.setdefault(digits, row)
    assert Firsts().row_of("0" * 18, 5) == 5
    assert Firsts().row_of("9" * 18, 5) == 5


@pytest.mark.parametrize("today", [date(2026, 11, 25), date(1990, 2, 14)])
def test_the_short_way_to_read_a_number_takes_nothing_that_the_long_way_refuses(today: date) -> None:
    dice = random.Random(5)
    good = "199002142015032999"
    found = 0
    for _ in range(20_000):
        digits = list(good)
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            digits[dice.randrange(18)] = dice.choice("0123456789１a ")
        text = "".join(digits) + dice.choice(["", "", "", "1"])
        short, long = nip.stands_as_it_is(text, today=today), nip.read(text, today=today)
        assert not short or (long.digits == text and long.raw == text)
        assert short == (long.digits == text), "and misses none that stands as it is"
        found += short
    assert found > 1_000
    for cell_value in (199002142015032999, None, 1.5, f" {good}", f"'{good}"):
        assert not nip.stands_as_it_is(cell_value, today=today)


def test_rows_of_a_list_do_not_depend_on_how_it_is_read() -> None:
    from certificates.promotion import bulk

    numbers = [f"1990021420150329{n:02d}" for n in range(20, 60)]
    plain = "\n".join(numbers)
    lists = {
        "plain": plain,
        "heading": "NIP\n" + plain,
        "table": "NIP;Nama\n" + "\n".join(f"{one};X" for one in numbers),
        "odd ends": plain.replace("\n", "\u2028"),
        "blank lines": "\n\n" + plain.replace("\n", "\r\n\r\n"),
    }
    read = {name: bulk.read_list(text.encode(), today=date(2026, 11, 25)) for name, text in lists.items()}
    for name, entries in read.items():
        assert [entry.digits for entry in entries] == numbers, name
    assert [entry.row for entry in read["plain"]] == [entry.row for entry in read["odd ends"]]
    assert [entry.row - 1 for entry in read["heading"]] == [entry.row for entry in read["plain"]]
    assert [entry.row for entry in read["table"]] == [entry.row for entry in read["heading"]]
    assert {b - a for a, b in pairwise(entry.row for entry in read["blank lines"])} == {2}
