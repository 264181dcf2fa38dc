"""The words of the news: what is printed adds up, and nothing is said twice. No database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel

from learning.records.heads.content import Figures, Standing, compose
from learning.records.heads.letters import letter

TODAY = date(2026, 12, 1)


class _Settings:
    base_url = "https://netra.contoh.go.id"


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    app = Flask("surat")
    app.config["NETRA"] = _Settings()
    Babel(app, default_locale="id")
    with app.app_context():
        yield


def write(*figures: Figures, units: tuple[str, ...] = ("Dinas Uji",)) -> tuple[str, str]:
    news = compose(figures, TODAY)
    assert news is not None
    return letter(
        news, units=units, name="Siti", locale="id", today=TODAY, since=date(2026, 11, 2), unsubscribe="https://x/y"
    )  # fmt: skip


CASES = [
    # expected, passed, then, week, due in days, overdue -> what stands in the letter
    (118, 61, (118, 0), 50, 12, 0, ["61 dari 118 orang sudah lulus (51,7%).", "Naik 51,7 poin persen", "waktu itu 0%",
                                    "perlu 5 orang lulus setiap hari", "bila bertahan, laju itu cukup", "Belum ada yang mendesak"]),
    (10_000, 9_999, (10_000, 9_999), 0, 1, 0, ["(99,9%)", "Tidak berubah sejak 2 November 2026.", "(1 hari lagi)"]),
    (100, 40, (100, 50), 0, None, 3, ["Turun 10 poin persen", "3 orang sudah melewati tenggatnya.", "Yang dapat Anda lakukan"]),
    (100, 40, None, 0, 0, 0, ["Tenggat terdekat: hari ini."]),
    (100, 100, (100, 90), 10, None, 0, ["100 dari 100 orang sudah lulus (100%).", "Tidak ada yang perlu dikerjakan."]),
    (3, 1, None, 0, 5, 0, ["Kurang dari lima orang, jadi angkanya hanya ada di halaman unit."]),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "passed", "then", "week", "due", "overdue", "said"), CASES)
def test_what_stands_in_the_letter(
    expected: int, passed: int, then: tuple[int, int] | None, week: int, due: int | None, overdue: int, said: list[str]
) -> None:  # fmt: skip
    due_on = date.fromordinal(TODAY.toordinal() + due) if due is not None else None
    subject, body = write(Figures("Netralitas", expected, passed, then, week, due_on, overdue))
    for words in said:
        assert words in body
    assert subject.startswith("Dinas Uji: ")
    assert "\u00a0" not in body


def test_of_three_people_no_number_leaves_the_house() -> None:
    subject, body = write(Figures("Netralitas", 3, 1, None, 1, date(2026, 12, 9), 1))
    assert "dari 3" not in body
    assert "%" not in subject + body


def test_a_name_with_a_line_break_breaks_no_header() -> None:
    subject, body = write(
        Figures("Netra\nlitas", 9, 1, None, 0, None, 0, (Standing("A\nB", 9, 1), Standing("C", 9, 8))),
        units=("Dinas\r\nUji " + "x" * 200,),
    )
    assert "\n" not in subject
    assert "\r" not in subject
    assert len(subject) <= 200
    assert "- A B: 1 dari 9" in body
