"""Sessions, passwords and the links that set them. Hashing happens before these are called."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from learning.kernel import audit, mail
from learning.kernel.db import db
from learning.kernel.errors import Gone, NotFound
from learning.kernel.refusals import MailRefusal
from learning.people.kinds import PersonStatus, SessionEnd, TokenPurpose
from learning.people.models import AccessToken, LoginSession, Person

# Twelve hours from signing in, however busy: a working day with overtime. No idle limit, because it would cost a
# write with every page and throw out people in the middle of a long module.
SESSION_LIFE = timedelta(hours=12)
_LINK_PATHS = {TokenPurpose.RESET: "atur-sandi", TokenPurpose.ACTIVATION: "aktivasi"}
LINK_LIFE = {TokenPurpose.RESET: timedelta(hours=1), TokenPurpose.ACTIVATION: timedelta(days=7)}


def token_hash(token: str) -> str:
    """What the database keeps of a token. Tokens carry 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(*, person_id: int, token: str, device: str, now: datetime) -> int:
    """Begin a signed-in session for `token`; returns its id. Refuses somebody who may not sign in any more."""
    person = db.session.get(Person, person_id)
    if person is None or person.status is not PersonStatus.ACTIVE:
        raise NotFound("people.person_unknown")
    session = LoginSession(
        public_id=str(uuid.uuid4()),
        person_id=person_id,
        token_hash=token_hash(token),
        device=device[:80],
        created_at=now,
        expires_at=now + SESSION_LIFE,
        ended_at=None,
        ended_reason=None,
    )
    db.session.add(session)
    db.session.flush()
    audit.record(
        "people.signed_in", f"person:{person_id}", actor_id=person_id, about_id=person_id, device=device[:80]
    )
    return session.id


def sign_in(
    *,
    person_id: int,
    token: str,
    device: str,
    now: datetime,
    replaced_session_id: int | None = None,
    old_hash: str | None = None,
    new_hash: str | None = None,
) -> int:
    """Begin a session after a checked password; ends the one this browser had and renews an outdated hash."""
    if replaced_session_id is not None:
        end_session(session_id=replaced_session_id, now=now)
    if old_hash and new_hash:
        renew_hash(person_id=person_id, old_hash=old_hash, new_hash=new_hash)
    return open_session(person_id=person_id, token=token, device=device, now=now)


def end_other_sessions(*, person_id: int, kept_session_id: int, now: datetime) -> int:
    """End all of somebody's sessions but one; returns how many."""
    ended = _end(
        (LoginSession.person_id == person_id) & (LoginSession.id != kept_session_id),
        SessionEnd.LOGOUT_ALL,
        now,
    )
    if ended:
        audit.record(
            "people.sessions_ended",
            f"person:{person_id}",
            actor_id=person_id,
            about_id=person_id,
            reason=SessionEnd.LOGOUT_ALL.value,
            count=ended,
        )
    return ended


def end_session(*, session_id: int, now: datetime) -> None:
    """Sign out one browser. Signing out twice is no error."""
    _end(LoginSession.id == session_id, SessionEnd.LOGOUT, now)


def end_one_session(*, person_id: int, public_id: str, now: datetime) -> None:
    """End one of somebody's own sessions. NotFound when it is not theirs or over already."""
    if not _end(
        (LoginSession.public_id == public_id) & (LoginSession.person_id == person_id), SessionEnd.LOGOUT, now
    ):
        raise NotFound


def end_all_sessions(*, person_id: int, reason: SessionEnd, now: datetime) -> int:
    """End every session of somebody at once; returns how many."""
    ended = _end(LoginSession.person_id == person_id, reason, now)
    if ended:
        audit.record(
            "people.sessions_ended",
            f"person:{person_id}",
            about_id=person_id,
            reason=reason.value,
            count=ended,
        )
    return ended


def renew_hash(*, person_id: int, old_hash: str, new_hash: str) -> None:
    """Replace a hash made with weaker parameters, unless the password was changed meanwhile."""
    db.session.execute(
        update(Person)
        .where(Person.id == person_id, Person.password_hash == old_hash)
        .values(password_hash=new_hash)
        .execution_options(synchronize_session=False)
    )


def change_password(*, person_id: int, password_hash: str, token: str, device: str, now: datetime) -> int:
    """Set a new password, end all sessions on all devices, and begin a new one for `token`; returns its id."""
    _set_password(person_id, password_hash, now)
    audit.record("people.password_changed", f"person:{person_id}", actor_id=person_id, about_id=person_id)
    return open_session(person_id=person_id, token=token, device=device, now=now)


def issue_link(*, person_id: int, token: str, base_url: str, now: datetime) -> TokenPurpose:
    """Make `token` the one usable link of somebody and put the letter into the outbox.

    Earlier links stop working. Who never had a password gets an activation (7 days), others a reset (1 hour).
    Refuses somebody without an address (NotFound): the caller decides what to say.
    """
    person = db.session.get(Person, person_id)
    if person is None or person.status is not PersonStatus.ACTIVE or not person.email:
        raise NotFound("people.person_unknown")
    purpose = create_link(person=person, token=token, now=now)
    from learning.people.letters import password_letter

    subject, body = password_letter(
        purpose=purpose,
        name=person.name,
        locale=person.locale,
        url=f"{base_url}/{_LINK_PATHS[purpose]}/{token}",
        expires_at=now + LINK_LIFE[purpose],
    )
    # Tried even where letters were refused before: whoever asked for it waits for it.
    mail.send(person.email, subject, body, person_id=person_id, asked=True)
    return purpose


def create_link(*, person: Person, token: str, now: datetime) -> TokenPurpose:
    """Store a link without sending it (command line); returns its purpose."""
    purpose = TokenPurpose.RESET if person.password_hash else TokenPurpose.ACTIVATION
    use_up_links(person.id, now)
    db.session.add(
        AccessToken(
            person_id=person.id,
            purpose=purpose,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LINK_LIFE[purpose],
            used_at=None,
        )
    )
    db.session.flush()
    audit.record("people.link_issued", f"person:{person.id}", about_id=person.id, purpose=purpose.value)
    return purpose


def set_password_by_link(*, token: str, password_hash: str, now: datetime) -> int:
    """Use a link once to set the password; ends all sessions; returns the person's id.

    Gone "people.link_used" when the link is used, replaced, expired or unknown: of two simultaneous uses one wins.
    """
    person_id = db.session.execute(
        update(AccessToken)
        .where(
            AccessToken.token_hash == token_hash(token),
            AccessToken.used_at.is_(None),
            AccessToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(AccessToken.person_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if person_id is None:
        raise Gone("people.link_used")
    _set_password(person_id, password_hash, now)
    audit.record("people.password_set", f"person:{person_id}", actor_id=person_id, about_id=person_id)
    return person_id


def link_owner(token: str, *, now: datetime) -> tuple[int, str, str] | None:
    """Id, public id and NIP of whom a usable link belongs to, for the password rules; None when it is not usable."""
    row = db.session.execute(
        select(Person.id, Person.public_id, Person.employee_number)
        .join(AccessToken, AccessToken.person_id == Person.id)
        .where(
            AccessToken.token_hash == token_hash(token),
            AccessToken.used_at.is_(None),
            AccessToken.expires_at > now,
            Person.status == PersonStatus.ACTIVE,
        )
    ).first()
    return (row.id, row.public_id, row.employee_number) if row else None


def purge_expired(*, now: datetime) -> int:
    """Delete sessions and links that have been over for 90 days, and refusals of addresses that nobody has any more.

    Returns how many rows.
    """
    before = now - timedelta(days=90)
    gone = 0
    for table in (LoginSession, AccessToken):
        ids = select(table.id).where(table.expires_at < before).limit(5_000)
        result = db.session.execute(
            delete(table).where(table.id.in_(ids)).execution_options(synchronize_session=False)
        )
        gone += result.rowcount  # type: ignore[attr-defined]
    orphans = delete(MailRefusal).where(~exists().where(Person.email == MailRefusal.address))
    gone += db.session.execute(orphans.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    return gone


def _set_password(person_id: int, password_hash: str, now: datetime) -> None:
    person = db.session.get(Person, person_id)
    if person is None or person.status is not PersonStatus.ACTIVE:
        raise NotFound("people.person_unknown")
    person.password_hash = password_hash
    use_up_links(person_id, now)
    end_all_sessions(person_id=person_id, reason=SessionEnd.PASSWORD, now=now)


def use_up_links(person_id: int, now: datetime) -> None:
    """Make every open password link of somebody worthless."""
    db.session.execute(
        update(AccessToken)
        .where(AccessToken.person_id == person_id, AccessToken.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def _end(condition: object, reason: SessionEnd, now: datetime) -> int:
    result = db.session.execute(
        update(LoginSession)
        .where(condition, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)  # type: ignore[arg-type]
        .values(ended_at=now, ended_reason=reason)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount  # type: ignore[attr-defined]
