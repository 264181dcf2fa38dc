"""Single blocks as forms, one by one: what stays as it stands, what is refused, what no form can show."""

from __future__ import annotations

from dataclasses import replace as changed

import pytest

from courses.format import editing
from courses.format.editable import (
    Choice,
    Dilemma,
    FieldPath,
    Question,
)
from courses.format.editing import Place, Unfit
from courses.format.guarding import FAULTS
from quizzes.items import ItemKind
from tests.rules.courses.reading import HEAD
from tests.rules.courses.typed import put


def block_in(body: str) -> tuple[str, Place]:
    text = HEAD + body
    return text, editing.blocks_of(text)[0]


ODD = """::: dilema  antrean {peran="Danu"   lain=1}  “Nomor 14”
 Cerita {pertama}.


? Apa
  yang Anda lakukan?

Kelanjutan cerita.

###   Memanggil  {.tepat  ->lanjut}
Akibat. [@pp-94-2021 pasal-5-n]
###  Diam {.kurang-tepat}

Akibat kedua.


## lanjut
Cerita lanjut.
### Satu {.tepat}
Akibat.

##  akhir  "Ujung"
Cerita akhir.
:::
"""


def test_odd_spacing_stays_where_nothing_was_typed() -> None:
    text, place = block_in(ODD)
    assert isinstance(place.value, Dilemma)
    scene = place.value.scenes[0]
    assert scene.story == " Cerita {pertama}.\n\nKelanjutan cerita."
    assert scene.legend == "Apa yang Anda lakukan?"
    new = put(place.value, ("scenes", 0, "options", 1, "consequence"), "Akibat baru.")
    assert editing.replace(text, place, new) == text.replace("Akibat kedua.", "Akibat baru.")
    new = put(place.value, ("scenes", 0, "options", 0, "goto"), "")
    assert editing.replace(text, place, new) == text.replace("{.tepat  ->lanjut}", "{.tepat}")
    new = put(place.value, ("scenes", 1, "title"), "Esoknya")
    assert editing.replace(text, place, new) == text.replace("## lanjut", '## lanjut "Esoknya"')
    new = put(place.value, ("attributes", "fase"), "Masa tenang")
    assert editing.replace(text, place, new) == text.replace(
        '{peran="Danu"', '{fase="Masa tenang" peran="Danu"'
    )
    new = put(place.value, ("attributes", "peran"), "")
    assert editing.replace(text, place, new) == text.replace('{peran="Danu"   lain=1}', "{lain=1}")
    new = put(place.value, ("title",), "Nomor 15")
    assert editing.replace(text, place, new) == text.replace("“Nomor 14”", "“Nomor 15”")


QUIZ = """::: soal antre {tujuan=1}
Kapan ia
dilayani?

*  [X]  Pada gilirannya
- [ ] Lebih dulu   //   Mendahulukan juga
      membeda-bedakan.
- [ ] Paling akhir
  // Sama saja.

> Semua pemohon dilayani
menurut urutan. [@pp-94-2021 pasal-5-n]
:::
"""


def test_answers_keep_their_marks_and_lines() -> None:
    text, place = block_in(QUIZ)
    question = place.value
    assert isinstance(question, Question)
    assert question.choices == (
        Choice("Pada gilirannya", True),
        Choice("Lebih dulu", False, "Mendahulukan juga membeda-bedakan."),
        Choice("Paling akhir", False, "Sama saja."),
    )
    new = put(question, ("choices", 1, "text"), "Paling awal")
    assert editing.replace(text, place, new) == text.replace("Lebih dulu", "Paling awal")
    new = put(question, ("choices", 2, "feedback"), "")
    assert editing.replace(text, place, new) == text.replace("\n  // Sama saja.", "")
    new = put(question, ("choices", 0, "correct"), False)
    assert editing.replace(text, place, new) == text.replace("[X]", "[ ]")
    new = put(question, ("choices", 0, "feedback"), "Benar.")
    assert editing.replace(text, place, new) == text.replace("gilirannya", "gilirannya // Benar.")
    more = changed(question, choices=(*question.choices[:2], Choice("Tidak dilayani"), question.choices[2]))
    assert editing.replace(text, place, more) == text.replace(
        "- [ ] Paling", "- [ ] Tidak dilayani\n- [ ] Paling"
    )
    fewer = changed(question, choices=question.choices[1:])
    assert editing.replace(text, place, fewer) == text.replace("*  [X]  Pada gilirannya\n", "")
    kind = editing.of_kind(question, ItemKind.MULTIPLE)
    assert editing.replace(text, place, kind) == text.replace("{tujuan=1}", "{jenis=majemuk tujuan=1}")


def test_steps_are_counted_anew_when_one_moves() -> None:
    text, place = block_in(
        "::: soal urut {jenis=urutan tujuan=1}\nUrutkan.\n\n1. a\n2. b\n3. c\n\n> P.\n:::\n"
    )
    question = place.value
    assert isinstance(question, Question)
    a, b, c = question.choices
    result = editing.replace(text, place, changed(question, choices=(c, a, b, Choice("d"))))
    assert "\n1. c\n2. a\n3. b\n4. d\n\n> P." in result


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        (("title",), "Judul {lain}", "braces"),
        (("attributes", "fase"), 'Masa "tenang"', "quotes"),
        (("attributes", "tempat"), "x" * 600, "long"),
        (("key",), "Dua Kata", "key"),
        (("key",), "", "key_missing"),
        (("scenes", 2, "key"), "awal", "key"),
        (("scenes", 2, "key"), "lanjut", "scene_twice"),
        (("scenes", 1, "title"), "a}b", "braces"),
        (("scenes", 0, "options", 1, "text"), "Diam {.tepat}", "braces"),
        (("scenes", 0, "options", 1, "goto"), "entah", "goto"),
        (("scenes", 0, "options", 1, "weight"), "hebat", "weight"),
        (("scenes", 0, "story"), "a\u202eb", "forbidden"),
    ],
)
def test_what_cannot_be_written_is_refused_by_field(path: FieldPath, typed: str, code: str) -> None:
    text, place = block_in(ODD)
    with pytest.raises(Unfit) as refused:
        editing.replace(text, place, put(place.value, path, typed))
    assert [(fault.path, fault.code, fault.value) for fault in refused.value.faults] == [(path, code, typed)]
    assert code in FAULTS


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("::: soal a {tujuan=1}\nApa?\n", "unclosed"),
        ("::: soal a {tujuan=1\nApa?\n:::\n", "head"),
        ("::: soal dua kata\n{tujuan=1}\nApa?\n:::\n", None),
        ('::: dilema a "b\nCerita.\n:::\n', "head"),
        ("::: soal a\nApa?\n\n- [x] b\n\nTersesat.\n\n> c\n:::\n", "stray"),
        ("::: soal a\nApa?\n\n" + "- [ ] b\n" * 41 + ":::\n", "many"),
        ("::: soal a {dilema=b}\nApa?\n\n- [x] c\n:::\n", "mixed"),
    ],
)
def test_what_no_form_can_show_says_why(body: str, reason: str | None) -> None:
    _text, place = block_in(body)
    assert place.reason == (reason or "")
    assert (place.value is None) == (reason is not None)


def test_objectives_come_from_the_front_matter() -> None:
    assert editing.objectives(HEAD.replace("\n", "\r\n")) == ("Tujuan pertama", "Tujuan kedua")
    assert editing.objectives("tanpa kepala") == ()
