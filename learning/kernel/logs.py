"""Structured logs: one JSON object a line on stderr, with the request's id and without anybody's NIP."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# Eighteen digits, also written in groups as on paper (YYYYMMDD YYYYMM G SSS).
_NIP = re.compile(r"(?<!\d)\d{8}[ .-]?\d{6}[ .-]?\d[ .-]?\d{3}(?!\d)")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def without_nip(text: str) -> str:
    """The text with every 18-digit employee number blanked."""
    return _NIP.sub("[nip]", text)


class JsonFormatter(logging.Formatter):
    """Formats a record, its extras and its traceback as one scrubbed JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (rid := request_id.get()) is not None:
            line["request_id"] = rid
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return without_nip(json.dumps(line, default=str, ensure_ascii=False))


def configure(level: str) -> None:
    """Send all logs through the JSON formatter to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("weasyprint", "fontTools", "huey", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
