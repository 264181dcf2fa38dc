"""Sentences about training history."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates.history.models import SubmissionState

TEXTS: dict[str, Any] = {
    "history.nothing": _l("Tidak ada sertifikat yang menunggu diserahkan."),
    "history.too_many": _l("Paling banyak %(max)d sertifikat dalam satu penyerahan."),
    "history.queued_already": _l("Sebagian sertifikat baru saja masuk antrean. Muat ulang, lalu coba lagi."),
    "history.unknown": _l("Penyerahan ini tidak ada, atau bukan milik instansi yang Anda kelola."),
    "history.no_file": _l("Berkasnya belum ada. Tunggu sampai penyerahan selesai."),
}
STATES: dict[SubmissionState, Any] = {
    SubmissionState.WAITING: _l("Menunggu"),
    SubmissionState.HANDED_OVER: _l("Diserahkan"),
    SubmissionState.FAILED: _l("Gagal, dicoba lagi"),
}
STATE_LOOK = {
    SubmissionState.WAITING: ("warn", "clock"),
    SubmissionState.HANDED_OVER: ("ok", "circle-check"),
    SubmissionState.FAILED: ("bad", "circle-x"),
}
