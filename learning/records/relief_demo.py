"""Sample exemptions: one person exempt, one with more time, one proposal that waits for a second person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from learning.kernel import clock
from learning.kernel.db import db
from learning.people.access import acting
from learning.people.demo import PeopleDemo
from learning.records import services
from learning.records.exemption_models import ExemptionProposal, ReliefKind, ReliefReason

CASES = (
    (ReliefKind.EXEMPTION, 90, ReliefReason.STUDY, "Tugas belajar sampai akhir semester.", True),
    (ReliefKind.EXTENSION, 40, ReliefReason.DISASTER, "Jaringan di pulau itu rusak sesudah banjir.", True),
    (ReliefKind.EXEMPTION, 60, ReliefReason.LEAVE_BIRTH, "Cuti melahirkan tiga bulan.", False),
)
EVIDENCE = "Surat rekaan 800/17/BKPSDM, disimpan di bidang disiplin"


def load(now: datetime, people: PeopleDemo, person_ids: list[int], course_key: str) -> None:
    """Propose for the first persons of the list, and let the admin agree. Needs a write section; twice adds nothing."""
    if db.session.execute(select(ExemptionProposal.id).limit(1)).first() is not None:
        return
    officer, admin = acting(people.personas["kepegawaian"]), acting(people.personas["admin"])
    assert officer is not None
    assert admin is not None
    for person_id, (kind, days, reason, note, agreed) in zip(person_ids, CASES, strict=False):
        public_id = services.propose_relief(
            principal=officer,
            person_id=person_id,
            course_key=course_key,
            kind=kind,
            until=clock.local_date(now) + timedelta(days=days),
            reason=reason,
            note=note,
            evidence=EVIDENCE,
            now=now,
        )
        if agreed:
            services.approve_relief(principal=admin, public_id=public_id, now=now)
