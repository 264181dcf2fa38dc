"""Commands: `flask badges keys|rotate|distrust|sign|export|verify`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from certificates import codes
from certificates import queries as certificates
from certificates.badge import keyring, queries, reading, services, signing
from certificates.badge.keyring import KeyKind
from certificates.badge.reading import Verdict
from learning.kernel import clock
from learning.kernel.errors import DomainError, text_of
from learning.kernel.transaction import write

badges_cli = AppGroup("badges", help="Open Badges: keys, signing, status.")


@badges_cli.command("keys")
def list_keys() -> None:
    """Every key, the newest first, and whether this machine can sign with it."""
    here = keyring.present(signing.key_folder())
    for row in queries.published_keys():
        words = "distrusted" if row.distrusted_at else "can sign here" if row.name in here else "published"
        click.echo(f"{row.name}\t{row.kind}\t{row.created_at:%Y-%m-%d %H:%M}\t{words}")


@badges_cli.command("rotate")
@click.argument("kind", type=click.Choice([str(kind) for kind in KeyKind], case_sensitive=False))
def rotate(kind: str) -> None:
    """Sign with a new key from now on. Earlier keys stay published, and what they signed stays good."""
    click.echo(signing.new_key(KeyKind(kind.upper()), clock.now(), rotate=True))


@badges_cli.command("distrust")
@click.argument("name")
@click.confirmation_option(prompt="Everything this key signed stops proving anything, for ever. Go on?")
def distrust(name: str) -> None:
    """Say that NAME may be in other hands. Badges and status lists are signed anew by another key."""
    try:
        write(services.distrust_key, name=name, now=clock.now())
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    lists = signing.refresh_status()
    click.echo(f"distrusted; {len(lists)} status lists signed anew; now run: flask badges sign --all")


@badges_cli.command("sign")
@click.option("--all", "all_of_them", is_flag=True, help="Also certificates from long ago.")
def sign(*, all_of_them: bool) -> None:
    """Sign the badges that are missing. The worker does this by itself."""
    total = 0
    while count := signing.sign_missing(all_of_them=all_of_them):
        total += count
        click.echo(f"{total} signed")
    click.echo(f"done, {total} signed; {len(signing.refresh_status())} status lists were behind")


@badges_cli.command("export")
@click.argument("code")
@click.option("--jwt", is_flag=True, help="As a compact JWT instead of JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(code: str, *, jwt: bool, out: Path) -> None:
    """Write the badge of the certificate with this code to a file: the bytes that the holder downloads."""
    row = certificates.certificate_by_code(codes.fold(code), now=clock.now())
    if row is None:
        raise click.ClickException("there is no certificate with this code")
    content = signing.credential_for(row.id)
    badge = queries.badge_of(row.id)
    assert badge is not None
    out.write_bytes(badge.jwt if jwt else content)
    click.echo(f"{out}: {out.stat().st_size} bytes")


@badges_cli.command("verify")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(path: Path) -> None:
    """Judge a badge (JSON): ours and unchanged? And what is its certificate worth now?"""
    shown = reading.judge(
        path.read_bytes()[: reading.MAX_BYTES + 1],
        keys=queries.published_keys(),
        base_url=current_app.config["NETRA"].base_url,
    )
    if shown.verdict is not Verdict.GENUINE:
        raise click.ClickException(str(shown.verdict))
    row = certificates.certificate_by_code(codes.fold(shown.code), now=clock.now())
    click.echo(f"{shown.verdict}\t{row.number if row else '-'}\t{row.status.state if row else 'UNKNOWN'}")
