"""Checking NIP and password, throttled without ever locking anybody out.

Three counters, all on tries, none on the account as such:

* A browser that has signed in as this person before carries a signed device cookie (a random number and the person's
  public id). It has its own counter (`DEVICE_LIMIT`) and passes by the other two.
* All browsers unknown to the account share one counter for it (`STRANGER_LIMIT`): somebody who hammers at an account
  uses up the strangers' tries, never the owner's, whose cookie counts apart. An owner on a new phone while the attack
  lasts uses the link by e-mail, which also sets the cookie.
* Each address has a counter of failures (`CLIENT_LIMIT`), wide enough for an office of several hundred people behind
  one address on their first morning; successes do not count.

An unknown NIP is treated exactly like a wrong password: same counters, same hashing work, same answer.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from learning.kernel import throttle
from learning.kernel.db import db
from learning.kernel.throttle import RetryAfter
from learning.people import passwords
from learning.people.kinds import PersonStatus
from learning.people.models import Person

DEVICE_COOKIE = "netra_perangkat"
DEVICE_COOKIE_AGE = 400 * 86_400  # the longest that browsers keep a cookie
DEVICE_LIMIT = "10/15 minutes"
STRANGER_LIMIT = "10/15 minutes"
CLIENT_LIMIT = "300/15 minutes"
LINK_PERSON_LIMIT = "3/hour"
LINK_CLIENT_LIMIT = "60/hour"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one try: the person, or a wait, or neither (wrong).

    `outdated`: the stored hash was made with weaker parameters; it is given so that it can be replaced.
    """

    person_id: int | None = None
    public_id: str = ""
    outdated: str | None = None
    wait: RetryAfter | None = None


def attempt(*, employee_number: str, password: str, client: str, device_cookie: str | None) -> Attempt:
    """Check one try. `employee_number` is 18 digits; `client` the remote address. Hashes: not in a write section."""
    row = db.session.execute(
        select(Person.id, Person.public_id, Person.password_hash, Person.status).where(
            Person.employee_number == employee_number
        )
    ).first()
    # Let go of the read transaction: hashing takes tens of milliseconds.
    db.session.rollback()
    device = _device_for(device_cookie, row.public_id) if row else None
    wait = _count(employee_number, client, device)
    if wait:
        return Attempt(wait=wait)
    may_enter = row is not None and row.status is PersonStatus.ACTIVE
    right = passwords.verify_password(row.password_hash if row and may_enter else None, password)
    if not right or row is None:
        throttle.hit("login-client", client_key(client), CLIENT_LIMIT)
        return Attempt()
    if device:
        throttle.clear("login-device", device, DEVICE_LIMIT)
    else:
        # Only the owner gets here, so strangers gain at most one more round of tries from it.
        throttle.clear("login-stranger", _secret_key(employee_number), STRANGER_LIMIT)
    outdated = row.password_hash if passwords.is_outdated(row.password_hash) else None
    return Attempt(row.id, row.public_id, outdated)


def own_password_attempt(*, person_id: int, password: str) -> Attempt:
    """Check the present password of somebody signed in, before it is changed; counted per person."""
    wait = throttle.hit("own-password", str(person_id), DEVICE_LIMIT)
    if wait:
        return Attempt(wait=wait)
    stored = db.session.scalar(select(Person.password_hash).where(Person.id == person_id))
    db.session.rollback()
    return Attempt(person_id) if passwords.verify_password(stored, password) else Attempt()


def may_ask_for_link(*, employee_number: str, client: str) -> tuple[bool, RetryAfter | None]:
    """Whether a letter may be sent to this account now, and the wait when the address has asked too often.

    Too many letters to one account are dropped in silence: the answer must not tell whether it exists.
    """
    wait = throttle.hit("link-client", client_key(client), LINK_CLIENT_LIMIT)
    if wait:
        return False, wait
    return throttle.hit("link-person", _secret_key(employee_number), LINK_PERSON_LIMIT) is None, None


def make_device_cookie(public_id: str) -> str:
    """A new signed cookie for a browser that has just proved to be this person's."""
    return _signer().dumps({"n": secrets.token_urlsafe(16), "p": public_id})


def client_key(address: str) -> str:
    """An IPv4 address as it is; an IPv6 address as its /64, which one household or phone has to itself."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def _count(employee_number: str, client: str, device: str | None) -> RetryAfter | None:
    if device:
        return throttle.hit("login-device", device, DEVICE_LIMIT)
    wait = throttle.check("login-client", client_key(client), CLIENT_LIMIT)
    return wait or throttle.hit("login-stranger", _secret_key(employee_number), STRANGER_LIMIT)


def _device_for(cookie: str | None, public_id: str) -> str | None:
    """The random number of a genuine cookie that belongs to this very person."""
    if not cookie:
        return None
    try:
        payload = _signer().loads(cookie, max_age=DEVICE_COOKIE_AGE)
    except BadSignature:
        return None
    if not isinstance(payload, dict) or payload.get("p") != public_id:
        return None
    return str(payload.get("n"))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="people.device")


def _secret_key(employee_number: str) -> str:
    """The account as a counter key: numbers do not lie open in Redis."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, employee_number.encode(), hashlib.sha256).hexdigest()[:32]
