"""`flask records reconcile`: prove that the unit counts equal the persons behind them."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from learning.kernel.transaction import write
from learning.records import counting, services

records_cli = AppGroup("records", help="Enrolments and completion rates.")
GROUPS = [records_cli]


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
