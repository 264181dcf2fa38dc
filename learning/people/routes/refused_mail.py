"""Addresses that take no mail, for the admin who can mend them."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from learning.kernel import access, audit, clock
from learning.kernel.access import Role
from learning.kernel.refusals import RefusalReason
from learning.kernel.transaction import write
from learning.people import refused_mail as listing
from learning.people import texts
from learning.people.routes.blueprint import bp, page_number, page_range


@bp.get("/admin/surel-ditolak", endpoint="refused_mail")
@access.role(Role.ADMIN)
def refused_mail() -> Any:
    """Who no letter reaches, since when, why, and what to do."""
    who = access.principal()
    asked, page, on = _asked(), page_number(), clock.local_date(clock.now(), who.timezone)
    found = listing.rows(who, on=on, page=page, **asked)
    return render_template(
        "people/admin_surel_ditolak.html",
        rows=found,
        asked=asked,
        pages=page_range(page, len(found), listing.count(who, on=on, **asked)),
        texts=texts,
    )


@bp.get("/admin/surel-ditolak/unduh", endpoint="refused_mail_sheet")
@access.role(Role.ADMIN)
def refused_mail_sheet() -> Response:
    """The same list as a spreadsheet file; that it was taken out is noted in the audit log."""
    who, asked, now = access.principal(), _asked(), clock.now()
    found = listing.rows(who, on=clock.local_date(now, who.timezone), **asked)

    def note() -> None:
        audit.record("people.refused_mail_exported", "mail", actor_id=who.person_id, people=len(found))

    write(note)
    return Response(
        listing.sheet(found, who.timezone),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="netra-surel-ditolak.csv"',
            "Cache-Control": "no-store",
        },
    )


def _asked() -> dict[str, Any]:
    reason = request.args.get("sebab", "")
    return {
        "text": request.args.get("q", "")[:120].replace("\x00", ""),
        "reason": RefusalReason(reason) if reason in {known.value for known in RefusalReason} else None,
    }
