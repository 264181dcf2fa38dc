"""The limits of a quiz: small rule objects, each handed the history and the time. Pure.

A rule answers `check(history, now)`: None when it does not stand in the way, or a `Reason` (a code for
`quizzes.texts` and its parameters). The same object describes itself for the start page, so what the page
promises and what the service enforces cannot drift apart. The service asks again inside the write section, and
the constraints of the database stand behind that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from quizzes.items import QuizSettings

GRACE = timedelta(seconds=5)
"""How long after the deadline an answer is still taken. An answer tapped in the last second needs its way over
a slow line; five seconds cover it and are too short to look anything up. The page shows the deadline itself."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not possible now. `code` is a text key; `params` fill the sentence."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """How a rule introduces itself on the start page."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt as the rules see it. `closed_at` is None while it is open."""

    number: int
    is_open: bool
    closed_at: datetime | None
    passed: bool


@dataclass(frozen=True, slots=True)
class History:
    """What a person has done in this enrolment so far.

    `knows_the_key`: too few questions are left whose key she never could read (`quizzes.own_exam`).
    """

    ended: bool
    started: bool
    steps_done: int
    steps_total: int
    attempts: tuple[PastAttempt, ...] = ()
    knows_the_key: bool = False

    @property
    def passed(self) -> bool:
        """Whether any attempt was passed."""
        return any(attempt.passed for attempt in self.attempts)

    @property
    def last_number(self) -> int:
        """Number of the latest attempt, 0 before the first."""
        return max((attempt.number for attempt in self.attempts), default=0)


class Rule(Protocol):
    """What a limit can do."""

    def check(self, history: History, now: datetime) -> Reason | None:
        """None when this rule lets an attempt start now, else why not."""

    def describe(self) -> Description | None:
        """The sentence for the start page; None for a rule that goes without saying."""


@dataclass(frozen=True, slots=True)
class EnrolmentEnded:
    """An ended enrolment takes no more attempts: its result stands."""

    def check(self, history: History, now: datetime) -> Reason | None:
        return Reason("quiz.enrolment_ended") if history.ended else None

    def describe(self) -> Description | None:
        return None


@dataclass(frozen=True, slots=True)
class AlreadyPassed:
    """Whoever passed has passed; another attempt could only harm."""

    def check(self, history: History, now: datetime) -> Reason | None:
        return Reason("quiz.already_passed") if history.passed else None

    def describe(self) -> Description | None:
        return None


@dataclass(frozen=True, slots=True)
class OneOpenAttempt:
    """One attempt at a time; it can be continued on any device."""

    def check(self, history: History, now: datetime) -> Reason | None:
        open_now = next((attempt for attempt in history.attempts if attempt.is_open), None)
        return Reason("quiz.attempt_open", {"number": open_now.number}) if open_now else None

    def describe(self) -> Description | None:
        return Description("rule.one_open")


@dataclass(frozen=True, slots=True)
class QuestionsOfOthers:
    """Whoever holds or held the course is asked only what she could not read: said before she studies for nothing."""

    def check(self, history: History, now: datetime) -> Reason | None:
        return Reason("quiz.knows_the_key") if history.knows_the_key else None

    def describe(self) -> Description | None:
        return None


@dataclass(frozen=True, slots=True)
class AllModulesDone:
    """The quiz opens when every module is read and every dilemma decided."""

    def check(self, history: History, now: datetime) -> Reason | None:
        if not history.started or history.steps_done < history.steps_total:
            left = max(0, history.steps_total - history.steps_done)
            return Reason("quiz.modules_left", {"left": left})
        return None

    def describe(self) -> Description | None:
        return Description("rule.modules")


@dataclass(frozen=True, slots=True)
class NumberOfAttempts:
    """So many attempts per enrolment."""

    most: int

    def check(self, history: History, now: datetime) -> Reason | None:
        return (
            Reason("quiz.attempts_used_up", {"most": self.most}) if history.last_number >= self.most else None
        )

    def describe(self) -> Description | None:
        return Description("rule.attempts", {"most": self.most})


@dataclass(frozen=True, slots=True)
class CoolDown:
    """So many minutes between the end of one attempt and the start of the next."""

    minutes: int

    def opens_at(self, history: History) -> datetime | None:
        """When the next attempt may start; None when nothing has to be waited for."""
        closed = [attempt.closed_at for attempt in history.attempts if attempt.closed_at]
        return max(closed) + timedelta(minutes=self.minutes) if closed and self.minutes else None

    def check(self, history: History, now: datetime) -> Reason | None:
        opens_at = self.opens_at(history)
        return Reason("quiz.cooldown", {"opens_at": opens_at}) if opens_at and now < opens_at else None

    def describe(self) -> Description | None:
        return Description("rule.cooldown", {"minutes": self.minutes}) if self.minutes else None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """So many minutes per attempt, on the clock of the server."""

    minutes: int

    def deadline(self, started_at: datetime) -> datetime:
        """The last moment for answers; frozen into the attempt when it starts."""
        return started_at + timedelta(minutes=self.minutes)

    def check(self, history: History, now: datetime) -> Reason | None:
        return None  # no attempt is ever refused for its time; answers are, see `is_late`

    def describe(self) -> Description | None:
        return Description("rule.time", {"minutes": self.minutes})


def is_late(deadline_at: datetime, now: datetime) -> bool:
    """Whether an answer arriving now is too late: after the deadline and `GRACE`."""
    return now > deadline_at + GRACE


def rules_for(settings: QuizSettings) -> tuple[Rule, ...]:
    """The rules of a quiz in the order in which their reasons matter to the reader."""
    return (
        AlreadyPassed(),
        EnrolmentEnded(),
        OneOpenAttempt(),
        QuestionsOfOthers(),
        AllModulesDone(),
        NumberOfAttempts(settings.attempts),
        CoolDown(settings.cooldown_minutes),
        TimeLimit(settings.minutes),
    )


def first_refusal(rules: Iterable[Rule], history: History, now: datetime) -> Reason | None:
    """The first reason why no attempt may start now, None when one may."""
    return next((reason for rule in rules if (reason := rule.check(history, now))), None)


def descriptions(rules: Iterable[Rule]) -> tuple[Description, ...]:
    """What the start page says about the rules."""
    return tuple(text for rule in rules if (text := rule.describe()))


def review_released(attempts: Sequence[PastAttempt], most: int) -> bool:
    """Whether key and explanations may leave the server: nothing is open, and it was passed or no attempt is left.

    Before that they would be the answers of the next attempt, which draws from the same pools.
    """
    if not attempts or any(attempt.is_open for attempt in attempts):
        return False
    return any(attempt.passed for attempt in attempts) or max(a.number for a in attempts) >= most
