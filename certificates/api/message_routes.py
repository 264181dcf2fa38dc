"""Whom a message of a subscription speaks of: the messages themselves name nobody."""

from __future__ import annotations

from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import Operation, Parameter, Place, Reply
from certificates.api.schemas import PUBLIC_ID, ref
from certificates.api.scopes import Scope
from certificates.hooks import queries
from learning.kernel.errors import NotFound


@operation(
    Operation(
        id="get_message_subject",
        method="GET",
        path="/webhook-messages/{id}",
        scope=Scope.ELIGIBILITY_READ,
        summary="Whom a message speaks of",
        text=(
            "Messages about seats and exemptions carry this address instead of the person. Messages to other agencies and"
            " messages about nobody are not found."
        ),
        parameters=(Parameter("id", Place.PATH, PUBLIC_ID, "`webhook-id` of the message.", required=True),),
        reply=Reply("The person's number.", ref("MessageSubject")),
        problems=("message-unknown",),
        tag="Messages",
    )
)
def get_message_subject(asked: Asked) -> Outcome:
    """The number behind a message to the caller's agency; the person can see that it was asked for."""
    found = queries.subject_of(asked.values["id"], agency_id=asked.caller.agency_id)
    if found is None:
        raise NotFound("api.message_unknown")
    body = {
        "id": found.public_id,
        "type": str(found.kind),
        "timestamp": found.created_at.isoformat(),
        "nip": found.employee_number,
    }
    return Outcome(body, looks=[found.person_id])
