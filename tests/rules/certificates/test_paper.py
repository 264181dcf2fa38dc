"""The paper itself: same bytes everywhere, nothing collides, nothing is fetched, a dead renderer is replaced."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from certificates.payload import Issuer
from certificates.qr import qr_path
from certificates.rendering import Renderer, RenderingFailed, cached_path, certificate_pdf
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


def words(pdf: bytes, folder: Path, page: int) -> list[tuple[float, str]]:
    """(lower edge in mm, word) of every word of a page."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(file), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [(float(y) / MM, word) for y, word in re.findall(r'yMax="([\d.]+)">(.*?)</word>', text)]


def pages(pdf: bytes, folder: Path) -> int:
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    text = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    return int(text.split("Pages:")[1].split()[0])


def test_equal_payloads_give_equal_bytes_in_different_processes(renderer: Renderer) -> None:
    second = Renderer()
    try:
        first_bytes = renderer.render(paper().to_json(), sample=False)
        assert second.render(paper().to_json(), sample=False) == first_bytes
    finally:
        second.close()
    assert len(first_bytes) < 40_000


@pytest.mark.parametrize("name", ["Wening Astuti", LONGEST_NAME])
@pytest.mark.parametrize("course", ["Netralitas ASN", LONGEST_COURSE])
def test_the_longest_words_do_not_reach_the_signature(
    renderer: Renderer, tmp_path: Path, name: str, course: str
) -> None:
    found = words(renderer.render(paper(name, course).to_json(), sample=False), tmp_path, 1)
    text = [word for _, word in found]
    for word in (*name.split(), *course.split()):
        assert word in text, word
    last = max(edge for edge, word in found if word in {"Berlaku", "sampai"})
    assert last < 152
    assert max(edge for edge, _ in found) < 200


def test_many_modules_flow_to_a_third_page_with_their_head(renderer: Renderer, tmp_path: Path) -> None:
    pdf = renderer.render(paper(modules=30).to_json(), sample=False)
    assert pages(pdf, tmp_path) == 3
    third = [word for _, word in words(pdf, tmp_path, 3)]
    assert "Nilai" in third
    assert "30" in third
    assert pages(renderer.render(paper(modules=6).to_json(), sample=False), tmp_path) == 2


def test_the_file_says_that_it_is_archivable_and_accessible(renderer: Renderer, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(renderer.render(paper().to_json(), sample=False))

    def told(*options: str) -> str:
        return subprocess.run(
            ["pdfinfo", *options, str(file)], capture_output=True, text=True, check=True
        ).stdout

    assert re.search(r"Tagged:\s+yes", told())
    assert "Sertifikat 0412/NETRA/NAP/XI/2026" in told()
    assert "<pdfuaid:part>1</pdfuaid:part>" in told("-meta")
    assert re.search(r"pdfaid:part[^0-9]*3", told("-meta"))


def test_words_are_words_never_markup_or_addresses(renderer: Renderer, tmp_path: Path) -> None:
    hostile = '<img src="file:///etc/passwd"> {{ 7*7 }}'
    found = [word for _, word in words(renderer.render(paper(hostile).to_json(), sample=False), tmp_path, 1)]
    assert "7*7" in found
    assert "49" not in found


def test_a_sample_is_marked_and_kept_apart(renderer: Renderer, tmp_path: Path) -> None:
    genuine = certificate_pdf(paper(), template="v1", sample=False, cache=tmp_path, using=renderer)
    marked = certificate_pdf(paper(), template="v1", sample=True, cache=tmp_path, using=renderer)
    assert genuine != marked
    assert cached_path(paper(), template="v1", sample=False, cache=tmp_path).read_bytes() == genuine


def test_a_cache_that_cannot_be_written_withholds_nothing(renderer: Renderer, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert certificate_pdf(paper(), template="v1", sample=False, cache=blocked, using=renderer)


def test_a_killed_process_is_replaced(tmp_path: Path) -> None:
    made = Renderer()
    try:
        first = made.render(paper().to_json(), sample=False)
        assert made._process is not None
        os.kill(made._process.pid, signal.SIGKILL)
        made._process.wait()
        assert made.render(paper().to_json(), sample=False) == first
    finally:
        made.close()


def test_a_slow_process_is_given_up_and_the_next_call_works() -> None:
    made = Renderer(time_limit=0.01)
    try:
        with pytest.raises(RenderingFailed):
            made.render(paper().to_json(), sample=False)
        made._time_limit = 20
        assert made.render(paper().to_json(), sample=False).startswith(b"%PDF-")
    finally:
        made.close()


@pytest.mark.parametrize("template", ["v0", "../v1", ""])
def test_an_unknown_template_is_refused(renderer: Renderer, template: str) -> None:
    with pytest.raises(RenderingFailed):
        renderer.render(paper().to_json(), template=template, sample=False)


def test_a_payload_of_another_schema_is_refused(renderer: Renderer) -> None:
    with pytest.raises(RenderingFailed):
        renderer.render({**paper().to_json(), "schema": 2}, sample=False)


def test_an_empty_letterhead_prints_no_empty_lines(renderer: Renderer, tmp_path: Path) -> None:
    bare = replace(paper(), issuer=Issuer("Netra", "", "", "", "Penerbit", "Netra", ""))
    found = [word for _, word in words(renderer.render(bare.to_json(), sample=False), tmp_path, 1)]
    assert found.count("NIP") == 1


def test_the_qr_symbol_stays_small_and_has_its_quiet_zone() -> None:
    symbol = qr_path("HTTPS://NETRA.CONTOH.GO.ID/V/K7QF2M9TXR4C8HPW")
    assert symbol.size <= 33 + 8
    assert all(int(number) >= 4 for pair in re.findall(r"M(\d+) (\d+)", symbol.data) for number in pair)
