"""From a certificate to an Open Badge 3.0 credential. Pure.

The badge says what the paper says, less: no NIP (nothing from which a person could be looked up elsewhere), no position,
no score. The name stands in it, because a proof that anybody can carry about proves nothing; the e-mail address only as
a salted hash, and only if there is one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from certificates.badge.linked_data import CREDENTIALS, OPEN_BADGES
from certificates.badge.proof import instant

ISSUER_NAME = "Netra, pembelajaran netralitas ASN"


@dataclass(frozen=True, slots=True)
class AchievementFacts:
    """What was achieved: one edition of one course."""

    course_key: str
    edition: str
    title: str
    jp: int


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """Everything a badge says. `subject` is a fresh urn:uuid, `status` the entry of its place in a status list.

    `email` and `salt` are both empty when no address is known. `expires_on` is the last valid day in `timezone`.
    """

    address: str
    number: str
    holder_name: str
    institution: str
    achievement: AchievementFacts
    issued_at: datetime
    expires_on: date | None
    timezone: str
    subject: str
    status: dict[str, str]
    email: str = ""
    salt: str = ""


def issuer_address(base_url: str) -> str:
    """Where the issuer's profile and keys stand; the issuer's name in every badge, for ever."""
    return f"{base_url}/penerbit"


def issuer_profile(base_url: str) -> dict[str, Any]:
    """The issuer as badges carry it."""
    return {"id": issuer_address(base_url), "type": ["Profile"], "name": ISSUER_NAME, "url": base_url}


def achievement(facts: AchievementFacts, base_url: str) -> dict[str, Any]:
    """What was achieved, as its own address shows it."""
    said: dict[str, Any] = {
        "id": f"{issuer_address(base_url)}/pencapaian/{facts.course_key}/{facts.edition}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": facts.title,
        "description": f"Pelatihan daring {facts.title} bagi aparatur sipil negara.",
        "criteria": {
            "narrative": "Menyelesaikan setiap modul beserta latihan kasusnya dan lulus kuis akhir sesuai batas kelulusan."
        },
        "creator": {"id": issuer_address(base_url), "type": ["Profile"]},
        "inLanguage": "id",
        "version": facts.edition,
    }
    if facts.jp:
        said["creditsAvailable"] = facts.jp
    return said


def credential(facts: BadgeFacts, base_url: str) -> dict[str, Any]:
    """The unsigned credential. Valid from the instant of the pass to the last second of the last valid day."""
    subject: dict[str, Any] = {
        "id": facts.subject,
        "type": ["AchievementSubject"],
        "identifier": _identifiers(facts),
        "licenseNumber": facts.number,
        "source": {
            "id": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{base_url}/lembaga/{facts.institution}')}",
            "type": ["Profile"],
            "name": facts.institution,
        },
        "achievement": achievement(facts.achievement, base_url),
    }
    if facts.achievement.jp:
        subject["creditsEarned"] = facts.achievement.jp
    said: dict[str, Any] = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": facts.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.achievement.title,
        "issuer": issuer_profile(base_url),
        "validFrom": instant(facts.issued_at),
    }
    if facts.expires_on is not None:
        said["validUntil"] = instant(last_second(facts.expires_on, facts.timezone))
    return {**said, "credentialSubject": subject, "credentialStatus": facts.status}


def last_second(day: date, timezone: str) -> datetime:
    """The last whole second of a day in a zone, in UTC."""
    after = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return after.astimezone(UTC) - timedelta(seconds=1)


def email_hash(email: str, salt: str) -> str:
    """`sha256$` and the hexadecimal hash of address and salt, as Open Badges writes hashed identities."""
    return "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest()


def _identifiers(facts: BadgeFacts) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "type": "IdentityObject",
            "identityType": "name",
            "hashed": False,
            "identityHash": facts.holder_name,
        }
    ]
    if facts.email:
        found.append(
            {
                "type": "IdentityObject",
                "identityType": "emailAddress",
                "hashed": True,
                "identityHash": email_hash(facts.email, facts.salt),
                "salt": facts.salt,
            }
        )
    return found
