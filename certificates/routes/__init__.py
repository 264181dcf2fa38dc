"""Pages: own certificates and badges, the public check, what the issuer publishes, eligibility."""

from certificates.routes import badges, checking, eligibility, holding, publishing

BLUEPRINTS = [holding.bp, badges.bp, checking.bp, publishing.bp, eligibility.bp]
