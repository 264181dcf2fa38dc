"""What stood in the calendar before dates could be derived stands there afterwards, and reaches whom it reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import IntegrityError

from app import create_app
from learning.kernel import config
from learning.kernel.db import db, engine_options, prepare_engine

ROWS = (
    "INSERT INTO org_unit (id, agency_id, kind, name, timezone, path, depth, valid_from) VALUES"
    " (1, 1, 'REGIONAL_AGENCY', 'Kabupaten', 'Asia/Makassar', '/1/', 0, '2020-01-01')",
    "INSERT INTO election_event (id, key, name, kind, legal_basis) VALUES (7, 'psu', 'PSU', 'BY_ELECTION', 'UU')",
    "INSERT INTO election_event_region (event_id, region_code) VALUES (7, '99.01')",
    "INSERT INTO election_stage (id, event_id, stage, starts_on, ends_on, status, source_ref) VALUES"
    " (3, 7, 'CAMPAIGN', '2027-01-10', NULL, 'PROVISIONAL', 'PKPU')",
    "INSERT INTO assignment (id, course_key, course_title, org_unit_id, event_id, stage, days_before, legal_basis,"
    " created_at) VALUES (5, 'kursus', 'Kursus', 1, 7, 'CAMPAIGN', 14, 'SE', '2026-01-01 00:00:00+00')",
)


@pytest.fixture
def old(app: Flask, database: Any, tmp_path: Path) -> Iterator[tuple[Engine, Any]]:
    """A database as it was before, with rows; and how to bring it up to date."""
    if database.sqlite:
        url = f"sqlite:///{tmp_path / 'lama.db'}"
    else:
        with (
            app.app_context(),
            db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            connection.execute(text("DROP DATABASE IF EXISTS lama"))
            connection.execute(text("CREATE DATABASE lama"))
        url = make_url(database.url).set(database="lama").render_as_string(hide_password=False)
    other = create_app(config.load({"NETRA_INSTANCE": str(tmp_path)}, database_url=url), testing=True)

    def upgrade(*to: str) -> None:
        result = other.test_cli_runner().invoke(args=["db", "upgrade", *to])
        assert result.exit_code == 0, result.output

    upgrade("0004")
    engine = create_engine(url, **engine_options(url, 1))
    prepare_engine(engine)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    yield engine, upgrade
    engine.dispose()
    with other.app_context():
        db.engine.dispose()


def test_rows_from_before_are_kept_whole(old: tuple[Engine, Any]) -> None:
    engine, upgrade = old
    upgrade()
    with engine.connect() as connection:
        stage = connection.execute(text("SELECT * FROM election_stage")).mappings().one()
        assert (stage["id"], stage["stage"], str(stage["starts_on"])) == (3, "CAMPAIGN", "2027-01-10")
        assert (stage["source_grade"], stage["note"], stage["rule"]) == ("UNVERIFIED", "", None)
        duty = connection.execute(text("SELECT * FROM assignment")).mappings().one()
        assert (duty["id"], duty["event_id"], duty["days_before"]) == (5, 7, 14)
        assert not duty["covered_only"], "what reached everybody still does"
        assert connection.execute(text("SELECT event_id FROM election_event_region")).scalar_one() == 7
    with engine.begin() as connection:
        connection.execute(text("UPDATE election_event SET kind = 'RE_VOTE'"))
        connection.execute(text("UPDATE election_stage SET stage = 'COURT_RULING'"))


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE election_event SET kind = 'PESTA'",
        "UPDATE election_stage SET source_grade = 'YAKIN'",
        "UPDATE assignment SET stage = 'PESTA'",
        "UPDATE election_stage SET ends_on = '2026-01-01'",
        "UPDATE election_stage SET event_id = 99",
    ],
)
def test_the_database_still_refuses_what_cannot_be(old: tuple[Engine, Any], wrong: str) -> None:
    engine, upgrade = old
    upgrade()
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(wrong))
