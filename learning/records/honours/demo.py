"""Sample honours and a sample plan: what the search finds among the demo's people, and a time one of them has planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learning.people.demo import PeopleDemo
from learning.records import queries as records
from learning.records.demo import RecordsDemo
from learning.records.honours import queries, services
from learning.records.nudges import planning
from learning.records.nudges import services as nudges

PLANNER = "asn_tengah"
ZONE = "Asia/Makassar"


def load(now: datetime, story: dict[str, Any]) -> None:
    """Keep what was earned until yesterday, and plan a time. Needs a write section, and the passes of the demo before it."""
    people: PeopleDemo = story["people"]
    made: RecordsDemo = story["records"]
    for duty in queries.duties(now):
        if duty.assignment_id in made.assignment_ids:
            services.keep(earned=queries.earned(duty, now), now=now)
    person_id = people.personas[PLANNER]
    row = records.enrolment_for(person_id, made.course_key)
    assert row is not None  # everybody of the demo is enrolled
    nudges.plan(
        person_id=person_id,
        public_id=row.public_id,
        starts_at=planning.suggestion(now, ZONE, row.due_at),
        zone=ZONE,
        now=now,
    )
