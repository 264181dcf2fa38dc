"""The words of the news, in the reader's language: plain text, no name of a person but the reader's own, one link to act on."""

from __future__ import annotations

from datetime import date

from flask import current_app
from flask_babel import force_locale, format_decimal, ngettext
from flask_babel import gettext as _

from learning.kernel.web import format_date
from learning.records.heads.content import CourseNews, News, Standing

LONGEST_TITLE = 100


def letter(
    news: News, *, units: tuple[str, ...], name: str, locale: str, today: date, since: date, unsubscribe: str
) -> tuple[str, str]:
    """Subject and text. `units`: the reader's own units by name; `since`: the day that "before" means."""
    base = current_app.config["NETRA"].base_url
    with force_locale(locale):
        place = units[0] if len(units) == 1 else ngettext("%(num)s unit", "%(num)s unit", len(units))
        parts = [
            _("Yth. %(name)s,", name=name),
            _("Keadaan %(unit)s per %(day)s:", unit=place, day=_day(today)),
            *("\n".join(_lines(one, since)) for one in news.courses),
            *(
                [ngettext("Masih ada %(num)s kursus lain.", "Masih ada %(num)s kursus lain.", news.more)]
                if news.more
                else []
            ),
            _todo(news) + "\n" + base + "/unit",
            _(
                "Surat ini hanya memuat angka unit Anda, tanpa nama pegawai. Anda dapat mengatur seberapa sering surat ini "
                "dikirim di halaman Akun. Untuk berhenti menerimanya tanpa masuk ke Netra, buka:"
            )
            + "\n"
            + unsubscribe,
            "Netra",
        ]
        return _subject(news, place), "\n\n".join(parts).replace("\u00a0", " ") + "\n"


def _subject(news: News, place: str) -> str:
    short = place if len(place) <= LONGEST_TITLE else place[: LONGEST_TITLE - 1] + "…"
    short = " ".join(short.split())
    first = news.courses[0]
    if not news.open:
        return _("%(unit)s: semua sudah lulus", unit=short)
    if len(news.open) > 1 or first.small:
        count = len(news.open)
        return ngettext(
            "%(unit)s: %(num)s kursus belum tuntas",
            "%(unit)s: %(num)s kursus belum tuntas",
            count,
            unit=short,
        )
    if first.days_left is not None and first.days_left > 0:
        return ngettext(
            "%(unit)s: %(rate)s lulus, %(num)s hari lagi",
            "%(unit)s: %(rate)s lulus, %(num)s hari lagi",
            first.days_left,
            unit=short,
            rate=_percent(first.rate),
        )
    return _("%(unit)s: %(rate)s lulus", unit=short, rate=_percent(first.rate))


def _lines(one: CourseNews, since: date) -> list[str]:
    lines = [" ".join(one.title.split())]
    if one.small:
        lines.append(
            _("Kurang dari lima orang, jadi angkanya hanya ada di halaman unit.")
            if not one.done
            else _("Semua sudah lulus.")
        )
    else:
        lines.append(
            ngettext(
                "%(passed)s dari %(total)s orang sudah lulus (%(rate)s).",
                "%(passed)s dari %(total)s orang sudah lulus (%(rate)s).",
                one.expected,
                passed=format_decimal(one.passed),
                total=format_decimal(one.expected),
                rate=_percent(one.rate),
            )
        )
        if one.before is not None:
            lines.append(_change(one.before, one.rate, since))
    if not one.done:
        lines += [line for line in (_deadline(one), _pace(one), _late(one), _worst(one.worst)) if line]
    return lines


def _change(before: float, rate: float, since: date) -> str:
    # The difference of what is printed, so that a reader who subtracts gets the same.
    gained = round(_shown(rate) - _shown(before), 1)
    if gained == 0:
        return _("Tidak berubah sejak %(day)s.", day=_day(since))
    values = {"day": _day(since), "points": format_decimal(abs(gained)), "before": _percent(before)}
    if gained > 0:
        return _("Naik %(points)s poin persen sejak %(day)s (waktu itu %(before)s).", **values)
    return _("Turun %(points)s poin persen sejak %(day)s (waktu itu %(before)s).", **values)


def _deadline(one: CourseNews) -> str:
    if one.due_on is None or one.days_left is None:
        return ""
    if one.days_left == 0:
        return _("Tenggat terdekat: hari ini.")
    return ngettext(
        "Tenggat terdekat: %(day)s (%(num)s hari lagi).",
        "Tenggat terdekat: %(day)s (%(num)s hari lagi).",
        one.days_left,
        day=format_date(one.due_on, weekday=True),
    )


def _pace(one: CourseNews) -> str:
    if one.needed is None:
        return ""
    said = ngettext(
        "Agar semua lulus tepat waktu, perlu %(num)s orang lulus setiap hari.",
        "Agar semua lulus tepat waktu, perlu %(num)s orang lulus setiap hari.",
        one.needed,
    )
    pace = format_decimal(round(one.pace, 1))
    if one.enough:
        return (
            said
            + " "
            + _(
                "Dalam seminggu terakhir rata-rata %(pace)s orang per hari; bila bertahan, laju itu cukup.",
                pace=pace,
            )
        )
    return said + " " + _("Dalam seminggu terakhir rata-rata %(pace)s orang per hari.", pace=pace)


def _late(one: CourseNews) -> str:
    if not one.overdue:
        return ""
    return ngettext(
        "%(num)s orang sudah melewati tenggatnya.", "%(num)s orang sudah melewati tenggatnya.", one.overdue
    )


def _worst(units: tuple[Standing, ...]) -> str:
    if not units:
        return ""
    listed = [
        _(
            "- %(unit)s: %(passed)s dari %(total)s (%(rate)s)",
            unit=" ".join(unit.name.split()),
            passed=format_decimal(unit.passed),
            total=format_decimal(unit.expected),
            rate=_percent(100 * unit.passed / unit.expected),
        )
        for unit in units
    ]
    return "\n".join([_("Paling tertinggal:"), *listed])


def _todo(news: News) -> str:
    if not news.open:
        return _("Tidak ada yang perlu dikerjakan. Rinciannya:")
    if any(one.overdue or (one.needed is not None and not one.enough) for one in news.open):
        return _("Yang dapat Anda lakukan: buka unit yang tertinggal dan ingatkan pegawainya dari sana:")
    return _("Belum ada yang mendesak. Pegawai yang belum lulus dapat Anda lihat dan ingatkan di sini:")


def _shown(rate: float) -> float:
    """As pages round it, but "100%" means everybody."""
    return round(rate, 1) if rate >= 100 else min(round(rate, 1), 99.9)


def _percent(rate: float) -> str:
    return format_decimal(_shown(rate)) + "%"


def _day(day: date) -> str:
    return format_date(day)
