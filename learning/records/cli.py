"""`flask records reconcile`: prove that the unit counts equal the persons behind them. `flask calendar load`: the shipped
elections.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.transaction import write
from learning.people.access import acting
from learning.people.models import Person
from learning.records import administration, counting, dating, moves, proving, services, shipped
from learning.records.kinds import OutageKind
from learning.records.reminders.jobs import holidays

records_cli = AppGroup("records", help="Enrolments and completion rates.")
calendar_cli = AppGroup("calendar", help="The election calendar.")
GROUPS = [records_cli, calendar_cli]
SETTLED_AT_ONCE = 200
"""Persons in one commit: others must be able to write in between."""


@records_cli.command("reconcile")
@click.option("--repair", is_flag=True, help="Set what differs from the persons behind it.")
def reconcile(*, repair: bool) -> None:
    """Compare every unit count with the persons behind it and with the sum of its changes by day, the sums of what lies
    below each unit with those changes, and everybody's date with what the assignments say; exit with 1 when something
    differs and is not repaired, with 2 when nothing does but dates are just being recomputed and so cannot be judged.
    """
    if db.engine.dialect.name == "postgresql":
        # One instant for all questions: a pass between two of them is no drift.
        db.session.rollback()
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    # Asked before the dates are read: what is through meanwhile is then judged one run later, and nothing called drift
    # that only waits for its chunk.
    running = moves.under_way()
    waiting = moves.courses_under_way()
    misplaced, drifts, differing = counting.misplaced(), counting.drifts(), list(dating.misdated())
    wrong = [one for one in differing if one.course_key not in waiting]
    unbooked, unsummed = counting.unbooked(), proving.unsummed()
    for moved in misplaced:
        click.echo(
            f"enrolment {moved.enrolment_id}: counted in unit {moved.counted_unit_id}, seat in {moved.seat_unit_id}"
        )
    for drift in drifts:
        click.echo(
            f"unit {drift.org_unit_id}, {drift.course_key}{_of(drift.assignment_id)}: kept {drift.kept}, "
            f"counted {drift.counted}"
        )
    for gap in unbooked:
        click.echo(
            f"unit {gap.org_unit_id}, {gap.course_key}{_of(gap.assignment_id)}: kept {gap.kept}, "
            f"sum of its changes {gap.booked}"
        )
    for lack in unsummed:
        click.echo(
            f"below unit {lack.org_unit_id}, {lack.course_key}{_of(lack.assignment_id)}, {lack.day or 'all days'}: "
            f"kept {lack.kept}, sum of the changes {lack.booked}"
        )
    for one in wrong:
        click.echo(
            f"person {one.person_id}, unit {one.org_unit_id}, {one.course_key}: due {one.due_at or 'never'}, "
            f"should be {one.expected or 'never'}"
        )
    for one_run in running:
        click.echo(
            f"recomputation {one_run.id} is under way: {one_run.looked} of about {one_run.total} looked at"
            + (", given up; resume it on its page" if one_run.given_up else "")
        )
    if running:
        click.echo(f"{len(differing) - len(wrong)} dates wait for it and are no drift.")
    if not misplaced and not drifts and not unbooked and not unsummed and not wrong:
        if running:
            click.echo("Nothing else differs. Run again when it is through.")
            sys.exit(2)
        click.echo("All counts equal the persons behind them. Everybody has the date the assignments say.")
        return
    if not repair:
        click.echo("Run again with --repair to set them.")
        sys.exit(1)
    write(services.repair)
    # After the seats are right: what somebody is due follows from the seat.
    seats = sorted(
        {(one.person_id, one.org_unit_id) for one in dating.misdated() if one.course_key not in waiting}
    )
    for start in range(0, len(seats), SETTLED_AT_ONCE):
        write(_settle, seats=seats[start : start + SETTLED_AT_ONCE])
    click.echo("Repaired.")


def _of(assignment_id: int) -> str:
    return f", assignment {assignment_id}" if assignment_id else ", no assignment"


@records_cli.command("fold")
def fold() -> None:
    """Add what waits to the sums of the units above. The worker does so by itself twice a minute."""
    changes = 0
    while done := write(services.fold):
        changes += done
    click.echo(f"{changes} changes added.")


_WIB = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@records_cli.command("outage")
@click.option("--start", "began", type=_WIB, required=True, help="When it began, WIB.")
@click.option("--end", "ended", type=_WIB, required=True, help="When it ended, WIB.")
@click.option("--kind", type=click.Choice([one.value for one in OutageKind]), required=True)
@click.option("--note", required=True, help="What everybody concerned reads, in Indonesian.")
@click.option("--evidence", required=True, help="How it is known: monitoring, report, letter.")
@click.option("--by", "number", required=True, help="NIP of the admin who proposes it.")
def outage(*, began: datetime, ended: datetime, kind: str, note: str, evidence: str, number: str) -> None:
    """Propose to make up for an outage. No date moves before another admin agrees on the web."""
    person = db.session.scalar(select(Person.id).where(Person.employee_number == number))
    principal = acting(person) if person is not None else None
    zone = ZoneInfo(clock.DEFAULT_ZONE)
    try:
        if principal is None or not administration.rules_everywhere(principal):
            raise NotFound("records.outage_nobody")
        public_id = write(
            administration.propose_outage,
            principal=principal,
            kind=OutageKind(kind),
            began_at=began.replace(tzinfo=zone),
            ended_at=ended.replace(tzinfo=zone),
            note=note,
            evidence=evidence,
            now=clock.now(),
            holidays=holidays(),
        )
    except DomainError as error:
        click.echo(str(text_of(error)), err=True)
        sys.exit(1)
    found = moves.outage(public_id)
    assert found is not None
    people = moves.people_given(found.began_at, found.until_on)
    click.echo(
        f"Proposed. If agreed, {people} people are due on {found.until_on}: /admin/gangguan/{public_id}"
    )


def _settle(*, seats: list[tuple[int, int]]) -> None:
    now = clock.now()
    for person_id, unit_id in seats:
        services.settle(person_id, unit_id, now)


@calendar_cli.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=shipped.FILE)
def load(*, file: Path) -> None:
    """Bring the shipped elections (or those of FILE) into the database; may be run again at any time.

    What somebody has set by hand stays and is named. A file with mistakes changes nothing and exits with 1.
    """
    try:
        events = shipped.read(file.read_text(encoding="utf-8"))
    except (shipped.BadCalendar, UnicodeDecodeError) as error:
        click.echo(f"{file.name}:\n{error}", err=True)
        sys.exit(1)
    done = write(services.ship, events=events, now=clock.now())
    click.echo(
        f"{len(events)} elections: {done.created} new; stages: {done.stages_set} set, {done.unchanged} unchanged, "
        f"{len(done.kept)} kept as set by hand."
    )
    for place in done.kept:
        click.echo(f"  kept {place}")
