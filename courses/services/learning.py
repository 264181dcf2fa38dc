"""Learning: begin a course, read a module to its end, decide in a dilemma."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from courses import journey
from courses.editions import Edition, current_edition, edition_of
from courses.models import (
    Decision,
    DecisionTally,
)
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.records import queries as records
from learning.records import services as record_services


def begin(*, person_id: int, course_key: str, now: datetime) -> Edition:
    """Take up the course if that has not been done and pin its edition; returns the edition that is pinned."""
    newest = current_edition(course_key)
    if newest is None:
        raise NotFound("courses.unknown")
    enrolment_id = record_services.enrol(
        person_id=person_id, course_key=course_key, course_title=newest.title, now=now
    )
    pinned = record_services.start(
        enrolment_id=enrolment_id, edition=newest.edition, steps_total=len(newest.step_keys), now=now
    )
    edition = edition_of(course_key, pinned)
    assert edition is not None
    return edition


def finish_module(*, person_id: int, course_key: str, slug: str, now: datetime) -> bool:
    """Note a module as read to its end; False when it was noted before."""
    enrolment, edition = _under_way(person_id, course_key)
    if edition.module(slug) is None:
        raise NotFound("courses.module_unknown")
    return record_services.mark_step(enrolment_id=enrolment.id, step_key=journey.module_step(slug), now=now)


def decide(
    *,
    person_id: int,
    course_key: str,
    slug: str,
    dilemma_key: str,
    scene_key: str,
    option_key: str,
    now: datetime,
) -> None:
    """Take a decision in the scene that is open. The same decision again changes nothing; another one is refused.

    The dilemma is a step done once an end is reached. Decisions are not graded and stay with the person.
    """
    enrolment, edition = _under_way(person_id, course_key)
    module = edition.module(slug)
    dilemma = module.dilemma(dilemma_key) if module else None
    if dilemma is None:
        raise NotFound("courses.dilemma_unknown")
    variant = journey.variant_for(dilemma, person_id, enrolment.cycle)
    taken = decisions_of(enrolment.id, slug, dilemma_key)
    if scene_key in taken:
        if taken[scene_key] == option_key:
            return
        raise Conflict("courses.decided_already")
    way = journey.walk(variant, taken)
    if way.scene is None or way.scene.key != scene_key:
        raise Conflict("courses.scene_not_open")
    if option_key not in {option.key for option in way.scene.options}:
        raise Invalid("courses.option_unknown")
    db.session.add(
        Decision(
            person_id=person_id,
            enrolment_id=enrolment.id,
            version_id=edition.version_id,
            module_slug=slug,
            dilemma_key=dilemma_key,
            variant=variant.variant,
            scene_key=scene_key,
            option_key=option_key,
            decided_at=now,
        )
    )
    _tally(edition.version_id, slug, dilemma_key, variant.variant, scene_key, option_key)
    db.session.flush()
    if journey.walk(variant, {**taken, scene_key: option_key}).finished:
        record_services.mark_step(
            enrolment_id=enrolment.id, step_key=journey.dilemma_step(slug, dilemma_key), now=now
        )


_DECISIONS = select(Decision.scene_key, Decision.option_key).where(
    Decision.enrolment_id == bindparam("enrolment_id"),
    Decision.module_slug == bindparam("slug"),
    Decision.dilemma_key == bindparam("dilemma_key"),
)


def decisions_of(enrolment_id: int, slug: str, dilemma_key: str) -> dict[str, str]:
    """Decisions taken in one dilemma: scene key -> option key."""
    rows = db.session.execute(
        _DECISIONS, {"enrolment_id": enrolment_id, "slug": slug, "dilemma_key": dilemma_key}
    )
    return {row.scene_key: row.option_key for row in rows}


def _under_way(person_id: int, course_key: str) -> tuple[records.EnrolmentRow, Edition]:
    enrolment = records.enrolment_for(person_id, course_key)
    if enrolment is None or enrolment.edition is None:
        raise Invalid("records.not_started")
    edition = edition_of(course_key, enrolment.edition)
    assert edition is not None
    return enrolment, edition


# Nearly always somebody has chosen this before: then it is a plain update, which SQLAlchemy compiles once. An upsert it
# compiles every time.
_ONE_MORE = (
    update(DecisionTally)
    .where(
        DecisionTally.version_id == bindparam("version"),
        DecisionTally.module_slug == bindparam("slug"),
        DecisionTally.dilemma_key == bindparam("dilemma"),
        DecisionTally.variant == bindparam("telling"),
        DecisionTally.scene_key == bindparam("scene"),
        DecisionTally.option_key == bindparam("option"),
    )
    .values(count=DecisionTally.count + 1)
    .execution_options(synchronize_session=False)
)


def _tally(version_id: int, slug: str, dilemma: str, variant: str, scene: str, option: str) -> None:
    counted: Any = db.session.execute(
        _ONE_MORE,
        {
            "version": version_id,
            "slug": slug,
            "dilemma": dilemma,
            "telling": variant,
            "scene": scene,
            "option": option,
        },
    )
    if counted.rowcount:
        return
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(DecisionTally).values(
        version_id=version_id,
        module_slug=slug,
        dilemma_key=dilemma,
        variant=variant,
        scene_key=scene,
        option_key=option,
        count=1,
    )
    keys = ["version_id", "module_slug", "dilemma_key", "variant", "scene_key", "option_key"]
    db.session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"count": DecisionTally.count + 1})
    )
