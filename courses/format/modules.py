"""Reading one module file: front matter, then lesson text, notices, dilemmas and questions."""

from __future__ import annotations

import re

from courses.format import attributes, blocks, dilemmas, questions, yamltree
from courses.format.blocks import Block
from courses.format.drafts import DraftModule, DraftPart, DraftQuestion
from courses.format.fields import Fields
from courses.format.fragments import Fragments
from courses.format.problems import Problems
from courses.format.source import MODULE_FILE, RESERVED, module_slug

KEYS = ("judul", "jp", "menit", "tujuan")
MAX_OBJECTIVES = 12
MINUTES_PER_JP = 45
MAX_FRONT_MATTER = 16 * 1024
MAX_STEPS = 12
BOX_TITLES = {
    "catatan": "Catatan",
    "boleh": "Yang boleh",
    "awas": "Awas",
    "alur": "Alur",
    "linimasa": "Urutan waktu",
}
_STEP = re.compile(r" {0,3}\d{1,2}[.)][ \t]+\S")
_MOMENT = re.compile(r" {0,3}[-*+][ \t]+\*\*\S")
_DASHES = re.compile(r"---\s*$")


def front_matter(file: str, text: str, problems: Problems) -> tuple[Fields, int, list[str]]:
    """(fields, number of the first body line, body lines). Missing or unclosed front matter is noted."""
    lines = text.split("\n")
    empty = yamltree.Node(1, entries={}, key_lines={})
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not _DASHES.match(lines[first]):
        problems.add(file, first + 1, "tanpa-kepala")
        return _Quiet(empty, file, Problems()), 1, lines
    end = next((i for i in range(first + 1, len(lines)) if _DASHES.match(lines[i])), None)
    if end is None:
        problems.add(file, first + 1, "kepala-belum-ditutup")
        return _Quiet(empty, file, Problems()), first + 2, lines[first + 1 :]
    source = "\n".join(lines[first + 1 : end])
    node: yamltree.Node | None = None
    if len(source) > MAX_FRONT_MATTER:
        problems.add(file, first + 1, "kepala-terlalu-besar", limit=f"{MAX_FRONT_MATTER // 1024} kB")
    elif source.strip():
        node = yamltree.read(source, file, first + 2, problems)
        if node is not None and node.entries is None:
            problems.add(file, first + 2, "kepala-bukan-daftar")
            node = None
    fields = Fields(node or empty, file, problems)
    if node is None and source.strip():
        fields = _Quiet(empty, file, Problems())
    return fields, end + 2, lines[end + 1 :]


class _Quiet(Fields):
    """Fields of a front matter that could not be read: gives defaults, reports nothing.

    The fault itself is reported; asking for every key on top would only bury it.
    """


def read(file: str, text: str, number: int, fragments: Fragments) -> DraftModule:
    """One module as a draft. Never raises; everything wrong is in `fragments.problems`."""
    problems = fragments.problems
    fields, first, lines = front_matter(file, text, problems)
    fields.only(KEYS)
    match = MODULE_FILE.fullmatch(file)
    if match and match[2] in RESERVED:
        suggestion = f"{match[1]}-{module_slug(match[2])}.md"
        problems.add(file, 1, "nama-modul-dipakai", suggestion=suggestion, slug=match[2])
    stated = fields.get("jp") is not None or isinstance(fields, _Quiet)
    jp = fields.number("jp", 0, 100) if stated else None
    module = DraftModule(
        file=file,
        slug=match[2] if match else file,
        number=number,
        title=fields.text("judul", required=True, limit=160),
        jp=jp,
        minutes=fields.number("menit", 1, 1000, default=MINUTES_PER_JP * max(1, jp or 1)),
        objectives=_objectives(fields),
        jp_line=fields.line("jp"),
        objectives_line=fields.line("tujuan"),
    )
    known = MAX_OBJECTIVES if isinstance(fields, _Quiet) else len(module.objectives)
    pending: list[tuple[DraftQuestion, Block]] = []
    has_heading = False
    for block in blocks.split(file, first, lines, problems):
        if block.kind == "teks":
            piece, cites = fragments.add("lesson", file, block.body)
            module.parts.append(DraftPart(block.line, piece=piece, citations=cites))
            has_heading = has_heading or any(line.startswith("## ") for line in block.body.lines)
        elif block.kind in blocks.NOTICES or block.kind in blocks.FIGURES:
            module.parts.append(box(block, file, fragments))
        elif block.kind == "dilema":
            variant = dilemmas.read(block, file, fragments)
            known_variants = module.dilemmas.setdefault(variant.key, [])
            if any(other.variant == variant.variant for other in known_variants):
                problems.add(file, block.line, "dilema-ganda", key=variant.key, variant=variant.variant)
            if not known_variants:
                module.parts.append(DraftPart(block.line, dilemma=variant.key))
            known_variants.append(variant)
        elif block.kind == "soal":
            question = questions.read(block, file, known, fragments)
            if any(question.key == other.key for other in module.questions):
                problems.add(file, block.line, "soal-ganda", key=question.key)
            module.questions.append(question)
            pending.append((question, block))
        else:
            # Unknown directive without a likely meaning: its text is still checked for everything else.
            fragments.add("lesson", file, block.body)
    for question, block in pending:
        questions.resolve(question, block, module.dilemmas, file, problems)
    _check_module(module, first, problems)
    return module


def _objectives(fields: Fields) -> list[str]:
    node = fields.get("tujuan")
    if node is None:
        fields.problems.add(fields.file, fields.line("tujuan"), "kunci-wajib", key="tujuan")
        return []
    if node.items is None:
        fields.problems.add(fields.file, node.line, "harus-daftar", key="tujuan")
        return [node.text.strip()] if node.text else []
    found: list[str] = []
    for item in node.items:
        if item.text is None or item.is_empty:
            fields.problems.add(fields.file, item.line, "harus-teks", key="tujuan")
            found.append("")
            continue
        text = " ".join(item.text.split())
        if len(text) > 200:
            fields.problems.add(fields.file, item.line, "teks-terlalu-panjang", key="tujuan", limit=200)
        elif text in found:
            fields.problems.add(fields.file, item.line, "tujuan-ganda", text=text)
        found.append(text)
    if len(found) > MAX_OBJECTIVES:
        fields.problems.add(fields.file, node.line, "tujuan-terlalu-banyak", limit=MAX_OBJECTIVES)
    return found


def box(block: Block, file: str, fragments: Fragments) -> DraftPart:
    """A notice (`catatan`, `boleh`, `awas`) or a figure (`alur`, `linimasa`) as a part of the page."""
    problems = fragments.problems
    attributes.only(block.header, (), file, block.line, problems)
    title = block.header.title
    if title is None and block.header.words:
        title = block.header.text
        problems.add(
            file, block.line, "judul-tanpa-kutip", suggestion=f'::: {block.kind} "{title}"', text=title
        )
    if block.body.is_blank:
        problems.add(file, block.line, "blok-kosong", name=block.kind)
    elif block.kind in blocks.FIGURES:
        _check_figure(block, file, problems)
    piece, cites = fragments.add("text", file, block.body)
    return DraftPart(
        block.line, piece=piece, box=block.kind, title=title or BOX_TITLES[block.kind], citations=cites
    )


def _check_figure(block: Block, file: str, problems: Problems) -> None:
    """A figure holds one list and nothing else: numbered steps, or points that begin with their time in bold."""
    flow = block.kind == "alur"
    mark = _STEP if flow else _MOMENT
    steps = 0
    for number, line in enumerate(block.body.lines, start=block.body.line):
        if mark.match(line):
            steps += 1
        elif line.strip() and not (steps and line.startswith("  ")):
            if flow:
                problems.add(file, number, "alur-bukan-langkah", text=line.strip())
            else:
                problems.add(file, number, "linimasa-bukan-butir", text=line.strip())
            return
    if not 2 <= steps <= MAX_STEPS:
        problems.add(file, block.line, "jumlah-langkah", name=block.kind, count=steps, low=2, high=MAX_STEPS)


def _check_module(module: DraftModule, first: int, problems: Problems) -> None:
    file = module.file
    if not any(part.piece is not None for part in module.parts):
        problems.add(file, first, "modul-tanpa-teks")
    if not module.questions:
        problems.add(file, first, "modul-tanpa-soal", warning=True)
    asked = {question.objective for question in module.questions}
    for number, objective in enumerate(module.objectives, start=1):
        if module.questions and number not in asked:
            problems.add(
                file, module.objectives_line, "tujuan-tanpa-soal", warning=True, number=number, text=objective
            )
