"""Zips of course folders for tests of the studio."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures" / "courses"
GOOD = FIXTURES / "kursus-lengkap"
BAD = FIXTURES / "dua-puluh-kesalahan"


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def zip_of(files: Mapping[str, bytes], top: str = "") -> bytes:
    """The files as a zip, below the folder `top` when it is given."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"{top}/{path}" if top else path, content)
    return data.getvalue()
