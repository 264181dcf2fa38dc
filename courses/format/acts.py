"""The catalogue of acts: what a civil servant may not do in an election year, what it counts as, and what is allowed.

One YAML file beside the registry of regulations, and like it the same for every course: dilemmas and questions name
its entries with `katalog="v-20"`. Where the category depends on the phase or on whom the act is about, an entry has
several cases; each names the articles it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from courses.format import registry, text, yamltree
from courses.format.fields import Fields
from courses.format.problems import Problem, Problems, TooManyProblems, did_you_mean
from courses.format.registry import LEVELS, Registry

FILE = "katalog.yaml"
SHIPPED = Path(__file__).resolve().parent.parent / "content" / FILE
PHASES = ("pra", "kam", "tng", "hh", "psc")
"""Before candidates are determined, campaign, quiet period, polling day, afterwards."""
CATEGORIES = ("kode-etik", "disiplin", "pidana", "pemberhentian", "abu-abu")
CASE_LEVELS = (*LEVELS, "belum-pasti")
THEMES = (
    "media-sosial", "foto-atribut", "hadir-kampanye", "tim-dana", "partai-pencalonan", "dukungan-ktp",
    "perintah-ajakan", "fasilitas-program", "keputusan-mutasi", "keluarga", "data-layanan", "sesudah-penanganan",
    "hak-tugas",
)  # fmt: skip
FORBIDDEN, PERMITTED = "dilarang", "boleh"
_KEY = re.compile(r"[vb]-\d{2}")
_FORBIDDEN_KEYS = ("jenis", "perbuatan", "tema", "kasus", "sebagai-gantinya", "catatan")
_PERMITTED_KEYS = ("jenis", "perbuatan", "tema", "batas", "dasar", "catatan")
_CASE_KEYS = ("fase", "golongan", "tingkat", "keadaan", "dasar")


@dataclass(frozen=True, slots=True)
class Ground:
    """An article an entry rests on, as people read it."""

    key: str
    locator: str
    label: str


@dataclass(frozen=True, slots=True)
class Case:
    """What an act counts as in some phases. `condition` says when; may be empty."""

    phases: tuple[str, ...]
    category: str
    level: str
    condition: str
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry. A forbidden act has `cases` and says what to do `instead`; a permitted one its `limit` and `grounds`."""

    key: str
    forbidden: bool
    title: str
    theme: str
    cases: tuple[Case, ...] = ()
    instead: str = ""
    limit: str = ""
    note: str = ""
    permitted_grounds: tuple[Ground, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Every article of the entry, each once, in order."""
        found = [ground for case in self.cases for ground in case.grounds]
        return tuple(dict.fromkeys((*found, *self.permitted_grounds)))

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases in which it counts as something, in the order of an election."""
        named = {phase for case in self.cases for phase in case.phases}
        return tuple(phase for phase in PHASES if phase in named)

    @property
    def label(self) -> str:
        """The key as people write it: V-20."""
        return self.key.upper()


@dataclass(frozen=True)
class Acts:
    """All entries by key, in file order."""

    entries: Mapping[str, Act] = field(default_factory=dict)

    def named(self, keys: Iterable[str]) -> tuple[Act, ...]:
        """The entries with these keys; unknown ones are left out."""
        return tuple(self.entries[key] for key in keys if key in self.entries)


def read_acts(content: bytes, laws: Registry, *, file: str = FILE) -> tuple[Acts, tuple[Problem, ...]]:
    """Read a catalogue. Never raises: what cannot be read is left out and reported."""
    problems = Problems()
    try:
        root = yamltree.read(text.decode(file, content, problems), file, 1, problems)
        if root is None or root.entries is None:
            if not problems.found:
                problems.add(file, 1, "katalog-kosong")
            return Acts(), problems.sorted()
        entries = {}
        for key, node in root.entries.items():
            line = (root.key_lines or {}).get(key, node.line)
            if not _KEY.fullmatch(key):
                problems.add(file, line, "kunci-perbuatan", key=key)
            if node.entries is None:
                problems.add(file, line, "harus-pemetaan", key=key)
                continue
            entries[key] = _act(key, Fields(node, file, problems), laws)
        return Acts(entries), problems.sorted()
    except TooManyProblems:
        problems.stopped(file)
        return Acts(), problems.sorted()


def _act(key: str, fields: Fields, laws: Registry) -> Act:
    kind = fields.choice("jenis", (FORBIDDEN, PERMITTED))
    forbidden = kind != PERMITTED
    fields.only(_FORBIDDEN_KEYS if forbidden else _PERMITTED_KEYS)
    cases = _cases(key, fields, laws) if forbidden else ()
    return Act(
        key=key,
        forbidden=forbidden,
        title=fields.text("perbuatan", required=True, limit=300),
        theme=fields.choice("tema", THEMES),
        cases=cases,
        instead=fields.text("sebagai-gantinya", required=True) if forbidden else "",
        limit="" if forbidden else fields.text("batas", required=True),
        note=fields.text("catatan"),
        permitted_grounds=() if forbidden else _grounds(fields, laws),
    )


def _cases(key: str, fields: Fields, laws: Registry) -> tuple[Case, ...]:
    node = fields.get("kasus")
    if node is None or not node.items:
        fields.problems.add(fields.file, fields.line("kasus"), "perbuatan-tanpa-kasus", key=key)
        return ()
    cases = []
    for item in node.items:
        if item.entries is None:
            fields.problems.add(fields.file, item.line, "harus-pemetaan", key="kasus")
            continue
        inner = Fields(item, fields.file, fields.problems)
        inner.only(_CASE_KEYS)
        cases.append(
            Case(
                phases=inner.words("fase", PHASES),
                category=inner.choice("golongan", CATEGORIES),
                level=inner.choice("tingkat", CASE_LEVELS),
                condition=inner.text("keadaan", limit=300),
                grounds=_grounds(inner, laws),
            )
        )
    return tuple(cases)


def _grounds(fields: Fields, laws: Registry) -> tuple[Ground, ...]:
    found = []
    for place, line in fields.lines("dasar"):
        key, _, locator = place.partition(" ")
        known = laws.find(key, locator)
        if known is None:
            _report_unknown(key, locator, line, fields, laws)
        else:
            found.append(Ground(key, locator, known[0].label(known[1])))
    return tuple(found)


def _report_unknown(key: str, locator: str, line: int, fields: Fields, laws: Registry) -> None:
    regulation = laws.regulations.get(key)
    if regulation is None:
        guess = did_you_mean(key, laws.regulations)
        fields.problems.add(fields.file, line, "kutipan-tidak-dikenal", suggestion=guess, key=key)
        return
    guess = did_you_mean(locator, regulation.articles)
    fields.problems.add(
        fields.file, line, "pasal-tidak-dikenal", suggestion=guess, key=key, locator=locator or "…"
    )


def read_acts_file(path: Path, laws: Registry) -> tuple[Acts, tuple[Problem, ...]]:
    """Read a catalogue from disk; a missing file is a problem, not an exception."""
    try:
        return read_acts(path.read_bytes(), laws, file=path.name)
    except OSError:
        problems = Problems()
        problems.add(path.name, 1, "berkas-tidak-terbaca", path=path.name)
        return Acts(), problems.sorted()


def shipped() -> tuple[Acts, tuple[Problem, ...]]:
    """The catalogue that ships with the product, read once per change of it or of the registry."""
    return _shipped(_stamp(SHIPPED), _stamp(registry.SHIPPED))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1)
def _shipped(_acts: tuple[int, int], _registry: tuple[int, int]) -> tuple[Acts, tuple[Problem, ...]]:
    return read_acts_file(SHIPPED, registry.shipped()[0])


def keys_of(value: str, known: Collection[str]) -> tuple[list[str], list[tuple[str, str | None]]]:
    """The keys of a `katalog` attribute: (known ones in order, unknown ones with the one probably meant)."""
    good: list[str] = []
    bad: list[tuple[str, str | None]] = []
    for word in value.replace(",", " ").split():
        if word in known:
            good.append(word)
        else:
            bad.append((word, did_you_mean(word, known)))
    return list(dict.fromkeys(good)), bad
