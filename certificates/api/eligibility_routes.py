"""Eligibility of one person, of a list, and of a list that is too long to hold in memory; and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from flask import Flask, current_app, request

from certificates.api import lines, services, verdicts
from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import CSV, NDJSON, Body, Budget, Operation, Parameter, Place, Reply
from certificates.api.schemas import DAY, MAX_PEOPLE, MOMENT, NIP, RULE_KEY, ref
from certificates.api.scopes import Scope
from certificates.api.streaming import AT_ONCE, Counted
from certificates.api.validation import read_moment
from certificates.api.verdicts import Question
from certificates.promotion import queries as rule_queries
from certificates.promotion.bulk import teller_for
from learning.kernel.db import db
from learning.kernel.errors import Invalid, NotFound
from learning.kernel.transaction import write

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MAX_STREAM = 64 * 1024 * 1024
WHEN = (
    Parameter("rule", Place.QUERY, RULE_KEY, "Key of the rule.", required=True),
    Parameter("as_of", Place.QUERY, DAY, "The day in question, 2000 to 2100; today if left out."),
    Parameter(
        "known_at",
        Place.QUERY,
        MOMENT,
        "Answer with the knowledge of that moment: what was recorded later does not count. Now if left out.",
    ),
)


@operation(
    Operation(
        id="person_eligibility",
        method="GET",
        path="/people/{nip}/eligibility",
        scope=Scope.ELIGIBILITY_READ,
        summary="Whether a rule is met by one person on a day",
        text="The person sees on the page of their data that your system asked, and for what purpose.",
        parameters=(Parameter("nip", Place.PATH, NIP, "Employee number.", required=True), *WHEN),
        reply=Reply("The verdict with its reasons.", ref("Eligibility")),
        problems=("person-unknown", "rule-unknown", "moment-ahead", "day-out-of-range"),
        tag="Eligibility",
    )
)
def person_eligibility(asked: Asked) -> Outcome:
    """One person. Somebody of another agency and nobody at all get the same answer from the same statements."""
    question = _question(asked, asked.values)
    found = verdicts.one(asked.caller, asked.values["nip"], question)
    if found is None:
        raise NotFound("api.person_unknown")
    body, person_id = found
    return Outcome(body, looks=[person_id])


@operation(
    Operation(
        id="check_eligibility",
        method="POST",
        path="/eligibility/checks",
        scope=Scope.ELIGIBILITY_READ,
        summary=f"Whether a rule is met by each of up to {MAX_PEOPLE} people",
        text="Answers in the order of the input. Numbers of other agencies and numbers of nobody are told apart by nothing.",
        body=Body("Rule, day and numbers.", ref("BulkQuestion")),
        reply=Reply("One line for each number.", ref("BulkAnswer")),
        problems=("json-invalid", "too-large", "media-type", "rule-unknown", "moment-ahead", "day-out-of-range", "key-form", "key-reused",
                  "key-in-progress"),
        budget=Budget.BULK,
        keeps=True,
        tag="Eligibility",
    )
)  # fmt: skip
def check_eligibility(asked: Asked) -> Outcome:
    """A list in one answer."""
    question = _question(asked, asked.body)
    given = [(number, text) for number, text in enumerate(asked.body["people"], start=1)]
    answers: list[dict[str, Any]] = []
    looks: list[int] = []
    for start in range(0, len(given), verdicts.CHUNK):
        part, seen = verdicts.lines(
            asked.caller, list(given[start : start + verdicts.CHUNK]), question, asked.caller.today(asked.now)
        )
        answers += part
        looks += seen
    counts = verdicts.no_counts()
    verdicts.add_counts(counts, answers)
    body = {
        "rule": verdicts.rule_used(question.rule),
        "as_of": question.as_of.isoformat(),
        "known_at": question.known_at.isoformat(),
        "counts": counts,
        "lines": answers,
    }
    return Outcome(body, looks=looks)


@operation(
    Operation(
        id="stream_eligibility",
        method="POST",
        path="/eligibility/stream",
        scope=Scope.ELIGIBILITY_READ,
        summary="Whether a rule is met by each of a million people",
        text=(
            "Send NDJSON (each line a JSON string or an object with `nip`) or CSV (the column `nip`, else the first). The"
            " answer comes line by line while the list is read: NDJSON, or CSV if you accept only that. The last line is"
            ' `{"end": true, …}` (CSV: `end` in the first column); without it something is missing and you ask again.'
            f" At most {AT_ONCE} streams of one token at once."
        ),
        parameters=WHEN,
        body=Body(
            "The numbers, at most 64 MiB.", None, (NDJSON, CSV), MAX_STREAM, example='"198501012010011001"\n'
        ),
        reply=Reply("One line for each line, then the end.", None, media=(NDJSON, CSV)),
        problems=("too-large", "media-type", "rule-unknown", "moment-ahead", "day-out-of-range"),
        budget=Budget.STREAM,
        tag="Eligibility",
    )
)
def stream_eligibility(asked: Asked) -> Outcome:
    """A list that nobody holds in memory."""
    question = _question(asked, asked.values)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    given = lines.numbers(lines.split(asked.body.read), request.mimetype)
    parts = Counted(asked.caller.token_id, _streamed(app, asked, given, question))
    return Outcome(stream=parts, media=asked.media)


@operation(
    Operation(
        id="list_rules",
        method="GET",
        path="/rules",
        scope=Scope.ELIGIBILITY_READ,
        summary="The promotion rules to choose from on a day",
        text="National rules and those of your agency, each in the version that answers for the day.",
        parameters=(Parameter("on", Place.QUERY, DAY, "The day; today if left out."),),
        reply=Reply("The rules.", ref("Rules")),
        problems=("day-out-of-range",),
        tag="Eligibility",
    )
)
def list_rules(asked: Asked) -> Outcome:
    """The rules within the caller's reach."""
    day = _day(asked, asked.values["on"], "on")
    found = rule_queries.rules_for(day, agencies=rule_queries.agencies_of(asked.caller.principal))
    return Outcome({"on": day.isoformat(), "items": [verdicts.rule_shown(rule) for rule in found]})


def _question(asked: Asked, values: dict[str, Any]) -> Question:
    as_of = _day(asked, values.get("as_of"), "as_of")
    known_at = _moment(asked, values.get("known_at"))
    rule = verdicts.rule_for(asked.caller, values["rule"], as_of, known_at)
    if rule is None:
        raise NotFound("api.rule_unknown")
    return Question(rule, as_of, known_at, asked.caller.today(asked.now), teller_for(rule, as_of))


def _day(asked: Asked, text: str | None, name: str) -> date:
    if text is None:
        return asked.caller.today(asked.now)
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            "api.day_out_of_range", name=name, first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat()
        )
    return day


def _moment(asked: Asked, text: str | None) -> datetime:
    if text is None:
        return asked.now
    moment = read_moment(text)
    if moment > asked.now:
        raise Invalid("api.moment_ahead")
    return moment


def _streamed(app: Flask, asked: Asked, given: Iterator[lines.Given], question: Question) -> Iterator[bytes]:
    counts, total = verdicts.no_counts(), 0
    caller = asked.caller
    yield lines.opening(asked.media)
    while chunk := list(islice(given, verdicts.CHUNK)):
        # The request is over by now: each part has a session and a commit of its own, and is logged before it is sent.
        with app.app_context():
            answers, looks = verdicts.lines(caller, chunk, question, caller.today(asked.now))
            db.session.rollback()
            if looks:
                write(
                    services.log_looks,
                    subject_ids=looks,
                    made_by=caller.made_by,
                    purpose=caller.purpose,
                    now=asked.now,
                )
        verdicts.add_counts(counts, answers)
        total += len(answers)
        yield lines.packed(answers, asked.media)
    yield lines.closing(total, counts, asked.media)
