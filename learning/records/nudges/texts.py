"""Sentences for refusals about planned times, and words for nudges."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from learning.records.nudges.models import NudgeKind

TEXTS = {
    "records.plan_past": _l("Waktu yang Anda pilih sudah lewat. Pilih waktu yang akan datang."),
    "records.plan_far": _l("Waktu yang Anda pilih lebih dari 60 hari lagi. Pilih hari yang lebih dekat."),
    "records.plan_after_due": _l("Waktu yang Anda pilih melewati tenggat Anda. Pilih waktu sebelum tenggat."),
    "records.plan_passed": _l("Anda sudah lulus kursus ini, jadi tidak perlu direncanakan lagi."),
    "records.nudge_choice": _l("Pilih mengaktifkan atau menonaktifkan."),
}
NAMES = {
    NudgeKind.PLAN: _l("Rencana waktu belajar"),
    NudgeKind.PEERS: _l("Jumlah rekan seunit yang lulus"),
}
MEANINGS = {
    NudgeKind.PLAN: _l(
        "Rencana Anda tampil di beranda dan disebut dalam surat pengingat yang biasa dikirim."
    ),
    NudgeKind.PEERS: _l(
        "Satu kalimat seperti “18 dari 24 pegawai di unit Anda sudah lulus”, hanya bila lebih dari separuh sudah lulus, tanpa "
        "nama."
    ),
}
