"""From bytes to lines: encoding, line ends and forbidden characters, with the place of each fault."""

from __future__ import annotations

import re

from courses.format.problems import Problems

# Everything a text may not hold: control characters, and the marks that make text read differently from
# what is stored (bidirectional overrides), which would let a reviewer approve something else.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


def decode(file: str, content: bytes, problems: Problems) -> str:
    """The text with Unix line ends and without a byte order mark. Faults are reported and replaced."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add(file, 1, "bukan-utf8", detail="UTF-16")
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.add(file, line, "bukan-utf8", detail=f"byte 0x{content[error.start]:02X}")
            text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen: set[int] = set()
    for match in FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if line not in seen:
            seen.add(line)
            problems.add(file, line, "karakter-terlarang", code=f"U+{ord(match.group()):04X}")
        if len(seen) >= 20:
            break
    return readable(text)


def readable(text: str) -> str:
    """The text as it is read: a space for every character that it may not hold. No character changes its place."""
    return FORBIDDEN.sub(" ", text).encode("utf-8", "replace").decode()


def line_at(text: str, offset: int) -> int:
    """The 0-based line of a character offset."""
    return text.count("\n", 0, offset)
