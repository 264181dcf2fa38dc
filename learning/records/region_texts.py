"""What regions are called where people read them, and the words of the table beside the map."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from learning.records import regions
from learning.records.mapping import NOWHERE, Order

ORDER = {
    Order.WORST: _l("Yang tertinggal di atas"),
    Order.NAME: _l("Menurut nama"),
    Order.RATE: _l("Persen lulus, terendah di atas"),
    Order.EXPECTED: _l("Wajib, terbanyak di atas"),
    Order.MISSING: _l("Belum lulus, terbanyak di atas"),
}


def name(code: str, province: str | None = None) -> str:
    """A region as a heading or a row. With `province`: as a row of its page, where its own code means no regency."""
    if code == NOWHERE:
        return _("Tanpa kode wilayah")
    if code == province:
        return _("Tingkat provinsi, tanpa kabupaten/kota")
    if code[:2] == regions.REHEARSAL:
        return _("Wilayah latihan %(code)s", code=code)
    return regions.names().get(code) or _("Kode %(code)s, tidak ada dalam daftar resmi", code=code)
