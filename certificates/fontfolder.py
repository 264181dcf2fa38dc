"""Where the bundled fonts lie, and how fontconfig is told to look nowhere else.

With the machine's own fonts a missing glyph would be filled from whatever is installed: other bytes on each machine.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

FONT_FOLDER = Path(__file__).parent / "fonts"


def use_bundled_fonts(environment: MutableMapping[str, str]) -> None:
    """Point fontconfig at the bundled folder. Has an effect only before the first text is laid out."""
    environment["FONTCONFIG_FILE"] = str(FONT_FOLDER / "fonts.conf")
