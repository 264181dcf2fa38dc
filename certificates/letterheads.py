"""Head, signatory and look of an agency's paper: which counts on a day, and setting another. Never commits."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from certificates import colours
from certificates.composing import default_issuer
from certificates.emblem import NoEmblem, emblem
from certificates.numbering import is_pattern
from certificates.paper_models import Letterhead, LetterheadEmblem
from certificates.payload import Issuer
from learning.kernel import audit
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid
from learning.people import nip
from learning.people import queries as people

FURTHEST = timedelta(days=366)
_LENGTHS = {
    "institution": 120,
    "parent": 160,
    "address": 200,
    "place": 60,
    "signatory_office": 120,
    "signatory_name": 120,
}


@dataclass(frozen=True, slots=True)
class LetterheadRow:
    """One version of an agency's letterhead."""

    version: int
    valid_from: date
    issuer: Issuer
    number_pattern: str
    created_at: datetime


def letterhead_on(agency_id: int, agency_name: str, day: date) -> tuple[Issuer, str]:
    """What an agency's paper carries on a day, and the pattern of its numbers (empty: the house's own)."""
    row = db.session.execute(
        select(Letterhead)
        .where(Letterhead.agency_id == agency_id, Letterhead.valid_from <= day)
        .order_by(Letterhead.valid_from.desc(), Letterhead.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    if row is None:
        return default_issuer(agency_name), ""
    return _row(row).issuer, row.number_pattern


def versions(agency_id: int) -> list[LetterheadRow]:
    """Every version of an agency's letterhead, the newest first."""
    rows = db.session.scalars(
        select(Letterhead).where(Letterhead.agency_id == agency_id).order_by(Letterhead.version.desc())
    )
    return [_row(row) for row in rows]


def emblem_content(sha256: str) -> bytes:
    """The PNG of an emblem; empty for the empty hash. Raises LookupError: paper without its emblem is another paper."""
    if not sha256:
        return b""
    content = db.session.scalar(select(LetterheadEmblem.content).where(LetterheadEmblem.sha256 == sha256))
    if content is None:
        raise LookupError("the emblem of a letterhead is not there")
    return content


def prepared_emblem(upload: bytes) -> bytes:
    """An uploaded picture as the PNG to be kept. Slow, so before the write section. Raises Invalid."""
    try:
        return emblem(upload)
    except NoEmblem as error:
        raise Invalid(f"certificates.emblem_{error.code}") from error


def set_letterhead(
    *,
    agency_id: int,
    valid_from: date,
    issuer: Issuer,
    now: datetime,
    actor_id: int | None = None,
    number_pattern: str = "",
    new_emblem: bytes = b"",
    after_version: int | None = None,
) -> int:
    """Head, signatory and look of an agency's certificates from a day on; the row's id. Certificates issued before keep theirs.

    The name must be of somebody who has agreed to it: the paper says it was issued electronically, never that they
    signed. `new_emblem` (PNG, from `prepared_emblem`) takes the place of `issuer.logo`. `after_version` is the version that was
    on the screen (0: none): somebody else's newer one is not overwritten.
    Refuses: a unit that is no agency, empty head or signatory, a colour that cannot be read, a number pattern that is none.
    """
    unit = people.unit_row(agency_id)
    if unit is None or unit.parent_id is not None:
        raise Invalid("certificates.not_an_agency")
    check(issuer, number_pattern)
    last = db.session.scalar(
        select(func.coalesce(func.max(Letterhead.version), 0)).where(Letterhead.agency_id == agency_id)
    )
    if after_version is not None and after_version != last:
        raise Conflict("certificates.letterhead_changed")
    values = asdict(issuer)
    if new_emblem:
        values["logo"] = _keep_emblem(new_emblem, now)
    row = Letterhead(
        agency_id=agency_id,
        version=(last or 0) + 1,
        valid_from=valid_from,
        created_at=now,
        number_pattern=number_pattern,
        **values,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise Conflict("certificates.letterhead_changed") from error
    audit.record(
        "certificate.letterhead_set",
        f"agency/{agency_id}",
        actor_id=actor_id,
        version=row.version,
        valid_from=valid_from.isoformat(),
        number_pattern=number_pattern,
        **{name: value for name, value in values.items() if name != "signatory_number"},
    )
    return row.id


def check(issuer: Issuer, number_pattern: str) -> None:
    """Raises Invalid for a letterhead that cannot be printed or read."""
    if not issuer.institution.strip() or not issuer.signatory_name.strip():
        raise Invalid("certificates.letterhead_incomplete")
    if any(len(getattr(issuer, name)) > limit for name, limit in _LENGTHS.items()):
        raise Invalid("certificates.letterhead_too_long")
    if issuer.signatory_number and not nip.is_number(issuer.signatory_number):
        raise Invalid("certificates.signatory_number")
    for colour in filter(None, (issuer.colour, issuer.accent)):
        if not colours.is_colour(colour):
            raise Invalid("certificates.colour_unknown")
    if issuer.colour and not colours.readable(issuer.colour):
        raise Invalid("certificates.colour_unreadable", ratio=_comma(colours.contrast(issuer.colour)))
    if issuer.accent and not colours.visible(issuer.accent):
        raise Invalid("certificates.accent_invisible", ratio=_comma(colours.contrast(issuer.accent)))
    if number_pattern and not is_pattern(number_pattern):
        raise Invalid("certificates.number_pattern")


def _comma(ratio: float) -> str:
    return f"{ratio:.1f}".replace(".", ",")


def _keep_emblem(content: bytes, now: datetime) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    known = select(LetterheadEmblem.id).where(LetterheadEmblem.sha256 == sha256)
    if db.session.scalar(known) is None:
        try:
            with db.session.begin_nested():
                db.session.add(LetterheadEmblem(sha256=sha256, content=content, created_at=now))
        except IntegrityError:
            if db.session.scalar(known) is None:
                raise
    return sha256


def _row(row: Letterhead) -> LetterheadRow:
    issuer = Issuer(
        row.institution,
        row.parent,
        row.address,
        row.place,
        row.signatory_office,
        row.signatory_name,
        row.signatory_number,
        row.logo,
        row.colour,
        row.accent,
        row.bilingual,
    )
    return LetterheadRow(row.version, row.valid_from, issuer, row.number_pattern, row.created_at)
