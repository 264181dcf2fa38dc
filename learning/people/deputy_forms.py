"""The form of handing over."""

from __future__ import annotations

import hashlib

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from learning.kernel.fields import DateField, LineField, NipField, at_most, required
from learning.people.forms import NumberForm, PickField


class DeputyForm(NumberForm):
    """To whom, for which unit, from when to when, and why. Units get their options in the route."""

    unit = PickField(_l("Unit yang pengawasannya diserahkan"), validators=[required(_l("Pilih unit."))])
    nip = NipField(
        _l("NIP atau NI PPPK wakil"),
        validators=[required(_l("Isi 18 angka NIP wakil.")), at_most(40)],
        description=_l("Pegawai yang menduduki jabatan di instansi yang sama."),
    )
    mulai = DateField(_l("Mulai"), validators=[required(_l("Isi hari pertama."))])
    sampai = DateField(_l("Sampai dengan"), validators=[required(_l("Isi hari terakhir."))])
    alasan = LineField(
        _l("Alasan"),
        validators=[required(_l("Tulis alasannya.")), at_most(300)],
        description=_l(
            "Misalnya cuti tahunan atau perjalanan dinas. Wakil dan admin instansi ikut membacanya."
        ),
    )
    pasti = HiddenField()

    def asked_for(self) -> str:
        """The fingerprint of person, unit and days: what was shown is what is confirmed, nothing that was changed since."""
        parts = (self.unit.data, self.nip.data, self.mulai.data, self.sampai.data)
        return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]
