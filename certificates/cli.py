"""Commands: `flask certificates rules load`, `flask certificates letterhead set`, `flask certificates render`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from certificates import codes, queries, services
from certificates.badge.cli import badges_cli
from certificates.payload import Issuer
from certificates.rendering import RenderingFailed, certificate_pdf
from certificates.rulebook import SHIPPED, read_rules
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import DomainError, text_of
from learning.kernel.transaction import write
from learning.people import nip
from learning.people.models import OrgUnit

certificates_cli = AppGroup("certificates", help="Certificates, their letterheads and promotion rules.")
rules_cli = AppGroup("rules", help="Promotion rules.")
letterhead_cli = AppGroup("letterhead", help="Head and signatory of an agency's certificates.")
certificates_cli.add_command(rules_cli)
certificates_cli.add_command(letterhead_cli)
GROUPS = [certificates_cli, badges_cli]


@rules_cli.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED)
def load_rules(path: Path) -> None:
    """Bring the promotion rules to what PATH says (default: the sample rules); repeating it changes nothing."""
    try:
        rules = read_rules(path)
        changed, same = write(services.load_rules, rules=rules, now=clock.now())
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{changed} added or changed, {same} unchanged")


@rules_cli.command("list")
def list_rules() -> None:
    """Every rule as of today."""
    for rule in queries.rules_for(clock.local_date(clock.now())):
        until = f" to {rule.valid_to}" if rule.valid_to else ""
        click.echo(
            f"{rule.key}\tversion {rule.version}\tfrom {rule.valid_from}{until}\t{rule.course_key}\t{rule.source}"
        )


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
            services.set_letterhead,
            agency_id=agency_id,
            valid_from=valid_from.date() if valid_from else clock.local_date(now),
            issuer=Issuer(institution, parent, address, place, office, name, digits),
            now=now,
        )
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    click.echo("the letterhead is set")


@certificates_cli.command("render")
@click.argument("code")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def render(code: str, target: Path) -> None:
    """Write the PDF of the certificate with this code to TARGET."""
    row = queries.certificate_by_code(codes.fold(code), now=clock.now())
    if row is None:
        raise click.ClickException("there is no certificate with this code")
    settings = current_app.config["NETRA"]
    try:
        content = certificate_pdf(
            row.payload, template=row.template, sample=settings.demo, cache=settings.instance / "certificates"
        )
    except RenderingFailed as error:
        raise click.ClickException(str(error)) from error
    target.write_bytes(content)
    click.echo(f"{target}: {len(content)} bytes")
