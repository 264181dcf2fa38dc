"""How anything is written: one write section, one commit.

SQLite has one writer. Sixty-four requests that each begin a write in their own time end in "database is locked";
sixty-four that queue in front of one lock do not. So on SQLite a write section ends the request's read transaction,
waits for one thread lock and one file lock (several processes), begins IMMEDIATE, runs, commits, lets go.
On PostgreSQL it is a READ COMMITTED transaction, run again when the database reports a serialization failure or a
deadlock; services take row locks and rely on constraints.

Inside a section: load by id (nothing loaded earlier is still attached), check rights and deadlines again, do nothing
slow (no hashing, rendering, mail, parsing).
"""

from __future__ import annotations

import fcntl
import logging
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app, g, has_request_context
from sqlalchemy.exc import DBAPIError, IntegrityError

from learning.kernel.db import constraint_columns, db, writing

T = TypeVar("T")
log = logging.getLogger(__name__)

RETRY_STATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
MAX_TRIES = 6

_thread_lock = threading.Lock()
_lock_file: tuple[int, str, Any] | None = None  # (pid, path, file): reopened after a fork


def in_section() -> bool:
    """Whether the calling thread is inside a write section."""
    return getattr(writing, "depth", 0) > 0


def write(fn: Callable[..., T], /, **kwargs: Any) -> T:
    """Run `fn(**kwargs)` in a write section and commit; return what it returned.

    Guarantees: everything or nothing; audit entries and queued jobs belong to the same commit; after-commit hooks run
    only after it. A nested call joins the outer section. Any exception rolls back and is raised on.
    """
    if in_section():
        return fn(**kwargs)
    _count_request_write()
    result = _until_committed(fn, kwargs)
    for hook in _take("after_commit"):
        hook()
    return result


def _until_committed(fn: Callable[..., T], kwargs: dict[str, Any]) -> T:
    attempt = 1
    while True:
        db.session.rollback()
        try:
            with _exclusive():
                result = fn(**kwargs)
                _seal()
                db.session.commit()
                return result
        except DBAPIError as error:
            db.session.rollback()
            if not _retryable(error) or attempt == MAX_TRIES:
                raise
            log.info("write section runs again", extra={"attempt": attempt})
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - spreads the retries, keeps no secret
            attempt += 1
        except BaseException:
            db.session.rollback()
            raise


def after_commit(hook: Callable[[], None]) -> None:
    """Run `hook` once the current section has committed; forgotten if it rolls back."""
    if not in_section():
        raise RuntimeError("after_commit needs a write section")
    _list("after_commit").append(hook)


def before_commit(entry: object) -> None:
    """Keep an audit entry until the section is about to commit (see `audit.py`)."""
    if not in_section():
        raise RuntimeError("an audit entry needs a write section")
    _list("audit").append(entry)


def violated(error: IntegrityError, name: str) -> bool:
    """Whether `error` is the breach of the constraint or unique index called `name`, on either database.

    PostgreSQL names the constraint; SQLite names table and columns, or the check.
    """
    text = str(error.orig)
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        return bool(diag.constraint_name == name)
    if name in text:
        return True
    found = constraint_columns(name)
    if found is None:
        return False
    table, columns = found
    return "UNIQUE" in text and all(f"{table}.{column}" in text for column in columns)


def _seal() -> None:
    db.session.flush()
    entries = _take("audit")
    if entries:
        from learning.kernel import audit

        audit.seal(entries)


def _list(name: str) -> list[Any]:
    pending: dict[str, list[Any]] | None = getattr(writing, "pending", None)
    if pending is None:
        pending = writing.pending = {}
    return pending.setdefault(name, [])


def _take(name: str) -> list[Any]:
    pending: dict[str, list[Any]] = getattr(writing, "pending", None) or {}
    return pending.pop(name, [])


@contextmanager
def _exclusive() -> Iterator[None]:
    writing.pending = {}
    path = _database_file()
    if path is None:
        with _depth():
            yield
        return
    with _thread_lock:
        file = _open_lock_file(path)
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            with _depth():
                yield
        finally:
            # Whatever happened, the transaction must be over before the next writer may begin.
            db.session.rollback()
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def _depth() -> Iterator[None]:
    writing.depth = 1
    try:
        yield
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.depth = 0


def _database_file() -> str | None:
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        return None
    return url.database or ":memory:"


def _open_lock_file(database: str) -> Any:
    global _lock_file
    path = str(Path(database).resolve()) + ".lock" if database != ":memory:" else os.devnull
    if _lock_file is None or _lock_file[0] != os.getpid() or _lock_file[1] != path:
        if _lock_file is not None:
            _lock_file[2].close()
        _lock_file = (os.getpid(), path, open(path, "a"))  # noqa: SIM115 - kept open for the life of the process
    return _lock_file[2]


def _retryable(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RETRY_STATES


def _count_request_write() -> None:
    # One commit per request: two would let the second fail after the first has been told to the world.
    if not has_request_context():
        return
    g.write_sections = g.get("write_sections", 0) + 1
    if g.write_sections > 1 and current_app.testing:
        raise RuntimeError("a request may open one write section only")
