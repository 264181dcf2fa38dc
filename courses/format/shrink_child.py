"""The child process that decodes pictures: bytes on standard input, one JSON line and the new bytes on standard output.

It limits itself before reading anything: CPU seconds, memory, no new files. What it cannot finish, the parent refuses.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 8
PHOTO_FROM = 512 * 1024
"""A picture without transparency that is larger than this as PNG is tried as JPEG: it is probably a photo."""


def main() -> None:
    """Read one picture, answer with the one made from it, or with why there is none."""
    side, largest = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        said, made = _answer(content, side, largest)
    except Exception:  # noqa: BLE001 - decoders raise anything on hostile bytes
        said, made = {"error": "gambar-rusak"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)


def _answer(content: bytes, side: int, largest: int) -> tuple[dict[str, Any], bytes]:
    from PIL import Image, ImageOps

    from courses.format.images import MAX_PIXELS, MAX_SIDE

    Image.MAX_IMAGE_PIXELS = None  # the claimed size is looked at below, before anything is decoded
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
        width, height = opened.size
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
            return {"error": "gambar-terlalu-lebar", "size": f"{width} × {height}"}, b""
        photo = opened.format in ("JPEG", "MPO")
        opened.draft("RGB", (side, side))
        opened.load()
        picture: Image.Image = opened
        if opened.mode.startswith("I"):  # 16 bits a pixel; a plain conversion would turn everything white
            picture = opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        clear = not photo and opened.has_transparency_data
        mode = "RGBA" if clear else "RGB"
        picture = picture if picture.mode == mode else picture.convert(mode)  # a copy is a hundred megabytes
        picture.thumbnail((side, side))
        picture = ImageOps.exif_transpose(picture)
    while True:
        picture.info.clear()  # comments and colour profiles would be written again
        mime, made = _written(picture, photo=photo, clear=clear)
        if len(made) <= largest:
            return {"mime": mime, "width": picture.width, "height": picture.height}, made
        picture.thumbnail((max(picture.size) * 3 // 4,) * 2)


def _written(picture: Any, *, photo: bool, clear: bool) -> tuple[str, bytes]:
    made = io.BytesIO()
    if not photo:
        picture.save(made, "PNG", optimize=True)
        if clear or made.tell() <= PHOTO_FROM:
            return "image/png", made.getvalue()
    as_photo = io.BytesIO()
    picture.save(as_photo, "JPEG", quality=85, optimize=True, progressive=True)
    if photo or as_photo.tell() * 2 < made.tell():
        return "image/jpeg", as_photo.getvalue()
    return "image/png", made.getvalue()


if __name__ == "__main__":
    main()
