"""What stands behind a certificate: everything for the holder, the record without the questions for those who look after her."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from certificates import codes
from certificates.models import Certificate
from learning.kernel import clock
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.models import PersonView
from learning.records import services as records
from quizzes.models import Attempt, QuestionSetRow
from tests import factories

Login = Callable[[int], FlaskClient]


@pytest.fixture
def house(db_session: Any) -> dict[str, int]:
    """A holder; her HR and admin, a supervisor, and HR of another agency. All of them learners of the same course."""
    first, second = factories.make_agency("Kabupaten Sagara Timur"), factories.make_agency("Lain")
    school = factories.make_unit(first, "SMP Negeri 4 Wanaraya")
    factories.make_course(modules=2)
    people = {
        "holder": factories.make_person(school, "Wening Astuti"),
        "hr": factories.make_person(first, roles=[("HR", first)]),
        "admin": factories.make_person(first, roles=[("ADMIN", first)]),
        "supervisor": factories.make_person(school, roles=[("SUPERVISOR", school)]),
        "other_hr": factories.make_person(second, roles=[("HR", second)]),
    }
    factories.pass_course(people["holder"], now=clock.now() - timedelta(days=3))
    return people


def row_of(person_id: int) -> Certificate:
    db.session.rollback()
    row = db.session.scalars(select(Certificate).where(Certificate.person_id == person_id)).first()
    db.session.rollback()
    assert row is not None
    return row


def address(person_id: int) -> str:
    return f"/sertifikat/{codes.display(row_of(person_id).code)}/bukti"


def items_on_paper() -> set[int]:
    layout = db.session.scalars(select(Attempt.layout)).one()
    db.session.rollback()
    return {int(place["item"].rsplit("-", 1)[1]) for place in layout}


SECRET = (
    "Rahasia penjelasan",
    "Pilihan a",
    "Tindakan a",
    "Langkah a",
    "Kiri a",
    "bersikap netral",
    "<p>Soal ",
)


def test_the_holder_follows_the_chain_from_paper_to_source(house: dict[str, int], login: Login) -> None:
    page = login(house["holder"]).get(address(house["holder"]))
    assert page.status_code == 200
    row = row_of(house["holder"])
    attempt = db.session.scalars(select(Attempt)).one()
    questions = db.session.scalars(select(QuestionSetRow)).one()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued")).one()
    for words in (
        row.number,
        row.payload_hash,
        questions.content_hash,
        attempt.seed,
        attempt.edition,
        entry.hash,
    ):
        assert words in page.text, words
    for number in items_on_paper():
        assert f"Soal {number}?" in page.text
    assert "Tidak cocok" not in page.text
    assert page.text.count("Jawaban Anda") >= 5
    assert db.session.scalars(select(PersonView)).all() == []


def test_the_options_stand_in_the_order_of_the_paper(house: dict[str, int], login: Login) -> None:
    page = login(house["holder"]).get(address(house["holder"])).text
    layout = db.session.scalars(select(Attempt.layout)).one()
    db.session.rollback()
    for number, place in enumerate(layout, 1):
        kind = int(place["item"].rsplit("-", 1)[1])
        if not place["shown"] or len(place["shown"]) != 3:
            continue
        article = page.split(f'aria-labelledby="soal-{number}"')[1].split("</article>")[0]
        found = re.findall(r"(?:Pilihan|Tindakan|Langkah|Kiri) ([abc])", article)[:3]
        assert found == place["shown"], (number, kind)


@pytest.mark.parametrize("who", ["hr", "admin"])
def test_those_who_look_after_her_see_the_record_and_no_question(
    house: dict[str, int], login: Login, who: str
) -> None:
    """They sit the same quiz: neither text nor answer nor key nor a fingerprint to try keys against reaches them."""
    mine = login(house["holder"]).get(address(house["holder"])).text
    page = login(house[who]).get(address(house["holder"])).text
    row = row_of(house["holder"])
    assert row.payload_hash in page
    assert "modul-1/soal-" in page
    for secret in SECRET:
        assert secret not in page, secret
    sealed = set(re.findall(r'<br><code class="hash">([0-9a-f]{64})</code></p></article>', mine))
    assert len(sealed) == len(db.session.scalars(select(Attempt.layout)).one())
    assert not [one for one in sealed if one in page]
    view = db.session.scalars(select(PersonView)).one()
    assert (view.subject_id, view.viewer_id, view.purpose) == (
        house["holder"],
        house[who],
        "certificates.evidence",
    )


@pytest.mark.parametrize("who", ["supervisor", "other_hr"])
@pytest.mark.parametrize("part", ["", "/modul-1"])
def test_strangers_get_404(house: dict[str, int], login: Login, who: str, part: str) -> None:
    assert login(house[who]).get(address(house["holder"]) + part).status_code == 404


def test_while_she_can_take_another_attempt_the_questions_are_held_back(
    house: dict[str, int], login: Login
) -> None:
    """The next cycle draws from the same pools, so the key of the last one would be answers."""
    write(records.renew, enrolment_id=row_of(house["holder"]).enrolment_id, now=clock.now())
    factories.finish_steps(house["holder"])
    factories.start_attempt(house["holder"])
    page = login(house["holder"]).get(address(house["holder"])).text
    assert "jawaban percobaan berikutnya" in page
    for secret in SECRET:
        assert secret not in page, secret


def test_a_module_is_shown_as_it_was_when_a_newer_edition_is_out(house: dict[str, int], login: Login) -> None:
    factories.make_course(modules=2, text="Naskah baru")
    page = login(house["holder"]).get(f"{address(house['holder'])}/modul-1").text
    assert "Pelajaran 1." in page
    assert "Naskah baru" not in page
    assert "Poster beredar di grup." in page
    for held_back in ("Akibat a", "Tepat", "Pelanggaran"):
        assert held_back not in page
    assert login(house["holder"]).get(f"{address(house['holder'])}/modul-9").status_code == 404


def test_every_source_file_stands_there_with_its_hash(db_session: Any, login: Login) -> None:
    from courses import services

    agency = factories.make_agency()
    compiled = factories.build_course(modules=2)
    written = b"---\njudul: Netralitas Uji\n---\n"
    write(
        services.publish,
        compiled=compiled,
        files={"kursus.md": written},
        published_by=None,
        now=factories.LONG_AGO,
        note="Terbitan pertama.",
    )
    holder = factories.make_person(agency)
    factories.pass_course(holder, now=clock.now() - timedelta(days=3))
    page = login(holder).get(address(holder)).text
    assert "kursus.md" in page
    assert hashlib.sha256(written).hexdigest() in page
    assert "Terbitan pertama." in page
    assert compiled.content_hash in page


def test_a_chain_is_shown_whole_from_either_end(house: dict[str, int], login: Login) -> None:
    factories.rename_person(house["holder"], "Wening Astuti", "S.Pd.")
    factories.correct_certificate(row_of(house["holder"]).id)
    numbers = db.session.scalars(select(Certificate.number)).all()
    found = [codes.display(code) for code in db.session.scalars(select(Certificate.code))]
    db.session.rollback()
    for code in found:
        page = login(house["holder"]).get(f"/sertifikat/{code}/bukti").text
        assert all(number in page for number in numbers)
        assert "Sertifikat perbaikan diterbitkan" in page


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificate SET payload = replace(payload, 'Wening', 'Weming')",
        "UPDATE question_set SET payload = replace(payload, 'Rahasia', 'Rahsaia')",
    ],
)
def test_a_row_changed_behind_the_guards_shows(house: dict[str, int], login: Login, statement: str) -> None:
    code = address(house["holder"])
    table = statement.split()[1]
    sqlite = db.engine.dialect.name == "sqlite"

    def tamper() -> None:
        # As somebody would who owns the database: the guard is taken away first.
        db.session.execute(
            text(
                f"DROP TRIGGER guard_{table}_update"
                if sqlite
                else f"ALTER TABLE {table} DISABLE TRIGGER guard_{table}_change"
            )
        )
        db.session.execute(text(statement))
        if not sqlite:
            db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER guard_{table}_change"))

    write(tamper)
    page = login(house["holder"]).get(code).text
    assert "Ada yang tidak cocok" in page
    assert "Tidak cocok" in page


def test_a_suspicion_nobody_confirmed_is_not_in_the_holders_trail(
    house: dict[str, int], login: Login
) -> None:
    factories.propose_revocation(row_of(house["holder"]).id)
    assert "Pencabutan sertifikat diusulkan" not in login(house["holder"]).get(address(house["holder"])).text
    assert "Pencabutan sertifikat diusulkan" in login(house["hr"]).get(address(house["holder"])).text
