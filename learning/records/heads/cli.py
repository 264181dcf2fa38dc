"""`flask records digests run | preview`: the news for heads by hand, and what it would say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.people.models import Person
from learning.records.cli import records_cli
from learning.records.heads import jobs, preview, queries, rhythm
from learning.records.heads.models import HeadRun
from learning.records.reminders import schedule
from learning.records.reminders.jobs import holidays
from learning.records.reminders.queries import zones

digests_cli = AppGroup("digests", help="News for heads of units.")
records_cli.add_command(digests_cli)
_AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="The moment to decide for, on the clock of Jakarta (a day alone: nine in the morning). Default: now.",
)


@digests_cli.command("run")
@_AS_OF
def run(as_of: datetime | None) -> None:
    """Order what is due wherever it is working hours. May be run at any time: nothing is ordered twice."""
    now = _moment(as_of)
    settings: Settings = current_app.config["NETRA"]
    if clock.local_date(now) != clock.local_date(clock.now()) and not settings.demo:
        raise click.UsageError(
            "Another day than today can be run in demo mode only; `preview` shows any day."
        )
    for zone in jobs.run(now):
        day = clock.local_date(now, zone)
        row = db.session.scalars(select(HeadRun).where(HeadRun.zone == zone, HeadRun.day == day)).first()
        if row is None:
            click.echo(f"{zone} {day}: nothing goes out now")
        else:
            click.echo(f"{zone} {day}: {row.ordered} letters ordered, {row.no_address} heads without address")


@digests_cli.command("preview")
@_AS_OF
@click.option("--nip", help="Print the letter that this head would get at that moment, whatever the day.")
def show(as_of: datetime | None, nip: str | None) -> None:
    """Count the letters that `run` would order, by zone and rhythm; or print one. Writes nothing."""
    now = _moment(as_of)
    if nip is not None:
        person_id = db.session.scalar(select(Person.id).where(Person.employee_number == nip))
        seen = preview.letter_of(person_id, now) if person_id is not None else None
        if seen is None:
            raise click.ClickException(
                "Nobody who supervises a unit has this number, or there is nothing to say."
            )
        click.echo(f"{seen[0]}\n\n{seen[1]}", nl=False)
        return
    for zone in zones():
        if not schedule.may_send(now, zone, holidays()) or not rhythm.may_be_due(clock.local_date(now, zone)):
            click.echo(f"{zone}: nothing goes out now")
            continue
        found = Counter(
            one.rhythm.value if one.email else "without address"
            for one in queries.outlook(zone=zone, now=now)
        )
        click.echo(f"{zone}: {found.total()} heads")
        for word, count in sorted(found.items()):
            click.echo(f"  {word}: {count}")


def _moment(as_of: datetime | None) -> datetime:
    if as_of is None:
        return clock.now()
    if (as_of.hour, as_of.minute) == (0, 0):
        as_of = as_of.replace(hour=9)
    return as_of.replace(tzinfo=ZoneInfo(clock.DEFAULT_ZONE))
