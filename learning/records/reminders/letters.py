"""The one letter about everything that is due, in the reader's language: what, by when, why, how long it takes, one link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from learning.kernel import clock
from learning.kernel.access import Role
from learning.kernel.web import format_date, format_moment
from learning.records.duedates import DueReason, MadeUp
from learning.records.nudges.queries import Nudge
from learning.records.queries import EnrolmentRow
from learning.records.texts import STAGE, inside


@dataclass(frozen=True, slots=True)
class Office:
    """In whose name a letter was asked for: the role, and the unit it is held over (None: over everything)."""

    role: Role
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One open course as the letter speaks of it. `minutes`: how long all of it takes, None when nobody knows.

    `before_on`: the last day before it moved, when it has moved lately.
    """

    title: str
    due_on: date
    days_left: int
    reason: DueReason | None
    steps_done: int
    steps_total: int
    minutes: int | None
    before_on: date | None = None
    planned_at: datetime | None = None
    peers: tuple[int, int] | None = None


def item(
    row: EnrolmentRow,
    zone: str,
    now: datetime,
    minutes: int | None,
    before_at: datetime | None = None,
    nudge: Nudge | None = None,
) -> Item:
    """An open enrolment with a date, seen from the calendar of `zone`; `before_at`: the date before it moved lately; with
    what may be said beside it now.
    """
    assert row.due_at is not None  # only what is due is told
    due_on = clock.local_date(row.due_at, zone)
    left = (due_on - clock.local_date(now, zone)).days
    before_on = clock.local_date(before_at, zone) if before_at else None
    planned_at = clock.local(nudge.planned_at, zone) if nudge and nudge.planned_at else None
    return Item(
        row.course_title,
        due_on,
        left,
        row.due_reason,
        row.steps_done,
        row.steps_total,
        minutes,
        before_on if before_on != due_on else None,
        planned_at,
        nudge.peers if nudge else None,
    )


def letter(items: Sequence[Item], *, name: str, locale: str, office: Office | None = None) -> tuple[str, str]:
    """Subject and text. The subject names the nearest last day, and the course when there is only one.

    `office`: who asked for the letter, when somebody did.
    """
    with force_locale(locale):
        ordered = sorted(items, key=lambda one: (one.due_on, one.title))
        parts = [
            _("Yth. %(name)s,", name=name),
            ngettext(
                "%(num)s kursus wajib belum Anda selesaikan.",
                "%(num)s kursus wajib belum Anda selesaikan.",
                len(ordered),
            ),
            *([asked_by(office)] if office else []),
            *(_paragraph(one) for one in ordered),
            _("Lanjutkan dari halaman depan Anda:") + "\n" + current_app.config["NETRA"].base_url + "/",
            _(
                "Surat ini berhenti dengan sendirinya begitu Anda lulus. Anda menerimanya karena kursus ini ditugaskan "
                "kepada Anda; bila tenggatnya keliru, sampaikan kepada bagian kepegawaian instansi Anda."
            ),
            *([switched_at()] if any(one.planned_at or one.peers for one in ordered) else []),
            "Netra",
        ]
        return _subject(ordered), "\n\n".join(parts) + "\n"


def switched_at() -> str:
    """Where the lines about plan and colleagues are switched off; the rest of the letter is no nudge."""
    return _(
        "Kalimat tentang rencana dan rekan seunit dapat Anda nonaktifkan di %(url)s. Pengingat tenggat tetap dikirim karena "
        "kewajibannya tetap ada.",
        url=f"{current_app.config['NETRA'].base_url}/akun/dorongan",
    )


def asked_by(office: Office) -> str:
    """The sentence that says who asked: the office, never the name of who holds it."""
    if office.unit_name is None:
        return _("Surat ini dikirim atas permintaan pengelola Netra.")
    if office.role is Role.SUPERVISOR:
        return _("Surat ini dikirim atas permintaan pimpinan %(unit)s.", unit=office.unit_name)
    if office.role is Role.HR:
        return _("Surat ini dikirim atas permintaan bagian kepegawaian %(unit)s.", unit=office.unit_name)
    return _("Surat ini dikirim atas permintaan admin %(unit)s.", unit=office.unit_name)


def _subject(items: Sequence[Item]) -> str:
    first = items[0]
    if len(items) > 1:
        return ngettext(
            "%(num)s kursus menunggu Anda, %(when)s",
            "%(num)s kursus menunggu Anda, %(when)s",
            len(items),
            when=_when(first),
        )
    # A header has one line and room for a little; the whole title stands in the letter.
    title = " ".join(first.title.split())
    return _(
        "%(course)s: %(when)s", course=title if len(title) <= 100 else title[:99] + "…", when=_when(first)
    )


def _when(one: Item) -> str:
    if one.days_left > 1:
        return ngettext("%(num)s hari lagi", "%(num)s hari lagi", one.days_left)
    if one.days_left == 1:
        return _("besok hari terakhir")
    if one.days_left == 0:
        return _("hari ini hari terakhir")
    return ngettext("lewat %(num)s hari", "lewat %(num)s hari", -one.days_left)


def _paragraph(one: Item) -> str:
    day = format_date(one.due_on, weekday=True)
    lines = [
        one.title,
        _("Tenggat: %(day)s (%(when)s).", day=day, when=_when(one)),
        _("Tenggat ini bergeser; semula %(before)s.", before=format_date(one.before_on, weekday=True))
        if one.before_on
        else "",
        _why(one.reason),
        _progress(one),
        _nudged(one),
    ]
    return "\n".join(line for line in lines if line)


def _why(reason: DueReason | None) -> str:
    if reason is None:
        return ""
    if reason.outage is not None:
        return made_up(reason.outage)
    if reason.extended and reason.extended_on is not None:
        return _("Tenggat Anda diperpanjang sampai dengan %(day)s.", day=format_date(reason.extended_on))
    if reason.stage is None:
        return _("Dasarnya: %(basis)s.", basis=reason.legal_basis.rstrip("."))
    return _(
        "Mengapa tanggal itu: %(stage)s %(event)s dimulai %(day)s. Dasarnya: %(basis)s.",
        stage=inside(STAGE[reason.stage]),
        event=reason.event_name,
        day=format_date(reason.stage_starts_on),
        basis=reason.legal_basis.rstrip("."),
    )


def made_up(outage: MadeUp) -> str:
    """The sentence that says which outage gave the day."""
    return _(
        "Dari %(begin)s sampai %(end)s ada gangguan di Netra. Karena itu tenggat Anda menjadi %(day)s. %(note)s",
        begin=format_moment(outage.began_at),
        end=format_moment(outage.ended_at),
        day=format_date(outage.until_on),
        note=outage.note,
    )


def _progress(one: Item) -> str:
    done = (
        _(
            "Anda sudah menyelesaikan %(done)s dari %(total)s langkah.",
            done=one.steps_done,
            total=one.steps_total,
        )
        if one.steps_total and one.steps_done
        else ""
    )
    length = (
        ngettext("Seluruhnya sekitar %(num)s menit.", "Seluruhnya sekitar %(num)s menit.", one.minutes)
        + " "
        + _("Anda boleh berhenti di mana saja dan melanjutkannya nanti.")
        if one.minutes
        else ""
    )
    return " ".join(part for part in (done, length) if part)


def _nudged(one: Item) -> str:
    plan = (
        _(
            "Rencana Anda: %(day)s pukul %(time)s.",
            day=format_date(one.planned_at.date(), weekday=True),
            time=f"{one.planned_at:%H.%M}",
        )
        if one.planned_at
        else ""
    )
    peers = (
        _("%(passed)s dari %(all)s pegawai di unit Anda sudah lulus.", passed=one.peers[0], all=one.peers[1])
        if one.peers
        else ""
    )
    return " ".join(part for part in (plan, peers) if part)
