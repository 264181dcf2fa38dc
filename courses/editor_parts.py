"""Parts of the editor's pages: preview and problems of a text, two texts of one file and the difference between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from courses import checking, draft_history, studio_queries, texts, worddiff
from courses.draft_queries import Draft
from courses.format.problems import Problem
from courses.format.single import OneFile
from learning.kernel import web
from learning.kernel.errors import NotFound

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Standing:
    """The text that stands now: `content` None when the file was removed."""

    content: str | None
    digest: str
    by: str
    at: datetime


def standing_of(found: Draft, path: str) -> Standing:
    """The text of the file now; NotFound when the draft never had such a file."""
    file = found.file(path)
    if file is not None:
        return Standing(file.content, file.digest, file.saved_by, file.saved_at)
    rows = draft_history.history(found.id, path)
    if not rows:
        raise NotFound("courses.file_unknown")
    return Standing(None, REMOVED, rows[0].saved_by, rows[0].saved_at)


def conflict(found: Draft, path: str, mine: str, standing: Standing) -> str:
    """The part of the page that shows two texts of one file, and the difference between them."""
    return render_template(
        "studio/editor_conflict.html",
        draft=found,
        path=path,
        standing=standing,
        files=worddiff.files({path: standing.content or ""}, {path: mine}),
    )


def looked(found: Draft, path: str, seen: OneFile) -> dict[str, Any]:
    """What the templates of preview and problems need."""
    rows = dict(studio_queries.grouped(checking.as_json(seen.problems), web.language())).get(path, [])
    told_rows = [
        {**row, "said": told(problem)["text"]} for row, problem in zip(rows, seen.problems, strict=False)
    ]
    marks: dict[int, list[tuple[str, str]]] = {}
    for row in told_rows:
        marks.setdefault(row["line"], []).append((row["tone"], row["code"]))
    modules = [file.path for file in found.files if file.is_module]
    return {
        "seen": seen,
        "problems": told_rows,
        "marks": marks,
        "number": modules.index(path) + 1 if path in modules else None,
        # Images are kept with the edition; until then they come from the draft.
        "media": (
            f"/kursus/{found.course_key}/media/",
            url_for("images.file", public_id=found.public_id, sha256="-").removesuffix("-"),
        ),
        "words": texts,
    }


def told(problem: Problem) -> dict[str, Any]:
    """A problem for the margin of the text: line, tone, code, and all its sentences in one."""
    what, remedy = problem.texts(web.language())
    sentence = " ".join(part for part in (what, remedy, problem.guess(web.language())) if part)
    return {
        "line": problem.line,
        "tone": "bad" if problem.severity == "error" else "warn",
        "code": problem.code,
        "text": sentence.replace("`", ""),
    }


def phrases() -> dict[str, str]:
    """What the text component says, by the English words it would use itself."""
    return {
        "Find": _("Cari"),
        "Replace": _("Ganti dengan"),
        "next": _("berikutnya"),
        "previous": _("sebelumnya"),
        "all": _("semua"),
        "match case": _("huruf besar dan kecil dibedakan"),
        "by word": _("kata utuh"),
        "regexp": _("pola (regexp)"),
        "replace": _("ganti"),
        "replace all": _("ganti semua"),
        "close": _("tutup"),
        "current match": _("yang ditemukan"),
        "replaced $ matches": _("$ tempat diganti"),
        "replaced match on line $": _("diganti di baris $"),
        "on line": _("di baris"),
        "Go to line": _("Ke baris"),
        "go": _("buka"),
        "Diagnostics": _("Masalah"),
        "No diagnostics": _("Tidak ada masalah"),
        "Control character": _("Karakter kendali"),
        "Selection deleted": _("Pilihan dihapus"),
    }
