"""A PDF file of which most objects never change: those are written once, compressed once, and only copied afterwards."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from hashlib import md5

import pydyf

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
# Number, three bytes of offset, two of generation or of the place in the object stream (ISO 32000-2, 7.5.8).
_ENTRY = (1, 3, 2)


class ReadyFile:
    """The objects of a finished document; `changing` names those that each copy brings along itself."""

    def __init__(self, pdf: pydyf.PDF, changing: frozenset[int], info: int) -> None:
        """`pdf` with every object in it, document information too. Raises ValueError if it is larger than entries can say."""
        self._root: bytes = pdf.catalog.reference
        self._info = info
        whole = bytearray(_HEADER)
        self._entries: list[tuple[int, int, int]] = []
        packed: list[tuple[int, bytes]] = []
        digest = md5(usedforsecurity=False)
        for item in pdf.objects:
            if item.free == "f" or item.number in changing:
                self._entries.append((0, 0, 0))
                continue
            digest.update(item.data)
            if isinstance(item, pydyf.Stream):
                self._entries.append((1, len(whole), 0))
                whole += item.indirect + b"\n"
            else:
                self._entries.append((2, len(pdf.objects), len(packed)))
                packed.append((item.number, item.data))
        self._entries.append((1, len(whole), 0))
        whole += _object_stream(len(pdf.objects), packed)
        self._constant = bytes(whole)
        self._digest = digest.digest()
        if len(whole) > 1 << 23:
            raise ValueError("the page is too large")

    def copy(self, changed: Mapping[int, bytes]) -> bytes:
        """The file with these objects (number -> what stands between `obj` and `endobj`). Equal objects, equal bytes."""
        entries = list(self._entries)
        parts = [self._constant]
        position = len(self._constant)
        digest = md5(self._digest, usedforsecurity=False)
        for number, data in changed.items():
            digest.update(data)
            part = b"%d 0 obj\n%s\nendobj\n" % (number, data)
            entries[number] = (1, position, 0)
            parts.append(part)
            position += len(part)
        entries.append((1, position, 0))
        table = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(3, "big") + index.to_bytes(2, "big")
            for kind, place, index in entries
        )
        packed = zlib.compress(table, 6)
        mark = digest.hexdigest().encode()
        parts.append(
            b"%d 0 obj\n<</Type /XRef/Index [0 %d]/W [%d %d %d]/Size %d/Root %s/Info %d 0 R/ID [(%s) (%s)]"
            b"/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (
                len(entries) - 1,
                len(entries),
                *_ENTRY,
                len(entries),
                self._root,
                self._info,
                mark,
                mark,
                len(packed),
                packed,
                position,
            )
        )
        return b"".join(parts)


class ReadyStream:
    """A content stream with gaps: what stands before the first gap is compressed once, the rest with each copy."""

    def __init__(self, pieces: list[bytes]) -> None:
        """`pieces` stand around the gaps, one more than there are gaps; all but the last end with a line break."""
        self._pieces = pieces
        self._begun = zlib.compressobj(6)
        self._head = self._begun.compress(pieces[0])

    def filled(self, gaps: list[bytes]) -> bytes:
        """The stream object with these operators in its gaps."""
        rest = bytearray()
        for gap, piece in zip(gaps, self._pieces[1:], strict=True):
            rest += gap + b"\n" + piece
        compressor = self._begun.copy()
        data = self._head + compressor.compress(bytes(rest)) + compressor.flush()
        return stream_object(b"", data)


def stream_object(extra: bytes, compressed: bytes) -> bytes:
    """A stream of already compressed data with these further entries in its dictionary."""
    return b"<<%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (
        extra,
        len(compressed),
        compressed,
    )


def _object_stream(number: int, packed: list[tuple[int, bytes]]) -> bytes:
    places, position = [], 0
    for item, data in packed:
        places.append(b"%d %d" % (item, position))
        position += len(data) + 1
    head = b" ".join(places)
    content = b"\n".join([head, *(data for _, data in packed)])
    return b"%d 0 obj\n%s\nendobj\n" % (
        number,
        stream_object(
            b"/Type /ObjStm/N %d/First %d" % (len(packed), len(head) + 1), zlib.compress(content, 9)
        ),
    )
