"""Reads of bulk checks and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from certificates import codes
from certificates.promotion import checklines, receipts
from certificates.promotion.checklines import CheckLine
from certificates.promotion.models import PromotionRule
from certificates.promotion.queries import SEEING, rule_by_id
from certificates.promotion.receipt_models import CheckPart, CheckState, EligibilityCheck, Receipt
from certificates.promotion.receipts import ReceiptPayload
from certificates.promotion.rules import Rule
from learning.kernel.access import Principal, Role
from learning.kernel.db import db
from learning.people.models import OrgUnit
from learning.people.tree import ancestors, range_end

PAGE = 50


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A bulk check without its list and its answers."""

    id: int
    public_id: str
    state: CheckState
    filename: str
    rule: Rule
    as_of: date
    known_at: datetime
    scope_path: str
    made_by: int | None
    made_at: datetime
    again_of: int | None
    problem: dict[str, Any] | None
    job_id: int | None


def scope_of(principal: Principal) -> str:
    """The narrowest unit path that holds everything somebody looks after as HR or admin; "/" for everything."""
    paths = []
    for grant in principal.grants_for(*SEEING):
        if grant.unit_path is not None:
            paths.append(ancestors(grant.unit_path))
        elif grant.role is Role.ADMIN:
            return "/"
    common: list[int] = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/" + "".join(f"{step}/" for step in common)


def agency_name(scope_path: str) -> str:
    """The agency a scope lies in; "" for everything."""
    steps = ancestors(scope_path)
    return (db.session.scalar(select(OrgUnit.name).where(OrgUnit.id == steps[0])) or "") if steps else ""


def visible_check(principal: Principal, public_id: str) -> CheckRow | None:
    """A check by its address, for whoever looks after everybody whom its maker looked after."""
    row = db.session.scalar(
        select(EligibilityCheck).where(EligibilityCheck.public_id == public_id, _within(principal))
    )
    return _row(row) if row is not None else None


def earlier_checks(principal: Principal, limit: int = 10) -> list[CheckRow]:
    """The last checks within reach, the newest first."""
    rows = db.session.scalars(
        select(EligibilityCheck).where(_within(principal)).order_by(EligibilityCheck.id.desc()).limit(limit)
    )
    return [_row(row) for row in rows]


def check_by_id(check_id: int) -> CheckRow | None:
    """A check by its id, for background work."""
    row = db.session.get(EligibilityCheck, check_id)
    return _row(row) if row is not None else None


def content_of(check_id: int) -> bytes:
    """The list as it came, b"" once it was answered."""
    return db.session.scalar(select(EligibilityCheck.content).where(EligibilityCheck.id == check_id)) or b""


def parts_kept(check_id: int) -> int:
    """How many parts are answered; they are kept in order without gaps."""
    return (
        db.session.scalar(select(func.count()).select_from(CheckPart).where(CheckPart.check_id == check_id))
        or 0
    )


def lines_kept(check_id: int) -> int:
    """How many lines are answered."""
    total = db.session.scalar(select(func.sum(CheckPart.lines)).where(CheckPart.check_id == check_id))
    return int(total or 0)


def lines_of(check_id: int) -> Iterator[CheckLine]:
    """Every answer in the order of the list, a part at a time."""
    for content in _contents(check_id):
        yield from checklines.unpack(content)


def cells_of(check_id: int) -> Iterator[list[list[str]]]:
    """The cells of every answer in the order of the list, a part at a time."""
    for content in _contents(check_id):
        yield list(checklines.unpack_cells(content))


def _contents(check_id: int) -> Iterator[bytes]:
    for number in range(parts_kept(check_id)):
        content = db.session.scalar(
            select(CheckPart.content).where(CheckPart.check_id == check_id, CheckPart.number == number)
        )
        if content is not None:
            yield content


def page_of(
    check_id: int, *, wanted: str = "", after: int = 0
) -> tuple[list[tuple[int, CheckLine]], int | None]:
    """The next lines with their place in the list, from 1, beyond place `after`, and where the rest begins.

    `wanted` is an outcome, or CHANGED for those that a repetition answered differently. Parts without any are skipped.
    """
    found: list[tuple[int, CheckLine]] = []
    place = 0
    parts = db.session.execute(
        select(CheckPart.number, CheckPart.lines, CheckPart.counts)
        .where(CheckPart.check_id == check_id)
        .order_by(CheckPart.number)
    ).all()
    for number, count, counts in parts:
        if place + count > after and (not wanted or counts.get(wanted)):
            content = db.session.get_one(CheckPart, (check_id, number)).content
            for at, line in enumerate(checklines.unpack(content), place + 1):
                if at <= after or not _is(line, wanted):
                    continue
                if len(found) == PAGE:
                    return found, found[-1][0]
                found.append((at, line))
        place += count
    return found, None


def receipt_of(check_id: int) -> ReceiptPayload | None:
    """The receipt of a finished check."""
    return _receipt(Receipt.check_id == check_id)


def receipt_by_code(code: str) -> ReceiptPayload | None:
    """A receipt by its whole code, for the public page."""
    return _receipt(Receipt.code == code)


def digest_so_far(check: CheckRow) -> Any:
    """The fingerprint over the answers that are kept by now; more lines may follow."""
    digest = checklines.start_for(check.rule, check.as_of, receipts.moment(check.known_at))
    for rows in cells_of(check.id):
        for cells in rows:
            checklines.digest_line(digest, cells)
    return digest


def _is(line: CheckLine, wanted: str) -> bool:
    if wanted == "CHANGED":
        return bool(line.before) and line.before != line.outcome
    return not wanted or line.outcome == wanted


def _receipt(condition: ColumnElement[bool]) -> ReceiptPayload | None:
    found = db.session.execute(
        select(Receipt, PromotionRule)
        .join(PromotionRule, PromotionRule.id == Receipt.rule_id)
        .where(condition)
    ).first()
    if found is None:
        return None
    row, rule = found
    return ReceiptPayload(
        row.number,
        row.code,
        row.agency_name,
        rule.key,
        str(rule.body["judul"]),
        rule.version,
        rule.body_hash,
        row.as_of,
        row.known_at,
        row.made_at,
        row.lines,
        dict(row.counts),
        row.form,
        row.result_hash,
        f"{current_app.config['NETRA'].base_url}/verifikasi/tanda-terima/{codes.display(row.code)}",
    )


def _within(principal: Principal) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    for grant in principal.grants_for(*SEEING):
        if grant.unit_path is not None:
            path = EligibilityCheck.scope_path
            conditions.append(and_(path >= grant.unit_path, path < range_end(grant.unit_path)))
        elif grant.role is Role.ADMIN:
            return true()
    return or_(*conditions) if conditions else EligibilityCheck.id.is_(None)


def _row(row: EligibilityCheck) -> CheckRow:
    return CheckRow(
        row.id,
        row.public_id,
        row.state,
        row.filename,
        rule_by_id(row.rule_id),
        row.as_of,
        row.known_at,
        row.scope_path,
        row.made_by,
        row.made_at,
        row.again_of,
        row.problem,
        row.job_id,
    )
