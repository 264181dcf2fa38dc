"""Append-only and frozen tables, refused by the database itself.

A model says so in `info`: `{"append_only": True}`, or `{"frozen": [columns], "frozen_when": "SQL over OLD"}` for a row
whose listed columns never change and which as a whole never changes again once the condition holds.
An append-only table may also name new rows it does not take: `"refuse_insert": "SQL over NEW"`, for a rule that came
after the first rows, which a CHECK would have to hold of as well.
The statements are created with the tables, and stand literally in the migration.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event

from learning.kernel.db import db

FUNCTION = """CREATE OR REPLACE FUNCTION netra_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""


def guard_statements(table: Table, dialect: str) -> list[str]:
    """The CREATE TRIGGER statements that protect one table on one database ('sqlite' or 'postgresql')."""
    if table.info.get("append_only"):
        return _refuse_all(table.name, dialect) + _refuse_insert(table, dialect)
    columns = table.info.get("frozen")
    when = table.info.get("frozen_when")
    statements: list[str] = []
    if columns:
        statements += _refuse_columns(table.name, columns, dialect)
    if when:
        statements += _refuse_when(table.name, when, dialect)
    return statements


def _refuse_all(name: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER guard_{name}_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, 'frozen: {name}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER guard_{name}_change BEFORE UPDATE OR DELETE ON {name} "
        "FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        f"CREATE TRIGGER guard_{name}_truncate BEFORE TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ]


def _refuse_insert(table: Table, dialect: str) -> list[str]:
    when = table.info.get("refuse_insert")
    if not when:
        return []
    head = f"CREATE TRIGGER guard_{table.name}_insert BEFORE INSERT ON {table.name}"
    if dialect == "sqlite":
        return [f"{head} WHEN {when} BEGIN SELECT RAISE(ABORT, 'frozen: {table.name}'); END"]
    return [f"{head} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION netra_refuse()"]


def _refuse_columns(name: str, columns: list[str], dialect: str) -> list[str]:
    if dialect == "sqlite":
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        return [
            f"CREATE TRIGGER guard_{name}_columns BEFORE UPDATE ON {name} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, 'frozen: {name}'); END"
        ]
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return [
        f"CREATE TRIGGER guard_{name}_columns BEFORE UPDATE ON {name} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION netra_refuse()"
    ]


def _refuse_when(name: str, when: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER guard_{name}_{verb.lower()} BEFORE {verb} ON {name} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'frozen: {name}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE TRIGGER guard_{name}_change BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW "
        f"WHEN ({when}) EXECUTE FUNCTION netra_refuse()"
    ]


def all_statements(dialect: str) -> list[str]:
    """Every guard of every model, the PostgreSQL function first."""
    statements = [FUNCTION] if dialect == "postgresql" else []
    for table in db.metadata.sorted_tables:
        statements += guard_statements(table, dialect)
    return statements


def init_guards() -> None:
    """Create the guards whenever tables are created from the models; migrations carry their statements literally."""
    if not event.contains(db.metadata, "after_create", _after_create):
        event.listen(db.metadata, "after_create", _after_create)


def _after_create(_metadata: object, connection: Any, tables: list[Table] | None = None, **_: object) -> None:
    if tables:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(FUNCTION.replace("%", "%%"))
        for table in tables:
            for statement in guard_statements(table, connection.dialect.name):
                connection.exec_driver_sql(statement)
