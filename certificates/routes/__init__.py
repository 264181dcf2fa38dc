"""Pages: own certificates, papers and badges, what two people decide, what stands behind one, the public checks, eligibility of one, of many and one's own, rules, receipts."""

from certificates.routes import (
    badges,
    bulk,
    checking,
    edition_check,
    eligibility,
    evidence,
    holding,
    keys,
    letterheads,
    life,
    listing,
    lists,
    paper,
    print_editions,
    publishing,
    receipt_papers,
    receipts,
    rules,
    unit_papers,
    uploading,
)

BLUEPRINTS = [
    holding.bp,
    badges.bp,
    checking.bp,
    uploading.bp,
    lists.bp,
    publishing.bp,
    eligibility.bp,
    listing.bp,
    bulk.bp,
    rules.bp,
    receipts.bp,
    keys.bp,
    letterheads.bp,
    unit_papers.bp,
    life.bp,
    evidence.bp,
]
__all__ = ["BLUEPRINTS", "edition_check", "paper", "print_editions", "receipt_papers"]
