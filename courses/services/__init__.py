"""Use cases that write, by theme. They take plain values and `now`, flush when an id is needed, and never commit."""

from __future__ import annotations

from courses.services.draft_rows import Image, digest_of
from courses.services.drafting import adopt_folder, drop_draft, note_presence, open_draft, replace_all
from courses.services.learning import begin, decide, decisions_of, finish_module
from courses.services.picturing import describe_image, keep_image, remove_image
from courses.services.publishing import (
    PublishOutcome,
    follow_publish,
    forget_uploads,
    keep_upload,
    publish,
)
from courses.services.reviewing import (
    comment,
    decide_review,
    publish_draft,
    settle_comment,
    submit_draft,
    tree_of,
    withdraw_draft,
)
from courses.services.writing import Saved, remove_text, restore_text, save_text

__all__ = [
    "Image",
    "PublishOutcome",
    "Saved",
    "adopt_folder",
    "begin",
    "comment",
    "decide",
    "decide_review",
    "decisions_of",
    "describe_image",
    "digest_of",
    "drop_draft",
    "finish_module",
    "follow_publish",
    "forget_uploads",
    "keep_image",
    "keep_upload",
    "note_presence",
    "open_draft",
    "publish",
    "publish_draft",
    "remove_image",
    "remove_text",
    "replace_all",
    "restore_text",
    "save_text",
    "settle_comment",
    "submit_draft",
    "tree_of",
    "withdraw_draft",
]
