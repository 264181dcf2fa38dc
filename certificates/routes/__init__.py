"""Pages: own certificates, the public check, eligibility, what two people decide, what stands behind a certificate."""

from certificates.routes import checking, eligibility, evidence, holding, life

BLUEPRINTS = [holding.bp, checking.bp, eligibility.bp, life.bp, evidence.bp]
