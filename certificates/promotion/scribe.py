"""Writes the answers of a long list straight in the form in which they are kept and enter the fingerprint.

`bulk.answer_line` with `checklines.part_of` says the same in plain steps, for short lists and as the measure of this one:
a test holds the two against each other byte by byte. Here what many lines share is written once. The verdict of everybody
who stands alike is one text with marks in it (`standing`), a certificate without its number and code another, a seat a third.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring

from flask_babel import force_locale

from certificates.promotion import checklines
from certificates.promotion.bulk import Entry, answer_line, given_cell, seat_cell
from certificates.promotion.checklines import Part
from certificates.promotion.evidence import Candidate
from certificates.promotion.facts import Facts, PaperFact, SeatFact, freeze
from certificates.promotion.standing import MARKS, MOST_KINDS, Teller, Told
from learning.people import nip
from learning.people.sheets import harmless

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOBODY = Facts(False, "", ())


class Scribe:
    """Answers the parts of one list, each word for word as anybody alone would be answered."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._tails: dict[Told, tuple[str, str]] = {}

    def part(self, entries: Sequence[Entry], found: Mapping[str, Candidate], *, start: int) -> Part:
        """The answers of these entries; `start` is the place of the first in the whole list, from 0."""
        stored: list[str] = []
        cells: list[str] = []
        outcomes: list[str] = []
        seen: list[int] = []
        changed = otherwise = 0
        with force_locale("id"):
            for number, entry in enumerate(entries, start + 1):
                person = None if entry.code or entry.first else found.get(entry.digits)
                if person is None:
                    line = answer_line(number, entry, None, self._teller.tell)
                    outcome = line.outcome
                    stored.append(checklines.stored_text(line))
                    cells.append(checklines.cells_text(line))
                else:
                    outcome = self._line(number, entry, person, stored.append, cells.append)
                    seen.append(person.person_id)
                outcomes.append(outcome)
                if entry.before:
                    changed += entry.before != outcome
                    otherwise += not entry.same
        counts = checklines.counted(outcomes, changed=changed, otherwise=otherwise)
        return Part(len(stored), counts, checklines.packed(stored), "".join(cells).encode(), seen)

    def _line(
        self,
        number: int,
        entry: Entry,
        person: Candidate,
        store: Callable[[str], None],
        cells: Callable[[str], None],
    ) -> str:
        row, raw, digits = entry.row, entry.raw, entry.digits
        person_id, public_id, _, display_name, title, unit, facts = person
        told, numbers = self._teller.marked(facts)
        tails = self._tails.get(told)
        if tails is None:
            tails = self._tail(told)
        said, kept = tails
        for mark, paper in zip(MARKS, numbers, strict=False):
            said, kept = said.replace(mark, paper), kept.replace(mark, paper)
        shown = nip.show(digits)
        # A name as it is displayed has single spaces already.
        name, (seat, seat_json) = harmless(display_name), _seat(title, unit)
        if raw == digits:
            given, raw_json, given_json = shown, f'"{digits}"', f'"{shown}"'
        else:
            given = given_cell(entry)
            raw_json, given_json = encode_basestring(raw), encode_basestring(given)
        serving, employment_type, seats, papers, bare_passes, waivers = facts
        certificates = ",".join(
            [f"[{encode_basestring(one[0])},{encode_basestring(one[1])}{_paper(one[2:])}" for one in papers]
        )
        store(
            f'[{row},{raw_json},"{digits}","{told.outcome}",["{number}","{row}",{given_json},"{shown}",'
            f'{encode_basestring(name)},{seat_json},{kept},{person_id},"{public_id}",'
            f"{_standing(serving, employment_type, seats)},[{certificates}],{_texts(bare_passes)},{_texts(waivers)}],"
            f'"{entry.before}",{"true" if entry.same else "false"}]'
        )
        cells(f"{number}\t{row}\t{given}\t{shown}\t{name}\t{seat}\t{said}")
        return told.outcome

    def _tail(self, told: Told) -> tuple[str, str]:
        if len(self._tails) >= MOST_KINDS:
            self._tails.clear()
        cells = (told.word, told.why, told.remedy, told.numbers, told.codes)
        tails = "\t".join(cells) + "\n", _encode(cells)[1:]
        self._tails[told] = tails
        return tails


@functools.lru_cache(maxsize=MOST_KINDS)
def _seat(title: str, unit: str) -> tuple[str, str]:
    seat = seat_cell(title, unit)
    return seat, encode_basestring(seat)


# The rest are pieces of `facts.freeze`, written by it.
@functools.lru_cache(maxsize=MOST_KINDS)
def _standing(serving: bool, employment_type: str, seats: tuple[SeatFact, ...]) -> str:
    return _encode(freeze(Facts(serving, employment_type, seats))[:3])[:-1]


@functools.lru_cache(maxsize=MOST_KINDS)
def _paper(rest: tuple[object, ...]) -> str:
    paper: PaperFact = ("", "", *rest)  # type: ignore[assignment]
    [frozen] = freeze(_NOBODY._replace(certificates=(paper,)))[3]
    return "," + _encode(frozen[2:])[1:]


@functools.lru_cache(maxsize=MOST_KINDS)
def _texts(texts: tuple[str, ...]) -> str:
    return _encode(texts)
