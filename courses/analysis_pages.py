"""What the answers say: the questions of a course with their figures, one question, and how dilemmas are decided.

Only sums leave the queries behind these pages: no name, no NIP, no single answer. A trainer sees their own courses.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from courses import analysis_sheets, analysis_texts, analysis_views, studio_queries, tally_queries, texts
from courses.desk import keys_open, reach
from courses.editions import Edition, edition_of
from courses.format.compiled import CompiledDilemma
from courses.studio_queries import within
from courses.suppression import TallyTable
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import NotFound
from quizzes import corrections
from quizzes.kinds import kind_of
from quizzes.regrading import key_text, remedies, right_options

bp = Blueprint("analysis", __name__, url_prefix="/studio")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def course_or_404(key: str) -> str:
    """The key of a course within reach; Forbidden while whoever asks is taking its quiz."""
    if not within(reach(), key):
        raise NotFound("courses.unknown")
    keys_open(key)
    return key


def asked(name: str) -> str:
    """A word of the address, "" without it."""
    return request.args.get(name, "").strip()


@bp.get("/kursus/<key>/soal")
@access.role(Role.TRAINER, Role.ADMIN)
def questions(key: str) -> str:
    """All questions of an edition, worst first, by module, objective and hint."""
    view = analysis_views.set_view(
        course_or_404(key), asked("terbitan"), first_only=asked("percobaan") != "semua"
    )
    rows = view.filtered(asked("modul"), asked("tujuan"), asked("petunjuk"))
    return render_template(
        "studio/analysis.html",
        key=key,
        view=view,
        rows=rows,
        corrections=[row for row in corrections.of_set(view.edition.question_set_id) if row.outcome is None],
        words=texts,
        said=analysis_texts,
    )


@bp.get("/kursus/<key>/soal.csv", defaults={"form": "csv"})
@bp.get("/kursus/<key>/soal.xlsx", defaults={"form": "xlsx"})
@access.role(Role.TRAINER, Role.ADMIN)
def download(key: str, form: str) -> Response:
    """The whole table as a file."""
    view = analysis_views.set_view(
        course_or_404(key), asked("terbitan"), first_only=asked("percobaan") != "semua"
    )
    content = analysis_sheets.as_csv(view) if form == "csv" else analysis_sheets.as_xlsx(view)
    day = clock.local_date(clock.now())
    name = f"soal-{key}-terbitan-{view.edition.number}-{day:%Y%m%d}.{form}"
    return Response(
        content,
        mimetype="text/csv" if form == "csv" else XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@bp.get("/kursus/<key>/soal/<slug>/<name>")
@access.role(Role.TRAINER, Role.ADMIN)
def question(key: str, slug: str, name: str) -> str:
    """One question with its figures: options, curve, hints, what was corrected."""
    view = analysis_views.set_view(
        course_or_404(key), asked("terbitan"), first_only=asked("percobaan") != "semua"
    )
    row = view.row(f"{slug}/{name}")
    known = studio_queries.current_outline(key)
    item = row.item
    return render_template(
        "studio/analysis_item.html",
        key=key,
        view=view,
        row=row,
        right=right_options(item),
        labels=dict(analysis_views.option_labels(item)),
        module_here=known is not None and known[0].module(slug) is not None,
        corrections=[
            one
            for one in corrections.of_set(view.edition.question_set_id)
            if one.correction.item_key == item.key
        ],
        key_text=lambda correction: key_text(item, correction),
        published_key=kind_of(item).key_summary(item),
        remedies=remedies(item),
        words=texts,
        said=analysis_texts,
    )


@bp.get("/kursus/<key>/dilema")
@access.role(Role.TRAINER, Role.ADMIN)
def dilemmas(key: str) -> str:
    """How one dilemma of an edition is decided: by option, by kind of unit, by level of position."""
    chosen, rows = analysis_views.chosen_edition(course_or_404(key), asked("terbitan"))
    edition = edition_of(key, chosen.edition)
    if edition is None:
        raise NotFound("courses.unknown")
    choices = _choices(edition)
    found = next((entry for entry in choices if asked("dilema") in ("", f"{entry[0]}/{entry[1].key}")), None)
    if choices and found is None:
        raise NotFound("courses.dilemma_unknown")
    return render_template(
        "studio/tallies.html",
        key=key,
        edition=chosen,
        editions=rows,
        choices=[
            (
                f"{slug}/{dilemma.key}",
                f"{edition.module(slug).number}. {dilemma.title}",  # type: ignore[union-attr]
            )
            for slug, dilemma in choices
        ],
        slug=found[0] if found else "",
        tally=tally_queries.dilemma_tally(edition, *found) if found else None,
        most=tally_queries.MOST,
        rows_of=_table,
        said=analysis_texts,
    )


def _choices(edition: Edition) -> list[tuple[str, CompiledDilemma]]:
    return [(module.slug, dilemma) for module in edition.modules for dilemma in module.dilemmas]


def _table(found: TallyTable) -> list[dict[str, Any]]:
    """The rows of a tally for the page: name, people, and for each option (count, percent) or None where hidden."""
    return [
        {
            "name": analysis_texts.group_name(label),
            "people": people,
            "cells": [
                (count, 100 * count / people)
                if (count := found.cells.get((label, option))) is not None
                else None
                for option in found.options
            ],
        }
        for label, people in found.groups
    ]
