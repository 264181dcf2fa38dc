"""The verdict, case by case, and that the future never changes it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from certificates.eligibility import (
    CertificateEvidence,
    Evidence,
    Outcome,
    ReasonCode,
    Rule,
    RuleKind,
    decide,
)
from certificates.texts import REASON

CASES = yaml.safe_load((Path(__file__).parent / "eligibility_cases.yaml").read_text("utf-8"))


def rule(**values: Any) -> Rule:
    return Rule(
        "promosi", 1, "Promosi", RuleKind(values.get("kind", "POSITION")), "Administrator", "kursus", "Kursus",
        "dasar", "AGENCY_POLICY", date(2026, 1, 1), values.get("valid_to"),
    )  # fmt: skip


def certificate(entry: dict[str, Any]) -> CertificateEvidence:
    return CertificateEvidence(
        entry["number"], "0" * 16, entry.get("course", "kursus"), entry["issued"], entry.get("expires"),
        entry.get("revoked"), entry.get("superseded"),
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["story"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    evidence = Evidence(
        serving=case.get("serving", True),
        employment_type=case.get("employment_type", "PNS"),
        postings=case.get("postings", 1),
        certificates=tuple(certificate(entry) for entry in case.get("certificates", [])),
        passed_without_certificate=case.get("passed_without_certificate", False),
    )
    verdict = decide(rule(**case.get("rule", {})), evidence, case["day"])
    assert verdict.outcome is Outcome(case["outcome"])
    assert [str(reason.code) for reason in verdict.reasons] == case["reasons"]
    if "by" in case:
        assert verdict.satisfied_by is not None
        assert verdict.satisfied_by.number == case["by"]
    if "notes" in case:
        assert [str(note.code) for note in verdict.notes] == case["notes"]


days = st.dates(date(2026, 1, 1), date(2032, 1, 1))


@given(
    day=days,
    issued=days,
    length=st.one_of(st.none(), st.integers(1, 1500)),
    revoked=st.one_of(st.none(), days),
    later=st.integers(1, 900),
)
def test_what_happens_after_the_day_never_changes_the_answer(
    day: date, issued: date, length: int | None, revoked: date | None, later: int
) -> None:
    expires = issued + timedelta(days=length) if length else None
    known = CertificateEvidence("A", "0" * 16, "kursus", issued, expires, revoked, None)
    after = day + timedelta(days=later)
    untouched = revoked is None or revoked > day
    told_later = CertificateEvidence(
        "A", "0" * 16, "kursus", issued, expires, after if untouched else revoked, after
    )
    before = decide(rule(), Evidence(True, "PNS", 1, (known,)), day)
    again = decide(rule(), Evidence(True, "PNS", 1, (told_later,)), day)
    assert before.outcome is again.outcome
    assert [reason.code for reason in before.reasons] == [reason.code for reason in again.reasons]


def test_every_reason_has_a_sentence() -> None:
    assert set(REASON) == set(ReasonCode)
