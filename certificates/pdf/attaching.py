"""A file that travels inside a PDF. Apart from the engine, because importing that one costs half a second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF. `relationship` is the AFRelationship of ISO 32000-2, 7.11.3.

    It bears the day of the paper, so that equal input gives equal bytes.
    """

    name: str
    media_type: str
    description: str
    content: bytes
    relationship: str = "Supplement"
