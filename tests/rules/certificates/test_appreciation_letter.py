"""The letter of appreciation: what stands on it, the standards it keeps, one page whatever the names."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from certificates.appreciation.payload import LetterPayload, file_name, from_json, letter_number
from certificates.payload import Issuer
from certificates.pdf.appreciation_view import view
from certificates.rendering import Renderer
from certificates.signing.backend import Sealed
from tests.tools.verapdf import judge

ISSUER = Issuer(
    "Pemerintah Kabupaten Uji", "Badan Kepegawaian", "Jalan Uji 1", "Sagara", "Kepala Badan", "Dr. Wening Astuti, M.Si.",
    "198501012010011001",
)  # fmt: skip
LETTER = LetterPayload(
    number=letter_number(12, 2026),
    unit="Puskesmas Karangbendo",
    agency="Kabupaten Uji",
    course_title="Netralitas ASN Pra-Kampanye",
    event_name="Pemungutan Suara Ulang Bupati Uji",
    stage="masa kampanye",
    stage_on="2026-12-10",
    last_on="2026-12-09",
    reached_on="2026-11-24",
    assigned=25,
    passed=24,
    exempt=1,
    issuer=ISSUER,
    blank=False,
    timezone="Asia/Makassar",
    host="netra.contoh.go.id",
    made_at="2026-11-24T17:30:00.000+00:00",
)
LONG = replace(
    LETTER,
    unit=("Unit Pelaksana Teknis Dinas Pengendalian Penduduk, Keluarga Berencana, dan Pelindungan Anak " * 2)[:160].strip(),
    course_title=("Netralitas Aparatur Sipil Negara menjelang Pemungutan Suara Ulang Bupati " * 3)[:200].strip(),
    event_name=("Pemungutan Suara Ulang Bupati Sagara Timur sesudah Putusan Mahkamah " * 3)[:200].strip(),
    agency=("Kementerian Pendayagunaan Daerah Tertinggal, Perbatasan, Kepulauan, dan Pesisir " * 2)[:160].strip(),
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def drawn(renderer: Renderer, letter: LetterPayload) -> bytes:
    return renderer.render(letter.to_json(), template="appreciation1", sample=False, sealed=Sealed.NOTHING)


def words(pdf: bytes, folder: Path) -> str:
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_letter_says_what_was_frozen_and_keeps_the_standards(renderer: Renderer, tmp_path: Path) -> None:
    pdf = drawn(renderer, LETTER)
    said = words(pdf, tmp_path)
    for wanted in (
        "SURAT PENGHARGAAN",
        "SP-000012/2026",
        "Puskesmas Karangbendo",
        "sebelum masa kampanye Pemungutan Suara Ulang Bupati Uji dimulai pada 10 Desember 2026",
        "24 November 2026",
        "Dikecualikan, tidak dihitung 1 orang",
        # The day in Makassar, where it was already the next one.
        "Sagara, 25 November 2026",
        "NIP 19850101 201001 1 001",
        "sesudah ditandatangani",
    ):
        assert wanted in said
    assert pdf == drawn(renderer, LETTER), "equal payloads give equal bytes"
    file = tmp_path / "surat.pdf"
    file.write_bytes(pdf)
    verdicts = judge([file])
    assert len(verdicts) == 2
    assert all(verdict.startswith("PASS") for verdict in verdicts.values()), verdicts


def test_nobody_is_named_where_the_agency_has_set_no_signatory(renderer: Renderer, tmp_path: Path) -> None:
    said = words(drawn(renderer, replace(LETTER, blank=True, exempt=0, assigned=24)), tmp_path)
    assert "Pimpinan Pemerintah Kabupaten Uji" in said
    assert "Wening" not in said
    assert "Dikecualikan" not in said


def test_long_names_stay_on_one_page(renderer: Renderer) -> None:
    with pikepdf.open(io.BytesIO(drawn(renderer, LONG))) as pdf:
        assert len(pdf.pages) == 1


def test_a_fixed_day_has_no_stage() -> None:
    fixed = replace(LETTER, stage="", stage_on=None, event_name="")
    assert view(fixed.to_json())["before"] == "paling lambat 9\u00a0Desember\u00a02026"


def test_a_payload_comes_back_as_it_was_and_a_strange_one_is_refused() -> None:
    assert from_json(LETTER.to_json()) == LETTER
    with pytest.raises(ValueError, match="schema"):
        from_json({**LETTER.to_json(), "schema": "lain"})
    assert file_name(LETTER.number) == "surat-penghargaan-SP-000012-2026.pdf"
