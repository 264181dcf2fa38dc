"""Pages: own certificates, the public checks, eligibility of one, of many and one's own, rules, receipts."""

from certificates.routes import bulk, checking, eligibility, holding, listing, receipts, rules

BLUEPRINTS = [holding.bp, checking.bp, eligibility.bp, listing.bp, bulk.bp, rules.bp, receipts.bp]
