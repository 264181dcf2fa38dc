"""How much two papers share, how heavy a passage is, and that long lists of advice say what they leave out."""

from __future__ import annotations

import itertools

from courses.format import measuring, quality
from courses.format.measuring import overlap
from quizzes.drawing import draw
from quizzes.items import Item, ItemKind, Objective, Option, QuestionSet, QuizSettings
from tests.rules.courses import reading


def question_set(offered: int, drawn: int) -> QuestionSet:
    options = (Option("a", "Ya", True), Option("b", "Tidak"), Option("c", "Mungkin"))
    items = tuple(
        Item(f"m/{n}", "m", ItemKind.SINGLE, f"Soal {n}?", "m/1", options=options) for n in range(offered)
    )
    objective = Objective("m/1", "Tujuan", "m", "Modul", 1)
    return QuestionSet("k", "e", items, (objective,), QuizSettings(draw=(("m", drawn),)))


def test_the_expected_share_is_what_papers_really_share() -> None:
    found = overlap(question_set(40, 10))
    assert found.expected == 0.25
    assert abs(found.mean - found.expected) < 0.03
    assert found.mean < found.worst < 1
    assert found.retake == 0, "a second paper takes unseen questions first"


def test_the_share_is_of_papers_drawn_as_the_quiz_draws_them() -> None:
    many = question_set(12, 6)
    papers = [set(draw(many, f"tumpang-tindih/{n}").item_keys) for n in range(measuring.PAPERS)]
    shares = [len(one & other) / 6 for one, other in itertools.combinations(papers, 2)]
    assert overlap(many).worst == max(shares)
    assert abs(overlap(many).mean - sum(shares) / len(shares)) < 1e-9


def test_a_small_pool_repeats_itself() -> None:
    found = overlap(question_set(10, 10))
    assert (found.mean, found.worst, found.retake) == (1, 1, 1)
    assert overlap(question_set(15, 10)).retake == 0.5


def test_the_load_counts_words_in_a_sentence_and_long_words() -> None:
    plain = " ".join(["Bu Rini duduk di loket itu."] * 12)
    heard = list(quality.sentences(plain, 1))
    assert [len(sentence.words) for sentence in heard] == [6] * 12
    assert quality.load(heard) == 6
    long = list(quality.sentences(plain.replace("loket", "perkantoran"), 1))
    assert round(quality.load(long) or 0, 1) == round(6 + 100 / 6, 1)
    assert quality.load(heard[:5]) is None, "a short passage says nothing"


def test_a_sentence_knows_its_line() -> None:
    source = "Satu kalimat. Dua kalimat\nyang berlanjut. Tiga?\n\n> **Kepala, 09.12** Empat!\n\n- Lima\n"
    assert [(s.line, s.text) for s in quality.sentences(source, 10)] == [
        (10, "Satu kalimat."), (10, "Dua kalimat yang berlanjut."), (11, "Tiga?"), (13, "Empat!"), (15, "Lima"),
    ]  # fmt: skip


def test_a_time_a_number_and_an_abbreviation_end_no_sentence() -> None:
    text = "Pukul 21.04 ia datang, a.n. kepala dinas, membawa Rp1.500.000 lalu pulang."
    assert len(list(quality.sentences(text, 1))) == 1


def test_of_very_much_advice_the_rest_is_counted() -> None:
    words = "kata " * 29
    body = "\n\n".join(f"{words.strip()}." for _ in range(quality.MOST_OF_ONE_CODE + 7))
    problems = reading.read_piece(body).problems
    assert sum(p.code == "kalimat-panjang" for p in problems) == quality.MOST_OF_ONE_CODE
    [rest] = [p for p in problems if p.code == "saran-dipotong"]
    assert dict(rest.params) == {"code": "kalimat-panjang", "count": "7"}
    assert rest.severity == "warning"


def test_a_thousand_long_sentences_are_still_only_advice() -> None:
    sentence = " ".join(["a"] * (quality.MAX_WORDS + 1)).capitalize() + ".\n\n"
    result = reading.read_piece(sentence * 1_050)
    assert not result.errors
    assert result.course is not None
    [rest] = [p for p in result.problems if p.code == "saran-dipotong"]
    assert dict(rest.params)["count"] == str(1_050 - quality.MOST_OF_ONE_CODE)


def test_a_course_whose_keys_are_mostly_the_longest_is_told_once() -> None:
    def question(number: int, key: str) -> str:
        wrong = "\n".join(f"- [ ] {text} // Tidak. [@pp-94-2021 pasal-5-n-6]" for text in ("Hadir", "Pulang"))
        return (
            f"::: soal s-{number} {{tujuan=1 tingkat=mudah}}\nPertanyaan ke-{number} tentang hal {number}?\n\n"
            f"- [x] {key}\n{wrong}\n\n> Alasan. [@pp-94-2021 pasal-5-n-6]\n:::\n"
        )

    long = [question(n, "Menolak sajalah") for n in range(7)]
    short = [question(n, "Tak") for n in range(7, 14)]
    told = [
        p for p in reading.read_piece("\n".join(long + short)).problems if p.code == "kunci-sering-terpanjang"
    ]
    assert [dict(p.params)["percent"] for p in told] == ["47"], "the practice module has one question more"
    fine = [question(n, "Tak") for n in range(20, 30)]
    quiet = reading.read_piece("\n".join(long[:4] + short + fine)).problems
    assert "kunci-sering-terpanjang" not in {p.code for p in quiet}
