"""Writing one file of a draft: saving in every way, two people, history, review, hostile text, and all of it without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from courses import checking, draft_queries, samples, services
from courses.format import quality, single
from courses.models import DraftRevision, SaveKind
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.transaction import write
from tests import factories as make

PATH = "01-pembuka.md"
XSS = """<script>alert(1)</script> <img src=x onerror=alert(1)> [klik](javascript:alert(1)) </textarea><b onclick="x()">"""
Login = Callable[[int], FlaskClient]


def at(draft: str, more: str = "", path: str = PATH) -> str:
    return f"/studio/naskah/{draft}/berkas/{path}{more}"


def now_in(draft: str, path: str = PATH) -> Any:
    found = draft_queries.draft(draft, None)
    assert found is not None
    file = found.file(path)
    db.session.rollback()
    return file


def saving(browser: FlaskClient, draft: str, text: str, base: str, **values: str) -> Any:
    return browser.post(at(draft, "/simpan"), json={"isi": text, "dasar": base, **values})


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def box_in(page: str) -> str:
    found = re.search(r'<textarea[^>]*id="naskah"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def base_in(page: str) -> str:
    found = re.search(r'name="dasar" value="([0-9a-f]{64}|removed)"', page)
    assert found
    return found[1]


# --- The page -----------------------------------------------------------------------------------------------------


def test_the_page_shows_text_problems_and_preview_with_the_key(login: Login, author: int, draft: str) -> None:
    page = login(author).get(at(draft)).get_data(as_text=True)
    assert box_in(page) == now_in(draft).content
    assert base_in(page) == now_in(draft).digest
    assert "Tidak ada kesalahan" in page
    assert "1 soal dengan kunci" in page
    assert "Pada gilirannya" in page
    assert "Kunci hanya terlihat oleh penulis" in page
    assert 'data-insert="::: dilema dilema-baru' in page


@pytest.mark.parametrize("path", ["kursus.md", "ringkasan.md", "glosarium.md"])
def test_every_kind_of_file_has_a_preview_and_what_fits_it(
    login: Login, author: int, draft: str, path: str
) -> None:
    if path != "kursus.md":
        write(
            services.save_text,
            public_id=draft,
            path=path,
            content=checking.starting_text(path, "Judul"),
            base="",
            kind=SaveKind.SAVED,
            person_id=author,
            now=clock.now(),
        )
    page = login(author).get(at(draft, path=path)).get_data(as_text=True)
    assert {"kursus.md": "Untuk siapa", "ringkasan.md": "Tulis intinya", "glosarium.md": "Bakal calon"}[
        path
    ] in page
    assert "::: soal" not in page
    assert 'name="jenis" value="perbuatan"' not in page


def test_a_file_the_draft_never_had_and_a_course_out_of_reach_are_not_there(
    login: Login, author: int, draft: str, db_session: Any
) -> None:
    foreign = login(make.make_person(roles=[("TRAINER", "kursus-lain")]))
    for browser, path in ((foreign, PATH), (login(author), "09-tidak-ada.md")):
        for more in ("", "/riwayat", "/riwayat/1"):
            assert browser.get(at(draft, more, path)).status_code == 404
        for more in ("", "/simpan", "/pratinjau", "/hadir", "/pulihkan", "/hapus"):
            sent = browser.post(at(draft, more, path), data={"isi": "x", "dasar": "", "nomor": "1"})
            assert sent.status_code == 404, more


@pytest.mark.parametrize(
    "key", [key for key, *_rest in [(s.key,) for _n, ss in samples.menus(PATH) for s in ss]]
)
def test_every_template_is_correct_where_it_is_put(key: str) -> None:
    listed = {sample.key: sample for _name, found in samples.menus(PATH) for sample in found}
    sample, module = listed[key], checking.starting_text(PATH, "Pembuka")
    assert sample.pick in sample.text
    text = f"{module}\n{sample.text}"
    if sample.mode in {samples.OPTION, samples.SCENE}:
        arrow = " ->adegan-baru" if sample.mode == samples.SCENE else ""
        dilemma = (
            listed["dilema"]
            .text.removesuffix(":::\n")
            .replace("{.kurang-tepat}", f"{{.kurang-tepat{arrow}}}")
        )
        text = f"{module}\n{dilemma}\n{sample.text}:::\n"
    found = {problem.code for problem in single.problems_in(PATH, text, names={PATH, "kursus.md"})}
    # Four questions for an objective, and words of one's own: neither is there when a module is begun.
    assert found <= {"tujuan-kurang-soal", "teks-contoh"}


def test_templates_of_other_files_are_correct_there() -> None:
    heads = {"kursus.md": checking.starting_texts(title="Uji", code="UJI", jp=1)["kursus.md"]}
    for path in ("kursus.md", "ringkasan.md", "glosarium.md"):
        for _name, found in samples.menus(path):
            for sample in found:
                text = f"{heads.get(path) or checking.starting_text(path, 'Judul')}\n{sample.text}"
                found_there = {problem.code for problem in single.problems_in(path, text, names={path})}
                assert found_there <= {"teks-contoh"}, (path, sample.key)


def test_every_hint_of_a_template_is_known_as_one() -> None:
    """Whoever leaves it standing is told; "Tulis pembahasannya." could be published otherwise."""
    begun = [*checking.starting_texts(title="Uji", code="UJI", jp=1).values()]
    begun += [checking.starting_text(path, "Uji") for path in ("ringkasan.md", "glosarium.md")]
    texts = [
        *begun,
        *(s.text for path in (PATH, "glosarium.md") for _n, ss in samples.menus(path) for s in ss),
    ]
    hints = {hint for text in texts for hint in re.findall(r"Tulis [^.?{/\n]*[.?]?", text)}
    assert {hint.strip() for hint in hints} <= quality.LEFTOVERS
    found = single.problems_in(PATH, f"{begun[1]}\n{samples.DILEMMAS[0].text}", names={PATH, "kursus.md"})
    assert [p.code for p in found].count("teks-contoh") >= 4


def test_words_of_an_image_cannot_break_out_of_its_markdown() -> None:
    assert samples.picture("media/a.png", "Alur ]( [layanan]\n") == "![Alur )( (layanan)](media/a.png)\n"
    assert samples.picture("media/a.png", "") == "![Tulis keterangan gambar](media/a.png)\n"


# --- Saving while one types ---------------------------------------------------------------------------------------


def test_a_save_answers_with_the_next_base_and_with_what_is_wrong(
    login: Login, author: int, draft: str
) -> None:
    browser, before = login(author), now_in(draft)
    answer = saving(browser, draft, before.content + "\n::: soal x\n", before.digest)
    told = answer.get_json()
    assert answer.status_code == 200
    assert now_in(draft).digest == told["digest"] != before.digest
    assert now_in(draft).kind is SaveKind.AUTO
    assert re.fullmatch(r"\d\d\.\d\d", told["at"])
    assert "Wening" in told["by"]
    unclosed = next(p for p in told["problems"] if p["code"] == "blok-belum-ditutup")
    assert unclosed["tone"] == "bad"
    assert "`" not in unclosed["text"]
    again = saving(browser, draft, before.content + "\n::: soal y\n", told["digest"], tombol="simpan")
    assert again.status_code == 200
    assert now_in(draft).kind is SaveKind.SAVED


def test_a_repeated_save_is_the_same_save(login: Login, author: int, draft: str) -> None:
    browser, base = login(author), now_in(draft).digest
    first = saving(browser, draft, "satu\n", base).get_json()
    # The answer was lost on the way, the browser sends the same once more.
    again = saving(browser, draft, "satu\n", base)
    assert again.status_code == 200
    assert again.get_json()["digest"] == first["digest"]


@pytest.mark.parametrize("same_person", [True, False])
def test_a_text_made_from_an_older_one_is_refused_with_both_texts(
    login: Login, author: int, second: int, draft: str, same_person: bool
) -> None:
    """Another person, and another tab of the same person: neither overwrites in silence."""
    base = now_in(draft).digest
    mine, other = login(author), login(author if same_person else second)
    first = saving(mine, draft, "---\njudul: Satu\n---\nKalimat dari <b>satu</b>.\n", base)
    assert first.status_code == 200
    refused = saving(other, draft, "---\njudul: Satu\n---\nKalimat dari dua.\n", base)
    told = refused.get_json()
    assert refused.status_code == 409
    assert told["code"] == "courses.text_changed"
    assert told["digest"] == first.get_json()["digest"]
    assert "Wening" in told["by"]
    assert told["isi"] == now_in(draft).content
    assert "<del>" in told["html"]
    assert "<ins>dua" in told["html"]
    assert "<b>satu</b>" not in told["html"]
    assert "person" not in told
    # Having seen both, one's own is saved on top of the newest.
    kept = saving(other, draft, "---\njudul: Satu\n---\nKalimat dari dua.\n", told["digest"])
    assert kept.status_code == 200
    # And now the first tab is the one that is behind.
    assert saving(mine, draft, "---\njudul: Tiga\n---\n", first.get_json()["digest"]).status_code == 409
    kinds = db.session.scalars(select(DraftRevision.content).where(DraftRevision.path == PATH)).all()
    assert any("dua" in (content or "") for content in kinds)


def test_a_text_whose_file_was_removed_meanwhile_is_not_lost(
    login: Login, author: int, second: int, draft: str
) -> None:
    base = now_in(draft).digest
    login(second).post(at(draft, "/hapus"), data={"dasar": base})
    assert now_in(draft) is None
    browser = login(author)
    refused = saving(browser, draft, "teks saya\n", base)
    told = refused.get_json()
    assert refused.status_code == 409
    assert "dihapus" in told["html"]
    assert saving(browser, draft, "teks saya\n", told["digest"]).status_code == 200
    assert now_in(draft).content == "teks saya\n"


def test_what_cannot_be_saved_says_why_and_changes_nothing(login: Login, author: int, draft: str) -> None:
    browser, before = login(author), now_in(draft)
    long = saving(browser, draft, "a" * 300_000, before.digest)
    assert long.status_code == 422
    assert (
        "lebih panjang dari 256 kB"
        in browser.post(
            at(draft, "/simpan"),
            data={"isi": "a" * 300_000, "dasar": before.digest},
            content_type="multipart/form-data",
            headers={"Accept": "application/json"},
        ).get_json()["text"]
    )
    for body in ([], {"isi": 7}, {"dasar": before.digest}, "teks"):
        assert browser.post(at(draft, "/simpan"), json=body).status_code == 422
    assert now_in(draft) == before


@pytest.mark.parametrize(
    "text", ["\0nol", "\ud800", "a\r\nb\rc", "\u202ebalik", "[" * 5000, ":::" * 2000, "---\n" * 500, "  \n"]
)
def test_odd_texts_are_kept_and_looked_at(login: Login, author: int, draft: str, text: str) -> None:
    browser = login(author)
    answer = saving(browser, draft, text, now_in(draft).digest)
    assert answer.status_code == 200
    assert browser.post(at(draft, "/pratinjau"), json={"isi": text}).status_code == 200
    assert browser.get(at(draft)).status_code == 200
    assert saving(browser, draft, f"{text} lagi", "0" * 64).status_code == 409


def test_two_texts_of_nothing_but_brackets_are_not_compared_for_minutes(
    login: Login, author: int, draft: str
) -> None:
    browser = login(author)
    assert saving(browser, draft, "[" * 200_000, now_in(draft).digest).status_code == 200
    started = clock.now()
    told = saving(browser, draft, "[" * 199_000, "0" * 64)
    assert told.status_code == 409
    assert "<del>" in told.get_json()["html"]
    assert (clock.now() - started).total_seconds() < 10


def test_the_preview_is_of_the_text_that_was_sent_not_of_the_saved_one(
    login: Login, author: int, draft: str
) -> None:
    before = now_in(draft)
    text = before.content.replace("Bagian pertama", "Bagian yang baru") + "\n::: dilema x\n"
    part = login(author).post(at(draft, "/pratinjau"), json={"isi": text}).get_data(as_text=True)
    assert "Bagian yang baru" in part
    assert 'data-part="problems"' in part
    assert "<html" not in part
    line = text.split("\n").index("::: dilema x") + 1
    assert f'data-line="{line}"' in part
    assert now_in(draft) == before


def test_looking_has_a_limit_and_saving_has_none(login: Login, author: int, draft: str) -> None:
    browser = login(author)
    answers = {browser.post(at(draft, "/pratinjau"), json={"isi": "---"}).status_code for _ in range(155)}
    assert answers == {200, 429}
    assert saving(browser, draft, "tetap tersimpan\n", now_in(draft).digest).status_code == 200


# --- Two people ---------------------------------------------------------------------------------------------------


def test_the_second_is_told_who_has_the_file_open(login: Login, author: int, second: int, draft: str) -> None:
    hers, his = login(author), login(second)
    assert "Wening Astuti sedang membuka" not in text_of(hers.get(at(draft)))
    assert "Wening Astuti sedang membuka berkas ini." in text_of(his.get(at(draft)))
    assert hers.post(at(draft, "/hadir")).get_json()["others"] == ["Yusuf Lamadjido"]
    assert his.post(at(draft, "/hadir", "kursus.md")).get_json()["others"] == []
    saved = saving(his, draft, "teks Yusuf\n", now_in(draft).digest).get_json()
    told = hers.post(at(draft, "/hadir")).get_json()
    assert told["digest"] == saved["digest"]
    assert told["by"] == "Yusuf Lamadjido"


# --- Without script -----------------------------------------------------------------------------------------------


def test_without_script_a_text_is_saved_and_looked_at(login: Login, author: int, draft: str) -> None:
    browser = login(author)
    page = browser.get(at(draft)).get_data(as_text=True)
    text = box_in(page).replace("\n", "\r\n") + "\r\n::: catatan\r\n"  # as browsers send lines
    sent = browser.post(at(draft), data={"isi": text, "dasar": base_in(page), "tombol": "lihat"})
    assert sent.status_code == 302
    assert sent.headers["Location"].endswith("#pratinjau")
    assert now_in(draft).content == text.replace("\r\n", "\n")
    assert now_in(draft).kind is SaveKind.SAVED
    after = browser.get(at(draft)).get_data(as_text=True)
    line = now_in(draft).content.split("\n").index("::: catatan") + 1
    assert "kesalahan menahan penerbitan" in after
    assert f'href="#baris-{line}"' in after
    assert f'<li id="baris-{line}">::: catatan' in after


def test_without_script_a_conflict_keeps_ones_text_in_the_box(
    login: Login, author: int, second: int, draft: str
) -> None:
    mine, his = login(author), login(second)
    page = mine.get(at(draft)).get_data(as_text=True)
    saving(his, draft, box_in(page) + "Kalimat Yusuf.\n", base_in(page))
    refused = mine.post(at(draft), data={"isi": box_in(page) + "Kalimat saya.\n", "dasar": base_in(page)})
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert box_in(shown).endswith("Kalimat saya.\n")
    assert "Yusuf Lamadjido menyimpan teks lain" in text_of(refused)
    assert "Kalimat Yusuf." in shown
    again = mine.post(at(draft), data={"isi": box_in(shown), "dasar": base_in(shown)})
    assert again.status_code == 302
    assert now_in(draft).content.endswith("Kalimat saya.\n")


def test_without_script_a_text_that_is_too_long_stays_in_the_box(
    login: Login, author: int, draft: str
) -> None:
    before = now_in(draft)
    text = "kata " * 60_000
    refused = login(author).post(
        at(draft), data={"isi": text, "dasar": before.digest}, content_type="multipart/form-data"
    )
    assert refused.status_code == 422
    assert "lebih panjang dari 256 kB" in text_of(refused)
    assert box_in(refused.get_data(as_text=True)) == text
    assert now_in(draft) == before


def test_places_to_cite_are_found_by_name_number_and_words(login: Login, author: int) -> None:
    browser = login(author)
    found = browser.get("/studio/naskah/rujukan?q=pp+94+5+n&sisip=1").get_data(as_text=True)
    assert 'data-insert="[@pp-94-2021 pasal-5-n-6]"' in found
    assert "uu-20-2023" not in found
    # Opened in a tab of its own there is nothing to insert into: there it is copied.
    alone = browser.get("/studio/naskah/rujukan?q=pp+94+5+n").get_data(as_text=True)
    assert 'data-copy="[@pp-94-2021 pasal-5-n-6]"' in alone
    assert "data-insert" not in alone
    assert "[@uu-20-2023" in browser.get("/studio/naskah/rujukan?q=netralitas").get_data(as_text=True)
    acts = browser.get("/studio/naskah/rujukan?jenis=perbuatan&q=grup&sisip=1").get_data(as_text=True)
    assert 'data-mode="katalog"' in acts
    nothing = browser.get("/studio/naskah/rujukan?q=%3Cscript%3Exyz").get_data(as_text=True)
    assert "Tidak ada yang cocok" in nothing
    assert "<script>xyz" not in nothing


# --- Review, history ----------------------------------------------------------------------------------------------


def test_in_review_the_page_is_read_only_and_says_why(login: Login, author: int, draft: str) -> None:
    browser, before = login(author), now_in(draft)
    write(
        services.submit_draft,
        public_id=draft,
        tree=services.tree_of(now_id(draft)),
        note="",
        person_id=author,
        now=clock.now(),
    )
    page = browser.get(at(draft)).get_data(as_text=True)
    assert "Hanya untuk dibaca" in page
    assert "sedang ditelaah" in page
    assert re.search(r"<textarea[^>]* readonly", page)
    assert 'value="simpan"' not in page
    refused = browser.post(
        at(draft, "/simpan"),
        json={"isi": "diam-diam", "dasar": before.digest},
        headers={"Accept": "application/json"},
    )
    assert refused.status_code == 409
    assert refused.get_json()["code"] == "courses.draft_in_review"
    sent = browser.post(at(draft), data={"isi": "diam-diam", "dasar": before.digest})
    assert sent.status_code == 409
    assert box_in(sent.get_data(as_text=True)) == "diam-diam"
    for more in ("/pulihkan", "/hapus"):
        browser.post(at(draft, more), data={"nomor": "1", "dasar": before.digest})
    assert now_in(draft) == before


def now_id(draft: str) -> int:
    found = draft_queries.draft(draft, None)
    assert found is not None
    db.session.rollback()
    return found.id


def test_an_earlier_text_is_compared_and_restored(login: Login, author: int, draft: str) -> None:
    browser, first = login(author), now_in(draft)
    changed = first.content.replace("Bagian pertama", "Bagian kedua")
    saving(browser, draft, changed, first.digest, tombol="simpan")
    history = text_of(browser.get(at(draft, "/riwayat")))
    assert "Nomor 2" in history
    assert "Awal naskah" in history
    old = browser.get(at(draft, "/riwayat/1")).get_data(as_text=True)
    assert "<del>pertama</del><ins>kedua</ins>" in old
    stale = browser.post(at(draft, "/pulihkan"), data={"nomor": "1", "dasar": first.digest})
    assert stale.headers["Location"].endswith("/riwayat/1")
    assert now_in(draft).content == changed
    done = browser.post(at(draft, "/pulihkan"), data={"nomor": "1", "dasar": base_in(old)})
    assert done.headers["Location"].endswith(PATH)
    assert now_in(draft).content == first.content
    assert (now_in(draft).number, now_in(draft).kind) == (3, SaveKind.RESTORED)
    assert "Ini teks yang berlaku sekarang" in text_of(browser.get(at(draft, "/riwayat/3")))
    for number in ("", "0", "x", "99999999999", "-1"):
        assert browser.post(at(draft, "/pulihkan"), data={"nomor": number, "dasar": ""}).status_code == 422


def test_a_removed_file_is_restored_from_its_history(login: Login, author: int, draft: str) -> None:
    browser, before = login(author), now_in(draft)
    browser.post(at(draft, "/hapus"), data={"dasar": "0" * 64})
    assert now_in(draft) == before
    browser.post(at(draft, "/hapus", "kursus.md"), data={"dasar": now_in(draft, "kursus.md").digest})
    assert now_in(draft, "kursus.md") is not None
    browser.post(at(draft, "/hapus"), data={"dasar": before.digest})
    assert now_in(draft) is None
    assert browser.get(at(draft)).headers["Location"].endswith("/riwayat")
    assert "dihapus dari naskah" in text_of(browser.get(at(draft, "/riwayat")))
    old = browser.get(at(draft, "/riwayat/1")).get_data(as_text=True)
    browser.post(at(draft, "/pulihkan"), data={"nomor": "1", "dasar": base_in(old)})
    assert now_in(draft).content == before.content


# --- Hostile text -------------------------------------------------------------------------------------------------


def test_hostile_text_stays_text_everywhere(login: Login, author: int, draft: str) -> None:
    browser, before = login(author), now_in(draft)
    hostile = (
        before.content.replace("judul: Pembuka", f"judul: '{XSS}'").replace(
            'judul: "Pembuka"', f"judul: '{XSS}'"
        )
        + f'\n{XSS}\n\n::: dilema x {{fase="{XSS[:40]}"}} "{XSS}"\n{XSS}\n\n### {XSS} {{.tepat}}\n{XSS}\n:::\n'
    )
    saved = saving(browser, draft, hostile, before.digest, tombol="simpan")
    assert saved.status_code == 200
    pages = [
        browser.get(at(draft)).get_data(as_text=True),
        browser.get(at(draft, "/riwayat")).get_data(as_text=True),
        browser.get(at(draft, "/riwayat/1")).get_data(as_text=True),
        browser.get(at(draft, "/riwayat/2")).get_data(as_text=True),
        browser.post(at(draft, "/pratinjau"), json={"isi": hostile}).get_data(as_text=True),
        saving(browser, draft, hostile + "!", before.digest).get_json()["html"],
    ]
    assert box_in(pages[0]) == now_in(draft).content
    for page in pages:
        for tag in re.findall(r"<[a-z][^>]*>", page):
            assert not re.search(r"\son[a-z]+\s*=", re.sub(r'="[^"]*"', "", tag)), tag
            assert "javascript:" not in tag.split("data-")[0] or tag.startswith("<textarea"), tag
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "</textarea><b" not in page
