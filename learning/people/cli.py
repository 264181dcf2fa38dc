"""`flask admin create`, `flask people import FILE`."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, DomainError, text_of
from learning.kernel.transaction import write
from learning.people import importing, nip, passwords, queries, services, texts
from learning.people.import_rows import Finding
from learning.people.jobs import apply_lines
from learning.people.kinds import EmploymentType, ImportKind
from learning.people.models import OrgUnit, Person, RoleGrant
from learning.people.nip import EmployeeKind
from learning.people.spreadsheet import SheetError

admin_cli = AppGroup("admin", help="The first administrator.")
people_cli = AppGroup("people", help="Persons and units.")
GROUPS = [admin_cli, people_cli]


@admin_cli.command("create")
@click.option("--nip", "number", prompt="NIP", help="18 digits.")
@click.option("--name", prompt="Name without titles")
@click.option("--email", prompt="E-mail (may be empty)", default="", show_default=False)
@click.option(
    "--password", is_flag=True, help="Ask for a password now instead of printing an activation link."
)
@click.option("--another", is_flag=True, help="Make one more, though there is an administrator already.")
def create_admin(number: str, name: str, email: str, password: bool, another: bool) -> None:
    """Make an administrator of everything and print the activation link (or ask for a password).

    Somebody who is registered already keeps name and address and only gets the role.
    """
    now = clock.now()
    with force_locale("id"):
        reading = nip.read(number, today=clock.local_date(now))
        if reading.number is None:
            _stop(texts.what(reading.problems[0].code, reading.problems[0].params))
        for warning in reading.warnings:
            click.echo(texts.what(warning.code, warning.params), err=True)
        digits = reading.number.digits
        password_hash = _ask_password(digits) if password else None
        token = secrets.token_urlsafe(32)
        try:
            write(
                _make_admin,
                digits=digits,
                kind=reading.number.kind,
                name=name,
                email=email.strip() or None,
                password_hash=password_hash,
                token=token,
                another=another,
            )
        except DomainError as error:
            _stop(text_of(error))
    base = current_app.config["NETRA"].base_url
    if password_hash:
        click.echo(f"Administrator made. Sign in at {base}/masuk")
    else:
        click.echo(f"Administrator made. This link works once:\n{base}/aktivasi/{token}")


@people_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(["people", "units"]), default="people", show_default=True)
@click.option("--agency", default="", help="Code of the agency whose units may be named; default: all.")
@click.option("--dry-run", is_flag=True, help="Only check.")
def import_file(file: Path, kind: str, agency: str, dry_run: bool) -> None:
    """Check FILE (CSV or XLSX) and apply its good rows; the bad ones are listed, and the exit code is then 1."""
    what = ImportKind.PEOPLE if kind == "people" else ImportKind.UNITS
    with force_locale("id"):
        agency_id = _agency(agency) if agency else None
        try:
            checked, unknown = importing.check(
                what, file.read_bytes(), agency_id=agency_id, today=clock.local_date(clock.now())
            )
        except SheetError as error:
            _stop(f"{texts.what(error.code, error.params)} {texts.remedy(error.code, error.params)}")
        for heading in unknown:
            click.echo(f"? {heading}", err=True)
        findings: list[Finding] = list(checked.findings)
        if dry_run:
            click.echo(f"{len(checked.lines)} good rows, {checked.bad_rows} bad rows; nothing applied")
        else:
            outcome = apply_lines(
                what, checked, agency_id=agency_id, actor_id=None, progress=lambda _done, _total: None
            )
            findings += outcome.findings
            click.echo(f"{outcome.created} new, {outcome.changed} changed, {outcome.unchanged} unchanged")
        for item in findings:
            problem = item.problem
            remedy = texts.remedy(problem.code, problem.params)
            click.echo(
                f"{item.row}\t{item.column}\t{item.found}\t{texts.what(problem.code, problem.params)} {remedy}"
            )
    if findings:
        sys.exit(1)


def _make_admin(
    *,
    digits: str,
    kind: EmployeeKind,
    name: str,
    email: str | None,
    password_hash: str | None,
    token: str,
    another: bool,
) -> None:
    now = clock.now()
    there_is = db.session.scalar(
        select(RoleGrant.id)
        .where(RoleGrant.role == Role.ADMIN, RoleGrant.scope == "*", RoleGrant.ended_at.is_(None))
        .limit(1)
    )
    if there_is is not None and not another:
        raise Conflict("people.admin_exists")
    known = queries.person_by_number(digits)
    if known is not None and password_hash is not None:
        # Whoever has an account chooses their password themselves.
        raise Conflict("people.number_taken")
    if known is not None:
        person_id = known.id
    else:
        person_id = services.create_person(
            employee_number=digits,
            name=name,
            email=email,
            employment_type=EmploymentType(kind.value),
            password_hash=password_hash,
            now=now,
        )
    services.grant_role(person_id=person_id, role=Role.ADMIN, now=now)
    person = db.session.get(Person, person_id)
    assert person is not None
    if password_hash is None:
        services.create_link(person=person, token=token, now=now)


def _ask_password(digits: str) -> str:
    candidate = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    problem = passwords.password_problem(candidate, employee_number=digits)
    if problem:
        _stop(texts.what(problem.code, problem.params))
    return passwords.hash_password(candidate)


def _agency(code: str) -> int:
    found = db.session.scalar(
        select(OrgUnit.id).where(OrgUnit.parent_id.is_(None), OrgUnit.code == code.upper())
    )
    if found is None:
        _stop(f"no agency with the code {code}")
    return found


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
