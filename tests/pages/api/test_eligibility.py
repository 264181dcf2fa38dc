"""Eligibility by the interface: the verdict of the page, for the agency's own people, in one, many and very many."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from certificates.api import verdicts
from learning.kernel.db import db
from learning.people import own
from learning.people.models import PersonView
from tests import factories as make
from tests.pages.api.asking import PURPOSE, check
from tests.pages.api.conftest import RULE, Office


def views(person: int) -> list[own.ViewRow]:
    return own.views_of(person)


def test_one_person_and_she_can_see_who_asked(office: Office, today: str) -> None:
    answer = office.machine.get(f"/people/{office.nip(office.passed)}/eligibility?rule={RULE}&as_of={today}")
    body = answer.get_json()
    assert body["outcome"] == "ELIGIBLE"
    assert body["satisfied_by"]
    assert body["reasons"][0]["certificate"] == body["satisfied_by"][0]
    assert body["rule"] == {"key": RULE, "version": 1, "title": "Promosi"}
    seen = views(office.passed)
    assert [view.purpose for view in seen] == [f"Sistem instansi: {PURPOSE}"]
    waiting = office.machine.get(f"/people/{office.nip(office.waiting)}/eligibility?rule={RULE}").get_json()
    assert waiting["outcome"] == "NOT_YET"
    assert waiting["missing"] == [make.COURSE]


def test_as_it_was_known_then(office: Office, today: str) -> None:
    path = f"/people/{office.nip(office.passed)}/eligibility?rule={RULE}&as_of={today}"
    now = office.machine.get(path).get_json()
    again = office.machine.get(path + "&known_at=" + now["known_at"].replace("+", "%2B")).get_json()
    assert again == now
    before = office.machine.get(path + "&known_at=2026-01-01T00:00:00Z").get_json()
    assert before["outcome"] == "NOT_YET"  # the pass was not recorded yet
    ahead = office.machine.get(path + "&known_at=2999-01-01T00:00:00Z")
    assert ahead.get_json()["type"].endswith("#moment-ahead")


def test_other_agencies_people_and_nobody_are_the_same_answer_from_the_same_statements(
    offices: dict[str, Office], query_count: Any
) -> None:
    a, b = offices["A"], offices["B"]
    a.machine.get("/token")  # its use is noted before the statements are counted
    told = []
    for number in (b.nip(b.passed), b.nip(b.waiting), make.make_number()):
        with query_count() as statements:
            answer = a.machine.get(f"/people/{number}/eligibility?rule={RULE}")
        body = answer.get_json()
        body.pop("request_id")
        headers = {
            name: value for name, value in answer.headers.items() if name not in {"X-Request-ID", "RateLimit"}
        }
        told.append((answer.status_code, body, headers, statements))
    assert told[0] == told[1] == told[2]
    assert told[0][0] == 404
    assert not views(b.passed)


def test_a_list_in_its_order_with_what_is_wrong(offices: dict[str, Office], query_count: Any) -> None:
    a, b = offices["A"], offices["B"]
    people = [
        a.nip(a.waiting), "1.98501E+17", b.nip(b.passed), a.nip(a.passed), make.make_number(), a.nip(a.waiting), "",
        f" {a.nip(a.passed)} ",
    ]  # fmt: skip
    with query_count() as statements:
        answer = a.machine.post("/eligibility/checks", {"rule": RULE, "people": people})
    body = answer.get_json()
    assert [line["outcome"] for line in body["lines"]] == [
        "NOT_YET", None, None, "ELIGIBLE", None, "NOT_YET", None, "ELIGIBLE",
    ]  # fmt: skip
    assert [line["problem"] for line in body["lines"]] == [
        None, "nip.scientific", "person.unknown", None, "person.unknown", None, "nip.empty", None,
    ]  # fmt: skip
    assert body["counts"] == {"ELIGIBLE": 2, "NOT_YET": 2, "UNDETERMINED": 0, "problems": 4}
    assert len([one for one in statements if "person_view" in one]) == 1  # the log of looks, set-based
    assert len(views(a.waiting)) == 1  # asked twice in one list: one look
    assert not views(b.passed)


def test_a_number_is_not_a_text(office: Office) -> None:
    answer = office.machine.post("/eligibility/checks", {"rule": RULE, "people": [198501012010011001]})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/people/0"


def stream(
    office: Office, body: bytes, media: str = "application/x-ndjson", accept: str | None = None
) -> Any:
    return office.machine.ask(
        "POST",
        f"/eligibility/stream?rule={RULE}",
        data=body,
        content_type=media,
        headers={"Accept": accept or media},
    )


def test_a_stream_in_and_out(offices: dict[str, Office]) -> None:
    a, b = offices["A"], offices["B"]
    sent = "\n".join(
        [
            json.dumps({"nip": a.nip(a.passed)}),
            json.dumps(a.nip(a.waiting)),
            "",
            json.dumps({"nip": b.nip(b.passed)}),
            "198501012010011001",
            "{",
            "x" * 5000,
            json.dumps({"nip": "a\x00b"}),
        ]
    )
    answer = stream(a, sent.encode())
    *rows, end = [json.loads(line) for line in answer.text.splitlines()]
    for row in rows:
        check(row, {"$ref": "#/components/schemas/Line"})
    assert [(row["line"], row["outcome"], row["problem"]) for row in rows] == [
        (1, "ELIGIBLE", None),
        (2, "NOT_YET", None),
        (4, None, "person.unknown"),
        (5, None, "line.unreadable"),
        (6, None, "line.unreadable"),
        (7, None, "line.unreadable"),
        (8, None, "line.unreadable"),
    ]
    assert end == {
        "end": True,
        "lines": 7,
        "counts": {"ELIGIBLE": 1, "NOT_YET": 1, "UNDETERMINED": 0, "problems": 5},
    }
    assert len(views(a.passed)) == 1


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_stream_of_cells(office: Office, separator: str) -> None:
    lines = [
        separator.join(("nama", "NIP")),
        separator.join(('"Sari"', office.nip(office.passed))),
        separator.join(("=HYPERLINK(1)", "=1+1")),
        "sendiri",
    ]
    answer = stream(office, ("\ufeff" + "\r\n".join(lines)).encode(), "text/csv")
    rows = [line.split(",") for line in answer.text.splitlines()]
    assert rows[0] == ["line", "nip", "outcome", "reasons", "certificates", "problem"]
    assert rows[1][:4] == ["2", office.nip(office.passed), "ELIGIBLE", "valid_certificate"]
    assert rows[2][1] == "'=1+1"  # nothing a spreadsheet would compute
    assert rows[3][5] == "line.unreadable"
    assert rows[4][:2] == ["end", "3"]


def test_a_stream_of_many_is_read_in_parts(
    office: Office, query_count: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "CHUNK", 50)
    numbers = [make.make_number() for _ in range(199)] + [office.nip(office.passed)]
    with query_count() as statements:
        answer = stream(office, "\n".join(numbers).encode(), "text/csv", "application/x-ndjson")
    rows = answer.text.splitlines()
    assert len(rows) == 201
    assert len([one for one in statements if "FROM person " in one or "FROM pass_record" in one]) <= 4 + 1
    assert db.session.scalar(select(func.count()).select_from(PersonView)) == 1


def test_two_streams_at_once_and_a_third_when_one_is_closed(office: Office) -> None:
    """An answer that nobody reads holds its place until the server closes it."""

    def begin() -> Any:
        return office.machine.browser.post(
            f"/api/v1/eligibility/stream?rule={RULE}",
            data=office.nip(office.passed),
            content_type="text/csv",
            headers={**office.machine.headers, "Accept": "text/csv"},
            buffered=False,
        )

    first, second = begin(), begin()
    assert (first.status_code, second.status_code) == (200, 200)
    assert begin().status_code == 429
    first.close()
    third = begin()
    assert third.status_code == 200
    assert "end,1" in third.text
    for one in (second, third):
        one.close()
    assert begin().text.splitlines()[-1].startswith("end,1")


def test_rules_of_other_agencies_do_not_exist(offices: dict[str, Office]) -> None:
    make.load_rules(make.make_rule("milik-b", agency="B"))
    a, b = offices["A"], offices["B"]
    assert [rule["key"] for rule in a.machine.get("/rules").get_json()["items"]] == [RULE]
    assert {rule["key"] for rule in b.machine.get("/rules").get_json()["items"]} == {RULE, "milik-b"}
    foreign = a.machine.get(f"/people/{a.nip(a.passed)}/eligibility?rule=milik-b")
    unknown = a.machine.get(f"/people/{a.nip(a.passed)}/eligibility?rule=tidak-ada")
    assert foreign.get_json()["type"] == unknown.get_json()["type"] == "http://localhost/api#rule-unknown"


def test_who_moved_away_is_seen_by_the_new_agency_only(offices: dict[str, Office]) -> None:
    from learning.kernel import clock
    from learning.kernel.transaction import write
    from learning.people import services
    from learning.people.kinds import PositionType

    a, b = offices["A"], offices["B"]
    unit = make.make_unit(b.agency, "Dinas Baru")
    now = clock.now()
    write(
        services.post_person,
        person_id=a.passed,
        org_unit_id=unit,
        position_title="Analis",
        position_type=PositionType.FUNCTIONAL,
        starts_on=clock.local_date(now),
        now=now,
    )
    path = f"/people/{a.nip(a.passed)}/eligibility?rule={RULE}"
    assert a.machine.get(path).status_code == 404
    assert b.machine.get(path).get_json()["outcome"] == "ELIGIBLE"
