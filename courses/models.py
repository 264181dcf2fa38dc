"""Tables of courses, their published versions, the decisions people take in dilemmas, and drafts.

A draft is the working copy of a course; one of a course is open at a time. A saved text is a new row, so history and
restoring need nothing more. A person is author or approver of a draft, never both: `DraftRole` has one row for a
person, and an approval points to it by foreign key.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from courses.events import ChangeKind, Redo
from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, enum_column


class Course(Model):
    """A course by its key. `current_version_id` is what newcomers get; everything else hangs on versions."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("key", name="uq_course_key"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    # A plain number: the version points here by foreign key, and two tables cannot each wait for the other.
    current_version_id: Mapped[int | None]


class CourseVersion(Model):
    """A published edition, exactly as people saw it. Never changes; `edition` is 16 hex digits of its content hash.

    `citations` and `acts` say which module, dilemma or question rests on which article and is about which entry of the
    catalogue of acts; `handout` is the summary to print (or None), `glossary` the terms.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number", name="uq_course_version_course_id_number"),
        UniqueConstraint("course_id", "content_hash", name="uq_course_version_course_id_content_hash"),
        UniqueConstraint("course_id", "edition", name="uq_course_version_course_id_edition"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    edition: Mapped[str] = mapped_column(String(16))
    content_hash: Mapped[str] = mapped_column(String(64))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    title: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text)
    jp: Mapped[int]
    validity_months: Mapped[int]
    landing_html: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    regulations: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    # Editions from before these columns have none of them.
    handout: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    glossary: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson, server_default="[]")
    acts: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson, server_default="[]")
    media: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson, server_default="[]")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class CourseSource(Model):
    """A text file of a version as its author wrote it: the end of the chain from certificate to source."""

    __tablename__ = "course_source"
    __table_args__ = ({"info": {"append_only": True}},)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class ModuleVersion(Model):
    """One module of a version, compiled: what the learner's page prints."""

    __tablename__ = "module_version"
    __table_args__ = (
        UniqueConstraint("version_id", "slug", name="uq_module_version_version_id_slug"),
        {"info": {"append_only": True}},
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    jp: Mapped[int]
    minutes: Mapped[int]
    compiled: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)


class PublishLog(Model):
    """Who published what in place of what, when, why, and who must redo it. Who approved it: `DraftReview`."""

    __tablename__ = "publish_log"
    __table_args__ = ({"info": {"append_only": True}},)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    from_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))
    to_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    change: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    redo: Mapped[Redo] = mapped_column(enum_column(Redo))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]
    # With EVERYONE: of those who passed, only whoever passed before this instant redoes the course.
    passed_before: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, server_default="")


class CourseMedia(Model):
    """An image of a course, named by its hash; kept for ever, because old editions show it."""

    __tablename__ = "course_media"
    __table_args__ = (
        UniqueConstraint("course_id", "sha256", name="uq_course_media_course_id_sha256"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class CourseUpload(Model):
    """A course folder that a trainer has sent in: its problems, and when there are none what would be published."""

    __tablename__ = "course_upload"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_course_upload_public_id"),
        Index("ix_course_upload_uploaded_at", "uploaded_at"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid.uuid4()))
    course_key: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(200))
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    compiled: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    published_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))


class Decision(Model):
    """What somebody chose in a scene, once. Seen by that person only; others see sums."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "module_slug", "dilemma_key", "scene_key", name="uq_decision_once"),
        Index("ix_decision_person_id", "person_id"),
        # The tallies of one dilemma.
        Index("ix_decision_version_id_dilemma", "version_id", "module_slug", "dilemma_key"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    module_slug: Mapped[str] = mapped_column(String(80))
    dilemma_key: Mapped[str] = mapped_column(String(80))
    variant: Mapped[str] = mapped_column(String(20))
    scene_key: Mapped[str] = mapped_column(String(80))
    option_key: Mapped[str] = mapped_column(String(4))
    decided_at: Mapped[datetime]


class DecisionTally(Model):
    """How many chose an option of a scene, kept while deciding so that nobody's choice is read to show it."""

    __tablename__ = "decision_tally"
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    module_slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    dilemma_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    variant: Mapped[str] = mapped_column(String(20), primary_key=True)
    scene_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    option_key: Mapped[str] = mapped_column(String(4), primary_key=True)
    count: Mapped[int]


class DraftState(StrEnum):
    """Being written, being reviewed, approved and waiting to be published, out, or given up."""

    OPEN = "OPEN"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    DROPPED = "DROPPED"


class SaveKind(StrEnum):
    """How a text came to be saved: while typing, by the button, by a form, from a file, from history, from what is out."""

    AUTO = "AUTO"
    SAVED = "SAVED"
    FORM = "FORM"
    IMPORTED = "IMPORTED"
    RESTORED = "RESTORED"
    STARTED = "STARTED"


class Duty(StrEnum):
    """What somebody is in a draft."""

    AUTHOR = "AUTHOR"
    APPROVER = "APPROVER"


class Verdict(StrEnum):
    """How a review ended."""

    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"


class CourseDraft(Model):
    """The working copy of a course. `base_version_id` is the edition it began from, None for a new course."""

    __tablename__ = "course_draft"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_course_draft_public_id"),
        # One working copy: two of them would have to be merged by hand.
        Index(
            "uq_course_draft_open",
            "course_key",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("(state IN ('PUBLISHED', 'DROPPED')) = (closed_at IS NOT NULL)", name="closed"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid.uuid4()))
    course_key: Mapped[str] = mapped_column(String(80))
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))
    state: Mapped[DraftState] = mapped_column(enum_column(DraftState))
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    published_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))


class DraftRevision(Model):
    """One saved text of one file; `content` None: the file was removed. The highest number counts."""

    __tablename__ = "draft_revision"
    __table_args__ = (
        UniqueConstraint("draft_id", "path", "number", name="uq_draft_revision_draft_id_path_number"),
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    content: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[SaveKind] = mapped_column(enum_column(SaveKind))
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class DraftImage(Model):
    """An image of a draft, re-encoded. `alt` is what is read to whoever does not see it."""

    __tablename__ = "draft_image"
    __table_args__ = (UniqueConstraint("draft_id", "path", name="uq_draft_image_draft_id_path"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str] = mapped_column(String(300))
    mime: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class DraftRole(Model):
    """What a person is in a draft: author or approver, one of them for ever."""

    __tablename__ = "draft_role"
    __table_args__ = (
        UniqueConstraint("draft_id", "person_id", "role", name="uq_draft_role_draft_id_person_id_role"),
        {"info": {"append_only": True}},
    )
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Duty] = mapped_column(enum_column(Duty))
    since: Mapped[datetime]


class DraftPresence(Model):
    """Who has a file open: the second is warned."""

    __tablename__ = "draft_presence"
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime]


class DraftReview(Model):
    """A request to approve exactly these texts (`tree`: the digest over all files), and how it ended.

    An approval names its approver together with the constant role APPROVER; the foreign key then refuses an author.
    """

    __tablename__ = "draft_review"
    __table_args__ = (
        UniqueConstraint("draft_id", "number", name="uq_draft_review_draft_id_number"),
        ForeignKeyConstraint(
            ["draft_id", "approved_by", "approved_as"],
            ["draft_role.draft_id", "draft_role.person_id", "draft_role.role"],
            name="fk_draft_review_approver",
        ),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("coalesce(verdict = 'APPROVED', false) = (approved_by IS NOT NULL)", name="approved"),
        CheckConstraint("coalesce(approved_as, 'APPROVER') = 'APPROVER'", name="approved_as"),
        CheckConstraint("(approved_by IS NULL) = (approved_as IS NULL)", name="approved_whole"),
        CheckConstraint("approved_by IS NULL OR approved_by <> submitted_by", name="two_people"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"))
    number: Mapped[int]
    tree: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    submitted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[int | None]
    approved_as: Mapped[Duty | None] = mapped_column(enum_column(Duty))


class DraftComment(Model):
    """A remark of a reviewer at a line. `quote` is the line as it read then: lines move."""

    __tablename__ = "draft_comment"
    __table_args__ = (Index("ix_draft_comment_draft_id", "draft_id"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
