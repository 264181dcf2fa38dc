"""Sentences for the kernel's own refusals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TEXTS = {
    "kernel.not_found": _l("Halaman atau data ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "kernel.forbidden": _l("Halaman ini bukan untuk peran Anda."),
    "kernel.too_many": _l("Terlalu sering dicoba. Tunggu %(retry_after)s detik, lalu coba lagi."),
    "kernel.backup_not_sqlite": _l("Basis data ini bukan SQLite. Pakai pg_dump, lihat docs/operations.md."),
    "kernel.backup_exists": _l("Berkas %(path)s sudah ada. Pilih nama lain; cadangan lama tidak ditimpa."),
}
