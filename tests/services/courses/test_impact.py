"""A law changes: what must be read again, and how many certificates that are valid today rest on it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certificates import queries
from certificates.models import Certificate
from courses import impact
from learning.kernel import clock
from learning.kernel.db import db
from tests import factories as make

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LAW = "pp-94-2021"


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["courses", "impact", *arguments])


def test_a_law_names_the_modules_dilemmas_and_questions_that_rest_on_it(db_session: Any) -> None:
    make.make_course()
    [course] = impact.of_law(LAW, stems=True)
    assert (course.course_key, course.number) == (make.COURSE, 1)
    assert [use.title for use in course.of("modul")] == ["Modul 1", "Modul 2"]
    assert course.of("modul")[0].names == ("pasal-5-n-6", "pasal-3-f")
    assert [(use.module_slug, use.dilemma_key, use.title) for use in course.of("dilema")] == [
        ("modul-1", "dilema-1", "Poster di grup"),
        ("modul-2", "dilema-1", "Poster di grup"),
    ]
    assert [use.title for use in course.of("soal")] == ["Soal 0?", "Soal 0?"]
    assert [use.title for use in impact.of_law(LAW)[0].of("soal")] == ["soal-0", "soal-0"]


def test_one_article_names_less_and_another_law_nothing(db_session: Any) -> None:
    make.make_course()
    [course] = impact.of_law(LAW, "pasal-3-f")
    assert {use.kind for use in course.uses} == {"modul"}
    assert impact.of_law("pp-37-2004") == []


def test_an_act_names_the_dilemmas_and_questions_about_it(db_session: Any) -> None:
    make.make_course()
    [course] = impact.of_acts()["v-20"]
    assert [use.kind for use in course.uses] == ["dilema", "soal", "dilema", "soal"]
    assert set(impact.of_acts()) == {"v-20"}


def test_only_the_edition_that_is_out_must_be_read_again_but_certificates_rest_on_old_ones(
    app: Flask, db_session: Any
) -> None:
    make.make_course(text="Lama")
    holder = make.make_person(make.make_agency())
    make.pass_course(holder, now=NOW)
    make.make_course(text="Baru")
    assert [course.number for course in impact.of_law(LAW)] == [2]
    editions = impact.editions_citing(LAW)
    assert len(editions) == 2
    assert sum(queries.live_by_edition(editions=editions, now=NOW + timedelta(days=1)).values()) == 1
    assert queries.live_by_edition(editions=editions[1:], now=NOW + timedelta(days=1)) == {}
    assert queries.live_by_edition(editions=[], now=NOW) == {}


@pytest.fixture
def certificate(db_session: Any) -> Certificate:
    make.make_course()
    make.pass_course(make.make_person(make.make_agency()), now=NOW)
    found = db.session.scalars(select(Certificate)).one()
    db.session.expunge(found)
    db.session.rollback()
    return found


def live(now: datetime) -> int:
    count = sum(queries.live_by_edition(editions=impact.editions_citing(LAW), now=now).values())
    db.session.rollback()
    return count


def test_a_certificate_counts_to_the_end_of_its_last_day_where_its_holder_is(
    certificate: Certificate,
) -> None:
    assert certificate.timezone == "Asia/Jakarta"
    assert certificate.expires_on is not None
    last = datetime.combine(certificate.expires_on, datetime.min.time(), tzinfo=UTC)
    assert live(certificate.issued_at - timedelta(seconds=1)) == 0
    assert live(certificate.issued_at) == 1
    assert live(last + timedelta(hours=16, minutes=59)) == 1  # 23.59 in Jakarta
    assert live(last + timedelta(hours=17)) == 0


def test_a_revoked_certificate_no_longer_counts(certificate: Certificate) -> None:
    make.revoke_certificate(certificate.id, now=NOW + timedelta(days=1))
    assert live(NOW + timedelta(hours=12)) == 1
    assert live(NOW + timedelta(days=2)) == 0


def test_the_command_lists_everything_and_the_numbers_of_the_certificates(
    app: Flask, certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    told = run(app, LAW, "--certificates", str(tmp_path / "numbers.csv"))
    assert told.exit_code == 0, told.output
    for word in ("modul-1\tModul 1\tpasal-5-n-6, pasal-3-f", "dilema-1/a\tPoster di grup", "V-20\t"):
        assert word in told.output
    assert told.output.rstrip().endswith(
        "2 modules, 2 dilemmas, 2 questions, 36 acts, 1 live certificates"
    ) or ("2 modules, 2 dilemmas, 2 questions" in told.output and "1 live certificates" in told.output)
    with (tmp_path / "numbers.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["course", "edition", "number", "issued_on"]
    assert [row[2] for row in rows[1:]] == [certificate.number]


def test_the_command_as_json_and_for_one_article(app: Flask, db_session: Any) -> None:
    make.make_course()
    answer = json.loads(run(app, LAW, "--pasal", "pasal-3-f", "--json").output)
    assert (answer["regulation"], answer["article"], answer["certificates"]) == (LAW, "pasal-3-f", [])
    assert [use["kind"] for use in answer["courses"][0]["uses"]] == ["modul", "modul"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pp-94-2012"], "did you mean pp-94-2021?"),
        (["pp-94-2021", "--pasal", "pasal-5-n6"], "did you mean pasal-5-n-6?"),
        (["zzzzzz"], "no regulation 'zzzzzz'"),
    ],
)
def test_a_slip_gets_the_word_that_was_meant(app: Flask, arguments: list[str], said: str) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 1
    assert said in result.output
