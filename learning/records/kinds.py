"""Closed lists of this package that rules and tables share. Stored by value; labels in `texts.py`."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What is elected where. A by-election has candidates of its own; a re-vote repeats a vote that a court annulled."""

    NATIONAL = "NATIONAL"
    REGIONAL = "REGIONAL"
    BY_ELECTION = "BY_ELECTION"
    RE_VOTE = "RE_VOTE"


class ChangeCause(StrEnum):
    """Why the days of a stage are what they are: shipped with Netra, entered by an admin, or followed from another."""

    SHIPPED = "SHIPPED"
    ENTERED = "ENTERED"
    FOLLOWED = "FOLLOWED"


class OutageKind(StrEnum):
    """What could not be done. Each of them keeps people from passing, so each gives the same."""

    EVERYTHING = "EVERYTHING"
    SIGN_IN = "SIGN_IN"
    LESSONS = "LESSONS"
    QUIZ = "QUIZ"
