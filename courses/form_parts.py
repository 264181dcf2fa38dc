"""The fields of the form view: one form for a dilemma, one for questions of every kind, with rows that grow.

What the fields mean as values of a block is `courses.form_values`; adding and removing rows is `courses.form_rows`.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice

from courses.format.lines import MOST_ROWS, MOST_SCENES
from learning.kernel.fields import Form, LineField, TextField

CITE = _l("Akhiri dengan pasalnya dalam kurung siku, misalnya [@pp-94-2021 pasal-5-n].")
LEVELS = (
    ("", _l("Belum ditentukan")),
    ("mudah", _l("Mudah")),
    ("sedang", _l("Sedang")),
    ("sulit", _l("Sulit")),
)
WEIGHTS = (
    ("", _l("Pilih nilainya")),
    ("tepat", _l("Tepat")),
    ("dapat-diterima", _l("Dapat diterima")),
    ("kurang-tepat", _l("Kurang tepat")),
    ("pelanggaran", _l("Pelanggaran")),
    ("pelanggaran-berat", _l("Pelanggaran berat")),
)


class Part(WTForm):
    """A row of a form: no token of its own, and only our own sentences."""

    class Meta:
        locales = ("id",)

        def get_translations(self, form: Any) -> Any:
            """As in `learning.kernel.fields.Form`."""
            return None


def _select(label: Any, choices: Any = (), description: Any = "") -> SelectField:
    """What is not offered is told at the field when the block is saved, so nothing that stands in a file gets lost."""
    listed = [SelectChoice(value, text) for value, text in choices]
    return SelectField(label, choices=listed, description=description, validate_choice=False)


class OptionPart(Part):
    """One way to act."""

    teks = TextField(_l("Tindakan"))
    bobot = _select(_l("Nilai tindakan"), WEIGHTS)
    lanjut = _select(_l("Sesudah itu"))
    akibat = TextField(_l("Akibatnya"), description=CITE)


class ScenePart(Part):
    """One scene. `asal` is the key it had when the form was opened: options that lead here follow when it changes."""

    asal = HiddenField()
    kunci = LineField(_l("Kunci adegan"), description=_l("Huruf kecil, angka, dan tanda hubung."))
    judul = LineField(_l("Judul adegan"))
    cerita = TextField(
        _l("Cerita"), description=_l("Ujaran ditulis pada baris sendiri: > **Nama, 09.12** isi ujaran.")
    )
    tanya = LineField(_l("Pertanyaan"), description=_l("Misalnya: Apa yang Anda lakukan?"))
    opsi = FieldList(FormField(OptionPart), max_entries=MOST_ROWS)


class ChoicePart(Part):
    """A choice; for an ordering question a step."""

    teks = TextField(_l("Pilihan"))
    benar = BooleanField(_l("Jawaban benar"))
    alasan = TextField(_l("Alasan"), description=_l("Tampil sesudah hasil keluar."))


class PairPart(Part):
    """Two sides that belong together."""

    kiri = TextField(_l("Kiri"))
    kanan = TextField(_l("Pasangannya"))


class AnswerPart(Part):
    """An accepted answer."""

    teks = LineField(_l("Jawaban yang diterima"))


class BlockForm(Form):
    """What every block has. `dasar` is the digest of the text it was made from, `semula` the block's key at that time."""

    dasar = HiddenField()
    bentuk = HiddenField()
    semula = HiddenField()
    letak = _select(_l("Letakkan"))
    kunci = LineField(
        _l("Kunci"),
        description=_l(
            "Nama pendek dengan huruf kecil, angka, dan tanda hubung. Jangan diubah sesudah kursus terbit."
        ),
    )
    katalog = LineField(
        _l("Perbuatan dalam katalog"), description=_l("Satu atau beberapa kunci, misalnya v-20 v-38.")
    )


class DilemmaForm(BlockForm):
    """A dilemma: where it happens, and its scenes."""

    judul = LineField(_l("Judul"))
    varian = LineField(
        _l("Varian"), description=_l("Hanya bila dilema yang sama diceritakan dengan tokoh lain: a, b, …")
    )
    fase = LineField(_l("Fase pemilihan"), description=_l("Misalnya: Masa kampanye."))
    tempat = LineField(_l("Tempat"))
    peran = LineField(_l("Peran"), description=_l("Siapa peserta dalam cerita ini."))
    adegan = FieldList(FormField(ScenePart), max_entries=MOST_SCENES)


class QuestionForm(BlockForm):
    """A question; what its kind does not have is taken out."""

    jenis = RadioField(
        _l("Jawaban benar"),
        choices=[
            SelectChoice("tunggal", _l("Satu pilihan benar")),
            SelectChoice("majemuk", _l("Beberapa pilihan benar")),
        ],
        validate_choice=False,
    )
    tujuan = _select(_l("Tujuan yang diuji"))
    tingkat = _select(_l("Tingkat kesukaran"), LEVELS)
    varian_dari = _select(
        _l("Varian dari soal"),
        description=_l("Dari soal yang saling menjadi varian, paling banyak satu masuk ke lembar kuis."),
    )
    dilema = _select(_l("Dilema yang ditanyakan lagi"))
    varian = LineField(_l("Varian dilema"), description=_l("Kosongkan untuk varian pertama."))
    adegan_asal = LineField(
        _l("Adegan dilema"), description=_l("Kunci adegannya; kosongkan untuk adegan pertama.")
    )
    pertanyaan = TextField(_l("Pertanyaan"))
    tanya = LineField(_l("Pertanyaan di atas tindakan"), description=_l("Misalnya: Apa yang Anda lakukan?"))
    benar_salah = RadioField(
        _l("Pernyataan ini"),
        choices=[SelectChoice("benar", _l("Benar")), SelectChoice("salah", _l("Salah"))],
        validate_choice=False,
    )
    pilihan = FieldList(FormField(ChoicePart), max_entries=MOST_ROWS)
    pasangan = FieldList(FormField(PairPart), max_entries=MOST_ROWS)
    jawaban = FieldList(FormField(AnswerPart), max_entries=MOST_ROWS)
    opsi = FieldList(FormField(OptionPart), max_entries=MOST_ROWS)
    acak = BooleanField(_l("Acak urutan pilihan untuk setiap peserta"))
    pembahasan = TextField(_l("Pembahasan"), description=CITE)


CHOICES = ("jenis", "pilihan", "acak")
SHAPES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "dilema": (_l("Dilema"), ()),
    "tunggal": (_l("Soal pilihan ganda"), CHOICES),
    "majemuk": (_l("Soal pilihan majemuk"), CHOICES),
    "benar-salah": (_l("Soal benar atau salah"), ("benar_salah",)),
    "jodoh": (_l("Soal menjodohkan"), ("pasangan",)),
    "urutan": (_l("Soal mengurutkan"), ("pilihan",)),
    "isian": (_l("Soal isian singkat"), ("jawaban",)),
    "dinilai": (_l("Soal dilema yang dinilai"), ("opsi", "tanya")),
    "ulang": (_l("Soal tentang dilema modul ini"), ("dilema", "varian", "adegan_asal")),
}
"""What a form can show: its name, and the fields that only questions of this shape have."""
_OWN = frozenset(name for _label, names in SHAPES.values() for name in names)


def form_of(shape: str, values: dict[str, Any] | None = None) -> DilemmaForm | QuestionForm:
    """The form of a shape: filled with values, or with what was sent when there are none."""
    sent = {} if values is None else {"formdata": None, "data": values}
    if shape == "dilema":
        return DilemmaForm(**sent)
    form = QuestionForm(**sent)
    for name in _OWN - set(SHAPES[shape][1]):
        del form[name]
    return form
