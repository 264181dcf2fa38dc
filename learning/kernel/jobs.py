"""Background work: our own `job` table is the truth, huey only carries ids to a worker.

The row commits with the change it belongs to; its id is sent afterwards. A worker claims the row by a lease, keeps the
lease alive while it works, and finishes with a fence on the attempt number, so that a worker that was thought dead
cannot overwrite its successor. A sweep sends again what was lost. Tasks carry ids only and are idempotent: they may
run twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, and_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel import clock
from learning.kernel.db import CanonicalJson, Model, db, enum_column
from learning.kernel.transaction import after_commit, write

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Task = Callable[[dict[str, Any], Progress], dict[str, Any] | None]

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8


class JobState(StrEnum):
    """Waiting, being worked on, finished, or given up."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Job(Model):
    """One piece of background work. `key` makes queueing idempotent; `fence` counts claims."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key", name="uq_job_key"),
        Index("ix_job_state_run_at", "state", "run_at"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    state: Mapped[JobState] = mapped_column(enum_column(JobState))
    fence: Mapped[int]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    progress_done: Mapped[int]
    progress_total: Mapped[int]
    result: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    error: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class JobView:
    """What a page may show of a job."""

    id: int
    name: str
    state: JobState
    progress_done: int
    progress_total: int
    result: dict[str, Any] | None
    error: str | None
    created_by: int | None


_tasks: dict[str, Task] = {}
_recurring: dict[str, int] = {}


def task(name: str) -> Callable[[Task], Task]:
    """Register the function that does the work called `name`."""

    def register(function: Task) -> Task:
        if name in _tasks and _tasks[name].__qualname__ != function.__qualname__:
            raise ValueError(f"two tasks called {name}")
        _tasks[name] = function
        return function

    return register


def every(name: str, seconds: int) -> None:
    """Have the worker queue `name` once in each slot of so many seconds, however many workers there are."""
    _recurring[name] = seconds


def enqueue(
    name: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    created_by: int | None = None,
) -> int:
    """Write the job row (in the current write section) and send its id after the commit; returns the id.

    A key that exists already returns the earlier job and queues nothing. Refuses a name nobody registered.
    """
    if name not in _tasks:
        raise ValueError(f"no task called {name}")
    if key is not None:
        earlier = db.session.execute(select(Job.id).where(Job.key == key)).scalar()
        if earlier is not None:
            return earlier
    now = clock.now()
    job = Job(
        name=name,
        key=key,
        payload=payload,
        state=JobState.QUEUED,
        fence=0,
        run_at=run_at or now,
        lease_until=None,
        progress_done=0,
        progress_total=0,
        result=None,
        error=None,
        created_by=created_by,
        created_at=now,
        finished_at=None,
    )
    db.session.add(job)
    db.session.flush()
    job_id = job.id
    if run_at is None or run_at <= now:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        after_commit(lambda: _send(app, job_id))
    return job_id


def view(job_id: int) -> JobView | None:
    """The state of a job for a progress page."""
    job = db.session.get(Job, job_id)
    if job is None:
        return None
    return JobView(
        job.id,
        job.name,
        job.state,
        job.progress_done,
        job.progress_total,
        job.result,
        job.error,
        job.created_by,
    )


def failed(limit: int = 100) -> list[JobView]:
    """Jobs that were given up, newest first, for the admin."""
    rows = db.session.execute(
        select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(limit)
    ).scalars()
    return [
        JobView(j.id, j.name, j.state, j.progress_done, j.progress_total, j.result, j.error, j.created_by)
        for j in rows
    ]


def run(job_id: int) -> bool:
    """Claim and do one job; False when somebody else has it or it is done. Never raises for the task's failure."""
    now = clock.now()
    fence = write(_claim, job_id=job_id, now=now)
    if fence is None:
        return False
    job = db.session.get(Job, job_id)
    assert job is not None
    name, payload = job.name, job.payload
    stop = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    beat = threading.Thread(target=_heartbeat, args=(app, job_id, fence, stop), daemon=True)
    beat.start()
    try:
        result = _tasks[name](payload, lambda done, total: _progress(job_id, fence, done, total))
    except Exception as error:
        log.exception("job failed", extra={"job": name, "job_id": job_id})
        db.session.rollback()
        write(
            _give_back, job_id=job_id, fence=fence, error=f"{type(error).__name__}: {error}", now=clock.now()
        )
    else:
        write(_finish, job_id=job_id, fence=fence, result=result, now=clock.now())
    finally:
        stop.set()
        beat.join()
    return True


def due(now: datetime, limit: int = 500) -> list[int]:
    """Ids of jobs that should be worked on: waiting and due, or claimed by a worker that went silent."""
    return list(
        db.session.execute(
            select(Job.id)
            .where(
                or_(
                    and_(Job.state == JobState.QUEUED, Job.run_at <= now),
                    and_(Job.state == JobState.RUNNING, Job.lease_until < now),
                )
            )
            .order_by(Job.run_at, Job.id)
            .limit(limit)
        ).scalars()
    )


def drain(limit: int = 1000) -> int:
    """Do everything that is due, here and now; returns how many ran. For commands and tests."""
    ran = 0
    while ran < limit:
        ids = due(clock.now(), limit=50)
        db.session.rollback()
        worked = [job_id for job_id in ids if run(job_id)]
        if not worked:
            break
        ran += len(worked)
    return ran


def sweep(now: datetime) -> None:
    """Send again what was lost and queue what recurs. Called by the worker every few seconds."""
    for name, seconds in _recurring.items():
        slot = int(now.timestamp()) // seconds
        write(_enqueue_slot, name=name, slot=slot)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for job_id in due(now - timedelta(seconds=5)):
        _send(app, job_id)
    write(_forget_old, before=now - timedelta(days=30))


def _enqueue_slot(*, name: str, slot: int) -> None:
    enqueue(name, {}, key=f"{name}@{slot}")


def _forget_old(*, before: datetime) -> None:
    ids = select(Job.id).where(Job.state == JobState.DONE, Job.finished_at < before).limit(500)
    db.session.execute(Job.__table__.delete().where(Job.id.in_(ids)))  # type: ignore[attr-defined]


def _claim(*, job_id: int, now: datetime) -> int | None:
    claimed = db.session.execute(
        update(Job)
        .where(
            Job.id == job_id,
            or_(
                and_(Job.state == JobState.QUEUED, Job.run_at <= now),
                and_(Job.state == JobState.RUNNING, Job.lease_until < now),
            ),
        )
        .values(state=JobState.RUNNING, fence=Job.fence + 1, lease_until=now + LEASE)
        .returning(Job.fence)
    ).scalar()
    if claimed is not None and claimed > MAX_ATTEMPTS:
        _end(job_id, claimed, JobState.FAILED, now, error="too many attempts: workers died on it")
        return None
    return claimed


def _give_back(*, job_id: int, fence: int, error: str, now: datetime) -> None:
    if fence >= MAX_ATTEMPTS:
        _end(job_id, fence, JobState.FAILED, now, error=error)
        return
    wait = timedelta(seconds=min(600, 5 * 2 ** (fence - 1)))
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.state == JobState.RUNNING)
        .values(state=JobState.QUEUED, lease_until=None, run_at=now + wait, error=error)
    )


def _finish(*, job_id: int, fence: int, result: dict[str, Any] | None, now: datetime) -> None:
    _end(job_id, fence, JobState.DONE, now, result=result)


def _end(job_id: int, fence: int, state: JobState, now: datetime, **values: Any) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.state == JobState.RUNNING)
        .values(state=state, finished_at=now, lease_until=None, **values)
    )


def _progress(job_id: int, fence: int, done: int, total: int) -> None:
    write(_note_progress, job_id=job_id, fence=fence, done=done, total=total)


def _note_progress(*, job_id: int, fence: int, done: int, total: int) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence)
        .values(progress_done=done, progress_total=total)
    )


def _extend(*, job_id: int, fence: int, until: datetime) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.fence == fence, Job.state == JobState.RUNNING)
        .values(lease_until=until)
    )


def _heartbeat(app: Flask, job_id: int, fence: int, stop: threading.Event) -> None:
    while not stop.wait(LEASE.total_seconds() / 3):
        with app.app_context():
            write(_extend, job_id=job_id, fence=fence, until=clock.now() + LEASE)


def init_jobs(app: Flask, redis_url: str | None, sqlite_file: str) -> None:
    """Choose huey's transport; in tests nothing is sent and `drain()` does the work."""
    if app.testing:
        return
    huey: Huey = RedisHuey("netra", url=redis_url) if redis_url else SqliteHuey("netra", filename=sqlite_file)

    def run_job(job_id: int) -> None:
        with app.app_context():
            run(job_id)

    app.extensions["netra_huey"] = huey
    app.extensions["netra_run_job"] = huey.task(name="run_job")(run_job)


def _send(app: Flask, job_id: int) -> None:
    sender = app.extensions.get("netra_run_job")
    if sender is None:
        return
    try:
        sender(job_id)
    except Exception:  # the row stands; the sweep sends it again
        log.warning("could not send a job", exc_info=True, extra={"job_id": job_id})
