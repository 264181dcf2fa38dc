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
from certificates.promotion.facts import Facts, evidence_of
from certificates.promotion.rules import Rule
from certificates.promotion.texts import Speaker
from learning.people.sheets import harmless

MOST_KINDS = 20_000
# Characters of the private use area: no text of ours holds them, and they sort in this order.
_MARKS = "".join(chr(0xE000 + at) for at in range(8))
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

    def tell(self, facts: Facts) -> Told:
        """What the list says about somebody."""
        numbers = [paper[0] for paper in facts.certificates]
        kind = self._kind(facts, numbers)
        if kind is None:
            return self.by_oneself(facts)
        if kind in self._known:
            known = self._known[kind]
            return self.by_oneself(facts) if known is None else _filled(known, sorted(numbers))
        told = self.by_oneself(facts)
        if len(self._known) >= MOST_KINDS:
            self._known.clear()
        marked = self.by_oneself(kind)
        self._known[kind] = marked if _filled(marked, sorted(numbers)) == told else None
        return told

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
        ranks: dict[str, str] = {}
        if numbers:
            ranks = dict(zip(sorted(numbers), _MARKS, strict=False))
            if len(ranks) < len(numbers) or not all(map(_PLAIN.fullmatch, numbers)):
                return None
        own, graded = self._own, self._graded
        return Facts(
            facts.serving,
            facts.employment_type,
            tuple(
                [
                    (agency if agency == own else _ELSEWHERE, position, grade if graded else None)
                    for agency, position, grade in facts.seats
                ]
            ),
            tuple([(ranks[paper[0]], "", *paper[2:]) for paper in facts.certificates]),
            facts.bare_passes,
            facts.waivers,
        )


def _filled(told: Told, numbers: list[str]) -> Told:
    if not numbers:
        return told
    why, remedy, shown = told.why, told.remedy, told.numbers
    for mark, number in zip(_MARKS, numbers, strict=False):
        why, remedy, shown = (
            why.replace(mark, number),
            remedy.replace(mark, number),
            shown.replace(mark, number),
        )
    proofs = tuple([numbers[_MARKS.index(mark)] for mark in told.proofs])
    return Told(told.outcome, told.word, why, remedy, shown, told.codes, proofs, told.reasons)
