"""What the demo needs of this package: sample promotion rules, letterheads of the two agencies, one revoked certificate.

`load` comes before the demo's people sit their quizzes, so that their certificates carry a letterhead; `load_aftermath`
comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from certificates import letterheads, rule_services, services
from certificates.models import Certificate, CertificateEvent, Letterhead, RevocationReason
from certificates.payload import Issuer
from certificates.rule_models import PromotionRule
from certificates.rulebook import SHIPPED, read_rules
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.clock import DEFAULT_ZONE
from learning.kernel.db import db
from learning.people.demo import PeopleDemo
from learning.people.models import Person, Posting
from learning.people.names import display_name

_SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class _Head:
    agency: str
    unit: str
    institution: str
    parent: str


_HEADS = (
    _Head(
        "SGT",
        "SGT.BKPSDM",
        "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        "Pemerintah Kabupaten Sagara Timur (rekaan)",
    ),
    _Head(
        "KRH",
        "KRH.BPSDM",
        "Badan Pengembangan Sumber Daya Manusia",
        "Kementerian Kebun Raya dan Keanekaragaman Hayati (rekaan)",
    ),
)


def load(now: datetime, story: dict[str, Any]) -> None:
    """Rules and letterheads; what is there already stays as it is. Needs the demo's people."""
    people: PeopleDemo = story["people"]
    if db.session.scalar(select(PromotionRule.id).limit(1)) is None:
        rule_services.load_rules(rules=read_rules(SHIPPED), now=now)
    for head in _HEADS:
        agency_id, unit_id = people.units[head.agency], people.units.get(head.unit)
        leader = _leader(unit_id) if unit_id is not None else None
        known = db.session.scalar(select(Letterhead.id).where(Letterhead.agency_id == agency_id))
        if leader is None or known is not None:
            continue
        name, number, office = leader
        letterheads.set_letterhead(
            agency_id=agency_id,
            valid_from=_SINCE,
            issuer=Issuer(head.institution, head.parent, "", "", office, name, number),
            now=now,
        )


def load_aftermath(now: datetime, story: dict[str, Any]) -> None:
    """Revoke one certificate of somebody who is no persona, so that the demo has one to look at."""
    people: PeopleDemo = story["people"]
    admin = people.personas.get("admin")
    if admin is None or db.session.scalar(select(CertificateEvent.id).limit(1)) is not None:
        return
    issued = db.session.scalars(
        select(Certificate.id)
        .where(
            Certificate.person_id.not_in(people.personas.values()),
            Certificate.issued_at < now - timedelta(days=2),
        )
        .order_by(Certificate.issued_at.desc(), Certificate.id)
        .limit(1)
    ).first()
    if issued is None:
        return
    person = db.session.get_one(Person, admin)
    services.revoke(
        certificate_id=issued,
        principal=Principal(
            person_id=person.id,
            session_id=0,
            session_token="",
            name=person.name,
            display_name=person.name,
            employee_number=person.employee_number,
            locale=person.locale,
            timezone=DEFAULT_ZONE,
            unit_id=None,
            unit_path=None,
            unit_name=None,
            agency_id=None,
            grants=(Grant(Role.ADMIN),),
        ),
        reason=RevocationReason.TAKEN_BY_OTHER,
        note="Contoh pada demo: pemeriksaan menemukan kuis dikerjakan rekan sekantor.",
        now=now - timedelta(days=1),
    )


def _leader(unit_id: int) -> tuple[str, str, str] | None:
    """Name, NIP and office of whoever leads a unit of the demo."""
    row = db.session.execute(
        select(
            Person.name,
            Person.front_title,
            Person.back_title,
            Person.employee_number,
            Posting.position_title,
        )
        .join(Posting, Posting.person_id == Person.id)
        .where(
            Posting.org_unit_id == unit_id,
            Posting.ends_on.is_(None),
            Posting.position_title.like("Kepala Badan%"),
        )
        .order_by(Posting.starts_on, Posting.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    return display_name(row.name, row.front_title, row.back_title), row.employee_number, row.position_title
