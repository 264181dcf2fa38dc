"""What the demo needs of this package: sample promotion rules, letterheads of the two agencies, and what happens later.

`load` comes before the demo's people sit their quizzes, so that their certificates carry a letterhead; `load_aftermath`
comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from certificates import letterheads
from certificates.life import correcting
from certificates.life.ending import confirm_revocation, propose_revocation
from certificates.models import Certificate, CertificateProposal, RevocationReason
from certificates.paper_models import Letterhead
from certificates.payload import Issuer
from certificates.promotion import services as rule_services
from certificates.promotion.models import PromotionRule
from certificates.promotion.rulebook import SHIPPED, read_rules
from certificates.queries import state_is
from certificates.status import State
from learning.kernel.db import db
from learning.people.access import acting
from learning.people.demo import PeopleDemo
from learning.people.models import Person, Posting
from learning.people.names import display_name
from learning.people.services import update_person

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
    """What happens to certificates later, for people who are no personas: revoked, corrected, proposed, asked about.

    The regency's personnel officer proposes and the admin confirms, as in real life; an expired certificate comes from
    the records. One proposal and one request are left waiting, for a visitor to decide.
    """
    people: PeopleDemo = story["people"]
    if db.session.scalar(select(CertificateProposal.id).limit(1)) is not None:
        return
    officer, admin = (acting(people.personas.get(key, 0)) for key in ("kepegawaian", "admin"))
    issued = _issued_in(people, now)
    if officer is None or admin is None or len(issued) < 4:
        return
    revoked, corrected, doubted, asked = issued[:4]
    day = timedelta(days=1)
    confirm_revocation(
        public_id=propose_revocation(
            certificate_id=revoked.id,
            principal=officer,
            reason=RevocationReason.TAKEN_BY_OTHER,
            note="Contoh pada demo: pemeriksaan menemukan kuis dikerjakan rekan sekantor.",
            evidence="Contoh pada demo: berita acara pemeriksaan, dua saksi, dan pengakuan tertulis.",
            now=now - 2 * day,
        ),
        principal=admin,
        now=now - day,
    )
    person = db.session.get_one(Person, corrected.person_id)
    update_person(
        person_id=person.id,
        name=person.name,
        email=None,
        front_title=person.front_title,
        back_title=f"{person.back_title}, M.Si." if person.back_title else "M.Si.",
        employment_type=person.employment_type,
        now=now - 2 * day,
    )
    correcting.ask(
        certificate_id=corrected.id,
        person_id=corrected.person_id,
        said="Gelar magister saya belum tercetak. Ijazah sudah saya serahkan ke BKPSDM.",
        now=now - 2 * day,
    )
    correcting.confirm_correction(
        public_id=correcting.propose_correction(
            certificate_id=corrected.id,
            principal=officer,
            note="Gelar dilengkapi sesuai ijazah.",
            evidence="Contoh pada demo: ijazah magister diperiksa dan dicatat di data pegawai.",
            now=now - 2 * day,
        ),
        principal=admin,
        now=now - day,
    )
    propose_revocation(
        certificate_id=doubted.id,
        principal=officer,
        reason=RevocationReason.QUIZ_RULES_BROKEN,
        note="Contoh pada demo: catatan pengawas menyebut kuis dibuka berdua.",
        evidence="Contoh pada demo: nota pengawas ruang komputer dan daftar hadir.",
        now=now - timedelta(days=9),
    )
    correcting.ask(
        certificate_id=asked.id,
        person_id=asked.person_id,
        said="Unit kerja saya tertulis nama lama. Sesuai SK, unitnya sudah berganti nama.",
        now=now - day,
    )


def _issued_in(people: PeopleDemo, now: datetime) -> list[Certificate]:
    """Valid certificates of the regency's people who are no personas and are still there, in a fixed order."""
    regency = {
        member.person_id
        for member in people.members
        if member.unit.startswith("SGT") and not member.retired and member.persona is None
    }
    return list(
        db.session.scalars(
            select(Certificate)
            .where(
                Certificate.person_id.in_(regency),
                Certificate.issued_at < now - timedelta(days=10),
                state_is(State.VALID, now),
            )
            .order_by(Certificate.issued_at.desc(), Certificate.id)
            .limit(4)
        )
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
