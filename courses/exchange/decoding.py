"""From the bytes of a file to its text: marks of order, UTF-16, and the code page of an old Windows."""

from __future__ import annotations

import re

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff\ue000-\uf8ff]"
)
"""Controls, invisible marks, halves of characters, and the private area (readers use it for placeholders)."""
_BINARY = (
    (b"PK\x03\x04", "a zip, Word or Excel file"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "a rich text file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
)
OLD_WINDOWS = "not UTF-8; read as Windows-1252"


class Unreadable(Exception):
    """The whole file cannot be read; the message is one line for the person who gave it."""


def decode(content: bytes) -> tuple[str, str]:
    """(text with Unix line ends, note about the encoding or ""). Raises Unreadable for what is not text.

    Without a byte order mark UTF-8 is tried, then UTF-16 when every other byte is zero, then Windows-1252, which is what
    Notepad wrote for twenty years. Unwanted characters become spaces, never nothing: words do not grow together.
    """
    for mark, name in _BINARY:
        if content.startswith(mark):
            raise Unreadable(f"this is {name}, not a text file")
    text, note = _decoded(content)
    return tidy(text), note


def tidy(text: str) -> str:
    """With Unix line ends and without the characters that no text of a course may hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub(" ", text.replace("\u200b", "").replace("\ufeff", "").replace("\u2028", "\n"))


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace"), ""
    sample = content[:4000]
    if b"\x00" in sample:
        for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros.count(0) * 2 > len(zeros):
                return content.decode(name, "replace"), "UTF-16 without a mark; read as such"
        raise Unreadable("this is not a text file")
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; Latin-1 has one for every byte.
        text = "".join(
            bytes([byte]).decode("cp1252", "ignore") or chr(byte) if byte > 0x7F else chr(byte)
            for byte in content
        )
        return text, OLD_WINDOWS
