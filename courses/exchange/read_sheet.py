"""A spreadsheet to questions: one row, one question. The columns are described in `docs/exchange.md`.

The words are plain text; a line break in a cell begins a new paragraph. Formulas are never worked out: a row that holds
one is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction

from courses.exchange import markup, sheet_cells
from courses.exchange.drafting import Collector, Draft, Refused, clean_name
from courses.exchange.questions import MAX_QUESTIONS, Answer, Question, Reading
from courses.exchange.sheet_cells import Formula, Table
from quizzes.items import Difficulty, ItemKind

LETTERS = "abcdefghij"
_HEADINGS = {
    "soal": ("soal", "pertanyaan", "question", "stem", "butir-soal"),
    "jenis": ("jenis", "tipe", "jenis-soal", "type", "kind"),
    "kunci": (
        "kunci",
        "kunci-jawaban",
        "jawaban",
        "jawaban-benar",
        "key",
        "answer",
        "correct",
        "correct-answer",
    ),
    "pembahasan": ("pembahasan", "penjelasan", "explanation", "feedback", "umpan-balik"),
    "tujuan": ("tujuan", "tujuan-belajar", "objective"),
    "tingkat": (
        "tingkat",
        "tingkat-kesulitan",
        "tingkat-kesukaran",
        "kesulitan",
        "kesukaran",
        "difficulty",
        "level",
    ),
    "nama": ("nama", "nama-soal", "kode", "kode-soal", "name", "title"),
    "kategori": ("kategori", "materi", "topik", "category", "topic"),
    "nomor": ("nomor", "no", "number"),
}
_OPTIONS = ("", "pilihan-", "opsi-", "option-", "choice-", "jawaban-", "answer-")
_REMARKS = ("umpan-balik-", "alasan-", "feedback-")
_COLUMNS = {
    **{name: key for key, names in _HEADINGS.items() for name in names},
    **{prefix + letter: letter for letter in LETTERS for prefix in _OPTIONS},
    **{prefix + letter: "alasan-" + letter for letter in LETTERS for prefix in _REMARKS},
}
_KINDS = {
    "tunggal": ItemKind.SINGLE, "pilihan-ganda": ItemKind.SINGLE, "pilihan-tunggal": ItemKind.SINGLE, "pg": ItemKind.SINGLE,
    "single": ItemKind.SINGLE, "multiple-choice": ItemKind.SINGLE, "mc": ItemKind.SINGLE,
    "majemuk": ItemKind.MULTIPLE, "pilihan-majemuk": ItemKind.MULTIPLE, "pilihan-ganda-kompleks": ItemKind.MULTIPLE,
    "multiple": ItemKind.MULTIPLE, "multiple-answers": ItemKind.MULTIPLE, "multiple-response": ItemKind.MULTIPLE,
    "benar-salah": ItemKind.TRUE_FALSE, "bs": ItemKind.TRUE_FALSE, "true-false": ItemKind.TRUE_FALSE,
    "tf": ItemKind.TRUE_FALSE,
    "jodoh": ItemKind.MATCHING, "menjodohkan": ItemKind.MATCHING, "matching": ItemKind.MATCHING,
    "urutan": ItemKind.ORDERING, "mengurutkan": ItemKind.ORDERING, "ordering": ItemKind.ORDERING,
    "isian": ItemKind.SHORT, "isian-singkat": ItemKind.SHORT, "short": ItemKind.SHORT, "short-answer": ItemKind.SHORT,
}  # fmt: skip
_LEVELS = {
    **{str(level): str(level) for level in Difficulty},
    "easy": "mudah", "medium": "sedang", "hard": "sulit", "sukar": "sulit", "difficult": "sulit",
}  # fmt: skip
_TRUE, _FALSE = ("benar", "b", "true", "t", "betul", "ya"), ("salah", "s", "false", "f", "tidak")
_SEVERAL = re.compile(r"[a-jA-J](?:\s*(?:[,;/&+]|dan|and)\s*[a-jA-J])*")
_ARROW = re.compile(r"\s*(?:=>|->|⇒|→)\s*")
HEADER_SEARCHED = 10


def read_sheet(content: bytes) -> Reading:
    """All questions of a CSV or XLSX file. Raises Unreadable when it is neither or has no column for the question."""
    tables, notes = sheet_cells.tables(content)
    collector = Collector()
    for note in notes:
        collector.about_file(note)
    read = False
    for table in tables:
        header = _header(table)
        where = f"sheet {table.name}, " if len(tables) > 1 else ""
        if header is None:
            if table.rows and len(tables) > 1:
                collector.about_file(f"the sheet {table.name} has no column soal (question) and is not read")
            continue
        read = True
        at, columns, unknown = header
        if unknown:
            collector.about_file(f"{where}columns not known and not read: {', '.join(unknown)}")
        for number, cells in table.rows[at + 1 :]:
            if collector.found >= MAX_QUESTIONS:
                return Reading(fault=f"more than {MAX_QUESTIONS:,} questions; split the file")
            row = {key: cells[place] for key, place in columns.items() if place < len(cells)}
            if not any(value for key, value in row.items() if key != "nomor"):
                continue
            draft = Draft(f"{where}row {number}", kind_of_text=markup.PLAIN)
            draft.name = clean_name(row.get("nama", ""))
            draft.category = " ".join(row.get("kategori", "").split())[:500]
            collector.take(draft, lambda d, row=row: _question(d, row))  # type: ignore[misc]
    if not read:
        return Reading(
            fault="no column soal (or question) in its first rows; docs/exchange.md lists the columns"
        )
    return collector.reading()


def _heading(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()[:80]).strip("-")


def _header(table: Table) -> tuple[int, dict[str, int], list[str]] | None:
    """(index of the header row, place of each column, headings not known) in the first rows."""
    for at, (_number, cells) in enumerate(table.rows[:HEADER_SEARCHED]):
        columns: dict[str, int] = {}
        unknown: list[str] = []
        for place, cell in enumerate(cells):
            key = _COLUMNS.get(_heading(cell))
            if key is not None:
                columns.setdefault(key, place)
            elif cell:
                unknown.append(" ".join(cell.split())[:40])
        if "soal" in columns and len(columns) > 1:
            return at, columns, unknown
    return None


def _question(draft: Draft, row: dict[str, str]) -> Question:
    for key, value in row.items():
        if isinstance(value, Formula):
            raise Refused(f"the cell {key} holds a formula; formulas are not worked out, write the result")
    stem = draft.block(row.get("soal", ""))
    options = {letter: row[letter] for letter in LETTERS if row.get(letter)}
    key = row.get("kunci", "").strip()
    kind = _kind(row.get("jenis", ""), options, key)
    feedback = draft.comment(row.get("pembahasan", ""))
    question = _by_kind(draft, kind, stem, options, key, row, feedback)
    level = row.get("tingkat", "").strip().casefold()
    if level and level not in _LEVELS:
        draft.note(f"the difficulty {level[:30]} is not mudah, sedang or sulit")
    return draft.question(
        question.kind,
        question.stem,
        question.answers,
        pairs=question.pairs,
        feedback=feedback,
        objective=" ".join(row.get("tujuan", "").split())[:300],
        difficulty=_LEVELS.get(level, ""),
    )


def _kind(told: str, options: dict[str, str], key: str) -> ItemKind:
    word = _heading(told)
    if word:
        if word not in _KINDS:
            raise Refused(
                f"the kind {told[:40]} is not known: tunggal, majemuk, benar-salah, jodoh, urutan, isian"
            )
        return _KINDS[word]
    if not options:
        return ItemKind.TRUE_FALSE if key.casefold() in (*_TRUE, *_FALSE) else ItemKind.SHORT
    several = _SEVERAL.fullmatch(key) is not None and len(_letters(key)) > 1
    return ItemKind.MULTIPLE if several else ItemKind.SINGLE


def _letters(key: str) -> list[str]:
    return re.findall(r"\b[a-j]\b", key.casefold())


def _by_kind(
    draft: Draft,
    kind: ItemKind,
    stem: str,
    options: dict[str, str],
    key: str,
    row: dict[str, str],
    feedback: str,
) -> Question:
    if kind is ItemKind.MATCHING:
        pairs = []
        for letter, text in options.items():
            sides = _ARROW.split(text, maxsplit=1)
            if len(sides) != 2:
                raise Refused(f"the pair in column {letter} has no arrow =>")
            pairs.append((draft.side(sides[0]), draft.side(sides[1])))
        return draft.matching(stem, pairs, feedback=feedback)
    if kind is ItemKind.ORDERING:
        order = _letters(key) or list(options)
        if sorted(order) != sorted(options):
            raise Refused("the key of an ordering names each step once, or is empty")
        return draft.ordering(stem, [draft.line(options[letter]) for letter in order], feedback=feedback)
    if not key:
        raise Refused("has no key")
    if kind is ItemKind.TRUE_FALSE:
        return _truth(draft, stem, key, row, feedback)
    if kind is ItemKind.SHORT:
        accepted = [Answer(part.replace("*", r"\*"), Fraction(1)) for part in re.split(r"[|\n]", key)]
        return draft.short(stem, accepted, feedback=feedback)
    right = _chosen(options, key)
    several = kind is ItemKind.MULTIPLE
    if not several and len(right) != 1:
        raise Refused("a single choice has one letter as its key")
    full = Fraction(1, len(right)) if several else Fraction(1)
    answers = [
        Answer(
            draft.line(text),
            full if letter in right else -full * several,
            draft.remark(row.get("alasan-" + letter, "")),
        )
        for letter, text in options.items()
    ]
    return draft.choices(stem, answers, several=several, feedback=feedback)


def _truth(draft: Draft, stem: str, key: str, row: dict[str, str], feedback: str) -> Question:
    word = key.casefold()
    options = {letter: row.get(letter, "").casefold().strip() for letter in "ab"}
    if word in options and options[word] in (*_TRUE, *_FALSE):
        word = options[word]
    if word not in (*_TRUE, *_FALSE):
        raise Refused(f"the key {key[:20]} is neither Benar nor Salah")
    swapped = options["a"] in _FALSE
    remarks = [draft.remark(row.get("alasan-" + letter, "")) for letter in ("ba" if swapped else "ab")]
    return draft.truth(stem, right=word in _TRUE, if_true=remarks[0], if_false=remarks[1], feedback=feedback)


def _chosen(options: dict[str, str], key: str) -> set[str]:
    """The letters that the key names, by letter or by the words of an option."""
    by_words = {" ".join(text.casefold().split()): letter for letter, text in options.items()}
    if _SEVERAL.fullmatch(key):
        right = set(_letters(key))
    else:
        right = {by_words.get(" ".join(key.casefold().split()), "")}
    if not right <= set(options):
        raise Refused(f"the key {key[:40]} is no option")
    return right
