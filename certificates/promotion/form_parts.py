"""Parts of the form of a rule: what is demanded (twice, for a transition), and one exemption."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from certificates.promotion import texts as rule_texts
from certificates.promotion.rulebook import EMPLOYMENT, LONGEST, MODES, POSITIONS, PROOFS
from learning.kernel.fields import DateField, LineField, at_most
from learning.people import texts as people_texts
from learning.people.kinds import EmploymentType, PositionType

LONGEST_DAY = 20


def word_choices(words: Mapping[str, Any], labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """The closed words of the rulebook as choices, each with its label."""
    return [SelectChoice(word, labels[meant]) for word, meant in words.items()]


EMPLOYMENT_CHOICES = [SelectChoice(word, people_texts.EMPLOYMENT_TYPES[EmploymentType(kind)]) for word, kind in EMPLOYMENT.items()]  # fmt: skip
POSITION_CHOICES = [SelectChoice(word, people_texts.POSITION_TYPES[PositionType(kind)]) for word, kind in POSITIONS.items()]  # fmt: skip


class Boxes(SelectMultipleField):
    """Several of a list, as check boxes; what is not in the list is refused by `read_rule`, in our words."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **values: Any) -> None:
        super().__init__(label, validate_choice=False, **values)
        self.type = "SelectMultipleField"  # by which the component knows check boxes


class Editions(Field):
    """A day for each course, as typed: fields named `<name>-<key of the course>`. Days are judged by `read_rule`."""

    data: dict[str, str]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """The days that were sent, else those given; empty ones are left out."""
        self.process_errors: list[Any] = []
        found = {} if not isinstance(data, Mapping) else dict(data)
        if formdata is not None:
            head = f"{self.name}-"
            found = {
                name.removeprefix(head): formdata.get(name) for name in formdata if name.startswith(head)
            }
        cleaned = {key: _line(value) for key, value in found.items()}
        self.data = {key: value for key, value in cleaned.items() if value}
        self.raw_data = list(self.data.values())


class Part(WTForm):
    """A part of a form: no token of its own, and only our own sentences."""

    class Meta:
        locales = ("id",)

        def get_translations(self, form: Any) -> Any:
            """As in `learning.kernel.fields.Form`."""
            return None


class DemandFields:
    """What must be proved, one field each; `demand` gives it as `read_rule` reads it. Mixed into forms."""

    kursus = Boxes(_l("Kursus yang diminta"))
    cara = SelectField(_l("Banyaknya"), choices=word_choices(MODES, rule_texts.MODES), validate_choice=False)
    sejumlah = LineField(_l("Sejumlah"), description=_l("Diisi hanya untuk “sejumlah kursus”."), validators=[at_most(9)])  # fmt: skip
    jp = LineField(_l("JP paling sedikit"), description=_l("Jumlah JP dari kursus yang dibuktikan."), validators=[at_most(9)])  # fmt: skip
    edisi = DateField(
        _l("Edisi kursus sejak"),
        description=_l("Sertifikat dari edisi yang terbit sebelumnya tidak dihitung."),
        validators=[Optional()],
    )
    edisi_kursus = Editions(_l("Tanggal edisi tersendiri"))
    bukti = SelectField(_l("Bukti"), choices=word_choices(PROOFS, rule_texts.PROOFS), validate_choice=False)
    bulan = LineField(_l("Berapa bulan"), description=_l("Diisi bila kelulusan yang baru ikut dihitung."), validators=[at_most(9)])  # fmt: skip

    def demand(self, titles: Mapping[str, str]) -> dict[str, Any]:
        """The demand in plain values. A course's own day goes before the day of all."""
        every = self.edisi.data.isoformat() if self.edisi.data else None
        return {
            "kursus": [
                {
                    "kunci": course,
                    "judul": titles.get(course, ""),
                    "edisi-mulai": self.edisi_kursus.data.get(course) or every,
                }
                for course in self.kursus.data or []
            ],
            "cara": self.cara.data,
            "sejumlah": number(self.sejumlah.data),
            "jp-minimal": number(self.jp.data),
            "bukti": self.bukti.data,
            "bulan": number(self.bulan.data),
        }


class DemandPart(DemandFields, Part):
    """The demand that suffices as well during a transition."""

    @property
    def asks(self) -> bool:
        """Whether anything is asked in it."""
        return bool(self.kursus.data or (self.jp.data or "").strip())


class ExemptionPart(Part):
    """Who need not prove anything: a group, or whoever is granted a reason that has a key."""

    jenis = Boxes(_l("Jenis pegawai"), choices=EMPLOYMENT_CHOICES)
    jabatan = Boxes(_l("Jenis jabatan"), choices=POSITION_CHOICES)
    kunci = LineField(
        _l("Atau kunci untuk alasan perorangan"),
        description=_l(
            "Misalnya cltn. Hanya menolong orang yang diberi alasan ini; jenis di atas dikosongkan."
        ),
        validators=[at_most(LONGEST["kunci"])],
    )
    alasan = LineField(_l("Alasan"), validators=[at_most(LONGEST["alasan"])])

    def entry(self) -> dict[str, Any] | None:
        """The exemption in plain values; None when nothing was filled in."""
        found = {
            "kunci": (self.kunci.data or "").lower(),
            "alasan": self.alasan.data,
            "jenis-pegawai": self.jenis.data or [],
            "jabatan": self.jabatan.data or [],
        }
        return found if any(found.values()) else None


def demand_values(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a demand as `rulebook.plain` writes it."""
    wanted = asked.get("kursus", [])
    days = {need["kunci"]: need.get("edisi-mulai") for need in wanted}
    alike = len(set(days.values())) == 1
    every = next(iter(days.values()), None) if alike else None
    return {
        "kursus": list(days),
        "cara": asked.get("cara", "semua"),
        "sejumlah": str(asked.get("sejumlah") or ""),
        "jp": str(asked.get("jp-minimal") or ""),
        "edisi": date.fromisoformat(every) if every else None,
        "edisi_kursus": {} if alike else {key: day for key, day in days.items() if day},
        "bukti": asked["bukti"],
        "bulan": str(asked.get("bulan") or ""),
    }


def number(text: str | None) -> int | str | None:
    """A whole number in ASCII digits; anything else as it was typed, for `read_rule` to refuse."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else text or None


def _line(value: Any) -> str:
    return "".join(ch for ch in str(value or "") if ch >= " ").strip()[:LONGEST_DAY]
