"""Snippet by snippet: what is written in tests/fixtures/courses/kasus.yaml is what the reader says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from courses.format.acts import read_acts
from courses.format.messages import TEXTS
from courses.format.problems import Problem
from courses.format.registry import read_registry
from tests.rules.courses import reading

CASES: list[dict[str, Any]] = yaml.safe_load((reading.FIXTURES / "kasus.yaml").read_text())
ADVICE: list[dict[str, Any]] = yaml.safe_load((reading.FIXTURES / "saran.yaml").read_text())
USUAL = {"modul-tanpa-soal", "tujuan-tanpa-soal"}

FOUND_ELSEWHERE = {
    # folders and archives
    "folder-tidak-ada", "nama-folder", "tanpa-kursus", "tanpa-modul", "nama-modul", "nama-modul-dipakai", "slug-ganda", "nomor-ganda",
    "berkas-diabaikan", "berkas-tidak-terbaca", "bukan-berkas-biasa", "berkas-terlalu-besar", "terlalu-banyak-berkas",
    "kursus-terlalu-besar", "zip-terlalu-besar", "zip-rusak", "zip-bersandi", "jalur-berbahaya", "berkas-ganda",
    "bukan-utf8", "karakter-terlarang", "terlalu-banyak-masalah",
    # images
    "nama-media", "jenis-media", "gambar-rusak", "gambar-salah-jenis", "gambar-terlalu-lebar", "gambar-tidak-dipakai",
    # what is too much, and rendering
    "kepala-terlalu-besar", "yaml-terlalu-besar", "bagian-terlalu-panjang", "terlalu-banyak-adegan",
    "kursus-tanpa-soal", "soal-kurang", "kuis-tidak-dapat-disusun",
    "saran-dipotong", "kunci-sering-terpanjang",
    "render-terlalu-lama", "render-terlalu-dalam", "render-terlalu-besar", "render-gagal", "render-dihentikan",
}  # fmt: skip


def problems_of(case: dict[str, Any]) -> tuple[list[Problem], int]:
    if "katalog" in case:
        return list(read_acts(case["katalog"].encode(), reading.REGISTRY)[1]), 0
    for page in ("ringkasan", "glosarium"):
        if page in case:
            return reading.wrong(reading.read_page(f"{page}.md", case[page])), 0
    if "registri" in case:
        return list(read_registry(case["registri"].encode())[1]), 0
    if "kursus" in case:
        files: dict[str, str | bytes] = {
            "kursus.md": case["kursus"],
            "01-latihan.md": reading.PRACTICE.replace("jp: 1\n", "")
            if "latihan-tanpa-jp" in case
            else reading.PRACTICE,
            "media/alur.png": reading.IMAGE,
        }
        return reading.wrong(reading.read(files)), 0
    if "modul" in case:
        return reading.wrong(reading.read_module(case["modul"])), 0
    return reading.wrong(reading.read_piece(case["isi"])), reading.FIRST_LINE - 1


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


@pytest.mark.parametrize("case", ADVICE, ids=[case["nama"] for case in ADVICE])
def test_a_snippet_gets_exactly_its_advice(case: dict[str, Any]) -> None:
    result = reading.read_piece(case["isi"])
    expected = [str(line) for line in case["saran"]]
    asked_for = " ".join(expected)
    usual = {code for code in ("tujuan-kurang-soal", "lembar-tumpang-tindih") if code not in asked_for}
    seen = []
    for problem in result.problems:
        # The module beside the snippet has a question of its own, without a level.
        if problem.code not in reading.ADVICE - usual or problem.file == "02-latihan.md":
            continue
        assert problem.severity == "warning"
        line = "*" if problem.file == "kursus.md" else f"{problem.line - reading.FIRST_LINE + 1} "
        seen.append(line + problem.code)
    assert sorted(seen) == sorted(expected)


def test_every_problem_code_is_shown_by_a_case_or_a_test() -> None:
    shown = {line.split()[1] for case in CASES for line in map(str, case["masalah"])}
    shown |= {str(line).replace("*", "* ").split()[1] for case in ADVICE for line in case["saran"]}
    assert shown | FOUND_ELSEWHERE == set(TEXTS)
    assert not shown - set(TEXTS)
