"""Use cases of the second person: a draft is sent in for review, withdrawn, returned, approved, and published.

What was approved is what is published: the digest over all files (`tree`) is taken when the draft is sent in, and the
draft cannot be changed until somebody decides. Author and approver are two people; the database refuses one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from courses.events import ChangeKind, Redo
from courses.format.compiled import CompiledCourse
from courses.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftComment,
    DraftImage,
    DraftReview,
    DraftRole,
    DraftState,
    Duty,
    Verdict,
)
from courses.services.draft_rows import locked, newest_of_all
from courses.services.publishing import PublishOutcome, publish
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import violated

MAX_WORDS = 4_000


def tree_of(draft_id: int) -> str:
    """The digest over every file of a draft: what a reviewer says yes to."""
    parts = [f"{row.path}\0{row.digest}" for row in newest_of_all(draft_id) if row.content is not None]
    parts += [
        f"{path}\0{sha256}"
        for path, sha256 in db.session.execute(
            select(DraftImage.path, DraftImage.sha256).where(DraftImage.draft_id == draft_id)
        )
    ]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def submit_draft(*, public_id: str, tree: str, note: str, person_id: int, now: datetime) -> int:
    """Send a draft in for review; the number of the review. Twice is once.

    `tree` is what was checked and found without errors; refused when a text has changed since.
    """
    draft = locked(public_id)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    standing = pending(draft.id)
    if draft.state is not DraftState.OPEN and standing is not None:
        return standing.number
    if draft.state is DraftState.APPROVED:
        raise Conflict("courses.draft_approved_already")
    if tree != tree_of(draft.id):
        raise Conflict("courses.text_changed_since_check")
    number = (
        db.session.scalar(select(func.max(DraftReview.number)).where(DraftReview.draft_id == draft.id)) or 0
    ) + 1
    db.session.add(
        DraftReview(
            draft_id=draft.id,
            number=number,
            tree=tree,
            note=_words(note),
            submitted_by=person_id,
            submitted_at=now,
            verdict=None,
            decided_by=None,
            decided_at=None,
            remark="",
            approved_by=None,
            approved_as=None,
        )
    )
    draft.state = DraftState.IN_REVIEW
    audit.record("courses.draft_submitted", f"course-draft:{draft.id}", actor_id=person_id, review=number)
    db.session.flush()
    return number


def withdraw_draft(*, public_id: str, person_id: int, now: datetime) -> None:
    """Take a draft back to writing, from review or after approval. An approval then no longer counts."""
    draft = locked(public_id)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    if draft.state is DraftState.OPEN:
        return
    review = pending(draft.id)
    if review is not None:
        review.verdict, review.decided_by, review.decided_at = Verdict.WITHDRAWN, person_id, now
    draft.state = DraftState.OPEN
    audit.record("courses.draft_withdrawn", f"course-draft:{draft.id}", actor_id=person_id)
    db.session.flush()


def decide_review(
    *, public_id: str, number: int, approve: bool, remark: str, person_id: int, now: datetime
) -> None:
    """Approve or return what was sent in. An author of the draft is refused, by the database too.

    Refuses: a review that was decided or withdrawn meanwhile, a return without a word of why.
    """
    draft = locked(public_id)
    review = pending(draft.id)
    if review is None or review.number != number:
        raise Conflict("courses.review_decided")
    if not approve and not remark.strip():
        raise Invalid("courses.return_needs_reason")
    if approve:
        _note_approver(draft, review, person_id, now)
    review.remark = _words(remark)
    review.decided_by, review.decided_at = person_id, now
    review.verdict = Verdict.APPROVED if approve else Verdict.RETURNED
    draft.state = DraftState.APPROVED if approve else DraftState.OPEN
    action = "courses.draft_approved" if approve else "courses.draft_returned"
    audit.record(action, f"course-draft:{draft.id}", actor_id=person_id, review=number)
    db.session.flush()


def _note_approver(draft: CourseDraft, review: DraftReview, person_id: int, now: datetime) -> None:
    duty = db.session.get(DraftRole, (draft.id, person_id))
    if person_id == review.submitted_by or (duty is not None and duty.role is Duty.AUTHOR):
        raise Forbidden("courses.author_cannot_approve")
    try:
        with db.session.begin_nested():
            if duty is None:
                db.session.add(
                    DraftRole(draft_id=draft.id, person_id=person_id, role=Duty.APPROVER, since=now)
                )
            db.session.flush()
            review.approved_by, review.approved_as = person_id, Duty.APPROVER
            review.verdict, review.decided_at = Verdict.APPROVED, now
    except IntegrityError as error:
        if violated(error, "ck_draft_review_two_people") or "draft_role" in str(error.orig):
            raise Forbidden("courses.author_cannot_approve") from error
        raise


def publish_draft(
    *,
    public_id: str,
    compiled: CompiledCourse,
    files: Mapping[str, bytes],
    tree: str,
    change: ChangeKind,
    redo: Redo,
    note: str,
    person_id: int,
    now: datetime,
    passed_before: datetime | None = None,
) -> PublishOutcome:
    """Make the approved draft the current edition. A second press publishes nothing more.

    `compiled` and `files` were made from the files of digest `tree`; refused unless exactly these were approved, and
    when somebody has published another edition since the draft was begun.
    """
    draft = locked(public_id)
    if draft.published_version_id is not None:
        version = db.session.get_one(CourseVersion, draft.published_version_id)
        return PublishOutcome(version.id, version.number, version.edition, False)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    if draft.state is not DraftState.APPROVED:
        raise Conflict("courses.draft_not_approved")
    approved = db.session.execute(
        select(DraftReview.tree)
        .where(DraftReview.draft_id == draft.id, DraftReview.verdict == Verdict.APPROVED)
        .order_by(DraftReview.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    if approved is None or tree != approved or tree != tree_of(draft.id):
        raise Conflict("courses.text_changed_since_check")
    if _current_version(draft.course_key) != draft.base_version_id:
        raise Conflict("courses.published_meanwhile")
    outcome = publish(
        compiled=compiled,
        files=files,
        published_by=person_id,
        now=now,
        redo=redo,
        change=change,
        passed_before=passed_before,
        note=_words(note),
    )
    draft.state, draft.closed_at, draft.published_version_id = DraftState.PUBLISHED, now, outcome.version_id
    return outcome


def comment(
    *, public_id: str, path: str, line: int, quote: str, body: str, person_id: int, now: datetime
) -> int:
    """Write a remark at a line; its id. An empty one is refused."""
    draft = locked(public_id, lock=False)
    if draft.closed_at is not None:
        raise Conflict("courses.draft_closed")
    if not body.strip():
        raise Invalid("courses.comment_empty")
    row = DraftComment(
        draft_id=draft.id,
        path=path[:200],
        line=max(1, line),
        quote=quote[:500],
        body=_words(body),
        written_by=person_id,
        written_at=now,
        settled_by=None,
        settled_at=None,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def settle_comment(*, public_id: str, comment_id: int, person_id: int, now: datetime) -> None:
    """Mark a remark as settled. Twice is once."""
    draft = locked(public_id, lock=False)
    row = db.session.get(DraftComment, comment_id)
    if row is None or row.draft_id != draft.id:
        raise NotFound("courses.comment_unknown")
    if row.settled_at is None:
        row.settled_by, row.settled_at = person_id, now
    db.session.flush()


def pending(draft_id: int) -> DraftReview | None:
    """The review that waits for a decision."""
    return db.session.execute(
        select(DraftReview)
        .where(DraftReview.draft_id == draft_id, DraftReview.verdict.is_(None))
        .order_by(DraftReview.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def _current_version(course_key: str) -> int | None:
    return db.session.execute(
        select(Course.current_version_id).where(Course.key == course_key).with_for_update()
    ).scalar_one_or_none()


def _words(text: str) -> str:
    return text.replace("\0", "").strip()[:MAX_WORDS]
