"""A sample choice: the head of the health office wants news every week."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from learning.records.heads.rhythm import Rhythm
from learning.records.heads.services import choose


def load(now: datetime, story: dict[str, Any]) -> None:
    """Choose once; reads "people". Needs a write section; a second call changes nothing."""
    choose(person_id=story["people"].personas["atasan"], wanted=Rhythm.WEEKLY, now=now)
