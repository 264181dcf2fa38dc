"""Rules as their authors write them: read whole, or refused with everything that is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from certificates.promotion.rulebook import (
    EMPLOYMENT,
    POSITIONS,
    SHIPPED,
    UnreadableRules,
    plain,
    read_rule,
    read_rules,
)
from certificates.promotion.rules import (
    CourseNeed,
    Demand,
    Exemption,
    Mode,
    Proof,
    RequirementSource,
    RuleKind,
    RuleText,
    Transition,
)
from certificates.promotion.texts import RULE_PROBLEMS, problem_sentence

GOOD = SHIPPED.read_text("utf-8")


def test_no_shipped_rule_claims_that_the_law_asks_for_the_course() -> None:
    rules = read_rules(SHIPPED)
    assert rules
    for reading in rules:
        assert reading.rule is not None
        assert reading.rule.source is RequirementSource.DEMO_POLICY
        assert reading.agency is None
        assert "bukan keputusan instansi mana pun" in reading.rule.legal_basis
        assert "Peraturan nasional tidak mensyaratkan sertifikat ini" in reading.rule.note


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("kunci: x", "rule.no_list"),
        ("[]", "rule.no_list"),
        ("- [", "rule.not_yaml"),
        ("- satu", "1: rule.no_block"),
        ("- kunci: x", "1.syarat: rule.missing"),
        (GOOD.replace("jenis: jabatan", "jenis: kabinet", 1), "1.jenis: rule.word"),
        (GOOD.replace("berlaku-mulai: 2020-01-01", "berlaku-mulai: besok", 1), "1.berlaku-mulai: rule.day"),
        (GOOD.replace("kunci: promosi-pengawas", "kunci: promosi-administrator"), "2: rule.key_twice"),
        (GOOD.replace("  jenjang: Pengawas", "  jenjangg: Pengawas"), "2.jenjangg: rule.unknown_name"),
        (GOOD.replace("judul: Promosi ke jabatan pengawas", "judul: ''"), "2.judul: rule.missing"),
        (GOOD.replace("bukti: berlaku", "bukti: baru-lulus", 1), "1.syarat.bulan: rule.months_missing"),
    ],
)
def test_a_wrong_file_names_the_rule_and_the_fault(tmp_path: Path, content: str, wrong: str) -> None:
    file = tmp_path / "aturan.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(UnreadableRules) as refused:
        read_rules(file)
    assert wrong in str(refused.value)
    assert all(problem_sentence(problem) for problem in refused.value.problems)


def rule(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = yaml.safe_load(GOOD)[0]
    return {**entry, **changes}


COURSES = [{"kunci": "a", "judul": "A"}, {"kunci": "b", "judul": "B"}]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"kunci": "Huruf Besar"}, {("kunci", "rule.key_form")}),
        ({"kunci": 7}, {("kunci", "rule.no_text")}),
        ({"judul": "x" * 161}, {("judul", "rule.too_long")}),
        ({"berlaku-sampai": "2019-12-31"}, {("berlaku-sampai", "rule.days_reversed")}),
        ({"berlaku-mulai": "1999-12-31"}, {("berlaku-mulai", "rule.day")}),
        ({"syarat": {"kursus": []}}, {("syarat", "rule.asks_nothing")}),
        ({"syarat": {"kursus": COURSES, "cara": "sejumlah"}}, {("syarat.sejumlah", "rule.count")}),
        ({"syarat": {"kursus": COURSES, "sejumlah": 1}}, {("syarat.sejumlah", "rule.count")}),
        ({"syarat": {"kursus": COURSES, "cara": "sejumlah", "sejumlah": 3}}, {("syarat.sejumlah", "rule.count")}),
        ({"syarat": {"kursus": COURSES, "bulan": 3}}, {("syarat.bulan", "rule.months")}),
        ({"syarat": {"kursus": COURSES, "jp-minimal": -1}}, {("syarat.jp-minimal", "rule.number")}),
        ({"syarat": {"kursus": COURSES, "jp-minimal": True}}, {("syarat.jp-minimal", "rule.number")}),
        ({"syarat": {"kursus": [COURSES[0], COURSES[0]]}}, {("syarat.kursus.2.kunci", "rule.course_twice")}),
        ({"syarat": {"kursus": "a"}}, {("syarat.kursus", "rule.no_list")}),
        ({"jabatan-asal": ["kabinet"]}, {("jabatan-asal.1", "rule.word")}),
        ({"golongan-asal": ["III/e"]}, {("golongan-asal.1", "rule.grade")}),
        ({"pengecualian": [{"alasan": "x"}]}, {("pengecualian.1", "rule.exemption_who")}),
        ({"pengecualian": [{"alasan": "x", "kunci": "a", "jabatan": ["pelaksana"]}]}, {("pengecualian.1", "rule.exemption_who")}),
        ({"peralihan": {"sampai": "2027-01-01"}}, {("peralihan.syarat", "rule.missing")}),
        (
            {"jenis": "?", "sumber": None, "peralihan": 3, "kunci": ""},
            {("jenis", "rule.word"), ("sumber", "rule.missing"), ("peralihan", "rule.no_block"), ("kunci", "rule.missing")},
        ),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_reported_at_once(
    changes: dict[str, Any], wrong: set[tuple[str, str]]
) -> None:
    reading = read_rule(rule(**changes))
    assert reading.rule is None
    assert {(problem.place, problem.code) for problem in reading.problems} == wrong
    assert all(problem_sentence(problem) for problem in reading.problems)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(rule())), value=plain_values)
def test_any_value_anywhere_is_read_or_refused_but_never_falls_over(field: str, value: Any) -> None:
    reading = read_rule(rule(**{field: value}))
    assert (reading.rule is None) == bool(reading.problems)
    assert all(problem.code in RULE_PROBLEMS for problem in reading.problems)


words = st.text("abcdefghij ", min_size=1, max_size=12).map(lambda text: f"x{' '.join(text.split())}y")
keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6})?", fullmatch=True)
some_days = st.dates(date(2001, 1, 1), date(2099, 1, 1))


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    names = draw(st.lists(keys, unique=True, max_size=4))
    needs = tuple(CourseNeed(key, draw(words), draw(st.none() | some_days)) for key in names)
    mode = draw(st.sampled_from(list(Mode))) if needs else Mode.ALL
    proof = draw(st.sampled_from(list(Proof)))
    return Demand(
        needs, mode, draw(st.integers(1, len(needs))) if mode is Mode.COUNT else 0,
        draw(st.integers(0 if needs else 1, 100)), proof, 0 if proof is Proof.VALID else draw(st.integers(1, 60)),
    )  # fmt: skip


@st.composite
def rule_texts(draw: st.DrawFn) -> RuleText:
    first = draw(some_days)
    kinds = st.lists(st.sampled_from(sorted(EMPLOYMENT.values())), unique=True, max_size=3).map(tuple)
    seats = st.lists(st.sampled_from(sorted(POSITIONS.values())), unique=True, max_size=3).map(tuple)
    exemptions = []
    for at in range(draw(st.integers(0, 3))):
        who = (draw(kinds), draw(seats))
        exemptions.append(Exemption(draw(words), *who, key="" if any(who) else f"alasan-{at}"))
    older = Transition(draw(some_days), draw(demands())) if draw(st.booleans()) else None
    return RuleText(
        draw(keys), draw(words), draw(st.sampled_from(list(RuleKind))), draw(words), draw(demands()),
        draw(words), draw(st.sampled_from(list(RequirementSource))), draw(words), first,
        draw(st.none() | st.dates(first, date(2100, 1, 1))), draw(seats), draw(st.sampled_from([(), ("III/c", "IX")])),
        tuple(exemptions), older,
    )  # fmt: skip


@given(written=rule_texts())
def test_what_is_written_is_read_back_the_same(written: RuleText) -> None:
    stored = json.loads(json.dumps(plain(written)))
    reading = read_rule(stored)
    assert reading.problems == ()
    assert reading.rule == written
