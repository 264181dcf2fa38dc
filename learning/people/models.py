"""Tables of persons, units, postings, roles, sessions and links. Postings and grants are ended, never deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.access import Role
from learning.kernel.audit import BIG_ID
from learning.kernel.db import CanonicalJson, Model, PathString, enum_column
from learning.people.kinds import (
    EmploymentType,
    ImportKind,
    ImportState,
    PersonStatus,
    PositionType,
    PostingKind,
    SessionEnd,
    TokenPurpose,
    UnitKind,
)

_OPEN_SEAT = text("ends_on IS NULL AND kind = 'DEFINITIVE'")
_OPEN_GRANT = text("ended_at IS NULL")
_ROOT = text("parent_id IS NULL")


class OrgUnit(Model):
    """One node of the unit tree. A root is an agency; `path` is "/root/…/self/", so a subtree is a range of paths."""

    __tablename__ = "org_unit"
    __table_args__ = (
        UniqueConstraint("agency_id", "code", name="uq_org_unit_agency_id_code"),
        Index("uq_org_unit_root_code", "code", unique=True, sqlite_where=_ROOT, postgresql_where=_ROOT),
        Index("ix_org_unit_path", "path"),
        Index("ix_org_unit_parent_id", "parent_id"),
        Index("ix_org_unit_region_code", "region_code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        CheckConstraint("depth >= 0 AND depth <= 12", name="depth"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    # Empty only between insert and the update that follows in the same flush: a root's agency is itself.
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), nullable=True)
    kind: Mapped[UnitKind] = mapped_column(enum_column(UnitKind))
    name: Mapped[str] = mapped_column(String(160))
    code: Mapped[str | None] = mapped_column(String(40))
    region_code: Mapped[str | None] = mapped_column(String(13))
    timezone: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(PathString)
    depth: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Person(Model):
    """A civil servant. `employee_number` is 18 digits, checked on every way in; `public_id` is what addresses show."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("employee_number", name="uq_person_employee_number"),
        UniqueConstraint("public_id", name="uq_person_public_id"),
        CheckConstraint("length(employee_number) = 18", name="employee_number_length"),
        Index("ix_person_name", "name"),
        Index("ix_person_email", "email"),
        {"info": {"frozen": ["public_id", "created_at"]}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    employee_number: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(120))
    front_title: Mapped[str] = mapped_column(String(60))
    back_title: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    employment_type: Mapped[EmploymentType] = mapped_column(enum_column(EmploymentType))
    # None until the person has chosen a password through the activation link.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[PersonStatus] = mapped_column(enum_column(PersonStatus))
    locale: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]


class Posting(Model):
    """Who sat where, from which day to which day (both included). At most one open definitive seat a person."""

    __tablename__ = "posting"
    __table_args__ = (
        # Whether somebody has a seat now is decided here, also between two imports that run at once.
        Index(
            "uq_posting_open_seat",
            "person_id",
            unique=True,
            sqlite_where=_OPEN_SEAT,
            postgresql_where=_OPEN_SEAT,
        ),
        Index("ix_posting_person_id_starts_on", "person_id", "starts_on"),
        Index("ix_posting_org_unit_id", "org_unit_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        {"info": {"frozen": ["person_id", "org_unit_id", "kind", "starts_on"]}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    position_title: Mapped[str] = mapped_column(String(160))
    position_type: Mapped[PositionType] = mapped_column(enum_column(PositionType))
    grade_code: Mapped[str | None] = mapped_column(String(8))
    kind: Mapped[PostingKind] = mapped_column(enum_column(PostingKind))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class RoleGrant(Model):
    """A role with its scope: a unit's subtree, a course, or everything (both empty). Ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        # `scope` says org_unit_id and course_key in one word, because empty columns are never equal in an index.
        Index(
            "uq_role_grant_open", "person_id", "role", "scope", unique=True,
            sqlite_where=_OPEN_GRANT, postgresql_where=_OPEN_GRANT,
        ),
        # Ended ones too: whoever sits a quiz is asked which courses she ever held.
        Index("ix_role_grant_person_id", "person_id"),
        # So that a deputation can be held to a grant of the very person who hands it over.
        Index("uq_role_grant_id_person_id", "id", "person_id", unique=True),
        CheckConstraint("org_unit_id IS NULL OR course_key IS NULL", name="one_scope"),
        {
            "info": {
                "frozen": ["person_id", "role", "org_unit_id", "course_key", "scope", "granted_at", "granted_by"],
                "frozen_when": "OLD.ended_at IS NOT NULL",
            }
        },
    )  # fmt: skip
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    org_unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    course_key: Mapped[str | None] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(100))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LoginSession(Model):
    """One signed-in browser. The database keeps only the SHA-256 of the token; ending the row ends the login."""

    __tablename__ = "login_session"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_login_session_token_hash"),
        Index("ix_login_session_person_id", "person_id"),
        Index("ix_login_session_expires_at", "expires_at"),
        {"info": {"frozen": ["person_id", "token_hash", "created_at", "expires_at"]}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[SessionEnd | None] = mapped_column(enum_column(SessionEnd))


class AccessToken(Model):
    """A single-use link to choose a password. Only its SHA-256 is kept; `used_at` is set once."""

    __tablename__ = "access_token"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_access_token_token_hash"),
        Index("ix_access_token_person_id", "person_id"),
        {"info": {"frozen": ["person_id", "token_hash", "purpose", "created_at", "expires_at"]}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[TokenPurpose] = mapped_column(enum_column(TokenPurpose))
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PersonView(Model):
    """Who looked at whose data, for what, when. Shown to the person on "Data saya"."""

    __tablename__ = "person_view"
    __table_args__ = (
        Index("ix_person_view_subject_id_at", "subject_id", "at"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    viewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class SheetImport(Model):
    """An uploaded spreadsheet from upload to result. `content` is emptied when applied, refused or a week old."""

    __tablename__ = "sheet_import"
    __table_args__ = (
        UniqueConstraint("public_id", name="uq_sheet_import_public_id"),
        Index("ix_sheet_import_uploaded_at", "uploaded_at"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[ImportKind] = mapped_column(enum_column(ImportKind))
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState))
    filename: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    # None: the whole tree (an admin without agency); else the subtree of this agency only.
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    # None: read by the command line, whoever sat there.
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    job_id: Mapped[int | None]
    # Declared to hold everybody of the agency: who is missing loses the seat.
    complete: Mapped[bool] = mapped_column(server_default=text("false"))
    # Why more people than usual may lose their seat; said by whoever confirmed it.
    reason: Mapped[str] = mapped_column(String(300), server_default="")


class SheetChunk(Model):
    """Some hundred checked rows of a file: `body` what is to be done, `rejected` what was refused, both packed.

    `applied_at` is set in the commit of what was done, so that whoever goes on after a crash does nothing twice.
    """

    __tablename__ = "sheet_chunk"
    import_id: Mapped[int] = mapped_column(ForeignKey("sheet_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    rejected: Mapped[bytes] = mapped_column(LargeBinary)
    applied_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)


class ImportGuard(Model):
    """An agency's own share, in percent of its people, that one file may take away without a reason. No row: the usual one."""

    __tablename__ = "import_guard"
    __table_args__ = (CheckConstraint("percent >= 1 AND percent <= 50", name="percent"),)
    agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    percent: Mapped[int]


class AgencyTransfer(Model):
    """Somebody took a seat in another agency than before; both agencies' admins are told. `starts_on`: first day there."""

    __tablename__ = "agency_transfer"
    __table_args__ = (
        Index("ix_agency_transfer_from_agency_id_at", "from_agency_id", "at"),
        Index("ix_agency_transfer_to_agency_id_at", "to_agency_id", "at"),
        CheckConstraint("from_agency_id <> to_agency_id", name="two_agencies"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    starts_on: Mapped[date]
    at: Mapped[datetime]


class TransferDigest(Model):
    """The one letter of a day that tells an admin how many came from and went to other agencies before that day."""

    __tablename__ = "transfer_digest"
    __table_args__ = (
        # Two workers that begin at once, or one that runs again, write one letter.
        UniqueConstraint("person_id", "day", name="uq_transfer_digest_person_id_day"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    at: Mapped[datetime]
