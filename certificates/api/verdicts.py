"""Verdicts as answers of the interface: one person in full, many as lines. Decided by `eligibility.decide` alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale

from certificates.api.lines import Given
from certificates.api.queries import Caller
from certificates.promotion import evidence
from certificates.promotion import queries as rule_queries
from certificates.promotion import texts as rule_texts
from certificates.promotion.eligibility import Outcome, Reason, Verdict, decide
from certificates.promotion.rules import Rule
from certificates.promotion.standing import Teller, Told
from learning.people import nip
from learning.people.nip import Reading

CHUNK = 1_000
SHOWN = 40
UNKNOWN_PERSON = "person.unknown"
UNREADABLE = "line.unreadable"


@dataclass(frozen=True, slots=True)
class Question:
    """One rule as of one day, with the knowledge of one moment, among the people of one agency on the day `on`."""

    rule: Rule
    as_of: date
    known_at: datetime
    on: date
    teller: Teller


def rule_for(caller: Caller, key: str, as_of: date, known_at: datetime) -> Rule | None:
    """The version of a rule that answers for the day, among the national ones and those of the caller's agency."""
    agencies = rule_queries.agencies_of(caller.principal)
    return rule_queries.rule_on(key, as_of, agencies=agencies, known_at=known_at)


def one(caller: Caller, number: str, question: Question) -> tuple[dict[str, Any], int] | None:
    """The verdict on one person and their id; None for somebody of another agency and for nobody alike."""
    found = evidence.candidates_by_number(
        [number],
        principal=caller.principal,
        on=question.on,
        rule=question.rule,
        as_of=question.as_of,
        known_at=question.known_at,
    ).get(number)
    if found is None:
        return None
    verdict = decide(question.rule, found.evidence, question.as_of)
    body = {
        "nip": number,
        "rule": rule_used(question.rule),
        "as_of": question.as_of.isoformat(),
        "known_at": question.known_at.isoformat(),
        "outcome": str(verdict.outcome),
        "reasons": [_reason(reason, question.as_of) for reason in verdict.reasons],
        "notes": [_reason(reason, question.as_of) for reason in verdict.notes],
        "satisfied_by": _numbers(verdict),
        "missing": list(dict.fromkeys(need.key for need in verdict.missing)),
    }
    return body, found.person_id


def lines(
    caller: Caller, given: list[Given], question: Question, today: date
) -> tuple[list[dict[str, Any]], list[int]]:
    """The answers to at most `CHUNK` lines in their order, and the ids of the persons they speak of. One pair of statements."""
    read = [
        (number, text, nip.read(text, today=today) if text is not None else None) for number, text in given
    ]
    wanted = {reading.digits for _, _, reading in read if reading is not None and reading.digits is not None}
    people = evidence.candidates_by_number(
        sorted(wanted),
        principal=caller.principal,
        on=question.on,
        rule=question.rule,
        as_of=question.as_of,
        known_at=question.known_at,
    )
    answers: list[dict[str, Any]] = []
    looks: list[int] = []
    with force_locale("id"):  # a system takes codes, not sentences: any language does
        _answer_all(read, people, question, answers, looks)
    return answers, looks


def _answer_all(
    read: list[tuple[int, str | None, Reading | None]],
    people: dict[str, evidence.Candidate],
    question: Question,
    answers: list[dict[str, Any]],
    looks: list[int],
) -> None:
    for number, text, reading in read:
        shown = (text or "").strip()[:SHOWN]
        if reading is None:
            answers.append(_refused(number, shown, UNREADABLE))
        elif reading.digits is None:
            answers.append(_refused(number, shown, reading.problems[0].code))
        elif reading.digits not in people:
            answers.append(_refused(number, shown, UNKNOWN_PERSON))
        else:
            person = people[reading.digits]
            answers.append(_line(number, shown, question.teller.tell(person.facts)))
            looks.append(person.person_id)


def no_counts() -> dict[str, int]:
    """A tally of nothing yet."""
    return dict.fromkeys([*(str(outcome) for outcome in Outcome), "problems"], 0)


def add_counts(counts: dict[str, int], answers: Iterable[dict[str, Any]]) -> None:
    """Add answers to a tally."""
    for answer in answers:
        counts[answer["outcome"] or "problems"] += 1


def rule_used(rule: Rule) -> dict[str, Any]:
    """Which version of a rule was asked."""
    return {"key": rule.key, "version": rule.version, "title": rule.title}


def rule_shown(rule: Rule) -> dict[str, Any]:
    """A rule as the list of rules shows it."""
    return {
        **rule_used(rule),
        "kind": str(rule.kind),
        "target_level": rule.target_level,
        "source": str(rule.source),
        "legal_basis": rule.legal_basis,
        "note": rule.note,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "courses": [{"key": need.key, "title": need.title} for need in rule.demand.courses],
        "national": rule.agency_id is None,
    }


def _line(number: int, shown: str, told: Told) -> dict[str, Any]:
    return {
        "line": number,
        "nip": shown,
        "outcome": told.outcome,
        "reasons": list(told.reasons),
        "certificates": list(told.proofs),
        "problem": None,
    }


def _refused(number: int, shown: str, problem: str) -> dict[str, Any]:
    return {
        "line": number,
        "nip": shown,
        "outcome": None,
        "reasons": [],
        "certificates": [],
        "problem": problem,
    }


def _numbers(verdict: Verdict) -> list[str]:
    return [record.number for record in verdict.satisfied_by]


def _reason(reason: Reason, as_of: date) -> dict[str, Any]:
    return {
        "code": str(reason.code),
        "text": rule_texts.sentence(reason, as_of),
        "certificate": reason.certificate.number if reason.certificate else None,
        "course": reason.course.key if reason.course else None,
    }
