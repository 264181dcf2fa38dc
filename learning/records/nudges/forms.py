"""Forms of nudges."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.kernel.fields import DateField, Form, required
from learning.people.forms import PickField, options
from learning.records.nudges.planning import HALF_HOURS

TIMES = {f"{half:%H.%M}": half for half in HALF_HOURS}


class PlanForm(Form):
    """A day and a time of day."""

    hari = DateField(_l("Hari"), [required(_l("Pilih harinya."))])
    pukul = PickField(_l("Pukul"), choices=options((words, words) for words in TIMES))
