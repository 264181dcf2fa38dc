"""Rendering many Markdown fragments in one killable child process.

Python-Markdown needs 15 seconds for 10 kB of `[`; nothing that an author uploads may hold the server that
long. The child gets a CPU budget per fragment and for all, a memory limit, and an environment without
secrets; what it does not finish is reported with the file and line of the fragment.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.format import rendered
from courses.format.compiled import CompiledMedia
from courses.format.fragments import Fragment
from courses.format.problems import Problems
from courses.format.registry import Registry
from courses.format.source import MODULE_FILE

FRAGMENT_SECONDS = 2.0
CPU_SECONDS = 40
WALL_SECONDS = 60.0
MAX_RESTARTS = 3
_ROOT = Path(__file__).resolve().parent.parent.parent
_CODES = {"waktu": "render-terlalu-lama", "dalam": "render-terlalu-dalam", "besar": "render-terlalu-besar"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML of one fragment and its headings as (level, id, text). Empty HTML when it failed."""

    html: str = ""
    toc: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """What the fragments may refer to: citation labels, module pages, images of the course."""

    labels: Mapping[str, str]
    modules: Mapping[str, str]
    images: Mapping[str, Mapping[str, Any]]


def links_for(
    key: str, registry: Registry, names: Iterable[str], media: Mapping[str, CompiledMedia]
) -> Links:
    """What texts of a course may point to. `names` are its files, `media` the images that are there."""
    return Links(
        labels={
            f"{regulation.key} {article.locator}": regulation.label(article)
            for regulation in registry.regulations.values()
            for article in regulation.articles.values()
        },
        modules={
            name: f"/kursus/{key}/{match[2]}" for name in names if (match := MODULE_FILE.fullmatch(name))
        },
        images={
            path: {"src": f"/kursus/{key}/media/{found.sha256}", "width": found.width, "height": found.height}
            for path, found in media.items()
        },
    )


def render(
    fragments: Sequence[Fragment],
    links: Links,
    problems: Problems,
    *,
    fragment_seconds: float = FRAGMENT_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> list[Rendered]:
    """The HTML of every fragment, in order. Never raises for content.

    Equal fragments are rendered once, and not at all while the process remembers them from an earlier call.
    """
    distinct = list(dict.fromkeys((fragment.kind, fragment.source) for fragment in fragments))
    name = rendered.name_of(links)
    known = rendered.recall(name, distinct)
    made: dict[tuple[str, str], Rendered] = {}
    failed: dict[tuple[str, str], str] = {}
    waiting = [piece for piece in distinct if piece not in known]
    deadline = time.monotonic() + wall_seconds
    for _attempt in range(1 + MAX_RESTARTS):
        left = deadline - time.monotonic()
        if not waiting or left <= 0:
            break
        answers, culprit = _run(waiting, links, fragment_seconds, left)
        for piece, answer in zip(waiting, answers, strict=False):
            if "error" in answer:
                failed[piece] = _CODES.get(answer["error"], "render-gagal")
            else:
                made[piece] = Rendered(answer["html"], tuple((t[0], t[1], t[2]) for t in answer["toc"]))
        if len(answers) == len(waiting):
            waiting = []
            break
        # The child died on the first fragment without an answer: leave it out, go on with the rest.
        failed[waiting[len(answers)]] = culprit
        waiting = waiting[len(answers) + 1 :]
    for piece in waiting:
        failed[piece] = "render-dihentikan"
    rendered.keep(name, made)
    known |= made
    for fragment in fragments:
        code = failed.get((fragment.kind, fragment.source))
        if code is not None:
            problems.add(fragment.file, fragment.line, code)
    return [known.get((fragment.kind, fragment.source), Rendered()) for fragment in fragments]


def _run(
    pieces: Sequence[tuple[str, str]], links: Links, fragment_seconds: float, wall_seconds: float
) -> tuple[list[dict[str, Any]], str]:
    request = {
        "fragments": pieces,
        "labels": dict(links.labels),
        "links": dict(links.modules),
        "images": {path: dict(image) for path, image in links.images.items()},
        "fragment_seconds": fragment_seconds,
        "cpu_seconds": CPU_SECONDS,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "courses.format.render_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
    )
    culprit = "render-gagal"
    try:
        output, _ = child.communicate(json.dumps(request).encode(), timeout=wall_seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        output, _ = child.communicate()
        culprit = "render-terlalu-lama"
    if child.returncode is not None and child.returncode < 0:
        culprit = "render-terlalu-lama"
    answers: list[dict[str, Any]] = []
    for line in output.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            break
        if answer.get("n") != len(answers):
            break
        answers.append(answer)
    return answers, culprit
