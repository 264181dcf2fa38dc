"""What this package shows on pages of packages above it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from learning.kernel.access import Principal, Role
from learning.kernel.panels import Panel
from learning.people import transfer_queries

TOLD_FOR = timedelta(days=14)


def home_transfers(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.notice": tells an agency's admin for two weeks who came from or went to another agency."""
    if Role.ADMIN not in principal.roles:
        return None
    came, went = transfer_queries.count_transfers(principal, since=now - TOLD_FOR)
    if not came + went:
        return None
    return Panel("people/panel_transfers.html", {"came": came, "went": went})
