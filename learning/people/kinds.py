"""The closed lists of this package. Stored by value; labels in `texts.py`. Words: fact sheet part 7."""

from __future__ import annotations

import enum


class UnitKind(enum.StrEnum):
    """What sort of organisational unit. Only the two agency kinds stand at the top of a tree."""

    CENTRAL_AGENCY = "CENTRAL_AGENCY"
    REGIONAL_AGENCY = "REGIONAL_AGENCY"
    SECRETARIAT = "SECRETARIAT"
    INSPECTORATE = "INSPECTORATE"
    DIRECTORATE = "DIRECTORATE"
    OFFICE = "OFFICE"
    BODY = "BODY"
    DISTRICT = "DISTRICT"
    VILLAGE = "VILLAGE"
    SCHOOL = "SCHOOL"
    HEALTH_CENTRE = "HEALTH_CENTRE"
    HOSPITAL = "HOSPITAL"
    TECHNICAL_UNIT = "TECHNICAL_UNIT"
    DIVISION = "DIVISION"
    SECTION = "SECTION"
    OTHER = "OTHER"


class EmploymentType(enum.StrEnum):
    """How somebody serves."""

    PNS = "PNS"
    CPNS = "CPNS"
    PPPK = "PPPK"
    PPPK_PART_TIME = "PPPK_PART_TIME"


class PersonStatus(enum.StrEnum):
    """ACTIVE may sign in; RETIRED and ENDED keep their records and certificates but not their access."""

    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    ENDED = "ENDED"


class PositionType(enum.StrEnum):
    """Kinds of position under UU 20/2023."""

    SENIOR_EXECUTIVE = "SENIOR_EXECUTIVE"
    ADMINISTRATOR = "ADMINISTRATOR"
    SUPERVISOR_POST = "SUPERVISOR_POST"
    FUNCTIONAL = "FUNCTIONAL"
    OPERATIONAL = "OPERATIONAL"


class PostingKind(enum.StrEnum):
    """DEFINITIVE: one's own seat, at most one open at a time. ACTING: Plt or Plh, beside it."""

    DEFINITIVE = "DEFINITIVE"
    ACTING = "ACTING"


class TokenPurpose(enum.StrEnum):
    """What a link in an e-mail may be used for."""

    ACTIVATION = "ACTIVATION"
    RESET = "RESET"


class SessionEnd(enum.StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "LOGOUT"
    LOGOUT_ALL = "LOGOUT_ALL"
    PASSWORD = "PASSWORD"  # noqa: S105 - a reason, not a secret
    STATUS = "STATUS"


class ImportKind(enum.StrEnum):
    """What an uploaded spreadsheet holds."""

    PEOPLE = "PEOPLE"
    UNITS = "UNITS"


class ImportState(enum.StrEnum):
    """UPLOADED -> CHECKED or REFUSED; CHECKED -> APPLYING -> APPLIED."""

    UPLOADED = "UPLOADED"
    REFUSED = "REFUSED"
    CHECKED = "CHECKED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
