"""Pages: own certificates, the public check, eligibility."""

from certificates.routes import (
    checking,
    eligibility,
    holding,
    keys,
    letterheads,
    paper,
    unit_papers,
    uploading,
)

BLUEPRINTS = [
    holding.bp,
    checking.bp,
    eligibility.bp,
    keys.bp,
    letterheads.bp,
    unit_papers.bp,
    uploading.bp,
]
__all__ = ["BLUEPRINTS", "paper"]
