"""Commands of the kernel: `flask audit …`, `flask jobs …`."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from learning.kernel import audit, clock, jobs

audit_cli = AppGroup("audit", help="The audit log.")
jobs_cli = AppGroup("jobs", help="Background work.")


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
