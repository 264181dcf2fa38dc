"""What certificates show on pages of the packages below. `app.py` wires each function to its place."""

from __future__ import annotations

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
    return {"sertifikat": [_stored(row) for row in queries.certificates_of(principal.person_id, now=now)]}


def _stored(row: CertificateRow) -> dict[str, Any]:
    paper = row.payload
    return {
        "nomor": paper.number,
        "kode": codes.display(paper.code),
        "keadaan": str(texts.STATES[row.status.state]),
        "sejak": row.status.since.isoformat(),
        "alasan_pencabutan": str(texts.REASONS[row.reason]) if row.reason else None,
        "penjelasan_pencabutan": row.note or None,
        "nama": paper.holder_name,
        "nip": paper.employee_number,
        "jabatan": paper.position_title,
        "unit_kerja": paper.unit_name,
        "instansi": paper.agency_name,
        "kursus": paper.course_title,
        "edisi": paper.edition,
        "jp": paper.jp,
        "mulai": paper.started_on,
        "lulus": paper.finished_on,
        "terbit": row.issued_at.isoformat(),
        "berlaku_sampai": paper.expires_on,
        "nilai": paper.score,
        "nilai_mata_pelatihan": "; ".join(f"{line.title}: {line.score or '–'}" for line in paper.modules),
        "penerbit": paper.issuer.institution,
        "penandatangan": paper.issuer.signatory_name,
        "alamat_verifikasi": paper.verify_url,
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
