"""Commands: `flask certificates list`, `export`, `sign`, `keys`, `rules`, `letterhead`."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from certificates import codes, letterheads, papers, press, queries
from certificates.badge.cli import badges_cli
from certificates.payload import Issuer
from certificates.promotion.cli import eligibility_cli
from certificates.promotion.rule_cli import rules_cli
from certificates.receipts import making as receipt_making
from certificates.receipts import queries as receipts
from certificates.rendering import RenderingFailed
from certificates.signing.backend import SigningFailed
from certificates.signing.choosing import backend
from certificates.status import State
from learning.kernel import clock
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.errors import DomainError, text_of
from learning.kernel.transaction import write
from learning.people import nip
from learning.people.models import OrgUnit

certificates_cli = AppGroup("certificates", help="Certificates, their letterheads and promotion rules.")
letterhead_cli = AppGroup("letterhead", help="Head and signatory of an agency's certificates.")
keys_cli = AppGroup("keys", help="Keys that sign, and that ever signed.")
certificates_cli.add_command(rules_cli)
certificates_cli.add_command(keys_cli)
certificates_cli.add_command(letterhead_cli)
GROUPS = [certificates_cli, eligibility_cli, badges_cli]


@letterhead_cli.command("set")
@click.option("--agency", required=True, help="Code of the agency.")
@click.option("--institution", required=True, help="First line of the head.")
@click.option("--parent", default="", help="Second line.")
@click.option("--address", default="", help="Third line.")
@click.option("--place", default="", help="Place before the date.")
@click.option("--office", required=True, help="Office of the signatory.")
@click.option("--name", required=True, help="Name of the signatory, who has agreed.")
@click.option("--nip", "number", default="", help="NIP of the signatory.")
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: today).")
def set_letterhead(
    agency: str,
    institution: str,
    parent: str,
    address: str,
    place: str,
    office: str,
    name: str,
    number: str,
    valid_from: datetime | None,
) -> None:
    """Head and signatory of the certificates that an agency's people get from a day on."""
    agency_id = db.session.execute(
        select(OrgUnit.id).where(OrgUnit.code == agency, OrgUnit.parent_id.is_(None))
    ).scalar_one_or_none()
    if agency_id is None:
        raise click.ClickException(f"there is no agency with the code {agency}")
    digits = "".join(number.split())
    if digits and not nip.is_number(digits):
        raise click.ClickException("the NIP must have 18 digits")
    now = clock.now()
    try:
        write(
            letterheads.set_letterhead,
            agency_id=agency_id,
            valid_from=valid_from.date() if valid_from else clock.local_date(now),
            issuer=Issuer(institution, parent, address, place, office, name, digits),
            now=now,
        )
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    click.echo("the letterhead is set")


@certificates_cli.command("list")
@click.option("--course", default="", help="Only of this course (its key).")
@click.option(
    "--agency", default="", help="Only of people who were in the agency of this name when they passed."
)
@click.option(
    "--state", type=click.Choice([state.value for state in State]), help="Only in this state today."
)
@click.option("--signed/--unsigned", default=None, help="Only those whose signed file is kept, or is not.")
def list_certificates(course: str, agency: str, state: str | None, signed: bool | None) -> None:
    """One line a certificate, separated by tabs: number, code, state, issued on, valid until, course, name, agency, SHA-256."""
    for row in queries.all_certificates(now=clock.now(), course_key=course):
        if (agency and row.payload.agency_name != agency) or (state and row.status.state.value != state):
            continue
        mark = papers.hash_of(row.id)
        if signed is not None and bool(mark) is not signed:
            continue
        paper = row.payload
        cells = (
            row.number,
            codes.display(row.code),
            row.status.state.value,
            paper.issued_on,
            paper.expires_on or "-",
            row.course_key,
            paper.holder_name,
            paper.agency_name,
            mark or "-",
        )
        click.echo("\t".join(" ".join(cell.split()) for cell in cells))


@certificates_cli.command("export")
@click.argument("number")
@click.option(
    "--out", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
def export(number: str, target: Path) -> None:
    """Write the PDF of a certificate, named by its number or its code: the very bytes that a download gives."""
    now = clock.now()
    row = queries.certificate_by_number(number, now=now) or queries.certificate_by_code(
        codes.fold(number), now=now
    )
    if row is None:
        raise click.ClickException(f"there is no certificate with the number or code {number}")
    settings = current_app.config["NETRA"]
    try:
        content = _content(row, settings, now)
    except (RenderingFailed, SigningFailed) as error:
        raise click.ClickException(str(error)) from error
    target.write_bytes(content)
    click.echo(f"{target}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def _content(row: queries.CertificateRow, settings: Settings, now: datetime) -> bytes:
    if settings.signing.kind == "none":
        kept = papers.stored(row.id)
        return kept.content if kept else papers.unsigned(row, settings)
    if papers.stored(row.id) is None:
        remote = backend(settings.signing) if settings.signing.remote else None
        papers.make_kept(row, settings, remote=remote)
    kept = papers.stored(row.id)
    assert kept is not None
    return kept.content


@certificates_cli.command("sign")
@click.option("--limit", default=1000, show_default=True, help="At most so many.")
def sign(limit: int) -> None:
    """Sign what has no signed file yet, the oldest first: the session in which an official signs a batch.

    With a signing service and no NETRA_SIGNING_PASSPHRASE_FILE the passphrase is asked for here; it is kept nowhere.
    """
    settings = current_app.config["NETRA"]
    if settings.signing.kind == "none":
        raise click.ClickException("nothing signs here: NETRA_SIGNING is none")
    passphrase = None
    if settings.signing.remote and not settings.signing.passphrase_file:
        passphrase = click.prompt("Passphrase of the signatory", hide_input=True)
    try:
        remote = backend(settings.signing, passphrase) if settings.signing.remote else None
        done = 0
        rows = queries.unsigned_certificates(now=clock.now(), limit=limit)
        processes = press.processes_for(len(rows))
        for row, error in press.make_many(rows, settings, processes=processes, remote=remote):
            if isinstance(error, RenderingFailed):
                click.echo(f"{row.number}: {error}", err=True)
                continue
            if error is not None:
                raise error
            done += 1
        # Certificates come first; the papers of receipts wait in the same session.
        for paper in receipts.unsigned_papers(limit - done):
            db.session.rollback()
            try:
                receipt_making.make_kept(paper, settings, remote=remote)
            except RenderingFailed as error:
                click.echo(f"{paper.number}: {error}", err=True)
                continue
            done += 1
    except SigningFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done} signed")


@keys_cli.command("list")
def list_keys() -> None:
    """Every key that ever signed: fingerprint, subject, validity, and since when it is distrusted."""
    for signer in papers.signers():
        until = f"distrusted since {signer.distrusted_at:%Y-%m-%d}" if signer.distrusted_at else "trusted"
        click.echo(
            f"{signer.fingerprint}\t{signer.subject}\t{signer.not_before:%Y-%m-%d}\t{signer.not_after:%Y-%m-%d}\t{until}"
        )


@keys_cli.command("distrust")
@click.argument("fingerprint")
@click.option("--note", required=True, help="What happened; shown on the public page of keys.")
def distrust_key(fingerprint: str, note: str) -> None:
    """A key that others may have had: from now on only files kept here count as signed by it. Cannot be taken back."""
    mark = "".join(char for char in fingerprint.lower() if char.isalnum())
    try:
        write(papers.distrust, mark=mark, note=note, now=clock.now())
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    click.echo("the key is distrusted")
