"""The whole way: bytes of one format to the text of another, and the report of what was carried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.exchange.decoding import Unreadable
from courses.exchange.questions import MAX_BYTES, Question, Reading, Remark, Writing
from courses.exchange.read_aiken import read_aiken
from courses.exchange.read_gift import read_gift
from courses.exchange.read_moodle_xml import read_moodle_xml
from courses.exchange.read_netra import read_netra
from courses.exchange.read_sheet import read_sheet
from courses.exchange.read_text2qti import read_text2qti
from courses.exchange.write_gift import write_gift
from courses.exchange.write_moodle_xml import write_moodle_xml
from courses.exchange.write_netra import write_netra

READERS: Mapping[str, Callable[[bytes], Reading]] = {
    "gift": read_gift,
    "moodle-xml": read_moodle_xml,
    "aiken": read_aiken,
    "text2qti": read_text2qti,
    "sheet": read_sheet,
    "netra": read_netra,
}
WRITERS: Mapping[str, Callable[[Sequence[Question]], Writing]] = {
    "netra": write_netra,
    "gift": write_gift,
    "moodle-xml": write_moodle_xml,
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """`text` is the new file, empty when nothing could be carried; `fault` as in `Reading`."""

    text: str
    read: int
    carried: int
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    fault: str = ""

    def report(self) -> dict[str, Any]:
        """Plain values for JSON. `read` is always `carried` and the refused ones together."""
        return {
            "read": self.read,
            "carried": self.carried,
            "refused": [{"place": one.place, "name": one.name, "reason": one.text} for one in self.refused],
            "notes": [{"place": one.place, "name": one.name, "note": one.text} for one in self.notes],
        }


def read(content: bytes, source: str) -> Reading:
    """What a file in the format `source` (a key of `READERS`) holds. Never raises for any bytes; see `Reading.fault`."""
    if not content.strip():
        return Reading(fault="the file is empty")
    if len(content) > MAX_BYTES:
        return Reading(fault=f"larger than {MAX_BYTES // 1024 // 1024} MB; split the file")
    try:
        return READERS[source](content)
    except Unreadable as fault:
        return Reading(fault=str(fault))


def convert(content: bytes, source: str, target: str) -> Conversion:
    """A file in the format `source` as one in the format `target` (a key of `WRITERS`). Never raises for any bytes."""
    reading = read(content, source)
    if reading.fault:
        return Conversion("", 0, 0, fault=reading.fault)
    writing = WRITERS[target](reading.questions)
    return Conversion(
        text=writing.text if writing.carried else "",
        read=reading.found,
        carried=writing.carried,
        refused=(*reading.refused, *writing.refused),
        notes=(*reading.notes, *writing.notes, *_lost(reading, target), *_empty(writing)),
    )


def _lost(reading: Reading, target: str) -> Iterable[Remark]:
    count = sum(bool(question.objective or question.difficulty) for question in reading.questions)
    if target == "netra" or not count:
        return ()
    return (
        Remark(
            "file", "", f"objective and difficulty are not carried; Moodle has no place for them ({count})"
        ),
    )


def _empty(writing: Writing) -> Iterable[Remark]:
    return () if writing.carried else (Remark("file", "", "nothing could be carried; no file was written"),)
