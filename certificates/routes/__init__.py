"""Pages: own certificates and badges, the public check of one and of many, what the issuer publishes, eligibility."""

from certificates.routes import badges, bulk, checking, eligibility, holding, publishing

BLUEPRINTS = [holding.bp, badges.bp, checking.bp, bulk.bp, publishing.bp, eligibility.bp]
