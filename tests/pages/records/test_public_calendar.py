"""Anybody reads the election calendar: of a region, with the reason of each date, and takes it along as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from learning.kernel import clock
from learning.kernel.transaction import write
from learning.records import calendar, services, shipped
from learning.records.duedates import StageKind, StageStatus
from learning.records.kinds import EventKind
from tests import factories

Login = Callable[[int], FlaskClient]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
S = StageKind


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.travel(NOW):
        yield


@pytest.fixture
def past(db_session: Any) -> None:
    write(services.ship, events=shipped.read(shipped.FILE.read_text(encoding="utf-8")), now=NOW)


@pytest.fixture
def coming(db_session: Any) -> int:
    def make() -> int:
        event_id = services.create_event(
            key="uji", name="Pilkada Uji", kind=EventKind.REGIONAL, legal_basis="UU 10/2016",
            region_codes=("99.01",),
        )  # fmt: skip
        common = {"event_id": event_id, "source_ref": "KPU Uji", "now": NOW}
        services.set_stage(
            stage=S.VOTING_DAY, starts_on=date(2027, 3, 10), status=StageStatus.PROVISIONAL, **common
        )
        services.set_stage(
            stage=S.QUIET_PERIOD, rule="masa-tenang-pilkada", status=StageStatus.CONFIRMED, **common
        )
        services.set_stage(
            stage=S.REGISTRATION, starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 25),
            status=StageStatus.CONFIRMED, **common,
        )  # fmt: skip
        return event_id

    return write(make)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ")


def test_a_visitor_sees_what_is_known_and_why(client: FlaskClient, past: None) -> None:
    answer = client.get("/kalender?provinsi=&wilayah=")
    assert "Belum ada tahapan yang ditetapkan" in words(answer)
    assert "Pemilihan kepala daerah serentak 2024 Pemungutan suara 27 November 2024" in words(answer)
    assert len(answer.data) < 25_000, "a page costs no more than that"
    text = words(client.get("/kalender/pilkada-2024"))
    assert "Mulai 6 bulan sebelum penetapan calon. Dasarnya UU 10/2016 Pasal 71 ayat (2)." in text
    assert "Berlaku sampai akhir masa jabatan kepala daerah." in text
    assert "Sesuai dengan rumus UU 1/2015 Pasal 67." in text
    assert "Menurut pemberitaan atau laman resmi." in text
    assert "Belum dicocokkan" in words(client.get("/kalender/psu-2025-sabang"))
    assert client.get("/kalender/tidak-ada").status_code == 404


def test_a_region_shows_its_own_elections_only(client: FlaskClient, past: None) -> None:
    talaud = words(client.get("/kalender?provinsi=71&wilayah=71.04"))
    assert "Pemungutan suara ulang Kabupaten Kepulauan Talaud Pemungutan suara 9 April 2025" in talaud
    assert "Kabupaten Siak" not in talaud
    assert "Pemilihan Umum 2024" in talaud
    assert "Kepulauan Talaud" in words(client.get("/kalender?provinsi=71")), "a province shows its parts"
    assert "Talaud Pemungutan suara 9" not in words(client.get("/kalender?provinsi=52&wilayah=71.04")), (
        "the province wins"
    )


def test_whoever_is_signed_in_sees_the_own_place_first(login: Login, coming: int, past: None) -> None:
    agency = factories.make_agency(region_code="99.01")
    browser = login(factories.make_person(agency))
    text = words(browser.get("/kalender"))
    assert "Ditampilkan untuk tempat tugas Anda, 99.01." in text
    assert "Pilkada Uji" in text
    assert "Sedang berlangsung" in text
    assert "Kabupaten Siak" not in text
    assert "Kabupaten Siak" in words(browser.get("/kalender?wilayah="))


def test_what_may_still_move_is_said_to(client: FlaskClient, coming: int) -> None:
    text = words(client.get("/kalender"))
    assert "Masa tenang 7 Maret 2027 sampai 9 Maret 2027 Sementara Dihitung" in text
    assert "Mulai 3 hari sebelum pemungutan suara. Berakhir 1 hari sebelum pemungutan suara." in text


@pytest.mark.parametrize("code", ["20", "52.99", "<script>", "x" * 5000, "52%00", "९९"])
def test_a_region_that_is_none_shows_everything_and_says_so(
    client: FlaskClient, coming: int, code: str
) -> None:
    answer = client.get("/kalender", query_string={"wilayah": code})
    assert answer.status_code == 200
    assert "tidak ada dalam daftar resmi, jadi semua wilayah ditampilkan" in answer.text
    assert "<script>\n" not in answer.text
    assert client.get("/kalender.ics", query_string={"wilayah": code}).status_code == 404


def test_the_file_holds_what_is_to_come(client: FlaskClient, coming: int, past: None) -> None:
    answer = client.get("/kalender.ics?wilayah=99.01")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert 'filename="netra-kalender-99.01.ics"' in answer.headers["Content-Disposition"]
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert [line for line in lines if line.startswith("SUMMARY")] == [
        "SUMMARY:Pendaftaran calon\\, Pilkada Uji",
        "SUMMARY:Masa tenang\\, Pilkada Uji (Sementara)",
        "SUMMARY:Pemungutan suara\\, Pilkada Uji (Sementara)",
    ]
    assert "DTEND;VALUE=DATE:20261126" in lines, "a stage of three days ends on the fourth"
    assert "pilkada-2024.VOTING_DAY@netra" in client.get("/kalender.ics?lampau=1").text


def test_a_moved_stage_is_the_same_entry_later(client: FlaskClient, coming: int) -> None:
    write(
        services.set_stage, event_id=coming, stage=S.VOTING_DAY, starts_on=date(2027, 3, 17),
        status=StageStatus.CONFIRMED, source_ref="KPU Uji", now=NOW,
    )  # fmt: skip
    entry = client.get("/kalender.ics").text.split("UID:uji.VOTING_DAY@netra")[1].split("END:VEVENT")[0]
    assert "SEQUENCE:1" in entry
    assert "DTSTART;VALUE=DATE:20270317" in entry
    assert "STATUS:CONFIRMED" in entry


# --- The admin's side ---------------------------------------------------------------------------------------------


@pytest.fixture
def admin(db_session: Any, login: Login) -> FlaskClient:
    return login(factories.make_person(None, name="Admin Netra", roles=[("ADMIN", None)]))


MOVE = {
    "tahapan": "VOTING_DAY",
    "mulai": "2027-03-17",
    "status": "CONFIRMED",
    "sumber": "KPU Uji",
    "tanda": "READ",
}


def test_moving_a_base_first_shows_every_date_that_follows(admin: FlaskClient, coming: int) -> None:
    address = f"/admin/pemilihan/{coming}"
    asked = admin.post(address, data=MOVE)
    text = words(asked)
    assert asked.status_code == 200
    assert "Tanggal lain ikut bergeser" in text
    assert "Masa tenang Dihitung 7 Maret 2027 14 Maret 2027 16 Maret 2027 7 hari lebih lambat" in text
    found = calendar.election(coming)
    assert found is not None
    assert found.voting_on == date(2027, 3, 10), "nothing has moved yet"
    seen = re.search(r'name="dilihat" value="(\d+)"', asked.text)
    assert seen is not None
    sure = {**MOVE, "dilihat": seen[1], "pasti": "1"}
    assert admin.post(address, data=sure).status_code == 302
    again = admin.post(address, data={**sure, "mulai": "2027-03-24"})
    assert again.status_code == 422
    assert "baru saja diubah orang lain" in again.text
    page = words(admin.get(address))
    assert "Ikut bergeser" in page
    assert "Admin Netra" in page


def test_a_rule_is_applied_by_one_press(admin: FlaskClient, coming: int) -> None:
    address = f"/admin/pemilihan/{coming}"
    write(
        services.set_stage, event_id=coming, stage=S.CANDIDATE_DETERMINATION, starts_on=date(2027, 1, 4),
        status=StageStatus.CONFIRMED, source_ref="KPU Uji", now=NOW,
    )  # fmt: skip
    assert "Mulai 3 hari sesudah penetapan calon." in words(admin.get(address))
    assert admin.post(f"{address}/aturan", data={"aturan": "kampanye-pilkada"}).status_code == 302
    text = words(admin.get(address))
    assert "Masa kampanye 7 Januari 2027 sampai 6 Maret 2027" in text
    assert admin.post(f"{address}/aturan", data={"aturan": "kampanye-dct"}).status_code == 422
    assert admin.post(f"{address}/aturan", data={"aturan": "x" * 999}).status_code == 422
    assert admin.post("/admin/pemilihan/999999/aturan", data={"aturan": "beku-mutasi"}).status_code == 404


def test_a_decree_that_differs_from_the_rule_is_pointed_out(admin: FlaskClient, coming: int) -> None:
    address = f"/admin/pemilihan/{coming}"
    other = {**MOVE, "tahapan": "QUIET_PERIOD", "mulai": "2027-03-06", "sampai": "2027-03-09"}
    admin.post(address, data=other)
    assert "Masa tenang berbeda dari rumus UU 1/2015 Pasal 67, yang memberi 7 Maret 2027." in words(
        admin.get(address)
    )


def test_past_elections_are_one_line_each(admin: FlaskClient, past: None) -> None:
    text = words(admin.get("/admin/pemilihan"))
    assert "Belum ada pemilihan yang berjalan atau akan datang" in text
    assert (
        "Pemungutan suara ulang Kabupaten Siak Pemungutan suara ulang Kabupaten Siak (14.08) 22 Maret 2025"
        in text
    )


def test_only_an_admin_of_everything_applies_rules(coming: int, login: Login) -> None:
    agency = factories.make_agency()
    local = login(factories.make_person(agency, name="Admin Kabupaten", roles=[("ADMIN", agency)]))
    answer = local.post(f"/admin/pemilihan/{coming}/aturan", data={"aturan": "beku-mutasi", "pasti": "1"})
    assert answer.status_code == 403
    assert calendar.election(coming).stage(S.MUTATION_FREEZE) is None  # type: ignore[union-attr]
