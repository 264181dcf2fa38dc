"""Commands: `flask certificates rules load|list`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from certificates.promotion import queries as rule_queries
from certificates.promotion import services as rule_services
from certificates.promotion.rulebook import SHIPPED, UnreadableRules, read_rules
from certificates.promotion.texts import problem_sentence
from learning.kernel import clock
from learning.kernel.errors import DomainError, text_of
from learning.kernel.transaction import write

rules_cli = AppGroup("rules", help="Promotion rules.")


@rules_cli.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED)
def load_rules(path: Path) -> None:
    """Bring the promotion rules to what PATH says (default: the sample rules); repeating it changes nothing."""
    try:
        rules = read_rules(path)
        changed, same = write(rule_services.load_rules, rules=rules, now=clock.now())
    except UnreadableRules as error:
        for problem in error.problems:
            click.echo(f"{problem.place}: {problem_sentence(problem)}", err=True)
        raise click.ClickException(
            f"{path.name}: {len(error.problems)} problems, nothing was loaded"
        ) from error
    except DomainError as error:
        raise click.ClickException(text_of(error)) from error
    click.echo(f"{changed} added or changed, {same} unchanged")


@rules_cli.command("list")
def list_rules() -> None:
    """Every rule as of today."""
    for rule in rule_queries.rules_for(clock.local_date(clock.now()), agencies=None):
        until = f" to {rule.valid_to}" if rule.valid_to else ""
        scope = f"agency {rule.agency_id}" if rule.agency_id else "everybody"
        courses = ",".join(need.key for need in rule.demand.courses)
        click.echo(
            f"{rule.key}\tversion {rule.version}\tfrom {rule.valid_from}{until}\t{scope}\t{courses}\t{rule.source}"
        )
