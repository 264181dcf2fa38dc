"""Who went from one agency to another, for the admins of both."""

from __future__ import annotations

from flask import render_template

from learning.kernel import access
from learning.kernel.access import Role
from learning.people import transfer_queries
from learning.people.routes.blueprint import bp, page_number, page_range


@bp.get("/admin/perpindahan", endpoint="transfers")
@access.role(Role.ADMIN)
def transfers() -> str:
    """The list behind the notice on the home page."""
    page = page_number()
    rows, total = transfer_queries.visible_transfers(access.principal(), page=page)
    return render_template(
        "people/admin_perpindahan.html", rows=rows, pages=page_range(page, len(rows), total)
    )
