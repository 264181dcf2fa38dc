"""The table of letters of appreciation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel.db import CanonicalJson, Model


class AppreciationLetter(Model):
    """What the letter for one honour says (`LetterPayload`) and the template it is drawn with. Append-only.

    Written in the commit of the honour, so that a letterhead or a unit renamed later changes nothing on it. The file is not
    kept: it carries no electronic signature, and equal payloads give equal bytes.
    """

    __tablename__ = "appreciation_letter"
    __table_args__ = (
        UniqueConstraint("honour_id", name="uq_appreciation_letter_honour_id"),
        UniqueConstraint("number", name="uq_appreciation_letter_number"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    honour_id: Mapped[int] = mapped_column(ForeignKey("unit_honour.id"))
    number: Mapped[str] = mapped_column(String(60))
    template: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime]
