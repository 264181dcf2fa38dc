"""An agency's admin sees whom no letter reaches, why, and what to do; nobody else's people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from learning.kernel import clock, jobs, refusals
from learning.kernel.audit import AuditEntry
from learning.kernel.db import db
from learning.kernel.mail import MailMessage
from learning.kernel.refusals import RefusalReason
from learning.kernel.transaction import write
from learning.people import services
from learning.people.kinds import EmploymentType, PersonStatus
from learning.people.queries import person_row
from tests import factories
from tests.pages.people.test_administration import Town, town

__all__ = ["town"]

Login = Callable[[int], FlaskClient]
SINCE = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # the 21st in Jakarta
PAGE = "/admin/surel-ditolak"


def refuse(person_id: int, said: str = "550 5.1.1 no such user", **values: Any) -> str:
    row = person_row(person_id)
    assert row is not None
    assert row.email is not None
    values.setdefault("reason", RefusalReason.UNKNOWN_ADDRESS)
    values.setdefault("now", SINCE)
    write(refusals.mark, address=row.email, said=said, **values)
    return row.email


def change_address(person_id: int, address: str) -> None:
    row = person_row(person_id)
    assert row is not None
    write(
        services.update_person, person_id=person_id, name=row.name, email=address, front_title="", back_title="",
        employment_type=EmploymentType.PNS, now=clock.now(),
    )  # fmt: skip


def test_the_list_names_person_address_day_reason_and_remedy(town: Town, login: Login) -> None:
    address = refuse(town.worker)
    page = login(town.admin).get(PAGE).text
    for said in (
        "Wati Pegawai",
        "Dinas Kesehatan",
        address.replace("@", "@<wbr>"),
        "21 November 2026",
        "Alamat tidak dikenal",
        "550 5.1.1 no such user",
        "Periksa ejaannya bersama pegawai",
        f"/admin/orang/{town.public_id(town.worker)}",
        ">1 orang<",
    ):
        assert said in page.replace("\u00a0", " ")


def test_only_people_of_the_own_agency_who_have_the_address_now(town: Town, login: Login) -> None:
    refuse(town.other_worker)
    refuse(town.hr)
    refuse(town.worker)
    change_address(town.hr, "hadi.baru@contoh.invalid")
    write(services.retire_person, person_id=town.worker, on=clock.local_date(clock.now()),
          status=PersonStatus.RETIRED, now=clock.now())  # fmt: skip
    page = login(town.admin).get(PAGE).text
    for name in ("Bejo", "Hadi Kepegawaian", "Wati"):
        assert name not in page
    assert "Semua surel sampai" in page
    assert "Bejo" not in login(town.admin).get(f"{PAGE}/unduh").text


def test_the_list_is_filtered_and_an_odd_filter_is_no_filter(town: Town, login: Login) -> None:
    refuse(town.worker)
    refuse(town.hr, "552 5.2.2 full", reason=RefusalReason.FULL)
    client = login(town.admin)
    full = client.get(f"{PAGE}?sebab=FULL").text
    assert "Hadi" in full
    assert "Wati" not in full
    named = client.get(f"{PAGE}?q=wati").text
    assert "Wati" in named
    assert "Hadi" not in named
    assert "Tidak ada yang cocok" in client.get(f"{PAGE}?q=%25").text
    odd = client.get(f"{PAGE}?sebab=apa&hal=-3").text
    assert "Wati" in odd
    assert "Hadi" in odd


def test_the_file_has_the_same_rows_without_formulas_and_is_noted(town: Town, login: Login) -> None:
    refuse(town.worker, "=1+1 550 5.1.1 no such user")
    response = login(town.admin).get(f"{PAGE}/unduh?q=wati")
    lines = response.text.splitlines()
    assert lines[0].startswith("\ufeffNama;NIP;Unit kerja;Surel;Ditolak sejak;Sebab")
    assert "Wati Pegawai" in lines[1]
    assert ";2026-11-21;" in lines[1]
    assert ";'=1+1 550" in lines[1]
    assert len(lines) == 2
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "people.refused_mail_exported")
    ).one()
    assert noted.actor_id == town.admin


def test_the_home_page_counts_them_for_the_admin_only(town: Town, login: Login) -> None:
    assert "tidak terjangkau surel" not in login(town.admin).get("/").text
    refuse(town.worker)
    refuse(town.hr)
    refuse(town.other_worker)
    assert "2 pegawai tidak terjangkau surel" in login(town.admin).get("/").text
    assert "tidak terjangkau surel" not in login(town.hr).get("/").text


def test_the_persons_page_says_so_and_a_new_address_ends_it(town: Town, login: Login) -> None:
    refuse(town.worker, "550 5.1.1 <b>no</b>")
    client = login(town.admin)
    page = client.get(f"/admin/orang/{town.public_id(town.worker)}").text
    assert "Surel ini ditolak sejak" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    change_address(town.worker, "wati.baru@contoh.invalid")
    assert "Surel ini ditolak" not in client.get(f"/admin/orang/{town.public_id(town.worker)}").text


def test_typing_a_refused_address_anew_is_a_new_start(town: Town) -> None:
    old = refuse(town.worker)
    change_address(town.worker, "wati.baru@contoh.invalid")
    change_address(town.worker, old)
    assert refusals.standing(old) is None


def test_a_link_that_was_asked_for_still_goes_out(town: Town, login: Login) -> None:
    address = refuse(town.worker)
    login(town.admin).post(f"/admin/orang/{town.public_id(town.worker)}/tautan")
    jobs.drain()
    letter = db.session.scalars(select(MailMessage).where(MailMessage.recipient == address)).one()
    assert letter.asked
    assert letter.refused_at is None


def test_marks_of_addresses_that_nobody_has_are_forgotten(town: Town) -> None:
    kept = refuse(town.worker)
    write(refusals.mark, address="lama@contoh.invalid", reason=RefusalReason.OTHER, said="550", now=SINCE)
    assert write(services.purge_expired, now=clock.now()) == 1
    assert refusals.standing(kept) is not None


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_asks_as_often_for_many_as_for_one(
    town: Town, login: Login, query_count: Any, many: int
) -> None:
    for n in range(many):
        refuse(factories.make_person(town.office, f"Orang {chr(97 + n % 26)}"))
    client = login(town.admin)
    with query_count() as asked:
        page = client.get(PAGE).text
    assert len(asked) <= 4
    assert ("1 sampai 25 dari 30" in page) is (many == 30)
