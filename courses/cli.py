"""Commands for authors: `flask courses check PATH`, `flask courses publish PATH`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from courses import services
from courses.events import ChangeKind, Redo
from courses.format.__main__ import summary
from courses.format.problems import Problems
from courses.format.reader import ReadResult, read_course
from courses.format.source import SourceFolder, from_folder, from_zip
from learning.kernel import clock, transaction

courses_cli = AppGroup("courses", help="Course folders.")
GROUPS = [courses_cli]

_folder = click.argument("path", type=click.Path(path_type=Path))
_language = click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)


@courses_cli.command("check")
@_folder
@_language
def check(path: Path, language: str) -> None:
    """List every problem of the course folder (or zip) PATH; exit with 1 when one of them is an error."""
    _folder_read, result = _read(path, language)
    if not result.ok:
        sys.exit(1)
    click.echo(summary(result))


@courses_cli.command("publish")
@_folder
@_language
@click.option(
    "--change", type=click.Choice([kind.value for kind in ChangeKind]), default=ChangeKind.CLARIFICATION.value
)
@click.option("--redo", type=click.Choice([redo.value for redo in Redo]), default=Redo.NOBODY.value)
def publish(path: Path, language: str, change: str, redo: str) -> None:
    """Publish the course folder (or zip) PATH. Unchanged content makes no new edition."""
    folder, result = _read(path, language)
    if result.course is None:
        sys.exit(1)
    outcome = transaction.write(
        services.publish,
        compiled=result.course,
        files=folder.files,
        published_by=None,
        now=clock.now(),
        change=ChangeKind(change),
        redo=Redo(redo),
    )
    verb = "published" if outcome.created else "unchanged"
    click.echo(f"{verb}: {result.course.key}, number {outcome.number}, edition {outcome.edition}")


def _read(path: Path, language: str) -> tuple[SourceFolder, ReadResult]:
    problems = Problems()
    if path.is_file():
        folder = from_zip(path.read_bytes(), problems, name=path.stem)
    else:
        folder = from_folder(path, problems)
    result = read_course(folder, before=problems.found)
    for problem in result.problems:
        click.echo(problem.format(language))
    if not result.ok:
        warnings = len(result.problems) - len(result.errors)
        click.echo(f"{len(result.errors)} errors, {warnings} warnings")
    return folder, result
