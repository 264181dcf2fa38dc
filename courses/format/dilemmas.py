"""Reading a dilemma block: scenes, options with weights, consequences, and the ways between scenes."""

from __future__ import annotations

import re

from courses.format import acts, attributes
from courses.format.blocks import Block, Chunk
from courses.format.drafts import FIRST_SCENE, DraftOption, DraftScene, DraftVariant
from courses.format.fragments import Fragments
from courses.format.problems import Problems, did_you_mean
from courses.format.source import KEY, slug
from quizzes.items import Weight

ATTRIBUTES = ("varian", "fase", "tempat", "peran", "katalog")
WEIGHTS = tuple(str(weight) for weight in Weight)
UNWEIGHED = ""
"""The weight of an option that has none, or none that is known: a mistake, so it stands in drafts and previews only."""
MIN_OPTIONS = 3
MAX_OPTIONS = 8
MAX_SCENES = 12
HEADING = re.compile(r" {0,3}(#{1,6})(.*)$")


def read(block: Block, file: str, fragments: Fragments) -> DraftVariant:
    """One dilemma block as a draft; every slip noted, reading goes on."""
    problems = fragments.problems
    header = block.header
    attributes.only(header, ATTRIBUTES, file, block.line, problems)
    key = block_key(block, file, problems)
    if not header.title:
        problems.add(file, block.line, "dilema-tanpa-judul", key=key)
    name = header.values.get("varian", "a")
    if not KEY.fullmatch(name):
        problems.add(file, block.line, "varian-rusak", suggestion=slug(name) or None, value=name)
    variant = DraftVariant(
        block.line,
        key,
        name,
        header.title or key,
        header.values.get("fase", ""),
        header.values.get("tempat", ""),
        header.values.get("peran", ""),
        acts=acts_named(block, file, fragments),
    )
    for line, head, chunk in scenes_of(block.body):
        scene_key, title = FIRST_SCENE, ""
        if head is not None:
            scene_key, title = _scene_head(head, file, line, problems)
        if variant.scene(scene_key):
            problems.add(file, line, "adegan-ganda", key=scene_key)
        variant.scenes.append(read_scene(scene_key, title, line, chunk, file, fragments))
    if len(variant.scenes) > MAX_SCENES:
        problems.add(file, block.line, "terlalu-banyak-adegan", key=key, limit=MAX_SCENES)
    _check_ways(variant, file, problems)
    return variant


def block_key(block: Block, file: str, problems: Problems) -> str:
    """The key after the directive; a missing or wrong one is noted and replaced by something readable."""
    words = block.header.words
    key = words[0] if words else ""
    if not key:
        guess = slug(block.header.title or "") or None
        problems.add(file, block.line, "blok-tanpa-kunci", suggestion=guess, name=block.kind)
        return guess or f"baris-{block.line}"
    if len(words) > 1:
        problems.add(
            file,
            block.line,
            "kunci-blok-rusak",
            suggestion=slug(" ".join(words)) or None,
            key=" ".join(words),
        )
        return slug(" ".join(words)) or f"baris-{block.line}"
    if not KEY.fullmatch(key) or len(key) > 60:
        problems.add(file, block.line, "kunci-blok-rusak", suggestion=slug(key) or None, key=key)
    return key


def acts_named(block: Block, file: str, fragments: Fragments) -> tuple[str, ...]:
    """The entries of the catalogue of acts that a block names; an unknown one is noted with the one probably meant."""
    known, unknown = acts.keys_of(block.header.values.get("katalog", ""), fragments.acts.entries)
    for word, guess in unknown:
        fragments.problems.add(file, block.line, "perbuatan-tidak-dikenal", suggestion=guess, key=word)
    return tuple(known)


def scenes_of(body: Chunk) -> list[tuple[int, str | None, Chunk]]:
    """The body cut at `##` headings: (line, heading text or None for the first scene, lines below it)."""
    result: list[tuple[int, str | None, Chunk]] = [(body.line, None, Chunk(body.line))]
    for number, line in enumerate(body.lines, start=body.line):
        match = HEADING.match(line) if "#" in line else None
        if match and len(match[1]) == 2:
            result.append((number, match[2].strip(), Chunk(number + 1)))
        else:
            result[-1][2].lines.append(line)
    return result


def _scene_head(head: str, file: str, line: int, problems: Problems) -> tuple[str, str]:
    header = attributes.parse(head, file, line, problems)
    key = header.text
    if not KEY.fullmatch(key) or len(key) > 60 or key == FIRST_SCENE:
        problems.add(file, line, "kunci-adegan-rusak", suggestion=slug(head) or None, key=key or head)
        key = slug(key) or f"baris-{line}"
    if header.values or header.marks or header.goto:
        problems.add(file, line, "atribut-adegan", text=head)
    return key, header.title or ""


def read_scene(key: str, title: str, line: int, chunk: Chunk, file: str, fragments: Fragments) -> DraftScene:
    """Scene text, legend and options. Also reads the own options of a dilemma question."""
    problems = fragments.problems
    text, legend, options = options_of(chunk)
    if text.is_blank:
        problems.add(file, line, "adegan-tanpa-cerita", key=key)
    text_piece, _ = fragments.add("scene", file, text)
    legend_piece = None
    if legend is not None:
        legend_piece, _ = fragments.add("inline", file, legend)
    scene = DraftScene(line, key, title, text_piece, legend_piece)
    for option_line, head, body in options:
        scene.options.append(_option(option_line, head, body, file, fragments))
    _check_options(scene, line, file, problems)
    return scene


def options_of(chunk: Chunk) -> tuple[Chunk, Chunk | None, list[tuple[int, str, Chunk]]]:
    text = Chunk(chunk.line)
    legend: Chunk | None = None
    options: list[tuple[int, str, Chunk]] = []
    in_legend = False
    for number, line in enumerate(chunk.lines, start=chunk.line):
        match = HEADING.match(line) if "#" in line else None
        if match and len(match[1]) == 3:
            options.append((number, match[2].strip(), Chunk(number + 1)))
        elif options:
            options[-1][2].lines.append(line)
        elif legend is None and line.startswith("? "):
            legend = Chunk(number, [line[2:]])
            in_legend = True
            text.lines.append("")
        elif in_legend and legend is not None and line.strip():
            legend.lines.append(line)
            text.lines.append("")
        else:
            in_legend = False
            text.lines.append(line)
    return text, legend, options


def _option(line: int, head: str, body: Chunk, file: str, fragments: Fragments) -> DraftOption:
    problems = fragments.problems
    header = attributes.parse(head, file, line, problems, titled=False)
    words = header.text
    if not words:
        problems.add(file, line, "opsi-tanpa-teks")
    weight = _weight(header, words, file, line, problems)
    text_piece, _ = fragments.add("inline", file, Chunk(line, [words]))
    body = body.trimmed()
    body_piece, citations = fragments.add("text", file, body)
    if body.is_blank:
        problems.add(file, line, "opsi-tanpa-akibat", text=words)
    elif not citations and "[@" not in body.text:
        problems.add(file, line, "opsi-tanpa-kutipan", text=words)
    return DraftOption(line, text_piece, words, weight, header.goto, body_piece, citations, header.goto)


def _weight(header: attributes.Header, words: str, file: str, line: int, problems: Problems) -> str:
    known = ", ".join(WEIGHTS)
    marks = list(header.marks)
    if not marks and header.values:
        # {bobot=tepat} or {tepat=…}: not the form, but clear enough to suggest the right one.
        value = header.values.get("bobot", next(iter(header.values)))
        guess = value if value in WEIGHTS else did_you_mean(value, WEIGHTS)
        problems.add(file, line, "bobot-tidak-dikenal", suggestion=guess, value=value, known=known)
        return guess or UNWEIGHED
    if not marks:
        problems.add(file, line, "opsi-tanpa-bobot", text=words, known=known)
        return UNWEIGHED
    if len(marks) > 1:
        problems.add(file, line, "bobot-ganda", value=" ".join(marks))
    if marks[0] not in WEIGHTS:
        guess = did_you_mean(marks[0], WEIGHTS)
        problems.add(file, line, "bobot-tidak-dikenal", suggestion=guess, value=marks[0], known=known)
        return guess or UNWEIGHED
    return marks[0]


def _check_options(scene: DraftScene, line: int, file: str, problems: Problems) -> None:
    if not scene.options:
        problems.add(file, line, "adegan-tanpa-opsi", key=scene.key)
        return
    if len(scene.options) < MIN_OPTIONS:
        problems.add(file, line, "opsi-kurang", key=scene.key, count=len(scene.options), low=MIN_OPTIONS)
    if len(scene.options) > MAX_OPTIONS:
        problems.add(file, line, "opsi-terlalu-banyak", count=len(scene.options), high=MAX_OPTIONS)
    # An option that has no weight yet may be the right one: its own problem is told, and that is enough.
    if not any(option.weight in (Weight.RIGHT, UNWEIGHED) for option in scene.options):
        problems.add(file, line, "tanpa-opsi-tepat", key=scene.key)
    seen: dict[str, int] = {}
    for option in scene.options:
        words = " ".join(option.words.casefold().split())
        if words and words in seen:
            problems.add(file, option.line, "opsi-ganda", text=option.words, line=seen[words])
        seen.setdefault(words, option.line)


def _check_ways(variant: DraftVariant, file: str, problems: Problems) -> None:
    """Targets exist, every scene can be reached, and no way leads back to a scene already passed."""
    keys = [scene.key for scene in variant.scenes]
    for scene in variant.scenes:
        for option in scene.options:
            if option.goto is not None and option.goto not in keys:
                guess = did_you_mean(option.goto, set(keys) - {scene.key, FIRST_SCENE})
                problems.add(file, option.line, "adegan-tidak-ada", suggestion=guess, target=option.goto)
                option.goto = guess
    reached: set[str] = set()
    finished: set[str] = set()
    trail: list[tuple[str, list[DraftOption]]] = []

    def enter(key: str) -> None:
        reached.add(key)
        scene = variant.scene(key)
        trail.append((key, [o for o in scene.options if o.goto] if scene else []))

    enter(FIRST_SCENE)
    while trail:
        key, ways = trail[-1]
        if not ways:
            finished.add(key)
            trail.pop()
            continue
        option = ways.pop(0)
        target = option.goto or ""
        if target in reached and target not in finished:
            problems.add(file, option.line, "adegan-berputar", target=target)
        elif target not in reached:
            enter(target)
    for scene in variant.scenes:
        if scene.key not in reached:
            problems.add(file, scene.line, "adegan-tak-terjangkau", key=scene.key)
