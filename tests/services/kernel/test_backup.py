"""A backup taken while people answer holds everything that was acknowledged before it began."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pysqlite3 import dbapi2

from learning.kernel import audit
from learning.kernel.backup import copy_database
from learning.kernel.errors import Conflict, Invalid
from learning.kernel.transaction import write


def test_what_was_acknowledged_before_is_in_the_copy(
    app: Flask, database: Any, db_session: Any, tmp_path: Path
) -> None:
    if not database.sqlite:
        with pytest.raises(Invalid):
            copy_database(tmp_path / "copy.db")
        return
    acknowledged: list[int] = []
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            while not stop.is_set():
                write(lambda: audit.record("test.done", "thing", n=len(acknowledged)))
                acknowledged.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        while len(acknowledged) < 20:
            pass
        before = len(acknowledged)
        assert copy_database(tmp_path / "copy.db") > 0
    finally:
        stop.set()
        thread.join()
    copy = dbapi2.connect(str(tmp_path / "copy.db"))
    count = copy.execute("SELECT count(*) FROM audit_entry").fetchone()[0]
    copy.close()
    assert count >= before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db"]


def test_an_old_backup_is_never_overwritten(
    app: Flask, database: Any, db_session: Any, tmp_path: Path
) -> None:
    (tmp_path / "copy.db").write_text("last week")
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy.db")])
    assert result.exit_code == 1
    assert "copy.db" in result.output or not database.sqlite
    assert (tmp_path / "copy.db").read_text() == "last week"
    if database.sqlite:
        with pytest.raises(Conflict):
            copy_database(tmp_path / "copy.db")
