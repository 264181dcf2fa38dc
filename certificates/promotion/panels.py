"""Somebody's own verdicts ahead, in words: on the home page and on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certificates.promotion import listing
from certificates.promotion import texts as rule_texts
from certificates.promotion.eligibility import Outcome, Verdict
from certificates.promotion.periods import next_period
from learning.kernel import clock
from learning.kernel.access import Principal
from learning.kernel.panels import Panel


@dataclass(frozen=True, slots=True)
class Own:
    """Verdicts with the same reasons: one sentence for all rules that give it."""

    titles: tuple[str, ...]
    verdict: Verdict
    sentences: tuple[str, ...]


def groups(who: Principal, as_of: date, now: datetime) -> list[Own]:
    """One's own verdicts for a day, those with the same reasons together; what is missing first."""
    verdicts = listing.own_verdicts(who.person_id, agency_id=who.agency_id, as_of=as_of, now=now)
    alike: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in verdicts:
        told = tuple(rule_texts.sentence(reason, as_of) for reason in (*verdict.reasons, *verdict.notes))
        alike.setdefault((str(verdict.outcome), *told), []).append(verdict)
    order = (Outcome.NOT_YET, Outcome.UNDETERMINED, Outcome.ELIGIBLE)
    return sorted(
        (
            Own(tuple(one.rule.title for one in same), same[0], told[1:])
            for told, same in alike.items()
        ),
        key=lambda own: order.index(own.verdict.outcome),
    )  # fmt: skip


def home_eligibility(*, principal: Principal, now: datetime, **_more: Any) -> Panel | None:
    """Place "home.aside": one's own verdicts for the next promotion period; nothing where no rule asks for anything."""
    as_of = next_period(clock.local_date(now, principal.timezone))
    found = groups(principal, as_of, now)
    if not found:
        return None
    return Panel(
        "certificates/panel_eligibility.html", {"groups": found, "as_of": as_of, "words": rule_texts}
    )
