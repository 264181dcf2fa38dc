"""Alembic's entry: how migrations reach the database and how models are written into them."""

from __future__ import annotations

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def render_item(kind, item, autogen_context):
    """Write our column types as what they are in the database, so that a migration needs none of our code."""
    from learning.kernel.db import CanonicalJson, UtcDateTime

    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, CanonicalJson):
        return "sa.Text()"
    return False


def compare_type(_context, _inspected_column, _metadata_column, _inspected_type, metadata_type):
    """Leave the comparison to Alembic except for the types that only wrap a plain one."""
    from learning.kernel.db import CanonicalJson, UtcDateTime

    return False if isinstance(metadata_type, UtcDateTime | CanonicalJson) else None


def run() -> None:
    """Migrate in one transaction.

    SQLite changes a table by building it anew; with foreign keys on, dropping the old table deletes every row that
    points to it. The switch has no effect inside a transaction, so it comes before it.
    """
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        driver = connection.connection.dbapi_connection
        if sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=compare_type,
            transactional_ddl=True,  # Alembic assumes none on SQLite, whose driver we run with an explicit BEGIN
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"the migration left rows without what they point to: {broken[:5]}")
        if connection.in_transaction():
            connection.commit()
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


run()
