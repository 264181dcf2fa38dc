"""An uploaded picture becomes an emblem: a small opaque PNG made by us, nothing of the file itself goes on."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile, UnidentifiedImageError

MAX_FILE = 2 * 1024 * 1024
# 22 mm at 600 dpi.
SIDE = 520
_MAX_SIDE = 6_000
_FORMATS = ("PNG", "JPEG", "WEBP")


class NoEmblem(ValueError):
    """The file is no picture that can be used; `code` says why: size, kind, dimensions."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    # Wherever WeasyPrint was imported before, Pillow fills what is missing of a torn file with grey.
    tolerant, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant


def emblem(content: bytes) -> bytes:
    """A PNG of at most SIDE by SIDE on white, without metadata: equal pixels give equal bytes.

    Raises NoEmblem. A picture that claims to be huge is refused before a pixel of it is unpacked.
    """
    if len(content) > MAX_FILE:
        raise NoEmblem("size")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=_FORMATS)
        if max(picture.size) > _MAX_SIDE or min(picture.size) < 32:
            raise NoEmblem("dimensions")
        with _whole_pictures_only():
            drawn = picture.convert("RGBA")
    except NoEmblem:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NoEmblem("kind") from error
    except Image.DecompressionBombError as error:
        raise NoEmblem("dimensions") from error
    drawn.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", drawn.size, "white")
    ground.paste(drawn, mask=drawn.getchannel("A"))
    out = BytesIO()
    ground.save(out, "PNG", optimize=True)
    return out.getvalue()
