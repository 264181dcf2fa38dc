"""What this package keeps about somebody, for "my data"."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from learning.kernel.db import db
from quizzes import corrections
from quizzes.kinds import kind_of
from quizzes.layout import paper_from_json
from quizzes.models import Attempt, PassRecord
from quizzes.question_sets import question_set_by_id
from quizzes.responses import latest_responses


def stored_here(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What this package keeps about somebody, for "my data": attempts and one's own answers, never any key."""
    attempts = db.session.scalars(
        select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.id)
    ).all()
    passes = set(db.session.scalars(select(PassRecord.attempt_id).where(PassRecord.person_id == person_id)))
    lifted = corrections.lifted_scores([row.id for row in attempts])
    answers = []
    for attempt in attempts:
        paper = paper_from_json(attempt.layout)
        items = question_set_by_id(attempt.question_set_id).by_key
        for number, standing in latest_responses(attempt.id).items():
            item = items[paper.places[number - 1].item_key]
            answers.append(
                {
                    _("Kursus"): attempt.course_key,
                    _("Percobaan"): attempt.number,
                    _("Soal"): number,
                    _("Jawaban Anda"): kind_of(item).summary(item, standing.answer),
                    _("Disimpan"): standing.saved_at,
                }
            )
    return {
        _("Percobaan kuis"): [
            {
                _("Kursus"): row.course_key,
                _("Percobaan"): row.number,
                _("Mulai"): row.started_at,
                _("Selesai"): row.submitted_at,
                _("Nilai"): row.score,
                _("Lulus"): row.passed or row.id in passes if row.passed is not None else None,
                _("Nilai sesudah kunci diperbaiki"): lifted.get(row.id),
            }
            for row in attempts
        ],
        _("Jawaban kuis"): answers,
    }
