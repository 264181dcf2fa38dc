"""A stranger's PDF judged in a process of its own: `examine` starts it, `python -m certificates.signing.examining` is it.

The file goes in by a pipe and is never written anywhere. The process may use five seconds of the processor, little memory,
and can create neither files nor processes; whatever a crafted file does to the parser, it does it there.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from certificates.signing.verdict import Finding, Outcome, PaperKind

MAX_FILE = 5 * 1024 * 1024
TIME_LIMIT = 15.0
CPU_SECONDS = 5
MEMORY = 700_000_000
# So many at a time for one web process; the rest wait a moment or are sent away.
_places = threading.BoundedSemaphore(2)
_PATIENCE = 3.0
_LENGTH = struct.Struct(">I")
_ROOT = Path(__file__).resolve().parents[2]


class Busy(Exception):
    """Too many files are being judged already."""


def examine(pdf: bytes, signers: list[str], time_limit: float = TIME_LIMIT) -> Finding:
    """Judge a file against the certificates (PEM) that ever signed for us. Raises Busy.

    A file on which the process dies or runs out of time or memory is UNREADABLE.
    """
    head = json.dumps(signers).encode()
    if not _places.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "certificates.signing.examining"],
            input=_LENGTH.pack(len(head)) + head + pdf,
            capture_output=True,
            timeout=time_limit,
            cwd=_ROOT,
            env={key: value for key, value in os.environ.items() if key in ("PATH", "LANG")},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(Outcome.UNREADABLE)
    finally:
        _places.release()
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return Finding(Outcome.UNREADABLE)
    signed_at = told["signed_at"]
    return Finding(
        Outcome(told["outcome"]),
        told["signer"],
        datetime.fromisoformat(signed_at) if signed_at else None,
        told["number"],
        told["ours"],
        PaperKind(told["kind"]),
    )


def main() -> None:
    """Read signers and file from standard input, write the finding to standard output."""
    import logging

    from certificates.signing.inspecting import inspect

    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read(MAX_FILE + 2_000_000)
    (size,) = _LENGTH.unpack(content[: _LENGTH.size])
    signers = json.loads(content[_LENGTH.size : _LENGTH.size + size])
    # After the imports, which need files and threads of their own; before the first byte of the file is looked at.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = inspect(content[_LENGTH.size + size :], signers)
    except (MemoryError, RecursionError):
        found = Finding(Outcome.UNREADABLE)
    told = asdict(found)
    told["signed_at"] = found.signed_at.isoformat() if found.signed_at else None
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
