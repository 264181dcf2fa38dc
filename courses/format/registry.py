"""The registry of regulations: what may be cited, how it reads, and whether it is still in force.

One YAML file. Citing something that is not in it, or that is repealed, is an author error; when a law
changes, everything that rests on it can be listed by the same keys.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from courses.format import text, yamltree
from courses.format.fields import Fields
from courses.format.problems import Problem, Problems, TooManyProblems, did_you_mean
from courses.format.source import KEY

FILE = "regulasi.yaml"
SHIPPED = Path(__file__).resolve().parent.parent / "content" / FILE
MAX_SIZE = 2 * 1024 * 1024
STATUSES = ("berlaku", "diubah", "dicabut", "dicabut-sebagian")
MARKS = ("T", "S", "V", "A")
LEVELS = ("moral", "ringan", "sedang", "berat", "ptdh", "pidana")
"""What a breach of an article leads to: moral sanction, discipline light to severe, dishonourable dismissal, penalty."""
_KEYS = (
    "singkat", "judul", "nomor", "status", "sejak", "dicabut-sejak", "diganti", "dibaca", "sumber", "tempat-baca",
    "perlu-dicek", "catatan", "pasal",
)  # fmt: skip
_ARTICLE_KEYS = ("label", "isi", "tanda", "tingkat", "status", "diganti", "sumber", "catatan")
_LOCATOR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_READ = {"ya": True, "true": True, "yes": True, "tidak": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Article:
    """One citable place. `mark` is its source grade: T read in the text, S a public page, V unverified,
    A analysis of the authors. `level` is what a breach leads to where the text names it, one of `LEVELS` or empty.
    `replaced_by` is a locator of the same regulation or "key locator".
    """

    locator: str
    label: str
    summary: str
    mark: str
    level: str = ""
    repealed: bool = False
    replaced_by: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Regulation:
    """One regulation. `status` as in `STATUSES`; `read` tells whether the authors read the text itself.

    `source` is where their knowledge comes from, `where` the place to read the text; `to_confirm` are the tasks of the
    lawyer who has to close them before the first official run.
    """

    key: str
    short: str
    title: str
    number: str
    status: str
    since: dt.date | None
    repealed_on: dt.date | None
    replaced_by: str
    read: bool
    source: str
    where: str
    to_confirm: tuple[str, ...]
    note: str
    articles: Mapping[str, Article] = field(default_factory=dict)

    @property
    def repealed(self) -> bool:
        """Whether nothing of it may be cited any more."""
        return self.status == "dicabut"

    def label(self, article: Article) -> str:
        """How a citation reads: "PP 94/2021, Pasal 5 huruf n"."""
        return f"{self.short}, {article.label}"


@dataclass(frozen=True)
class Registry:
    """All regulations by key."""

    regulations: Mapping[str, Regulation] = field(default_factory=dict)

    def find(self, key: str, locator: str) -> tuple[Regulation, Article] | None:
        """The cited place, or None."""
        regulation = self.regulations.get(key)
        article = regulation.articles.get(locator) if regulation else None
        return (regulation, article) if regulation and article else None

    def entries(self, used: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
        """Plain values of the regulations and articles used, sorted: what a version freezes and hashes."""
        by_key: dict[str, set[str]] = {}
        for key, locator in used:
            if self.find(key, locator):
                by_key.setdefault(key, set()).add(locator)
        return tuple(_entry(self.regulations[key], locators) for key, locators in sorted(by_key.items()))


def _entry(regulation: Regulation, locators: set[str]) -> dict[str, Any]:
    return {
        "key": regulation.key,
        "short": regulation.short,
        "title": regulation.title,
        "number": regulation.number,
        "status": regulation.status,
        "since": regulation.since.isoformat() if regulation.since else None,
        "articles": [
            {"locator": a.locator, "label": a.label, "summary": a.summary, "mark": a.mark}
            for a in (regulation.articles[locator] for locator in sorted(locators))
        ],
    }


def read_registry(content: bytes, *, file: str = FILE) -> tuple[Registry, tuple[Problem, ...]]:
    """Read a registry. Never raises: what cannot be read is left out and reported."""
    problems = Problems()
    try:
        return Registry(_regulations(content, file, problems)), problems.sorted()
    except TooManyProblems:
        problems.stopped(file)
        return Registry(), problems.sorted()


def _regulations(content: bytes, file: str, problems: Problems) -> dict[str, Regulation]:
    if len(content) > MAX_SIZE:
        problems.add(file, 1, "berkas-terlalu-besar", size=f"{len(content) // 1024} kB", limit="2 MB")
        return {}
    root = yamltree.read(text.decode(file, content, problems), file, 1, problems)
    if root is None or root.entries is None:
        if not problems.found:
            problems.add(file, 1, "regulasi-kosong")
        return {}
    regulations: dict[str, Regulation] = {}
    for key, node in root.entries.items():
        line = (root.key_lines or {}).get(key, node.line)
        if not KEY.fullmatch(key) or len(key) > 60:
            problems.add(file, line, "kunci-regulasi", key=key)
        if node.entries is None:
            problems.add(file, line, "harus-pemetaan", key=key)
            continue
        regulations[key] = _regulation(key, Fields(node, file, problems))
    _check_links(regulations, root, file, problems)
    return regulations


def _regulation(key: str, fields: Fields) -> Regulation:
    fields.only(_KEYS)
    status = fields.choice("status", STATUSES)
    repealed_on = fields.date("dicabut-sejak")
    if status == "dicabut" and repealed_on is None:
        fields.problems.add(
            fields.file, fields.line("status"), "dicabut-tanpa-tanggal", warning=True, key=key
        )
    read = fields.choice("dibaca", tuple(_READ), default="tidak")
    return Regulation(
        key=key,
        short=fields.text("singkat", required=True, limit=80),
        title=fields.text("judul", required=True),
        number=fields.text("nomor"),
        status=status,
        since=fields.date("sejak"),
        repealed_on=repealed_on,
        replaced_by=fields.text("diganti"),
        read=_READ.get(read, False),
        source=fields.text("sumber"),
        where=fields.text("tempat-baca"),
        to_confirm=tuple(task for task, _line in fields.lines("perlu-dicek", required=False)),
        note=fields.text("catatan"),
        articles=_articles(fields),
    )


def _articles(fields: Fields) -> dict[str, Article]:
    node = fields.get("pasal")
    if node is None:
        return {}
    if node.entries is None:
        fields.problems.add(fields.file, node.line, "harus-pemetaan", key="pasal")
        return {}
    articles: dict[str, Article] = {}
    for locator, entry in node.entries.items():
        line = (node.key_lines or {}).get(locator, entry.line)
        if not _LOCATOR.fullmatch(locator) or len(locator) > 80:
            fields.problems.add(fields.file, line, "kunci-pasal", key=locator)
        if entry.entries is None:
            fields.problems.add(fields.file, line, "harus-pemetaan", key=locator)
            continue
        inner = Fields(entry, fields.file, fields.problems)
        inner.only(_ARTICLE_KEYS)
        articles[locator] = Article(
            locator=locator,
            label=inner.text("label", required=True, limit=120),
            summary=inner.text("isi", required=True),
            mark=inner.choice("tanda", MARKS),
            level=inner.choice("tingkat", LEVELS, optional=True),
            repealed=inner.choice("status", STATUSES, default="berlaku") == "dicabut",
            replaced_by=inner.text("diganti"),
            source=inner.text("sumber"),
            note=inner.text("catatan"),
        )
    return articles


def _check_links(
    regulations: Mapping[str, Regulation], root: yamltree.Node, file: str, problems: Problems
) -> None:
    for key, regulation in regulations.items():
        target = regulation.replaced_by
        if target and target not in regulations:
            node = (root.entries or {})[key]
            line = (node.key_lines or {}).get("diganti", node.line)
            problems.add(
                file,
                line,
                "pengganti-tidak-ada",
                suggestion=did_you_mean(target, regulations),
                key=key,
                target=target,
            )


def read_registry_file(path: Path | str) -> tuple[Registry, tuple[Problem, ...]]:
    """Read a registry from disk; a missing file is a problem, not an exception."""
    path = Path(path)
    try:
        return read_registry(path.read_bytes(), file=path.name)
    except OSError:
        problems = Problems()
        problems.add(path.name, 1, "berkas-tidak-terbaca", path=path.name)
        return Registry(), problems.sorted()


def shipped() -> tuple[Registry, tuple[Problem, ...]]:
    """The registry that ships with the product, read once per change of the file."""
    try:
        status = SHIPPED.stat()
    except OSError:
        return read_registry_file(SHIPPED)
    return _shipped(status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _shipped(_mtime: int, _size: int) -> tuple[Registry, tuple[Problem, ...]]:
    return read_registry_file(SHIPPED)
