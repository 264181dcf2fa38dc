"""Whether the database has the schema this code was written for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from learning.kernel.db import db


@lru_cache(maxsize=1)
def newest_migration(root: str) -> str | None:
    """The head revision shipped with this code."""
    return ScriptDirectory(str(Path(root) / "migrations")).get_current_head()


def schema_is_current() -> bool:
    """True when the database stands at the newest migration."""
    context = MigrationContext.configure(db.session.connection())
    return context.get_current_revision() == newest_migration(current_app.root_path)
