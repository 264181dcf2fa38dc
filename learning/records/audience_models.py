"""Tables of whom an assignment reaches: its units, and named lists of employee numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import Model


class AssignmentUnit(Model):
    """A unit with everything below it, for which an assignment is given or (not `included`) from which it is kept away.

    An assignment without included units reaches the whole country. Whom it reaches is never changed afterwards: it is
    ended and given anew, so that everybody's reason stays readable.
    """

    __tablename__ = "assignment_unit"
    __table_args__ = (
        Index("ix_assignment_unit_org_unit_id", "org_unit_id"),
        {"info": {"append_only": True}},
    )
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    org_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    included: Mapped[bool]


class NumberList(Model):
    """A named list of employee numbers. `digest` is over the sorted numbers: the same list twice is one list."""

    __tablename__ = "number_list"
    __table_args__ = (
        UniqueConstraint("digest", "name", name="uq_number_list_digest_name"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    entries: Mapped[int]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class NumberListEntry(Model):
    """One number of a list; whoever registers under it later is on the list too."""

    __tablename__ = "number_list_entry"
    __table_args__ = (
        CheckConstraint("length(employee_number) = 18", name="employee_number_length"),
        Index("ix_number_list_entry_employee_number", "employee_number"),
        {"info": {"append_only": True}},
    )
    list_id: Mapped[int] = mapped_column(ForeignKey("number_list.id"), primary_key=True)
    employee_number: Mapped[str] = mapped_column(String(18), primary_key=True)
