"""Every refusal has a sentence: nobody is ever shown a bare code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from learning.kernel import config, errors

REFUSALS = {"NotFound", "Forbidden", "Conflict", "Gone", "Invalid", "TooMany", "Reason", "AnswerRefused"}
PACKAGES = ("learning", "quizzes", "courses", "certificates")


def raised() -> Iterator[tuple[str, str]]:
    """(code, place) of every refusal whose code is written where it is raised."""
    for package in PACKAGES:
        for path in sorted((Path(config.ROOT) / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                if node.func.id in REFUSALS and node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value), f"{path.name}:{node.lineno}"


def test_every_code_that_is_raised_has_a_sentence(app: Flask) -> None:
    codes = dict(raised())
    assert len(codes) > 40
    known = errors.registered_codes()
    assert {code: place for code, place in codes.items() if code not in known} == {}
