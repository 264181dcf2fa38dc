"""The images of a draft: made anew from their pixels, listed with where they are used, and closed to everybody else."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from courses import checking, draft_history, draft_queries, pictures, services
from courses.format import shrinking
from courses.models import DraftImage, SaveKind
from courses.services import reviewing
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories as make
from tests.pages.courses.hostile import REFUSED, chunk, encoded, png, zeros

KEY = "kursus-baru"
MODULE = "01-pembuka.md"
ALT = "Alur layanan: ambil nomor, periksa berkas, selesai"


@pytest.fixture
def author(app: Flask) -> Iterator[int]:
    with app.app_context():
        yield make.make_person(name="Wening Astuti", roles=[("TRAINER", KEY)])
        db.session.remove()


@pytest.fixture
def draft(author: int) -> str:
    return write(
        services.open_draft,
        course_key=KEY,
        texts=checking.starting_texts(title="Kursus baru", code="KBR", jp=1),
        base_version_id=None,
        person_id=author,
        now=clock.now(),
    )


@pytest.fixture
def trainer(author: int, draft: str, login: Callable[[int], FlaskClient]) -> FlaskClient:
    return login(author)


def send(
    browser: FlaskClient, draft: str, content: bytes, name: str = "Alur Laporan.png", **form: str
) -> Any:
    data = {"berkas": (io.BytesIO(content), name), "alt": ALT, **form}
    answer = browser.post(f"/studio/naskah/{draft}/gambar", data=data)
    answer.request.environ["wsgi.input"].close()  # a large body lies in a file of the test client
    return answer


def images() -> list[DraftImage]:
    db.session.rollback()
    found = list(db.session.execute(select(DraftImage).order_by(DraftImage.path)).scalars())
    db.session.expunge_all()
    return found


def kept(browser: FlaskClient, draft: str, content: bytes, name: str = "Alur Laporan.png") -> DraftImage:
    answer = send(browser, draft, content, name)
    assert answer.status_code == 302, words(answer)
    (image,) = images()
    return image


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def use(draft: str, person: int, text: str) -> None:
    found = draft_queries.draft(draft, None)
    assert found is not None
    file = found.file(MODULE)
    assert file is not None
    db.session.rollback()
    write(
        services.save_text,
        public_id=draft,
        path=MODULE,
        content=file.content + text,
        base=file.digest,
        kind=SaveKind.SAVED,
        person_id=person,
        now=clock.now(),
    )


def submit(draft: str, person: int) -> None:
    found = draft_queries.draft(draft, None)
    assert found is not None
    tree = reviewing.tree_of(found.id)
    db.session.rollback()
    write(
        services.submit_draft,
        public_id=draft,
        note="",
        tree=tree,
        person_id=person,
        now=clock.now(),
    )


# --- Adding ---


def test_an_image_is_kept_listed_and_sent(trainer: FlaskClient, draft: str) -> None:
    image = kept(trainer, draft, encoded())
    assert (image.path, image.alt, image.mime) == ("media/alur-laporan.png", ALT, "image/png")
    page = trainer.get(f"/studio/naskah/{draft}/gambar")
    assert page.status_code == 200
    assert f"![{ALT}](media/alur-laporan.png)" in page.text
    assert "40 × 30 piksel" in page.text
    assert "1 gambar tidak dipakai" in page.text
    sent = trainer.get(f"/studio/naskah/{draft}/gambar/{image.sha256}")
    assert sent.data == image.content
    assert sent.headers["Content-Type"] == "image/png"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Cache-Control"].startswith("private")
    assert hashlib.sha256(sent.data).hexdigest() == image.sha256


def test_what_an_author_copies_reads_without_a_problem(trainer: FlaskClient, draft: str, author: int) -> None:
    kept(trainer, draft, encoded())
    use(draft, author, f"\n{pictures.markdown('media/alur-laporan.png', ALT)}\n")
    found = draft_queries.draft(draft, None)
    assert found is not None
    assert not [p for p in checking.whole(found).problems if p.code.startswith("gambar")]
    assert not checking.unused_images(found)
    page = words(trainer.get(f"/studio/naskah/{draft}/gambar"))
    assert "Tidak dipakai" not in page
    assert f"{MODULE}, baris" in page


@pytest.mark.parametrize(
    "alt", ["Antrean [panjang] di <loket>", "kurung ] tutup", "`kode` \\ garis", "![x](y)", "[@pp-94-2021 x]"]
)
def test_any_description_gives_markdown_that_shows_the_image(alt: str) -> None:
    text = f"Kalimat.\n\n{pictures.markdown('media/a.png', alt)}\n"
    assert [use.line for use in pictures.uses({"01-a.md": text})["media/a.png"]] == [3]


def test_a_name_that_is_taken_gets_a_number_or_is_replaced(trainer: FlaskClient, draft: str) -> None:
    for color in ("red", "green", "blue"):
        assert send(trainer, draft, encoded(color=color)).status_code == 302
    assert [i.path for i in images()] == [f"media/alur-laporan{n}.png" for n in ("-2", "-3", "")]
    before = {i.path: i.sha256 for i in images()}
    assert send(trainer, draft, encoded(color="yellow"), ganti="y").status_code == 302
    after = {i.path: i.sha256 for i in images()}
    assert {path for path in after if after[path] != before[path]} == {"media/alur-laporan.png"}


def test_a_missing_description_is_said_at_its_field(trainer: FlaskClient, draft: str) -> None:
    answer = send(trainer, draft, encoded(), alt="  ")
    assert answer.status_code == 422
    assert 'id="alt-galat"' in answer.text
    assert "Pilih sekali lagi" in answer.text
    assert images() == []


def test_a_missing_file_is_said_at_its_field_and_the_description_stays(
    trainer: FlaskClient, draft: str
) -> None:
    answer = trainer.post(f"/studio/naskah/{draft}/gambar", data={"alt": ALT})
    assert answer.status_code == 422
    assert 'id="berkas-galat"' in answer.text
    assert f'value="{ALT}"' in answer.text


# --- Hostile images ---


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_images_are_refused_in_a_sentence_at_the_field(
    trainer: FlaskClient, draft: str, case: str
) -> None:
    content, sentence = REFUSED[case]
    answer = send(trainer, draft, content())
    assert answer.status_code == 422
    assert 'id="berkas-galat"' in answer.text
    assert sentence in words(answer)
    assert f'value="{ALT}"' in answer.text
    assert images() == []


def test_1_by_1_pixels_with_300_mb_of_them_are_one_pixel(trainer: FlaskClient, draft: str) -> None:
    image = kept(trainer, draft, png(1, 1, chunk(b"IDAT", zeros(300))))
    assert (image.width, image.height) == (1, 1)
    assert len(image.content) < 200


def test_bytes_behind_the_image_are_gone(trainer: FlaskClient, draft: str) -> None:
    image = kept(trainer, draft, encoded() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"PK\x03\x04" not in image.content
    assert b"script" not in image.content


def test_camera_data_place_and_comments_are_gone_and_the_photo_stands_upright(
    trainer: FlaskClient, draft: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn by 90 degrees
    exif[0x8825] = {1: "S", 2: (6.0, 10.0, 0.0), 3: "E", 4: (106.0, 49.0, 0.0)}
    image = kept(trainer, draft, encoded("JPEG", (60, 30), exif=exif, comment=b"rahasia"), "IMG_1.JPG")
    assert (image.path, image.mime) == ("media/img-1.jpg", "image/jpeg")
    assert (image.width, image.height) == (30, 60)
    assert b"Exif" not in image.content
    assert b"rahasia" not in image.content
    with Image.open(io.BytesIO(image.content)) as read:
        assert not read.getexif()


def test_text_and_profile_of_a_png_are_gone(trainer: FlaskClient, draft: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "rahasia")
    image = kept(trainer, draft, encoded(pnginfo=info, icc_profile=b"rahasia" * 40))
    assert b"rahasia" not in image.content
    assert b"iCCP" not in image.content


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "I;16", "1", "L"])
def test_every_kind_of_png_is_read(trainer: FlaskClient, draft: str, mode: str) -> None:
    image = kept(
        trainer, draft, encoded(mode=mode, color=1 if mode in {"1", "P", "L", "I;16"} else (9,) * len(mode))
    )
    with Image.open(io.BytesIO(image.content)) as read:
        assert read.mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


def test_a_large_photo_becomes_small(trainer: FlaskClient, draft: str) -> None:
    image = kept(trainer, draft, encoded("WEBP", (3200, 1600)))
    assert (image.width, image.height) == (1600, 800)


def test_a_phones_two_pictures_in_one_file_are_the_first(trainer: FlaskClient, draft: str) -> None:
    content = encoded("MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")])
    assert kept(trainer, draft, content, "foto.jpg").mime == "image/jpeg"
    assert checking.image_from("media/foto.jpg", content, "") is not None


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    assert shrinking.shrink(encoded("PNG", (4_000, 4_000)), 5 * 1024 * 1024, wall_seconds=0.001) == (
        shrinking.Refused("gambar-rusak")
    )


# --- Removing ---


def remove(browser: FlaskClient, draft: str, path: str) -> Any:
    return browser.post(f"/studio/naskah/{draft}/gambar/hapus", data={"jalur": path})


def test_an_unused_image_is_removed(trainer: FlaskClient, draft: str) -> None:
    image = kept(trainer, draft, encoded())
    assert remove(trainer, draft, image.path).status_code == 302
    assert images() == []
    assert trainer.get(f"/studio/naskah/{draft}/gambar/{image.sha256}").status_code == 404
    assert remove(trainer, draft, image.path).status_code == 404


def test_an_image_that_a_text_shows_stays(trainer: FlaskClient, draft: str, author: int) -> None:
    image = kept(trainer, draft, encoded())
    use(draft, author, f"\n![x]({image.path})\n")
    answer = remove(trainer, draft, image.path)
    assert answer.status_code == 409
    assert f"masih dipakai di {MODULE}" in answer.text
    assert len(images()) == 1


def test_a_closed_draft_is_read_only_and_says_why(trainer: FlaskClient, draft: str, author: int) -> None:
    image = kept(trainer, draft, encoded())
    write(services.drop_draft, public_id=draft, person_id=author, now=clock.now())
    page = trainer.get(f"/studio/naskah/{draft}/gambar")
    assert "sudah terbit atau dibuang" in page.text
    assert 'type="file"' not in page.text
    assert 'value="media/' not in page.text
    answer = send(trainer, draft, encoded(color="blue"))
    assert answer.status_code == 409
    assert 'id="berkas-galat"' in answer.text
    assert f'value="{ALT}"' in answer.text
    assert remove(trainer, draft, image.path).status_code == 409
    assert len(images()) == 1


def test_a_draft_in_review_is_read_only_and_says_why(trainer: FlaskClient, draft: str, author: int) -> None:
    kept(trainer, draft, encoded())
    submit(draft, author)
    page = trainer.get(f"/studio/naskah/{draft}/gambar")
    assert "sedang ditelaah" in page.text
    assert 'type="file"' not in page.text
    answer = send(trainer, draft, encoded(color="blue"))
    assert answer.status_code == 409
    assert "sedang ditelaah" in answer.text
    assert len(images()) == 1


# --- Somebody else ---


@pytest.mark.parametrize(
    ("role", "status"), [(("TRAINER", "kursus-lain"), 404), (("HR", None), 403), (None, 403)]
)
def test_nobody_else_sees_or_changes_images(
    trainer: FlaskClient,
    draft: str,
    login: Callable[[int], FlaskClient],
    role: tuple[str, str | None] | None,
    status: int,
) -> None:
    image = kept(trainer, draft, encoded())
    agency = make.make_agency("Kabupaten Lain", code="LAIN")
    unit = make.make_unit(agency, "Dinas Lain")
    roles = [(role[0], role[1] if role[0] == "TRAINER" else agency)] if role else []
    other = login(make.make_person(unit, roles=roles))
    address = f"/studio/naskah/{draft}/gambar"
    assert other.get(address).status_code == status
    assert other.get(f"{address}/{image.sha256}").status_code == status
    assert send(other, draft, encoded(color="blue")).status_code == status
    assert remove(other, draft, image.path).status_code == status
    assert len(images()) == 1


def test_an_image_of_another_draft_is_not_found(trainer: FlaskClient, draft: str, author: int) -> None:
    kept(trainer, draft, encoded())
    other = make.make_person(roles=[("TRAINER", None)])
    foreign = write(
        services.open_draft,
        course_key="kursus-lain",
        texts={"kursus.md": "---\njudul: Lain\n---\n"},
        images=checking.images_in({"media/b.png": encoded(color="blue")}),
        base_version_id=None,
        person_id=other,
        now=clock.now(),
    )
    sha = next(image.sha256 for image in images() if image.path == "media/b.png")
    assert trainer.get(f"/studio/naskah/{draft}/gambar/{sha}").status_code == 404
    assert trainer.get(f"/studio/naskah/{foreign}/gambar/{sha}").status_code == 404
    assert trainer.get(f"/studio/naskah/{draft}/gambar/{'0' * 64}").status_code == 404


def describe(browser: FlaskClient, draft: str, alt: str, path: str = "media/alur-laporan.png") -> Any:
    return browser.post(
        f"/studio/naskah/{draft}/gambar/keterangan", data={"jalur": path, "alt": alt}, follow_redirects=True
    )


def written(draft: str) -> str:
    found = draft_queries.draft(draft, None)
    assert found is not None
    file = found.file(MODULE)
    assert file is not None
    db.session.rollback()
    return file.content


def test_a_description_changes_where_it_stands_and_the_old_text_stays_in_the_history(
    trainer: FlaskClient, draft: str, author: int
) -> None:
    image = kept(trainer, draft, encoded())
    use(draft, author, f"\n![{ALT}]({image.path})\n\n![]({image.path})\n\n![Alur saat ramai]({image.path})\n")
    before = written(draft)
    page = describe(trainer, draft, "Tiga [langkah] di loket")
    assert page.status_code == 200
    (now,) = images()
    assert now.alt == "Tiga [langkah] di loket"
    assert written(draft) == before.replace(f"![{ALT}]", "![Tiga (langkah) di loket]").replace(
        "![](", "![Tiga (langkah) di loket]("
    )
    line = before.split("\n").index(f"![Alur saat ramai]({image.path})") + 1
    assert f"tidak diubah: {MODULE}, baris {line}." in words(page)
    assert "(tertulis: “Alur saat ramai”)" in words(page)
    found = draft_queries.draft(draft, None)
    assert found is not None
    newest, older, *_rest = draft_history.history(found.id, MODULE)
    assert newest.kind is SaveKind.FORM
    assert draft_history.revision(found.id, MODULE, older.number) == before


def test_a_description_that_cannot_be_kept_says_why_and_keeps_what_was_typed(
    trainer: FlaskClient, draft: str, author: int, login: Callable[[int], FlaskClient]
) -> None:
    image = kept(trainer, draft, encoded())
    use(draft, author, f"\n![{ALT}]({image.path})\n")
    before = written(draft)
    empty = describe(trainer, draft, "  ")
    assert empty.status_code == 422
    assert "Tulis apa yang terlihat pada gambar." in words(empty)
    assert describe(trainer, draft, "x" * 301).status_code == 422
    assert describe(trainer, draft, "Lain", "media/tidak-ada.png").status_code == 404
    foreign = login(make.make_person(roles=[("TRAINER", "kursus-lain")]))
    assert describe(foreign, draft, "Lain").status_code == 404
    submit(draft, author)
    late = describe(trainer, draft, "Terlambat <b>")
    assert late.status_code == 409
    assert 'value="Terlambat &lt;b&gt;"' in late.text
    assert written(draft) == before
    assert images()[0].alt == ALT
