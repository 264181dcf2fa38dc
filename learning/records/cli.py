"""`flask records reconcile`: prove that the unit counts equal the persons behind them. `flask calendar load`: the shipped
elections.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from learning.kernel import clock
from learning.kernel.transaction import write
from learning.records import counting, dating, services, shipped

records_cli = AppGroup("records", help="Enrolments and completion rates.")
calendar_cli = AppGroup("calendar", help="The election calendar.")
GROUPS = [records_cli, calendar_cli]
SETTLED_AT_ONCE = 200
"""Persons in one commit: others must be able to write in between."""


@records_cli.command("reconcile")
@click.option("--repair", is_flag=True, help="Set what differs from the persons behind it.")
def reconcile(*, repair: bool) -> None:
    """Compare every unit count with the persons behind it and with the sum of its changes by day, and everybody's date
    with what the assignments say; exit with 1 when something differs and is not repaired.
    """
    misplaced, drifts, wrong = counting.misplaced(), counting.drifts(), list(dating.misdated())
    unbooked = counting.unbooked()
    for moved in misplaced:
        click.echo(
            f"enrolment {moved.enrolment_id}: counted in unit {moved.counted_unit_id}, seat in {moved.seat_unit_id}"
        )
    for drift in drifts:
        click.echo(
            f"unit {drift.org_unit_id}, {drift.course_key}: kept {drift.kept}, counted {drift.counted}"
        )
    for gap in unbooked:
        click.echo(
            f"unit {gap.org_unit_id}, {gap.course_key}: kept {gap.kept}, sum of its changes {gap.booked}"
        )
    for one in wrong:
        click.echo(
            f"person {one.person_id}, unit {one.org_unit_id}, {one.course_key}: due {one.due_at or 'never'}, "
            f"should be {one.expected or 'never'}"
        )
    if not misplaced and not drifts and not unbooked and not wrong:
        click.echo("All counts equal the persons behind them. Everybody has the date the assignments say.")
        return
    if not repair:
        click.echo("Run again with --repair to set them.")
        sys.exit(1)
    write(services.repair)
    # After the seats are right: what somebody is due follows from the seat.
    seats = sorted({(one.person_id, one.org_unit_id) for one in dating.misdated()})
    for start in range(0, len(seats), SETTLED_AT_ONCE):
        write(_settle, seats=seats[start : start + SETTLED_AT_ONCE])
    click.echo("Repaired.")


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
