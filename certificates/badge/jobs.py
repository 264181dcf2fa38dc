"""Background work of badges. Each task may run twice and says the same the second time."""

from __future__ import annotations

from typing import Any

from certificates.badge import signing
from certificates.events import CertificateRevoked
from learning.kernel import jobs


@jobs.task("badges.sign_new")
def sign_new(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Sign the badges of the newest certificates."""
    return {"signed": signing.sign_missing()}


@jobs.task("badges.sign_missed")
def sign_missed(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Sign whatever has none: certificates from before badges, and all after a key was distrusted."""
    return {"signed": signing.sign_missing(all_of_them=True)}


@jobs.task("badges.sign_one")
def sign_one(payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Sign the badge that somebody is waiting for."""
    return {"signed": signing.sign_badges([payload["certificate_id"]])}


@jobs.task("badges.publish_list")
def publish_list(payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Publish a status list for the first time: a badge that stands in it was signed beside its paper."""
    signing.publish_status(payload["list_no"])
    return None


@jobs.task("badges.refresh_status")
def refresh_status(_payload: dict[str, Any], _progress: jobs.Progress) -> dict[str, Any] | None:
    """Publish the status lists that are behind."""
    return {"lists": signing.refresh_status()}


jobs.every("badges.sign_new", 120)
jobs.every("badges.sign_missed", 3_600)
# A replaced certificate waits for this; a revoked one is published at once.
jobs.every("badges.refresh_status", 300)


def follow_revocation(event: CertificateRevoked) -> None:
    """Publish at once that a badge was taken back. In the commit of the revocation."""
    jobs.enqueue("badges.refresh_status", {"certificate_id": event.certificate_id})


def ask_for_badge(*, certificate_id: int, minute: int) -> None:
    """Have a badge signed soon; asking again within the same minute changes nothing."""
    jobs.enqueue(
        "badges.sign_one",
        {"certificate_id": certificate_id},
        key=f"badges.sign_one:{certificate_id}@{minute}",
    )
