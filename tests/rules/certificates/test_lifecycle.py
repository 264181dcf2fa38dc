"""Who may do what to a certificate, when a proposal is overdue, which reminder is due: cases as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from certificates.life.lifecycle import (
    Outcome,
    ProposalKind,
    Words,
    changes,
    is_open_to,
    is_overdue,
    refused_to_decide,
    words_from_json,
)
from certificates.life.notices import NoticeKind, reminder_due
from certificates.status import State

PROPOSER, HOLDER, OTHER = 1, 2, 3
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ProposalKind)
@pytest.mark.parametrize("state", State)
def test_only_what_stands_can_be_ended_or_corrected(kind: ProposalKind, state: State) -> None:
    allowed = {
        (ProposalKind.REVOCATION, State.VALID),
        (ProposalKind.REVOCATION, State.EXPIRED),
        (ProposalKind.CORRECTION, State.VALID),
    }
    assert is_open_to(kind, state) is ((kind, state) in allowed)


@pytest.mark.parametrize(
    ("outcome", "who", "refusal"),
    [
        (Outcome.CONFIRMED, OTHER, None),
        (Outcome.DECLINED, OTHER, None),
        (Outcome.WITHDRAWN, PROPOSER, None),
        (Outcome.CONFIRMED, PROPOSER, "certificates.second_person"),
        (Outcome.DECLINED, PROPOSER, "certificates.second_person"),
        (Outcome.WITHDRAWN, OTHER, "certificates.second_person"),
        (Outcome.CONFIRMED, HOLDER, "certificates.holder_takes_part"),
        (Outcome.DECLINED, HOLDER, "certificates.holder_takes_part"),
        (Outcome.WITHDRAWN, HOLDER, "certificates.holder_takes_part"),
    ],
)
def test_two_people_decide_and_the_holder_is_neither(outcome: Outcome, who: int, refusal: str | None) -> None:
    assert refused_to_decide(outcome, proposed_by=PROPOSER, holder_id=HOLDER, decided_by=who) == refusal


def test_a_proposal_is_overdue_after_seven_days_and_not_on_the_seventh() -> None:
    assert not is_overdue(NOW, NOW + timedelta(days=7))
    assert is_overdue(NOW, NOW + timedelta(days=7, milliseconds=1))


def test_changes_name_what_differs_and_nothing_else() -> None:
    old = Words("Wening", "1" * 18, "Guru", "SMP", "Kabupaten")
    new = Words("Wening, S.Pd.", "1" * 18, "", "SMP", "Kabupaten")
    assert [(one.field, one.old, one.new) for one in changes(old, new)] == [
        ("holder_name", "Wening", "Wening, S.Pd."),
        ("position_title", "Guru", ""),
    ]
    assert changes(old, old) == ()
    assert words_from_json(new.to_json()) == new


E90, E30, E7 = NoticeKind.EXPIRES_90, NoticeKind.EXPIRES_30, NoticeKind.EXPIRES_7
LAST = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("before", "told", "due"),
    [
        (91, (), None),
        (90, (), E90),
        (89, (E90,), None),
        (31, (), E90),
        (30, (E90,), E30),
        (30, (), E30),
        (8, (E90, E30), None),
        (7, (E90, E30), E7),
        (0, (), E7),
        (0, (E7,), None),
        # A nearer one was sent first, after a pause of the worker: the farther ones are over.
        (5, (E7,), None),
        (-1, (), None),
    ],
)
def test_the_nearest_reminder_that_has_begun_is_sent_once(
    before: int, told: tuple[NoticeKind, ...], due: NoticeKind | None
) -> None:
    assert reminder_due(LAST, LAST - timedelta(days=before), told) is due
