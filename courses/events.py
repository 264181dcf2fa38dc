"""News of this package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Redo(StrEnum):
    """Who must take a new edition: nobody who has begun, those under way, or everybody."""

    NOBODY = "NOBODY"
    IN_PROGRESS = "IN_PROGRESS"
    EVERYONE = "EVERYONE"


class ChangeKind(StrEnum):
    """What a publish changes."""

    FIRST = "FIRST"
    TYPO = "TYPO"
    CLARIFICATION = "CLARIFICATION"
    SUBSTANCE = "SUBSTANCE"
    LAW = "LAW"


@dataclass(frozen=True, slots=True)
class CoursePublished:
    """A new edition of a course is out. With `passed_before`, of those who passed only the earlier ones redo it."""

    course_key: str
    title: str
    edition: str
    steps_total: int
    redo: Redo
    at: datetime
    passed_before: datetime | None = None
