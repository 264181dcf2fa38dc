"""The answers of a long list, a part at a time: by this process, or by several at once."""

from __future__ import annotations

import itertools
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Self, cast

from certificates.pdf.worker import read_message, write_message
from certificates.promotion import bulk
from certificates.promotion.bulk import Entry
from certificates.promotion.checklines import Part
from certificates.promotion.rules import Rule
from certificates.promotion.scribe import Scribe
from learning.kernel.access import Principal
from learning.kernel.db import db

# Fewer lines than this are answered before another process has started.
_WORTH_A_PROCESS = 20_000
_MOST_PROCESSES = 8
_ROOT = Path(__file__).resolve().parents[2]


class HandLost(Exception):
    """A process that answered parts ended or failed. What is kept stays; the job goes on from there."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about every line of a list, by whom, as of which day `on` their reach is settled."""

    principal: Principal
    on: date
    rule: Rule
    as_of: date
    known_at: datetime


class Answerer:
    """Answers parts of one list in this process."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._scribe = Scribe(bulk.teller_for(question.rule, question.as_of))

    def part(self, entries: Sequence[Entry], *, start: int) -> Part:
        """The answers of these entries; `start` is the place of the first in the whole list, from 0."""
        asked = self._question
        found = bulk.people_of(
            entries,
            principal=asked.principal,
            on=asked.on,
            rule=asked.rule,
            as_of=asked.as_of,
            known_at=asked.known_at,
        )
        return self._scribe.part(entries, found, start=start)


def processes_for(lines: int) -> int:
    """How many processes so many lines are worth on this machine."""
    cores = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    return max(1, min(cores, lines // _WORTH_A_PROCESS))


def parts(lines: Iterator[Entry], question: Question, *, start: int, processes: int) -> Generator[Part]:
    """The answers of these lines in their order, `bulk.PART` at a time; `start` is the place of the first, from 0.

    Every number of processes gives the same bytes. Several look up and write while this one reads the list and keeps what they
    make; only a few parts are on their way, so memory does not grow with the list. Raises HandLost.
    """
    blocks = iter(lambda: list(itertools.islice(lines, bulk.PART)), [])
    if processes == 1:
        answerer = Answerer(question)
        for at, block in enumerate(blocks):
            yield answerer.part(block, start=start + at * bulk.PART)
        return
    with ExitStack() as stack:
        idle: SimpleQueue[Hand] = SimpleQueue()
        for _ in range(processes):
            idle.put(stack.enter_context(Hand(question)))
        pool = ThreadPoolExecutor(processes)
        stack.callback(pool.shutdown, cancel_futures=True)

        def answered(block: list[Entry], first: int) -> Part:
            hand = idle.get()
            try:
                return hand.part(block, start=first)
            finally:
                idle.put(hand)

        waiting: deque[Future[Part]] = deque()
        for at, block in enumerate(blocks):
            waiting.append(pool.submit(answered, block, start + at * bulk.PART))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class Hand:
    """Another process that answers parts (`certificates.promotion.hand`), with a connection of its own that only reads."""

    def __init__(self, question: Question) -> None:
        """The process is told where the database is by its pipe, not by its command line, which everybody can see."""
        address = db.engine.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "certificates.promotion.hand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
        )
        self._in, self._out = (
            cast("BinaryIO", self._process.stdin),
            cast("BinaryIO", self._process.stdout),
        )
        self._greeting = pickle.dumps((address, question))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for stream in (self._in, self._out):
            try:
                stream.close()
            except OSError:
                pass
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def part(self, entries: Sequence[Entry], *, start: int) -> Part:
        """As `Answerer.part`. Raises HandLost."""
        try:
            if self._greeting:
                write_message(self._in, self._greeting)
                self._greeting = b""
            # As plain tuples: half the price of named ones on the way.
            write_message(self._in, pickle.dumps((start, [tuple(entry) for entry in entries])))
            told = read_message(self._out)
        except (OSError, EOFError, ValueError) as error:
            raise HandLost("a process that answers lists ended") from error
        # Comes from our own process, by its pipe.
        made = pickle.loads(told) if told is not None else None  # noqa: S301
        if not isinstance(made, Part):
            raise HandLost(f"a process that answers lists failed: {made}")
        return made
