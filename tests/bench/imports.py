"""Import of many people, by the code that the page and the command run; clock, processor time and peak memory.

`python -m tests.bench.imports ROWS [DATABASE_URL]` makes a fresh database (SQLite in a temporary folder, unless told
otherwise) with one agency of 400 units and one duty for all of it, writes a CSV of so many new people, and imports it:
dry run, plan once more and apply; then the same file again, which changes nothing. Asserts nothing; see
docs/performance.md.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
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


def list_of(rows: int, place: Path) -> Path:
    """A CSV of so many people, each with a number of their own, in the units in turn."""
    file = place / "pegawai.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for n in range(rows):
            born = date(1966, 1, 1) + timedelta(days=n // 1_800)
            number = f"{born:%Y%m%d}2010{3 + n // 900 % 2:02d}1{1 + n % 900:03d}"
            out.write(
                f"{number};Pegawai Contoh {'abcdefghij'[n % 10] * 3};p{n}@contoh.invalid;UNIT-{n % UNITS};"
                f"Perawat Ahli Pertama;fungsional;III/b;PNS;2026-01-02\n"
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
    """Fill, import twice, print."""
    rows = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/netra.db"
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
            file = list_of(rows, Path(folder))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            report = {"rows": rows, "database": db.engine.dialect.name, "before_mb": before}
            report["first"] = one_import(file, agency)
            report["again"] = one_import(file, agency)
            report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            report["drifts"] = len(counting.drifts())
            print(json.dumps(report, indent=1))


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    clock_start, cpu_start = time.perf_counter(), time.process_time()
    done = work()
    return done, {
        "seconds": round(time.perf_counter() - clock_start, 1),
        "processor": round(time.process_time() - cpu_start, 1),
    }


def _quiet(_done: int, _total: int) -> None:
    pass


if __name__ == "__main__":
    main()
