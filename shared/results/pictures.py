"""Decode pictures from outside within limits; nothing but pixels comes through."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

from shared.errors import PictureError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_FORMATS = ("PNG", "JPEG", "WEBP")
# What a file may hold where pixels of a mode are wanted; alpha of a plate is not used.
_ACCEPTED = {"RGB": ("RGB", "RGBA"), "RGBA": ("RGBA",), "L": ("L",)}
_ORIENTATION, _UPRIGHT = 0x0112, 1
_PNG_DEPTH_AT, _PNG_END = 24, b"IEND\xaeB`\x82"


@dataclass(frozen=True)
class PictureLimits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


def decode(data: bytes, limits: PictureLimits, *, mode: str = "RGB") -> Image.Image:
    """Return the picture in `mode` (RGB, RGBA or L, 8 bits), without metadata.

    PictureError for anything odd: damaged, too large, animated, of more than 8 bits, with a
    palette, turned by EXIF, in another colour space than sRGB, or with something after its end.
    """
    if len(data) > limits.max_bytes:
        msg = f"the file has more than {limits.max_bytes} bytes"
        raise PictureError(msg)
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures on its own; the limit here is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _decode(data, limits, mode)
    except (OSError, ValueError, SyntaxError, OverflowError, Image.DecompressionBombError) as error:
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
        oddity = _oddity(opened, data, limits, mode)
        if oddity:
            msg = f"the picture {oddity}"
            raise PictureError(msg)
        # A picture of its own, and nothing else: no profile, no EXIF is carried along.
        fresh = opened.convert(mode)
        fresh.info = {}
        return fresh


def _oddity(opened: ImageFile, data: bytes, limits: PictureLimits, mode: str) -> str:
    """Say what keeps the file from being decoded, before its pixels are; "" for nothing."""
    depth = data[_PNG_DEPTH_AT] if opened.format == "PNG" else 8
    oddities = (
        (opened.width * opened.height > limits.max_pixels, f"has over {limits.max_pixels} pixels"),
        (getattr(opened, "is_animated", False), "is animated"),
        (opened.mode not in _ACCEPTED[mode], f"has the mode {opened.mode}, {mode} is needed"),
        (depth > 8, f"has {depth} bits a channel"),
        (_turned(opened), "is turned by its EXIF orientation"),
        (_foreign(opened.info.get("icc_profile")), "has a colour profile other than sRGB"),
        (not _ends_where_it_says(opened.format or "", data), "is followed by other bytes"),
    )
    return next((words for odd, words in oddities if odd), "")


def _turned(opened: ImageFile) -> bool:
    # Looking for EXIF behind a PNG's pixels would decode them; what stands before them is known.
    exif = Image.Exif()
    exif.load(opened.info.get("exif", b""))
    return bool(exif.get(_ORIENTATION, _UPRIGHT) != _UPRIGHT)


def _foreign(profile: bytes | None) -> bool:
    if not profile:
        return False
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return True
    return "srgb" not in name.lower()


def _ends_where_it_says(kind: str, data: bytes) -> bool:
    if kind == "PNG":
        return data.endswith(_PNG_END) and data.count(_PNG_END) == 1
    if kind == "JPEG":
        return data.endswith(b"\xff\xd9")
    return len(data) - 8 - int.from_bytes(data[4:8], "little") in {0, 1}
