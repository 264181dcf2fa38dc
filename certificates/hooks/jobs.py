"""Sending what waits in the outbox, and telling what a day brings."""

from __future__ import annotations

from typing import Any

from flask import current_app

from certificates.hooks import days, queries, sending, services, signature
from learning.kernel import clock, jobs
from learning.kernel.db import db
from learning.kernel.jobs import Progress
from learning.kernel.transaction import write

DAY = "certificates.hooks.day"
BATCH = 200


@jobs.task(services.DELIVER)
def deliver(payload: dict[str, Any], _progress: Progress) -> dict[str, Any] | None:
    """Try one message once; a failure is noted and queues the next try. What was taken or ended is left alone.

    May run twice and then sends twice: the receiver knows a message by its id.
    """
    message = queries.message_to_send(payload["message_id"])
    if message is None:
        return None
    db.session.rollback()  # nothing of the database is held while a stranger takes its time
    now = clock.now()
    secret = signature.secret_for(current_app.config["NETRA"].secret_key, message.hook_public_id)
    body = message.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Netra-Webhook/1",
        **signature.headers(secret, message_id=message.public_id, timestamp=int(now.timestamp()), body=body),
    }
    sent = sending.post(message.url, body, headers)
    write(services.note_try, message_id=message.id, tries=message.tries, sent=sent, now=clock.now())
    return {"status": sent.status, "problem": sent.problem}


@jobs.task(DAY)
def tell_day(_payload: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """Tell every subscription what its agency's day brings; each hour, because days begin at different hours.

    Batches of two hundred, each one commit. Two workers at once tell nothing twice: the occasion is a unique key.
    """
    now, told = clock.now(), 0
    hooks = days.hooks_by_day()
    db.session.rollback()
    for webhook_id in hooks:
        while True:
            count = write(days.tell_day, webhook_id=webhook_id, now=now, most=BATCH)
            told += count
            if count < BATCH:
                break
    return {"told": told}


jobs.every(DAY, 3_600)
