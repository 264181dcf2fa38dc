"""Reading a course: the whole way from a folder to a compiled course and the list of everything wrong.

`read_course` is what everybody calls: the command line, the studio, publishing, tests. It reports every
problem of every file in one run, and compiles only when no error is among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.format import acts as catalogue
from courses.format import coursefile, handouts, images, modules, quality, text
from courses.format.acts import Acts
from courses.format.compiled import ActUse, CitationUse, CompiledCourse, CompiledMedia, hash_of
from courses.format.compiling import Compiler, objectives, unique_places
from courses.format.drafts import DraftCourse, DraftModule
from courses.format.fragments import Cite, Fragments
from courses.format.problems import Problem, Problems, Severity, TooManyProblems, did_you_mean
from courses.format.questions import resolve_variants
from courses.format.registry import Registry, shipped
from courses.format.rendering import Rendered, links_for, render
from courses.format.shapes import anchor
from courses.format.source import (
    COURSE_FILE,
    GLOSSARY_FILE,
    HANDOUT_FILE,
    KEY,
    MODULE_FILE,
    SourceFolder,
    slug,
)
from quizzes.items import Item, QuestionSet, QuizSettings, draw_evenly, set_problems


@dataclass(frozen=True)
class ReadResult:
    """What came out: the course when there is no error, and all problems, sorted by file and line."""

    course: CompiledCourse | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop publishing."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def ok(self) -> bool:
        """Whether the course can be published."""
        return self.course is not None


def read_course(
    folder: SourceFolder,
    registry: Registry | None = None,
    *,
    acts: Acts | None = None,
    before: Iterable[Problem] = (),
) -> ReadResult:
    """Read, check and compile a course. Never raises, whatever the folder holds.

    `registry` and `acts` default to the shipped ones (their own problems are then reported too); `before` are
    problems found while the folder was taken in, which are part of the answer.
    """
    problems = Problems(list(before))
    if registry is None:
        registry, found = shipped()
        problems.found.extend(found)
    if acts is None:
        acts, found = catalogue.shipped()
        problems.found.extend(found)
    try:
        return ReadResult(_read(folder, registry, acts, problems), problems.sorted())
    except TooManyProblems:
        problems.stopped(COURSE_FILE)
        return ReadResult(None, problems.sorted())


def _read(folder: SourceFolder, registry: Registry, acts: Acts, problems: Problems) -> CompiledCourse | None:
    if not KEY.fullmatch(folder.name) or len(folder.name) > 60:
        problems.add(COURSE_FILE, 1, "nama-folder", suggestion=slug(folder.name) or None, name=folder.name)
    texts = {
        path: text.decode(path, content, problems)
        for path, content in folder.files.items()
        if path.endswith(".md")
    }
    media = {
        path: found
        for path in folder.media_files
        if (found := images.probe(path, folder.files[path], problems)) is not None
    }
    fragments = Fragments(
        registry, problems, modules=folder.module_files, media=folder.media_files, acts=acts
    )
    course = None
    if COURSE_FILE in texts:
        course = coursefile.read(texts[COURSE_FILE], fragments)
        if HANDOUT_FILE in texts:
            course.handout = handouts.read_handout(texts[HANDOUT_FILE], fragments)
        if GLOSSARY_FILE in texts:
            course.glossary = handouts.read_glossary(texts[GLOSSARY_FILE], fragments)
    else:
        problems.add(COURSE_FILE, 1, "tanpa-kursus")
    drafts = [
        modules.read(path, texts[path], number, fragments)
        for number, path in enumerate(folder.module_files, start=1)
    ]
    _check_folder(folder, drafts, fragments, problems)
    settings = _check_course(course, drafts, problems) if course else None
    _check_grounds(drafts, registry, problems)
    quality.check(drafts, fragments, registry, problems)
    used = {path: media[path] for path in fragments.used_media if path in media}
    rendered = render(fragments.pieces, links_for(folder.name, registry, folder.module_files, used), problems)
    compiler = Compiler(registry, rendered)
    _check_anchors(fragments, rendered, problems)
    if course is None or settings is None or any(p.severity is Severity.ERROR for p in problems.found):
        return None
    digest = hash_of(_fingerprint(folder, texts, media, registry, _uses(course, drafts)))
    return _compile(folder.name, course, drafts, settings, compiler, media, digest, problems)


def _check_folder(
    folder: SourceFolder, drafts: list[DraftModule], fragments: Fragments, problems: Problems
) -> None:
    if not drafts:
        problems.add(COURSE_FILE, 1, "tanpa-modul")
    slugs: dict[str, str] = {}
    numbers: dict[int, str] = {}
    for draft in drafts:
        match = MODULE_FILE.fullmatch(draft.file)
        number = int(match[1]) if match else 0
        if draft.slug in slugs:
            problems.add(draft.file, 1, "slug-ganda", slug=draft.slug, path=slugs[draft.slug])
        if number in numbers:
            problems.add(draft.file, 1, "nomor-ganda", number=number, path=numbers[number])
        slugs.setdefault(draft.slug, draft.file)
        numbers.setdefault(number, draft.file)
    for path in folder.media_files:
        if path not in fragments.used_media:
            problems.add(path, 1, "gambar-tidak-dipakai", warning=True, path=path)


def _check_course(course: DraftCourse, drafts: list[DraftModule], problems: Problems) -> QuizSettings:
    """Hours add up, and every pool is deep enough for what is drawn from it."""
    _check_hours(course, drafts, problems)
    pools = [draft.slug for draft in drafts if draft.questions]
    draw = draw_evenly(pools, course.draw_total)
    if course.draw_by_module:
        slugs = [draft.slug for draft in drafts]
        for name, (_number, line) in course.draw_by_module.items():
            if name not in slugs:
                problems.add(
                    COURSE_FILE, line, "modul-tidak-ada", suggestion=did_you_mean(name, slugs), slug=name
                )
        draw = tuple(
            (name, course.draw_by_module[name][0]) for name in slugs if name in course.draw_by_module
        )
        given = sum(number for _name, number in draw)
        if given != course.draw_total:
            problems.add(COURSE_FILE, course.quiz_line, "jumlah-soal", total=course.draw_total, given=given)
    if drafts and not pools:
        problems.add(COURSE_FILE, course.quiz_line, "kursus-tanpa-soal")
    by_slug = {draft.slug: draft for draft in drafts}
    for name, number in draw:
        draft = by_slug[name]
        groups = resolve_variants(draft.questions, draft.file, Problems())
        offered = len({groups.get(question.key, question.key) for question in draft.questions})
        if offered < number:
            problems.add(draft.file, 1, "soal-kurang", count=offered, needed=number)
    return QuizSettings(
        passing_score=course.settings.passing_score,
        minutes=course.settings.minutes,
        attempts=course.settings.attempts,
        cooldown_minutes=course.settings.cooldown_minutes,
        draw=tuple((name, number) for name, number in draw if number > 0),
    )


def _check_hours(course: DraftCourse, drafts: list[DraftModule], problems: Problems) -> None:
    """Either every module has its lesson hours, or only the course has them and the minutes must fit."""
    hours = [draft.jp for draft in drafts if draft.jp is not None]
    minutes = sum(draft.minutes for draft in drafts)
    if hours and len(hours) < len(drafts):
        draft = next(draft for draft in drafts if draft.jp is None)
        problems.add(draft.file, 1, "jp-sebagian")
    elif hours and sum(hours) != course.jp:
        problems.add(COURSE_FILE, course.jp_line, "jumlah-jp", course=course.jp, modules=sum(hours))
    elif (
        drafts
        and not hours
        and abs(minutes - course.jp * modules.MINUTES_PER_JP) * 2 > modules.MINUTES_PER_JP
    ):
        needed = course.jp * modules.MINUTES_PER_JP
        problems.add(
            COURSE_FILE, course.jp_line, "jumlah-menit", jp=course.jp, minutes=minutes, needed=needed
        )


def _check_grounds(drafts: list[DraftModule], registry: Registry, problems: Problems) -> None:
    """Nothing graded may rest on unverified sources alone."""
    for draft in drafts:
        for question in draft.questions:
            marks = {found[1].mark for c in question.citations if (found := registry.find(c.key, c.locator))}
            if marks == {"V"}:
                problems.add(draft.file, question.line, "hanya-belum-diverifikasi", key=question.key)
        resolve_variants(draft.questions, draft.file, problems)


def _check_anchors(fragments: Fragments, rendered: list[Rendered], problems: Problems) -> None:
    if not fragments.anchor_links:
        return
    known: dict[str, set[str]] = {}
    for piece, html in zip(fragments.pieces, rendered, strict=True):
        known.setdefault(piece.file, set()).update(name for _level, name, _title in html.toc)
    for link in fragments.anchor_links:
        names = known.get(link.module, set())
        if anchor(link.anchor) not in names:
            guess = did_you_mean(link.anchor, [name.removeprefix("b-") for name in names])
            problems.add(
                link.file, link.line, "jangkar-tidak-ada", suggestion=guess, target=f"#{link.anchor}"
            )


def _uses(course: DraftCourse, drafts: list[DraftModule]) -> tuple[CitationUse, ...]:
    """Who cites what, in reading order, each once."""
    uses: dict[CitationUse, None] = {}

    def note(kind: str, module: str, owner: str, cites: Iterable[Cite]) -> None:
        for key, locator in unique_places(cites):
            uses[CitationUse(kind, module, owner, key, locator)] = None

    for part in (*course.landing, *(course.handout.parts if course.handout else ())):
        note("kursus", "", "", part.citations)
    for draft in drafts:
        for part in draft.parts:
            note("modul", draft.slug, "", part.citations)
        for variants in draft.dilemmas.values():
            for variant in variants:
                for scene in variant.scenes:
                    for option in scene.options:
                        note("dilema", draft.slug, f"{variant.key}/{variant.variant}", option.citations)
        for question in draft.questions:
            note("soal", draft.slug, question.key, question.citations)
            if question.scene is not None:
                for option in question.scene.options:
                    note("soal", draft.slug, question.key, option.citations)
    return tuple(uses)


def _acts(drafts: list[DraftModule]) -> tuple[ActUse, ...]:
    """Who is about which entry of the catalogue of acts, in reading order, each once."""
    uses: dict[ActUse, None] = {}
    for draft in drafts:
        for variants in draft.dilemmas.values():
            for variant in variants:
                for act in variant.acts:
                    uses[ActUse("dilema", draft.slug, f"{variant.key}/{variant.variant}", act)] = None
        for question in draft.questions:
            for act in question.acts:
                uses[ActUse("soal", draft.slug, question.key, act)] = None
    return tuple(uses)


def _fingerprint(
    folder: SourceFolder,
    texts: dict[str, str],
    media: dict[str, CompiledMedia],
    registry: Registry,
    uses: tuple[CitationUse, ...],
) -> dict[str, object]:
    return {
        "key": folder.name,
        "texts": texts,
        "media": {path: found.sha256 for path, found in media.items()},
        "regulations": list(registry.entries((use.key, use.locator) for use in uses)),
    }


def _compile(
    key: str,
    course: DraftCourse,
    drafts: list[DraftModule],
    settings: QuizSettings,
    compiler: Compiler,
    media: dict[str, CompiledMedia],
    digest: str,
    problems: Problems,
) -> CompiledCourse | None:
    compiled = [compiler.module(draft) for draft in drafts]
    question_set: QuestionSet | None = None
    try:
        items: list[Item] = []
        for draft in drafts:
            groups = resolve_variants(draft.questions, draft.file, Problems())
            items.extend(compiler.item(draft, question, groups) for question in draft.questions)
        question_set = QuestionSet(key, digest[:16], tuple(items), objectives(drafts), settings)
        faults = set_problems(question_set)
    except ValueError as error:
        faults = [str(error)]
    # The checks above should have said this with a line; the engine's own fence is the last word.
    for fault in faults:
        problems.add(COURSE_FILE, 1, "kuis-tidak-dapat-disusun", detail=fault)
    if question_set is None or faults:
        return None
    quality.check_papers(question_set, course.quiz_line, problems)
    uses = _uses(course, drafts)
    return CompiledCourse(
        key=key,
        title=course.title,
        code=course.code,
        summary=course.summary,
        jp=course.jp,
        validity_months=course.validity_months,
        landing_html=compiler.page(course.landing),
        modules=tuple(compiled),
        question_set=question_set,
        citations=uses,
        media=tuple(media[path] for path in sorted(media)),
        regulations=compiler.registry.entries((use.key, use.locator) for use in uses),
        content_hash=digest,
        handout=compiler.handout(course.handout),
        glossary=compiler.terms(course.glossary),
        acts=_acts(drafts),
    )
