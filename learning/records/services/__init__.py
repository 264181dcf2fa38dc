"""Use cases that write, by theme. They take plain values and `now`, and never commit.

Every change of an enrolment's status or unit changes the unit counts in the same commit (`counting.py`), so the counts
always equal the persons behind them.
"""

from __future__ import annotations

from learning.records.services.assigning import Assigned, Terms, assign, end_assignment
from learning.records.services.audiences import keep_list
from learning.records.services.crowds import people_seated, people_unseated, seats_changed
from learning.records.services.elections import create_event, last_change, plan, set_stage
from learning.records.services.enrolling import complete, enrol, mark_step, repin, start
from learning.records.services.folding import fold, unit_moved
from learning.records.services.following import (
    course_completed,
    person_joined,
    person_left,
    person_moved,
    renew,
    seat_changed,
    settle,
)
from learning.records.services.outages import approve_outage, decline_outage, propose_outage
from learning.records.services.reconciling import repair
from learning.records.services.relieving import (
    approve_relief,
    decline_relief,
    follow,
    propose_ending,
    propose_relief,
    run_out,
)
from learning.records.services.shipping import Shipped, ship

__all__ = [
    "Assigned",
    "Shipped",
    "Terms",
    "approve_outage",
    "approve_relief",
    "assign",
    "complete",
    "course_completed",
    "create_event",
    "decline_outage",
    "decline_relief",
    "end_assignment",
    "enrol",
    "fold",
    "follow",
    "keep_list",
    "last_change",
    "mark_step",
    "people_seated",
    "people_unseated",
    "person_joined",
    "person_left",
    "person_moved",
    "plan",
    "propose_ending",
    "propose_outage",
    "propose_relief",
    "renew",
    "repair",
    "repin",
    "run_out",
    "seat_changed",
    "seats_changed",
    "set_stage",
    "settle",
    "ship",
    "start",
    "unit_moved",
]
