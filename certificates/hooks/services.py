"""Use cases that write: subscribe, end, put a message into the outbox, note a try. None of them commits."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError

from certificates import codes
from certificates.events import CertificateCorrected, CertificateIssued, CertificateRevoked
from certificates.hooks import addresses
from certificates.hooks.kinds import SUBSCRIBABLE, HookKind
from certificates.hooks.models import Webhook, WebhookMessage
from certificates.hooks.sending import Sent
from certificates.models import Certificate
from learning.kernel import audit, clock, jobs
from learning.kernel.access import Principal, Role
from learning.kernel.db import canonical_json, db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting
from learning.people.scope import visible_units

MAX_HOOKS = 10
# Waits after the first, second, … failed try: an hour's outage costs minutes, a weekend's nothing.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440))
DELIVER = "certificates.hooks.deliver"


def subscribe(
    *,
    principal: Principal,
    public_id: str,
    agency_id: int,
    url: str,
    kinds: Iterable[HookKind],
    now: datetime,
) -> None:
    """Have an address told of news about an agency's people. `public_id` comes with the form: sent twice, made once.

    Refuses: an agency that the principal does not look after as admin, anything but https to a public name, no kind,
    more than `MAX_HOOKS` living ones. Where the name leads is checked at every sending, not here: it may change.
    """
    agency = db.session.scalar(
        select(OrgUnit.id).where(
            OrgUnit.id == agency_id,
            OrgUnit.parent_id.is_(None),
            OrgUnit.id.in_(visible_units(principal, Role.ADMIN)),
        )
    )
    if agency is None:
        raise Invalid("hooks.agency_unknown")
    url = url.strip()
    if addresses.target(url) is None:
        raise Invalid("hooks.url")
    wanted = [str(kind) for kind in SUBSCRIBABLE if kind in set(kinds)]
    if not wanted:
        raise Invalid("hooks.kinds")
    living = select(func.count()).where(Webhook.agency_id == agency_id, Webhook.ended_at.is_(None))
    if (db.session.scalar(living) or 0) >= MAX_HOOKS:
        raise Conflict("hooks.too_many", max=MAX_HOOKS)
    row = Webhook(
        public_id=public_id,
        agency_id=agency_id,
        url=url,
        kinds=wanted,
        created_by=principal.person_id,
        created_at=now,
        ended_at=None,
        ended_by=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if violated(error, "uq_webhook_public_id"):
            raise Conflict("hooks.made_already") from error
        raise
    audit.record(
        "hooks.subscribed", f"webhook/{public_id}", actor_id=principal.person_id, agency=agency_id, url=url
    )


def end(*, principal: Principal, public_id: str, now: datetime) -> None:
    """Send nothing more to an address; what waits is not sent either. Refuses: one out of reach, one ended already."""
    row = _reached(principal, public_id)
    if row.ended_at is not None:
        raise Conflict("hooks.ended")
    row.ended_at = now
    row.ended_by = principal.person_id
    audit.record("hooks.ended", f"webhook/{public_id}", actor_id=principal.person_id)


def ping(*, principal: Principal, public_id: str, now: datetime) -> None:
    """Send a message that says nothing, to try the address and the signature out."""
    row = _reached(principal, public_id)
    if row.ended_at is not None:
        raise Conflict("hooks.ended")
    put(row.id, HookKind.PING, {}, now)


def certificate_issued(event: CertificateIssued) -> None:
    """Listener: tell of a certificate, and of those it took the place of. In the commit of the certificate."""
    hooks = hooks_of(event.person_id, event.issued_at)
    if not hooks:
        return
    data = {"certificate": event.number, "code": codes.display(event.code), "course": event.course_key}
    tell(hooks, HookKind.ISSUED, data, event.issued_at)
    for older in event.replaces:
        tell(hooks, HookKind.SUPERSEDED, {**named(older), "replaced_by": event.number}, event.issued_at)


def certificate_corrected(event: CertificateCorrected) -> None:
    """Listener: tell of a corrected certificate and of the one it took the place of. In the commit of the correction."""
    hooks = hooks_of(event.person_id, event.at)
    if not hooks:
        return
    data = {"certificate": event.number, "code": codes.display(event.code), "course": event.course_key}
    tell(hooks, HookKind.ISSUED, data, event.at)
    tell(hooks, HookKind.SUPERSEDED, {**named(event.corrects_id), "replaced_by": event.number}, event.at)


def certificate_revoked(event: CertificateRevoked) -> None:
    """Listener: tell that a certificate lost its force."""
    hooks = hooks_of(event.person_id, event.at)
    if hooks:
        tell(hooks, HookKind.REVOKED, {**named(event.certificate_id), "reason": event.reason}, event.at)


def note_try(*, message_id: int, tries: int, sent: Sent, now: datetime) -> None:
    """Note how a try ended, and queue the next if there is to be one. A try that was noted already changes nothing."""
    wait = None if sent.taken else _wait(tries)
    noted = db.session.execute(
        update(WebhookMessage)
        .where(
            WebhookMessage.id == message_id, WebhookMessage.tries == tries, WebhookMessage.taken_at.is_(None)
        )
        .values(
            tries=tries + 1,
            last_try_at=now,
            last_status=sent.status,
            last_problem=sent.problem,
            next_try_at=now + wait if wait else None,
            taken_at=now if sent.taken else None,
            given_up_at=now if not sent.taken and wait is None else None,
        )
        .returning(WebhookMessage.id)
    ).scalar()
    if noted is not None and wait is not None:
        jobs.enqueue(
            DELIVER, {"message_id": message_id}, key=f"hook-{message_id}-{tries + 1}", run_at=now + wait
        )


def _wait(tries: int) -> timedelta | None:
    return WAITS[tries] if tries < len(WAITS) else None


def _reached(principal: Principal, public_id: str) -> Webhook:
    row = db.session.scalar(
        select(Webhook)
        .where(Webhook.public_id == public_id, Webhook.agency_id.in_(visible_units(principal, Role.ADMIN)))
        .with_for_update()
    )
    if row is None:
        raise NotFound("hooks.unknown")
    return row


def agency_of(person_id: Any, on: date) -> Select[tuple[int]]:
    """The agency that looks after somebody (an id or a column): that of the last definitive seat begun by that day."""
    return (
        select(OrgUnit.agency_id)
        .join(Posting, Posting.org_unit_id == OrgUnit.id)
        .where(
            Posting.person_id == person_id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= on,
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
    )


def hooks_of(person_id: int, at: datetime) -> list[Webhook]:
    """The living subscriptions of the agency that looks after somebody."""
    agency = agency_of(person_id, clock.local_date(at)).scalar_subquery()
    return list(
        db.session.scalars(
            select(Webhook)
            .where(Webhook.agency_id == agency, Webhook.ended_at.is_(None))
            .order_by(Webhook.id)
        )
    )


def named(certificate_id: int) -> dict[str, Any]:
    """How a message names a certificate."""
    row = db.session.get_one(Certificate, certificate_id)
    return {"certificate": row.number, "code": codes.display(row.code), "course": row.course_key}


def tell(
    hooks: Iterable[Webhook],
    kind: HookKind,
    data: dict[str, Any],
    at: datetime,
    *,
    occasion: str | None = None,
    person_id: int | None = None,
) -> None:
    """Put a message into the outbox of each subscription that wants the kind.

    About a person (`person_id`) it names an address at which the token of the agency gets the number, never the person.
    """
    for hook in hooks:
        if str(kind) in hook.kinds:
            put(hook.id, kind, data, at, occasion=occasion, person_id=person_id)


def put(
    webhook_id: int,
    kind: HookKind,
    data: dict[str, Any],
    at: datetime,
    *,
    occasion: str | None = None,
    person_id: int | None = None,
) -> None:
    """One message to one subscription, sent after the commit; none when the same `occasion` was told before."""
    public_id = str(uuid.uuid4())
    base = f"{current_app.config['NETRA'].base_url}/api/v1"
    more: dict[str, Any] = {}
    if person_id is not None:
        more = {"url": f"{base}/webhook-messages/{public_id}"}
    elif "code" in data:
        more = {"url": f"{base}/certificates/{data['code']}"}
    body = {"type": str(kind), "timestamp": at.isoformat(), "data": {**data, **more}}
    message = WebhookMessage(
        public_id=public_id,
        webhook_id=webhook_id,
        kind=kind,
        body=canonical_json(body),
        created_at=at,
        occasion=occasion,
        person_id=person_id,
        tries=0,
        last_try_at=None,
        last_status=None,
        last_problem="",
        next_try_at=at,
        taken_at=None,
        given_up_at=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError as error:
        if violated(error, "uq_webhook_message_webhook_id_occasion"):
            return
        raise
    jobs.enqueue(DELIVER, {"message_id": message.id}, key=f"hook-{message.id}-0")
