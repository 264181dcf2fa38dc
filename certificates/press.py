"""Many papers one after another: a drawing process for each core, while this one reads what they need and keeps what they make.

The processes reuse the page of a course (`pdf.splicing`), and the database is touched by the calling thread only.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from certificates import papers
from certificates.papers import PaperOrder
from certificates.queries import CertificateRow
from certificates.rendering import Paper, Renderer, RenderingFailed
from certificates.signing.backend import SigningBackend, SigningFailed
from learning.kernel import clock
from learning.kernel.config import Settings
from learning.kernel.db import db
from learning.kernel.transaction import write

# Fewer papers than this are drawn before another process has started.
_WORTH_A_PROCESS = 12
_MOST_PROCESSES = 8


def processes_for(papers_count: int) -> int:
    """How many drawing processes so many papers are worth on this machine."""
    cores = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    return max(1, min(cores, papers_count // _WORTH_A_PROCESS))


def make_many(
    rows: Iterable[CertificateRow],
    settings: Settings,
    *,
    processes: int,
    remote: SigningBackend | None = None,
) -> Iterator[tuple[CertificateRow, Exception | None]]:
    """Make and keep signed papers; each row comes back with what went wrong (RenderingFailed, SigningFailed), in its order.

    Stopping half-way loses at most what is being drawn; what is kept stays. A service that signs is asked for one paper at a
    time. Raises whatever the database raises.
    """
    count = 1 if remote else processes
    idle: SimpleQueue[Renderer] = SimpleQueue()
    renderers = [Renderer() for _ in range(count)]
    for each in renderers:
        idle.put(each)

    def drawn(order: PaperOrder) -> Paper:
        using = idle.get()
        try:
            return papers.draw(order, using, remote=remote)
        finally:
            idle.put(using)

    waiting: deque[tuple[CertificateRow, Future[Paper]]] = deque()
    pool = ThreadPoolExecutor(count)
    try:
        for row in rows:
            order = papers.asked(row, settings, remote=remote is not None, reuse=True)
            db.session.rollback()
            waiting.append((row, pool.submit(drawn, order)))
            if len(waiting) > 2 * count:
                yield _kept(*waiting.popleft(), settings, remote)
        while waiting:
            yield _kept(*waiting.popleft(), settings, remote)
    finally:
        pool.shutdown(cancel_futures=True)
        for each in renderers:
            each.close()


def _kept(
    row: CertificateRow, made: Future[Paper], settings: Settings, remote: SigningBackend | None
) -> tuple[CertificateRow, Exception | None]:
    try:
        paper = made.result()
        if not write(papers.keep, certificate_id=row.id, template=row.template, paper=paper, now=clock.now()):
            # The worker signed the badge meanwhile: that one belongs into the paper.
            db.session.rollback()
            papers.make_kept(row, settings, remote=remote)
    except (RenderingFailed, SigningFailed) as error:
        return row, error
    return row, None
