"""The audit log: who did what to what, when; append-only and chained, so that a changed row is found.

Entries are kept in sixteen chains (by subject), each numbered without gaps; an entry's hash covers the hash before
it. One chain would make every commit on PostgreSQL wait for the one before; sixteen let them pass. Sealing is the
last act before the commit, so its lock is held for the shortest time and cannot deadlock with row locks.

Entries name people by internal id, never by NIP, and carry no secrets.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    String,
    UniqueConstraint,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from learning.kernel import clock
from learning.kernel.bulk import insert_many
from learning.kernel.db import CanonicalJson, Model, canonical_json, db
from learning.kernel.transaction import before_commit

CHAINS = 16
GENESIS = "0" * 64
BIG_ID = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(Model):
    """One act. Refuses update and delete (trigger); `hash` chains it to `prev_hash`."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq", name="uq_audit_entry_chain_seq"),
        Index("ix_audit_entry_subject", "subject"),
        Index("ix_audit_entry_about_id", "about_id"),
        {"info": {"append_only": True}},
    )
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    chain: Mapped[int]
    seq: Mapped[int] = mapped_column(BIG_ID)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    actor_id: Mapped[int | None]
    about_id: Mapped[int | None]
    detail: Mapped[dict[str, object]] = mapped_column(CanonicalJson)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Entry:
    """An act waiting for its commit."""

    at: datetime
    action: str
    subject: str
    actor_id: int | None
    about_id: int | None
    detail: dict[str, object]

    @property
    def chain(self) -> int:
        """The chain of its subject: all acts on one thing stand in one chain, in order."""
        return hashlib.sha256(self.subject.encode()).digest()[0] % CHAINS


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of a chain that does not follow from the one before it."""

    entry_id: int
    chain: int
    seq: int
    reason: str


def record(
    action: str,
    subject: str,
    *,
    actor_id: int | None = None,
    about_id: int | None = None,
    **detail: object,
) -> None:
    """Note an act; it is written and chained in the same commit as the change. Needs a write section."""
    before_commit(Entry(clock.now(), action, subject, actor_id, about_id, detail))


def seal(entries: list[Entry]) -> None:
    """Chain and insert the entries of one section. Called by the transaction only, last before commit."""
    by_chain: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_chain[entry.chain].append(entry)
    rows: list[dict[str, object]] = []
    ends = _ends(sorted(by_chain))
    for chain in sorted(by_chain):
        seq, previous = ends.get(chain, (0, GENESIS))
        for entry in by_chain[chain]:
            seq += 1
            digest = _hash(previous, chain, seq, entry)
            rows.append(
                {
                    "chain": chain,
                    "seq": seq,
                    "at": entry.at,
                    "action": entry.action,
                    "subject": entry.subject,
                    "actor_id": entry.actor_id,
                    "about_id": entry.about_id,
                    "detail": entry.detail,
                    "prev_hash": previous,
                    "hash": digest,
                }
            )
            previous = digest
    insert_many(AuditEntry, rows)


def _ends(chains: list[int]) -> dict[int, tuple[int, str]]:
    """The last number and hash of each of these chains, locked until the commit, in two statements."""
    if db.engine.dialect.name == "postgresql":
        # Row by row in the order given, so that two sections never wait for each other; read only once all are held.
        locks = text(
            "SELECT pg_advisory_xact_lock(74217, chain) FROM unnest(CAST(:chains AS int[])) AS chain"
        )
        db.session.execute(locks, {"chains": chains})
    last = [
        select(literal(chain), AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
        for chain in chains
    ]
    # Nearly every section has one act.
    found = last[0] if len(last) == 1 else union_all(*(select(one.subquery()) for one in last))
    return {chain: (seq, digest) for chain, seq, digest in db.session.execute(found)}


def _hash(previous: str, chain: int, seq: int, entry: Entry) -> str:
    body = canonical_json(
        [
            chain,
            seq,
            entry.at.isoformat(timespec="milliseconds"),
            entry.action,
            entry.subject,
            entry.actor_id,
            entry.about_id,
            entry.detail,
        ]
    )
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def verify() -> Iterator[Break]:
    """Recompute every chain in order; yields the first broken row of each broken chain.

    Finds changed, removed, inserted and renumbered rows. It cannot see a cut-off tail: keep the heads
    (`heads()`) outside the database to notice that too.
    """
    for chain in range(CHAINS):
        broken = _first_break(chain)
        if broken is not None:
            yield broken


def _first_break(chain: int) -> Break | None:
    previous, expected = GENESIS, 1
    with db.session.execute(
        select(AuditEntry)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=2000)
    ) as rows:
        for row in rows.scalars():
            entry = Entry(row.at, row.action, row.subject, row.actor_id, row.about_id, row.detail)
            if row.seq != expected:
                return Break(row.id, chain, row.seq, f"expected number {expected}")
            if row.prev_hash != previous:
                return Break(row.id, chain, row.seq, "does not follow the row before it")
            if row.hash != _hash(previous, chain, row.seq, entry):
                return Break(row.id, chain, row.seq, "content does not match its hash")
            previous, expected = row.hash, expected + 1
    return None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an act stands in its chain; `hash` covers it and everything before it in the chain."""

    at: datetime
    action: str
    subject: str
    actor_id: int | None
    chain: int
    seq: int
    hash: str


def positions(subjects: list[str]) -> list[Position]:
    """The acts on these subjects in the order in which they happened."""
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.at, AuditEntry.id)
    )
    return [
        Position(row.at, row.action, row.subject, row.actor_id, row.chain, row.seq, row.hash) for row in rows
    ]


def heads() -> list[tuple[int, int, str]]:
    """(chain, last number, hash) of every chain that has entries, to be kept elsewhere."""
    last = (
        select(AuditEntry.chain, func.max(AuditEntry.seq).label("seq")).group_by(AuditEntry.chain).subquery()
    )
    rows = db.session.execute(
        select(AuditEntry.chain, AuditEntry.seq, AuditEntry.hash)
        .join(last, (AuditEntry.chain == last.c.chain) & (AuditEntry.seq == last.c.seq))
        .order_by(AuditEntry.chain)
    )
    return [(row.chain, row.seq, row.hash) for row in rows]
