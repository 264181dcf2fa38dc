"""Images as they come from cameras, and as somebody sends them who means harm."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image


def encoded(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), color: Any = (200, 30, 60), **how: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(how.pop("mode", "RGB"), size, color).save(out, kind, **how)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def _truncated() -> bytes:
    content = encoded("JPEG", (400, 400))
    return content[: len(content) // 2]


def zeros(megabytes: int) -> bytes:
    return zlib.compress(b"\0" * (megabytes * 1024 * 1024), 9)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an SVG named .png": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "bukan gambar PNG, JPG, atau WebP yang utuh",
    ),
    "20,000 × 20,000 pixels": (
        lambda: encoded("PNG", (20_000, 20_000), 0, mode="1"),
        "20000 × 20000 piksel",
    ),
    "a small file that claims two thousand million pixels": (
        lambda: png(2**31 - 1, 1, chunk(b"IDAT", zlib.compress(b"\0" * 4))),
        "terlalu besar",
    ),
    "1 × 1 with a text of 300 MB": (
        lambda: png(1, 1, chunk(b"zTXt", b"a\0\0" + zeros(300)), chunk(b"IDAT", zlib.compress(b"\0" * 4))),
        "yang utuh",
    ),
    "a truncated JPEG": (_truncated, "yang utuh"),
    "an animated WebP": (
        lambda: encoded("WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")]),
        "Gambar bergerak",
    ),
    "an animated PNG": (
        lambda: encoded("PNG", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")]),
        "Gambar bergerak",
    ),
    "more than 5 MB": (lambda: encoded() + b"\0" * (5 * 1024 * 1024), "melebihi batas 5 MB"),
    "a GIF": (lambda: encoded("GIF"), "yang utuh"),
    "nothing": (lambda: b"", "yang utuh"),
}
