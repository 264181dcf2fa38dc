"""The election calendar in the database: what is derived follows, everything is noted, loading twice changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from learning.kernel.db import db
from learning.kernel.errors import Conflict, Invalid
from learning.kernel.transaction import write
from learning.records import calendar, counting, services, shipped
from learning.records.duedates import SourceGrade, StageKind, StageStatus
from learning.records.kinds import ChangeCause, EventKind
from learning.records.models import ElectionEvent, ElectionStage, Enrolment, StageChange
from tests import factories

S = StageKind
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture
def event(db_session: Any) -> int:
    return write(
        services.create_event, key="uji", name="Pilkada Uji", kind=EventKind.REGIONAL, legal_basis="UU 10/2016",
        region_codes=("99.01",),
    )  # fmt: skip


def put(
    event_id: int, stage: StageKind, day: str | None = None, last: str | None = None, **values: Any
) -> int:
    values = {"status": StageStatus.CONFIRMED, "source_ref": "PKPU Uji", "now": NOW, **values}
    return write(
        services.set_stage,
        event_id=event_id,
        stage=stage,
        starts_on=date.fromisoformat(day) if day else None,
        ends_on=date.fromisoformat(last) if last else None,
        **values,
    )


def day_of(event_id: int, stage: StageKind) -> tuple[date, date | None]:
    found = calendar.election(event_id)
    assert found is not None
    held = found.stage(stage)
    assert held is not None
    return held.starts_on, held.ends_on


def test_a_derived_stage_takes_its_days_from_its_base_and_moves_with_it(event: int) -> None:
    put(event, S.CANDIDATE_DETERMINATION, "2027-09-22")
    put(event, S.VOTING_DAY, "2027-11-27")
    put(event, S.CAMPAIGN, rule="kampanye-pilkada", source_ref="wird nicht gelesen")
    put(event, S.MUTATION_FREEZE, rule="beku-mutasi")
    assert day_of(event, S.CAMPAIGN) == (date(2027, 9, 25), date(2027, 11, 23))
    put(event, S.CANDIDATE_DETERMINATION, "2027-10-02", now=LATER)
    assert day_of(event, S.CAMPAIGN) == (date(2027, 10, 5), date(2027, 11, 23))
    assert day_of(event, S.MUTATION_FREEZE) == (date(2027, 4, 2), None)
    put(event, S.VOTING_DAY, "2027-12-01")
    assert day_of(event, S.CAMPAIGN) == (date(2027, 10, 5), date(2027, 11, 27))
    noted = [
        (row.stage, row.cause)
        for row in db.session.execute(
            select(StageChange).where(StageChange.changed_at == LATER).order_by(StageChange.id)
        ).scalars()
    ]
    assert noted == [
        (S.CANDIDATE_DETERMINATION, ChangeCause.ENTERED),
        (S.MUTATION_FREEZE, ChangeCause.FOLLOWED),
        (S.CAMPAIGN, ChangeCause.FOLLOWED),
    ]


def test_dates_of_people_follow_a_date_that_follows(event: int) -> None:
    """The assignment rests on the campaign; what moves is the determination of candidates."""
    agency = factories.make_agency(timezone="Asia/Makassar")
    for _ in range(3):
        factories.make_person(agency)
    put(event, S.CANDIDATE_DETERMINATION, "2027-09-22")
    put(event, S.CAMPAIGN, rule="kampanye-pilkada")
    factories.assign(agency, event_id=event, days_before=14, now=NOW)
    assert put(event, S.CANDIDATE_DETERMINATION, "2027-09-29") == 3
    db.session.expire_all()
    dues = {row.due_at for row in db.session.execute(select(Enrolment)).scalars()}
    assert dues == {datetime(2027, 9, 18, 15, 59, 59, tzinfo=UTC)}
    assert counting.drifts() == []


def test_a_date_entered_over_a_derived_one_follows_no_more(event: int) -> None:
    put(event, S.VOTING_DAY, "2027-11-27")
    put(event, S.QUIET_PERIOD, rule="masa-tenang-pilkada")
    put(event, S.QUIET_PERIOD, "2027-11-23", "2027-11-26")
    put(event, S.VOTING_DAY, "2027-12-01")
    assert day_of(event, S.QUIET_PERIOD) == (date(2027, 11, 23), date(2027, 11, 26))


@pytest.mark.parametrize(
    ("stage", "values", "code"),
    [
        (S.CAMPAIGN, {"rule": "kampanye-dct"}, "records.rule_unfit"),
        (S.QUIET_PERIOD, {"rule": "kampanye-pilkada"}, "records.rule_unfit"),
        (S.CAMPAIGN, {"rule": "tidak-ada"}, "records.rule_unfit"),
        (S.QUIET_PERIOD, {"rule": "masa-tenang-pilkada"}, "records.rule_base_missing"),
        (S.CAMPAIGN, {}, "records.stage_day"),
        (S.CAMPAIGN, {"day": "2027-09-25", "last": "2027-09-24"}, "records.stage_order"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_noted(
    event: int, stage: StageKind, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        put(event, stage, **values)
    assert refused.value.code == code
    assert db.session.scalar(select(func.count()).select_from(StageChange)) == 0


def test_a_base_that_would_turn_a_derived_stage_around_is_refused(event: int) -> None:
    put(event, S.CANDIDATE_DETERMINATION, "2027-09-22")
    put(event, S.VOTING_DAY, "2027-11-27")
    put(event, S.CAMPAIGN, rule="kampanye-pilkada")
    for stage, day in ((S.CANDIDATE_DETERMINATION, "2027-11-26"), (S.CANDIDATE_DETERMINATION, "9999-12-30")):
        with pytest.raises(Invalid) as refused:
            put(event, stage, day)
        assert refused.value.code == "records.stage_contradiction"
    assert day_of(event, S.CANDIDATE_DETERMINATION) == (date(2027, 9, 22), None)


def test_nobody_confirms_an_effect_they_have_not_seen(event: int) -> None:
    put(event, S.VOTING_DAY, "2027-11-27")
    seen = calendar.last_change(event)
    put(event, S.VOTING_DAY, "2027-11-30", seen=seen)
    with pytest.raises(Conflict) as refused:
        put(event, S.VOTING_DAY, "2027-12-05", seen=seen)
    assert refused.value.code == "records.stage_meanwhile"
    assert day_of(event, S.VOTING_DAY)[0] == date(2027, 11, 30)


@pytest.mark.parametrize("statement", ["UPDATE stage_change SET people = 0", "DELETE FROM stage_change"])
def test_the_history_cannot_be_rewritten(event: int, statement: str) -> None:
    put(event, S.VOTING_DAY, "2027-11-27")
    with pytest.raises(IntegrityError, match="frozen: stage_change"):
        write(lambda: db.session.execute(text(statement)))


# --- flask calendar load ------------------------------------------------------------------------------------------


def loaded(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["calendar", "load", *args])


def test_loading_twice_brings_everything_once(app: Flask, db_session: Any) -> None:
    first = loaded(app)
    assert first.exit_code == 0, first.output
    assert "28 elections: 28 new; stages: 129 set, 0 unchanged, 0 kept" in first.output
    assert "28 elections: 0 new; stages: 0 set, 129 unchanged, 0 kept" in loaded(app).output
    assert db.session.scalar(select(func.count()).select_from(ElectionEvent)) == 28
    assert db.session.scalar(select(func.count()).select_from(StageChange)) == 129
    pilkada = next(e for e in calendar.elections() if e.key == "pilkada-2024")
    assert day_of(pilkada.id, S.MUTATION_FREEZE) == (date(2024, 3, 22), None)
    assert day_of(pilkada.id, S.QUIET_PERIOD) == (date(2024, 11, 24), date(2024, 11, 26))


def test_what_an_admin_has_set_survives_the_next_load(app: Flask, db_session: Any) -> None:
    loaded(app)
    pilkada = next(e for e in calendar.elections() if e.key == "pilkada-2024")
    put(pilkada.id, S.INAUGURATION, "2025-02-21", source_grade=SourceGrade.READ)
    again = loaded(app).output
    assert "0 set, 128 unchanged, 1 kept as set by hand." in again
    assert "kept pilkada-2024: INAUGURATION" in again
    assert day_of(pilkada.id, S.INAUGURATION)[0] == date(2025, 2, 21)
    assert day_of(pilkada.id, S.POST_MUTATION_FREEZE) == (date(2025, 2, 21), date(2025, 8, 21))


def test_a_corrected_file_corrects_what_nobody_touched(app: Flask, db_session: Any, tmp_path: Path) -> None:
    loaded(app)
    file = tmp_path / "baru.yaml"
    file.write_text(
        shipped.FILE.read_text(encoding="utf-8")
        .replace("mulai: 2025-02-20", "mulai: 2025-02-22")
        .replace("sampai: 2025-02-20", "sampai: 2025-02-22"),
        encoding="utf-8",
    )
    assert "1 set, 128 unchanged" in loaded(app, str(file)).output
    pilkada = next(e for e in calendar.elections() if e.key == "pilkada-2024")
    assert day_of(pilkada.id, S.POST_MUTATION_FREEZE)[0] == date(2025, 2, 22), "what is derived followed"


@pytest.mark.parametrize("content", [b"- kunci: a\n", b"\xff\xfe", b"{"])
def test_a_bad_file_changes_nothing(app: Flask, db_session: Any, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rusak.yaml"
    file.write_bytes(content)
    result = loaded(app, str(file))
    assert result.exit_code == 1
    assert "rusak.yaml" in result.output
    assert db.session.scalar(select(func.count()).select_from(ElectionStage)) == 0
