"""People whose address takes no mail, for the admin who can mend it: the list, the count, and the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from learning.kernel import clock
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.panels import Panel
from learning.kernel.refusals import MailRefusal, RefusalReason
from learning.people import nip, texts
from learning.people.kinds import PersonStatus, PostingKind
from learning.people.models import OrgUnit, Person, Posting
from learning.people.names import display_name
from learning.people.queries import PAGE
from learning.people.scope import visible_people
from learning.people.sheets import harmless


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Somebody whose present address is refused: since when, why, in the server's words, and how often it was tried."""

    public_id: str
    display_name: str
    employee_number: str
    unit_name: str
    address: str
    reason: RefusalReason
    said: str
    times: int
    since: datetime


def _query(
    principal: Principal, on: date, text: str, reason: RefusalReason | None
) -> Select[tuple[Person, MailRefusal, str]]:
    # Addresses are kept in lower case on both sides. Who has left, or has another address by now, is no longer meant.
    query = (
        select(Person, MailRefusal, OrgUnit.name)
        .join(MailRefusal, MailRefusal.address == Person.email)
        .join(Posting, Posting.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(
            Person.status == PersonStatus.ACTIVE,
            Person.id.in_(visible_people(principal, Role.ADMIN, on=on)),
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= on,
            Posting.ends_on.is_(None) | (Posting.ends_on >= on),
        )
    )
    if reason is not None:
        query = query.where(MailRefusal.reason == reason)
    if text.strip():
        wanted = text.strip().lower()
        query = query.where(
            func.lower(Person.name).contains(wanted, autoescape=True)
            | MailRefusal.address.contains(wanted, autoescape=True)
        )
    return query


def rows(
    principal: Principal,
    *,
    on: date,
    text: str = "",
    reason: RefusalReason | None = None,
    page: int | None = None,
) -> list[RefusedRow]:
    """Those an admin may see, the longest refused first; `page`: 25 of them, None: all.

    `text` is part of a name or an address. Only people with a seat on `on`; an agency's admin sees that agency only.
    """
    query = _query(principal, on, text, reason).order_by(MailRefusal.since, Person.name, Person.id)
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return [
        RefusedRow(
            person.public_id,
            display_name(person.name, person.front_title, person.back_title),
            person.employee_number,
            unit_name,
            refusal.address,
            refusal.reason,
            refusal.said,
            refusal.times,
            refusal.since,
        )
        for person, refusal, unit_name in db.session.execute(query)
    ]


def count(principal: Principal, *, on: date, text: str = "", reason: RefusalReason | None = None) -> int:
    """How many rows the same question has."""
    return (
        db.session.scalar(select(func.count()).select_from(_query(principal, on, text, reason).subquery()))
        or 0
    )


def sheet(found: Iterable[RefusedRow], zone: str) -> bytes:
    """The list for a spreadsheet program; no cell can start a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Nama"), _("NIP"), _("Unit kerja"), _("Surel"), _("Ditolak sejak"), _("Sebab"), _("Tindak lanjut"),
            _("Kata server surel"),
        ]
    )  # fmt: skip
    for row in found:
        cells = (
            row.display_name,
            nip.show(row.employee_number),
            row.unit_name,
            row.address,
            clock.local_date(row.since, zone).isoformat(),
            str(texts.MAIL_REFUSALS[row.reason]),
            str(texts.MAIL_REMEDIES[row.reason]),
            row.said,
        )
        writer.writerow([harmless(cell) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


def home_notice(*, principal: Principal, now: datetime, **_more: object) -> Panel | None:
    """Place "home.notice": for an admin, how many of the people within reach no letter reaches."""
    if Role.ADMIN not in principal.roles:
        return None
    found = count(principal, on=clock.local_date(now, principal.timezone))
    return Panel("people/panel_surel_ditolak.html", {"count": found}) if found else None
