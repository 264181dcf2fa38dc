"""What a list says about a person, worked out once for everybody who stands alike.

A million civil servants hold a few thousand kinds of evidence: the same course passed on the same day, from the same kind
of position. `decide` is asked once for each kind, with marks in place of the certificate numbers, and the numbers are
put in afterwards. The marks sort as the numbers do, because the number is what decides between two equal certificates.

The first of each kind is answered both ways; where the two differ, or a number holds something that a spreadsheet would
read otherwise, everybody of that kind is answered by himself. So the shortcut can cost time, never an answer.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from certificates.promotion.eligibility import decide
from certificates.promotion.facts import Facts, PaperFact, SeatFact, evidence_of
from certificates.promotion.rules import Rule
from certificates.promotion.texts import Speaker
from learning.people.sheets import harmless

MOST_KINDS = 20_000
# Characters of the private use area: no text of ours holds them, and they sort in this order.
MARKS = "".join(chr(0xE000 + at) for at in range(8))
_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z./_()-]| (?=\S))*")
_SPACES = re.compile(r"[^\S\x1f]+")
_ELSEWHERE = -1


class Told(NamedTuple):
    """The cells that follow from the verdict, and the outcome as stored."""

    outcome: str
    word: str
    why: str
    remedy: str
    numbers: str
    codes: str
    # For whoever takes no cells: numbers of the certificates that prove it, and the codes.
    proofs: tuple[str, ...]
    reasons: tuple[str, ...]


_UNKNOWN = Told("", "", "", "", "", "", (), ())


def cell(text: str) -> str:
    """A text as the cell of a list: single spaces, and nothing that a spreadsheet program would take for a formula."""
    return harmless(_SPACES.sub(" ", text.replace("\x1f", " ")).strip())


class Teller:
    """Answers persons by one version of a rule as of one day. Used under the locale of the list."""

    def __init__(self, rule: Rule, say: Speaker) -> None:
        self._rule, self._say = rule, say
        # Of a seat a verdict sees whether it is in the rule's agency, and the grade only if the rule asks for grades.
        self._own, self._graded = rule.agency_id, bool(rule.from_grades)
        self._known: dict[Facts, Told | None] = {}
        self._seats: dict[tuple[SeatFact, ...], tuple[SeatFact, ...]] = {}

    def tell(self, facts: Facts) -> Told:
        """What the list says about somebody."""
        return _filled(*self.marked(facts))

    def marked(self, facts: Facts) -> tuple[Told, list[str]]:
        """The same with marks in place of the numbers, and the numbers in the order of `MARKS`; without numbers it is
        already word for word. Everybody who stands alike gets the very same object.
        """
        papers = facts.certificates
        numbers = [papers[0][0]] if len(papers) == 1 else sorted([paper[0] for paper in papers])
        kind = self._kind(facts, numbers)
        if kind is None:
            return self.by_oneself(facts), []
        known = self._known.get(kind, _UNKNOWN)
        if known is _UNKNOWN:
            marked = self.by_oneself(kind)
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            known = marked if _filled(marked, numbers) == self.by_oneself(facts) else None
            self._known[kind] = known
        return (self.by_oneself(facts), []) if known is None else (known, numbers)

    def by_oneself(self, facts: Facts) -> Told:
        """The same without the shortcut."""
        say = self._say
        verdict = decide(self._rule, evidence_of(facts), say.as_of)
        reasons = (*verdict.reasons, *verdict.notes)
        return Told(
            str(verdict.outcome),
            cell(say.outcome(verdict.outcome)),
            cell(" ".join(say.sentence(reason) for reason in reasons)),
            cell(say.remedy(verdict)),
            cell(" ".join(record.number for record in verdict.satisfied_by)),
            cell(" ".join(str(reason.code) for reason in verdict.reasons)),
            tuple(record.number for record in verdict.satisfied_by),
            tuple(str(reason.code) for reason in verdict.reasons),
        )

    def _kind(self, facts: Facts, numbers: list[str]) -> Facts | None:
        """The facts without what no verdict depends on; None: nobody else can stand like this."""
        serving, employment_type, seats, papers, bare_passes, waivers = facts
        marked: tuple[PaperFact, ...] = ()
        if numbers:
            ranks = dict(zip(numbers, MARKS, strict=False))
            if len(ranks) < len(numbers) or not all(map(_PLAIN.fullmatch, numbers)):
                return None
            marked = tuple([(ranks[paper[0]], "", *paper[2:]) for paper in papers])
        seen = self._seats.get(seats)
        if seen is None:
            seen = self._seats_seen(seats)
        return Facts(serving, employment_type, seen, marked, bare_passes, waivers)

    def _seats_seen(self, seats: tuple[SeatFact, ...]) -> tuple[SeatFact, ...]:
        if len(self._seats) >= MOST_KINDS:
            self._seats.clear()
        own, graded = self._own, self._graded
        seen = tuple(
            [
                (agency if agency == own else _ELSEWHERE, position, grade if graded else None)
                for agency, position, grade in seats
            ]
        )
        self._seats[seats] = seen
        return seen


def _filled(told: Told, numbers: list[str]) -> Told:
    if not numbers:
        return told
    why, remedy, shown = told.why, told.remedy, told.numbers
    for mark, number in zip(MARKS, numbers, strict=False):
        why, remedy, shown = (
            why.replace(mark, number),
            remedy.replace(mark, number),
            shown.replace(mark, number),
        )
    proofs = tuple([numbers[MARKS.index(mark)] for mark in told.proofs])
    return Told(told.outcome, told.word, why, remedy, shown, told.codes, proofs, told.reasons)
