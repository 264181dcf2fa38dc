"""Use cases that write, by theme. They take plain values and `now`, flush when an id is needed, and never commit."""

from __future__ import annotations

from courses.services.learning import begin, decide, decisions_of, finish_module
from courses.services.publishing import (
    PublishOutcome,
    follow_publish,
    forget_uploads,
    keep_upload,
    publish,
    publish_upload,
)

__all__ = [
    "PublishOutcome",
    "begin",
    "decide",
    "decisions_of",
    "finish_module",
    "follow_publish",
    "forget_uploads",
    "keep_upload",
    "publish",
    "publish_upload",
]
