"""Commands: `flask eligibility check FILE --rule KEY --as-of DATE --out FILE`, `verify FILE CODE`, `receipt NUMBER --out FILE`."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from certificates import codes
from certificates.promotion import check_queries, check_services, receipts, result_files
from certificates.promotion import jobs as check_jobs
from certificates.promotion import queries as rule_queries
from certificates.promotion.bulk import COMMAND_BYTES, COMMAND_LINES
from certificates.promotion.checklines import OUTCOMES
from certificates.promotion.receipts import Match
from certificates.receipts import making
from certificates.receipts import queries as papers
from certificates.receipts import services as paper_services
from certificates.rendering import RenderingFailed
from certificates.signing.backend import SigningFailed
from learning.kernel import clock
from learning.kernel.access import Grant, Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import texts as people_texts
from learning.people.access import bare_principal
from learning.people.models import OrgUnit

eligibility_cli = AppGroup("eligibility", help="Whether people meet a promotion rule on a day.")


@eligibility_cli.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", "key", required=True, help="Key of the rule (flask certificates rules list).")
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The effective date.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV or XLSX.")
@click.option(
    "--agency", default="", help="Code of an agency: only its people are found. Default: everybody."
)
def check(path: Path, key: str, as_of: datetime, out: Path, agency: str) -> None:
    """Answer the list of NIPs in PATH as the page does: the same file, and a receipt. The list is refused by line, never
    guessed.
    """
    now = clock.now()
    if path.stat().st_size > COMMAND_BYTES:
        raise click.ClickException(f"{path} is larger than {COMMAND_BYTES >> 20} MB")
    if out.suffix.lower() not in {".csv", ".xlsx"}:
        raise click.ClickException("--out must end in .csv or .xlsx")
    day: date = as_of.date()
    scope = _scope(agency)
    agencies = None if scope == "/" else frozenset({int(scope.strip("/"))})
    rule = rule_queries.rule_on(key, day, agencies=agencies)
    if rule is None:
        raise click.ClickException(f"there is no rule {key}")
    check_id, _public_id = write(
        check_services.receive,
        content=path.read_bytes(),
        filename=path.name,
        rule_id=rule.id,
        as_of=day,
        scope_path=scope,
        made_by=None,
        now=now,
        queue=False,
    )
    asked = check_queries.check_by_id(check_id)
    assert asked is not None
    who = bare_principal(0, (Grant(Role.ADMIN, None, None if scope == "/" else scope),))
    check_jobs.answer(
        asked,
        who=who,
        progress=lambda done, total: click.echo(f"{done} of {total}", err=True),
        most=COMMAND_LINES,
    )
    receipt = check_queries.receipt_of(check_id)
    if receipt is None:
        answered = check_queries.check_by_id(check_id)
        problem = (answered.problem if answered else None) or {"code": "sheet.broken", "params": {}}
        raise click.ClickException(people_texts.what(problem["code"], problem["params"]))
    if out.suffix.lower() == ".xlsx":
        out.write_bytes(result_files.xlsx(check_id))
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(result_files.csv_lines(check_id))
    counted = ", ".join(f"{name} {receipt.counts.get(name, 0)}" for name in OUTCOMES)
    click.echo(f"{out}: {receipt.lines} lines ({counted})")
    click.echo(f"receipt {receipt.number}, code {codes.display(receipt.code)}, sha256 {receipt.result_hash}")


@eligibility_cli.command("verify")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("code")
def verify(path: Path, code: str) -> None:
    """Say whether the CSV in PATH is the result that the receipt with this code speaks of."""
    receipt = check_queries.receipt_by_code(codes.fold(code))
    if receipt is None:
        raise click.ClickException("there is no receipt with this code")
    with path.open("rb") as file:
        match = receipts.matches(file, receipt)
    if match is not Match.SAME:
        raise click.ClickException(f"not the result of {receipt.number}: {match}")
    click.echo(f"the result of {receipt.number}, unchanged")


@eligibility_cli.command("receipt")
@click.argument("number")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="PDF to write.")
def receipt_paper(number: str, out: Path) -> None:
    """Write the PDF of a receipt, of either kind, named by its number or code: the very bytes that a download gives."""
    folded = codes.fold(number)
    row = papers.paper_by_number(number) or papers.paper_by_code(folded)
    if row is None:
        paper_id = write(paper_services.freeze_earlier, code=folded, now=clock.now())
        row = papers.paper_by_id(paper_id) if paper_id is not None else None
    if row is None:
        raise click.ClickException(f"there is no receipt with the number or code {number}")
    try:
        content = making.served(row, current_app.config["NETRA"])
    except (RenderingFailed, SigningFailed) as error:
        raise click.ClickException(str(error)) from error
    out.write_bytes(content)
    click.echo(f"{out}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def _scope(code: str) -> str:
    if not code:
        return "/"
    path = db.session.scalar(select(OrgUnit.path).where(OrgUnit.code == code, OrgUnit.parent_id.is_(None)))
    if path is None:
        raise click.ClickException(f"there is no agency with the code {code}")
    return path
