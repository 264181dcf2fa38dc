"""Writing the letter for a unit that was honoured, in the commit of the honour."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from certificates import letterheads
from certificates.appreciation.models import AppreciationLetter
from certificates.appreciation.payload import LetterPayload, letter_number
from learning.kernel import clock
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.people import queries as people
from learning.people.tree import ancestors
from learning.records.events import UnitHonoured
from learning.records.honours.models import UnitHonour
from learning.records.texts import STAGE, inside

TEMPLATE = "appreciation1"


def unit_honoured(event: UnitHonoured) -> None:
    """Freeze what the letter says: the figures of the honour, the agency's head and signatory of this day."""
    honour = db.session.get_one(UnitHonour, event.honour_id)
    unit = people.unit_row(event.org_unit_id)
    assert unit is not None  # a foreign key
    agency = people.unit_row(ancestors(unit.path)[0])
    assert agency is not None
    day = clock.local_date(event.recorded_at, unit.timezone)
    issuer, _pattern = letterheads.letterhead_on(agency.id, agency.name, day)
    # Without a letterhead the issuer names no official, only the agency itself.
    blank = not letterheads.versions(agency.id)
    settings: Settings = current_app.config["NETRA"]
    with force_locale("id"):
        stage = inside(STAGE[honour.stage]) if honour.stage is not None else ""
    payload = LetterPayload(
        number=letter_number(honour.id, day.year),
        unit=honour.unit_name,
        agency=agency.name if agency.id != unit.id else "",
        course_title=honour.course_title,
        event_name=honour.event_name or "",
        stage=stage,
        stage_on=honour.stage_on.isoformat() if honour.stage_on else None,
        last_on=honour.last_on.isoformat(),
        reached_on=honour.reached_on.isoformat(),
        assigned=honour.assigned,
        passed=honour.passed,
        exempt=honour.exempt,
        issuer=replace(issuer, bilingual=False),
        blank=blank,
        timezone=unit.timezone,
        host=urlsplit(settings.base_url).netloc,
        made_at=event.recorded_at.isoformat(timespec="milliseconds"),
    )
    db.session.add(
        AppreciationLetter(
            honour_id=honour.id,
            number=payload.number,
            template=TEMPLATE,
            payload=payload.to_json(),
            created_at=event.recorded_at,
        )
    )
    db.session.flush()
