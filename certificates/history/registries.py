"""Where course records are handed over. One small interface; the one registry so far is a file for the agency to upload.

The national system gives access to agencies with credentials only. Its endpoint was not reached by this code, so there
is no adapter for it that would look finished without ever having been answered: whoever has credentials writes one class
here, and queue, receipts and pages stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from flask import current_app

from certificates.history import sheets
from certificates.history.records import CourseRecord, fingerprint

FOLDER = "riwayat-pelatihan"


class Registry(Protocol):
    """Somebody who takes course records and gives a receipt for each."""

    name: str

    def hand_over(self, batch: str, records: Sequence[CourseRecord]) -> list[str]:
        """Receipts in the order of the records, at most 100 characters each.

        The same batch may come twice (a worker died before it could note the receipts): the registry must then give the
        same receipts and enter nothing twice. Raises when it took nothing.
        """


class FileRegistry:
    """Puts the batch as a CSV file into the instance folder; a receipt names the file, the line and what stood there."""

    name = "berkas"

    def hand_over(self, batch: str, records: Sequence[CourseRecord]) -> list[str]:
        """Write the whole file or none."""
        path = file_of(batch)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(sheets.as_csv(records))
        beside.replace(path)
        return [
            f"{batch[:8]}/{number}/{fingerprint(record)[:16]}" for number, record in enumerate(records, 1)
        ]


def file_of(batch: str) -> Path:
    """Where the file of a batch stands."""
    folder: Path = current_app.config["NETRA"].instance
    return folder / FOLDER / f"{batch}.csv"


def registry() -> Registry:
    """The registry of this installation."""
    return FileRegistry()
