"""Maps of dilemmas: of a draft with its mistakes and of the edition that is out, in a drawing and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from courses import checking, services
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories as make

KEY = "kursus-baru"
MODULE = "01-pembuka.md"
BROKEN = """---
judul: Cerita
menit: 45
tujuan:
  - Membedakan
---

Teks.

::: dilema poster "Poster <b>di</b> grup"
Pukul sembilan malam.

### Menolak {.tepat ->lanjut}
Baik. [@pp-94-2021 pasal-5-n-6]

### Diam saja {.kurang-tepat}
Poster tetap beredar.

### Meneruskan <script>alert(1)</script> {.pelanggaran ->tidak-ada}
Buruk. [@pp-94-2021 pasal-5-n-6]

## lanjut "Sesudahnya"
Esoknya.

### Kembali {.pelanggaran-berat ->awal}
Buruk. [@pp-94-2021 pasal-5-n-6]

## lupa
Tidak ada yang menuju ke sini.
:::
"""


@pytest.fixture
def author(app: Flask) -> Iterator[int]:
    with app.app_context():
        yield make.make_person(name="Wening Astuti", roles=[("TRAINER", KEY), ("TRAINER", make.COURSE)])
        db.session.remove()


@pytest.fixture
def trainer(author: int, login: Callable[[int], FlaskClient]) -> FlaskClient:
    return login(author)


def begun(author: int, text: str = BROKEN, key: str = KEY) -> str:
    return write(
        services.open_draft,
        course_key=key,
        texts={**checking.starting_texts(title="Kursus baru", code="KBR", jp=1), MODULE: text},
        base_version_id=None,
        person_id=author,
        now=clock.now(),
    )


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_a_draft_with_mistakes_is_drawn_with_every_mistake_marked(trainer: FlaskClient, author: int) -> None:
    page = trainer.get(f"/studio/naskah/{begun(author)}/peta/{MODULE}")
    assert page.status_code == 200
    text = words(page)
    assert "5 hal perlu diperbaiki." in text
    for told in (
        "1b. Tanpa kutipan peraturan",
        "1c. Jalan buntu: adegan yang dituju tidak ada",
        "2a. Berputar: kembali ke adegan yang sudah lewat",
        "Adegan 3: lupa. Tidak terjangkau",
        "Adegan 3: lupa. Tanpa opsi",
    ):
        assert told in text
    assert page.text.count('class="branch__scene') == 3
    assert page.text.count('class="branch__option--') == 4
    assert page.text.count('class="branch__head"') == 4
    assert page.text.count('class="branch__cross"') == 1
    assert page.text.count('class="branch__end"') == 1


def test_the_drawing_has_a_name_a_description_and_the_same_in_words(
    trainer: FlaskClient, author: int
) -> None:
    page = trainer.get(f"/studio/naskah/{begun(author)}/peta/{MODULE}").text
    svg = re.search(r'<svg class="branch__map".*?</svg>', page, re.DOTALL)
    assert svg
    named = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', svg[0])
    assert named
    assert f'<title id="{named[1]}">' in svg[0]
    assert f'<desc id="{named[2]}">3 adegan dan 4 opsi; 1 opsi mengakhiri cerita.' in svg[0]
    table = page[svg.end() :]
    for row in ("1a. Menolak", "1b. Diam saja", "2a. Kembali"):
        assert row in table
    assert "Adegan 2: Sesudahnya" in table


def test_what_an_author_types_is_text_in_the_drawing(trainer: FlaskClient, author: int) -> None:
    page = trainer.get(f"/studio/naskah/{begun(author)}/peta/{MODULE}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Poster <b>" not in page
    assert " style=" not in page


def test_a_mistake_links_to_its_line_in_the_editor(trainer: FlaskClient, author: int) -> None:
    draft = begun(author)
    page = trainer.get(f"/studio/naskah/{draft}/peta/{MODULE}").text
    line = BROKEN.split("\n").index("### Diam saja {.kurang-tepat}") + 1
    assert f'href="/studio/naskah/{draft}/berkas/{MODULE}#baris-{line}"' in page


def test_a_module_without_a_dilemma_says_what_will_be_here(trainer: FlaskClient, author: int) -> None:
    page = trainer.get(f"/studio/naskah/{begun(author, 'Teks.')}/peta/{MODULE}")
    assert "Belum ada dilema di modul ini" in page.text


@pytest.mark.parametrize(
    "body",
    [
        "### Opsi {.tepat}\nBaik.\n\n" * 4_000,
        "".join(
            f'## a{n} "Adegan"\nCerita.\n\n### Opsi {{.tepat ->a{n + 1}}}\nBaik.\n\n' for n in range(300)
        ),
    ],
)
def test_a_dilemma_that_is_too_large_is_not_drawn(trainer: FlaskClient, author: int, body: str) -> None:
    draft = begun(author, BROKEN.split("### Menolak", maxsplit=1)[0] + body + ":::\n")
    page = trainer.get(f"/studio/naskah/{draft}/peta/{MODULE}")
    assert page.status_code == 200
    assert "branch__map" not in page.text
    assert len(page.text) < 40_000


def test_only_modules_of_the_draft_have_a_map(trainer: FlaskClient, author: int) -> None:
    draft = begun(author)
    for path in ("kursus.md", "09-tidak-ada.md", "x"):
        assert trainer.get(f"/studio/naskah/{draft}/peta/{path}").status_code == 404


def test_the_edition_that_is_out_has_maps(trainer: FlaskClient) -> None:
    make.make_course()
    module = trainer.get(f"/studio/kursus/{make.COURSE}/modul-1").text
    address = f"/studio/kursus/{make.COURSE}/modul-1/peta"
    assert f'href="{address}"' in module
    page = trainer.get(address)
    assert page.status_code == 200
    assert "branch__map" in page.text
    assert "Terbitan 1" in page.text
    assert trainer.get(f"/studio/kursus/{make.COURSE}/modul-9/peta").status_code == 404


def test_nobody_else_sees_a_map(
    trainer: FlaskClient, author: int, login: Callable[[int], FlaskClient]
) -> None:
    make.make_course()
    draft = begun(author)
    agency = make.make_agency("Kabupaten Lain", code="LAIN")
    unit = make.make_unit(agency, "Dinas Lain")
    addresses = (f"/studio/naskah/{draft}/peta/{MODULE}", f"/studio/kursus/{make.COURSE}/modul-1/peta")
    for roles, status in (([("TRAINER", "kursus-lain")], 404), ([("HR", agency)], 403), ([], 403)):
        other = login(make.make_person(unit, roles=roles))
        for address in addresses:
            assert other.get(address).status_code == status


def test_an_option_without_a_weight_is_shown_as_such(trainer: FlaskClient, author: int) -> None:
    text = BROKEN.replace("### Menolak {.tepat ->lanjut}", "### Menolak {->lanjut}").replace(
        "{.kurang-tepat}", "{.entah-apa}"
    )
    draft = begun(author, text)
    for page in (f"/studio/naskah/{draft}/peta/{MODULE}", f"/studio/naskah/{draft}/berkas/{MODULE}"):
        shown = trainer.get(page).text
        assert shown.count("Belum berbobot") >= 2, page
        assert not re.search(r"</svg>Tepat</span>", shown), page
