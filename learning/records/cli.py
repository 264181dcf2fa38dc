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
from learning.records import counting, services, shipped

records_cli = AppGroup("records", help="Enrolments and completion rates.")
calendar_cli = AppGroup("calendar", help="The election calendar.")
GROUPS = [records_cli, calendar_cli]


@records_cli.command("reconcile")
@click.option("--repair", is_flag=True, help="Set what differs from the persons behind it.")
def reconcile(*, repair: bool) -> None:
    """Compare every unit count with the persons behind it; exit with 1 when something differs and is not repaired."""
    misplaced, drifts = counting.misplaced(), counting.drifts()
    for moved in misplaced:
        click.echo(
            f"enrolment {moved.enrolment_id}: counted in unit {moved.counted_unit_id}, seat in {moved.seat_unit_id}"
        )
    for drift in drifts:
        click.echo(
            f"unit {drift.org_unit_id}, {drift.course_key}: kept {drift.kept}, counted {drift.counted}"
        )
    if not misplaced and not drifts:
        click.echo("All counts equal the persons behind them.")
        return
    if not repair:
        click.echo("Run again with --repair to set them.")
        sys.exit(1)
    write(services.repair)
    click.echo("Repaired.")


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
