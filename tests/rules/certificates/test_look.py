"""An agency's own look and unusual names: nothing collides, nothing is an empty box, no two numbers can be alike."""

from __future__ import annotations

import itertools
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from certificates import colours
from certificates.emblem import SIDE, NoEmblem, emblem
from certificates.numbering import HOUSE_PATTERN, certificate_number, file_name, is_pattern
from certificates.payload import CertificatePayload, from_json, payload_hash
from certificates.pdf.fitting import COLUMN, COURSE_SIZES, NAME_SIZES, fitted, width
from certificates.rendering import Renderer, RenderingFailed
from certificates.signing.backend import Sealed
from tests.tools.papers import paper

LONGEST_NAME = "Prof. Dr. dr. Raden Ayu Maharani Kusumawardhani Sastrowardoyo Tjokroadisoerjo, Sp.PD., K.H.O.M., M.Kes., M.H."
LONGEST_COURSE = (
    "Netralitas Aparatur Sipil Negara dalam Penyelenggaraan Pemilihan Umum dan Pemilihan Gubernur, Bupati, dan Wali"
    " Kota Serentak bagi Pejabat Pimpinan Tinggi"
)
MM = 72 / 25.4


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def bilingual(payload: CertificatePayload) -> CertificatePayload:
    return replace(payload, issuer=replace(payload.issuer, bilingual=True))


def told(pdf: bytes, folder: Path, *command: str) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    return subprocess.run([*command, str(file), "-"], capture_output=True, text=True, check=True).stdout


def edges(pdf: bytes, folder: Path) -> list[tuple[float, float, str]]:
    """(right edge, lower edge, word) in mm of the first page."""
    text = told(pdf, folder, "pdftotext", "-bbox", "-f", "1", "-l", "1")
    found = re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', text)
    return [(float(x) / MM, float(y) / MM, word) for x, y, word in found]


@pytest.mark.parametrize(
    "name", ["Sri", LONGEST_NAME, LONGEST_NAME.upper(), "W" * 90, "M" * 37, "Ḥāfiẓ al-Raḥmān, S.Pd.I."]
)
@pytest.mark.parametrize("course", ["Netralitas ASN", LONGEST_COURSE, LONGEST_COURSE.upper()])
@pytest.mark.parametrize("both", [False, True])
def test_no_name_and_no_title_leaves_its_place(
    renderer: Renderer, tmp_path: Path, name: str, course: str, both: bool
) -> None:
    payload = paper(name, course)
    found = edges(
        renderer.render((bilingual(payload) if both else payload).to_json(), sample=False), tmp_path
    )
    assert max(x for x, _, _ in found) < 290
    last = max(y for _, y, word in found if word in {"Berlaku", "sampai", "valid"})
    assert last < 154
    assert max(y for _, y, _ in found) < 200


@pytest.mark.parametrize(
    "name",
    [
        "محمد رضا الدين",
        "Ḥāfiẓ محمد, S.Pd.I.",
        "Nguyễn Thị Ơn",
        "Šárka Łukasiewicz",
        "ʿAbd al-Raḥmān",
        "Rene\u0301 A\u030a",
    ],
)
def test_letters_of_many_peoples_are_drawn_and_can_be_copied(
    renderer: Renderer, tmp_path: Path, name: str
) -> None:
    pdf = renderer.render(paper(name).to_json(), sample=False)
    text = told(pdf, tmp_path, "pdftotext", "-f", "1", "-l", "1")
    fonts = subprocess.run(
        ["pdffonts", str(tmp_path / "paper.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "\ufffd" not in text
    # Arabic comes out in presentation forms or reordered, as the reader likes; Latin as it was written.
    if not any(0x600 <= ord(letter) < 0x700 for letter in name):
        assert unicodedata.normalize("NFC", name) in unicodedata.normalize("NFC", text)
    else:
        assert "Naskh" in fonts
    assert "Type 3" not in fonts


@pytest.mark.parametrize("name", ["Budi 😀", "王小明", "\ue000", "ꦧꦸꦢꦶ"])
def test_what_no_font_can_draw_is_refused_and_never_a_box(renderer: Renderer, name: str) -> None:
    with pytest.raises(RenderingFailed) as raised:
        renderer.render(paper(name).to_json(), sample=False)
    assert raised.value.undrawable
    assert name not in str(raised.value)


@pytest.mark.parametrize(
    ("sealed", "words"),
    [
        (Sealed.NOTHING, "Diterbitkan secara elektronik"),
        (Sealed.SEAL, "Diterbitkan dan disegel secara elektronik"),
        (Sealed.PERSON, "Ditandatangani secara elektronik"),
    ],
)
def test_the_paper_claims_no_more_than_was_done(
    renderer: Renderer, tmp_path: Path, sealed: Sealed, words: str
) -> None:
    text = told(renderer.render(paper().to_json(), sample=False, sealed=sealed), tmp_path, "pdftotext")
    assert words in text
    assert ("Ditandatangani" in text) is (sealed is Sealed.PERSON)


def test_colours_and_emblem_are_the_agencys(renderer: Renderer, tmp_path: Path) -> None:
    own = replace(paper(), issuer=replace(paper().issuer, colour="#AA0000", accent="#00AA00", logo="0" * 64))
    picture = Image.new("RGB", (60, 60), "#0000FF")
    out = BytesIO()
    picture.save(out, "PNG")
    file = tmp_path / "paper.pdf"
    file.write_bytes(renderer.render(own.to_json(), sample=False, logo=out.getvalue()))
    subprocess.run(
        ["pdftoppm", "-r", "50", "-f", "1", "-l", "1", "-png", str(file), str(tmp_path / "p")], check=True
    )
    image = Image.open(next(tmp_path.glob("p*.png"))).convert("RGB")
    seen = {colour for _, colour in image.getcolors(1_000_000) or []}
    assert any(r > 140 and g < 60 and b < 60 for r, g, b in seen)
    assert any(b > 200 and r < 40 and g < 40 for r, g, b in seen)
    assert (0x0B, 0x3D, 0x62) not in seen


def test_hostile_colours_reach_no_style_sheet(renderer: Renderer) -> None:
    bad = replace(paper(), issuer=replace(paper().issuer, colour="red}*{color:#fff"))
    with pytest.raises(RenderingFailed):
        renderer.render(bad.to_json(), sample=False)


def test_papers_from_before_agencies_had_a_look_keep_their_hash() -> None:
    plain = paper()
    assert not {"logo", "colour", "accent", "bilingual"} & plain.to_json()["issuer"].keys()
    assert payload_hash(from_json(plain.to_json())) == payload_hash(plain)
    own = replace(plain, issuer=replace(plain.issuer, bilingual=True, colour="#5B1A1A"))
    assert from_json(own.to_json()) == own
    assert payload_hash(own) != payload_hash(plain)


@given(st.lists(st.text("aMiW.", min_size=1, max_size=14), min_size=1, max_size=14))
def test_lines_break_between_words_unless_one_is_wider_than_the_column(words: list[str]) -> None:
    for sizes in (NAME_SIZES, COURSE_SIZES):
        size, text = fitted(" ".join(words), sizes)
        assert text.split() == words
        points = next(points for points, name, _ in sizes if name == size)
        assert all(width(line) * points <= COLUMN + 0.01 for line in text.split("\n"))


# --- Colours, numbers, emblems ----------------------------------------------------------------------------------


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000") == pytest.approx(21)
    assert colours.contrast("#FFFFFF") == pytest.approx(1)
    assert colours.contrast("#777777") == pytest.approx(4.48, abs=0.01)
    assert colours.readable("#0B3D62")
    assert not colours.readable("#777777")
    assert colours.visible("#C8992E")
    assert not colours.visible("#FFFF99")


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("", "0412/NETRA/NAP/XI/2026"),
        (HOUSE_PATTERN, "0412/NETRA/NAP/XI/2026"),
        ("{nomor}/BKPSDM-ST/{kode}/{tahun}", "0412/BKPSDM-ST/NAP/2026"),
        ("{nomor}.{tahun}{bulan}", "0412.2026XI"),
    ],
)
def test_numbers_follow_the_agencys_pattern(pattern: str, number: str) -> None:
    assert certificate_number(412, "nap", date(2026, 11, 24), pattern) == number
    assert "/" not in file_name(number)


@pytest.mark.parametrize(
    "pattern",
    ["{nomor}", "{nomor}1", "{tahun}/{nomor}", "1{nomor}/", "{nomor}/{nomor}", "{nomor}/{x}", "{nomor}/{0}", "{nomor}/ A",
     "{nomor}/" + "A" * 40, "{nomor}/{tahun:>9}", "{nomor}/{tahun.__class__}", "{nomor}/\n"],
)  # fmt: skip
def test_patterns_that_could_collide_or_reach_further_are_none(pattern: str) -> None:
    assert not is_pattern(pattern)
    with pytest.raises(ValueError, match="pattern"):
        certificate_number(1, "NAP", date(2026, 11, 24), pattern)


PARTS = st.lists(
    st.sampled_from(["{kode}", "{bulan}", "{tahun}", "/", "-", ".", "0001", "12", "A"]), max_size=5
).map("".join)


@given(
    PARTS, PARTS, st.sampled_from("/.-"), st.sampled_from("/.-"), st.integers(1, 99999), st.integers(1, 99999)
)
def test_two_serials_never_give_one_number_whatever_the_patterns(
    first: str, second: str, gap: str, other_gap: str, one: int, other: int
) -> None:
    patterns = ("{nomor}" + gap + first, "{nomor}" + other_gap + second)
    if one == other or not all(map(is_pattern, patterns)):
        return
    day = date(2026, 11, 24)
    assert certificate_number(one, "NAP", day, patterns[0]) != certificate_number(
        other, "NAP", day, patterns[1]
    )


def picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, 0).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [*itertools.product(["PNG"], ["RGB", "RGBA", "P", "L", "1"]), ("JPEG", "CMYK")]
)
def test_an_emblem_is_drawn_anew(kind: str, mode: str) -> None:
    made = emblem(picture((900, 600), kind, mode))
    with Image.open(BytesIO(made)) as image:
        assert (image.format, image.mode, max(image.size)) == ("PNG", "RGB", SIDE)
        assert image.info.keys() <= {"dpi"}
    assert emblem(picture((900, 600), kind, mode)) == made


def test_pictures_that_are_none_too_small_or_huge_are_refused() -> None:
    for content, code in (
        (b"<svg/>", "kind"),
        (b"", "kind"),
        (picture((10, 10)), "dimensions"),
        (picture((7_000, 40)), "dimensions"),
        (bytes(2 * 1024 * 1024 + 1), "size"),
        (picture((300, 300))[:200], "kind"),
    ):
        with pytest.raises(NoEmblem) as raised:
            emblem(content)
        assert raised.value.code == code


def test_a_picture_that_claims_to_be_enormous_is_not_unpacked() -> None:
    bomb = bytearray(picture((300, 300)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(NoEmblem):
        emblem(bytes(bomb))
