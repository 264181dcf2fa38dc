"""Whatever bytes a file holds, every reader answers: no exception, no hang, nothing run, nothing lost silently."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.exchange import conversion, markup
from courses.exchange.questions import MAX_BYTES, MAX_QUESTIONS
from tests.rules.exchange import making, telling

SOURCES = list(conversion.READERS)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
GOOD = {source: telling.bank(source) for source in telling.BANKS}


def sound(content: bytes, source: str, target: str = "netra") -> conversion.Conversion:
    result = conversion.convert(content, source, target)
    assert result.read == result.carried + len(result.refused)
    assert bool(result.fault) == (result.read == 0)
    assert "\n" not in result.fault
    assert all(one.place and one.text for one in (*result.refused, *result.notes))
    return result


@SLOW
@given(content=st.binary(max_size=600), source=st.sampled_from(SOURCES))
def test_random_bytes_are_answered(content: bytes, source: str) -> None:
    sound(content, source)


@SLOW
@given(
    content=making.LONGER.map("{}\nA) x\nB) y\nANSWER: A".format),
    source=st.sampled_from(SOURCES),
    target=st.sampled_from(list(conversion.WRITERS)),
)
def test_random_texts_are_answered(content: str, source: str, target: str) -> None:
    sound(content.encode(), source, target)


@SLOW
@given(data=st.data(), source=st.sampled_from(list(GOOD)), target=st.sampled_from(list(conversion.WRITERS)))
def test_good_banks_cut_and_bent_are_answered(data: st.DataObject, source: str, target: str) -> None:
    good = GOOD[source]
    begin = data.draw(st.integers(0, len(good) - 1))
    piece = bytearray(good[begin : begin + data.draw(st.integers(1, 6000))])
    for _ in range(data.draw(st.integers(0, 12))):
        at = data.draw(st.integers(0, len(piece) - 1))
        action = data.draw(st.sampled_from(["flip", "drop", "insert", "double"]))
        if action == "flip":
            piece[at] = data.draw(st.integers(0, 255))
        elif action == "drop" and len(piece) > 1:
            del piece[at]
        elif action == "insert":
            piece[at:at] = data.draw(
                st.sampled_from([b"{", b"}", b"~", b"=", b"<", b">", b"]]>", b"&x;", b"\n\n", b"\x00"])
            )
        else:
            piece += piece[at : at + 200]
    sound(bytes(piece), source, target)


@pytest.mark.parametrize("source", list(GOOD))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_bank_in_an_old_encoding_is_the_same_bank(source: str, encoding: str) -> None:
    text = (
        GOOD[source]
        .decode("cp1252" if source == "aiken" else "utf-8-sig")
        .replace("\u2009", " ")
        .replace("−", "-")
    )
    again = text.encode(encoding)
    if source == "moodle-xml" and encoding == "cp1252":
        again = again.replace(b'encoding="UTF-8"', b'encoding="windows-1252"')
    plain = conversion.read(text.encode(), source)
    found = conversion.read(again, source)
    assert found.fault == ""
    assert found.questions == plain.questions


HOSTILE = [
    "[" * 60_000, "<" * 60_000, "<a " * 20_000, "<a b='" * 10_000, "<!--" * 15_000, "&" * 60_000, "&#" * 30_000, "*" * 60_000, "_ " * 30_000,
    "](" * 30_000, "![](" * 15_000, "- " * 30_000, "=>" * 30_000, "- " + "=>" * 30_000, "<ul><li>" * 7_000, "<table><tr><td>" * 4_000,
    "<b>" * 20_000, "<blockquote>" * 5_000, "| " * 30_000, "@uu-" * 15_000, "[@" * 30_000, "\\" * 60_000, "<script>" * 7_000, "`" * 60_001,
    "# " * 30_000, "\n" * 60_000, "\n-" * 30_000, "1. " * 20_000, "\u2028" * 60_000, "<td>" * 15_000, "<sup>" * 12_000, "![" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}-{text[:8]!r}" for n, text in enumerate(HOSTILE)])
@pytest.mark.parametrize("kind", markup.FORMATS)
def test_a_hostile_text_is_cleaned_in_a_moment(text: str, kind: str) -> None:
    begin = time.monotonic()
    clean = markup.to_markdown(text, kind).text
    assert time.monotonic() - begin < 3
    assert len(clean) < 20 * len(text)


FLOODS = [
    ("gift", "", "{", 4_000_000, ""), ("gift", "", "a{=b ~c}\n\n", 4_900, ""), ("gift", "", "::", 2_000_000, ""),
    ("gift", "", "a{\n\n", 900_000, ""), ("gift", "", "\\", 4_000_000, ""), ("gift", "a{", "~x", 1_000_000, "}"),
    ("gift", "", "//\n", 1_000_000, ""), ("gift", "a{T", "#", 3_000_000, "}"), ("gift", "x{>1", " ", 3_000_000, "}"),
    ("gift", "", "$CATEGORY:", 400_000, ""), ("gift", "a{=b", " x\n\n", 900_000, "}"),
    ("moodle-xml", "<quiz>", "<a>", 1_000_000, ""), ("moodle-xml", "<quiz>", "<question>", 200, "</quiz>"),
    ("moodle-xml", "<quiz>", "<question/>", 400_000, "</quiz>"), ("moodle-xml", "<quiz>", "<![CDATA[", 500_000, ""),
    ("moodle-xml", "<quiz><question>", "<a/>", 1_000_000, "</question></quiz>"), ("moodle-xml", "", "&nbsp;", 800_000, ""),
    ("moodle-xml", "<quiz ", "a='1' ", 500_000, ""), ("moodle-xml", "<?xml version='1.0' encoding='punycode'?>", "é", 2_000_000, ""),
    ("moodle-xml", "<quiz><question type='truefalse'><name><text>", "&lt;b", 900_000, "</text></name></question></quiz>"),
    ("aiken", "", "A) x\n", 900_000, ""), ("aiken", "soal\n", "A) x\n", 900_000, ""), ("aiken", "", "soal\n", 900_000, ""),
    ("aiken", "", "ab\nANSWER: A\n", 300_000, ""),
    ("text2qti", "", "1. a\n", 900_000, ""), ("text2qti", "", "1. a\n    b\n", 400_000, ""), ("text2qti", "", "```{.python .run}\n", 200_000, ""),
    ("text2qti", "1. a\n", "*a) x\n", 700_000, ""), ("text2qti", "", "\t", 4_000_000, ""), ("text2qti", "", "x\n", 2_000_000, ""),
    ("text2qti", "1. ", "$", 4_000_000, ""), ("text2qti", "1. ", "((", 2_000_000, ""), ("text2qti", "", "GROUP\n", 800_000, ""),
    ("text2qti", "", "Quiz title: x\n", 300_000, ""),
    ("sheet", "soal,a,b,kunci\n", "x,y,z,A\n", 500_000, ""), ("sheet", "", ",", 4_000_000, ""), ("sheet", "", '"', 4_000_000, ""),
    ("sheet", 'soal,a\n"', "x", 4_000_000, ""), ("sheet", "soal,a,kunci\n", "x,y,a dan\n", 5_500, ""),
    ("netra", "", "::: x\n", 40_000, ""), ("netra", "", "::: soal a\n", 20_000, ""), ("netra", "", "[@", 120_000, ""),
    ("netra", "::: soal a\n", "= a\n", 60_000, ":::"),
]  # fmt: skip


@pytest.mark.parametrize(
    "number", range(len(FLOODS)), ids=[f"{n}-{f[0]}-{f[1][:9]!r}-{f[2][:9]!r}" for n, f in enumerate(FLOODS)]
)
def test_a_hostile_file_is_answered_in_seconds(number: int) -> None:
    source, before, repeated, times, after = FLOODS[number]
    begin = time.monotonic()
    sound((before + repeated * times + after).encode()[:MAX_BYTES], source)
    assert time.monotonic() - begin < 20


def test_too_much_is_said_in_one_line() -> None:
    assert "larger than 5 MB" in conversion.read(b"x" * (MAX_BYTES + 1), "gift").fault
    many = b"a{T}\n\n" * (MAX_QUESTIONS + 1)
    assert "more than 5,000 questions" in conversion.read(many, "gift").fault
    assert len(conversion.read(many[:-6], "gift").questions) == MAX_QUESTIONS
    long = ("kata " * 14_000).encode()
    assert "longer than 64 kB" in conversion.read(b"a{T}\n\n" + long + b"{T}", "gift").refused[0].text
    for content, words in (
        (b"PK\x03\x04", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG", "picture"),
        (b"  ", "empty"),
    ):
        assert words in conversion.read(content, "aiken").fault


def test_no_code_of_a_file_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "dijalankan"
    text = f"```{{.python .run}}\nopen({str(trace)!r}, 'w').write('x')\n```\n\n1. Soal\n*a) y\nb) z\n"
    result = sound(text.encode(), "text2qti")
    assert (result.read, result.carried) == (2, 1)
    assert "never run" in result.refused[0].text
    assert not trace.exists()


def test_entities_and_outside_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("SANDI")
    for declaration in (
        f'<!DOCTYPE quiz [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE quiz SYSTEM "{secret.as_uri()}">',
        '<!DOCTYPE quiz [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>',
    ):
        text = f"<?xml version='1.0'?>{declaration}<quiz><question type='truefalse'><name><text>&x;</text></name></question></quiz>"
        for encoding in ("utf-8", "utf-16"):
            fault = conversion.read(text.encode(encoding), "moodle-xml").fault
            assert "declares a document type" in fault


def workbook(rows: list[list[object]], *, hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if hidden:
        book.create_sheet("Lain").append(["x"])
        book.create_sheet("Rahasia").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_a_csv_file_and_its_formulas_are_refused() -> None:
    rows: list[list[object]] = [
        ["Bank soal"], ["Soal", "Pilihan A", "Pilihan B", "Kunci", "Tingkat"], ["Apa?", "satu", 2, "B", "mudah"],
        [None], ["Rumus", "=1+1", "x", "A"], ["Setengah?", 0.5, 1.0, "A"], ["Air basah.", None, None, True],
    ]  # fmt: skip
    found = conversion.read(workbook(rows, hidden=True), "sheet")
    assert [(q.place, q.stem, [a.text for a in q.answers]) for q in found.questions] == [
        ("sheet Sheet, row 3", "Apa?", ["satu", "2"]),
        ("sheet Sheet, row 6", "Setengah?", ["0,5", "1"]),
        ("sheet Sheet, row 7", "Air basah.", ["Benar", "Salah"]),
    ]
    assert [(one.place, one.text[:29]) for one in found.refused] == [
        ("sheet Sheet, row 5", "the cell a holds a formula; f")
    ]
    assert {"the hidden sheet Rahasia is not read"} <= {note.text for note in found.notes}


def rezipped(content: bytes, name: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, body if part.filename == name else old.read(part))
    return out.getvalue()


def test_bombs_in_a_workbook_are_refused_before_they_go_off() -> None:
    good = workbook([["soal", "a", "b", "kunci"], ["Apa?", "x", "y", "A"]])
    name = "xl/worksheets/sheet1.xml"
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    cases = {
        "unpacks to more": rezipped(good, name, b"<worksheet>" + b" " * (40 * 1024 * 1024)),
        "declares": rezipped(good, name, entity),
        "broken": rezipped(good, name, b"<worksheet><sheetData><row"),
        "not a workbook": rezipped(good, "xl/workbook.xml", b"").replace(
            b"xl/workbook.xml", b"xl/workbook.xmk"
        ),
    }
    for words, content in cases.items():
        begin = time.monotonic()
        assert words in conversion.read(content, "sheet").fault, words
        assert time.monotonic() - begin < 5
    far = f'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>{escape("soal")}</t></is></c></row>'
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    begin = time.monotonic()
    assert conversion.read(rezipped(good, name, (sheet % far).encode()), "sheet").fault
    assert time.monotonic() - begin < 10


BOOK = workbook([["soal", "a", "b", "kunci"], ["Apa?", "x", "y", "A"]])
"""Made once: a workbook holds the time it was made at."""


@SLOW
@given(data=st.data())
def test_a_workbook_with_bent_bytes_is_answered(data: st.DataObject) -> None:
    content = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    sound(bytes(content[: data.draw(st.integers(4, len(content)))]), "sheet")
