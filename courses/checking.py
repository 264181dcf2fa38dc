"""What is wrong with a draft, what it would look like, and the texts a new one begins with.

Reads drafts and calls the reader of courses; slow work (rendering) happens here, before any write section.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from courses import draft_queries, pictures
from courses.draft_queries import Draft, ImageRow
from courses.format import images, measuring, shrinking, single
from courses.format.compiled import CompiledCourse
from courses.format.measuring import Overlap
from courses.format.problems import Problem, Problems, Severity
from courses.format.reader import ReadResult, read_course
from courses.format.single import OneFile
from courses.format.source import (
    COURSE_FILE,
    GLOSSARY_FILE,
    HANDOUT_FILE,
    MAX_IMAGE,
    MODULE_FILE,
    module_slug,
    slug,
)
from courses.services.draft_rows import Image
from courses.uploads import problems_to_json as as_json

__all__ = ["as_json"]


@dataclass(frozen=True, slots=True)
class Count:
    """How many errors and pieces of advice a file has by itself."""

    errors: int
    warnings: int


def counts(draft: Draft) -> dict[str, Count]:
    """Errors and advice of every file, each read by itself; what needs the whole course is told by `whole`."""
    return {file.path: _count(problems_of(draft, file.path, file.content)) for file in draft.files}


def _count(found: Iterable[Problem]) -> Count:
    tones = [problem.severity for problem in found]
    return Count(tones.count(Severity.ERROR), tones.count(Severity.WARNING))


def problems_of(draft: Draft, path: str, content: str) -> tuple[Problem, ...]:
    """What is wrong with one text, whether saved or not. Quick: nothing is rendered."""
    return single.problems_in(path, content, names={*draft.names, path}, media=draft.media)


def preview_of(draft: Draft, path: str, content: str) -> OneFile:
    """One text as its readers will see it, whether saved or not."""
    return single.preview(draft.course_key, path, content, names={*draft.names, path}, media=draft.media)


def whole(draft: Draft) -> ReadResult:
    """The whole draft, read as it would be before publishing."""
    return read_course(draft_queries.folder_of(draft))


def papers(course: CompiledCourse | None) -> Overlap | None:
    """How much two quiz papers of a course share; None while it cannot be compiled."""
    return measuring.overlap(course.question_set) if course is not None else None


def unused_images(draft: Draft) -> tuple[ImageRow, ...]:
    """Images that no text shows."""
    shown = pictures.uses({file.path: file.content for file in draft.files})
    return tuple(image for image in draft.images if image.path not in shown)


def image_from(path: str, content: bytes, alt: str) -> Image | None:
    """An image of a folder as it came, byte for byte; None when it cannot be shown."""
    probed = images.probe(path, content, Problems())
    if probed is None:
        return None
    return Image(path, alt, probed.mime, probed.width, probed.height, content)


def images_in(files: Mapping[str, bytes]) -> tuple[Image, ...]:
    """The images of a folder that can be shown, byte for byte."""
    return tuple(
        image
        for path, content in sorted(files.items())
        if path.startswith("media/") and (image := image_from(path, content, "")) is not None
    )


def re_encoded(name: str, content: bytes, alt: str) -> tuple[Image | None, tuple[Problem, ...]]:
    """An image that somebody uploads, made anew from its pixels: no camera data, no trailing bytes, not too large.

    (image, problems). Refused: more than 5 MB, too many pixels, anything that is not PNG, JPEG or WebP (so no SVG).
    Decoding has a process of its own with a limit of memory and time.
    """
    problems = Problems()
    if len(content) > MAX_IMAGE:
        problems.add(name, 1, "berkas-terlalu-besar", size=f"{len(content) / 1024**2:.1f} MB", limit="5 MB")
        return None, problems.sorted()
    made = shrinking.shrink(content, MAX_IMAGE)
    if isinstance(made, shrinking.Refused):
        problems.add(name, 1, made.code, path=name, size=made.size, limit=images.MAX_SIDE)
        return None, problems.sorted()
    stem = slug(name.rsplit("/", 1)[-1].rsplit(".", 1)[0]) or "gambar"
    path = f"media/{stem}.{'jpg' if made.mime == 'image/jpeg' else 'png'}"
    return Image(path, alt, made.mime, made.width, made.height, made.content), ()


def new_path(draft: Draft, title: str, kind: str) -> str:
    """The file name of a new module (the next number), of the summary or of the glossary."""
    if kind == "ringkasan":
        return HANDOUT_FILE
    if kind == "glosarium":
        return GLOSSARY_FILE
    numbers = [int(match[1]) for name in draft.names if (match := MODULE_FILE.fullmatch(name))]
    return f"{max(numbers, default=0) + 1:02d}-{module_slug(title)}.md"


def starting_texts(*, title: str, code: str, jp: int) -> Mapping[str, str]:
    """The first files of a new course: they read without an error and show every part once."""
    course = _COURSE % {"title": _quoted(title), "code": code, "jp": jp}
    return {
        COURSE_FILE: course,
        "01-pembuka.md": starting_text("01-pembuka.md", _("Pembuka"), minutes=45 * jp),
    }


def starting_text(path: str, title: str, minutes: int = 45) -> str:
    """The template of a new file."""
    if path == HANDOUT_FILE:
        return f"---\njudul: {_quoted(title or _('Ringkasan'))}\n---\n\n{_('Tulis intinya di sini, paling banyak satu halaman.')}\n"
    if path == GLOSSARY_FILE:
        return "---\njudul: Glosarium\n---\n\n## Bakal calon\nOrang yang disebut atau menawarkan diri akan maju, sebelum ditetapkan.\n"
    return _MODULE % {"title": _quoted(title), "minutes": minutes}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_COURSE = """---
judul: %(title)s
kode: %(code)s
ringkas: Tulis satu atau dua kalimat tentang kursus ini.
jp: %(jp)s
berlaku-bulan: 24
kuis:
  soal: 1
  menit: 40
  nilai-minimal: 80
  kesempatan: 3
  jeda-menit: 60
---

## Untuk siapa

Tulis siapa yang mengikuti kursus ini.

## Sesudahnya Anda dapat

- melakukan satu hal yang dapat dilihat orang.

## Syarat lulus

Baca semua modul, putuskan semua dilemanya, lalu tempuh kuis akhir.
"""

_MODULE = """---
judul: %(title)s
menit: %(minutes)s
tujuan:
  - Membedakan dua hal yang sering tertukar
---

Mulailah dengan satu peristiwa yang dikenal peserta. Setiap pegawai ASN wajib menjaga netralitas. [@uu-20-2023 pasal-24-1-d]

## Bagian pertama

Jelaskan aturannya dengan kata sendiri, lalu tunjukkan apa yang dilakukan hari Senin.

::: soal contoh {tujuan=1 tingkat=mudah}
Seorang anggota tim kampanye mengantre di loket. Kapan ia dilayani?

- [x] Pada gilirannya
- [ ] Lebih dulu, supaya cepat pergi // Mendahulukan juga membeda-bedakan. [@pp-42-2004 pasal-10-c]
- [ ] Paling akhir, sesudah semua warga // Membelakangkan juga membeda-bedakan. [@pp-42-2004 pasal-10-c]

> Semua pemohon dilayani menurut urutan. [@pp-42-2004 pasal-10-c]
:::
"""
