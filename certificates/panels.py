"""What certificates show on pages of the packages below. `app.py` wires each function to its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from certificates import codes, queries, texts
from certificates.life import queries as life_queries
from certificates.life.lifecycle import RequestOutcome
from certificates.life.notices import NoticeKind, reminder_due
from certificates.life.queries import RECENT
from certificates.qr import SCREEN_QUIET_ZONE, qr_path
from certificates.queries import CertificateRow
from certificates.status import State
from learning.kernel import clock
from learning.kernel.access import Principal, Role
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


def home_notice(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": what happened to one's certificates lately, or is about to, and what to do about it."""
    rows = queries.certificates_of(principal.person_id, now=now)
    told = [one for row in rows if (one := _told(row, rows, now)) is not None]
    answered = [
        request
        for request in life_queries.own_requests(principal.person_id, now=now)
        if request.outcome is RequestOutcome.DECLINED
        and request.answered_at is not None
        and now - request.answered_at <= RECENT
    ]
    if not told and not answered:
        return None
    return Panel(
        "certificates/panel_notice.html",
        {"told": told, "answered": answered, "words": texts, "display": codes.display},
    )


def home_waiting(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": for an admin, proposals and requests that wait, and how many of them too long."""
    if Role.ADMIN not in principal.roles:
        return None
    late = [
        row.overdue
        for row in life_queries.waiting(principal, now=now)
        if row.proposed_by != principal.person_id
    ]
    late += [row.overdue for row in life_queries.requests_waiting(principal, now=now)]
    if not late:
        return None
    return Panel("certificates/panel_waiting.html", {"count": len(late), "late": sum(late)})


def _told(row: CertificateRow, rows: list[CertificateRow], now: datetime) -> dict[str, Any] | None:
    """What the home page says of one certificate; None when there is nothing to say."""
    today = clock.local_date(now, row.payload.timezone)
    kind, left = None, 0
    recent = today - row.status.since <= RECENT
    if row.status.state is State.REVOKED and recent:
        kind = NoticeKind.REVOKED
    elif row.status.state is State.SUPERSEDED and row.corrected and recent:
        kind = NoticeKind.SUPERSEDED
    elif row.status.valid and row.expires_on is not None:
        left = (row.expires_on - today).days
        longer = any(
            other.status.valid
            and other.course_key == row.course_key
            and (other.expires_on is None or other.expires_on > row.expires_on)
            for other in rows
        )
        kind = None if longer else reminder_due(row.expires_on, today, ())
    return {"row": row, "kind": kind, "left": left} if kind is not None else None


def my_data(*, principal: Principal, now: datetime, **_more: Any) -> dict[str, list[dict[str, Any]]]:
    """Place "me.data": every certificate of the person with all its words and its state, and what she asked to correct."""
    return {
        "sertifikat": [_stored(row) for row in queries.certificates_of(principal.person_id, now=now)],
        "permintaan perbaikan sertifikat": [
            {
                "nomor": request.number,
                "diminta": request.asked_at.isoformat(),
                "yang_keliru": request.said,
                "dijawab": request.answered_at.isoformat() if request.answered_at else None,
                "jawaban": request.answer or None,
            }
            for request in life_queries.own_requests(principal.person_id, now=now)
        ],
    }


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
