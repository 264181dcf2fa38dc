"""A copy of the SQLite database while it is being written to.

SQLite's backup in one step holds a read snapshot: everything that was acknowledged when it began is in the copy. A copy
of the file is not that: rows acknowledged but not yet checkpointed sit in the write-ahead log beside it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid


def copy_database(target: Path) -> int:
    """Copy the database to `target` and check the copy; returns its size in bytes.

    Refuses: a database that is not SQLite (Invalid `kernel.backup_not_sqlite`), a target that exists (Conflict
    `kernel.backup_exists`). A copy that could not be finished or is damaged leaves nothing at `target`.
    """
    if db.engine.dialect.name != "sqlite":
        raise Invalid("kernel.backup_not_sqlite")
    if target.exists():
        raise Conflict("kernel.backup_exists", path=str(target))
    from pysqlite3 import dbapi2

    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    source = db.engine.raw_connection()
    copy = dbapi2.connect(str(partial))
    try:
        driver: Any = source.driver_connection
        driver.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise RuntimeError("the copy is damaged")
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.close()
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        copy.close()
        source.close()
        partial.unlink(missing_ok=True)
    return target.stat().st_size
