"""Small courses in memory for the tests of the format."""

from __future__ import annotations

from pathlib import Path

from courses.format import messages, messages_advice
from courses.format.problems import Problem
from courses.format.reader import ReadResult, read_course
from courses.format.registry import Registry, read_registry_file
from courses.format.source import SourceFolder

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "courses"
REGISTRY: Registry = read_registry_file(FIXTURES / "regulasi.yaml")[0]
IMAGE = (FIXTURES / "kursus-lengkap" / "media" / "alur.png").read_bytes()

COURSE = """---
judul: Kursus uji
kode: UJI
ringkas: Kursus kecil untuk pengujian.
jp: %d
kuis:
  soal: 1
  per-modul: {latihan: 1}
---

Pengantar.
"""
HEAD = """---
judul: Modul uji
jp: 1
tujuan:
  - Tujuan pertama
  - Tujuan kedua
---

Kalimat pelajaran.

"""
PRACTICE = """---
judul: Latihan
jp: 1
tujuan:
  - Berlatih
---

![Alur](media/alur.png)

::: soal latihan
Apa?

- [x] Satu
- [ ] Dua
- [ ] Tiga

> Alasan. [@pp-94-2021 pasal-5-n]
:::
"""
ADVICE = frozenset(messages.table(messages_advice.INDONESIAN))
"""Codes of the advice on quality. It has cases of its own; small courses made for one rule would all be full of it."""
FIRST_LINE = HEAD.count("\n") + 1
"""The line of the module on which a piece begins."""


def folder(files: dict[str, str | bytes], name: str = "kursus-uji") -> SourceFolder:
    return SourceFolder(name, {path: v.encode() if isinstance(v, str) else v for path, v in files.items()})


def read(
    files: dict[str, str | bytes], registry: Registry = REGISTRY, name: str = "kursus-uji"
) -> ReadResult:
    return read_course(folder(files, name), registry)


def read_module(text: str, registry: Registry = REGISTRY) -> ReadResult:
    """A whole module file beside a good one."""
    jp = 2 if "\njp: 1\n" in text else 1
    return read(
        {"kursus.md": COURSE % jp, "01-modul.md": text, "02-latihan.md": PRACTICE, "media/alur.png": IMAGE},
        registry,
    )


def read_piece(body: str, registry: Registry = REGISTRY) -> ReadResult:
    """A piece of a module body, below one sentence of lesson text."""
    return read_module(HEAD + body, registry)


def read_page(path: str, text: str) -> ReadResult:
    """A summary or a glossary beside a course that is right."""
    return read({"kursus.md": COURSE % 1, "01-latihan.md": PRACTICE, path: text, "media/alur.png": IMAGE})


def wrong(result: ReadResult) -> list[Problem]:
    """The problems without the advice."""
    return [problem for problem in result.problems if problem.code not in ADVICE]


def short(problem: Problem, *, before: int = 0, named: bool = False) -> str:
    """`line code => suggestion`, the way the case files say it."""
    guess = f" => {problem.suggestion}" if problem.suggestion else ""
    place = f"{problem.file}:{problem.line}" if named else str(problem.line - before)
    return f"{place} {problem.code}{guess}"
