"""An author's folder in memory: from a folder on disk or from a zip, guarded against tricks and floods.

Whatever comes in, a caller gets a `SourceFolder` and a list of problems, never an exception: a path that
climbs out, a link, an encrypted or lying archive and anything too large are refused by name.
"""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from courses.format.problems import Problems, TooManyProblems

MAX_FILES = 300
MAX_ENTRIES = 2_000
MAX_TEXT_FILE = 256 * 1024
MAX_TEXT_TOTAL = 4 * 1024 * 1024
MAX_IMAGE = 5 * 1024 * 1024
MAX_TOTAL = 50 * 1024 * 1024
COURSE_FILE = "kursus.md"
HANDOUT_FILE = "ringkasan.md"
GLOSSARY_FILE = "glosarium.md"
PAGE_FILES = (COURSE_FILE, HANDOUT_FILE, GLOSSARY_FILE)
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MODULE_FILE = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
RESERVED = frozenset({"coba", "dilema", "soal", "terbitan"})
"""Names that no module may have: the studio's addresses below a course begin with these words, so that the author's page of
such a module could not be reached. A test compares them with the addresses.
"""
MEDIA_FILE = re.compile(r"media/([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
_ENTRY = b"PK\x01\x02"
_LITTER = ("__MACOSX/", ".git/")
_LITTER_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore"}


@dataclass(frozen=True)
class SourceFolder:
    """The files of one course by their path inside it. `name` is the folder name: the course key."""

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def module_files(self) -> tuple[str, ...]:
        """Module files in reading order."""
        return tuple(sorted(path for path in self.files if MODULE_FILE.fullmatch(path)))

    @property
    def media_files(self) -> tuple[str, ...]:
        """Everything under media/."""
        return tuple(sorted(path for path in self.files if path.startswith("media/")))


def from_folder(path: Path | str, problems: Problems) -> SourceFolder:
    """Read a course folder from disk. Links are not followed; unreadable files are reported."""
    root = Path(path)
    name = root.resolve().name
    try:
        return SourceFolder(name, _walk(root, name, problems))
    except TooManyProblems:
        problems.stopped(name)
        return SourceFolder(name)


def _walk(root: Path, name: str, problems: Problems) -> dict[str, bytes]:
    if not root.is_dir():
        problems.add(name, 1, "folder-tidak-ada", name=name)
        return {}
    files: dict[str, bytes] = {}
    budget = _Budget(problems)
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in ("__MACOSX", ".git", "__pycache__"))
        for file_name in sorted(names):
            file = Path(folder) / file_name
            relative = file.relative_to(root).as_posix()
            if _is_litter(relative):
                continue
            try:
                status = file.lstat()
                if not stat.S_ISREG(status.st_mode):
                    problems.add(relative, 1, "bukan-berkas-biasa", path=relative)
                    continue
                if not budget.admit(relative, status.st_size):
                    continue
                files[relative] = file.read_bytes()
            except OSError:
                problems.add(relative, 1, "berkas-tidak-terbaca", path=relative)
        if budget.full:
            return _checked(files, Problems())
    return _checked(files, problems)


def from_zip(data: bytes, problems: Problems, *, name: str = "kursus") -> SourceFolder:
    """Read a course from zip bytes. One folder around everything is taken off and names the course."""
    if len(data) > MAX_TOTAL:
        problems.add(f"{name}.zip", 1, "zip-terlalu-besar", limit=_megabytes(MAX_TOTAL))
        return SourceFolder(name)
    files: dict[str, bytes] = {}
    budget = _Budget(problems)
    archive_name = f"{name}.zip"
    # zipfile makes an object of every entry before anybody can count them; a million of them take half a gigabyte.
    if data.count(_ENTRY) > 2 * MAX_ENTRIES:
        problems.add(archive_name, 1, "terlalu-banyak-berkas", limit=MAX_FILES)
        return SourceFolder(name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                problems.add(archive_name, 1, "terlalu-banyak-berkas", limit=MAX_FILES)
                return SourceFolder(name)
            for entry in entries:
                _read_entry(archive, entry, archive_name, files, budget, problems)
                if budget.full:
                    break
    except TooManyProblems:
        problems.stopped(archive_name)
        return SourceFolder(name)
    except Exception:  # noqa: BLE001 - a mangled archive makes zipfile raise almost anything
        problems.add(archive_name, 1, "zip-rusak")
        return SourceFolder(name)
    roots = {path.split("/", 1)[0] for path in files}
    if (
        COURSE_FILE not in files
        and len(roots) == 1
        and roots != {"media"}
        and all("/" in path for path in files)
    ):
        name = roots.pop()
        files = {path.split("/", 1)[1]: content for path, content in files.items()}
    try:
        return SourceFolder(name, _checked(files, Problems() if budget.full else problems))
    except TooManyProblems:
        problems.stopped(archive_name)
        return SourceFolder(name)


def _read_entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    archive_name: str,
    files: dict[str, bytes],
    budget: _Budget,
    problems: Problems,
) -> None:
    path = unicodedata.normalize("NFC", entry.filename.replace("\\", "/"))
    if entry.is_dir() or path.endswith("/") or _is_litter(path):
        return
    parts = path.split("/")
    if path.startswith("/") or ":" in parts[0] or any(part in ("", ".", "..") for part in parts):
        problems.add(archive_name, 1, "jalur-berbahaya", path=path)
        return
    if any(not character.isprintable() for character in path):
        problems.add(archive_name, 1, "jalur-berbahaya", path=path)
        return
    if stat.S_ISLNK(entry.external_attr >> 16):
        problems.add(archive_name, 1, "bukan-berkas-biasa", path=path)
        return
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        problems.add(archive_name, 1, "zip-rusak")
        return
    if entry.flag_bits & 0x1:
        problems.add(archive_name, 1, "zip-bersandi", path=path)
        return
    if path in files:
        problems.add(archive_name, 1, "berkas-ganda", path=path)
        return
    if not budget.admit(path, entry.file_size):
        return
    # The header may lie about the size: never read more than was admitted.
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        problems.add(archive_name, 1, "zip-rusak")
        return
    files[path] = content


class _Budget:
    """Counts files and bytes before anything is read; says once what went over."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.files = 0
        self.text = 0
        self.total = 0
        self.full = False

    def admit(self, path: str, size: int) -> bool:
        is_text = path.lower().endswith((".md", ".yaml", ".yml", ".txt"))
        limit = MAX_TEXT_FILE if is_text else MAX_IMAGE
        if size > limit:
            self.problems.add(path, 1, "berkas-terlalu-besar", size=_megabytes(size), limit=_megabytes(limit))
            return False
        self.files += 1
        self.total += size
        self.text += size if is_text else 0
        if self.files > MAX_FILES:
            self.problems.add(path, 1, "terlalu-banyak-berkas", limit=MAX_FILES)
            self.full = True
        elif self.total > MAX_TOTAL or self.text > MAX_TEXT_TOTAL:
            limit = MAX_TOTAL if self.total > MAX_TOTAL else MAX_TEXT_TOTAL
            self.problems.add(path, 1, "kursus-terlalu-besar", limit=_megabytes(limit))
            self.full = True
        return not self.full


def _checked(files: Mapping[str, bytes], problems: Problems) -> dict[str, bytes]:
    """Keep the files a course is made of; report the others by name."""
    kept: dict[str, bytes] = {}
    for path, content in sorted(files.items()):
        if path in PAGE_FILES or MODULE_FILE.fullmatch(path):
            kept[path] = content
        elif path.startswith("media/"):
            if not MEDIA_FILE.fullmatch(path):
                problems.add(path, 1, "nama-media", path=path)
            elif not path.lower().endswith(IMAGE_SUFFIXES):
                problems.add(path, 1, "jenis-media", path=path)
            else:
                kept[path] = content
        elif path.endswith(".md") and "/" not in path and path.lower() not in ("readme.md", "catatan.md"):
            problems.add(path, 1, "nama-modul", suggestion=_module_name(path, files), path=path)
        else:
            problems.add(path, 1, "berkas-diabaikan", warning=True, path=path)
    return kept


def _module_name(path: str, taken: Iterable[str]) -> str | None:
    if path.lower() in PAGE_FILES:
        return path.lower()
    number, _, rest = path.removesuffix(".md").partition("-")
    if not number.isdigit():
        used = [int(m.group(1)) for m in map(MODULE_FILE.fullmatch, taken) if m]
        number, rest = str(max(used, default=0) + 1), path.removesuffix(".md")
    return f"{int(number) % 1000:02d}-{module_slug(rest)}.md"


def module_slug(text: str) -> str:
    """The name of a module made of its title, never empty and never a reserved one."""
    made = slug(text) or "modul-baru"
    return f"modul-{made}" if made in RESERVED else made


def slug(text: str) -> str:
    """Lower-case ASCII words joined by dashes, at most 60 characters; may be empty."""
    ascii_text = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60].strip("-")


def _is_litter(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return path.startswith(_LITTER) or name in _LITTER_NAMES or name.startswith("._")


def _megabytes(size: int) -> str:
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".0 ", " ")
