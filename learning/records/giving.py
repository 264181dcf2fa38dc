"""Looking at what an assignment would do, and giving exactly what was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.db import db
from learning.kernel.errors import Conflict, NotFound
from learning.records import administration, assignment_queries, duedates, recertifying, services
from learning.records.assignment_queries import Preview
from learning.records.audience import Audience, Criteria
from learning.records.duedates import StageKind
from learning.records.models import ElectionStage
from learning.records.services import Assigned, Terms, duties
from learning.records.services.duties import Duty


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything somebody chose for an assignment. `numbers` become the named list `list_name` when it is given."""

    course_key: str
    course_title: str
    unit_ids: tuple[int, ...]
    without_ids: tuple[int, ...]
    criteria: Criteria
    numbers: tuple[str, ...]
    list_name: str
    event_id: int | None
    stage: StageKind | None
    days_before: int
    due_on: date | None
    covered_only: bool
    terms: Terms
    legal_basis: str

    def said(self) -> Mapping[str, Any]:
        """As plain values, for the fingerprint of a preview."""
        return {
            "course": self.course_key,
            "units": sorted(self.unit_ids),
            "without": sorted(self.without_ids),
            "criteria": self.criteria.to_json(),
            "numbers": list(self.numbers),
            "list": self.list_name,
            "event": self.event_id,
            "stage": self.stage.value if self.stage else None,
            "days_before": self.days_before,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "covered_only": self.covered_only,
            "window": self.terms.window_days,
            "grace": self.terms.grace_days,
            "months": self.terms.valid_months,
            "refresher": self.terms.refresher_key,
            "basis": self.legal_basis,
        }


@dataclass(frozen=True, slots=True)
class Look:
    """What giving it would do. `due` in `zone`; `counts_from`: the first day of a pass that still counts."""

    preview: Preview
    starts_on: date
    due: datetime
    zone: str
    opens_on: date | None
    counts_from: date | None


def look(principal: Principal, chosen: Chosen, now: datetime, *, examples: bool = True) -> Look:
    """What giving it would do now. Refuses (NotFound) units out of reach and a stage without a date."""
    if not chosen.unit_ids:
        administration.need_everywhere(principal)
    if not administration.reaches_all(principal, [*chosen.unit_ids, *chosen.without_ids]):
        raise NotFound("records.unit_unknown")
    starts_on = (
        chosen.due_on
        or db.session.execute(
            select(ElectionStage.starts_on).where(
                ElectionStage.event_id == chosen.event_id, ElectionStage.stage == chosen.stage
            )
        ).scalar_one_or_none()
    )
    if starts_on is None:
        raise NotFound("records.stage_unknown")
    held = None
    if chosen.covered_only and chosen.event_id is not None:
        held = duties.regions_of({chosen.event_id})[chosen.event_id]
    audience = Audience(
        assignment_queries.unit_paths(chosen.unit_ids),
        held,
        assignment_queries.unit_paths(chosen.without_ids),
        chosen.criteria,
    )
    due_day = clock.local_date(duedates.due_at(starts_on, chosen.days_before, clock.DEFAULT_ZONE))
    counts_from = None
    if chosen.terms.valid_months is not None:
        counts_from = recertifying.counts_from(due_day, clock.local_date(now), chosen.terms.valid_months)
    duty = Duty(
        0,
        chosen.course_key,
        chosen.course_title,
        chosen.event_id,
        audience,
        starts_on,
        chosen.days_before,
        duties.refresher_path(chosen.terms.refresher_key, chosen.terms.refresher_title, counts_from),
        duties.interruptions(),
    )
    zone = next(iter(duties.zones_of(duty)), clock.DEFAULT_ZONE)
    # The day goes into the fingerprint too: whoever confirms a date confirms the one they saw.
    asked = {**chosen.said(), "starts_on": starts_on.isoformat()}
    return Look(
        assignment_queries.preview(duty, asked, numbers=chosen.numbers, examples=examples),
        starts_on,
        duty.due(zone),
        zone,
        duedates.opens_on(due_day, chosen.terms.window_days),
        counts_from,
    )


def give_as_seen(*, principal: Principal, chosen: Chosen, seen: str, now: datetime) -> Assigned:
    """Give it, if it still is what was seen; refuses (Conflict "records.preview_changed") when it would reach others."""
    if look(principal, chosen, now, examples=False).preview.fingerprint != seen:
        raise Conflict("records.preview_changed")
    criteria = chosen.criteria
    if chosen.numbers:
        list_id = services.keep_list(
            name=chosen.list_name, numbers=chosen.numbers, now=now, actor_id=principal.person_id
        )
        criteria = replace(criteria, lists=(list_id,))
    date_of: dict[str, Any] = {"due_on": chosen.due_on}
    if chosen.due_on is None:
        date_of = {"event_id": chosen.event_id, "stage": chosen.stage, "days_before": chosen.days_before}
    return administration.give(
        principal=principal,
        unit_ids=chosen.unit_ids,
        without_ids=chosen.without_ids,
        criteria=criteria,
        course_key=chosen.course_key,
        course_title=chosen.course_title,
        covered_only=chosen.covered_only,
        terms=chosen.terms,
        legal_basis=chosen.legal_basis,
        now=now,
        **date_of,
    )
