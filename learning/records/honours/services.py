"""Keeping that a unit has earned a letter, and telling whoever heads it, in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, mail
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.events import publish
from learning.kernel.transaction import violated
from learning.kernel.web import format_date
from learning.people.kinds import PersonStatus
from learning.people.models import Person, RoleGrant
from learning.records.events import UnitHonoured
from learning.records.honours.models import UnitHonour
from learning.records.honours.queries import Earned

ONCE = ("uq_unit_honour_org_unit_id_assignment_id", "uq_unit_honour_evening")


def keep(*, earned: Sequence[Earned], now: datetime) -> int:
    """Keep these honours and tell the heads, one letter a person whatever the number of units; how many were new.

    What another worker kept meanwhile is left out, by the keys of the table.
    """
    kept = [row for one in earned if (row := _keep_one(one, now)) is not None]
    for row in kept:
        publish(UnitHonoured(row.id, row.org_unit_id, now))
        audit.record(
            "records.unit_honoured",
            f"unit:{row.org_unit_id}",
            actor_id=None,
            assignment=row.assignment_id,
            course=row.course_key,
            reached_on=row.reached_on.isoformat(),
            passed=row.passed,
            exempt=row.exempt,
        )
    _tell(kept)
    return len(kept)


def _keep_one(one: Earned, now: datetime) -> UnitHonour | None:
    duty, figures = one.duty, one.standing
    row = UnitHonour(
        org_unit_id=one.org_unit_id,
        assignment_id=duty.assignment_id,
        course_key=duty.course_key,
        course_title=duty.course_title,
        unit_name=one.unit_name,
        event_name=duty.event_name,
        stage=duty.stage,
        stage_on=duty.stage_on,
        last_on=duty.last_on,
        reached_on=one.reached_on,
        assigned=figures.assigned,
        passed=figures.passed,
        exempt=figures.exempt,
        most=figures.most,
        recorded_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if not any(violated(error, name) for name in ONCE):
            raise
        return None
    return row


def _tell(kept: Sequence[UnitHonour]) -> None:
    """One letter to each person who holds a supervisor's grant on one of these units themselves."""
    heads = db.session.execute(
        select(RoleGrant.org_unit_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.SUPERVISOR,
            RoleGrant.org_unit_id.in_([row.org_unit_id for row in kept]),
            RoleGrant.ended_at.is_(None),
            Person.status == PersonStatus.ACTIVE,
            Person.email.is_not(None),
        )
        .order_by(Person.id)
    ).tuples()
    theirs: dict[int, tuple[Person, list[UnitHonour]]] = {}
    for unit_id, person in heads:
        told = theirs.setdefault(person.id, (person, []))[1]
        told += [row for row in kept if row.org_unit_id == unit_id]
    for person, rows in theirs.values():
        assert person.email is not None  # a condition of the statement
        mail.send(person.email, *letter(rows, name=person.name, locale=person.locale), person_id=person.id)


def letter(rows: Sequence[UnitHonour], *, name: str, locale: str) -> tuple[str, str]:
    """Subject and text of the news to a head: which units, since when, and where the letter to print is."""
    base = current_app.config["NETRA"].base_url
    with force_locale(locale):
        parts = [
            _("Yth. %(name)s,", name=name),
            *(
                _(
                    "Semua pegawai %(unit)s yang wajib mengikuti %(course)s sudah lulus. Ini tercapai pada %(day)s.",
                    unit=row.unit_name,
                    course=row.course_title,
                    day=format_date(row.reached_on, weekday=True),
                )
                + "\n"
                + _("Surat penghargaan untuk dicetak:")
                + f"\n{base}/unit/{row.org_unit_id}/penghargaan"
                for row in rows
            ),
            _(
                "Mohon sampaikan terima kasih kami kepada semua pegawai di unit Anda. Surat ini tetap berlaku walaupun ada "
                "pegawai baru yang datang kemudian."
            ),
            "Netra",
        ]
        subject = ngettext(
            "%(num)s unit Anda tuntas tepat waktu",
            "%(num)s unit Anda tuntas tepat waktu",
            len(rows),
        )
    return subject, "\n\n".join(parts) + "\n"
