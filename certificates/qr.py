"""A QR code as one vector path. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
# On the card of a page, whose white frame adds the rest.
SCREEN_QUIET_ZONE = 2
# Choosing the best of eight masks costs four fifths of the time; every mask is valid and this one scans well.
_MASK = 2


@dataclass(frozen=True)
class QrPath:
    """SVG path data of the dark modules, one unit a module, and the width with the quiet zone."""

    data: str
    size: int


def qr_path(text: str, quiet_zone: int = QUIET_ZONE) -> QrPath:
    """The QR code of `text` at error correction level M, neighbouring modules of a row merged to one rectangle."""
    symbol = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    parts: list[str] = []
    for y, row in enumerate(symbol.matrix):
        x, width = 0, len(row)
        while x < width:
            if not row[x]:
                x += 1
                continue
            end = x
            while end < width and row[end]:
                end += 1
            run = end - x
            parts.append(f"M{x + quiet_zone} {y + quiet_zone}h{run}v1h-{run}z")
            x = end
    return QrPath("".join(parts), len(symbol.matrix) + 2 * quiet_zone)
