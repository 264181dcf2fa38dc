"""What the home page says about one's own eligibility. `app.py` wires it to its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from certificates import rule_texts
from certificates.periods import next_period
from certificates.routes.listing import own_groups
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.panels import Panel


def home_eligibility(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.aside": one's own verdicts for the next promotion period; nothing where no rule asks for anything."""
    as_of = next_period(clock.local_date(now, principal.timezone))
    groups = own_groups(principal, as_of, now)
    if not groups:
        return None
    return Panel(
        "certificates/panel_eligibility.html", {"groups": groups, "as_of": as_of, "words": rule_texts}
    )
