"""Tables of courses, their published versions, and the decisions people take in dilemmas."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
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
    # Editions from before these columns have none of the three.
    handout: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    glossary: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson, server_default="[]")
    acts: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson, server_default="[]")
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
    """Who published what in place of what, when, why, and who must redo it."""

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
