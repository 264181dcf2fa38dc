"""The form of a corrected key. Its choices come from the question."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from courses.analysis_texts import REMEDIES
from courses.analysis_views import option_labels
from learning.kernel.fields import Form, TextField, at_most, required
from quizzes.correcting import REASON_LENGTH
from quizzes.items import Item
from quizzes.regrading import Correction, Remedy, remedies, right_options


class KeyForm(Form):
    """What is right from now on, and why."""

    cara = RadioField(
        _l("Apa yang salah?"), validators=[required(_l("Pilih apa yang salah."))], validate_choice=False
    )
    benar = SelectMultipleField(
        _l("Jawaban yang benar"),
        description=_l("Boleh lebih dari satu, bila lebih dari satu pilihan dapat dibenarkan."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    diterima = TextField(
        _l("Jawaban yang juga benar"),
        description=_l("Satu jawaban pada setiap baris."),
        validators=[at_most(4_000)],
    )
    alasan = TextField(
        _l("Alasan"),
        description=_l(
            "Untuk orang kedua dan untuk catatan: mengapa kunci yang terbit salah, dengan dasarnya."
        ),
        validators=[required(_l("Tulis alasannya.")), at_most(REASON_LENGTH)],
    )

    def offer(self, item: Item) -> None:
        """Offer what can be done about this question; on a fresh form with the present key ticked."""
        ways = remedies(item)
        self.cara.choices = [SelectChoice(way.value, REMEDIES[way]) for way in ways]
        self.benar.choices = [SelectChoice(key, label) for key, label in option_labels(item)]
        if not self.is_submitted():
            self.cara.data = ways[0].value
            self.benar.data = list(right_options(item))
        # A form that WTForms has rendered already keeps its marks; these are set before it is.
        if Remedy.KEY not in ways:
            del self.benar
        if Remedy.ACCEPT not in ways:
            del self.diterima

    def correction(self, item: Item) -> Correction | None:
        """What was chosen; None (with an error on its field) when nothing fitting was."""
        ways = {way.value: way for way in remedies(item)}
        way = ways.get(self.cara.data or "")
        if way is None:
            self.cara.errors = [*self.cara.errors, _("Pilih apa yang salah.")]
            return None
        chosen: list[Any] = list(self.benar.data or ()) if "benar" in self else []
        typed = (self.diterima.data or "") if "diterima" in self else ""
        return Correction(
            item.key,
            way,
            right=tuple(o.key for o in item.options if o.key in chosen) if way is Remedy.KEY else (),
            accepted=tuple(line.strip() for line in typed.splitlines() if line.strip())
            if way is Remedy.ACCEPT
            else (),
        )
