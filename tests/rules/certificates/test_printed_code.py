"""The code of thirty symbols on the paper: one line of six groups, and a QR symbol that a cheap scanner reads."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from certificates import codes
from certificates.payload import CertificatePayload
from certificates.qr import qr_path
from certificates.rendering import Renderer
from tests.rules.certificates.test_paper import paper

HOSTS = ("https://netra.contoh.go.id", "https://pembelajaran-netralitas.bkpsdm.sagaratimurkab.go.id")
EARLIER = "K7QF2M9TXR4C8HPW"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def with_code(code: str, host: str = HOSTS[0]) -> CertificatePayload:
    url = f"{host}/v/{code}"
    return replace(paper(), code=code, verify_url=url, qr_text=url.upper())


def scanned(pdf: bytes, folder: Path) -> str:
    """What a scanner reads off page one at 150 dots per inch, the coarseness of an office copier."""
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "paper.pdf", "page"],
        cwd=folder,
        check=True,
    )
    page = next(folder.glob("page*.png"))
    command = ["zbarimg", "-q", "--raw", str(page)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


@pytest.mark.parametrize("host", HOSTS)
def test_the_code_stands_on_one_line_on_both_pages_and_the_symbol_is_read(
    renderer: Renderer, tmp_path: Path, host: str
) -> None:
    sheet = with_code(codes.new_code(b"any key"), host)
    pdf = renderer.render(sheet.to_json(), sample=False)
    assert scanned(pdf, tmp_path) == sheet.qr_text
    for page in ("1", "2"):
        told = subprocess.run(
            ["pdftotext", "-layout", "-f", page, "-l", page, str(tmp_path / "paper.pdf"), "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert codes.display(sheet.code) in told


def test_a_paper_with_an_old_code_still_prints_and_scans(renderer: Renderer, tmp_path: Path) -> None:
    sheet = with_code(EARLIER)
    assert scanned(renderer.render(sheet.to_json(), sample=False), tmp_path) == sheet.qr_text


def test_the_symbol_keeps_modules_of_at_least_six_tenths_of_a_millimetre() -> None:
    """26 mm without the quiet zone, which lies outside. Below 0.6 mm a copier at 150 dpi begins to lose modules."""
    for host in HOSTS:
        size = qr_path(with_code(codes.new_code(b"any key"), host).qr_text, quiet_zone=0).size
        assert 26 / size >= 0.6
