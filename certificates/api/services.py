"""Use cases that write: make and revoke tokens, note their use, keep answers. None of them commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from certificates import viewing
from certificates.api.models import ApiToken, KeptAnswer
from certificates.api.scopes import Scope
from learning.kernel import audit
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.models import OrgUnit
from learning.people.scope import visible_units

NAME_LENGTH, PURPOSE_LENGTH = 80, 60
MAX_DAYS = 365
# Written as it is shown to the person, before the token's purpose; together they fit the column.
VIEW_WORDS = "Sistem instansi: "
KEEP = timedelta(hours=24)
# Who began and never came back (the process died) holds a key no longer than this.
PATIENCE = timedelta(minutes=2)
USE_STEP = timedelta(minutes=10)


def make_token(
    *,
    principal: Principal,
    public_id: str,
    agency_id: int,
    name: str,
    purpose: str,
    scopes: Iterable[Scope],
    days: int,
    secret_hash: str,
    hint: str,
    now: datetime,
) -> None:
    """A token for one agency. The caller has made the secret and shows it once.

    `public_id` comes with the form, so that a form sent twice makes one token. Refuses: an agency that the principal does not look after as admin, empty or too long name and purpose, no scope,
    a life of less than one or more than `MAX_DAYS` days.
    """
    _refuse_foreign_agency(principal, agency_id)
    name, purpose, wanted = name.strip(), purpose.strip(), sorted({str(scope) for scope in scopes})
    if not 0 < len(name) <= NAME_LENGTH:
        raise Invalid("api.token_name")
    if not 0 < len(purpose) <= PURPOSE_LENGTH:
        raise Invalid("api.token_purpose")
    if not wanted:
        raise Invalid("api.token_scopes")
    if not 1 <= days <= MAX_DAYS:
        raise Invalid("api.token_days")
    token = ApiToken(
        public_id=public_id,
        agency_id=agency_id,
        name=name,
        purpose=purpose,
        scopes=wanted,
        secret_hash=secret_hash,
        hint=hint,
        created_by=principal.person_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
        last_used_at=None,
        revoked_at=None,
        revoked_by=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(token)
    except IntegrityError as error:
        if violated(error, "uq_api_token_public_id"):
            raise Conflict("api.token_made_already") from error
        raise
    audit.record(
        "api.token_made",
        f"api-token/{token.public_id}",
        actor_id=principal.person_id,
        agency=agency_id,
        scopes=wanted,
        expires_at=token.expires_at.isoformat(),
    )


def revoke_token(*, principal: Principal, public_id: str, now: datetime) -> None:
    """End a token at once and for ever. Refuses: one of another agency (as if there were none), one ended already."""
    token = db.session.scalar(
        select(ApiToken)
        .where(ApiToken.public_id == public_id, ApiToken.agency_id.in_(visible_units(principal, Role.ADMIN)))
        .with_for_update()
    )
    if token is None:
        raise NotFound("api.token_unknown")
    if token.revoked_at is not None:
        raise Conflict("api.token_revoked")
    token.revoked_at = now
    token.revoked_by = principal.person_id
    audit.record("api.token_revoked", f"api-token/{public_id}", actor_id=principal.person_id)


def note_use(*, token_id: int, now: datetime) -> None:
    """Note that a token was used; to ten minutes, so that a busy system does not write with every question."""
    db.session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - USE_STEP),
        )
        .values(last_used_at=now)
    )


def log_looks(*, subject_ids: Iterable[int], made_by: int, purpose: str, now: datetime) -> None:
    """Note that a system looked at these persons' data, each once.

    The viewer is the admin who made the token and answers for it; a system's look at that admin is noted as well.
    """
    viewing.log_views(
        subject_ids=subject_ids, viewer_id=made_by, purpose=VIEW_WORDS + purpose, now=now, also_oneself=True
    )


def reserve(*, token_id: int, key: str, request_hash: str, now: datetime) -> KeptAnswer | None:
    """Take a key for a request; None when it is now ours, else the answer that was given.

    Refuses: the key of a different request (Invalid "api.key_reused"), one that is being worked on (Conflict
    "api.key_in_progress"). A key older than a day, or held by a process that died, is free again.
    """
    db.session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.token_id == token_id,
            KeptAnswer.key == key,
            or_(
                KeptAnswer.begun_at <= now - KEEP,
                KeptAnswer.status.is_(None) & (KeptAnswer.begun_at <= now - PATIENCE),
            ),
        )
    )
    row = KeptAnswer(
        token_id=token_id,
        key=key,
        request_hash=request_hash,
        begun_at=now,
        status=None,
        headers=None,
        body=None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
        return None
    except IntegrityError as error:
        if not violated(error, "uq_api_kept_answer_token_id_key"):
            raise
    held = db.session.scalar(select(KeptAnswer).where(KeptAnswer.token_id == token_id, KeptAnswer.key == key))
    if held is None or held.status is None:
        if held is not None and held.request_hash != request_hash:
            raise Invalid("api.key_reused")
        raise Conflict("api.key_in_progress")
    if held.request_hash != request_hash:
        raise Invalid("api.key_reused")
    return held


def keep(*, token_id: int, key: str, status: int, headers: dict[str, Any], body: bytes) -> None:
    """Keep the answer for the key that was taken."""
    db.session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.token_id == token_id, KeptAnswer.key == key, KeptAnswer.status.is_(None))
        .values(status=status, headers=headers, body=body)
    )


def release(*, token_id: int, key: str) -> None:
    """Give a key back: the request was refused or failed, and may be mended and sent again."""
    db.session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.token_id == token_id, KeptAnswer.key == key, KeptAnswer.status.is_(None)
        )
    )


def forget_answers(*, now: datetime) -> int:
    """Drop answers older than a day; how many."""
    gone = db.session.execute(
        delete(KeptAnswer).where(KeptAnswer.begun_at <= now - KEEP).returning(KeptAnswer.id)
    )
    return len(gone.all())


def _refuse_foreign_agency(principal: Principal, agency_id: int) -> None:
    found = db.session.scalar(
        select(OrgUnit.id).where(
            OrgUnit.id == agency_id,
            OrgUnit.parent_id.is_(None),
            OrgUnit.id.in_(visible_units(principal, Role.ADMIN)),
        )
    )
    if found is None:
        raise Invalid("api.agency_unknown")
