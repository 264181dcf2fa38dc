"""Reads for the learner's pages; frozen rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from courses import journey
from courses.editions import Edition, current_edition, edition_of
from courses.journey import ModuleProgress, NextStep
from courses.models import Course, CourseMedia, CourseVersion, Decision, DecisionTally
from learning.kernel.db import db
from learning.records import queries as records
from learning.records.queries import EnrolmentRow
from learning.records.texts import STATUS

FEWEST_SHOWN = 5
"""From so many others on, their decisions are shown: fewer could be guessed person by person."""


@dataclass(frozen=True)
class Study:
    """Where somebody stands in a course. `enrolment` None: not taken up; `edition` is the one they see."""

    edition: Edition
    enrolment: EnrolmentRow | None
    done: dict[str, datetime]

    @property
    def progress(self) -> list[ModuleProgress]:
        """Each module with what is left in it."""
        return journey.progress(self.edition.modules, self.done)

    @property
    def next(self) -> NextStep:
        """The one thing to do next."""
        return journey.next_step(self.edition.modules, self.done)

    @property
    def steps_done(self) -> int:
        """Steps done of this edition."""
        return sum(step in self.done for step in self.edition.step_keys)

    @property
    def steps_total(self) -> int:
        """Steps of this edition; the quiz is one more."""
        return len(self.edition.step_keys)

    @property
    def minutes_left(self) -> int:
        """Reading time of unfinished modules."""
        return journey.minutes_left(self.edition.modules, self.done)

    @property
    def stretches(self) -> list[tuple[ModuleProgress, ...]]:
        """The modules in runs of one state, as the home page tells them."""
        return journey.stretches(self.progress)

    def done_on(self, modules: Sequence[ModuleProgress]) -> datetime | None:
        """When the last step of these modules was done."""
        steps = [step for entry in modules for step in entry.module.step_keys]
        return max((self.done[step] for step in steps if step in self.done), default=None)

    @property
    def begun(self) -> bool:
        """Whether an edition is pinned."""
        return self.enrolment is not None and self.enrolment.edition is not None


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A course as the catalogue shows it."""

    key: str
    title: str
    summary: str
    jp: int


def study_of(enrolment: EnrolmentRow) -> Study | None:
    """The study behind an enrolment; None when the course was never published."""
    edition = (
        edition_of(enrolment.course_key, enrolment.edition)
        if enrolment.edition
        else current_edition(enrolment.course_key)
    )
    if edition is None:
        return None
    done = records.done_steps(enrolment.id) if enrolment.edition else {}
    return Study(edition, enrolment, done)


def study(person_id: int, course_key: str) -> Study | None:
    """Somebody's study of a course, taken up or not; None when there is no such course."""
    enrolment = records.enrolment_for(person_id, course_key)
    if enrolment is not None:
        return study_of(enrolment)
    edition = current_edition(course_key)
    return None if edition is None else Study(edition, None, {})


def catalogue() -> list[CatalogueEntry]:
    """All published courses by title."""
    rows = db.session.execute(
        select(Course.key, CourseVersion.title, CourseVersion.summary, CourseVersion.jp)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .order_by(CourseVersion.title)
    )
    return [CatalogueEntry(*row) for row in rows]


_DECIDED = select(Decision.module_slug, Decision.dilemma_key, Decision.scene_key, Decision.option_key).where(
    Decision.enrolment_id == bindparam("enrolment_id")
)


def decided(enrolment_id: int) -> dict[tuple[str, str], dict[str, str]]:
    """All decisions of an enrolment: (module slug, dilemma key) -> {scene key: option key}."""
    rows = db.session.execute(_DECIDED, {"enrolment_id": enrolment_id})
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        found.setdefault((row.module_slug, row.dilemma_key), {})[row.scene_key] = row.option_key
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """How others decided one scene: how many they are, and whole percents per option key. One's own is not in it."""

    people: int
    percent: Mapping[str, int]


def tallies(
    version_id: int, slug: str, dilemma_key: str, variant: str, own: Mapping[str, str]
) -> dict[str, Tally]:
    """Scene key -> tally, for scenes decided by oneself and by `FEWEST_SHOWN` others or more.

    `own` is scene key -> option key. Whoever has not decided a scene learns nothing of it, and one's own decision is
    taken out first, so that four colleagues can never be worked out from five decisions.
    """
    rows = db.session.execute(
        select(DecisionTally.scene_key, DecisionTally.option_key, DecisionTally.count.label("people")).where(
            DecisionTally.version_id == version_id,
            DecisionTally.module_slug == slug,
            DecisionTally.dilemma_key == dilemma_key,
            DecisionTally.variant == variant,
            DecisionTally.scene_key.in_(list(own)),
        )
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        mine = own[row.scene_key] == row.option_key
        counts.setdefault(row.scene_key, {})[row.option_key] = row.people - (1 if mine else 0)
    return {
        scene: Tally(others, {key: round(100 * n / others) for key, n in by.items()})
        for scene, by in counts.items()
        if (others := sum(by.values())) >= FEWEST_SHOWN
    }


def medium(course_key: str, sha256: str) -> tuple[str, bytes] | None:
    """MIME type and bytes of a course's image."""
    row = db.session.execute(
        select(CourseMedia.mime, CourseMedia.content)
        .join(Course, Course.id == CourseMedia.course_id)
        .where(Course.key == course_key, CourseMedia.sha256 == sha256)
    ).first()
    return (row.mime, row.content) if row else None


def stored_here(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What this package and the records keep about somebody, by heading and column as people read them ("my data")."""
    enrolments = records.enrolments_of(person_id, closed=True)
    return {
        _("Kursus"): [
            {
                _("Kursus"): row.course_title,
                _("Terbitan"): row.edition,
                _("Daur"): row.cycle,
                _("Keadaan"): str(STATUS[row.status]),
                _("Tenggat"): row.due_at,
                _("Mulai"): row.started_at,
                _("Lulus"): row.completed_at,
            }
            for row in enrolments
        ],
        _("Langkah belajar"): [
            {_("Kursus"): row.course_title, _("Langkah"): step, _("Selesai"): at}
            for row in enrolments
            for step, at in records.done_steps(row.id).items()
        ],
        _("Pilihan dalam dilema (hanya Anda yang melihatnya)"): [
            {_("Modul"): slug, _("Dilema"): dilemma, _("Adegan"): scene, _("Pilihan"): option}
            for row in enrolments
            for (slug, dilemma), scenes in decided(row.id).items()
            for scene, option in scenes.items()
        ],
    }
