"""Commands for authors: `flask courses check PATH`, `publish PATH`, `impact KEY`, `convert FILE`."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from courses import impact, services
from courses.events import ChangeKind, Redo
from courses.exchange import conversion
from courses.exchange.questions import MAX_BYTES
from courses.format import acts, registry
from courses.format.__main__ import summary
from courses.format.problems import Problems, did_you_mean
from courses.format.reader import ReadResult, read_course
from courses.format.source import SourceFolder, from_folder, from_zip
from learning.kernel import clock, panels, transaction

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


@courses_cli.command("impact")
@click.argument("key")
@click.option("--pasal", "locator", help="Only this article, such as pasal-5-n-6.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON document.")
@click.option(
    "--certificates",
    "certificates_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the numbers of the live certificates to this CSV file.",
)
def impact_of(key: str, locator: str | None, as_json: bool, certificates_file: Path | None) -> None:
    """List what a change of the regulation KEY touches: modules, dilemmas, questions, acts, live certificates.

    Modules, dilemmas and questions are those of the editions that are out. Certificates are those valid today on any
    edition that cites it, also on old ones.
    """
    _known_place(key, locator)
    now = clock.now()
    courses = impact.of_law(key, locator, stems=True)
    editions = impact.editions_citing(key, locator)
    live = [
        (course, edition, count)
        for answer in panels.collect("impact.certificates", editions=editions, now=now)
        for (course, edition), count in sorted(answer.items())
    ]
    catalogue, _problems = acts.shipped()
    about = [
        act
        for act in catalogue.entries.values()
        if any(g.key == key and locator in (None, g.locator) for g in act.grounds)
    ]
    if as_json:
        click.echo(json.dumps(_as_json(key, locator, courses, about, live), ensure_ascii=False, indent=1))
    else:
        _tell(key, locator, courses, about, live)
    if certificates_file is not None:
        numbers = panels.collect("impact.certificate_numbers", editions=editions, now=now)
        with certificates_file.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["course", "edition", "number", "issued_on"])
            for answer in numbers:
                rows.writerows(answer)


def _known_place(key: str, locator: str | None) -> None:
    known, _problems = registry.shipped()
    found = known.regulations.get(key)
    if found is None:
        guess = did_you_mean(key, known.regulations)
        raise click.ClickException(f"no regulation {key!r}" + (f"; did you mean {guess}?" if guess else ""))
    if locator is not None and locator not in found.articles:
        guess = did_you_mean(locator, found.articles)
        raise click.ClickException(
            f"{key} has no {locator!r} in the registry" + (f"; did you mean {guess}?" if guess else "")
        )


def _as_json(
    key: str,
    locator: str | None,
    courses: list[impact.CourseUses],
    about: list[acts.Act],
    live: list[tuple[str, str, int]],
) -> dict[str, Any]:
    return {
        "regulation": key,
        "article": locator,
        "courses": [asdict(course) for course in courses],
        "acts": [{"key": act.key, "title": act.title} for act in about],
        "certificates": [{"course": c, "edition": e, "live": count} for c, e, count in live],
    }


def _tell(
    key: str,
    locator: str | None,
    courses: list[impact.CourseUses],
    about: list[acts.Act],
    live: list[tuple[str, str, int]],
) -> None:
    click.echo(f"{key}{' ' + locator if locator else ''}")
    for course in courses:
        click.echo(f"\n{course.course_key}, number {course.number}, edition {course.edition}")
        for kind in ("kursus", "modul", "dilema", "soal"):
            for use in course.of(kind):
                place = f"{use.module_slug}/{use.owner}".strip("/") or "landing text, summary"
                click.echo(f"  {kind}\t{place}\t{use.title}\t{', '.join(use.names)}")
    if about:
        click.echo("\ncatalogue of acts")
        for act in about:
            click.echo(f"  {act.label}\t{act.title}")
    click.echo("\nlive certificates")
    for name, edition, count in live:
        click.echo(f"  {name}\tedition {edition}\t{count}")
    total = sum(count for _name, _edition, count in live)
    uses = {kind: sum(len(course.of(kind)) for course in courses) for kind in ("modul", "dilema", "soal")}
    click.echo(
        f"\n{uses['modul']} modules, {uses['dilema']} dilemmas, {uses['soal']} questions, {len(about)} acts, "
        f"{total} live certificates"
    )


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


@courses_cli.command("convert")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "source", required=True, type=click.Choice(list(conversion.READERS)))
@click.option("--to", "target", required=True, type=click.Choice(list(conversion.WRITERS)))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def convert(file: Path, source: str, target: str, out: Path) -> None:
    """Convert the questions in FILE and print what was carried as JSON; exit with 1 when FILE cannot be read at all.

    Nothing in FILE is ever run. What could not be carried is listed with its place and reason.
    """
    if out.exists() and file.exists() and out.samefile(file):
        raise click.ClickException("--out is the file itself")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise click.ClickException(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MB; split the file")
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    result = conversion.convert(content, source, target)
    if result.fault:
        raise click.ClickException(f"{file}: {result.fault}")
    if result.carried:
        try:
            out.write_text(result.text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise click.ClickException(f"{out}: {error.strerror}") from error
    click.echo(json.dumps(result.report(), ensure_ascii=False, indent=1))
