"""The form of a rule: from what was typed to what `rulebook.read_rule` reads, and back.

The form says less than a file can: one oldest edition for all courses, one exemption by group. A rule that says more is
changed as a file, never silently simplified (`fits`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from certificates.promotion import texts as rule_texts
from certificates.promotion.models import RuleVerdict
from certificates.promotion.rulebook import (
    EMPLOYMENT,
    KINDS,
    LONGEST,
    MODES,
    POSITIONS,
    PROOFS,
    SOURCES,
    RuleProblem,
    RuleReading,
    plain,
    read_rule,
)
from certificates.promotion.rules import RuleText
from learning.kernel.fields import DateField, Form, LineField, TextField, add_error, at_most, required
from learning.people import texts as people_texts
from learning.people.kinds import EmploymentType, PositionType

# The place that a problem names -> the field it is hung on. The longest prefix counts.
_FIELDS = {
    "kunci": "judul",
    "judul": "judul",
    "jenis": "jenis",
    "jenjang": "jenjang",
    "jabatan-asal": "jabatan_asal",
    "golongan-asal": "golongan_asal",
    "syarat": "kursus",
    "syarat.cara": "cara",
    "syarat.sejumlah": "sejumlah",
    "syarat.jp-minimal": "jp",
    "syarat.bukti": "bukti",
    "syarat.bulan": "bulan",
    "pengecualian": "perorangan",
    "pengecualian.1": "kecuali_alasan",
    "peralihan": "peralihan",
    "sumber": "sumber",
    "dasar": "dasar",
    "catatan": "catatan",
    "berlaku-mulai": "mulai",
    "berlaku-sampai": "sampai",
}


def _word_choices(words: Mapping[str, Any], labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(word, labels[meant]) for word, meant in words.items()]


_EMPLOYMENT = [SelectChoice(word, people_texts.EMPLOYMENT_TYPES[EmploymentType(kind)]) for word, kind in EMPLOYMENT.items()]  # fmt: skip
_POSITIONS = [SelectChoice(word, people_texts.POSITION_TYPES[PositionType(kind)]) for word, kind in POSITIONS.items()]  # fmt: skip


class Boxes(SelectMultipleField):
    """Several of a list, as check boxes; what is not in the list is refused by `read_rule`, in our words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **values: Any) -> None:
        super().__init__(label, validate_choice=False, **values)
        self.type = "SelectMultipleField"  # by which the component knows check boxes


class HiddenLine(LineField):
    """A line that the page carries along unseen; control characters are dropped like those of every line."""

    widget = HiddenInput()


class RuleForm(Form):
    """Everything a rule says, one field each."""

    judul = LineField(_l("Judul"), validators=[at_most(LONGEST["judul"])])
    instansi = SelectField(_l("Berlaku untuk"), validate_choice=False)
    jenis = SelectField(_l("Jenis"), choices=_word_choices(KINDS, rule_texts.KINDS), validate_choice=False)
    jenjang = LineField(
        _l("Jenjang tujuan"),
        description=_l("Misalnya Administrator, atau Kenaikan pangkat."),
        validators=[at_most(LONGEST["jenjang"])],
    )
    jabatan_asal = Boxes(_l("Dari jenis jabatan"), description=_l("Tanpa pilihan: dari jabatan apa pun."), choices=_POSITIONS)  # fmt: skip
    golongan_asal = LineField(
        _l("Dari golongan"),
        description=_l("Pisahkan dengan koma, misalnya III/c, III/d. Kosong: golongan apa pun."),
        validators=[at_most(200)],
    )
    kursus = Boxes(_l("Kursus yang diminta"))
    cara = SelectField(_l("Banyaknya"), choices=_word_choices(MODES, rule_texts.MODES), validate_choice=False)
    sejumlah = LineField(_l("Sejumlah"), description=_l("Diisi hanya untuk “sejumlah kursus”."), validators=[at_most(9)])  # fmt: skip
    jp = LineField(_l("JP paling sedikit"), description=_l("Jumlah JP dari kursus yang dibuktikan."), validators=[at_most(9)])  # fmt: skip
    edisi = DateField(
        _l("Edisi kursus sejak"),
        description=_l("Sertifikat dari edisi yang terbit sebelumnya tidak dihitung."),
        validators=[Optional()],
    )
    bukti = SelectField(_l("Bukti"), choices=_word_choices(PROOFS, rule_texts.PROOFS), validate_choice=False)
    bulan = LineField(_l("Berapa bulan"), description=_l("Diisi bila kelulusan yang baru ikut dihitung."), validators=[at_most(9)])  # fmt: skip
    kecuali_jenis = Boxes(_l("Dikecualikan: jenis pegawai"), choices=_EMPLOYMENT)
    kecuali_jabatan = Boxes(_l("Dikecualikan: jenis jabatan"), choices=_POSITIONS)
    kecuali_alasan = LineField(_l("Alasan pengecualian"), validators=[at_most(LONGEST["alasan"])])
    perorangan = TextField(
        _l("Alasan yang diberikan perorangan"),
        description=_l("Satu baris satu alasan, misalnya “cltn: Cuti di luar tanggungan negara”."),
        validators=[at_most(2_000)],
    )
    peralihan = DateField(
        _l("Syarat versi sebelumnya juga cukup sampai"),
        description=_l("Masa peralihan; kosong bila syarat baru langsung berlaku."),
        validators=[Optional()],
    )
    sumber = SelectField(_l("Sumber"), choices=_word_choices(SOURCES, rule_texts.SOURCES), validate_choice=False)  # fmt: skip
    dasar = TextField(
        _l("Dasar"),
        description=_l("Peraturan atau keputusan yang meminta sertifikat ini, dengan nomor dan tahunnya."),
        validators=[at_most(LONGEST["dasar"])],
    )
    catatan = TextField(
        _l("Yang dikatakan peraturan"),
        description=_l(
            "Tampil di samping setiap putusan. Peraturan nasional tidak mensyaratkan sertifikat netralitas."
        ),
        validators=[at_most(LONGEST["catatan"])],
    )
    mulai = DateField(_l("Berlaku mulai"), validators=[InputRequired(_l("Isi hari pertama aturan berlaku."))])
    sampai = DateField(_l("Berlaku sampai"), validators=[Optional()])
    alasan = TextField(
        _l("Mengapa diusulkan"),
        validators=[required(_l("Tuliskan alasan usulan untuk orang kedua.")), at_most(1_000)],
    )
    kunci = HiddenLine()

    def offer_courses(self, titles: Mapping[str, str]) -> None:
        """Set the courses to choose from."""
        self.kursus.choices = [SelectChoice(key, title) for key, title in titles.items()]

    def read(self, *, key: str, titles: Mapping[str, str], before: RuleText | None) -> RuleReading:
        """What was typed, read as a rule; every problem is hung on its field."""
        reading = read_rule(self._data(key, titles, before))
        for problem in reading.problems:
            self._hang(problem)
        return reading

    def _data(self, key: str, titles: Mapping[str, str], before: RuleText | None) -> dict[str, Any]:
        edition = self.edisi.data.isoformat() if self.edisi.data else None
        wanted = [
            {"kunci": course, "judul": titles.get(course, ""), "edisi-mulai": edition}
            for course in self.kursus.data or []
        ]
        exemptions = [*self._group_exemption(), *_named(self.perorangan.data or "")]
        older = plain(before)["syarat"] if before and self.peralihan.data else None
        return {
            "kunci": key,
            "judul": self.judul.data,
            "jenis": self.jenis.data,
            "jenjang": self.jenjang.data,
            "jabatan-asal": self.jabatan_asal.data,
            "golongan-asal": [part.strip() for part in (self.golongan_asal.data or "").split(",") if part.strip()],
            "syarat": {
                "kursus": wanted,
                "cara": self.cara.data,
                "sejumlah": _number(self.sejumlah.data),
                "jp-minimal": _number(self.jp.data),
                "bukti": self.bukti.data,
                "bulan": _number(self.bulan.data),
            },
            "pengecualian": exemptions,
            "peralihan": {"sampai": self.peralihan.data, "syarat": older} if older else None,
            "sumber": self.sumber.data,
            "dasar": self.dasar.data,
            "catatan": self.catatan.data,
            "berlaku-mulai": self.mulai.data,
            "berlaku-sampai": self.sampai.data,
        }  # fmt: skip

    def _group_exemption(self) -> list[dict[str, Any]]:
        entry = {
            "alasan": self.kecuali_alasan.data,
            "jenis-pegawai": self.kecuali_jenis.data or [],
            "jabatan": self.kecuali_jabatan.data or [],
        }
        return [entry] if any(entry.values()) else []

    def _hang(self, problem: RuleProblem) -> None:
        place = problem.place
        if place.startswith("pengecualian.1") and not self._group_exemption():
            place = "pengecualian"
        while place and place not in _FIELDS:
            place = place.rpartition(".")[0]
        field = self[_FIELDS.get(place, "judul")]
        if not field.errors:
            add_error(field, rule_texts.problem_sentence(problem))


class DecisionForm(Form):
    """What the second person says about a proposal. `isi` is the fingerprint of what they have read."""

    putusan = RadioField(
        _l("Putusan"),
        choices=[
            SelectChoice(str(RuleVerdict.APPROVED), _l("Setujui: berlaku mulai tanggalnya")),
            SelectChoice(str(RuleVerdict.RETURNED), _l("Kembalikan kepada pengusul")),
        ],
        validate_choice=False,
        validators=[required(_l("Pilih putusan."))],
    )
    catatan = TextField(_l("Catatan untuk pengusul"), validators=[at_most(1_000)])
    isi = HiddenField()

    def verdict(self) -> RuleVerdict | None:
        """The verdict, None when something else than one of the list was sent."""
        value = self.putusan.data
        known = (RuleVerdict.APPROVED, RuleVerdict.RETURNED)
        return next((one for one in known if str(one) == value), None)


class WaiverForm(Form):
    """An exemption for one person: which reason, from when to when, by which decision."""

    pengecualian = SelectField(
        _l("Alasan"), validate_choice=False, validators=[required(_l("Pilih alasan."))]
    )
    dari = DateField(_l("Sejak"), validators=[InputRequired(_l("Isi hari pertamanya."))])
    hingga = DateField(_l("Sampai"), validators=[InputRequired(_l("Isi hari terakhirnya."))])
    dasar = LineField(
        _l("Dasar keputusan"), validators=[required(_l("Tuliskan nomor keputusannya.")), at_most(300)]
    )
    aturan = HiddenField()
    tanggal = HiddenField()


def values_of(rule: RuleText) -> dict[str, Any]:
    """The form's fields for a rule that is to be changed. Its transition is over once there is another version."""
    demand = rule.demand
    data = plain(rule)
    asked = data["syarat"]
    group: dict[str, Any] = next((one for one in data.get("pengecualian", []) if "kunci" not in one), {})
    named = [one for one in data.get("pengecualian", []) if "kunci" in one]
    return {
        "judul": rule.title,
        "jenis": data["jenis"],
        "jenjang": rule.target_level,
        "jabatan_asal": data.get("jabatan-asal", []),
        "golongan_asal": ", ".join(rule.from_grades),
        "kursus": [need.key for need in demand.courses],
        "cara": asked.get("cara", "semua"),
        "sejumlah": str(demand.count or ""),
        "jp": str(demand.min_jp or ""),
        "edisi": next((need.edition_from for need in demand.courses), None),
        "bukti": asked["bukti"],
        "bulan": str(demand.months or ""),
        "kecuali_jenis": group.get("jenis-pegawai", []),
        "kecuali_jabatan": group.get("jabatan", []),
        "kecuali_alasan": group.get("alasan", ""),
        "perorangan": "\n".join(f"{one['kunci']}: {one['alasan']}" for one in named),
        "sumber": data["sumber"],
        "dasar": rule.legal_basis,
        "catatan": rule.note,
        "mulai": None,
        "sampai": rule.valid_to,
        "kunci": rule.key,
    }


def fits(rule: RuleText) -> bool:
    """Whether the form can say all that the rule says."""
    editions = {need.edition_from for need in rule.demand.courses}
    groups = [one for one in rule.exemptions if not one.key]
    ordered = [*groups, *(one for one in rule.exemptions if one.key)]
    return len(editions) <= 1 and len(groups) <= 1 and ordered == list(rule.exemptions)


def slug(text: str) -> str:
    """A title as the key of a rule: lower case, hyphens, at most 48 characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48].strip("-") or "aturan"


def _named(text: str) -> list[dict[str, str]]:
    found = []
    for line in text.splitlines():
        key, colon, reason = (part.strip() for part in line.partition(":"))
        if colon and reason:
            found.append({"kunci": key.lower(), "alasan": reason})
        elif key:
            found.append({"kunci": slug(key), "alasan": key})
    return found


def _number(text: str | None) -> int | str | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else text or None
