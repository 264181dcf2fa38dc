"""The form of a subscription. Rules are the service's."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from certificates.hooks.addresses import MAX_LENGTH
from certificates.hooks.kinds import SUBSCRIBABLE, HookKind
from certificates.hooks.texts import KINDS
from learning.kernel.fields import Form, LineField, at_most, required


class HookForm(Form):
    """Which agency, where to, and what about."""

    mark = HiddenField()
    agency = SelectField(_l("Instansi"), validate_choice=False, validators=[required(_l("Pilih instansi."))])
    url = LineField(
        _l("Alamat penerima"),
        description=_l("Alamat https pada sistem instansi, misalnya https://simpeg.contoh.go.id/netra."),
        validators=[required(_l("Tulis alamat penerima.")), at_most(MAX_LENGTH)],
    )
    kinds = SelectMultipleField(
        _l("Kabar"),
        description=_l(
            "Pesan memuat nomor sertifikat atau kunci aturan, bukan nama atau NIP. Rinciannya ditanyakan dengan token."
        ),
        choices=[SelectChoice(str(kind), KINDS[kind]) for kind in SUBSCRIBABLE],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[required(_l("Pilih paling sedikit satu jenis kabar."))],
    )

    def chosen(self) -> list[HookKind]:
        """The kinds ticked; whatever else was sent is left out."""
        known = {str(kind) for kind in SUBSCRIBABLE}
        return [HookKind(value) for value in self.kinds.data or () if value in known]
