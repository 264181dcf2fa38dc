"""The shipped elections: whole, past, in known regions, and in agreement with the rules. Bad files are named entirely."""

from __future__ import annotations

from datetime import date

import pytest

from learning.records import derivation, regions, shipped
from learning.records.derivation import BY_KEY, Dated, derive
from learning.records.duedates import SourceGrade, StageKind
from learning.records.kinds import EventKind

SHIPPED = shipped.read(shipped.FILE.read_text(encoding="utf-8"))
S = StageKind


def standing(event: shipped.ShippedEvent) -> dict[StageKind, Dated]:
    """The stages with their rules applied, as the service does it."""
    stages: dict[StageKind, Dated] = {}
    for stage in event.stages:
        if stage.rule is None:
            assert stage.starts_on is not None
            stages[stage.stage] = Dated(stage.starts_on, stage.ends_on, stage.status)
        else:
            given = derive(BY_KEY[stage.rule], stages)
            assert given is not None, f"{event.key}: {stage.rule} has no base"
            stages[stage.stage] = given
    return stages


def voting(kind: EventKind) -> dict[str, list[str]]:
    """The days of voting of a kind, each with the regions that voted."""
    found: dict[str, list[str]] = {}
    for event in SHIPPED:
        if event.kind is kind:
            found.setdefault(standing(event)[S.VOTING_DAY].starts_on.isoformat(), []).extend(
                event.region_codes
            )
    return found


def test_the_re_votes_of_2025_stand_on_their_days() -> None:
    revotes = voting(EventKind.RE_VOTE)
    assert {day: len(codes) for day, codes in revotes.items()} == {
        "2025-03-22": 4, "2025-04-05": 5, "2025-04-09": 1, "2025-04-16": 1, "2025-04-19": 8, "2025-05-24": 3,
        "2025-08-06": 3,
    }  # fmt: skip
    assert revotes["2025-04-09"] == ["71.04"], "Talaud voted on a Wednesday of its own"
    assert voting(EventKind.BY_ELECTION) == {"2025-08-27": ["19.01", "19.71"]}


@pytest.mark.parametrize("event", SHIPPED, ids=lambda event: event.key)
def test_every_election_is_past_sourced_and_within_its_rules(event: shipped.ShippedEvent) -> None:
    stages = standing(event)
    assert all((days.ends_on or days.starts_on) < date(2025, 9, 1) for days in stages.values())
    assert all(stage.source_ref and len(stage.source_ref) <= 200 for stage in event.stages)
    assert all(stage.grade is not SourceGrade.READ or stage.rule for stage in event.stages), (
        "nobody has read a decree for this file"
    )
    assert derivation.contradictions(event.kind, stages) == []
    if S.REVOTE_DEADLINE in stages:
        assert stages[S.COURT_RULING].starts_on < stages[S.VOTING_DAY].starts_on
        assert stages[S.VOTING_DAY].starts_on <= stages[S.REVOTE_DEADLINE].starts_on
    order = [
        stages[s].starts_on for s in (S.CANDIDATE_DETERMINATION, S.CAMPAIGN, S.VOTING_DAY) if s in stages
    ]
    assert order == sorted(order)


def test_all_regions_are_there() -> None:
    assert len(regions.provinces()) == 38
    assert sum(len(regions.regencies(code)) for code, _name in regions.provinces()) == 514
    assert regions.name_of("62.05") == "Kabupaten Barito Utara"
    assert regions.name_of("52.03.01") == "Kabupaten Lombok Timur"
    assert all(code[:2] in regions.names() for code in regions.names())


@pytest.mark.parametrize(
    ("codes", "place", "covered", "touched"),
    [
        ((), "52.03", True, True),
        ((), None, True, True),
        (("52",), "52.03", True, True),
        (("52.03",), "52.03", True, True),
        (("52.03",), "52.03.01", True, True),
        (("52.03",), "52", False, True),
        (("52.03",), "52.04", False, False),
        (("5",), "52", False, False),
        (("52.03",), None, False, False),
    ],
)
def test_who_is_covered(codes: tuple[str, ...], place: str | None, covered: bool, touched: bool) -> None:
    assert regions.covers(codes, place) is covered
    if place is not None:
        assert regions.touches(codes, place) is touched


@pytest.mark.parametrize(
    ("code", "known"),
    [("52", True), ("52.03", True), ("99.01", True), ("20", False), ("52.99", False), ("", False), ("5", False),
     ("52.", False), ("52.03.01", False), ("5203", False), ("५२", False), ("52\n", False), ("99.", False), ("99.1", False)],
)  # fmt: skip
def test_what_names_a_place(code: str, known: bool) -> None:
    assert regions.is_place(code) is known


GOOD = """
- kunci: uji
  nama: Uji
  jenis: REGIONAL
  wilayah: ["52.03"]
  dasar: UU 10/2016
  tahapan:
    - {tahap: VOTING_DAY, mulai: 2024-11-27, sumber: PKPU}
    - {tahap: QUIET_PERIOD, aturan: masa-tenang-pilkada}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("REGIONAL", "LOKAL", "uji: jenis: 'LOKAL' is not one of"),
        ("52.03", "52.99", "no region has the code '52.99'"),
        ("dasar: UU 10/2016", "dasar:", "dasar is missing"),
        ("nama:", "namma:", "'namma' is no key here"),
        ("VOTING_DAY", "PESTA", "'PESTA' is not one of"),
        ("2024-11-27", "2024-11-31", "'2024-11-31' is not a day"),
        ("2024-11-27", "2024-11-27T07:00:00", "is not a day"),
        ("2024-11-27,", "2024-11-27, sampai: 2024-11-26,", "ends before it starts"),
        ("sumber: PKPU", "tanda: dibaca", "sumber is missing"),
        ("sumber: PKPU", "sumber: PKPU, tanda: yakin", "'yakin' is not one of"),
        ("masa-tenang-pilkada", "masa-tenang-pemilu", "is not one for this stage and kind"),
        ("masa-tenang-pilkada}", "masa-tenang-pilkada, mulai: 2024-11-24}", "has a rule and days of its own"),
        (
            "QUIET_PERIOD, aturan: masa-tenang-pilkada",
            "VOTING_DAY, mulai: 2024-11-27, sumber: X",
            "stands twice",
        ),
        ("- kunci: uji", "- kunci:", "needs a key"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert len(shipped.read(GOOD)) == 1
    with pytest.raises(shipped.BadCalendar) as refused:
        shipped.read(GOOD.replace(old, new))
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize("text", ["", "{", "a: 1", "- 1", "- [1]", GOOD + GOOD])
def test_what_is_no_list_of_elections_is_refused(text: str) -> None:
    with pytest.raises(shipped.BadCalendar):
        shipped.read(text)
