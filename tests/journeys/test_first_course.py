"""A course from a blank page to two editions: a trainer who knows no markup, a second person, a learner."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from learning.people.demo_people import PASSWORD
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import NIP

KEY, TITLE, MODULE = "netral-di-loket", "Netral di loket", "01-pembuka.md"
LAW = "[@pp-94-2021 pasal-5-n-6]"
LESSON = "Senin pagi seorang anggota tim kampanye datang ke loket Anda dan meminta didahulukan."


PAIRS = (
    ("Pokok pertama", "Datang pertama", "Dilayani pertama"),
    ("Pokok kedua", "Datang kedua", "Dilayani sesudah yang pertama"),
    ("Pokok ketiga", "Datang terakhir", "Dilayani terakhir"),
)


class Way(NamedTuple):
    """One way to act in a scene."""

    action: str
    value: str
    consequence: str
    after: str = ""


FIRST_SCENE = (
    Way("Mempersilakan ia mengambil nomor antrean", "Tepat", f"Ia dilayani pada gilirannya. {LAW}"),
    Way("Meminta atasan yang memutuskan", "Kurang tepat", f"Antrean menunggu atasan. {LAW}"),
    Way("Melayaninya lebih dulu", "Pelanggaran", f"Warga lain memotretnya. {LAW}", "Ke adegan: adegan-2"),
)
SECOND_SCENE = (
    Way("Melapor kepada atasan dan meminta maaf", "Tepat", f"Atasan mencatat laporan Anda. {LAW}"),
    Way("Menunggu sampai ditanya", "Kurang tepat", f"Pemeriksaan berjalan tanpa keterangan Anda. {LAW}"),
    Way("Meminta warga menghapus fotonya", "Pelanggaran berat", f"Permintaan itu ikut beredar. {LAW}"),
)


@pytest.fixture(scope="module")
def office(new_server: Callable[[], LiveServer]) -> LiveServer:
    """A server of this module's own: a course is added to it."""
    return new_server()


class Desk:
    """What a trainer does in the studio, by what the pages say."""

    def __init__(self, page: Page, home: str = "") -> None:
        self.page, self.home = page, home

    def new_course(self) -> None:
        """From the studio's first page to a draft."""
        page = self.page
        page.goto("/studio/")
        page.get_by_role("link", name="Kursus baru").click()
        page.get_by_label("Judul").fill(TITLE)
        page.get_by_label("Kunci").fill(KEY)
        page.get_by_label("Kode").fill("NDL")
        page.get_by_label("Jam pelajaran").fill("1")
        page.get_by_role("button", name="Buat naskah").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        self.home = page.url

    def write(self, path: str) -> None:
        """Open a file in the editor."""
        self.page.goto(f"{self.home}/berkas/{path}")
        expect(self.page.locator(".cm-content")).to_be_visible()

    def replace_line(self, said: str, fresh: str) -> None:
        """Put other words in the place of a line."""
        self.page.locator(".cm-line").filter(has_text=said).last.click()
        # Once to where the line wraps, once more to where it really begins and ends.
        for key in ("Home", "Home", "Shift+End", "Shift+End", "Delete"):
            self.page.keyboard.press(key)
        self.page.keyboard.insert_text(fresh)

    def insert(self, menu: str, entry: str) -> None:
        """Press an entry of an insert menu."""
        self.page.get_by_role("group", name="Sisipkan").locator("summary", has_text=menu).click()
        self.page.get_by_role("button", name=entry, exact=True).click()

    def keep(self) -> None:
        """Save by the button, and see that it was kept."""
        self.page.get_by_role("button", name="Simpan", exact=True).click()
        expect(self.page.locator("[data-saved]")).to_contain_text("Tersimpan")
        expect(self.page.locator("[data-saved]")).not_to_contain_text("perubahan")

    def forms(self) -> None:
        """The list of dilemmas and questions."""
        self.page.goto(f"{self.home}/formulir/{MODULE}")

    def question(self, kind: str) -> None:
        """The form of a new question."""
        self.forms()
        self.page.locator("summary", has_text="Tambah soal").click()
        self.page.get_by_role("link", name=kind, exact=True).click()

    def save_form(self) -> None:
        """The button at the end of a form."""
        self.page.get_by_role("button", name="Simpan", exact=True).last.click()

    def send(self, note: str) -> None:
        """Check the whole course and send it to the second person."""
        self.page.goto(f"{self.home}/periksa")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Tidak ada kesalahan")
        self.page.get_by_label("Pesan untuk penelaah").fill(note)
        self.page.get_by_role("button", name="Kirim untuk ditelaah").click()
        self.page.wait_for_url("**/telaah")

    def publish(self) -> None:
        """Say yes to what the page asks before it publishes."""
        self.page.get_by_role("button", name="Terbitkan kursus").first.click()
        self.page.locator("dialog[open] [data-yes]").click()


def fill_scene(scene: Locator, story: str, ways: tuple[Way, ...]) -> None:
    scene.get_by_label("Cerita").fill(story)
    scene.get_by_label("Pertanyaan").fill("Apa yang Anda lakukan?")
    for number, way in enumerate(ways, start=1):
        part = scene.get_by_role("group", name=f"Tindakan {number}")
        part.get_by_label("Tindakan", exact=True).fill(way.action)
        part.get_by_label("Nilai tindakan").select_option(label=way.value)
        part.get_by_label("Akibatnya").fill(way.consequence)
        if way.after:
            part.get_by_label("Sesudah itu").select_option(label=way.after)


def write_dilemma(desk: Desk, look: Callable[[str], None]) -> None:
    """In the form view, with a mistake that the form tells at its field."""
    page = desk.page
    desk.forms()
    page.get_by_role("link", name="Tambah dilema").click()
    page.get_by_label("Judul", exact=True).fill("Minta didahulukan")
    page.get_by_label("Tempat").fill("Loket pelayanan")
    page.get_by_role("button", name="Tambah adegan").click()
    second = page.get_by_role("group", name="Adegan 2")
    second.get_by_label("Judul adegan").fill("Foto itu beredar")
    first = page.get_by_role("group", name="Adegan awal")
    fill_scene(first, "Pemimpin antrean partai berdiri di depan loket Anda.", FIRST_SCENE)
    fill_scene(second, "Sore harinya foto itu ada di grup warga.", SECOND_SCENE)
    wrong = first.get_by_role("group", name="Tindakan 1").get_by_label("Nilai tindakan")
    wrong.select_option(label="Dapat diterima")
    desk.save_form()
    expect(page.locator("main")).to_contain_text("Beri nilai “Tepat” pada paling sedikit satu tindakan")
    look("formulir-dilema")
    wrong.select_option(label="Tepat")
    desk.save_form()
    expect(page.locator("main")).to_contain_text("Tersimpan: minta-didahulukan.")
    look("formulir-daftar")


def write_questions_in_forms(desk: Desk) -> None:
    """Three kinds of question, each with its objective, explanation and citation."""
    page = desk.page

    def finish(key: str) -> None:
        page.get_by_role("textbox", name="Pembahasan").fill(f"Semua warga dilayani menurut urutan. {LAW}")
        page.get_by_label("Tujuan yang diuji").select_option(index=1)
        page.get_by_label("Tingkat kesukaran").select_option(label="Sedang")
        page.get_by_label("Kunci (boleh dikosongkan)").fill(key)
        desk.save_form()
        expect(page.locator("main")).to_contain_text(f"Tersimpan: {key}.")

    desk.question("Soal pilihan ganda")
    page.get_by_role("textbox", name="Pertanyaan", exact=True).fill(
        "Siapa yang dilayani lebih dulu di loket?"
    )
    words = ("Yang nomor antreannya lebih kecil", "Yang membawa surat partai", "Yang paling keras meminta")
    for number, text in enumerate(words, start=1):
        part = page.get_by_role("group", name=f"Pilihan {number}")
        part.get_by_label("Pilihan", exact=True).fill(text)
        if number > 1:
            part.get_by_label("Alasan").fill(f"Itu membeda-bedakan warga. {LAW}")
    page.get_by_role("group", name="Pilihan 1").get_by_label("Jawaban benar").check()
    finish("siapa-dulu")

    desk.question("Soal benar atau salah")
    page.get_by_role("textbox", name="Pertanyaan", exact=True).fill(
        "Petugas loket boleh memakai pin partai pada jam dinas."
    )
    page.get_by_label("Salah", exact=True).check()
    finish("pin-partai")

    desk.question("Soal isian singkat")
    page.get_by_role("textbox", name="Pertanyaan", exact=True).fill(
        "Warga dilayani menurut nomor apa? Jawab dengan satu kata."
    )
    page.get_by_role("group", name="Jawaban 1").get_by_label("Jawaban yang diterima").fill("antrean")
    finish("nomor-apa")


def write_in_the_editor(desk: Desk) -> None:
    """The lesson, and two questions from the insert menu; a mistake is told at its line and goes when it is mended."""
    page = desk.page
    desk.write(MODULE)
    desk.replace_line("Mulailah dengan satu peristiwa", f"{LESSON} {LAW}")
    expect(page.locator("[data-preview]")).to_contain_text(LESSON)
    page.keyboard.press("Control+End")
    desk.insert("Soal", "Menjodohkan")
    page.keyboard.insert_text("Pasangkan setiap warga dengan saat ia dilayani.")
    page.keyboard.press("Control+End")
    desk.insert("Soal", "Pilihan majemuk")
    page.keyboard.insert_text("Mana saja yang boleh dilakukan petugas loket?")
    desk.replace_line("- [x] Jawaban benar pertama", "- [ ] Jawaban benar pertama")
    desk.replace_line("- [x] Jawaban benar kedua", "- [ ] Jawaban benar kedua")
    problem = page.locator("[data-problems] li").filter(has_text="tanpa-jawaban-benar")
    expect(problem).to_be_visible()
    desk.replace_line("- [ ] Jawaban benar pertama", "- [x] Melayani menurut nomor")
    desk.replace_line("- [ ] Jawaban benar kedua", "- [x] Memberi tahu lama menunggu")
    desk.replace_line(
        "Pengecoh yang keliru", f"- [ ] Mendahulukan yang dikenal // Itu membeda-bedakan. {LAW}"
    )
    desk.replace_line("Tulis pembahasannya.", f"> Urutan berlaku untuk semua. {LAW}")
    desk.replace_line("Tulis pembahasannya.", f"> Setiap warga menunggu gilirannya. {LAW}")
    for said, left, right in PAIRS:
        desk.replace_line(said, f"- {left} => {right}")
    expect(problem).to_have_count(0)
    expect(page.locator("[data-problems]")).to_contain_text("Tidak ada kesalahan")
    expect(page.locator("[data-preview]")).to_contain_text("6 soal dengan kunci")
    desk.keep()


def test_from_a_blank_page_to_two_editions(
    office: LiveServer,
    page_at: Callable[..., Page],
    sign_in: Callable[..., None],
    assert_accessible: Callable[..., None],
    shot: Callable[..., object],
) -> None:
    author, second, learner = (page_at(width, server=office) for width in (1280, 1280, 360))
    sign_in(author, NIP["pengajar"], PASSWORD)
    sign_in(second, NIP["penelaah"], PASSWORD)
    sign_in(learner, NIP["asn_lulus"], PASSWORD)
    desk = Desk(author)

    def look(name: str) -> None:
        shot(author, f"kursus-pertama-{name}")
        assert_accessible(author)

    # Written
    desk.new_course()
    look("naskah")
    write_dilemma(desk, look)
    write_questions_in_forms(desk)
    write_in_the_editor(desk)
    desk.write("kursus.md")
    desk.replace_line("soal: 1", "  soal: 5")
    desk.replace_line("ringkas:", "ringkas: Melayani semua warga sama di tahun politik.")
    desk.replace_line("Tulis siapa yang mengikuti", "Petugas loket.")
    desk.keep()

    # Looked at as a learner will see it
    author.goto(desk.home)
    author.get_by_role("link", name="Coba sebagai peserta").click()
    expect(author.locator("main")).to_contain_text("tidak ada yang dicatat")
    look("coba")

    # Sent to the second person, who leaves a remark at a line and returns it
    desk.send("Kursus baru, mohon ditelaah.")
    expect(author.get_by_role("button", name="Simpan putusan")).to_have_count(0)
    second.goto("/studio/")
    second.get_by_role("link", name=TITLE).click()
    second.get_by_role("link", name="Buka telaah").click()
    expect(second.locator(".diff").filter(has_text=LESSON)).to_be_visible()
    second.locator("summary", has_text="Tulis catatan").click()
    second.get_by_label("Berkas").select_option(MODULE)
    second.get_by_role("spinbutton", name="Baris").fill("8")
    second.locator("[name=isi]").fill("Sebut di kantor mana ini terjadi.")
    second.get_by_role("button", name="Simpan catatan").click()
    expect(second.locator("#catatan ~ .card").first).to_contain_text(LESSON)
    second.get_by_role("radio", name="Kembalikan").check()
    second.get_by_label("Alasan").fill("Satu hal perlu diperjelas.")
    second.get_by_role("button", name="Simpan putusan").click()
    expect(second.locator("main")).to_contain_text("Naskah dikembalikan kepada penulisnya.")

    # Mended where the remark stands, sent again, approved by the second person, published by the author
    author.goto(desk.home)
    author.get_by_role("link", name="Lihat catatan pada barisnya").click()
    expect(author.locator("main")).to_contain_text("Sebut di kantor mana ini terjadi.")
    author.get_by_role("button", name="Tandai selesai").click()
    desk.write(MODULE)
    desk.replace_line(LESSON, f"{LESSON.replace('ke loket Anda', 'ke loket kantor kecamatan')} {LAW}")
    desk.keep()
    desk.send("Sudah disebut kantornya.")
    expect(author.get_by_role("region", name="Sejak dikembalikan pada telaah 1")).to_contain_text(
        "kantor kecamatan"
    )
    approve(second, desk)
    author.goto(desk.home)
    author.get_by_role("link", name="Terbitkan", exact=True).click()
    author.get_by_label("Dengan kata-kata").fill("Kursus pertama untuk petugas loket.")
    look("terbit")
    desk.publish()
    expect(author.locator("main")).to_contain_text("Terbitan 1 sudah berlaku.")
    expect(author.locator("main")).to_contain_text("Kursus pertama untuk petugas loket.")

    # A learner finds it in the catalogue and begins
    learner.goto("/kursus")
    learner.get_by_role("link", name=TITLE).click()
    learner.get_by_role("button", name="Mulai belajar").click()
    expect(learner.locator("main")).to_contain_text("kantor kecamatan")

    # One sentence is made clearer: the second person sees which words, and whoever is learning begins again
    author.get_by_role("button", name="Tulis perubahan").click()
    desk.home = author.url
    desk.forms()
    author.get_by_role("link", name="Petugas loket boleh memakai pin partai").click()
    author.get_by_role("textbox", name="Pertanyaan", exact=True).fill(
        "Petugas loket boleh memakai pin calon pada jam dinas."
    )
    desk.save_form()
    desk.send("Satu kata diperjelas.")
    approve(second, desk, removed="partai", added="calon")
    author.goto(f"{desk.home}/terbit")
    author.get_by_role("radio", name="Penjelasan").check()
    author.get_by_label("Dengan kata-kata").fill("Pin calon, bukan pin partai.")
    author.get_by_role("radio", name="Yang sedang belajar: 1 orang").check()
    look("terbit-lagi")
    desk.publish()
    expect(author.locator("main")).to_contain_text("Terbitan 2 sudah berlaku.")
    learner.goto(f"/kursus/{KEY}")
    expect(learner.locator("main")).to_contain_text(re.compile(r"Terbitan\s*2,"))
    assert_accessible(learner)


def approve(page: Page, desk: Desk, *, removed: str = "", added: str = "") -> None:
    """The second person reads what changes and approves."""
    page.goto(f"{desk.home}/telaah")
    if removed:
        words = page.get_by_role("region", name="Perubahan kata demi kata")
        expect(words.locator("del")).to_have_text(removed)
        expect(words.locator("ins")).to_have_text(added)
    page.get_by_role("radio", name="Setujui").check()
    page.get_by_role("button", name="Simpan putusan").click()
    expect(page.locator("main")).to_contain_text("Naskah disetujui.")
