"""What the caller's token is good for."""

from __future__ import annotations

from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import Operation, Reply
from certificates.api.schemas import ref


@operation(
    Operation(
        id="get_token",
        method="GET",
        path="/token",
        scope=None,
        summary="What this token is good for",
        text="A first call to see that everything is set up, and a way to notice in time that a token ends.",
        reply=Reply("The token of this request.", ref("Token")),
        tag="Token",
    )
)
def get_token(asked: Asked) -> Outcome:
    """The token of the request, without its secret."""
    caller = asked.caller
    return Outcome(
        {
            "name": caller.name,
            "purpose": caller.purpose,
            "agency": caller.agency_name,
            "scopes": sorted(str(scope) for scope in caller.scopes),
            "expires_at": caller.expires_at.isoformat(),
        }
    )
