"""Pages: own certificates and papers, the public checks, eligibility of one, of many and one's own, rules, receipts."""

from certificates.routes import (
    bulk,
    checking,
    eligibility,
    holding,
    keys,
    letterheads,
    listing,
    paper,
    receipts,
    rules,
    unit_papers,
    uploading,
)

BLUEPRINTS = [
    holding.bp,
    checking.bp,
    uploading.bp,
    eligibility.bp,
    listing.bp,
    bulk.bp,
    rules.bp,
    receipts.bp,
    keys.bp,
    letterheads.bp,
    unit_papers.bp,
]
__all__ = ["BLUEPRINTS", "paper"]
