"""The catalogue of acts, the registry of regulations, the summary and the glossary, as their readers meet them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from courses.format import registry
from tests import factories as make

LIMIT = 120_000


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def cards(page: str) -> list[str]:
    return re.findall(r'<article class="card act[^"]*" id="([vb]-\d\d)"', page)


def test_anyone_reads_the_whole_catalogue(client: FlaskClient, db_session: Any) -> None:
    page = text_of(client, "/katalog")
    assert len(cards(page)) == 52
    assert "52 dari 52 perbuatan" in page
    assert page.count("Sebagai gantinya:") == 42
    assert page.count("Batasnya:") == 10
    assert len(page) < LIMIT
    assert 'href="/regulasi/pp-94-2021#pasal-5-n-6"' in page


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ("q=KTP", "v-18", "v-01"),
        ("fase=pra&tingkat=berat", "v-13", "v-01"),
        ("jenis=boleh", "b-01", "v-01"),
        ("tema=keluarga", "v-29", "v-01"),
        ("golongan=abu-abu", "v-12", "v-01"),
        ("peraturan=pp-37-2004", "v-17", "v-01"),
    ],
)
def test_the_catalogue_is_filtered(
    client: FlaskClient, db_session: Any, query: str, inside: str, outside: str
) -> None:
    found = cards(text_of(client, f"/katalog?{query}"))
    assert inside in found
    assert outside not in found
    assert f"{len(found)} dari 52 perbuatan" in text_of(client, f"/katalog?{query}")


def test_a_search_without_a_result_says_what_to_do(client: FlaskClient, db_session: Any) -> None:
    page = text_of(client, "/katalog?q=zzz&fase=besok")
    assert cards(page) == []
    assert "Tidak ada perbuatan yang cocok" in page
    assert "Hapus saringan" in page


def test_an_act_leads_to_its_dilemmas_but_only_counts_questions(client: FlaskClient, db_session: Any) -> None:
    make.make_course()
    page = text_of(client, "/katalog?q=poster")
    assert f'href="/kursus/{make.COURSE}/modul-1/dilema/dilema-1"' in page
    assert "2 soal kuis" in page
    assert "Soal 0?" not in page


def test_a_regulation_names_what_rests_on_it_and_shows_questions_to_their_trainers_only(
    client: FlaskClient, login: Any, db_session: Any
) -> None:
    make.make_course()
    public = text_of(client, "/regulasi/pp-94-2021")
    assert f'href="/kursus/{make.COURSE}/modul-2"' in public
    assert "2 soal kuis" in public
    assert "soal-0" not in public
    assert "sertifikat yang berlaku" not in public
    unit = make.make_agency()
    for role, scope, sees in (
        ("TRAINER", make.COURSE, True),
        ("TRAINER", "kursus-lain", False),
        ("TRAINER", None, True),
        ("HR", unit, False),
    ):
        page = text_of(login(make.make_person(unit, roles=[(role, scope)])), "/regulasi/pp-94-2021")
        assert ("<code>soal-0</code>" in page) is sees, (role, scope)
        assert ("sertifikat yang berlaku hari ini" in page) is (role == "TRAINER")


def test_the_lawyers_list_is_for_trainers(client: FlaskClient, login: Any, db_session: Any) -> None:
    assert client.get("/studio/perlu-dicek").status_code == 302
    agency = make.make_agency()
    for outsider in ("HR", "ADMIN"):  # an agency's admin has no course
        browser = login(make.make_person(agency, roles=[(outsider, agency)]))
        assert browser.get("/studio/perlu-dicek").status_code == 403
    page = text_of(login(make.make_person(agency, roles=[("TRAINER", None)])), "/studio/perlu-dicek")
    known, _problems = registry.shipped()
    for regulation in known.regulations.values():
        assert f'href="/regulasi/{regulation.key}"' in page, regulation.key
    assert "Lampiran II" in page
    assert "V-12" in page


def test_summary_and_glossary_of_the_course_somebody_follows(login: Any, db_session: Any) -> None:
    make.make_course()
    browser = login(make.make_person(make.make_agency()))
    course = text_of(browser, f"/kursus/{make.COURSE}")
    assert f'href="/ringkasan/{make.COURSE}"' in course
    assert f'href="/glosarium/{make.COURSE}"' in course
    assert "<p>Tanya dulu.</p>" in text_of(browser, f"/ringkasan/{make.COURSE}")
    assert "<dt>Calon</dt>" in text_of(browser, f"/glosarium/{make.COURSE}")
    assert browser.get("/ringkasan/tidak-ada").status_code == 404


def test_a_decided_dilemma_points_to_the_catalogue(login: Any, db_session: Any) -> None:
    make.make_course()
    person = make.make_person(make.make_agency())
    make.begin(person)
    browser = login(person)
    path = f"/kursus/{make.COURSE}/modul-1/dilema/dilema-1"
    link = 'href="/katalog#v-20"'
    assert link not in text_of(browser, path), "before the decision it would be a hint"
    browser.post(path, data={"adegan": "awal", "pilihan": "a"})
    assert link in text_of(browser, path)
