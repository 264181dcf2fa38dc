"""Snippet by snippet: what is written in tests/fixtures/courses/kasus.yaml is what the reader says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from courses.format.messages import TEXTS
from courses.format.problems import Problem
from courses.format.registry import read_registry
from tests.rules.courses import reading

CASES: list[dict[str, Any]] = yaml.safe_load((reading.FIXTURES / "kasus.yaml").read_text())
USUAL = {"modul-tanpa-soal", "tujuan-tanpa-soal"}

FOUND_ELSEWHERE = {
    # folders and archives
    "folder-tidak-ada", "nama-folder", "tanpa-kursus", "tanpa-modul", "nama-modul", "slug-ganda", "nomor-ganda",
    "berkas-diabaikan", "berkas-tidak-terbaca", "bukan-berkas-biasa", "berkas-terlalu-besar", "terlalu-banyak-berkas",
    "kursus-terlalu-besar", "zip-terlalu-besar", "zip-rusak", "zip-bersandi", "jalur-berbahaya", "berkas-ganda",
    "bukan-utf8", "karakter-terlarang", "terlalu-banyak-masalah",
    # images
    "nama-media", "jenis-media", "gambar-rusak", "gambar-salah-jenis", "gambar-terlalu-lebar", "gambar-tidak-dipakai",
    # what is too much, and rendering
    "kepala-terlalu-besar", "yaml-terlalu-besar", "bagian-terlalu-panjang", "terlalu-banyak-adegan",
    "kursus-tanpa-soal", "soal-kurang", "kuis-tidak-dapat-disusun",
    "render-terlalu-lama", "render-terlalu-dalam", "render-terlalu-besar", "render-gagal", "render-dihentikan",
}  # fmt: skip


def problems_of(case: dict[str, Any]) -> tuple[list[Problem], int]:
    if "registri" in case:
        return list(read_registry(case["registri"].encode())[1]), 0
    if "kursus" in case:
        files: dict[str, str | bytes] = {
            "kursus.md": case["kursus"],
            "01-latihan.md": reading.PRACTICE,
            "media/alur.png": reading.IMAGE,
        }
        return list(reading.read(files).problems), 0
    if "modul" in case:
        return list(reading.read_module(case["modul"]).problems), 0
    return list(reading.read_piece(case["isi"]).problems), reading.FIRST_LINE - 1


@pytest.mark.parametrize("case", CASES, ids=[case["nama"] for case in CASES])
def test_a_snippet_is_answered_with_exactly_its_problems(case: dict[str, Any]) -> None:
    found, before = problems_of(case)
    expected = [" ".join(str(line).split()) for line in case["masalah"]]
    told = " ".join(expected)
    usual = (USUAL | set(case.get("ikutan", ()))) - {code for code in USUAL if code in told}
    if "modul" in case:
        usual.add("jumlah-jp")
    seen = [reading.short(p, before=before) for p in found if p.code not in usual]
    assert sorted(seen) == sorted(expected)


def test_every_problem_code_is_shown_by_a_case_or_a_test() -> None:
    shown = {line.split()[1] for case in CASES for line in map(str, case["masalah"])}
    assert shown | FOUND_ELSEWHERE == set(TEXTS)
    assert not shown - set(TEXTS)
