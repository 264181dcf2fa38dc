"""Many rows into one table: `COPY` on PostgreSQL, one prepared statement on SQLite.

A statement for each row costs PostgreSQL more than the row does: ten thousand new people are fifty thousand rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from learning.kernel.db import Model, db

# Below this many rows the round trip counts, not the rows.
FEW = 20
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_many(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all give the same columns, with every constraint and trigger that an INSERT meets.

    Values are those the model takes (enums, aware datetimes); defaults kept in Python are not filled in. What waits in the
    session is written first. Breaches come as SQLAlchemy's errors, as from any statement.
    """
    if not rows:
        return
    table = model.__table__
    assert isinstance(table, Table)
    db.session.flush()
    connection = db.session.connection()
    if len(rows) < FEW or connection.dialect.name != "postgresql":
        connection.execute(insert(table), list(rows))
    else:
        _copy(connection, table, rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = connection.dialect
    names = list(rows[0])
    quote = dialect.identifier_preparer.quote
    statement = f"COPY {quote(table.name)} ({', '.join(quote(name) for name in names)}) FROM STDIN"
    columns = [_column(table, name, rows, dialect) for name in names]
    body = "\n".join("\t".join(cells) for cells in zip(*columns, strict=True))
    driver: Any = connection.connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(f"{body}\n")
    except psycopg.Error as error:
        # The driver was asked directly; whoever catches constraint breaches expects them as from any other statement.
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=dialect) from error


def _column(table: Table, name: str, rows: Sequence[Mapping[str, Any]], dialect: Any) -> list[str]:
    process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values: list[Any] = [row[name] for row in rows]
    if values.count(values[0]) == len(values):  # empty, or the same for everybody
        return [_cell(process(values[0]) if process else values[0])] * len(values)
    if process:
        values = list(map(process, values))
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str} and (together := "".join(values)).isprintable() and "\\" not in together:
        return values
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """One value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED) if not value.isprintable() or "\\" in value else str(value)
    if isinstance(value, int | date):  # datetimes are dates, booleans are whole numbers
        return str(value)
    raise TypeError(f"no COPY of {type(value).__name__}")
