"""Use cases that write the paper of receipts: what it says, frozen; the signed file, kept. None of them commits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certificates import codes, letterheads, papers
from certificates.composing import default_issuer
from certificates.payload import Issuer
from certificates.promotion.models import PromotionRule
from certificates.promotion.receipt_models import EligibilityCheck, Receipt
from certificates.receipts.models import ReceiptDocument, ReceiptPaper
from certificates.receipts.payload import (
    FILE_FORM,
    PaperPayload,
    ReceiptKind,
    RuleFacts,
    certificates_number,
)
from certificates.rendering import Paper, renderer_version
from certificates.verification.models import VerificationReceipt
from learning.kernel import audit, clock, jobs
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.transaction import violated
from learning.people import queries as people
from learning.people.tree import ancestors

TEMPLATE = "receipt1"
MAKE = "certificates.receipt_paper"
HOUSE = "Netra"
VISITOR = "Pengunjung tanpa akun"
OPERATOR = "Pengelola sistem Netra"
_HOUSE_ZONE = "Asia/Jakarta"


def freeze_eligibility(*, receipt_id: int, now: datetime) -> int:
    """Freeze what the paper of an eligibility receipt says; the paper's id. Twice is once."""
    known = select(ReceiptPaper.id).where(ReceiptPaper.eligibility_receipt_id == receipt_id)
    found = db.session.scalar(known)
    if found is not None:
        return found
    receipt = db.session.get_one(Receipt, receipt_id)
    check = db.session.get_one(EligibilityCheck, receipt.check_id)
    rule = db.session.get_one(PromotionRule, receipt.rule_id)
    steps = ancestors(check.scope_path)
    issuer, zone = _issuer(steps[0] if steps else None, receipt.made_at)
    url = _address(receipt.code)
    payload = PaperPayload(
        kind=ReceiptKind.ELIGIBILITY,
        number=receipt.number,
        code=receipt.code,
        agency=receipt.agency_name,
        ordered_by=_office(check.made_by, check.made_at) if check.made_by is not None else OPERATOR,
        timezone=zone,
        rule=RuleFacts(
            rule.key,
            str(rule.body["judul"]),
            rule.version,
            str(rule.body.get("dasar") or ""),
            rule.body_hash,
        ),
        as_of=receipt.as_of.isoformat(),
        known_at=_moment(receipt.known_at),
        made_at=_moment(receipt.made_at),
        total=receipt.lines,
        counts=dict(receipt.counts),
        form=receipt.form,
        result_hash=receipt.result_hash,
        issuer=issuer,
        verify_url=url,
        qr_text=url.upper(),
    )
    return _freeze(payload, now, eligibility_receipt_id=receipt_id)


def freeze_certificates(*, receipt_id: int, now: datetime) -> int:
    """Freeze what the paper of a receipt for a list of certificates says; the paper's id. Twice is once."""
    known = select(ReceiptPaper.id).where(ReceiptPaper.verification_receipt_id == receipt_id)
    found = db.session.scalar(known)
    if found is not None:
        return found
    row = db.session.get_one(VerificationReceipt, receipt_id)
    told = row.payload
    posting = (
        people.posting_on(row.maker_id, clock.local_date(row.made_at)) if row.maker_id is not None else None
    )
    issuer, zone = _issuer(posting.agency_id if posting else None, row.made_at)
    url = _address(row.code)
    payload = PaperPayload(
        kind=ReceiptKind.CERTIFICATES,
        number=certificates_number(row.id, row.made_at.year),
        code=row.code,
        agency=str(told["maker"]),
        ordered_by=_office(row.maker_id, row.made_at) if row.maker_id is not None else VISITOR,
        timezone=zone,
        rule=None,
        as_of=None,
        known_at=_moment(row.made_at),
        made_at=_moment(row.made_at),
        total=int(told["total"]),
        counts=dict(told["counts"]),
        form=FILE_FORM,
        result_hash=str(told["result_hash"]),
        issuer=issuer,
        verify_url=url,
        qr_text=url.upper(),
    )
    return _freeze(payload, now, verification_receipt_id=receipt_id)


def freeze_earlier(*, code: str, now: datetime) -> int | None:
    """Freeze the paper of a receipt that was given before receipts had papers; its id, None for an unknown code."""
    receipt_id = db.session.scalar(select(Receipt.id).where(Receipt.code == code))
    if receipt_id is not None:
        return freeze_eligibility(receipt_id=receipt_id, now=now)
    receipt_id = db.session.scalar(select(VerificationReceipt.id).where(VerificationReceipt.code == code))
    return freeze_certificates(receipt_id=receipt_id, now=now) if receipt_id is not None else None


def keep(*, paper_id: int, paper: Paper, now: datetime) -> None:
    """Keep the signed file of a receipt. If one is kept already, that one stays."""
    if not paper.chain:
        raise ValueError("only signed paper is kept")
    known = select(ReceiptDocument.id).where(ReceiptDocument.paper_id == paper_id)
    if db.session.scalar(known) is not None:
        return
    sha256 = hashlib.sha256(paper.content).hexdigest()
    row = ReceiptDocument(
        paper_id=paper_id,
        sha256=sha256,
        size=len(paper.content),
        renderer=renderer_version(),
        signer_id=papers.signer_id(paper.chain, now),
        made_at=now,
        content=paper.content,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if not violated(error, "uq_receipt_document_paper_id"):
            raise
        return
    audit.record("certificate.receipt_paper_made", f"receipt_paper/{paper_id}", sha256=sha256)


def order(*, paper_id: int, now: datetime) -> int:
    """Have the file made in the background; repeated orders within a quarter of an hour are one. The job's id."""
    slot = int(now.timestamp()) // papers.ORDER_SECONDS
    return jobs.enqueue(MAKE, {"paper_id": paper_id}, key=f"{MAKE}/{paper_id}/{slot}")


def _freeze(payload: PaperPayload, now: datetime, **receipt: Any) -> int:
    row = ReceiptPaper(
        kind=payload.kind,
        number=payload.number,
        code=payload.code,
        template=TEMPLATE,
        payload=payload.to_json(),
        created_at=now,
        **receipt,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def _issuer(agency_id: int | None, at: datetime) -> tuple[Issuer, str]:
    """Head and look of the paper, and its time zone. Without a signatory: no official has agreed to sign receipts."""
    unit = people.unit_row(agency_id) if agency_id is not None else None
    if unit is None:
        issuer, zone = default_issuer(HOUSE), _HOUSE_ZONE
    else:
        zone = unit.timezone
        issuer, _pattern = letterheads.letterhead_on(unit.id, unit.name, clock.local_date(at, zone))
    return replace(issuer, signatory_office="", signatory_name="", signatory_number="", bilingual=False), zone


def _office(person_id: int, at: datetime) -> str:
    """Where somebody sat when they asked: the unit, not the person."""
    posting = people.posting_on(person_id, clock.local_date(at))
    if posting is None:
        return OPERATOR
    if posting.unit_name == posting.agency_name:
        return posting.agency_name
    return f"{posting.unit_name}, {posting.agency_name}"


def _address(code: str) -> str:
    settings: Settings = current_app.config["NETRA"]
    return f"{settings.base_url}/verifikasi/tanda-terima/{codes.display(code)}"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds")
