"""A national data set: 600 agencies, a unit for every fifty people, postings, one duty for all, passes and certificates.

`script/dataset --persons N` fills an empty database. Persons are made inside the database, a thousand units in one commit, so
memory does not grow with N; the same `--seed` gives the same rows on both databases. What a person has (name, number, seat,
standing, days) is arithmetic over her serial, so no list of five million is ever held anywhere.

The duty is one assignment for each agency, because agencies are roots and nothing stands above them. The course is the small
one of the tests. Attempts and certificates are copies of one real pass: right in number, person, unit and day, but every paper
carries the model's name, and its code has no check symbols. Good for counting and for measuring, not for showing papers.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Date, Integer, MetaData, String, Table, func, insert, select, text

from learning.kernel.db import UtcDateTime, db
from learning.kernel.transaction import write
from learning.people.demo_names import GROUPS
from learning.people.kinds import UnitKind
from learning.people.models import OrgUnit
from learning.people.scope import units_in
from learning.records import duedates, regions
from tests import factories

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""The instant as of which the nation stands; 11:00 to 13:00 on the same day in all three zones."""
DUE_ON = date(2027, 1, 10)
DAYS = 60
"""Passes are spread over so many days before `NOW`."""
MINISTRIES, HEAVY = 48, {"ministry": 8.0, "province": 5.0, "regency": 2.0}
FIRST_PERSON = 1_000
"""Ids below belong to people made by the services: the model and whoever looks."""
UNITS_A_COMMIT = 1_000
BIRTHDAYS, SERIALS = 10_950, 999
"""Born 1967 to 1996; serial numbers of a birthday. Their product is how many numbers there are to give."""
FIRST_BIRTHDAY = date(1967, 1, 1)
STRIDE = 7_368_787
"""A prime that does not divide the product above, so every person lands on a number of her own."""
WITA, WIT = (
    {"51", "52", "53", "63", "64", "65", *map(str, range(71, 77))},
    {"81", "82", *map(str, range(91, 97))},
)

COPIED = ("person", "posting", "enrolment", "attempt", "pass_record", "certificate")

_temporary = MetaData()
SEAT = Table(
    "nation_seat", _temporary,
    Column("unit_id", Integer, primary_key=True), Column("assignment_id", Integer), Column("first", Integer),
    Column("last", Integer), Column("passing", Integer), prefixes=["TEMPORARY"],
)  # fmt: skip
NAME = Table(
    "nation_name", _temporary,
    Column("k", Integer, primary_key=True), Column("name", String(120)), Column("sex", String(1)), prefixes=["TEMPORARY"],
)  # fmt: skip
MOMENT = Table(
    "nation_day", _temporary,
    Column("k", Integer, primary_key=True), Column("day", Date), Column("began", UtcDateTime), Column("passed", UtcDateTime),
    prefixes=["TEMPORARY"],
)  # fmt: skip
BORN = Table(
    "nation_born", _temporary,
    Column("k", Integer, primary_key=True), Column("digits", String(8)), Column("year", Integer), prefixes=["TEMPORARY"],
)  # fmt: skip
DUE = Table(
    "nation_due", _temporary,
    Column("zone", String(40), primary_key=True), Column("due_at", UtcDateTime), prefixes=["TEMPORARY"],
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency to be made: official name and region, its share of the nation, how deep its tree goes."""

    name: str
    kind: UnitKind
    region: str | None
    zone: str
    weight: float
    depth: int


@dataclass(frozen=True, slots=True)
class Nation:
    """What was made, and how long it took."""

    persons: int
    units: int
    agencies: int
    passed: int
    seconds: float


def agencies(count: int, dice: random.Random) -> list[Agency]:
    """Provinces, regencies and ministries in the proportion of the country; all of them when 600 are asked for."""
    everything = [
        *(
            ("regency", f"Pemerintah {name}", code)
            for code, name in regions.names().items()
            if len(code) == 5
        ),
        *(("province", f"Pemerintah Provinsi {name}", code) for code, name in regions.provinces()),
        *(("ministry", f"Kementerian Rekaan {n}", None) for n in range(1, MINISTRIES + 1)),
    ]
    if count < len(everything):
        by_kind = [
            [one for one in everything if one[0] == kind] for kind in ("ministry", "province", "regency")
        ]
        shares = (max(1, count * MINISTRIES // len(everything)), max(1, count * 38 // len(everything)))
        regencies = max(1, count - sum(shares))
        everything = [
            one
            for many, wanted in zip(by_kind, (*shares, regencies), strict=True)
            for one in many[:: max(1, len(many) // wanted)][:wanted]
        ]
    return [
        Agency(
            name,
            UnitKind.CENTRAL_AGENCY if kind == "ministry" else UnitKind.REGIONAL_AGENCY,
            code,
            _zone(code),
            HEAVY[kind] * dice.uniform(0.6, 1.4),
            {"ministry": 5, "province": 4, "regency": 3}[kind] - dice.randrange(2),
        )
        for kind, name, code in everything
    ]


def _zone(code: str | None) -> str:
    province = (code or "")[:2]
    return "Asia/Makassar" if province in WITA else "Asia/Jayapura" if province in WIT else "Asia/Jakarta"


def shares(total: int, weights: list[float]) -> list[int]:
    """A total divided by weights into whole parts that add up to it exactly."""
    whole, given, parts, so_far = sum(weights), 0, [], 0.0
    for weight in weights:
        so_far += weight
        upto = round(total * so_far / whole)
        parts.append(upto - given)
        given = upto
    return parts


def fill(
    persons: int,
    *,
    agency_count: int = 600,
    seed: int = 1,
    progress: Callable[[str], None] = lambda _line: None,
) -> Nation:
    """Fill an empty database. Refuses one that has units, and more persons than there are numbers to give."""
    if db.session.scalar(select(func.count()).select_from(OrgUnit)):
        raise SystemExit("The database is not empty: a data set is made in one of its own.")
    if not 0 < persons <= BIRTHDAYS * SERIALS:
        raise SystemExit(f"Between 1 and {BIRTHDAYS * SERIALS:,} persons.")
    if math.gcd(STRIDE, BIRTHDAYS * SERIALS) != 1:
        raise AssertionError("two people would get one number")
    began, dice = time.perf_counter(), random.Random(seed)
    made = agencies(agency_count, dice)
    factories.make_course(modules=2)
    model = _model()
    units = _units(made, max(persons // 50, 2 * len(made)), dice)
    duties = _duties([agency for agency, _units in units])
    progress(f"{len(made)} agencies, {sum(len(ids) for _agency, ids in units):,} units")
    seats = _seats(persons, made, units, duties, dice)
    db.session.remove()
    with _one_connection() as connection:
        _tables(connection, seed, model)
        for at in range(0, len(seats), UNITS_A_COMMIT):
            batch = seats[at : at + UNITS_A_COMMIT]
            _people(connection, batch, seed)
            done = batch[-1]["last"] + 1
            took = time.perf_counter() - began
            progress(f"{done:,} of {persons:,} persons, {took:,.0f} s, {done / took:,.0f} a second")
    _sums()
    _finish()
    passed = db.session.execute(text("SELECT count(*) FROM enrolment WHERE status = 'PASSED'")).scalar_one()
    total = db.session.execute(text("SELECT count(*) FROM org_unit")).scalar_one()
    db.session.remove()
    return Nation(persons, total, len(made), passed, time.perf_counter() - began)


def _model() -> int:
    """Somebody who passes by the real services, in an agency of her own; all copies are taken from her rows."""
    agency = factories.make_agency(
        "Instansi Contoh", code="CONTOH", kind=UnitKind.CENTRAL_AGENCY, region_code=None
    )
    model = factories.make_person(agency, "Contoh Pegawai", employee_number="196001011985031001")
    factories.assign(agency, due_on=DUE_ON, now=NOW - timedelta(days=DAYS + 30))
    factories.pass_course(model, now=NOW - timedelta(days=1))
    return model


def _units(made: list[Agency], total: int, dice: random.Random) -> list[tuple[int, list[int]]]:
    """The trees, by plain inserts; (agency, its units with itself first) in order."""
    sizes = shares(total - len(made), [agency.weight for agency in made])
    next_id = (db.session.scalar(select(func.max(OrgUnit.id))) or 0) + 1
    db.session.rollback()
    trees: list[tuple[int, list[int]]] = []
    rows: list[dict[str, Any]] = []
    for number, (agency, size) in enumerate(zip(made, sizes, strict=True), 1):
        root = _unit_row(next_id, None, next_id, agency.kind, agency.name, f"A{number:03d}", agency, "/")
        tree = [root]
        parents = [root]
        for n in range(1, max(1, size) + 1):
            parent = root if n <= max(3, size // 15) else dice.choice(parents[-40:])
            unit = _unit_row(
                next_id + n, parent["id"], root["id"], *_named(parent["depth"] + 1, n, agency), f"U{n:05d}", agency,
                parent["path"], parent["depth"] + 1,
            )  # fmt: skip
            tree.append(unit)
            if unit["depth"] < agency.depth:
                parents.append(unit)
        next_id += len(tree)
        trees.append((root["id"], [unit["id"] for unit in tree]))
        rows += tree
        if len(rows) > 5_000:
            write(_insert, table=OrgUnit.__table__, rows=rows)
            rows = []
    write(_insert, table=OrgUnit.__table__, rows=rows)
    return trees


def _unit_row(
    key: int, parent: int | None, agency_id: int, kind: UnitKind, name: str, code: str, agency: Agency, above: str, depth: int = 0
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": key, "parent_id": parent, "agency_id": agency_id, "kind": kind, "name": name, "code": code,
        "region_code": agency.region, "timezone": agency.zone, "path": f"{above}{key}/", "depth": depth,
        "valid_from": date(2020, 1, 2), "valid_to": None,
    }  # fmt: skip


def _named(depth: int, n: int, agency: Agency) -> tuple[UnitKind, str]:
    if agency.region is None:
        kinds = (
            UnitKind.DIRECTORATE,
            UnitKind.DIVISION,
            UnitKind.OFFICE,
            UnitKind.SECTION,
            UnitKind.TECHNICAL_UNIT,
        )
        words = ("Direktorat", "Bagian", "Kantor", "Seksi", "Unit Teknis")
    else:
        kinds = (
            UnitKind.OFFICE,
            UnitKind.DISTRICT,
            UnitKind.SCHOOL,
            UnitKind.HEALTH_CENTRE,
            UnitKind.SECTION,
        )
        words = ("Dinas", "Wilayah Kecamatan", "Sekolah", "Puskesmas", "Seksi")
    return kinds[depth - 1], f"{words[depth - 1]} {n}"


def _duties(roots: list[int]) -> dict[int, int]:
    """The duty of each agency, by the real service, before there are people; agency to assignment."""
    at = NOW - timedelta(days=DAYS + 30)
    return {root: factories.assign(root, due_on=DUE_ON, now=at) for root in roots}


def _seats(
    persons: int,
    made: list[Agency],
    units: list[tuple[int, list[int]]],
    duties: dict[int, int],
    dice: random.Random,
) -> list[dict[str, Any]]:
    """Which serials sit where, and how far each unit is (its share of passes in a thousand)."""
    seats, first = [], 0
    heads = shares(persons, [agency.weight for agency in made])
    for (root, ids), many in zip(units, heads, strict=True):
        good = dice.uniform(0.3, 0.9)
        for unit_id, people in zip(ids, shares(many, [dice.uniform(0.4, 1.6) for _ in ids]), strict=True):
            if people:
                passing = round(1000 * min(0.99, max(0.05, good + dice.uniform(-0.2, 0.2))))
                seats.append({
                    "unit_id": unit_id, "assignment_id": duties[root], "first": first, "last": first + people - 1,
                    "passing": passing,
                })  # fmt: skip
            first += people
    return seats


def _insert(*, table: Any, rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(table), rows)


@contextmanager
def _one_connection() -> Iterator[Connection]:
    """The connection in which the temporary tables live.

    Keys are right by construction, and asking for each of millions would cost more than making them, so they are not asked
    where one may say so (PostgreSQL, superuser). Elsewhere, and always on SQLite, every guard stays in force.
    """
    restore: list[str] = []
    with db.engine.connect() as connection:
        off = connection.dialect.name == "postgresql" and bool(
            connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        )
        if off:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("SET synchronous_commit = off"))
            restore = _indexes_aside(connection)
            connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            for table in (SEAT, NAME, MOMENT, BORN, DUE):
                connection.execute(text(f"DROP TABLE IF EXISTS {table.name}"))
            for name in ("nation_person", "model_step", *(f"model_{name}" for name in COPIED)):
                connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
            connection.commit()
            if off:
                connection.execute(text("SET maintenance_work_mem = '256MB'"))
            for statement in restore:
                connection.execute(text(statement))
            if off:
                connection.execute(text("RESET maintenance_work_mem"))
                connection.execute(text("SET session_replication_role = origin"))
                connection.execute(text("RESET synchronous_commit"))
            connection.commit()


def _indexes_aside(connection: Connection) -> list[str]:
    """Drop the indices and unique constraints of the large tables; the statements that make them again.

    An index that is made once over all rows costs a fraction of one that is kept up row by row. Primary keys stay, and what
    a foreign key rests on. What they refuse is refused when they are made again.
    """
    tables = [*COPIED, "step_record", "unit_count_change"]
    unique = connection.execute(
        text(
            "SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY(:tables) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid) ORDER BY c.conname"
        ),
        {"tables": tables},
    ).all()
    plain = connection.execute(
        text(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE i.indrelid::regclass::text = ANY(:tables) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1"
        ),
        {"tables": tables},
    ).all()
    for table, name, _definition in unique:
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    for name, _definition in plain:
        connection.execute(text(f"DROP INDEX {name}"))
    return [
        *(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in unique),
        *(definition for _name, definition in plain),
    ]


def _tables(connection: Connection, seed: int, model: int) -> None:
    """What the statements of each batch look up: names, days, birthdays. A few thousand rows in all."""
    dice = random.Random(seed)
    _temporary.create_all(connection)
    names = []
    for k in range(5_000):
        group, woman = dice.choice(GROUPS), dice.random() < 0.55
        first, last = (group.women, group.women_last) if woman else (group.men, group.men_last)
        name = " ".join([dice.choice(first), *([dice.choice(last)] if last else [])])
        names.append({"k": k, "name": name, "sex": "2" if woman else "1"})
    connection.execute(insert(NAME), names)
    connection.execute(
        insert(MOMENT),
        [
            {
                "k": k,
                "day": (NOW - timedelta(days=k + 1)).date(),
                "began": NOW - timedelta(days=k + 1, minutes=50),
                "passed": NOW - timedelta(days=k + 1),
            }
            for k in range(DAYS)
        ],
    )
    days = [(k, FIRST_BIRTHDAY + timedelta(days=k)) for k in range(BIRTHDAYS)]
    connection.execute(
        insert(BORN), [{"k": k, "digits": f"{day:%Y%m%d}", "year": day.year} for k, day in days]
    )
    connection.execute(
        insert(DUE),
        [
            {"zone": zone, "due_at": duedates.due_at(DUE_ON, 0, zone)}
            for zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
        ],
    )
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE nation_person (n INTEGER PRIMARY KEY, id INTEGER, unit_id INTEGER, assignment_id INTEGER,"
            " status VARCHAR(40), ago INTEGER, slot INTEGER, pppk INTEGER)"
        )
    )
    # The model's rows by themselves: looking them up in tables that grow, by statistics of before, once cost a scan a person.
    for name in COPIED:
        connection.execute(
            text(f"CREATE TEMPORARY TABLE model_{name} AS SELECT * FROM {name} WHERE {_key(name)} = {model}")
        )
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE model_step AS SELECT s.step_key, CASE WHEN s.step_key ="
            " (SELECT min(x.step_key) FROM step_record x WHERE x.enrolment_id = s.enrolment_id) THEN 1 ELSE 0 END AS first_one"
            " FROM step_record s JOIN model_enrolment e ON e.id = s.enrolment_id"
        )
    )
    if connection.dialect.name == "postgresql":
        for table in (
            NAME.name,
            MOMENT.name,
            BORN.name,
            DUE.name,
            "model_step",
            *(f"model_{name}" for name in COPIED),
        ):
            connection.execute(text(f"ANALYZE {table}"))
    connection.commit()


def _key(name: str) -> str:
    return "id" if name == "person" else "person_id"


def _people(connection: Connection, seats: list[dict[str, Any]], seed: int) -> None:
    """Everybody of some units with all that belongs to them, in one commit.

    What is drawn is drawn by multiplication modulo a prime: the same on both databases, whatever the batches.
    """
    postgresql = connection.dialect.name == "postgresql"
    big = "CAST(n AS BIGINT)"

    def run(statement: str, **values: Any) -> None:
        connection.execute(text(statement), values)

    def padded(number: str, width: int) -> str:
        return f"lpad(({number})::text, {width}, '0')" if postgresql else f"printf('%0{width}d', {number})"

    # Deleted rows of a temporary table are never cleared away, and each batch would read past those of all before it.
    for table in ("nation_seat", "nation_person"):
        run(f"TRUNCATE {table}" if postgresql else f"DELETE FROM {table}")
    connection.execute(insert(SEAT), seats)
    run(
        "INSERT INTO nation_person WITH RECURSIVE s(n, last, unit_id, assignment_id, passing) AS ("
        "SELECT first, last, unit_id, assignment_id, passing FROM nation_seat UNION ALL "
        "SELECT n + 1, last, unit_id, assignment_id, passing FROM s WHERE n < last)"
        f" SELECT n, n + {FIRST_PERSON}, unit_id, assignment_id,"
        f" CASE WHEN ({big} * 48271 + :seed) % 65537 % 1000 < passing THEN 'PASSED'"
        f" WHEN ({big} * 16807 + :seed) % 65521 % 5 < 2 THEN 'IN_PROGRESS' ELSE 'NOT_STARTED' END,"
        f" ({big} * 69621 + :seed) % 65519 % {DAYS}, ({big} * {STRIDE} + :seed) % {BIRTHDAYS * SERIALS},"
        " CASE WHEN n % 5 = 4 THEN 1 ELSE 0 END FROM s",
        seed=seed,
    )
    if postgresql:
        # Temporary tables are never looked at by the server itself, and it would plan for a few rows.
        run("ANALYZE nation_person")
        run("ANALYZE nation_seat")
    pppk = "p.pppk = 1"
    run(
        "INSERT INTO person (id, public_id, employee_number, name, front_title, back_title, employment_type, status, locale,"
        f" created_at) SELECT p.id, {padded('p.id', 36)}, b.digits"
        f" || CASE WHEN {pppk} THEN CAST(2021 + p.n % 5 AS VARCHAR) || '21'"
        f" ELSE CAST(b.year + 22 + p.n % 5 AS VARCHAR) || {padded('1 + p.n % 12', 2)} END"
        f" || m.sex || {padded(f'1 + p.slot % {SERIALS}', 3)}, m.name, '', CASE WHEN p.n % 3 = 0 THEN 'S.Pd.' ELSE '' END,"
        f" CASE WHEN {pppk} THEN 'PPPK' ELSE 'PNS' END, 'ACTIVE', 'id', t.created_at"
        f" FROM nation_person p JOIN nation_born b ON b.k = p.slot / {SERIALS}"
        " JOIN nation_name m ON m.k = p.slot % 4999 CROSS JOIN model_person t"
    )
    run(
        "INSERT INTO posting (person_id, org_unit_id, position_title, position_type, grade_code, kind, starts_on)"
        " SELECT p.id, p.unit_id, t.position_title, t.position_type, CASE WHEN p.pppk = 1 THEN 'IX' ELSE 'III/c' END, t.kind,"
        " t.starts_on FROM nation_person p CROSS JOIN model_posting t ORDER BY p.n"
    )
    begun, passed = "p.status <> 'NOT_STARTED'", "p.status = 'PASSED'"
    steps = f"CASE WHEN {passed} THEN t.steps_total WHEN {begun} THEN 1 ELSE 0 END"
    copies: dict[str, tuple[str, dict[str, str]]] = {
        "enrolment": ("", {
            "public_id": padded("p.id", 36), "org_unit_id": "p.unit_id", "assignment_id": "p.assignment_id",
            "due_at": "(SELECT x.due_at FROM nation_due x JOIN org_unit u ON u.timezone = x.zone WHERE u.id = p.unit_id)",
            "status": "p.status", "steps_done": steps, "edition": f"CASE WHEN {begun} THEN t.edition END",
            "started_at": f"CASE WHEN {begun} THEN d.began END", "completed_at": f"CASE WHEN {passed} THEN d.passed END",
        }),
        "attempt": (f" WHERE {passed}", {
            "public_id": padded("p.id", 32) + ("::uuid" if postgresql else ""), "enrolment_id": "p.id",
            "started_at": "d.began", "submitted_at": "d.passed",
        }),
        "pass_record": (f" WHERE {passed}", {"attempt_id": "p.id", "enrolment_id": "p.id", "passed_at": "d.passed"}),
        "certificate": (f" WHERE {passed}", {
            "pass_record_id": "p.id", "enrolment_id": "p.id", "number": f"'BANGSA-' || {padded('p.id', 8)}",
            "code": padded("p.id", 30), "issued_at": "d.passed", "issued_on": "d.day",
        }),
    }  # fmt: skip
    for name, (which, values) in copies.items():
        known = {"id": "p.id", "person_id": "p.id", **values}
        columns = [column.name for column in db.metadata.tables[name].columns]
        told = ", ".join(known.get(column, f"t.{column}") for column in columns)
        run(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {told} FROM nation_person p JOIN nation_day d ON d.k = p.ago"
            f" CROSS JOIN model_{name} t{which}"
        )
    run(
        "INSERT INTO step_record (enrolment_id, step_key, done_at) SELECT p.id, t.step_key, d.began FROM nation_person p"
        " JOIN nation_day d ON d.k = p.ago CROSS JOIN model_step t"
        f" WHERE {passed} OR ({begun} AND t.first_one = 1)"
    )
    _counts(run)
    connection.commit()


def _counts(run: Callable[..., None]) -> None:
    """What the services would have counted and booked: all assigned on one day, begun and passed on their own."""
    course = "(SELECT course_key FROM model_enrolment)"
    run(
        "INSERT INTO unit_count (org_unit_id, course_key, assignment_id, assigned, started, passed)"
        f" SELECT unit_id, {course}, min(assignment_id), count(*),"
        " sum(CASE WHEN status <> 'NOT_STARTED' THEN 1 ELSE 0 END), sum(CASE WHEN status = 'PASSED' THEN 1 ELSE 0 END)"
        " FROM nation_person GROUP BY unit_id ORDER BY unit_id"
    )
    booked = "INSERT INTO unit_count_change (org_unit_id, course_key, assignment_id, day, recorded_at, assigned, started, passed)"
    run(
        f"{booked} SELECT c.org_unit_id, c.course_key, c.assignment_id, d.day, d.recorded_at, c.assigned, 0, 0 FROM unit_count c"
        " JOIN nation_seat s ON s.unit_id = c.org_unit_id JOIN (SELECT day, recorded_at FROM unit_count_change"
        f" WHERE course_key = {course} ORDER BY id LIMIT 1) d ON d.day IS NOT NULL ORDER BY c.org_unit_id",
    )
    run(
        f"{booked} SELECT p.unit_id, {course}, min(p.assignment_id), d.day, d.passed, 0, count(*), sum(CASE WHEN p.status = 'PASSED' THEN 1 ELSE 0 END)"
        " FROM nation_person p JOIN nation_day d ON d.k = p.ago WHERE p.status <> 'NOT_STARTED'"
        " GROUP BY p.unit_id, d.day, d.passed ORDER BY p.unit_id, d.day"
    )


def _sums() -> None:
    """What the folding job would have kept for every unit above another, from the book as a whole."""
    path = "substr(u.path, 2, length(u.path) - 2)"
    above = (
        f"unnest(string_to_array({path}, '/')::int[]) AS a(value)"
        if db.engine.dialect.name == "postgresql"
        else f"json_each('[' || replace({path}, '/', ',') || ']') AS a"
    )
    figures = "sum(b.assigned), sum(b.started), sum(b.passed), sum(b.exempt)"
    # Nothing waits: what the model's pass left waiting is in the book, and so in the sums that are made here anew.
    for table in ("unit_count_pending", "unit_below_day", "unit_below"):
        db.session.execute(text(f"DELETE FROM {table}"))
    db.session.execute(
        text(
            "INSERT INTO unit_below_day (org_unit_id, course_key, assignment_id, day, assigned, started, passed, exempt)"
            f" SELECT a.value, b.course_key, b.assignment_id, b.day, {figures} FROM unit_count_change b"
            f" JOIN org_unit u ON u.id = b.org_unit_id CROSS JOIN {above} WHERE a.value <> u.id"
            " GROUP BY a.value, b.course_key, b.assignment_id, b.day"
        )
    )
    db.session.execute(
        text(
            "INSERT INTO unit_below (org_unit_id, course_key, assignment_id, assigned, started, passed, exempt)"
            f" SELECT b.org_unit_id, b.course_key, b.assignment_id, {figures} FROM unit_below_day b"
            " GROUP BY b.org_unit_id, b.course_key, b.assignment_id"
        )
    )
    db.session.commit()


def _finish() -> None:
    """Counters go on after the ids given here; the planner learns what there is."""
    db.session.rollback()
    if db.engine.dialect.name != "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("org_unit", "person", "enrolment", "attempt", "pass_record", "certificate"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            )
        connection.exec_driver_sql("VACUUM ANALYZE")


def places() -> dict[str, int]:
    """A unit for each kind of page: the first ministry, province and regency, and the deepest unit of that regency."""
    roots = db.session.execute(
        select(OrgUnit.id, OrgUnit.region_code, OrgUnit.path)
        .where(OrgUnit.parent_id.is_(None), OrgUnit.code != "CONTOH")
        .order_by(OrgUnit.id)
    ).all()
    found: dict[str, int] = {}
    for root in roots:
        kind = {0: "ministry", 2: "province"}.get(len(root.region_code or ""), "regency")
        if kind == "regency" and kind not in found:
            deepest = (
                select(OrgUnit.id)
                .where(units_in(root.path))
                .order_by(OrgUnit.depth.desc(), OrgUnit.id.desc())
                .limit(1)
            )
            found["school"] = db.session.execute(deepest).scalar_one()
        found.setdefault(kind, root.id)
    return {kind: found[kind] for kind in ("ministry", "province", "regency", "school") if kind in found}


def sizes() -> list[tuple[str, int, int | None]]:
    """(table, rows, bytes with indices or None on SQLite) of everything that was filled, largest first."""
    names = (
        "org_unit", "person", "posting", "assignment", "enrolment", "step_record", "attempt", "pass_record", "certificate",
        "unit_count", "unit_count_change", "unit_below", "unit_below_day", "unit_count_pending",
    )  # fmt: skip
    found = []
    for name in names:
        rows = db.session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        size = None
        if db.engine.dialect.name == "postgresql":
            size = db.session.execute(text(f"SELECT pg_total_relation_size('{name}')")).scalar_one()
        found.append((name, rows, size))
    db.session.rollback()
    return sorted(found, key=lambda one: -(one[2] or one[1]))


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(prog="script/dataset", description=__doc__)
    parser.add_argument("--persons", type=int, required=True)
    parser.add_argument("--agencies", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database-url", default=os.environ.get("DATABASE_URL", ""), help="default: that of the installation"
    )
    options = parser.parse_args()
    from flask_migrate import upgrade

    from app import create_app
    from learning.kernel import config

    given = {"database_url": options.database_url} if options.database_url else {}
    app = create_app(config.load(dict(os.environ), **given), testing=True)
    with app.app_context():
        upgrade()
        nation = fill(
            options.persons,
            agency_count=options.agencies,
            seed=options.seed,
            progress=lambda line: print(line, flush=True),
        )
        print(
            f"{nation.persons:,} persons in {nation.units:,} units of {nation.agencies} agencies, {nation.passed:,} passed,"
            f" in {nation.seconds:,.0f} s"
        )
        for name, rows, size in sizes():
            print(
                f"  {name:<18} {rows:>12,} rows" + (f" {size / 1e6:>10,.0f} MB" if size is not None else "")
            )
        print("To look at: " + ", ".join(f"{kind} /unit/{unit}" for kind, unit in places().items()))


if __name__ == "__main__":
    main()
