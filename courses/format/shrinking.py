"""An uploaded picture made anew from its pixels, in one killable child process.

A file of five megabytes can ask for gigabytes of pixels or for minutes of decoding (a progressive JPEG with thousands of
scans), and decoders have bugs. The child reads the claimed size before it decodes, has a memory and a CPU limit and an
environment without secrets; one runs at a time in one server process, with at most a gigabyte.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

LARGEST_SIDE = 1_600
"""Pixels of the longer side that a picture is reduced to: twice the width of a page, enough for sharp screens."""
WALL_SECONDS = 30.0
UNREADABLE, TOO_WIDE = "gambar-rusak", "gambar-terlalu-lebar"
_ROOT = Path(__file__).resolve().parent.parent.parent
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture without camera data, comments, colour profile or trailing bytes. `mime` is image/png or image/jpeg."""

    mime: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no picture: the code of a problem, and the size it claimed ("12000 × 9000") where that is the reason."""

    code: str
    size: str = ""


def moves(content: bytes) -> bool:
    """Whether a PNG or WebP says that it is an animation."""
    if content[:4] == b"RIFF" and content[8:16] == b"WEBPVP8X":
        return len(content) > 20 and bool(content[20] & 0x02)
    return content[:4] == b"\x89PNG" and b"acTL" in content[: content.find(b"IDAT") + 1]


def shrink(content: bytes, largest: int, *, wall_seconds: float = WALL_SECONDS) -> Shrunk | Refused:
    """The picture in at most `largest` bytes, turned as the camera was held. Never raises for content."""
    with _ONE_AT_A_TIME:
        child = subprocess.Popen(  # noqa: S603 - the interpreter itself, with numbers of our own
            [sys.executable, "-m", "courses.format.shrink_child", str(LARGEST_SIDE), str(largest)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
        try:
            output, _ = child.communicate(content, timeout=wall_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            output, _ = child.communicate()
    head, _, made = output.partition(b"\n")
    try:
        said = json.loads(head)
        if "error" in said:
            return Refused(str(said["error"]), str(said.get("size", "")))
        return Shrunk(str(said["mime"]), int(said["width"]), int(said["height"]), made)
    except (ValueError, KeyError):  # the child was stopped before it could answer
        return Refused(UNREADABLE)
