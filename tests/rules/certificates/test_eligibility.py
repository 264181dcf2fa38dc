"""The verdict, case by case, and that the future never changes it.

The cases stand in `eligibility_cases.csv`, one a line, in the words of a personnel office; open it with any spreadsheet
program, separator semicolon. Words:

- kursus, asal jabatan, asal golongan: separated by commas; `netral@2026-06-01` asks for editions since that day; `-`: none.
- penempatan: agency, kind of position, grade; several separated by `|`; `-`: none.
- sertifikat: number, course, then pairs of `terbit`, `sampai`, `dicabut`, `diganti`, `lulus`, `edisi`, `jp`; several by `|`.
- pengecualian: who, a colon, the reason; `fungsional/CPNS` asks for both; `#cltn` is a reason granted in person.
- peralihan: last day, a colon, the courses that suffice until then.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.promotion.eligibility import (
    CertificateEvidence,
    Evidence,
    Outcome,
    ReasonCode,
    Seat,
    decide,
)
from certificates.promotion.rulebook import EMPLOYMENT, KINDS, MODES, POSITIONS, PROOFS
from certificates.promotion.rules import (
    CourseNeed,
    Demand,
    Exemption,
    RequirementSource,
    Rule,
    Transition,
)
from certificates.promotion.texts import OUTCOMES, REASON, REMEDY

FILE = Path(__file__).parent / "eligibility_cases.csv"
with FILE.open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter=";"))
OUTCOME_WORDS = {str(words): outcome for outcome, words in OUTCOMES.items()}
REASON_WORDS = {
    "sertifikat berlaku": ReasonCode.VALID_CERTIFICATE,
    "baru lulus": ReasonCode.RECENT_PASS,
    "JP cukup": ReasonCode.ENOUGH_JP,
    "dikecualikan": ReasonCode.EXEMPT,
    "belum ada": ReasonCode.NO_CERTIFICATE,
    "habis": ReasonCode.EXPIRED,
    "dicabut": ReasonCode.REVOKED,
    "belum terbit": ReasonCode.NOT_YET_ISSUED,
    "edisi terlalu lama": ReasonCode.EDITION_TOO_OLD,
    "lulus terlalu lama": ReasonCode.PASSED_TOO_LONG_AGO,
    "terlalu sedikit": ReasonCode.TOO_FEW_COURSES,
    "JP kurang": ReasonCode.TOO_LITTLE_JP,
    "aturan tidak berlaku": ReasonCode.RULE_NOT_IN_FORCE,
    "tidak bertugas": ReasonCode.PERSON_NOT_SERVING,
    "tanpa penempatan": ReasonCode.NO_POSTING,
    "penempatan tumpang tindih": ReasonCode.OVERLAPPING_POSTINGS,
    "instansi lain": ReasonCode.OTHER_AGENCY,
    "bukan jabatannya": ReasonCode.NOT_FOR_POSITION,
    "bukan golongannya": ReasonCode.NOT_FOR_GRADE,
    "golongan tidak tercatat": ReasonCode.GRADE_UNKNOWN,
    "edisi tidak diketahui": ReasonCode.EDITION_UNKNOWN,
    "lulus tanpa sertifikat": ReasonCode.PASS_WITHOUT_CERTIFICATE,
    "bukan untuk PPPK": ReasonCode.RANK_RULE_NOT_FOR_CONTRACT,
    "segera habis": ReasonCode.EXPIRES_SOON,
    "peralihan": ReasonCode.TRANSITION,
    "masih dapat dipenuhi": ReasonCode.MEND_BY,
}


def listed(text: str, mark: str = ",") -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip() not in ("", "-")]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def courses(text: str) -> tuple[CourseNeed, ...]:
    needs = (part.partition("@") for part in listed(text))
    return tuple(CourseNeed(key, f"Kursus {key}", day(since)) for key, _, since in needs)


def exemption(text: str) -> Exemption:
    who, _, reason = (part.strip() for part in text.partition(":"))
    if who.startswith("#"):
        return Exemption(reason, key=who[1:])
    words = who.split("/")
    return Exemption(
        reason,
        tuple(EMPLOYMENT[word] for word in words if word in EMPLOYMENT),
        tuple(POSITIONS[word] for word in words if word in POSITIONS),
    )


def transition(text: str) -> Transition | None:
    until, _, older = text.partition(":")
    return Transition(date.fromisoformat(until), Demand(courses(older))) if text else None


def certificate(text: str) -> CertificateEvidence:
    number, course, *rest = text.split()
    said = dict(zip(rest[::2], rest[1::2], strict=True))
    assert said.keys() <= {"terbit", "sampai", "dicabut", "diganti", "lulus", "edisi", "jp"}, text
    return CertificateEvidence(
        number, "0" * 16, course, date.fromisoformat(said["terbit"]), day(said.get("sampai", "")),
        day(said.get("dicabut", "")), day(said.get("diganti", "")), day(said.get("lulus", "")),
        day(said.get("edisi", "")), int(said.get("jp", 0)),
    )  # fmt: skip


def seat(text: str) -> Seat:
    agency, kind, *grade = text.split()
    return Seat(int(agency), POSITIONS[kind], grade[0] if grade else None)


def rule_of_case(case: dict[str, str]) -> Rule:
    first = day(case["aturan mulai"])
    assert first is not None
    demand = Demand(
        courses(case["kursus"]), MODES[case["cara"]], int(case["sejumlah"] or 0), int(case["jp minimal"] or 0),
        PROOFS[case["bukti"]], int(case["bulan"] or 0),
    )  # fmt: skip
    return Rule(
        "promosi", "Promosi", KINDS[case["jenis"]], "Administrator", demand, "dasar",
        RequirementSource.AGENCY_POLICY, "catatan", first, day(case["aturan sampai"]),
        tuple(POSITIONS[word] for word in listed(case["asal jabatan"])), tuple(listed(case["asal golongan"])),
        tuple(exemption(part) for part in listed(case["pengecualian"], "|")), transition(case["peralihan"]),
        agency_id=int(case["instansi aturan"]) if case["instansi aturan"] else None,
    )  # fmt: skip


def test_there_are_enough_cases_and_no_two_stories_are_the_same() -> None:
    assert len(CASES) >= 80
    assert len({case["cerita"] for case in CASES}) == len(CASES)
    told = {word for case in CASES for word in listed(case["alasan"]) + listed(case["catatan"])}
    assert told == set(REASON_WORDS), "a reason that no case speaks of, or a word that means nothing"


@pytest.mark.parametrize("case", CASES, ids=[f"{case['no']}: {case['cerita']}" for case in CASES])
def test_cases(case: dict[str, str]) -> None:
    as_of = date.fromisoformat(case["tanggal efektif"])
    evidence = Evidence(
        serving=case["bertugas"] == "ya",
        employment_type=EMPLOYMENT[case["jenis pegawai"]],
        seats=tuple(seat(part) for part in listed(case["penempatan"], "|")),
        certificates=tuple(certificate(part) for part in listed(case["sertifikat"], "|")),
        bare_passes=tuple(listed(case["lulus tanpa sertifikat"])),
        waivers=tuple(listed(case["alasan perorangan"])),
    )
    verdict = decide(rule_of_case(case), evidence, as_of)
    assert verdict.outcome is OUTCOME_WORDS[case["putusan"]]
    assert [reason.code for reason in verdict.reasons] == [
        REASON_WORDS[word] for word in listed(case["alasan"])
    ]
    if verdict.outcome is Outcome.ELIGIBLE:
        assert [record.number for record in verdict.satisfied_by] == listed(case["dasar"])
    assert {note.code for note in verdict.notes} == {REASON_WORDS[word] for word in listed(case["catatan"])}


days = st.dates(date(2026, 1, 1), date(2032, 1, 1))
RULE = rule_of_case(CASES[0])


@given(
    asked=days,
    issued=days,
    length=st.one_of(st.none(), st.integers(1, 1500)),
    revoked=st.one_of(st.none(), days),
    later=st.integers(1, 900),
)
def test_what_happens_after_the_day_never_changes_the_answer(
    asked: date, issued: date, length: int | None, revoked: date | None, later: int
) -> None:
    expires = issued + timedelta(days=length) if length else None
    known = CertificateEvidence("A", "0" * 16, "netral", issued, expires, revoked, None)
    after = asked + timedelta(days=later)
    untouched = revoked is None or revoked > asked
    told_later = CertificateEvidence(
        "A", "0" * 16, "netral", issued, expires, after if untouched else revoked, after
    )
    seats = (Seat(1, "FUNCTIONAL", "III/c"),)
    before = decide(RULE, Evidence(True, "PNS", seats, (known,)), asked)
    again = decide(RULE, Evidence(True, "PNS", seats, (told_later,)), asked)
    assert before.outcome is again.outcome
    assert [reason.code for reason in before.reasons] == [reason.code for reason in again.reasons]


def test_every_reason_has_a_sentence() -> None:
    assert set(REASON) == set(ReasonCode)
    assert set(REMEDY) <= set(ReasonCode)


def test_what_is_missing_is_named_by_its_course() -> None:
    verdict = decide(RULE, Evidence(True, "PNS", (Seat(1, "FUNCTIONAL"),)), date(2026, 12, 1))
    assert [need.key for need in verdict.missing] == ["netral"]
