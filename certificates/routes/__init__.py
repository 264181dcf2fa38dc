"""Pages: own certificates, the public check, eligibility."""

from certificates.routes import checking, eligibility, holding

BLUEPRINTS = [holding.bp, checking.bp, eligibility.bp]
