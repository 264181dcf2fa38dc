"""What an uploaded image really is: type, size and dimensions read from its bytes, not from its name."""

from __future__ import annotations

import hashlib
import io
import warnings

from PIL import Image

from courses.format.compiled import CompiledMedia
from courses.format.problems import Problems

MAX_SIDE = 6_000
MAX_PIXELS = 24_000_000
_MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_SUFFIXES = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}


def probe(path: str, content: bytes, problems: Problems) -> CompiledMedia | None:
    """The image as it will be stored, or None with the reason noted. Pixels are never decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=tuple(_MIMES)) as image:
                # Phones put a second picture behind the first and call the whole MPO; browsers show the first.
                kind = "JPEG" if image.format == "MPO" else image.format or ""
                width, height = image.size
                if width * height <= MAX_PIXELS:
                    image.verify()
    except Image.DecompressionBombError:
        problems.add(path, 1, "gambar-terlalu-lebar", size="> 100.000.000", limit=MAX_SIDE)
        return None
    except Exception:  # noqa: BLE001 - image parsers raise anything on hostile bytes
        problems.add(path, 1, "gambar-rusak", path=path)
        return None
    if not path.lower().endswith(_SUFFIXES[kind]):
        problems.add(
            path, 1, "gambar-salah-jenis", suggestion=path.rsplit(".", 1)[0] + _SUFFIXES[kind][0], kind=kind
        )
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        problems.add(path, 1, "gambar-terlalu-lebar", size=f"{width} × {height}", limit=MAX_SIDE)
        return None
    digest = hashlib.sha256(content).hexdigest()
    return CompiledMedia(path, digest, _MIMES[kind], width, height, len(content))
