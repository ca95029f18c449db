"""Decode pictures from outside within limits; nothing but pixels comes through."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image

from shared.errors import PictureError

_FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class PictureLimits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


def decode(data: bytes, limits: PictureLimits, *, mode: str = "RGB") -> Image.Image:
    """Return the picture in `mode`, without metadata; PictureError for anything odd."""
    if len(data) > limits.max_bytes:
        msg = f"the file has more than {limits.max_bytes} bytes"
        raise PictureError(msg)
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures on its own; the limit here is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _decode(data, limits, mode)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        msg = f"the file is not a whole picture: {type(error).__name__}"
        raise PictureError(msg) from error


def check_plate(data: bytes, size: tuple[int, int], limits: PictureLimits) -> None:
    """Raise PictureError unless the bytes are a whole picture of that size in pixels."""
    found = decode(data, limits).size
    if found != size:
        msg = f"the plate has {found[0]}x{found[1]} pixels, {size[0]}x{size[1]} were ordered"
        raise PictureError(msg)


def _decode(data: bytes, limits: PictureLimits, mode: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        width, height = opened.size
        if width * height > limits.max_pixels:
            msg = f"the picture has more than {limits.max_pixels} pixels"
            raise PictureError(msg)
        if getattr(opened, "is_animated", False):
            msg = "the picture is animated"
            raise PictureError(msg)
        converted = opened.convert(mode)
        # A fresh picture: no info dictionary, no profile, no EXIF is carried along.
        return Image.frombytes(mode, converted.size, converted.tobytes())
