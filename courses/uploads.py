"""A course folder as it comes in: the zip read, checked and compiled, as plain values to keep. Pure.

Heavy (rendering has a process of its own and a deadline), so it is called before a write section, never inside one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from courses.format.compiled import to_json
from courses.format.problems import Problem, Problems, Severity
from courses.format.reader import read_course
from courses.format.source import from_zip

_COPY = re.compile(r"\s*(\(\d+\)|- copy|- salinan)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadUpload:
    """What a zip turned out to hold. `compiled` is None when there is an error among the problems."""

    course_key: str
    filename: str
    problems: list[dict[str, Any]]
    compiled: dict[str, Any] | None


def read_upload(content: bytes, filename: str, only_key: str | None = None) -> ReadUpload:
    """Read a zip that was sent in. Never raises, whatever the bytes are.

    The folder inside names the course. Without one: `only_key` (the one course of this trainer), else the file's name.
    """
    name = _name(filename)
    problems = Problems()
    folder = from_zip(content, problems, name=only_key or _stem(name))
    result = read_course(folder, before=problems.found)
    compiled = to_json(result.course) if result.course is not None else None
    return ReadUpload(folder.name[:80], name, problems_to_json(result.problems), compiled)


def files_in(content: bytes, course_key: str) -> Mapping[str, bytes]:
    """The files of an upload that was read before."""
    return from_zip(content, Problems(), name=course_key).files


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as codes with values, so that they can be told in either language later."""
    return [
        {
            "file": p.file,
            "line": p.line,
            "code": p.code,
            "severity": str(p.severity),
            "params": dict(p.params),
            "suggestion": p.suggestion,
        }
        for p in problems
    ]


def problems_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """The problems of a stored upload."""
    return tuple(
        Problem(
            file=p["file"],
            line=p["line"],
            code=p["code"],
            severity=Severity(p["severity"]),
            params=tuple(sorted(p["params"].items())),
            suggestion=p["suggestion"],
        )
        for p in data
    )


def _name(filename: str) -> str:
    name = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable()).strip()[:200] or "kursus.zip"


def _stem(name: str) -> str:
    stem = name[:-4] if name.lower().endswith(".zip") else name
    return _COPY.sub("", stem).strip() or "kursus"
