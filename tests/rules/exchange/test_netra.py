"""Into Netra and out of it: the blocks are read by the course format, and only what a person must add is missing."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from courses.exchange import conversion
from courses.exchange.questions import Answer, Match, Question
from courses.exchange.read_netra import read_netra
from courses.exchange.write_netra import write_netra
from courses.format.problems import Severity
from quizzes.items import ItemKind
from tests.rules.courses import reading
from tests.rules.exchange import making, telling

LEFT_TO_A_PERSON = {"soal-tanpa-pembahasan", "pembahasan-tanpa-kutipan"}
QUALITY_OF_THE_QUESTION = {
    "pilihan-kurang", "pilihan-ganda", "pasangan-kurang", "urutan-kurang", "semua-jawaban-benar", "kutipan-tidak-dikenal",
    "pasal-tidak-dikenal", "benar-salah-rusak", "pilihan-kosong", "pasangan-kosong", "pasangan-ganda",
}  # fmt: skip
"""What the check says of a question that is thin or doubtful in itself; the notes name these codes too."""
COURSE = (reading.FIXTURES / "kursus-lengkap" / "01-layanan.md").read_bytes()


def errors_of(text: str) -> set[str]:
    result = reading.read_module(reading.HEAD + text)
    return {p.code for p in result.problems if p.severity is Severity.ERROR and p.file == "01-modul.md"}


@pytest.mark.parametrize("source", list(telling.BANKS))
def test_a_bank_becomes_a_module_that_lacks_only_what_a_person_must_add(source: str) -> None:
    result = conversion.convert(telling.bank(source), source, "netra")
    keys = re.findall(r"(?m)^::: soal (\S+) \{tujuan=", result.text)
    assert len(keys) == len(set(keys)) == result.carried > 25
    assert result.read == result.carried + len(result.refused)
    assert errors_of(result.text) <= LEFT_TO_A_PERSON
    said = "\n".join(note["note"] for note in result.report()["notes"])
    assert all(code in said for code in errors_of(result.text))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(bank=st.lists(making.questions(), min_size=1, max_size=4))
def test_whatever_is_carried_reads_without_a_mistake_of_form(bank: list[Question | None]) -> None:
    questions = [question for question in bank if question is not None]
    assume(questions)
    written = write_netra(questions)
    assert written.carried + len(written.refused) == len(questions)
    codes = {
        found[1]
        for note in written.notes
        if (found := re.match(r"the course check will say (\S+)", note.text))
    }
    assert codes <= LEFT_TO_A_PERSON | QUALITY_OF_THE_QUESTION
    if not codes - LEFT_TO_A_PERSON:
        back = read_netra(written.text.encode())
        assert back.found == written.carried


def test_a_hundred_random_questions_pass_the_whole_check_of_a_course() -> None:
    """The notes come from reading block by block; here a whole module goes through everything, rendering too."""
    found: list[Question] = []

    @settings(
        max_examples=120,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(question=making.questions())
    def collect(question: Question | None) -> None:
        if question is not None:
            found.append(question)

    collect()
    codes = errors_of(write_netra(found).text)
    assert len(found) > 50
    assert codes <= LEFT_TO_A_PERSON | QUALITY_OF_THE_QUESTION


@pytest.mark.parametrize("target", ["gift", "moodle-xml"])
def test_netra_questions_come_back_from_moodle(target: str) -> None:
    first = read_netra(NETRA.encode())
    assert (len(first.questions), first.refused) == (7, ())
    text = conversion.WRITERS[target](first.questions).text
    middle = conversion.read(text.encode(), target)
    again = read_netra(write_netra(middle.questions).text.encode())
    assert [(q.kind, q.name, q.stem, q.answers, q.pairs, q.feedback) for q in again.questions] == [
        (q.kind, q.name, q.stem, q.answers, q.pairs, q.feedback) for q in first.questions
    ]
    assert middle.questions[1].answers[2].fraction == Fraction(-1, 2)
    assert "[@pp-94-2021 pasal-5-n-6]" in again.questions[0].feedback


def test_the_questions_of_a_real_module_leave_it() -> None:
    found = read_netra(COURSE)
    assert found.questions
    assert all("dilemma" in remark.text for remark in found.refused)


def test_what_netra_cannot_mark_the_same_way_is_refused_with_the_reason() -> None:
    full, half = Fraction(1), Fraction(1, 2)
    cases = {
        "several answers are worth": Question(
            ItemKind.SINGLE, "Apa?", (Answer("a", full), Answer("b", full))
        ),
        "same right side": Question(ItemKind.MATCHING, "Apa?", pairs=(Match("a", "x"), Match("b", "x"))),
        "no accepted answer": Question(ItemKind.SHORT, "Apa?", (Answer("*x*", full),)),
        "at most 10": Question(
            ItemKind.SINGLE, "Apa?", (Answer("0", full), *(Answer(str(n)) for n in range(1, 12)))
        ),
        "at most 20": Question(ItemKind.SHORT, "Apa?", tuple(Answer(f"a{n}", full) for n in range(21))),
    }
    for reason, question in cases.items():
        written = write_netra([question])
        assert written.carried == 0
        assert reason in written.refused[0].text
    noted = {
        "count as wrong": Question(
            ItemKind.SINGLE, "Apa?", (Answer("a", full), Answer("b", half), Answer("c"))
        ),
        "weights differ": Question(ItemKind.MULTIPLE, "Apa?", (Answer("a", full), Answer("b"), Answer("c"))),
        "worth 50%": Question(ItemKind.SHORT, "Apa?", (Answer("a", full), Answer("b", half))),
        "no wildcards": Question(ItemKind.SHORT, "Apa?", (Answer("a", full), Answer("*b", full))),
        "capital letters": Question(ItemKind.SHORT, "Apa?", (Answer("a", full),), case_sensitive=True),
        "belong to nothing": Question(
            ItemKind.MATCHING, "Apa?", pairs=(Match("a", "x"), Match("b", "y")), distractors=("z",)
        ),
        "choose its number": Question(ItemKind.SHORT, "Apa?", (Answer("a", full),), objective="Membedakan"),
    }
    for words, question in noted.items():
        written = write_netra([question])
        assert written.carried == 1
        assert any(words in note.text for note in written.notes), words


def test_keys_are_slugs_and_differ() -> None:
    same = Question(
        ItemKind.SHORT, "Berapa hari masa tenang?", (Answer("3", Fraction(1)),), name="Ujian #1: Masa tenang"
    )
    nameless = Question(ItemKind.SHORT, "…?", (Answer("3", Fraction(1)),), name="Soal")
    keys = re.findall(r"(?m)^::: soal (\S+)", write_netra([same, same, nameless, nameless, same]).text)
    assert keys == ["ujian-1-masa-tenang", "ujian-1-masa-tenang-2", "soal", "soal-2", "ujian-1-masa-tenang-3"]


def test_settings_of_a_question_become_attributes() -> None:
    answers = (Answer("a", Fraction(1)), Answer("b // c"), Answer("c", feedback="Bukan."))
    question = Question(
        ItemKind.SINGLE, "Apa?", answers, shuffle=False, objective="2", difficulty="sulit", feedback="Sebab."
    )
    assert write_netra([question]).text == (
        "::: soal apa {tujuan=2 tingkat=sulit acak=tidak}\nApa?\n\n- [x] a\n- [ ] b /&#47; c\n- [ ] c // Bukan.\n\n> Sebab.\n:::\n"
    )


NETRA = """---
judul: Modul
tujuan:
  - Satu
---

Pelajaran.

::: soal poster {tujuan=1 tingkat=mudah}
Poster *calon* masuk ke grup dinas, nilai < 5.

> **Kepala, 09.12** Teruskan!

Apa yang tepat?

- [ ] Meneruskan // Itu dukungan. [@pp-94-2021 pasal-5-n-6]
- [x] Menolak dan **mengingatkan**
- [ ] Diam

> Menolak paling jelas. [@pp-94-2021 pasal-5-n-6]
>
> Bandingkan {kurung}, ~tilde~, sama=dengan, pagar#.
:::

::: soal majemuk {jenis=majemuk tujuan=1}
Mana saja?

- [x] Satu
- [x] Dua
- [ ] Tiga

> Sebab. [@uu-7-2017 pasal-2]
:::

::: soal hari-libur {tujuan=1}
Unggahan pada hari libur bebas.

- [ ] Benar // Tidak.
- [x] Salah

> Sebab. [@uu-7-2017 pasal-2]
:::

::: soal aturan {tujuan=1}
Pasangkan.

| Kolom | Lain |
|---|---|
| a | b |

- Kewajiban => UU 20/2023
- Disiplin => PP 94/2021
- Etik => PP 42/2004

> Tiga. [@uu-7-2017 pasal-2]
:::

::: soal urutan {jenis=urutan tujuan=1}
Urutkan.

1. Rekomendasi
2. Pemeriksaan
3. Hukuman: ringan = sedang

> Begitu. [@uu-7-2017 pasal-2]
:::

::: soal nomor {tujuan=1}
Nomor berapa?

= 20/2023
= UU 20/2023

> Baru. [@uu-7-2017 pasal-2]
:::

::: soal kotak {tujuan=1}
Daftar:

- satu
- dua

1. Langkah
2. Lagi

Kesimpulannya?

- [x] Ya
- [ ] Tidak
- [ ] Ragu

> Baca [situs](https://www.example.go.id/a). [@uu-7-2017 pasal-2]
:::
"""
