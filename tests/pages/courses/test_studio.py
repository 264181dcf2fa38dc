"""The studio: from a trainer's zip to a new edition, and everything that may be wrong on the way."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from courses.format import reader, registry
from courses.format.source import KEY as KEY_WORD
from courses.format.source import RESERVED
from courses.models import CourseDraft, CourseUpload, CourseVersion, PublishLog
from learning.kernel.db import db
from tests import factories as make
from tests.pages.courses.zips import BAD, FIXTURES, GOOD, files_of, zip_of

Publish = Callable[..., Any]
KEY = "kursus-lengkap"


@pytest.fixture(autouse=True)
def small_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regulations of the fixtures instead of the shipped ones, which change with the law."""
    read = registry.read_registry_file(FIXTURES / "regulasi.yaml")
    monkeypatch.setattr(reader, "shipped", lambda: read)


@pytest.fixture
def trainer(app: Flask, login: Callable[[int], FlaskClient]) -> Iterator[FlaskClient]:
    """A trainer of all courses, signed in."""
    with app.app_context():
        person = make.make_person(name="Yusuf Lamadjido", roles=[("TRAINER", None)])
        yield login(person)
        db.session.remove()


def send(browser: FlaskClient, content: bytes, filename: str = "kursus-lengkap.zip") -> Any:
    return browser.post("/studio/unggah", data={"berkas": (io.BytesIO(content), filename)})


def sent(browser: FlaskClient, content: bytes, filename: str = "kursus-lengkap.zip") -> str:
    """The address of an upload's page."""
    answer = send(browser, content, filename)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def good(**changed: bytes) -> bytes:
    return zip_of({**files_of(GOOD), **changed}, KEY)


def edited(word: str, replacement: str) -> bytes:
    files = files_of(GOOD)
    path = next(path for path, content in files.items() if word.encode() in content)
    return good(**{path: files[path].replace(word.encode(), replacement.encode())})


def adopt(browser: FlaskClient, address: str) -> str:
    """The address of the draft that an upload became."""
    answer = browser.post(f"{address}/naskah")
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


class Studio:
    """From an upload to an edition, by two trainers: made the draft, sent in, approved, published."""

    def __init__(self, first: FlaskClient, second: FlaskClient) -> None:
        self.first, self.second = first, second

    def approved(self, address: str) -> str:
        """The address of the draft, approved by the second trainer."""
        draft = adopt(self.first, address)
        self.first.post(f"{draft}/kirim", data={"catatan": ""})
        self.second.post(f"{draft}/putusan", data={"telaah": "1", "putusan": "setuju", "alasan": ""})
        return draft

    def publish(self, draft: str, **form: str) -> Any:
        values = {"perubahan": "SUBSTANCE", "ulang": "NOBODY", "catatan": "", **form}
        return self.first.post(f"{draft}/terbit", data=values, follow_redirects=True)


@pytest.fixture
def studio(trainer: FlaskClient, login: Callable[[int], FlaskClient]) -> Studio:
    return Studio(trainer, login(make.make_person(name="Maria Kambu", roles=[("TRAINER", None)])))


@pytest.fixture
def publish(studio: Studio) -> Publish:
    return lambda address, **form: studio.publish(studio.approved(address), **form)


def editions() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(CourseVersion)).scalar_one()


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def test_a_good_folder_is_previewed_and_published(trainer: FlaskClient, publish: Publish) -> None:
    address = sent(trainer, good())
    page = words(trainer.get(address))
    assert "Siap terbit sebagai kursus baru" in page
    assert "Netral di hari kerja" in page
    assert editions() == 0

    done = publish(address)
    assert "Terbitan 1 sudah berlaku." in done.text
    assert editions() == 1
    assert "Isinya sama dengan terbitan 1" in trainer.get(address).text
    assert "Netral di hari kerja" in trainer.get("/studio/").text
    assert "Yusuf Lamadjido" in words(trainer.get(f"/studio/kursus/{KEY}"))


def test_the_preview_shows_text_consequences_and_keys(trainer: FlaskClient) -> None:
    address = sent(trainer, good())
    first = re.search(r'href="([^"]+/modul/[^"]+)"', trainer.get(address).text)
    assert first
    page = trainer.get(first[1])
    assert page.status_code == 200
    assert "Pratinjau, belum terbit" in page.text
    assert "Benar" in page.text
    assert "Pembahasan" in page.text
    assert "Pelanggaran" in page.text
    for src in re.findall(r'<img[^>]+src="([^"]+)"', page.text):
        image = trainer.get(src)
        assert image.status_code == 200
        assert image.headers["Content-Type"] == "image/png"


def test_pictures_of_the_preview_come_from_the_zip_and_nothing_else_does(trainer: FlaskClient) -> None:
    address = sent(trainer, good())
    pages = [
        trainer.get(a).text for a in re.findall(r'href="([^"]+/modul/[^"]+)"', trainer.get(address).text)
    ]
    assert any("/gambar/" in page for page in pages)
    assert not any(f'src="/kursus/{KEY}/media' in page for page in pages)
    assert trainer.get(f"{address}/gambar/{'0' * 64}").status_code == 404
    assert trainer.get(f"{address}/modul/tidak-ada").status_code == 404


def test_all_twenty_mistakes_stand_on_one_page(trainer: FlaskClient) -> None:
    address = sent(trainer, zip_of(files_of(BAD), BAD.name))
    page = trainer.get(address)
    text = words(page)
    planted = yaml.safe_load((FIXTURES / "dua-puluh-kesalahan.yaml").read_text())
    assert "20 kesalahan menahan penerbitan" in text
    for place, code in (row.split(" ") for row in planted["ditanam"]):
        assert f"<code>{code}</code>" in page.text
        assert f"Baris {place.split(':')[1]}:" in text
    assert "Baris 22: Bobot “tepatt” tidak dikenal." in text
    assert "Mungkin maksud Anda <code>tepat</code>" in page.text
    assert "HTML “&lt;b&gt;” tidak dipakai" in page.text
    assert "/naskah" not in page.text


def test_mistakes_are_told_in_the_readers_language(trainer: FlaskClient) -> None:
    address = sent(trainer, zip_of(files_of(BAD), BAD.name))
    trainer.set_cookie("bahasa", "en")
    assert "Did you mean" in trainer.get(address).text


def test_a_folder_with_mistakes_becomes_a_draft_only_when_asked_and_is_never_published(
    trainer: FlaskClient,
) -> None:
    draft = adopt(trainer, sent(trainer, zip_of(files_of(BAD), BAD.name)))
    answer = trainer.post(f"{draft}/kirim", data={"catatan": ""}, follow_redirects=True)
    assert "masih berisi kesalahan" in answer.text
    assert trainer.get(f"{draft}/terbit").status_code == 302
    assert trainer.post(f"{draft}/terbit", data={"perubahan": "TYPO", "ulang": "NOBODY"}).status_code == 302
    assert editions() == 0


def test_pressing_publish_twice_publishes_once(trainer: FlaskClient, publish: Publish) -> None:
    address = sent(trainer, good())
    publish(address)
    draft = db.session.execute(select(CourseDraft.public_id)).scalar_one()
    again = trainer.post(
        f"/studio/naskah/{draft}/terbit", data={"perubahan": "TYPO", "ulang": "NOBODY"}, follow_redirects=True
    )
    assert again.status_code == 200
    assert editions() == 1
    assert db.session.execute(select(func.count()).select_from(PublishLog)).scalar_one() == 1


def test_nobody_publishes_what_only_they_have_read(trainer: FlaskClient) -> None:
    draft = adopt(trainer, sent(trainer, good()))
    trainer.post(f"{draft}/kirim", data={"catatan": ""})
    alone = trainer.post(
        f"{draft}/putusan", data={"telaah": "1", "putusan": "setuju", "alasan": ""}, follow_redirects=True
    )
    assert alone.status_code == 403
    assert "Yang menyetujui harus orang lain." in words(alone)
    assert trainer.get(f"{draft}/terbit").status_code == 302
    assert editions() == 0


def test_the_same_content_again_has_nothing_to_publish(trainer: FlaskClient, publish: Publish) -> None:
    publish(sent(trainer, good()))
    page = trainer.get(sent(trainer, good()))
    assert "Isinya sama dengan terbitan 1" in page.text
    assert "Terbitkan kursus" not in page.text


def test_what_changed_is_named_before_publishing(trainer: FlaskClient, publish: Publish) -> None:
    publish(sent(trainer, good()))
    page = words(trainer.get(sent(trainer, edited("Netral di hari kerja", "Netral setiap hari"))))
    assert "Siap terbit sebagai pengganti terbitan 1" in page
    assert "Semula" in page
    assert "Netral setiap hari" in page


def test_who_must_redo_is_asked_with_numbers(trainer: FlaskClient, studio: Studio, publish: Publish) -> None:
    publish(sent(trainer, good()))
    unit = make.make_unit(make.make_agency())
    for _ in range(3):
        make.begin(make.make_person(unit), KEY)
    draft = studio.approved(sent(trainer, edited("Netral di hari kerja", "Netral setiap hari")))
    assert "Yang sedang belajar: 3 orang mulai lagi" in words(trainer.get(f"{draft}/terbit"))
    studio.publish(draft, ulang="IN_PROGRESS")
    again = studio.approved(sent(trainer, edited("Netral di hari kerja", "Netral sekali lagi")))
    assert "Yang sedang belajar: 0 orang" in words(trainer.get(f"{again}/terbit"))


def test_the_log_tells_why_and_who_in_words(trainer: FlaskClient, studio: Studio, publish: Publish) -> None:
    assert "Kursus baru untuk loket." in words(
        publish(sent(trainer, good()), catatan="Kursus baru untuk loket.")
    )
    draft = studio.approved(sent(trainer, edited("Netral di hari kerja", "Netral setiap hari")))
    page = studio.publish(draft, ulang="BEFORE", sebelum="2026-03-01", catatan="<b>Setiap</b> hari")
    assert "yang lulus sebelum 1 Maret 2026" in words(page)
    assert "&lt;b&gt;Setiap&lt;/b&gt; hari" in page.text


def test_a_draft_in_which_nothing_was_touched_changes_nothing(trainer: FlaskClient, publish: Publish) -> None:
    # The course has dilemmas with citations: their icons are stored, and left out of what pages read.
    publish(sent(trainer, good()))
    draft = trainer.post(f"/studio/naskah/kursus/{KEY}").headers["Location"]
    page = words(trainer.get(f"{draft}/telaah"))
    assert "Yang dibaca peserta tetap sama." in page
    assert "Dilema berubah" not in page


def test_a_mistake_leads_to_its_line(trainer: FlaskClient) -> None:
    draft = adopt(trainer, sent(trainer, good()))
    path = re.findall(r"/berkas/(0[0-9a-z-]+[.]md)", trainer.get(draft).text)[0]
    page = trainer.get(f"{draft}/berkas/{path}")
    digest = re.search(r'name="dasar" value="(\w+)"', page.text)
    assert digest
    text = "---\njudul: Rusak\n---\n\n::: soal tanpa-isi\n:::\n"
    trainer.post(f"{draft}/berkas/{path}", data={"isi": text, "dasar": digest[1]})
    found = trainer.get(f"{draft}/periksa").text
    assert f'{path}#baris-5">Baris 5</a>' in found


def test_a_form_with_an_unknown_choice_comes_back_with_a_sentence(
    trainer: FlaskClient, publish: Publish
) -> None:
    publish(sent(trainer, good()))
    address = sent(trainer, edited("Netral di hari kerja", "Netral setiap hari"))
    answer = publish(address, perubahan="GANTI", ulang="SIAPA")
    assert answer.status_code == 422
    assert "Pilih salah satu jenis perubahan." in answer.text
    assert "Pilih salah satu kelompok." in answer.text
    assert editions() == 1


BROKEN = {
    "not-a-zip": (b"bukan zip", "zip-rusak"),
    "empty-file": (b"", "zip-rusak"),
    "empty-zip": (zip_of({}), "tanpa-kursus"),
    "traversal": (zip_of({"../../etc/passwd": b"x", "kursus.md": b"x"}), "jalur-berbahaya"),
    "absolute": (zip_of({"/etc/passwd": b"x", "kursus.md": b"x"}), "jalur-berbahaya"),
    "bomb": (zip_of({"kursus.md": b"\0" * 40_000_000}), "berkas-terlalu-besar"),
    "many": (zip_of({f"media/{n}.png": b"x" for n in range(2_500)}), "terlalu-banyak-berkas"),
    "no-course-file": (zip_of({"01-satu.md": b"# x"}), "tanpa-kursus"),
    "not-utf-8": (zip_of({"kursus.md": b"\xff\xfe\x00j"}), "bukan-utf8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_comes_in_is_answered_with_a_sentence(trainer: FlaskClient, name: str) -> None:
    content, code = BROKEN[name]
    answer = send(trainer, content, "kursus-lengkap.zip")
    if name == "empty-file" and answer.status_code == 422:
        assert "Pilih berkas zip kursus." in answer.text
        return
    assert answer.status_code == 302
    page = trainer.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "menahan penerbitan" in page.text
    assert f"<code>{code}</code>" in page.text, words(page)


def test_no_file_is_asked_for(trainer: FlaskClient) -> None:
    answer = trainer.post("/studio/unggah", data={})
    assert answer.status_code == 422
    assert "Pilih berkas zip kursus." in answer.text


def test_the_name_of_the_file_cannot_break_the_page(trainer: FlaskClient) -> None:
    address = sent(trainer, good(), "<script>alert(1)</script>.zip")
    page = trainer.get(address).text
    assert "<script>alert" not in page
    assert "<script>alert" not in trainer.get("/studio/").text


def test_a_zip_without_a_folder_takes_the_one_course_of_its_trainer(
    app: Flask, login: Callable[[int], FlaskClient], trainer: FlaskClient
) -> None:
    browser = login(make.make_person(roles=[("TRAINER", KEY)]))
    address = sent(browser, zip_of(files_of(GOOD)), "unduhan (1).zip")
    assert "Siap terbit" in browser.get(address).text


def test_a_trainer_of_another_course_finds_nothing(
    app: Flask, login: Callable[[int], FlaskClient], trainer: FlaskClient, publish: Publish
) -> None:
    address = sent(trainer, good())
    other = login(make.make_person(name="Pelatih Lain", roles=[("TRAINER", "kursus-lain")]))
    module = re.search(r'href="([^"]+/modul/[^"]+)"', trainer.get(address).text)
    assert module
    assert other.get(address).status_code == 404
    assert other.get(module[1]).status_code == 404
    assert (
        other.post(f"{address}/terbitkan", data={"perubahan": "TYPO", "ulang": "NOBODY"}).status_code == 404
    )
    publish(address)
    assert other.get(f"/studio/kursus/{KEY}").status_code == 404
    assert other.get(f"/studio/kursus/{KEY}/layanan").status_code == 404
    assert "Netral di hari kerja" not in other.get("/studio/").text

    refused = send(other, good())
    assert refused.status_code == 422
    assert "kursus-lain" in refused.text
    count = select(func.count()).select_from(CourseUpload)
    assert db.session.execute(count).scalar_one() == 1


def test_an_upload_that_does_not_exist_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get("/studio/unggahan/6a3d2d1e-0000-4000-8000-000000000000").status_code == 404
    assert trainer.get("/studio/unggahan/bukan-uuid").status_code == 404
    assert trainer.get("/studio/kursus/tidak-ada").status_code == 404


@pytest.mark.parametrize("role", [None, "SUPERVISOR", "HR"])
def test_the_studio_is_for_trainers(
    app: Flask, login: Callable[[int], FlaskClient], role: str | None
) -> None:
    with app.app_context():
        unit = make.make_agency()
        person = make.make_person(unit, roles=[(role, unit)] if role else [])
    browser = login(person)
    for path in ("/studio/", "/studio/unggah"):
        assert browser.get(path).status_code == 403


def test_an_admin_of_one_agency_has_no_studio_and_one_of_everything_has(
    app: Flask, login: Callable[[int], FlaskClient]
) -> None:
    with app.app_context():
        unit = make.make_agency()
        local = make.make_person(unit, roles=[("ADMIN", unit)])
        full = make.make_person(roles=[("ADMIN", None)])
    assert login(local).get("/studio/").status_code == 403
    assert login(full).get("/studio/").status_code == 200


def test_the_studio_shows_sums_and_no_learner(trainer: FlaskClient, publish: Publish) -> None:
    publish(sent(trainer, good()))
    unit = make.make_unit(make.make_agency())
    make.begin(make.make_person(unit, "Ratna Wulandari"), KEY)
    address = sent(trainer, edited("Netral di hari kerja", "Netral setiap hari"))
    for path in ("/studio/", f"/studio/kursus/{KEY}", address):
        assert "Ratna" not in trainer.get(path).text


def test_keys_of_the_edition_that_is_out_are_for_the_trainer_only(
    trainer: FlaskClient, login: Callable[[int], FlaskClient], publish: Publish
) -> None:
    publish(sent(trainer, good()))
    page = trainer.get(f"/studio/kursus/{KEY}").text
    module = re.search(rf'href="(/studio/kursus/{KEY}/[^"]+)"', page.partition('id="modul"')[2])
    assert module
    assert "Pembahasan" in trainer.get(module[1]).text
    assert login(make.make_person()).get(module[1]).status_code == 403


def test_uploads_are_limited_by_the_hour(trainer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.studio.UPLOADS", "1/hour")
    assert send(trainer, b"x").status_code == 302
    assert send(trainer, b"x").status_code == 429


def test_no_module_can_hide_behind_another_page(app: Flask) -> None:
    # Words that studio addresses use right below a course are reserved; those of the learner's pages answer to POST only
    # or need more behind them, so a module of that name is reached.
    below: dict[str, set[str]] = {"/studio/kursus/<key>/": set(), "/kursus/<key>/": set()}
    for rule in app.url_map.iter_rules():
        for start, found in below.items():
            if rule.rule.startswith(start):
                found.add(rule.rule.removeprefix(start).split("/")[0])
    studio, learner = ({word for word in found if KEY_WORD.fullmatch(word)} for found in below.values())
    assert studio == RESERVED
    address = app.url_map.bind("localhost")
    assert learner - RESERVED
    for word in learner - RESERVED:
        assert address.match(f"/kursus/k/{word}", method="GET")[0] == "courses.module", word
