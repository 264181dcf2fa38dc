"""What stands behind a certificate: pass record, attempt, paper, edition, source, and the acts in the audit chains.

One reading for the page and its print. Of certificates and question set the hash is computed again from what the database
holds now and set beside the one that was frozen then, so that the page itself shows a row that was tampered with. Modules
and source files have no frozen hash of their own: theirs is for comparing with an earlier print or a copy elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from certificates import queries
from certificates.models import Certificate
from certificates.payload import canonical
from certificates.queries import CertificateRow
from courses import provenance
from courses.provenance import Provenance
from learning.kernel import audit
from learning.kernel.audit import Position
from learning.kernel.db import db
from learning.people.queries import person_rows
from quizzes import sealed
from quizzes.sealed import SealedPaper, ShownQuestion


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of the chain. `frozen_hash` is what the row says, `intact` whether its words still give it."""

    row: CertificateRow
    frozen_hash: str
    intact: bool


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the audit log with the name of who did it; None: the system."""

    position: Position
    actor: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything behind one certificate. `edition_matches`: the certificate names this edition. `questions` is empty for everybody but the holder, and while the key is held back."""

    links: tuple[Link, ...]
    paper: SealedPaper
    questions: tuple[ShownQuestion, ...]
    edition: Provenance
    acts: tuple[Act, ...]
    edition_matches: bool


def evidence_of(row: CertificateRow, *, viewer_id: int, now: datetime) -> Evidence:
    """The chain behind a certificate that the viewer may open (the caller has found it in reach).

    The holder sees the questions as shown, with answers and key, under the rule of the result page. Anybody else sees the
    record of the paper and not its questions: HR and admins sit the same quiz.
    """
    paper = sealed.sealed_paper(row.pass_record_id)
    assert paper is not None
    edition = provenance.provenance_of(paper.course_key, paper.edition)
    if edition is None:
        raise LookupError(f"the edition that was passed is not published: {paper.course_key} {paper.edition}")
    chain = queries.chain_of(row.pass_record_id, now=now)
    subjects = [
        f"attempt/{paper.public_id}",
        f"pass_record/{paper.record_id}",
        *(f"certificate/{link.id}" for link in chain),
    ]
    questions = sealed.shown_paper(paper, viewer_id, now) if viewer_id == row.person_id else ()
    return Evidence(
        _links(chain),
        paper,
        questions,
        edition,
        _acts(subjects, holder_looks=viewer_id == row.person_id),
        edition.content_hash.startswith(row.payload.edition),
    )


def _links(chain: list[CertificateRow]) -> tuple[Link, ...]:
    stored = {
        found.id: found
        for found in db.session.execute(
            select(Certificate.id, Certificate.payload, Certificate.payload_hash).where(
                Certificate.id.in_([row.id for row in chain])
            )
        )
    }
    return tuple(
        Link(
            row,
            stored[row.id].payload_hash,
            hashlib.sha256(canonical(stored[row.id].payload)).hexdigest() == stored[row.id].payload_hash,
        )
        for row in chain
    )


def _acts(subjects: list[str], *, holder_looks: bool) -> tuple[Act, ...]:
    # A suspicion that nobody confirmed is not held up to the holder, here as little as in "Data saya".
    unconfirmed = {
        "certificate.revocation_proposed",
        "certificate.revocation_declined",
        "certificate.revocation_withdrawn",
    }
    found = [
        position
        for position in audit.positions(subjects)
        if not (holder_looks and position.action in unconfirmed)
    ]
    names = person_rows({position.actor_id for position in found if position.actor_id is not None})
    return tuple(
        Act(position, names[position.actor_id].display_name if position.actor_id in names else None)
        for position in found
    )
