"""Taking in folders and archives: whatever comes, a folder and problems come out, never an exception."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from courses.format import images, single, source
from courses.format.problems import MAX_PROBLEMS, Problems, did_you_mean, shorten
from courses.format.reader import read_course
from courses.format.source import MAX_FILES, SourceFolder, from_folder, from_zip
from tests.rules.courses import reading


def zipped(files: dict[str, bytes | str], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:  # type: ignore[arg-type]
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def intake(data: bytes, name: str = "kursus-uji") -> tuple[SourceFolder, list[str]]:
    problems = Problems()
    return from_zip(data, problems, name=name), [p.code for p in problems.sorted()]


GOOD: dict[str, bytes | str] = {
    "kursus.md": reading.COURSE % 1,
    "01-latihan.md": reading.PRACTICE,
    "media/alur.png": reading.IMAGE,
}


def test_a_plain_zip_is_a_course() -> None:
    folder, codes = intake(zipped(GOOD))
    assert codes == []
    assert sorted(folder.files) == ["01-latihan.md", "kursus.md", "media/alur.png"]
    assert read_course(folder, reading.REGISTRY).ok


def test_one_folder_around_everything_is_taken_off_and_names_the_course() -> None:
    wrapped = {f"kursus-lain/{path}": content for path, content in GOOD.items()}
    wrapped |= {"__MACOSX/kursus-lain/._kursus.md": b"x", "kursus-lain/.DS_Store": b"x"}
    folder, codes = intake(zipped(wrapped))
    assert (folder.name, codes) == ("kursus-lain", [])
    assert "kursus.md" in folder.files


@pytest.mark.parametrize(
    "path",
    [
        "../luar.md",
        "/etc/luar.md",
        "a/../../luar.md",
        "C:\\luar.md",
        "..\\luar.md",
        "a//b.md",
        "./kursus.md",
        "a\tb.md",
    ],
)
def test_a_path_that_leads_out_is_refused_by_name(path: str) -> None:
    folder, codes = intake(zipped({**GOOD, path: "isi"}))
    assert codes == ["jalur-berbahaya"]
    assert all("luar" not in name for name in folder.files)


def test_a_symbolic_link_in_a_zip_is_refused() -> None:
    entry = zipfile.ZipInfo("media/tautan.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    folder, codes = intake(buffer.getvalue())
    assert codes == ["bukan-berkas-biasa"]
    assert "media/tautan.png" not in folder.files


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped({**GOOD, "02-bom.md": b"\0" * 40_000_000}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    folder, codes = intake(bomb)
    assert codes == ["berkas-terlalu-besar"]
    assert "02-bom.md" not in folder.files


def test_many_files_that_are_large_together_are_refused() -> None:
    many = {f"media/{n}.png": b"\0" * 5_000_000 for n in range(12)}
    _folder, codes = intake(zipped({**GOOD, **many}, compression=zipfile.ZIP_DEFLATED))
    assert codes == ["kursus-terlalu-besar"]
    assert intake(zipped({f"media/{n}.png": b"" for n in range(MAX_FILES + 5)}))[1] == [
        "terlalu-banyak-berkas"
    ]
    assert intake(zipped({f"../{n}.png": b"" for n in range(2_500)}))[1] == ["terlalu-banyak-berkas"]


def test_a_size_that_lies_does_not_get_more_than_it_said() -> None:
    data = bytearray(zipped({"kursus.md": b"a" * 1000}, compression=zipfile.ZIP_DEFLATED))
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    folder, codes = intake(bytes(data))
    assert codes == ["zip-rusak"]
    assert folder.files == {}


def test_password_unknown_compression_and_damage_are_said() -> None:
    data = bytearray(zipped({"kursus.md": b"isi"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    assert intake(bytes(data))[1] == ["zip-bersandi"]
    assert intake(zipped({"kursus.md": b"isi"}, compression=zipfile.ZIP_LZMA))[1] == ["zip-rusak"]
    assert intake(zipped(GOOD)[:-30])[1] == ["zip-rusak"]
    assert intake(b"")[1] == ["zip-rusak"]


def test_a_file_that_stands_twice_is_said() -> None:
    buffer = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("kursus.md", "lain")
    folder, codes = intake(buffer.getvalue())
    assert codes == ["berkas-ganda"]
    assert folder.files["kursus.md"] == (reading.COURSE % 1).encode()


def test_an_archive_larger_than_the_limit_is_not_opened() -> None:
    assert intake(b"PK" + b"\0" * (51 * 1024 * 1024))[1] == ["zip-terlalu-besar"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mangled_zip_never_raises(data: st.DataObject) -> None:
    content = bytearray(zipped(GOOD, compression=zipfile.ZIP_DEFLATED))
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder, _codes = intake(bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert isinstance(folder, SourceFolder)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_no_zip(data: bytes) -> None:
    assert intake(data)[0].files == {}


def test_a_folder_on_disk_is_read_without_following_links(tmp_path: Path) -> None:
    root = tmp_path / "kursus-uji"
    for path, content in GOOD.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    (tmp_path / "rahasia.md").write_text("rahasia")
    (root / "02-tautan.md").symlink_to(tmp_path / "rahasia.md")
    os.mkfifo(root / "03-pipa.md")
    (root / "README.md").write_text("catatan")
    (root / "Modul Satu.md").write_text("catatan")
    (root / "media" / "gambar satu.png").write_bytes(reading.IMAGE)
    (root / "media" / "vektor.svg").write_text("<svg/>")
    problems = Problems()
    folder = from_folder(root, problems)
    assert [reading.short(p, named=True) for p in problems.sorted()] == [
        "02-tautan.md:1 bukan-berkas-biasa",
        "03-pipa.md:1 bukan-berkas-biasa",
        "Modul Satu.md:1 nama-modul => 02-modul-satu.md",
        "README.md:1 berkas-diabaikan",
        "media/gambar satu.png:1 nama-media",
        "media/vektor.svg:1 jenis-media",
    ]
    assert sorted(folder.files) == ["01-latihan.md", "kursus.md", "media/alur.png"]
    missing = Problems()
    assert from_folder(tmp_path / "tidak-ada", missing).files == {}
    assert [p.code for p in missing.found] == ["folder-tidak-ada"]


def test_an_unreadable_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "kursus-uji"
    root.mkdir()
    (root / "kursus.md").write_text("isi")

    def refuse(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    problems = Problems()
    from_folder(root, problems)
    assert [p.code for p in problems.found] == ["berkas-tidak-terbaca"]


def test_names_and_numbers_of_the_folder_are_checked() -> None:
    result = reading.read(
        {
            "kursus.md": reading.COURSE % 2,
            "01-latihan.md": reading.PRACTICE,
            "01-lain.md": reading.PRACTICE,
            "02-latihan.md": reading.PRACTICE,
            "media/alur.png": reading.IMAGE,
            "media/lain.png": reading.IMAGE,
        },
        name="Kursus Uji",
    )
    seen = {reading.short(p, named=True) for p in reading.wrong(result)}
    assert {
        "kursus.md:1 nama-folder => kursus-uji",
        "01-latihan.md:1 nomor-ganda",
        "02-latihan.md:1 slug-ganda",
        "media/lain.png:1 gambar-tidak-dipakai",
    } <= seen
    empty = reading.read({})
    assert {p.code for p in reading.wrong(empty)} == {"tanpa-kursus", "tanpa-modul"}


@pytest.mark.parametrize("word", sorted(source.RESERVED))
def test_a_module_whose_address_is_taken_is_said_with_another_name(word: str) -> None:
    path = f"01-{word}.md"
    files: dict[str, str | bytes] = {
        "kursus.md": (reading.COURSE % 1).replace("latihan", word),
        path: reading.PRACTICE,
        "media/alur.png": reading.IMAGE,
    }
    found = [reading.short(p, named=True) for p in reading.wrong(reading.read(files))]
    assert found == [f"{path}:1 nama-modul-dipakai => 01-modul-{word}.md"]
    alone = single.problems_in(path, reading.PRACTICE, names=[path], media=["media/alur.png"])
    assert "nama-modul-dipakai" in {p.code for p in alone}
    assert source.module_slug(word) == f"modul-{word}"


def test_a_course_without_questions_or_with_too_few_is_said() -> None:
    bare = reading.PRACTICE.split("::: soal")[0]
    files: dict[str, str | bytes] = {
        "kursus.md": reading.COURSE % 1,
        "01-latihan.md": bare,
        "media/alur.png": reading.IMAGE,
    }
    assert "kursus-tanpa-soal" in {p.code for p in reading.wrong(reading.read(files))}
    files = {
        **GOOD,
        "kursus.md": (reading.COURSE % 1).replace("soal: 1", "soal: 5").replace("latihan: 1", "latihan: 5"),
    }
    assert [p.code for p in reading.wrong(reading.read(files))] == ["soal-kurang"]


def test_other_encodings_and_invisible_characters_are_said_with_their_line() -> None:
    text = reading.PRACTICE.replace("> Alasan.", "> Alasan “kuat”.")
    files: dict[str, str | bytes] = {**GOOD, "01-latihan.md": text.encode("cp1252")}
    line = text[: text.index("> Alasan")].count("\n") + 1
    assert [(p.code, p.line) for p in reading.wrong(reading.read(files))] == [("bukan-utf8", line)]
    files["01-latihan.md"] = reading.PRACTICE.encode("utf-16")
    assert [(p.code, p.line) for p in reading.wrong(reading.read(files))] == [("bukan-utf8", 1)]
    files["01-latihan.md"] = reading.PRACTICE.replace("Satu", "Sa\u202etu").replace("Dua", "D\x00ua")
    found = [(p.code, dict(p.params)["code"]) for p in reading.wrong(reading.read(files))]
    assert found == [("karakter-terlarang", "U+202E"), ("karakter-terlarang", "U+0000")]


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


def probe(path: str, content: bytes) -> list[str]:
    problems = Problems()
    images.probe(path, content, problems)
    return [p.code for p in problems.found]


def test_an_image_is_what_its_bytes_say() -> None:
    assert probe("media/a.png", picture("PNG")) == []
    assert probe("media/a.jpeg", picture("JPEG")) == []
    assert probe("media/a.webp", picture("WEBP")) == []
    assert probe("media/a.png", picture("JPEG")) == ["gambar-salah-jenis"]
    assert probe("media/a.png", picture("GIF")) == ["gambar-rusak"]
    assert probe("media/a.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>") == [
        "gambar-rusak"
    ]
    assert probe("media/a.png", picture("PNG")[:40]) == ["gambar-rusak"]
    assert probe("media/a.png", picture("PNG", (7_000, 1))) == ["gambar-terlalu-lebar"]
    assert probe("media/a.png", picture("PNG", (5_900, 5_000))) == ["gambar-terlalu-lebar"]


def test_an_image_that_claims_to_be_enormous_is_never_decoded() -> None:
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    assert probe("media/a.png", bytes(content)) == ["gambar-terlalu-lebar"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mangled_image_never_raises(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([picture(kind) for kind in ("PNG", "JPEG", "WEBP")])))
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    probe("media/a.png", bytes(content))


def test_a_file_of_nothing_but_mistakes_is_given_up_after_a_thousand() -> None:
    files: dict[str, str | bytes] = {
        **GOOD,
        "02-salah.md": reading.HEAD + "[@pp-94-2012 pasal-5-n]\n" * 2_400,
    }
    result = reading.read(files)
    assert len(result.problems) == MAX_PROBLEMS + 1
    assert result.problems[0].code == "terlalu-banyak-masalah"
    assert result.course is None


def test_quoted_values_are_short_and_printable() -> None:
    assert shorten("a\nb\x00c" + "d" * 200) == "a b c" + "d" * 74 + "…"
    assert did_you_mean("Pasal 5 n", ["pasal-5-n", "pasal-5-a"]) == "pasal-5-n"
    assert did_you_mean("sama", ["sama"]) is None
    assert did_you_mean("", ["a"]) is None


def test_a_directory_of_countless_entries_is_not_even_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """45 MB of bare directory entries would take zipfile seconds and half a gigabyte to list."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    number = 60_000
    directory = entry * number
    data = directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, len(directory), 0, 0)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_a, **_k: pytest.fail("listed"))
    assert intake(data)[1] == ["terlalu-banyak-berkas"]
