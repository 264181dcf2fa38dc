"""The database: one typed base, reusable column types, and how SQLite and PostgreSQL are opened.

SQLite settings are measured (design part 8): WAL, `synchronous=FULL`, `foreign_keys=ON`, driver autocommit with
explicit BEGIN. The driver is `pysqlite3`, which bundles a SQLite without the WAL-reset corruption bug.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    any_,
    event,
    func,
    literal,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes only aware datetimes, gives aware UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: object) -> str:
    """One text for one value: sorted keys, no spaces, real characters. Hashes are taken over this."""
    return _CANONICAL.encode(value)


class CanonicalJson(TypeDecorator[Any]):
    """JSON kept as canonical text, so that what is hashed is exactly what is stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


# Byte order, so that a subtree is the range path <= x < path with its last "/" raised to "0".
PathString = String(400).with_variant(String(400, collation="C"), "postgresql")


def enum_column(kind: type[StrEnum]) -> Enum:
    """Store an enum by its value, checked by the database, without a native type to migrate."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Base of all models: named constraints, aware datetimes."""

    # The registry carries the map: Flask-SQLAlchemy 3.1 fails with `type_annotation_map` on the base itself.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime}
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False}, disable_autonaming=True)

if TYPE_CHECKING:

    class Model(Base):
        """What every table derives from; for the type checker SQLAlchemy's own typed base."""

        __abstract__ = True

else:
    Model = db.Model

# Set by transaction.py while this thread holds the write section.
writing = threading.local()


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """Engine options for a database URL: the driver module for SQLite, a checked pool for PostgreSQL."""
    if url.startswith("sqlite"):
        from pysqlite3 import dbapi2

        return {
            "module": dbapi2,
            "pool_size": max(threads, 5),
            "max_overflow": 64,
            "connect_args": {"isolation_level": None, "check_same_thread": False},
        }
    return {"pool_size": max(threads, 5), "max_overflow": 10, "pool_pre_ping": True, "pool_recycle": 1800}


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    # A transaction that has read cannot become a writer in WAL; the write section says so from the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if getattr(writing, "depth", 0) else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Attach the SQLite behaviour to an engine (nothing to do for PostgreSQL)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


def init_db(app: Flask, url: str, threads: int) -> None:
    """Bind the one database to the application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url, threads)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def constraint_columns(name: str) -> tuple[str, list[str]] | None:
    """Table and columns of a named unique constraint or unique index; None if there is none."""
    for table in db.metadata.tables.values():
        found: list[UniqueConstraint | Index] = [
            c for c in table.constraints if isinstance(c, UniqueConstraint)
        ]
        for item in (*found, *table.indexes):
            if item.name == name:
                return table.name, [column.name for column in item.columns]
    return None


def count_queries(engine: Engine, note: Callable[[str], None]) -> Callable[[], None]:
    """Call `note(sql)` for every statement; returns the function that stops it. For tests and benchmarks."""

    def before(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            note(statement)

    event.listen(engine, "before_cursor_execute", before)
    return lambda: event.remove(engine, "before_cursor_execute", before)


def _array(values: list[Any], *, text: bool) -> str:
    """Texts or whole numbers as PostgreSQL writes an array."""
    if not text:
        return "{" + ",".join(map(str, values)) + "}"
    kept = "\x00".join(values)
    if "\\" in kept or '"' in kept:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(values) + '"}' if values else "{}"


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column holds one of many values: one parameter however many there are.

    A list of a thousand parameters costs more to bind and to plan than the rows it finds. Values are all text or all
    whole numbers.
    """
    kept = list(values)
    if db.engine.dialect.name == "postgresql":
        text = isinstance(column.type, String)
        # Written as text: the driver would write each value by itself.
        array = sql_cast(literal(_array(kept, text=text)), ARRAY(String if text else BigInteger))
        return cast("ColumnElement[bool]", column == any_(array))
    listed = func.json_each(json.dumps(kept)).table_valued("value")
    return cast("ColumnElement[bool]", column.in_(select(listed.c.value)))
