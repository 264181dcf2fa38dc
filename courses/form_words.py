"""Words of the form view: why a block has no form, why a value is refused, and at which field a problem of the reader belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from courses.editor_parts import told
from courses.form_values import field_id
from courses.format.editable import FieldPath
from courses.format.editing import Place
from courses.format.problems import Problem

REASON = {
    "unclosed": _l("Blok ini belum ditutup dengan baris “:::”, jadi batasnya belum jelas."),
    "head": _l("Baris pembuka atau judul di blok ini belum benar."),
    "stray": _l("Di blok ini ada teks yang bukan pertanyaan, jawaban, atau pembahasan."),
    "many": _l("Blok ini memuat terlalu banyak baris untuk sebuah formulir."),
    "mixed": _l("Soal ini merujuk dilema sekaligus memuat jawaban sendiri."),
}
FAULT = {
    "braces": _l("Isian ini tidak dapat memuat { atau }. Pakai kurung biasa."),
    "quotes": _l("Isian ini tidak dapat memuat tanda kutip atau { dan }. Tulis tanpa tanda itu."),
    "key": _l(
        "Pakai huruf kecil, angka, dan tanda hubung saja, misalnya nomor-antrean, paling panjang 60 huruf."
    ),
    "key_missing": _l("Tulis kunci pendek dengan huruf kecil, angka, dan tanda hubung."),
    "arrow": _l("Sisi kiri tidak dapat memuat tanda ⇒. Tulis dengan kata-kata."),
    "forbidden": _l("Isian ini memuat karakter yang tidak terlihat. Hapus, lalu ketik ulang bagian itu."),
    "long": _l("Keterangan di kepala blok ini terlalu panjang. Persingkat isian ini."),
    "goto": _l("Adegan yang dituju tidak ada. Pilih adegan lain, atau akhiri cerita di sini."),
    "scene_twice": _l("Dua adegan memakai kunci yang sama. Beri kunci yang berbeda."),
    "weight": _l("Pilih salah satu nilai tindakan."),
    "unwritable": _l(
        "Isian ini tidak dapat ditulis ke naskah tanpa mengubah bagian lain. Ubah di penyunting teks."
    ),
}
IN_FORM = {
    "varian-tidak-ada": _l("Dilema itu tidak mempunyai varian “%(key)s”. Varian yang ada: %(known)s."),
    "soal-tanpa-tujuan": _l("Pilih tujuan modul yang diuji soal ini."),
    "tujuan-tidak-ada": _l("Tujuan nomor %(value)s tidak ada di modul ini. Pilih salah satu tujuannya."),
    "soal-varian-tidak-ada": _l(
        "Soal “%(key)s” tidak ada di modul ini. Pilih soal lain, atau “Bukan varian”."
    ),
    "jenis-tidak-cocok": _l("Jawaban soal ini tidak sesuai dengan bentuk yang dipilih. Ubah salah satunya."),
    "dilema-tanpa-judul": _l("Tulis judul dilema ini."),
    "soal-tanpa-pembahasan": _l("Tulis pembahasannya: alasan jawaban, diakhiri dengan pasalnya."),
    "soal-tanpa-pertanyaan": _l("Tulis pertanyaannya."),
    "soal-tanpa-jawaban": _l(
        "Soal ini belum mempunyai jawaban. Tambahkan paling sedikit satu baris jawaban."
    ),
    "tanpa-jawaban-benar": _l("Belum ada jawaban benar. Tandai yang benar."),
    "jawaban-benar-lebih": _l(
        "Ada %(count)s jawaban yang ditandai benar. Sisakan satu, atau pilih “Beberapa pilihan benar”."
    ),
    "benar-salah-rusak": _l("Pilih apakah pernyataan ini benar atau salah."),
    "soal-dilema-tanpa-opsi": _l("Tambahkan tindakan yang ditawarkan kepada peserta."),
    "adegan-tanpa-cerita": _l("Tulis keadaannya: apa yang terjadi sebelum peserta memilih."),
    "adegan-tanpa-opsi": _l("Tambahkan tindakan yang dapat dipilih dalam adegan ini."),
    "opsi-kurang": _l("Adegan ini mempunyai %(count)s tindakan. Sediakan paling sedikit %(low)s."),
    "opsi-terlalu-banyak": _l("Adegan ini mempunyai %(count)s tindakan. Sediakan paling banyak %(high)s."),
    "tanpa-opsi-tepat": _l("Beri nilai “Tepat” pada paling sedikit satu tindakan di adegan ini."),
    "kunci-adegan-rusak": _l(
        "Kunci adegan “%(key)s” tidak sah. Pakai huruf kecil, angka, dan tanda hubung, dan bukan kata “awal”."
    ),
    "adegan-tak-terjangkau": _l(
        "Belum ada tindakan yang menuju adegan ini. Pilih adegan ini pada “Sesudah itu” di salah satu tindakan, atau hapus adegannya."
    ),
    "opsi-tanpa-akibat": _l("Tulis apa yang terjadi bila tindakan ini dipilih, diakhiri dengan pasalnya."),
    "opsi-tanpa-bobot": _l("Pilih nilai tindakan ini."),
    "bobot-tidak-dikenal": _l("Nilai “%(value)s” tidak dikenal. Pilih salah satu yang ditawarkan."),
    "bobot-ganda": _l("Tindakan ini mempunyai lebih dari satu nilai: %(value)s. Pilih satu."),
    "adegan-tidak-ada": _l(
        "Adegan “%(target)s” tidak ada di dilema ini. Pilih adegan lain, atau akhiri cerita di sini."
    ),
    "adegan-berputar": _l(
        "Tindakan ini kembali ke adegan “%(target)s” yang sudah dilalui. Pilih adegan lain, atau akhiri cerita di sini."
    ),
    "opsi-soal-berlanjut": _l("Soal hanya menanyakan satu keputusan: akhiri cerita di sini."),
}
"""What the reader says in words of its markup, said in words of the form."""
_ATTRIBUTES = {
    "varian-rusak": "varian",
    "varian-tidak-ada": "varian",
    "perbuatan-tidak-dikenal": "katalog",
    "soal-tanpa-tujuan": "tujuan",
    "tujuan-tidak-ada": "tujuan",
    "tingkat-tidak-ditulis": "tingkat",
    "dilema-tidak-ada": "dilema",
    "adegan-soal-tidak-ada": "adegan",
    "soal-varian-tidak-ada": "varian-dari",
    "jenis-tidak-dikenal": "jenis",
    "jenis-tidak-cocok": "jenis",
}
_OF_BLOCK = {
    "blok-tanpa-kunci": "key",
    "kunci-blok-rusak": "key",
    "dilema-ganda": "key",
    "soal-ganda": "key",
    "dilema-tanpa-judul": "title",
    "soal-tanpa-pembahasan": "explanation",
    "pembahasan-tanpa-kutipan": "explanation",
    "hanya-belum-diverifikasi": "explanation",
    "soal-tanpa-pertanyaan": "stem",
    "adegan-tanpa-pengantar": "stem",
    "soal-tanpa-jawaban": "rows",
    "pilihan-kurang": "rows",
    "pilihan-terlalu-banyak": "rows",
    "tanpa-jawaban-benar": "rows",
    "jawaban-benar-lebih": "rows",
    "semua-jawaban-benar": "rows",
    "benar-salah-rusak": "rows",
    "urutan-kurang": "rows",
    "urutan-tanpa-jenis": "rows",
    "pasangan-kurang": "rows",
    "isian-terlalu-banyak": "rows",
    "kunci-terpanjang": "rows",
    "soal-dilema-tanpa-opsi": "rows",
}
_OF_SCENE = {
    "adegan-tanpa-cerita": "story",
    "adegan-tanpa-opsi": "options",
    "opsi-kurang": "options",
    "opsi-terlalu-banyak": "options",
    "tanpa-opsi-tepat": "options",
    "adegan-ganda": "key",
    "kunci-adegan-rusak": "key",
    "adegan-tak-terjangkau": "key",
}
_OF_OPTION = {
    "opsi-tanpa-akibat": "consequence",
    "opsi-tanpa-kutipan": "consequence",
    "opsi-tanpa-bobot": "weight",
    "bobot-tidak-dikenal": "weight",
    "bobot-ganda": "weight",
    "bobot-tanpa-pasal-berat": "weight",
    "bobot-terlalu-ringan": "weight",
    "adegan-tidak-ada": "goto",
    "adegan-berputar": "goto",
    "opsi-soal-berlanjut": "goto",
}
_ROWS = {
    "tunggal": "choices",
    "majemuk": "choices",
    "urutan": "choices",
    "benar-salah": "choices",
    "jodoh": "pairs",
    "isian": "accepted",
    "dinilai": "options",
}

Told = dict[str, list[tuple[str, str]]]
"""Field -> (tone, sentence) of what the reader says of it; "" for the block itself."""


def of_block(place: Place, found: Iterable[Problem]) -> list[Problem]:
    """What the reader says of one block."""
    return [problem for problem in found if place.line <= problem.line <= place.last_line]


def at_fields(place: Place, shape: str, found: Iterable[Problem]) -> Told:
    """Problems of a block at the fields they belong to."""
    result: Told = defaultdict(list)
    for problem in of_block(place, found):
        line = told(problem)
        sentence = IN_FORM.get(problem.code)
        text = str(sentence) % dict(problem.params) if sentence is not None else str(line["text"])
        result[field_id(_path(place, shape, problem), shape)].append((str(line["tone"]), text))
    return result


def _path(place: Place, shape: str, problem: Problem) -> FieldPath:
    """The field by what is wrong, and where that does not say it, by the line."""
    code = problem.code
    if code in _ATTRIBUTES:
        return ("attributes", _ATTRIBUTES[code])
    if code == "nilai-atribut":
        return ("attributes", dict(problem.params).get("name", ""))
    if code in _OF_BLOCK:
        name = _OF_BLOCK[code]
        return (_ROWS[shape],) if name == "rows" and shape in _ROWS else (name,)
    here = _by_line(place, problem.line)
    if code in _OF_SCENE:
        name = _OF_SCENE[code]
        if shape == "dilema":
            return ("scenes", here[1] if here[:1] == ("scenes",) else 0, name)
        return {"story": ("stem",), "options": ("options",)}.get(name, ())
    if code in _OF_OPTION and "options" in here:
        return (*here[: here.index("options") + 2], _OF_OPTION[code])
    return here


def _by_line(place: Place, line: int) -> FieldPath:
    fits = [(last - first, path) for path, first, last in place.fields if first <= line <= last]
    return min(fits, key=lambda fit: fit[0])[1] if fits else ()
