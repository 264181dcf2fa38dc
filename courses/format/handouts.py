"""The two pages beside the modules: `ringkasan.md`, a summary to print on one page, and `glosarium.md`, the words.

Both have the title in their front matter. A summary is text with notices and figures; a glossary is one `##` heading
for each term with its meaning below.
"""

from __future__ import annotations

import re

from courses.format import blocks
from courses.format.blocks import Chunk
from courses.format.drafts import DraftHandout, DraftPart, DraftTerm
from courses.format.fragments import Fragments
from courses.format.modules import box, front_matter
from courses.format.source import GLOSSARY_FILE, HANDOUT_FILE

KEYS = ("judul",)
_TERM = re.compile(r" {0,3}##(?!#)[ \t]*(.*)$")


def read_handout(text: str, fragments: Fragments) -> DraftHandout:
    """The summary as a draft; every slip noted."""
    fields, first, lines = front_matter(HANDOUT_FILE, text, fragments.problems)
    fields.only(KEYS)
    parts = page_parts(HANDOUT_FILE, first, lines, fragments)
    if not parts:
        fragments.problems.add(HANDOUT_FILE, first, "halaman-kosong")
    return DraftHandout(fields.text("judul", required=True, limit=160), parts)


def page_parts(file: str, first: int, lines: list[str], fragments: Fragments) -> list[DraftPart]:
    """Text, notices and figures of a page that has no place for a dilemma or a question."""
    parts: list[DraftPart] = []
    for block in blocks.split(file, first, lines, fragments.problems):
        if block.kind == "teks":
            piece, cites = fragments.add("lesson", file, block.body)
            parts.append(DraftPart(block.line, piece=piece, citations=cites))
        elif block.kind in blocks.NOTICES or block.kind in blocks.FIGURES:
            parts.append(box(block, file, fragments))
        elif block.kind in blocks.DIRECTIVES:
            fragments.problems.add(file, block.line, "blok-di-kursus", name=block.kind)
    return parts


def read_glossary(text: str, fragments: Fragments) -> list[DraftTerm]:
    """The terms in file order; every slip noted."""
    problems = fragments.problems
    fields, first, lines = front_matter(GLOSSARY_FILE, text, problems)
    fields.only(KEYS)
    fields.text("judul", required=True, limit=160)
    terms: list[tuple[int, str, Chunk]] = []
    for number, line in enumerate(lines, start=first):
        match = _TERM.match(line)
        if match:
            terms.append((number, match[1].strip(" #"), Chunk(number + 1)))
        elif terms:
            terms[-1][2].lines.append(line)
        elif line.strip():
            problems.add(GLOSSARY_FILE, number, "glosarium-teks-lepas", text=line.strip())
    if not terms:
        problems.add(GLOSSARY_FILE, first, "halaman-kosong")
    seen: dict[str, int] = {}
    drafts = []
    for number, term, body in terms:
        name = term.casefold()
        if not term:
            problems.add(GLOSSARY_FILE, number, "judul-kosong")
        elif name in seen:
            problems.add(GLOSSARY_FILE, number, "istilah-ganda", term=term, line=seen[name])
        seen.setdefault(name, number)
        if body.is_blank:
            problems.add(GLOSSARY_FILE, number, "istilah-tanpa-arti", term=term)
        piece, _cites = fragments.add("text", GLOSSARY_FILE, body)
        drafts.append(DraftTerm(number, term, piece))
    return drafts
