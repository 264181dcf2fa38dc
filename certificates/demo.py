"""The demo's letterheads and promotion rules. Both agencies and both signatories are invented."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from certificates import services
from certificates.payload import Issuer
from certificates.rulebook import SHIPPED, read_rules
from learning.people.demo import PeopleDemo

SINCE = date(2020, 1, 1)


def load(now: datetime, story: dict[str, Any]) -> None:
    """Before anybody passes, so that their certificates carry the head of their agency."""
    people: PeopleDemo = story["people"]
    regency = Issuer(
        institution="Pemerintah Kabupaten Sagara Timur",
        parent="Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        address="Jalan Samudra Raya 12, Muara Lestari (rekaan)",
        place="Muara Lestari",
        signatory_office="Kepala BKPSDM Kabupaten Sagara Timur",
        signatory_name="Drs. Mahendra Paturusi, M.Si.",
        signatory_number="",
    )
    ministry = Issuer(
        institution="Kementerian Kebun Raya dan Keanekaragaman Hayati",
        parent="Biro Sumber Daya Manusia dan Organisasi",
        address="Jalan Taman Sari 8, Jakarta (rekaan)",
        place="Jakarta",
        signatory_office="Kepala Biro Sumber Daya Manusia dan Organisasi",
        signatory_name="Dr. Kartika Salampessy, M.A.P.",
        signatory_number="",
    )
    for agency_id, issuer in ((people.regency_id, regency), (people.ministry_id, ministry)):
        services.set_letterhead(agency_id=agency_id, valid_from=SINCE, issuer=issuer, now=now)
    services.load_rules(rules=read_rules(SHIPPED), now=now)
