"""`python -m courses.format FOLDER|ZIP [--registry FILE] [--language id|en]`: check a course, list every problem."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from courses.format import measuring
from courses.format.measuring import Overlap
from courses.format.problems import Problems, Severity
from courses.format.reader import ReadResult, read_course
from courses.format.registry import SHIPPED, read_registry_file
from courses.format.source import from_folder, from_zip


def check(path: Path, registry_path: Path = SHIPPED) -> ReadResult:
    """Read a course folder or zip with the given registry; problems of both are in the result."""
    registry, found = read_registry_file(registry_path)
    problems = Problems(list(found))
    if path.is_file():
        folder = from_zip(path.read_bytes(), problems, name=path.stem)
    else:
        folder = from_folder(path, problems)
    return read_course(folder, registry, before=problems.found)


def summary(result: ReadResult) -> str:
    """Numbers about a course that compiled: what it holds, and how much two of its quiz papers share."""
    course = result.course
    if course is None:
        return ""
    dilemmas = [dilemma for module in course.modules for dilemma in module.dilemmas]
    branching = sum(any(len(v.scenes) > 1 for v in d.variants) for d in dilemmas)
    kinds = sorted({str(item.kind) for item in course.question_set.items})
    return (
        f"{course.title}: {len(course.modules)} modul, {course.jp} JP, {len(dilemmas)} dilema "
        f"({branching} bercabang, {sum(len(d.variants) > 1 for d in dilemmas)} bervarian), "
        f"{len(course.question_set.items)} soal ({', '.join(kinds)}), edisi {course.edition}\n"
        + papers(measuring.overlap(course.question_set))
    )


def papers(found: Overlap) -> str:
    """The computation that two papers share less than half, in words and numbers."""
    pools = ", ".join(f"{name} {drawn}/{offered}" for name, drawn, offered in found.pools)
    pairs = found.papers * (found.papers - 1) // 2
    return (
        f"Lembar kuis: {found.total} soal, diambil/tersedia {pools}. Dua lembar berbagi menurut hitungan "
        f"{found.expected:.0%}, rata-rata {found.mean:.0%} dan paling banyak {found.worst:.0%} dari {pairs} pasang "
        f"lembar yang dicoba; percobaan kedua orang yang sama paling banyak {found.retake:.0%}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Print all problems; exit status 1 when there is an error."""
    parser = argparse.ArgumentParser(prog="courses.format", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--registry", type=Path, default=SHIPPED)
    parser.add_argument("--language", choices=("id", "en"), default="id")
    options = parser.parse_args(arguments)
    result = check(options.path, options.registry)
    for problem in result.problems:
        sys.stdout.write(problem.format(options.language) + "\n")
    warnings = sum(problem.severity is Severity.WARNING for problem in result.problems)
    last = summary(result) or f"{len(result.errors)} kesalahan, {warnings} peringatan"
    sys.stdout.write(last + "\n")
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
