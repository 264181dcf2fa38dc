"""Pages of this package: units, elections, assignments."""

from __future__ import annotations

from learning.records.routes import (
    assignments,
    comparison,
    elections,
    moving,
    regions,
    reliefs,
    timeline,
    units,
)
from learning.records.routes.blueprint import bp

BLUEPRINTS = [bp]
__all__ = [
    "BLUEPRINTS",
    "assignments",
    "comparison",
    "elections",
    "moving",
    "regions",
    "reliefs",
    "timeline",
    "units",
]
