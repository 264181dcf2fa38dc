"""What a token may be made for. Pure."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token opens; a token holds one or more, never "everything"."""

    ELIGIBILITY_READ = "eligibility:read"
    CERTIFICATES_READ = "certificates:read"
    CERTIFICATES_VERIFY = "certificates:verify"
    TRAINING_HISTORY_READ = "training-history:read"
    TRAINING_HISTORY_SUBMIT = "training-history:submit"
