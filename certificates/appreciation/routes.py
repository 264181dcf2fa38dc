"""The letters of appreciation of a unit and of those below it, for whoever looks after it."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from flask import Blueprint, current_app, make_response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from certificates.appreciation.models import AppreciationLetter
from certificates.appreciation.payload import LetterPayload, file_name, from_json
from certificates.letterheads import emblem_content
from certificates.rendering import RenderingFailed, drawn_once, renderer
from certificates.signing.backend import Sealed
from learning.kernel import access
from learning.kernel.access import Role
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.errors import NotFound
from learning.records import rates
from learning.records.honours import queries
from learning.records.honours.models import UnitHonour

bp = Blueprint("appreciation", __name__)
SEEING = (Role.SUPERVISOR, Role.HR, Role.ADMIN)


@bp.get("/unit/<int:unit_id>/penghargaan")
@access.role(*SEEING)
def letters(unit_id: int) -> str:
    """What a unit and those below it have earned, each with its letter."""
    who = access.principal()
    unit = rates.unit_head(who, unit_id)
    if unit is None:
        raise NotFound
    rows = queries.within(who, unit.path)
    return render_template("certificates/appreciation.html", unit=unit, rows=rows, most=queries.SHOWN)


@bp.get("/penghargaan/<uuid:public_id>.pdf")
@access.role(*SEEING)
def letter(public_id: uuid.UUID) -> Any:
    """The letter to be printed and signed. NotFound for a unit that one does not look after."""
    row = db.session.execute(
        select(AppreciationLetter)
        .join(UnitHonour, UnitHonour.id == AppreciationLetter.honour_id)
        .where(UnitHonour.public_id == public_id, queries.visible_honours(access.principal()))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    payload, template = from_json(row.payload), row.template
    logo = emblem_content(payload.issuer.logo)
    db.session.rollback()
    try:
        content = drawn(payload, template, logo, current_app.config["NETRA"])
    except RenderingFailed:
        current_app.logger.exception("a letter of appreciation could not be drawn")
        response = make_response(render_template("certificates/appreciation_failed.html"), 503)
        response.headers["Retry-After"] = "60"
        return response
    return _file(payload, content)


def drawn(payload: LetterPayload, template: str, logo: bytes, settings: Settings) -> bytes:
    """The PDF, from the cache folder or drawn now: equal payloads give equal bytes. Raises RenderingFailed."""
    digest = hashlib.sha256(payload.file).hexdigest()
    name = f"{digest}{'-contoh' if settings.demo else ''}.pdf"
    return drawn_once(
        settings.instance / "certificates" / template / digest[:2] / name,
        lambda: renderer().render(
            payload.to_json(), template=template, sample=settings.demo, logo=logo, sealed=Sealed.NOTHING
        ),
    )


def _file(payload: LetterPayload, content: bytes) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(payload.number)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.set_etag(hashlib.sha256(content).hexdigest())
    return response.make_conditional(request)
