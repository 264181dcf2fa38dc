"""`flask admin create`, `flask people import FILE`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

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
from learning.people import importing, nip, passwords, queries, services, staging, texts
from learning.people.kinds import EmploymentType, ImportKind
from learning.people.models import OrgUnit, Person, RoleGrant, SheetImport
from learning.people.nip import EmployeeKind
from learning.people.spreadsheet import SheetError
from learning.people.staging import Source
from learning.people.streaming import stream_file

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
@click.option(
    "--complete", is_flag=True, help="FILE names everybody of the agency: who is missing loses the seat."
)
@click.option("--reason", default="", help="Why more people than usual may lose their seat.")
@click.option("--dry-run", is_flag=True, help="Only check.")
def import_file(file: Path, kind: str, agency: str, complete: bool, reason: str, dry_run: bool) -> None:
    """Check FILE (CSV of any length, or XLSX) and apply its good rows; bad ones are listed, and the exit code is then 1.

    Broken off half-way, the same command again does what is left.
    """
    what = ImportKind.PEOPLE if kind == "people" else ImportKind.UNITS
    with force_locale("id"):
        agency_id = _agency(agency) if agency else None
        try:
            import_id = write(
                services.open_import,
                kind=what,
                filename=file.name,
                agency_id=agency_id,
                complete=complete,
                now=clock.now(),
            )
            found = _dry_run(import_id, file, what, agency_id, complete=complete)
            done = None if dry_run else _apply(import_id, found, reason)
        except DomainError as error:
            _stop(text_of(error))
        for heading in found["unknown_columns"]:
            click.echo(f"? {heading}", err=True)
        counts = found["counts"]
        click.echo(", ".join(f"{name.lower()} {counts[name]}" for name in counts) or "nothing")
        late = done["findings"] if done else []
        if done:
            click.echo(
                f"{done['created']} new, {done['changed']} changed, {done['unchanged']} unchanged, "
                f"{done['ended']} ended"
            )
        else:
            click.echo(f"{found['good']} good rows, {found['bad']} bad rows; nothing applied")
        for item in [*found["findings"], *late]:
            remedy = texts.remedy(item["code"], item["params"])
            said = f"{texts.what(item['code'], item['params'])} {remedy}"
            click.echo(f"{item['row']}\t{item['column']}\t{item['found']}\t{said}")
        if found["more_findings"]:
            click.echo(f"... and {found['more_findings']} more")
    if found["bad"] or late:
        sys.exit(1)


def _dry_run(
    import_id: int, file: Path, what: ImportKind, agency_id: int | None, *, complete: bool
) -> dict[str, Any]:
    try:
        unknown, rows = stream_file(file, columns=importing.columns_of(what))
        source = Source(import_id, what, rows, unknown, agency_id, None, complete)
        found = staging.stage(source, today=clock.local_date(clock.now()), progress=_say("checked"))
    except SheetError as error:
        write(services.note_checked, import_id=import_id, report=importing.refusal(error), refused=True)
        _stop(f"{texts.what(error.code, error.params)} {texts.remedy(error.code, error.params)}")
    write(services.note_checked, import_id=import_id, report=found, refused=False)
    return found


def _apply(import_id: int, found: dict[str, Any], reason: str) -> dict[str, Any]:
    if not found["acting"]:
        return {"created": 0, "changed": 0, "ended": 0, "unchanged": found["good"], "findings": []}
    sheet = db.session.get_one(SheetImport, import_id)
    write(
        services.start_applying,
        public_id=sheet.public_id,
        actor_id=None,
        fingerprint=found["fingerprint"],
        reason=reason,
    )
    if not importing.apply(import_id, progress=_say("applied")):
        raise Conflict("people.import_changed")
    sheet = db.session.get_one(SheetImport, import_id, populate_existing=True)
    result: dict[str, Any] = sheet.report["result"]
    return result


def _say(word: str) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done} / {total} {word}", err=True, nl=done == total)

    return progress


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
