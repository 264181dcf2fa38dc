"""A long list is written the short way, and byte by byte as it would be written line by line."""

from __future__ import annotations

import random

import pytest

from certificates.promotion import bulk, checklines
from certificates.promotion.bulk import Entry
from certificates.promotion.evidence import Candidate
from certificates.promotion.rules import Exemption, Rule
from certificates.promotion.scribe import Scribe
from certificates.promotion.standing import Teller
from certificates.promotion.texts import Speaker
from learning.people.names import display_name
from tests.rules.certificates.test_standing import DAY, RULES, rule, somebody, words

__all__ = ["words"]

NAMES = [
    "Ratna Contoh",
    '  Ni "Luh"   Ayu',
    "=SUM(A1)",
    "Aziz\\Putra",
    "D'Arc\x1f\u00a0X",
    "R\u0113na \U0001f600",
    "",
]
TITLES = [("", ""), ("Dr.", "S.E."), (" Prof.  Dr. ", ", M.Si."), ("", " , "), ("-", "")]
SEATS = [("", ""), ("Analis", "Dinas A"), ("=Kepala", 'Bidang "X"'), ("", "Dinas\tB")]


def listed(dice: random.Random, people: int) -> tuple[list[Entry], dict[str, Candidate]]:
    """Entries of every sort, and who was found: somebody whom the asker may not see is found no more than nobody."""
    lines, found = [], {}
    for number in range(people):
        digits = f"19900214{2000 + number // 90}03{1 + number % 2}{1 + number % 900:03d}"
        raw = dice.choice([digits, digits, digits, f"'{digits}", f"={digits}", f"{digits[:8]} {digits[8:]}"])
        before = dice.choice(["", "", "ELIGIBLE", "REFUSED"])
        entry = Entry(number + 3, raw, digits, before=before, same=not before or dice.random() < 0.5)
        kind = dice.randrange(12)
        if kind == 0:
            entry = entry._replace(
                digits="", raw="1.98501E+17", code="nip.scientific", params={"found": "1.98501E+17"}
            )
        elif kind == 1:
            entry = entry._replace(first=2)
        elif kind == 2:
            entry = entry._replace(digits="", code="nip.too_short", told=("Tak terbaca", "Ulangi\tini"))
        if kind > 3:
            front, back = dice.choice(TITLES)
            found[digits] = Candidate(
                number + 7, f"p-{number}", digits, display_name(dice.choice(NAMES), front, back), *dice.choice(SEATS),
                somebody(dice),
            )  # fmt: skip
        lines.append(entry)
    return lines, found


@pytest.mark.parametrize(
    "asked",
    [
        rule(RULES[0]),
        rule(RULES[1], agency_id=1, from_grades=("III/c",)),
        rule(RULES[2], exemptions=(Exemption("Cuti", key="cuti"),)),
    ],
)
@pytest.mark.usefixtures("words")
def test_the_short_way_writes_what_the_plain_way_writes(asked: Rule) -> None:
    entries, found = listed(random.Random(11), 600)
    alone, scribe = Teller(asked, Speaker(DAY)), Scribe(Teller(asked, Speaker(DAY)))
    for start in (0, 600):  # the second time from memory
        plain = [
            bulk.answer_line(
                number,
                entry,
                None if entry.code or entry.first else found.get(entry.digits),
                alone.by_oneself,
            )
            for number, entry in enumerate(entries, start + 1)
        ]
        assert scribe.part(entries, found, start=start) == checklines.part_of(plain)
        assert list(checklines.unpack(scribe.part(entries, found, start=start).content)) == list(
            checklines.unpack(checklines.pack(plain))
        )


@pytest.mark.usefixtures("words")
def test_a_part_counts_what_changed_and_whom_it_showed() -> None:
    entries, found = listed(random.Random(4), 200)
    part = Scribe(Teller(rule(RULES[0]), Speaker(DAY))).part(entries, found, start=0)
    lines = list(checklines.unpack(part.content))
    assert part.lines == len(lines) == 200
    assert sum(part.counts.get(name, 0) for name in checklines.OUTCOMES) == 200
    assert part.counts["CHANGED"] == sum(line.before not in {"", line.outcome} for line in lines) > 0
    assert part.counts["RECOMPUTED_OTHERWISE"] == sum(not line.same for line in lines) > 0
    assert part.seen == [line.person_id for line in lines if line.person_id is not None]
