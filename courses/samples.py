"""What the editor offers to insert: short texts that are correct as they stand, each a place to begin from.

A test reads each of them inside a module: none brings an error, and none brings advice that a finished course would not
have. The texts are in Bahasa Indonesia because courses are; only what the menu says goes through gettext.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from courses.format.source import COURSE_FILE, GLOSSARY_FILE, HANDOUT_FILE

BLOCK = "blok"
"""Stands by itself: after the block or the paragraph that the cursor is in."""
PARAGRAPH = "paragraf"
"""After the paragraph that the cursor is in, inside a block too."""
OPTION = "opsi"
"""Only inside a dilemma, before the next option or scene."""
SCENE = "adegan"
"""Only inside a dilemma, at its end."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text to insert. `mode` says where it may stand; `pick` is the part that is selected after inserting."""

    key: str
    label: Any
    mode: str
    text: str
    pick: str


_DILEMMA = """::: dilema dilema-baru {fase="Masa kampanye" tempat="Kantor" peran="Anda"} "Judul dilema"
Tulis kejadiannya dalam dua atau tiga kalimat.

? Apa yang Anda lakukan?

### Menolak dengan sopan {.tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Menunda jawaban {.kurang-tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Ikut mendukung {.pelanggaran-berat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_OPTION = """### Tulis tindakannya {.kurang-tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]
"""

_SCENE = """## adegan-baru "Judul adegan"
Tulis apa yang terjadi sesudah pilihan itu.

### Melapor kepada atasan {.tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Menunggu sampai ditanya {.kurang-tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Menghapus buktinya {.pelanggaran-berat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]
"""

_SINGLE = """::: soal soal-baru {tujuan=1 tingkat=mudah}
Tulis pertanyaannya di sini?

- [x] Jawaban yang benar
- [ ] Pengecoh pertama // Tulis alasannya. [@pp-94-2021 pasal-5-n-6]
- [ ] Pengecoh kedua // Tulis alasannya. [@pp-94-2021 pasal-5-n-6]

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_MULTIPLE = """::: soal soal-baru {jenis=majemuk tujuan=1 tingkat=sedang}
Mana saja yang sejalan dengan aturan?

- [x] Jawaban benar pertama
- [x] Jawaban benar kedua
- [ ] Pengecoh yang keliru // Tulis alasannya. [@pp-94-2021 pasal-5-n-6]

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_TRUE_FALSE = """::: soal soal-baru {tujuan=1 tingkat=mudah}
Tulis pernyataannya di sini.

- [ ] Benar
- [x] Salah

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_MATCHING = """::: soal soal-baru {tujuan=1 tingkat=sedang}
Pasangkan setiap pokok dengan aturannya.

- Pokok pertama => Aturan pertama
- Pokok kedua => Aturan kedua
- Pokok ketiga => Aturan ketiga

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_ORDERING = """::: soal soal-baru {jenis=urutan tujuan=1 tingkat=sedang}
Urutkan dari yang pertama.

1. Langkah pertama
2. Langkah kedua
3. Langkah ketiga

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_SHORT = """::: soal soal-baru {tujuan=1 tingkat=sedang}
Tulis pertanyaan yang dijawab dengan satu dua kata.

= jawaban
= jawaban lain yang diterima

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_ASKED_DILEMMA = """::: soal soal-baru {jenis=dilema tujuan=1 tingkat=sulit}
Tulis kejadiannya dalam dua atau tiga kalimat.

### Menolak dengan sopan {.tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Menunda jawaban {.kurang-tepat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

### Ikut mendukung {.pelanggaran-berat}
Tulis akibatnya. [@pp-94-2021 pasal-5-n-6]

> Tulis pembahasannya. [@pp-94-2021 pasal-5-n-6]
:::
"""

_NOTE = '::: catatan "Judul catatan"\nTulis keterangannya.\n:::\n'
_ALLOWED = '::: boleh "Yang boleh"\nTulis apa yang diperbolehkan.\n:::\n'
_WARNING = '::: awas "Awas"\nTulis apa yang dilarang atau berisiko.\n:::\n'
_FLOW = '::: alur "Judul alur"\n1. **Minta** perintah itu tertulis.\n2. **Tawarkan** jalan yang sah.\n3. **Catat** jam dan kata-katanya.\n:::\n'
_TIMELINE = '::: linimasa "Judul linimasa"\n- **Hari pertama** tulis apa yang terjadi.\n- **Hari kedua** tulis apa yang terjadi.\n:::\n'
_TABLE = "| Langkah | Petugas | Menit |\n|---|---|--:|\n| Ambil nomor | Warga | 1 |\n| Periksa berkas | Loket | 10 |\n"
_TERM = "## Istilah baru\nTulis artinya.\n"

NOTICES = (
    Sample("catatan", _l("Catatan"), BLOCK, _NOTE, "Judul catatan"),
    Sample("boleh", _l("Yang boleh"), BLOCK, _ALLOWED, "Tulis apa yang diperbolehkan."),
    Sample("awas", _l("Awas"), BLOCK, _WARNING, "Tulis apa yang dilarang atau berisiko."),
)
FIGURES = (
    Sample("alur", _l("Alur"), BLOCK, _FLOW, "Judul alur"),
    Sample("linimasa", _l("Linimasa"), BLOCK, _TIMELINE, "Judul linimasa"),
)
TABLE = Sample("tabel", _l("Tabel"), PARAGRAPH, _TABLE, "Langkah")
DILEMMAS = (
    Sample("dilema", _l("Dilema"), BLOCK, _DILEMMA, "Judul dilema"),
    Sample("opsi", _l("Opsi dilema"), OPTION, _OPTION, "Tulis tindakannya"),
    Sample("adegan", _l("Adegan lanjutan"), SCENE, _SCENE, "Judul adegan"),
)
QUESTIONS = (
    Sample("tunggal", _l("Pilihan ganda"), BLOCK, _SINGLE, "Tulis pertanyaannya di sini?"),
    Sample("majemuk", _l("Pilihan majemuk"), BLOCK, _MULTIPLE, "Mana saja yang sejalan dengan aturan?"),
    Sample("benar-salah", _l("Benar atau salah"), BLOCK, _TRUE_FALSE, "Tulis pernyataannya di sini."),
    Sample("jodoh", _l("Menjodohkan"), BLOCK, _MATCHING, "Pasangkan setiap pokok dengan aturannya."),
    Sample("urutan", _l("Mengurutkan"), BLOCK, _ORDERING, "Urutkan dari yang pertama."),
    Sample(
        "isian", _l("Isian singkat"), BLOCK, _SHORT, "Tulis pertanyaan yang dijawab dengan satu dua kata."
    ),
    Sample(
        "soal-dilema",
        _l("Dilema dinilai"),
        BLOCK,
        _ASKED_DILEMMA,
        "Tulis kejadiannya dalam dua atau tiga kalimat.",
    ),
)
TERM = Sample("istilah", _l("Istilah"), PARAGRAPH, _TERM, "Istilah baru")


def menus(path: str) -> list[tuple[Any, tuple[Sample, ...]]]:
    """What may be inserted into this file: (name of the menu, its texts)."""
    if path == GLOSSARY_FILE:
        return [(_l("Istilah"), (TERM,))]
    if path == HANDOUT_FILE:
        return [(_l("Blok"), (*NOTICES, *FIGURES, TABLE))]
    if path == COURSE_FILE:
        return [(_l("Blok"), (*NOTICES, TABLE))]
    return [
        (_l("Dilema"), DILEMMAS),
        (_l("Soal"), QUESTIONS),
        (_l("Blok"), (*NOTICES, *FIGURES, TABLE)),
    ]


def picture(path: str, alt: str) -> str:
    """An image of the draft, with its words for whoever does not see it."""
    words = " ".join(alt.translate({ord("["): "(", ord("]"): ")"}).split())
    return f"![{words or 'Tulis keterangan gambar'}]({path})\n"
