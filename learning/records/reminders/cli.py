"""`flask reminders run | preview`: the day's reminders by hand, and who would get one."""

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
from learning.records.reminders import jobs, queries, schedule
from learning.records.reminders.models import ReminderRun

reminders_cli = AppGroup("reminders", help="Letters about what is due.")
_AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="The moment to decide for, on the clock of Jakarta (a day alone: nine in the morning). Default: now.",
)


@reminders_cli.command("run")
@_AS_OF
def run(as_of: datetime | None) -> None:
    """Order the letters of the day wherever it is working hours. May be run at any time: nothing is ordered twice."""
    now = _moment(as_of)
    settings: Settings = current_app.config["NETRA"]
    if clock.local_date(now) != clock.local_date(clock.now()) and not settings.demo:
        # The day would be marked as done, and its own run would find nothing left to do.
        raise click.UsageError(
            "Another day than today can be run in demo mode only; `preview` shows any day."
        )
    passed = jobs.run(now)
    for zone in passed:
        day = clock.local_date(now, zone)
        row = db.session.scalars(
            select(ReminderRun).where(ReminderRun.zone == zone, ReminderRun.day == day)
        ).first()
        if row is None:
            click.echo(f"{zone}: quiet hours, nothing is sent before {_opening(now, zone)}")
        else:
            click.echo(
                f"{zone} {day}: {row.ordered} letters ordered, {row.no_address} people without address"
            )


@reminders_cli.command("preview")
@_AS_OF
def preview(as_of: datetime | None) -> None:
    """Count the letters that `run` would order, by zone and nearest step. Writes nothing."""
    now, free = _moment(as_of), jobs.holidays()
    for zone in queries.zones():
        if not schedule.may_send(now, zone, free):
            click.echo(f"{zone}: quiet hours, nothing is sent before {_opening(now, zone)}")
            continue
        steps: Counter[int] = Counter()
        unreachable = 0
        for one, digest in queries.outlook(zone=zone, now=now, holidays=free):
            if one.email:
                steps[digest.items[0].step] += 1
            else:
                unreachable += 1
        click.echo(f"{zone}: {steps.total()} letters, {unreachable} people without address")
        for step, count in sorted(steps.items()):
            click.echo(f"  step {step:>3}: {count}")


def _opening(now: datetime, zone: str) -> str:
    return f"{schedule.next_opening(now, zone, jobs.holidays()):%Y-%m-%d %H:%M %Z}"


def _moment(as_of: datetime | None) -> datetime:
    if as_of is None:
        return clock.now()
    if (as_of.hour, as_of.minute) == (0, 0):
        as_of = as_of.replace(hour=9)
    return as_of.replace(tzinfo=ZoneInfo(clock.DEFAULT_ZONE))
