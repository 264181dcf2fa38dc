"""A database that was migrated and one made from the models are the same, guards and constraints included."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url

from app import create_app
from learning.kernel import config
from learning.kernel.db import db, engine_options, prepare_engine

POSTGRESQL_OBJECTS = """
    SELECT 'column', c.table_name || '.' || c.column_name,
           c.data_type || ' ' || coalesce(c.character_maximum_length::text, '') || ' ' || c.is_nullable
           || ' ' || coalesce(c.collation_name, '') || ' ' || coalesce(c.column_default, '')
      FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name <> 'alembic_version'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
       AND conrelid::regclass::text <> 'alembic_version'
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'sequence', sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'
"""


def objects_of(engine: Engine) -> dict[tuple[str, str], Any]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return {(row[0], row[1]): row[2] for row in connection.execute(text(POSTGRESQL_OBJECTS))}
        rows = connection.execute(
            text("SELECT type, name, sql FROM sqlite_master WHERE name <> 'alembic_version'")
        )
        return {(row[0], row[1]): sqlite_parts(row[2]) for row in rows if row[2]}


def sqlite_parts(sql: str) -> Any:
    """The definition without layout; of a table the set of its columns and constraints, whose order is free."""
    flat = re.sub(r"\s+", " ", sql).replace('"', "").strip()
    if not flat.startswith("CREATE TABLE"):
        return flat
    parts, depth, part = [], 0, ""
    for ch in flat[flat.index("(") + 1 : flat.rindex(")")]:
        depth += (ch == "(") - (ch == ")")
        if ch == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += ch
    return frozenset([*parts, part.strip()])


@pytest.fixture
def migrated(app: Flask, database: Any, tmp_path: Path) -> Any:
    """An engine on a second, empty database that went through all migrations."""
    if database.sqlite:
        url = f"sqlite:///{tmp_path / 'migrated.db'}"
    else:
        with (
            app.app_context(),
            db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            connection.execute(text("DROP DATABASE IF EXISTS migrated"))
            connection.execute(text("CREATE DATABASE migrated"))
        url = make_url(database.url).set(database="migrated").render_as_string(hide_password=False)
    settings = config.load({"NETRA_INSTANCE": str(tmp_path)}, database_url=url)
    other = create_app(settings, testing=True)
    result = other.test_cli_runner().invoke(args=["db", "upgrade"])
    assert result.exit_code == 0, result.output
    engine = create_engine(url, **engine_options(url, 1))
    prepare_engine(engine)
    yield engine
    engine.dispose()
    with other.app_context():
        db.engine.dispose()


def test_migrating_and_creating_give_the_same_database(app: Flask, migrated: Engine) -> None:
    with app.app_context():
        created = objects_of(db.engine)
    arrived = objects_of(migrated)

    assert arrived.keys() - created.keys() == set()
    assert created.keys() - arrived.keys() == set()
    different = {key: (created[key], arrived[key]) for key in created if created[key] != arrived[key]}
    assert different == {}


def test_a_migrated_database_is_the_one_this_code_knows(migrated: Engine) -> None:
    from learning.kernel.schema import newest_migration

    with migrated.connect() as connection:
        stands_at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert stands_at == newest_migration(str(config.ROOT))
