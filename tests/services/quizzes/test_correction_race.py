"""A key is corrected in the very instant in which somebody hands in: the corrected key counts, whoever comes first."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from certificates.models import Certificate
from learning.kernel import audit, clock, jobs
from learning.kernel.db import db
from learning.kernel.transaction import write
from quizzes import correcting
from quizzes.items import ItemKind
from quizzes.layout import Paper, paper_from_json
from quizzes.models import Attempt, PassRecord, QuestionSetRow
from quizzes.question_sets import question_set_by_id
from quizzes.regrading import Correction, Remedy
from tests import factories as make
from tests.services.quizzes.conftest import Sitting


def paper_of(session: Any, public_id: uuid.UUID) -> Paper:
    return paper_from_json(session.scalar(select(Attempt.layout).where(Attempt.public_id == public_id)))


def test_a_key_corrected_between_grading_and_commit_still_counts(
    app: Flask, course: str, sitting: Callable[..., Sitting], monkeypatch: pytest.MonkeyPatch, db_session: Any
) -> None:
    """She would pass by the corrected key. Her paper is graded, not yet committed, when the correction is confirmed."""
    sat = sitting()
    set_id = db_session.scalar(select(QuestionSetRow.id).where(QuestionSetRow.course_key == course))
    paper = paper_of(db_session, sat.public_id)
    by_key = question_set_by_id(set_id).by_key
    here, item = next(
        (number, by_key[key])
        for number, key in enumerate(paper.item_keys, 1)
        if by_key[key].kind is ItemKind.SINGLE
    )
    place = paper.place(here)
    assert place is not None
    sat.save(here, {"jawaban": [str(place.shown.index("b") + 1)]})
    # Two more stay empty: 70 with the old key, 80 and a pass with the corrected one.
    for number in [number for number in sat.key if number != here][:-2]:
        sat.save(number, sat.key[number])
    first, second = (make.make_person(roles=[("TRAINER", course)]) for _ in range(2))
    public_id = write(
        correcting.propose,
        question_set_id=set_id,
        correction=Correction(item.key, Remedy.KEY, ("b",)),
        reason="Lihat SKB 2022.",
        proposed_by=first,
        now=clock.now(),
    )
    db_session.remove()
    graded, go_on = threading.Event(), threading.Event()
    note = audit.record

    def pause(action: str, *place: Any, **values: Any) -> Any:
        if action == "quiz.closed":
            graded.set()
            assert go_on.wait(30)
        return note(action, *place, **values)

    monkeypatch.setattr(audit, "record", pause)

    def hand_in() -> None:
        with app.app_context():
            sat.submit()
            db.session.remove()

    def confirm() -> None:
        with app.app_context():
            write(correcting.confirm, public_id=public_id, decided_by=second, now=clock.now())
            jobs.drain()
            db.session.remove()

    with ThreadPoolExecutor(2) as threads:
        handing_in = threads.submit(hand_in)
        assert graded.wait(30)
        confirming = threads.submit(confirm)
        # It has to wait for the hand-in: if it did not, a second is plenty for it to be over.
        held = wait([confirming], timeout=1).not_done == {confirming}
        go_on.set()
        handing_in.result(30)
        confirming.result(30)
    assert held
    jobs.drain()
    db_session.rollback()
    record = db_session.scalars(select(PassRecord)).one()
    assert (record.person_id, record.score) == (sat.person_id, Decimal("80.00"))
    assert db_session.scalar(select(func.count()).select_from(Certificate)) == 1
