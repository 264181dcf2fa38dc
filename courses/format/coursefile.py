"""Reading `kursus.md`: what the course is called, how long it is, the rules of its quiz, the landing text."""

from __future__ import annotations

import re

from courses.format.drafts import DraftCourse
from courses.format.fields import Fields
from courses.format.fragments import Fragments
from courses.format.handouts import page_parts
from courses.format.modules import front_matter
from courses.format.problems import Problems
from courses.format.source import COURSE_FILE
from courses.format.yamltree import Node
from quizzes.items import QuizSettings

KEYS = ("judul", "kode", "ringkas", "jp", "berlaku-bulan", "kuis")
QUIZ_KEYS = ("soal", "per-modul", "menit", "nilai-minimal", "kesempatan", "jeda-menit")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")


def read(text: str, fragments: Fragments) -> DraftCourse:
    """The course file as a draft; every slip noted."""
    problems = fragments.problems
    fields, first, lines = front_matter(COURSE_FILE, text, problems)
    fields.only(KEYS)
    code = fields.text("kode", required=True, limit=20)
    if code and not _CODE.fullmatch(code):
        guess = re.sub(r"[^A-Z0-9]", "", code.upper())[:8]
        problems.add(
            COURSE_FILE,
            fields.line("kode"),
            "kode-rusak",
            suggestion=guess if _CODE.fullmatch(guess) else None,
            value=code,
        )
    quiz = _quiz_fields(fields)
    settings = QuizSettings(
        passing_score=quiz.number("nilai-minimal", 1, 100, default=80),
        minutes=quiz.number("menit", 1, 600, default=40),
        attempts=quiz.number("kesempatan", 1, 100, default=3),
        cooldown_minutes=quiz.number("jeda-menit", 0, 100_000, default=60),
    )
    landing = page_parts(COURSE_FILE, first, lines, fragments)
    if not landing:
        problems.add(COURSE_FILE, first, "kursus-tanpa-pengantar")
    return DraftCourse(
        title=fields.text("judul", required=True, limit=160),
        code=code,
        summary=fields.text("ringkas", required=True, limit=600),
        jp=fields.number("jp", 1, 500),
        validity_months=fields.number("berlaku-bulan", 1, 120, default=24),
        settings=settings,
        draw_total=quiz.number("soal", 1, 200, default=20),
        draw_by_module=_draw(quiz, problems),
        landing=landing,
        jp_line=fields.line("jp"),
        quiz_line=quiz.line("soal"),
    )


def _quiz_fields(fields: Fields) -> Fields:
    node = fields.get("kuis")
    if node is not None and node.entries is None:
        fields.problems.add(COURSE_FILE, node.line, "harus-pemetaan", key="kuis")
        node = None
    quiz = Fields(node or Node(fields.line("kuis"), entries={}, key_lines={}), COURSE_FILE, fields.problems)
    quiz.only(QUIZ_KEYS)
    return quiz


def _draw(quiz: Fields, problems: Problems) -> dict[str, tuple[int, int]]:
    """`per-modul`: slug -> (questions, line)."""
    node = quiz.get("per-modul")
    if node is None:
        return {}
    if node.entries is None:
        problems.add(COURSE_FILE, node.line, "harus-pemetaan", key="per-modul")
        return {}
    inner = Fields(node, COURSE_FILE, problems)
    return {slug: (inner.number(slug, 0, 100, default=0), inner.line(slug)) for slug in node.entries}
