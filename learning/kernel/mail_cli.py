"""`flask mail bounce …`, `flask mail clear ADDRESS`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from learning.kernel import bounces, clock, mail, refusals
from learning.kernel.transaction import write

LARGEST = 64 * 1024 * 1024
"""Bytes read of a mailbox at once."""

mail_cli = AppGroup("mail", help="Letters that came back.")


@mail_cli.command("bounce")
@click.argument("what")
@click.option("--said", default="marked by hand", show_default=True, help="Why, when WHAT is an address.")
def bounce(what: str, said: str) -> None:
    """Mark an address as refused. WHAT: the address, or a file with reports (RFC 3464), or - for one on standard input.

    A file may hold one letter or a whole mailbox (mbox); letters that are no reports about letters of this installation
    are passed over. Reading the same mailbox again marks nothing twice.
    """
    if what != "-" and "@" in what and not Path(what).exists():
        write(
            refusals.mark,
            address=what.strip(),
            reason=refusals.blame(said) or refusals.RefusalReason.OTHER,
            said=said,
            now=clock.now(),
        )
        click.echo(f"marked: {what.strip()}")
        return
    marked = passed = 0
    for raw in bounces.split(_content(what)):
        address = _apply(raw)
        if address is None:
            passed += 1
        else:
            marked += 1
            click.echo(f"marked: {address}")
    click.echo(f"{marked} marked, {passed} passed over")


@mail_cli.command("clear")
@click.argument("address")
def clear(address: str) -> None:
    """Forget that ADDRESS was refused: the next letter is tried again."""
    found = write(refusals.clear, address=address.strip())
    click.echo(f"cleared: {address.strip()}" if found else "that address is not marked")


def _content(what: str) -> bytes:
    if what == "-":
        content = sys.stdin.buffer.read(LARGEST + 1)
    else:
        path = Path(what)
        if not path.is_file():
            raise click.ClickException(f"no such file, and no address: {what}")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise click.ClickException("more than 64 MiB at once: split the mailbox")
    return content


def _apply(raw: bytes) -> str | None:
    report = bounces.read(raw)
    return write(mail.came_back, report=report, now=clock.now()) if report is not None else None
