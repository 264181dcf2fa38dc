"""Training history by the interface: records to enter into the national system, and the queue with receipts."""

from __future__ import annotations

from typing import Any

from certificates import codes, queries
from certificates.api.certificate_routes import PAGING, after_cursor, next_cursor
from certificates.api.gate import Asked, Outcome, operation
from certificates.api.operations import Body, Budget, Operation, Parameter, Place, Reply
from certificates.api.schemas import PUBLIC_ID, ref
from certificates.api.scopes import Scope
from certificates.history import queries as history
from certificates.history import services
from certificates.history.records import COLUMNS, cells, record_of
from certificates.history.registries import registry
from certificates.queries import SEEING
from learning.kernel.errors import NotFound
from learning.people.scope import visible_people


@operation(
    Operation(
        id="list_training_history",
        method="GET",
        path="/training-history",
        scope=Scope.TRAINING_HISTORY_READ,
        summary="Courses of your agency's people as records for the national system",
        text="Valid and expired certificates; what was revoked or superseded is left out, so a page may hold fewer than `limit`.",
        parameters=PAGING,
        reply=Reply("One page.", ref("TrainingPage")),
        problems=("cursor-invalid",),
        tag="Training history",
    )
)
def list_training_history(asked: Asked) -> Outcome:
    """One page of records; every person on it can see that."""
    limit: int = asked.values["limit"]
    people = visible_people(
        asked.caller.principal, *SEEING, on=asked.caller.today(asked.now), with_former=True
    )
    rows = queries.certificates_after(
        people, after=after_cursor(asked, "history"), limit=limit + 1, changed_since=None, now=asked.now
    )
    counting = [row for row in rows[:limit] if row.status.state in history.COUNTING]
    body = {
        "items": [dict(zip(COLUMNS, cells(record_of(row.payload)), strict=True)) for row in counting],
        "next": next_cursor(asked, "history", rows[limit - 1].id) if len(rows) > limit else None,
    }
    return Outcome(body, looks=[row.person_id for row in counting])


@operation(
    Operation(
        id="submit_training_history",
        method="POST",
        path="/training-history/submissions",
        scope=Scope.TRAINING_HISTORY_SUBMIT,
        summary="Put certificates into the queue to the national system",
        text=(
            "Each certificate is handed over once and gets a receipt. Of this installation the queue makes a file for the"
            " agency to upload; the national system itself is not connected."
        ),
        body=Body("The verification codes.", ref("SubmissionQuestion")),
        reply=Reply("The batch, or null when nothing was left to queue.", ref("SubmissionAnswer")),
        problems=(
            "json-invalid",
            "too-large",
            "media-type",
            "conflict",
            "key-form",
            "key-reused",
            "key-in-progress",
        ),
        budget=Budget.BULK,
        keeps=True,
        tag="Training history",
    )
)
def submit_training_history(asked: Asked) -> Outcome:
    """Queue what is one's own, counts and is not queued yet; say of the rest why not."""
    caller = asked.caller
    wanted = list(dict.fromkeys(codes.fold(code) for code in asked.body["codes"]))
    people = visible_people(caller.principal, *SEEING, on=caller.today(asked.now), with_former=True)
    found = queries.certificates_by_codes(wanted, now=asked.now, people=people)
    held = history.queued_among(registry().name, [row.id for row in found.values()])
    ids: list[int] = []
    skipped: list[dict[str, str]] = []
    for code in wanted:
        row = found.get(code)
        if row is None:
            skipped.append({"code": code, "problem": "certificate.unknown"})
        elif row.status.state not in history.COUNTING:
            skipped.append({"code": code, "problem": "certificate.does_not_count"})
        elif row.id in held:
            skipped.append({"code": code, "problem": "certificate.queued_already"})
        else:
            ids.append(row.id)

    def act() -> dict[str, Any]:
        batch = (
            services.queue(
                agency_id=caller.agency_id,
                destination=registry().name,
                certificate_ids=ids,
                purpose=f"{caller.name}: {caller.purpose}",
                made_by=caller.made_by,
                now=asked.now,
            )
            if ids
            else None
        )
        return {"id": batch, "queued": len(ids), "skipped": skipped}

    return Outcome(act=act)


@operation(
    Operation(
        id="get_submission",
        method="GET",
        path="/training-history/submissions/{public_id}",
        scope=Scope.TRAINING_HISTORY_SUBMIT,
        summary="A batch and the receipts for its certificates",
        text="Ask again while the state is WAITING or FAILED (it is tried again by itself).",
        parameters=(Parameter("public_id", Place.PATH, PUBLIC_ID, "`id` of the batch.", required=True),),
        reply=Reply("The batch.", ref("Submission")),
        problems=("submission-unknown",),
        tag="Training history",
    )
)
def get_submission(asked: Asked) -> Outcome:
    """One batch of the caller's agency."""
    public_id: str = asked.values["public_id"]
    batches = history.batches([asked.caller.agency_id], public_id=public_id)
    if not batches:
        raise NotFound("api.submission_unknown")
    batch = batches[0]
    body = {
        "id": batch.public_id,
        "state": str(batch.state),
        "destination": batch.destination,
        "made_at": batch.made_at.isoformat(),
        "handed_over_at": batch.handed_over_at.isoformat() if batch.handed_over_at else None,
        "lines": [
            {"certificate": line.certificate, "receipt": line.receipt} for line in history.lines_of(public_id)
        ],
    }
    return Outcome(body)
