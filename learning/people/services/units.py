"""The unit tree: adding, renaming, moving and ending units. Units are ended, never deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, String, func, literal, select, update
from sqlalchemy.exc import IntegrityError

from learning.kernel import audit, clock, events
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid, NotFound
from learning.kernel.transaction import violated
from learning.people.events import UnitMoved
from learning.people.import_rows import is_region_code
from learning.people.kinds import UnitKind
from learning.people.models import OrgUnit, Posting
from learning.people.tree import is_inside, range_end

AGENCY_KINDS = (UnitKind.CENTRAL_AGENCY, UnitKind.REGIONAL_AGENCY)
DEEPEST = 12
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


def create_unit(
    *,
    name: str,
    kind: UnitKind,
    now: datetime,
    parent_id: int | None = None,
    code: str | None = None,
    region_code: str | None = None,
    timezone: str | None = None,
    valid_from: date | None = None,
    actor_id: int | None = None,
) -> int:
    """Add a unit below `parent_id`, or an agency when there is no parent; returns its id.

    Region code and time zone are taken over from the parent when not given. Refuses: a root that is no agency, an
    agency below something, an unknown zone, a malformed region code, a code the agency already uses
    (Conflict "people.unit_code_taken"), more than 12 levels.
    """
    parent = _unit(parent_id) if parent_id is not None else None
    if (parent is None) != (kind in AGENCY_KINDS):
        raise Invalid("people.root_not_agency" if parent is None else "people.agency_below")
    if region_code and not is_region_code(region_code):
        raise Invalid("people.region_code", found=region_code)
    if timezone is not None and timezone not in ZONES:
        raise Invalid("people.timezone", found=timezone)
    if parent is not None and parent.depth + 1 > DEEPEST:
        raise Invalid("people.too_deep", most=DEEPEST)
    zone = timezone or (parent.timezone if parent else clock.DEFAULT_ZONE)
    unit = OrgUnit(
        parent_id=parent_id,
        kind=kind,
        name=name,
        code=code.upper() if code else None,
        region_code=region_code or (parent.region_code if parent else None),
        timezone=zone,
        path="",
        depth=parent.depth + 1 if parent else 0,
        valid_from=valid_from or clock.local_date(now, zone),
        valid_to=None,
    )
    if parent is not None:
        unit.agency_id = parent.agency_id
    _flush_new(unit)
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    if parent is None:
        unit.agency_id = unit.id
    db.session.flush()
    audit.record("people.unit_created", f"unit:{unit.id}", actor_id=actor_id, name=name, parent_id=parent_id)
    return unit.id


def update_unit(
    *,
    unit_id: int,
    name: str,
    kind: UnitKind,
    region_code: str | None,
    timezone: str | None,
    actor_id: int | None = None,
) -> bool:
    """Change what a unit is called and where it lies; True when anything changed. Empty region and zone keep the
    old ones. Names on certificates are frozen there and do not follow.
    """
    unit = _unit(unit_id)
    if (unit.parent_id is None) != (kind in AGENCY_KINDS):
        raise Invalid("people.root_not_agency" if unit.parent_id is None else "people.agency_below")
    wanted = {
        "name": name,
        "kind": kind,
        "region_code": region_code or unit.region_code,
        "timezone": timezone or unit.timezone,
    }
    changed = {key: value for key, value in wanted.items() if getattr(unit, key) != value}
    for key, value in changed.items():
        setattr(unit, key, value)
    if changed:
        audit.record("people.unit_changed", f"unit:{unit_id}", actor_id=actor_id, fields=sorted(changed))
    return bool(changed)


def move_unit(*, unit_id: int, parent_id: int, actor_id: int | None = None) -> bool:
    """Hang a unit with everything below it under another parent of the same agency; True when it moved.

    Published as UnitMoved, so that sums of the units above follow. Refuses: an agency itself, a parent inside the moved subtree (Conflict "people.unit_circle"), another agency.
    """
    unit, parent = _unit(unit_id), _unit(parent_id)
    if unit.parent_id == parent_id:
        return False
    if unit.parent_id is None or unit.agency_id != parent.agency_id:
        raise Invalid("people.other_agency")
    if is_inside(parent.path, unit.path):
        raise Conflict("people.unit_circle")
    old_path, new_path = unit.path, f"{parent.path}{unit.id}/"
    deeper = parent.depth + 1 - unit.depth
    lowest = db.session.scalar(select(func.max(OrgUnit.depth)).where(*_subtree(old_path))) or 0
    if lowest + deeper > DEEPEST:
        raise Invalid("people.too_deep", most=DEEPEST)
    unit.parent_id = parent_id
    db.session.flush()
    db.session.execute(
        update(OrgUnit)
        .where(*_subtree(old_path))
        .values(
            path=literal(new_path, String).concat(func.substr(OrgUnit.path, len(old_path) + 1)),
            depth=OrgUnit.depth + deeper,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    audit.record("people.unit_moved", f"unit:{unit_id}", actor_id=actor_id, parent_id=parent_id)
    events.publish(UnitMoved(unit_id, old_path, new_path))
    return True


def end_unit(*, unit_id: int, on: date, actor_id: int | None = None) -> None:
    """Close a unit from the day after `on`. Refuses while somebody sits there or a child is still open."""
    unit = _unit(unit_id)
    if unit.valid_to is not None:
        raise Conflict("people.unit_ended")
    seated = db.session.scalar(
        select(func.count())
        .select_from(Posting)
        .join(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .where(*_subtree(unit.path), (Posting.ends_on.is_(None)) | (Posting.ends_on > on))
    )
    if seated:
        raise Conflict("people.unit_occupied", count=seated)
    open_children = db.session.scalar(
        select(func.count())
        .select_from(OrgUnit)
        .where(OrgUnit.parent_id == unit_id, OrgUnit.valid_to.is_(None))
    )
    if open_children:
        raise Conflict("people.unit_has_children", count=open_children)
    if on < unit.valid_from:
        raise Invalid("people.end_before_start")
    unit.valid_to = on
    audit.record("people.unit_ended", f"unit:{unit_id}", actor_id=actor_id, on=on.isoformat())


def _subtree(path: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OrgUnit.path >= path, OrgUnit.path < range_end(path)


def _unit(unit_id: int) -> OrgUnit:
    unit = db.session.get(OrgUnit, unit_id)
    if unit is None:
        raise NotFound("people.unit_unknown")
    return unit


def _flush_new(unit: OrgUnit) -> None:
    db.session.add(unit)
    try:
        db.session.flush()
    except IntegrityError as error:
        if violated(error, "uq_org_unit_agency_id_code") or violated(error, "uq_org_unit_root_code"):
            raise Conflict("people.unit_code_taken", found=unit.code or "") from error
        raise
