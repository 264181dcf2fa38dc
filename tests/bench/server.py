"""Servers under measurement: Netra itself and a bare Flask page; their processor time and memory from /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")

BARE = """
import sys, waitress
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
from pysqlite3 import dbapi2
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + sys.argv[1]
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"module": dbapi2}
db = SQLAlchemy(app)
@app.get("/<int:key>")
def page(key):
    row = db.session.execute(text("SELECT id, name FROM person WHERE id = :key"), {"key": key}).first()
    return f"<!doctype html><title>bare</title><p>{row}</p>"
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
"""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its living children, user and system."""
    total = 0.0
    for one in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def memory_mb(pid: int) -> list[tuple[str, float]]:
    """Proportional memory (shared pages divided among sharers) of each process, in MiB."""
    rows = []
    for one in family(pid):
        with contextlib.suppress(OSError):
            pss = next(
                line
                for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
                if line.startswith("Pss:")
            )
            rows.append((str(one), int(pss.split()[1]) / 1024))
    return rows


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """A clean environment for commands and servers on their own instance folder."""
    base = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {
        **base,
        "NETRA_INSTANCE": str(instance),
        "NETRA_DEMO": "0",
        "LOG_LEVEL": "WARNING",
        "FLASK_SKIP_DOTENV": "1",
        **settings,
    }


@contextlib.contextmanager
def running(command: list[str], port: int, env: dict[str, str], path: str = "/healthz") -> Iterator[int]:
    """Start a server, wait until it answers, stop it at the end; gives its process id."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError(f"{command} does not answer")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
