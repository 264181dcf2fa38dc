"""How many long answers one token may have under way at once.

A stream holds a worker thread for as long as it runs; without a limit one system could take them all, and pages would
wait. Counted in each process: the limit protects that process's threads.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from learning.kernel.errors import TooMany

AT_ONCE = 2
RETRY_SECONDS = 30

_lock = threading.Lock()
_under_way: Counter[int] = Counter()


class Counted(Iterator[bytes]):
    """A stream that counts against its token until the server closes it, also when nobody ever read it."""

    def __init__(self, token_id: int, parts: Iterator[bytes]) -> None:
        with _lock:
            if _under_way[token_id] >= AT_ONCE:
                raise TooMany("api.too_many", retry_after=RETRY_SECONDS)
            _under_way[token_id] += 1
        self._token_id, self._parts, self._open = token_id, parts, True

    def __next__(self) -> bytes:
        try:
            return next(self._parts)
        except BaseException:  # the end among them
            self.close()
            raise

    def close(self) -> None:
        """Give the place back; once."""
        with _lock:
            if self._open:
                self._open = False
                _under_way[self._token_id] -= 1
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()
