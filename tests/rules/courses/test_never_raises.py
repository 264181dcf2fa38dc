"""Whatever a folder holds, the reader answers: no exception, no hang, nothing unsafe in what it compiles."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.format import rendered, rendering
from courses.format.fragments import Fragment
from courses.format.problems import Problems
from courses.format.reader import ReadResult
from courses.format.registry import read_registry
from courses.format.rendering import Links, render
from courses.format.shapes import Renderer
from tests.hostile import LONG_LINES, TRICKS
from tests.rules.courses import reading

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SAMPLES = [
    (reading.FIXTURES / "kursus-lengkap" / name).read_text()
    for name in ("01-layanan.md", "02-media-sosial.md", "kursus.md")
]
LINES = sorted({line for text in SAMPLES for line in text.split("\n")})
PIECES = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from(
        [
            "---", ":::", "::: soal", "::: dilema x", "::: soal a {tujuan=1}", "### Opsi {.tepat ->awal}", "## awal", "> ", ">",
            "- [x]", "- [x] Benar", "- [ ] Salah", "=", "= a", "- a => b", "1. a", "? ", "//", "// a", "[@", "[@uu-20-2023 ",
            "{", "}", "{=}", "{.}", "->", "<b", "![](", "[](#", "|", "|-|", "<!--", "&amp;", "\t- [x] a", "judul: [", "- &a", "\x00", "\u202e",
            "#" * 9, ":" * 40, "**" * 20, "    kode", "```", "~~~",
        ]
    ),
    st.text(max_size=30),
)  # fmt: skip
DOCUMENT = st.lists(PIECES, max_size=40).map("\n".join)
TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "div", "em", "figcaption", "figure", "h2", "h3", "hr", "img", "li", "ol",
    "p", "strong", "svg", "table", "tbody", "td", "th", "thead", "time", "tr", "ul", "use",
}  # fmt: skip
ATTRIBUTES = {
    "href", "rel", "role", "aria-label", "aria-hidden", "id", "src", "alt", "width", "height", "loading", "start", "data-l", "scope",
    "datetime", "class",
}  # fmt: skip
ADDRESS = re.compile(r"https?://|mailto:|/(?!/)|#", re.IGNORECASE)


class Inspector(HTMLParser):
    """Reads HTML as a browser would and notes everything that an author must not be able to write."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES or (name in {"href", "src"} and not ADDRESS.match(value or "")):
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(decl)

    def handle_pi(self, data: str) -> None:
        self.found.append(data)


def unsafe(html: str) -> list[str]:
    return Inspector(html).found


def links() -> Links:
    return Links({"uu-20-2023 pasal-9-2": 'UU "20" <2023>'}, {"01-a.md": "/kursus/x/a"}, {})


def sound(result: ReadResult) -> None:
    for problem in result.problems:
        assert problem.line >= 1
        for language in ("id", "en"):
            assert problem.format(language)
            assert len(problem.format(language)) < 1_500
    assert (result.course is None) == bool(result.errors)


@SLOW
@given(course=DOCUMENT, module=DOCUMENT, name=st.text(max_size=20))
def test_random_documents_are_answered(course: str, module: str, name: str) -> None:
    sound(reading.read({"kursus.md": course, "01-a.md": module, "media/alur.png": reading.IMAGE}, name=name))


@SLOW
@given(body=DOCUMENT)
def test_random_bodies_of_a_good_module_are_answered(body: str) -> None:
    result = reading.read_piece(body)
    sound(result)
    if result.course is not None:
        assert unsafe("".join(part.html for m in result.course.modules for part in m.parts)) == []


@SLOW
@given(data=st.data())
def test_a_good_course_with_a_few_lines_moved_or_lost_is_answered(data: st.DataObject) -> None:
    files: dict[str, str | bytes] = {"media/alur.png": reading.IMAGE}
    for path, text in zip(("01-layanan.md", "02-media-sosial.md", "kursus.md"), SAMPLES, strict=True):
        lines = text.split("\n")
        for _ in range(data.draw(st.integers(0, 6))):
            at = data.draw(st.integers(0, len(lines) - 1))
            action = data.draw(st.sampled_from(["drop", "double", "swap", "replace", "cut"]))
            other = data.draw(st.integers(0, len(lines) - 1))
            if action == "drop" and len(lines) > 1:
                del lines[at]
            elif action == "double":
                lines.insert(at, lines[at])
            elif action == "swap":
                lines[at], lines[other] = lines[other], lines[at]
            elif action == "replace":
                lines[at] = data.draw(PIECES)
            else:
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        files[path] = "\n".join(lines)
    sound(reading.read(files, name="kursus-lengkap"))


@SLOW
@given(content=st.one_of(st.binary(max_size=400), DOCUMENT.map(str.encode)))
def test_random_bytes_in_every_file_are_answered(content: bytes) -> None:
    sound(
        reading.read({"kursus.md": content, "01-a.md": content, "media/a.png": content, "lain.bin": content})
    )
    read_registry(content)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(["lesson", "scene", "text", "inline"]), source=DOCUMENT)
def test_what_is_rendered_is_sanitised(kind: str, source: str) -> None:
    shape = links()
    html, _toc = Renderer(shape.labels, shape.modules, shape.images).render(kind, source)
    assert unsafe(html) == []


@pytest.mark.parametrize("source", TRICKS, ids=range(len(TRICKS)))
def test_tricks_of_the_trade_come_out_harmless(source: str) -> None:
    shape = links()
    for kind in ("lesson", "scene", "text", "inline"):
        html, _toc = Renderer(shape.labels, shape.modules, shape.images).render(kind, source)
        assert unsafe(html) == []


@pytest.mark.parametrize("line", LONG_LINES, ids=lambda line: line[:6].strip() + "…" + line[-2:])
def test_a_hostile_line_is_answered_in_seconds(line: str) -> None:
    begin = time.monotonic()
    body = f'{line}\n\n::: dilema a "A"\n{line}\n:::\n\n::: soal a {{tujuan=1}}\n{line}\n{line}\n:::\n'
    if len(body) < 250_000:
        sound(reading.read_piece(body))
    sound(reading.read_piece(f"::: soal a {{tujuan=1}}\nApa?\n\n{line}\n:::\n"))
    assert time.monotonic() - begin < 20


def test_a_fragment_that_takes_too_long_is_given_up_and_the_others_go_on() -> None:
    hostile = Fragment("text", "01-a.md", 7, "[" * 20_000 + "x*")
    good = Fragment("text", "01-a.md", 1, "Baik *sekali*.")
    last = Fragment("text", "01-a.md", 90, "Juga **baik**.")
    problems = Problems()
    begin = time.monotonic()
    done = render([good, hostile, last], links(), problems, fragment_seconds=0.3)
    assert time.monotonic() - begin < 10
    assert [piece.html for piece in done] == [
        "<p>Baik <em>sekali</em>.</p>",
        "",
        "<p>Juga <strong>baik</strong>.</p>",
    ]
    assert [(p.code, p.line) for p in problems.found] == [("render-terlalu-lama", 7)]


def test_a_child_that_does_not_answer_is_killed() -> None:
    problems = Problems()
    begin = time.monotonic()
    pieces = [Fragment("text", "01-a.md", n, "[" * 20_000 + f"{n}*") for n in range(1, 4)]
    render(pieces, links(), problems, fragment_seconds=100, wall_seconds=1)
    assert time.monotonic() - begin < 6
    assert {p.code for p in problems.found} <= {"render-terlalu-lama", "render-dihentikan"}
    assert len(problems.found) == 3


def test_a_fragment_that_is_nested_too_deeply_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "".join("    " * n + "- a\n\n" for n in range(170))
    problems = Problems()
    render([Fragment("text", "01-a.md", 3, deep)], links(), problems, fragment_seconds=20)
    assert [p.code for p in problems.found] in ([], ["render-terlalu-dalam"])
    problems = Problems()
    rendered.forget()
    monkeypatch.setattr(rendering, "_run", lambda *_a: ([{"n": 0, "error": "dalam"}], ""))
    render([Fragment("text", "01-a.md", 3, deep)], links(), problems)
    assert [p.code for p in problems.found] == ["render-terlalu-dalam"]


def test_only_what_changed_is_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered.forget()
    asked: list[list[tuple[str, str]]] = []
    run = rendering._run

    def watched(pieces: Sequence[tuple[str, str]], *rest: Any) -> Any:
        asked.append(list(pieces))
        return run(pieces, *rest)

    monkeypatch.setattr(rendering, "_run", watched)
    first, second = (
        Fragment("text", "01-a.md", 3, text) for text in ("Satu *kata*.", "[@uu-20-2023 pasal-9-2] a")
    )
    before = render([first, second], links(), Problems())
    assert render([first, second], links(), Problems()) == before
    assert asked == [[("text", first.source), ("text", second.source)]]
    render([Fragment("text", "01-a.md", 9, "Satu kata."), second], links(), Problems())
    assert asked[1:] == [[("text", "Satu kata.")]]
    # The same words point elsewhere when the regulations are called otherwise.
    renamed = Links({"uu-20-2023 pasal-9-2": "Undang-Undang ASN"}, {"01-a.md": "/kursus/x/a"}, {})
    assert "Undang-Undang ASN" in render([second], renamed, Problems())[0].html
    assert len(asked) == 3


def test_a_passage_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered.forget()
    piece = Fragment("text", "01-a.md", 3, "Coba *lagi*.")
    with monkeypatch.context() as patched:
        patched.setattr(rendering, "_run", lambda *_a: ([{"n": 0, "error": "waktu"}], ""))
        problems = Problems()
        assert render([piece], links(), problems)[0].html == ""
        assert [p.code for p in problems.found] == ["render-terlalu-lama"]
    assert render([piece], links(), Problems())[0].html == "<p>Coba <em>lagi</em>.</p>"


def test_what_is_kept_stays_within_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered.forget()
    monkeypatch.setattr(rendered, "KEPT_CHARACTERS", 5_000)
    for n in range(20):
        rendered.keep("x", {("text", f"{n}"): rendering.Rendered("a" * 1_000)})
    kept = rendered.recall("x", [("text", f"{n}") for n in range(20)])
    assert [source for _kind, source in kept] == ["17", "18", "19"]


def test_a_short_fragment_cannot_become_an_enormous_page() -> None:
    problems = Problems()
    wide = "|" + "h" * 30_000 + "|x|\n|---|---|\n" + "|b|c|\n" * 5_000
    done = render([Fragment("lesson", "01-a.md", 3, wide)], links(), problems, fragment_seconds=20)
    assert len(done[0].html) < 2_000_000
    labels = Links({"a b": "x" * 100_000}, {}, {})
    render([Fragment("text", "01-a.md", 3, "[@a b] *x* " * 50)], labels, problems)
    assert [p.code for p in problems.found] == ["render-terlalu-besar"]


def test_a_child_that_dies_without_a_word_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rendering, "_ROOT", tmp_path)
    monkeypatch.setattr(rendering.sys, "executable", "/bin/false")
    problems = Problems()
    assert render([Fragment("text", "01-a.md", 3, "*a*")], links(), problems)[0].html == ""
    assert [p.code for p in problems.found] == ["render-gagal"]


def test_front_matter_and_sections_have_limits() -> None:
    long = reading.HEAD.replace("Modul uji", "x" * 20_000)
    assert "kepala-terlalu-besar" in {p.code for p in reading.read_module(long).problems}
    assert "bagian-terlalu-panjang" in {p.code for p in reading.read_piece("kata " * 15_000).problems}
    many = "".join(f"\n## a{n}\nCerita.\n" for n in range(15))
    scenes = reading.read_piece(f'::: dilema a "A"\nCerita.\n{many}:::\n')
    assert "terlalu-banyak-adegan" in {p.code for p in scenes.problems}
    flood = ("a: [" + "x, " * 60_000 + "x]\n").encode()
    assert [p.code for p in read_registry(flood)[1]] == ["yaml-terlalu-besar"]


def test_the_sanitiser_stands_behind_the_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = links()
    renderer = Renderer(shape.labels, shape.modules, shape.images)
    hole = '<p onclick="x" style="y">a<script>b</script><iframe src="//c"></iframe></p><a href="javascript:d" class="e cite">f</a>'
    monkeypatch.setattr(renderer._block, "convert", lambda _source: hole)
    html, _toc = renderer.render("text", "*apa saja*")
    assert unsafe(html) == []
    assert "b" not in re.sub(r"<[^>]*>", "", html)
