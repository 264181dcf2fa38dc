"""What certificates show on pages of the packages below. `app.py` wires each function to its place."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from certificates import codes, queries, texts
from certificates.qr import SCREEN_QUIET_ZONE, qr_path
from certificates.queries import CertificateRow
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.panels import Panel
from learning.people.scope import visible_people


def result_pass(
    *, enrolment_id: int, now: datetime, principal: Principal | None = None, **_more: Any
) -> Panel | None:
    """Place "result.pass": the certificate of a passed attempt, with its download."""
    row = queries.certificate_of_enrolment(enrolment_id, now=now)
    if row is None or (principal is not None and principal.person_id != row.person_id):
        return None
    qr = qr_path(row.payload.qr_text, quiet_zone=SCREEN_QUIET_ZONE)
    return Panel("certificates/panel_result.html", {**_card(row), "qr": {"d": qr.data, "size": qr.size}})


def home_aside(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.aside": the newest certificate."""
    rows = queries.certificates_of(principal.person_id, now=now)
    return Panel("certificates/panel_home.html", {**_card(rows[0]), "count": len(rows)}) if rows else None


def my_data(*, principal: Principal, now: datetime, **_more: Any) -> dict[str, list[dict[str, Any]]]:
    """Place "me.data": every certificate of the person with all its words and its state."""
    return {
        "sertifikat": [
            {
                "keadaan": str(row.status.state),
                "sejak": row.status.since.isoformat(),
                "terbit": row.issued_at.isoformat(),
                "alasan_pencabutan": str(row.reason) if row.reason else None,
                "penjelasan": row.note or None,
                "isi": asdict(row.payload),
            }
            for row in queries.certificates_of(principal.person_id, now=now)
        ]
    }


def person_facts(*, principal: Principal, person_id: int, now: datetime, **_more: Any) -> Panel | None:
    """Place "person.facts": the certificates of somebody, for HR and admin who look after them."""
    reached = visible_people(
        principal, *queries.SEEING, on=clock.local_date(now, principal.timezone), with_former=True
    )
    if not principal.grants_for(*queries.SEEING) or not queries.is_among(person_id, reached):
        return None
    rows = queries.certificates_of(person_id, now=now)
    return Panel("certificates/panel_person.html", {"rows": rows, "words": texts, "display": codes.display})


def _card(row: CertificateRow) -> dict[str, Any]:
    return {
        "row": row,
        "code": codes.display(row.code),
        "words": texts,
        "look": texts.STATE_LOOK[row.status.state],
    }
