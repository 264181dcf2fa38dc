"""The demo's people study, decide and sit the quiz: through the real services, at the instants the records planned."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from courses import journey, services
from courses.editions import Edition, current_edition
from courses.format.compiled import CompiledVariant
from learning.people.demo_people import SEED
from learning.records import queries as records
from learning.records import services as record_services
from learning.records.demo import RecordsDemo, Turn
from quizzes import demo as quiz_demo

WRONG_TO_FAIL = 6
"""Questions left empty by those who fail once: more than the passing score forgives, few enough to be human."""


def load(now: datetime, story: dict[str, Any]) -> None:
    """Bring everybody to where the records say they are. Needs the published course."""
    planned: RecordsDemo = story["records"]
    edition = current_edition(planned.course_key)
    if edition is None:
        raise RuntimeError(f"publish {planned.course_key} before loading the demo")
    for turn in planned.expired:
        _study(turn, edition)
        _sit(turn, edition, wrong=1)
        enrolment = records.enrolment_for(turn.person_id, edition.course_key)
        assert enrolment is not None
        record_services.renew(enrolment_id=enrolment.id, now=now - timedelta(days=30))
    for turn in planned.in_progress:
        _study(turn, edition)
    for turn in planned.failed_once:
        _study(turn, edition)
        _sit(turn, edition, wrong=WRONG_TO_FAIL)
    for turn in planned.passed:
        _study(turn, edition)
        _sit(turn, edition, wrong=_dice(turn).choice((0, 0, 1, 1, 2, 3)))


def _dice(turn: Turn) -> random.Random:
    return random.Random(f"{SEED}/{turn.person_id}/{turn.at.isoformat()}")


def _study(turn: Turn, edition: Edition) -> None:
    dice = _dice(turn)
    services.begin(person_id=turn.person_id, course_key=edition.course_key, now=turn.begun)
    steps = [(module, key) for module in edition.modules for key in module.step_keys]
    wanted = round(len(steps) * turn.share)
    end = turn.at - timedelta(minutes=40) if turn.share == 1 else turn.at
    for number, (module, step) in enumerate(steps[:wanted], 1):
        at = turn.begun + (end - turn.begun) * number / max(1, wanted)
        if step == journey.module_step(module.slug):
            services.finish_module(
                person_id=turn.person_id, course_key=edition.course_key, slug=module.slug, now=at
            )
            continue
        dilemma = next(d for d in module.dilemmas if step == journey.dilemma_step(module.slug, d.key))
        enrolment = records.enrolment_for(turn.person_id, edition.course_key)
        assert enrolment is not None
        variant = journey.variant_for(dilemma, turn.person_id, enrolment.cycle)
        for scene, option in _way(variant, dice):
            services.decide(
                person_id=turn.person_id,
                course_key=edition.course_key,
                slug=module.slug,
                dilemma_key=dilemma.key,
                scene_key=scene,
                option_key=option,
                now=at,
            )


def _way(variant: CompiledVariant, dice: random.Random) -> list[tuple[str, str]]:
    """A way through the scenes; most people act well, some do not."""
    chances = {
        "tepat": 6.0,
        "dapat-diterima": 2.0,
        "kurang-tepat": 2.0,
        "pelanggaran": 1.0,
        "pelanggaran-berat": 0.4,
    }
    taken: dict[str, str] = {}
    way = journey.walk(variant, taken)
    while way.scene is not None:
        options = way.scene.options
        chosen = dice.choices(options, [chances[option.weight] for option in options])[0]
        taken[way.scene.key] = chosen.key
        way = journey.walk(variant, taken)
    return list(taken.items())


def _sit(turn: Turn, edition: Edition, wrong: int) -> None:
    quiz_demo.sit(
        person_id=turn.person_id,
        course_key=edition.course_key,
        wrong=wrong,
        at=turn.at - timedelta(minutes=30),
        dice=_dice(turn),
    )
