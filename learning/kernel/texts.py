"""Sentences for the kernel's own refusals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TEXTS = {
    "kernel.not_found": _l("Halaman atau data ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "kernel.forbidden": _l("Halaman ini bukan untuk peran Anda."),
    "kernel.too_many": _l("Terlalu sering dicoba. Tunggu %(retry_after)s detik, lalu coba lagi."),
}
