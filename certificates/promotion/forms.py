"""The form of a rule: from what was typed to what `rulebook.read_rule` reads, and back.

The form says all that a file can, in the same order, and without script: rows of exemptions are added by a button that sends
the form and saves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from certificates.promotion import texts as rule_texts
from certificates.promotion.form_parts import (
    POSITION_CHOICES,
    Boxes,
    DemandFields,
    DemandPart,
    ExemptionPart,
    demand_values,
    word_choices,
)
from certificates.promotion.models import RuleVerdict
from certificates.promotion.rulebook import (
    KINDS,
    LONGEST,
    SOURCES,
    RuleProblem,
    RuleReading,
    plain,
    read_rule,
)
from certificates.promotion.rules import MAX_EXEMPTIONS, RuleText
from learning.kernel.fields import DateField, Form, LineField, TextField, add_error, at_most, required

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
    "peralihan": "peralihan",
    "sumber": "sumber",
    "dasar": "dasar",
    "catatan": "catatan",
    "berlaku-mulai": "mulai",
    "berlaku-sampai": "sampai",
}
_EXEMPTION_FIELDS = {"kunci": "kunci", "alasan": "alasan", "jenis-pegawai": "jenis", "jabatan": "jabatan"}
OLDER, OWN = "sebelumnya", "sendiri"
"""What suffices during a transition: what the version before asks, or a demand of its own."""
FIRST_ROWS = 2


class HiddenLine(LineField):
    """A line that the page carries along unseen; control characters are dropped like those of every line."""

    widget = HiddenInput()


class RuleForm(DemandFields, Form):
    """Everything a rule says, one field each."""

    judul = LineField(_l("Judul"), validators=[at_most(LONGEST["judul"])])
    instansi = SelectField(_l("Berlaku untuk"), validate_choice=False)
    jenis = SelectField(_l("Jenis"), choices=word_choices(KINDS, rule_texts.KINDS), validate_choice=False)
    jenjang = LineField(
        _l("Jenjang tujuan"),
        description=_l("Misalnya Administrator, atau Kenaikan pangkat."),
        validators=[at_most(LONGEST["jenjang"])],
    )
    jabatan_asal = Boxes(
        _l("Dari jenis jabatan"),
        description=_l("Tanpa pilihan: dari jabatan apa pun."),
        choices=POSITION_CHOICES,
    )
    golongan_asal = LineField(
        _l("Dari golongan"),
        description=_l("Pisahkan dengan koma, misalnya III/c, III/d. Kosong: golongan apa pun."),
        validators=[at_most(200)],
    )
    pengecualian = FieldList(FormField(ExemptionPart), min_entries=FIRST_ROWS, max_entries=MAX_EXEMPTIONS)
    peralihan = DateField(
        _l("Syarat lain juga cukup sampai"),
        description=_l("Masa peralihan; kosong bila syarat baru langsung berlaku."),
        validators=[Optional()],
    )
    peralihan_syarat = RadioField(
        _l("Yang juga cukup selama peralihan"),
        choices=[
            SelectChoice(OLDER, _l("Syarat versi sebelumnya")),
            SelectChoice(OWN, _l("Syarat yang diisi di bawah")),
        ],
        default=OLDER,
        validate_choice=False,
    )
    lama = FormField(DemandPart)
    sumber = SelectField(_l("Sumber"), choices=word_choices(SOURCES, rule_texts.SOURCES), validate_choice=False)  # fmt: skip
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
        for part in (self, self.lama.form):
            part.kursus.choices = [SelectChoice(key, title) for key, title in titles.items()]

    def add_row(self) -> None:
        """One more empty exemption, as far as a rule may have more."""
        if len(self.pengecualian) < MAX_EXEMPTIONS:
            self.pengecualian.append_entry()

    def row_problems(self) -> Iterator[tuple[str, Any]]:
        """(id of the field, sentence) of everything wrong in the rows of exemptions."""
        for row in self.pengecualian:
            for field in row.form:
                if field.errors:
                    yield field.id, field.errors[0]

    @property
    def wrong(self) -> bool:
        """Whether anything in it must be mended."""
        return bool(self.errors) or any(True for _ in self.row_problems())

    def read(self, *, key: str, titles: Mapping[str, str], before: RuleText | None) -> RuleReading:
        """What was typed, read as a rule; every problem is hung on its field."""
        reading = read_rule(self._data(key, titles, before))
        for problem in reading.problems:
            self._hang(problem)
        return reading

    def _data(self, key: str, titles: Mapping[str, str], before: RuleText | None) -> dict[str, Any]:
        return {
            "kunci": key,
            "judul": self.judul.data,
            "jenis": self.jenis.data,
            "jenjang": self.jenjang.data,
            "jabatan-asal": self.jabatan_asal.data,
            "golongan-asal": [part.strip() for part in (self.golongan_asal.data or "").split(",") if part.strip()],
            "syarat": self.demand(titles),
            "pengecualian": [row.form.entry() for row in self._filled_rows()],
            "peralihan": self._transition(titles, before),
            "sumber": self.sumber.data,
            "dasar": self.dasar.data,
            "catatan": self.catatan.data,
            "berlaku-mulai": self.mulai.data,
            "berlaku-sampai": self.sampai.data,
        }  # fmt: skip

    def _filled_rows(self) -> list[Any]:
        return [row for row in self.pengecualian if row.form.entry() is not None]

    def _transition(self, titles: Mapping[str, str], before: RuleText | None) -> dict[str, Any] | None:
        own = self.peralihan_syarat.data == OWN or before is None
        if self.peralihan.data is None and not (own and self.lama.form.asks):
            return None
        demand = self.lama.form.demand(titles) if own else plain(before)["syarat"]  # type: ignore[arg-type]
        return {"sampai": self.peralihan.data, "syarat": demand}

    def _hang(self, problem: RuleProblem) -> None:
        place, part = problem.place, self
        if place.startswith("pengecualian."):
            _, at, name = [*place.split("."), ""][:3]
            row = self._filled_rows()[int(at) - 1].form
            field = row[_EXEMPTION_FIELDS.get(name, "jenis")]
        else:
            if place.startswith("peralihan.syarat"):
                part, place = self.lama.form, place.removeprefix("peralihan.")
            while place and place not in _FIELDS:
                place = place.rpartition(".")[0]
            field = part[_FIELDS.get(place, "judul")]
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
    """The form's fields for a rule that is to be changed: all that it says but its first day."""
    data = plain(rule)
    transition = data.get("peralihan")
    return {
        "judul": rule.title,
        "jenis": data["jenis"],
        "jenjang": rule.target_level,
        "jabatan_asal": data.get("jabatan-asal", []),
        "golongan_asal": ", ".join(rule.from_grades),
        **demand_values(data["syarat"]),
        "pengecualian": [
            {
                "jenis": one.get("jenis-pegawai", []),
                "jabatan": one.get("jabatan", []),
                "kunci": one.get("kunci", ""),
                "alasan": one["alasan"],
            }
            for one in data.get("pengecualian", [])
        ],
        "peralihan": date.fromisoformat(transition["sampai"]) if transition else None,
        "peralihan_syarat": OWN if transition else OLDER,
        "lama": demand_values(transition["syarat"]) if transition else {},
        "sumber": data["sumber"],
        "dasar": rule.legal_basis,
        "catatan": rule.note,
        "mulai": None,
        "sampai": rule.valid_to,
        "kunci": rule.key,
    }


def slug(text: str) -> str:
    """A title as the key of a rule: lower case, hyphens, at most 48 characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48].strip("-") or "aturan"
