"""Commands of the kernel: `flask audit …`, `flask jobs …`, `flask backup`, `flask demo load`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from learning.kernel import audit, backup, clock, jobs, transaction
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.errors import DomainError, text_of

audit_cli = AppGroup("audit", help="The audit log.")
jobs_cli = AppGroup("jobs", help="Background work.")
demo_cli = AppGroup("demo", help="Sample data.")

DemoLoader = Callable[[datetime, dict[str, Any]], object]
_demo: list[DemoLoader] = []


def wire_demo(loaders: Sequence[DemoLoader]) -> None:
    """Set what `flask demo load` calls, in order, each with the instant and what the ones before it told. `app.py` only."""
    _demo[:] = loaders


@demo_cli.command("load")
def load_demo() -> None:
    """Load the demo's agencies, people and their stories once; a second call changes nothing."""
    if not current_app.config["NETRA"].demo:
        raise click.ClickException(
            "Demo mode is off. Set NETRA_DEMO=1 if this database may hold invented people."
        )
    loaded = select(AuditEntry.id).where(AuditEntry.action == "demo.loaded").limit(1)
    if db.session.execute(loaded).first() is not None:
        click.echo("The demo data is there already.")
        return
    click.echo("Loading demo data; this takes about half a minute.")
    # One commit: an interrupted load leaves an empty database, never half a demo.
    transaction.write(_load_demo, now=clock.now())
    click.echo("Demo data loaded.")


def _load_demo(*, now: datetime) -> None:
    story: dict[str, Any] = {}
    for loader in _demo:
        loader(now, story)
    audit.record("demo.loaded", "demo")


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup_command(path: Path) -> None:
    """Copy the SQLite database to PATH while the server runs."""
    try:
        size = backup.copy_database(path)
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    click.echo(f"{path}: {size / 1024 / 1024:.1f} MiB, checked")


@audit_cli.command("verify")
def verify() -> None:
    """Recompute every chain; name the first broken row of each and exit with 1, or print the heads."""
    breaks = list(audit.verify())
    for found in breaks:
        click.echo(f"broken: row {found.entry_id} (chain {found.chain}, number {found.seq}): {found.reason}")
    if breaks:
        sys.exit(1)
    heads = audit.heads()
    click.echo(f"intact: {sum(seq for _, seq, _ in heads)} entries in {len(heads)} chains")
    for chain, seq, digest in heads:
        click.echo(f"  chain {chain:2d}  {seq:8d}  {digest}")


@jobs_cli.command("run")
def run() -> None:
    """Do everything that is due now, in this process."""
    click.echo(f"{jobs.drain()} jobs done")


@jobs_cli.command("sweep")
def sweep() -> None:
    """Queue what recurs and send again what was lost."""
    jobs.sweep(clock.now())


@jobs_cli.command("failed")
def failed() -> None:
    """List jobs that were given up."""
    for job in jobs.failed():
        click.echo(f"{job.id}\t{job.name}\t{job.error}")
