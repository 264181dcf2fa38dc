"""The child process that renders: JSON on standard input, one JSON line per fragment on standard output.

It limits itself before reading anything: CPU seconds, memory, no new files. A fragment that takes too much
CPU is given up and reported; the parent kills the whole process when even that does not help.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from types import FrameType
from typing import Any

MEMORY = 1024 * 1024 * 1024
MAX_HTML = 2 * 1024 * 1024
MAX_TOTAL = 32 * 1024 * 1024


class _TooSlow(BaseException):
    """Not an Exception, so that no library in between swallows it."""


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def main() -> None:
    """Read one request, answer each fragment on its own line, in order."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CPU, (int(request["cpu_seconds"]), int(request["cpu_seconds"]) + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, _alarm)

    from courses.format.shapes import Renderer

    renderer = Renderer(request["labels"], request["links"], request["images"])
    out = sys.stdout.buffer
    total = 0
    for number, (kind, source) in enumerate(request["fragments"]):
        answer: dict[str, Any] = {"n": number}
        try:
            signal.setitimer(signal.ITIMER_PROF, float(request["fragment_seconds"]))
            html, toc = renderer.render(kind, source)
            signal.setitimer(signal.ITIMER_PROF, 0)
            total += len(html)
            if len(html) > MAX_HTML or total > MAX_TOTAL:
                answer["error"] = "besar"
            else:
                answer.update(html=html, toc=toc)
        except _TooSlow:
            answer["error"] = "waktu"
            renderer = Renderer(request["labels"], request["links"], request["images"])
        except (RecursionError, MemoryError):
            answer["error"] = "dalam"
            renderer = Renderer(request["labels"], request["links"], request["images"])
        except Exception as error:  # noqa: BLE001 - one bad fragment must not take the others with it
            answer["error"] = type(error).__name__
            renderer = Renderer(request["labels"], request["links"], request["images"])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
