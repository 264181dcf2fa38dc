"""Calendar files as RFC 5545 has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

TYPE = "text/calendar; charset=utf-8"
LINE = 75
"""Octets of one line without its break (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Whole days from `first` to `last`, both included.

    `uid` stays the same for ever and `sequence` grows with every change, so that a calendar which had the entry before
    moves it instead of showing it twice.
    """

    uid: str
    first: date
    last: date
    summary: str
    description: str
    changed_at: datetime
    sequence: int = 0
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time of a day, `minutes` long, with an alarm when it begins. `uid` and `sequence` as for `Entry`."""

    uid: str
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    changed_at: datetime
    sequence: int = 0


def calendar(
    name: str, entries: Iterable[Entry], language: str = "id", appointments: Iterable[Appointment] = ()
) -> str:
    """The whole file, lines folded and ended as the standard wants."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Netra//Kalender//{language.upper()}",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(entry.uid)}",
            f"DTSTAMP:{_instant(entry.changed_at)}",
            f"SEQUENCE:{entry.sequence}",
            f"DTSTART;VALUE=DATE:{_day(entry.first)}",
            # The end is the first day after it; the last day of the calendar has none.
            *([f"DTEND;VALUE=DATE:{_day(entry.last + timedelta(days=1))}"] if entry.last < date.max else []),
            f"SUMMARY:{_text(entry.summary)}",
            f"DESCRIPTION:{_text(entry.description)}",
            f"STATUS:{'TENTATIVE' if entry.tentative else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    for one in appointments:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(one.uid)}",
            f"DTSTAMP:{_instant(one.changed_at)}",
            f"SEQUENCE:{one.sequence}",
            f"DTSTART:{_instant(one.starts_at)}",
            f"DTEND:{_instant(one.starts_at + timedelta(minutes=one.minutes))}",
            f"SUMMARY:{_text(one.summary)}",
            f"DESCRIPTION:{_text(one.description)}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(one.summary)}",
            "TRIGGER:PT0S",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(part + "\r\n" for line in lines for part in _fold(line))


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _text(value: str) -> str:
    """A text as a property value: what has a meaning there is escaped, other control characters are dropped."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(ch for ch in escaped if ch >= " " and ch != "\x7f")


def _fold(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; those after the first begin with a space. No character is cut."""
    piece, size, room = "", 0, LINE
    for ch in line:
        octets = len(ch.encode())
        if size + octets > room:
            yield piece
            piece, size, room = " ", 1, LINE
        piece += ch
        size += octets
    yield piece
