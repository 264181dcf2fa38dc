"""Pages: own certificates, the public check, eligibility of one, of many and one's own, rules."""

from certificates.routes import checking, eligibility, holding, listing, rules

BLUEPRINTS = [holding.bp, checking.bp, eligibility.bp, listing.bp, rules.bp]
