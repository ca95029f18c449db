"""Decode what was delivered, within limits; everything odd about it is refused by name."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms, ImageOps

from shared.errors import PictureError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from shared.vehicles.intake.edges import Bytes

_PNG_END, _DEPTH_AT, _SIGNATURE = b"IEND\xaeB`\x82", 24, b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
_SRGB_GAMMA = 0.45455
_COLOUR, _MASK = ("RGB", "RGBA"), ("L", "1", "RGB", "RGBA", "LA")
# What Pillow raises over a file that is not what it says.
_BROKEN = (
    OSError, ValueError, SyntaxError, OverflowError, EOFError, KeyError, TypeError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
_PROBE = np.array(
    [[(r, g, b) for r in (0, 90, 255) for g in (0, 128, 255) for b in (0, 60, 255)]], np.uint8
)


@dataclass(frozen=True)
class Limits:
    """Bytes of a file and pixels of a picture that are still decoded."""

    max_bytes: int
    max_pixels: int


@dataclass(frozen=True)
class Decoded:
    """Upright pixels [rows, columns, 3 or 4], and what else the file said."""

    pixels: Bytes
    turned: bool = False
    profile: bytes = b""


def decode_render(data: bytes, limits: Limits) -> Decoded:
    """Return the pixels of a render (RGB or RGBA, 8 bits); PictureError says what is odd."""
    return _decode(data, limits, _COLOUR)


def decode_mask(data: bytes, limits: Limits) -> Bytes:
    """Return a mask [rows, columns], white is set; PictureError says what is odd."""
    pixels = _decode(data, limits, _MASK).pixels
    return pixels if pixels.ndim == 2 else pixels[..., :3].max(axis=2)


def to_srgb(colour: Bytes, profile: bytes) -> tuple[Bytes, str]:
    """Convert straight RGB codes to sRGB; return them and the profile's name, "" if it was sRGB.

    A profile is sRGB by what it does to a probe, not by what it calls itself.
    """
    if not profile:
        return colour, ""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()[:60] or "without a name"
        step = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), "RGB", "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )  # fmt: skip
        probed = np.asarray(ImageCms.applyTransform(Image.fromarray(_PROBE), step))
        if int(np.abs(probed.astype(int) - _PROBE.astype(int)).max()) <= 1:
            return colour, ""
        return np.array(ImageCms.applyTransform(Image.fromarray(colour), step)), name
    except (ImageCms.PyCMSError, OSError) as error:
        msg = "has a colour profile that cannot be used; convert the render to sRGB"
        raise PictureError(msg) from error


def _decode(data: bytes, limits: Limits, modes: tuple[str, ...]) -> Decoded:
    if len(data) > limits.max_bytes:
        msg = f"has {len(data)} bytes, {limits.max_bytes} are the most"
        raise PictureError(msg)
    if not data.startswith(_SIGNATURE):
        msg = "is not a PNG file, whatever its name says"
        raise PictureError(msg)
    # Its header, before anything is decoded.
    pixels = int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    if pixels > limits.max_pixels:
        msg = f"has {pixels} pixels, {limits.max_pixels} are the most"
        raise PictureError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limits; the ones here count.
            with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
                return _read(opened, data, modes)
    except _BROKEN as error:
        msg = "is damaged or cut short; upload it again"
        raise PictureError(msg) from error


def _read(opened: ImageFile, data: bytes, modes: tuple[str, ...]) -> Decoded:
    oddity = _oddity(opened, data, modes)
    if oddity:
        raise PictureError(oddity)
    mode = {"1": "L", "LA": "L"}.get(opened.mode, opened.mode)
    profile = bytes(opened.info.get("icc_profile") or b"")
    opened.load()
    turned = opened.getexif().get(_ORIENTATION, 1) != 1
    upright = ImageOps.exif_transpose(opened) if turned else opened
    return Decoded(np.array(upright.convert(mode)), turned=turned, profile=profile)


def _oddity(opened: ImageFile, data: bytes, modes: tuple[str, ...]) -> str:
    """Say what keeps the file from being decoded, before its pixels are; "" for nothing."""
    allowed = " or ".join(m for m in modes if m in {"RGB", "RGBA", "L"})
    oddities = (
        (getattr(opened, "is_animated", False), "is animated; a still picture is needed"),
        (data[_DEPTH_AT] > 8, f"has {data[_DEPTH_AT]} bits a channel; export it with 8"),
        (opened.mode not in modes, f"has the mode {opened.mode}; export it as {allowed}"),
        ("transparency" in opened.info, "marks one colour as transparent; export real alpha"),
        (_other_gamma(opened.info), "has a gamma of its own and no profile; export it as sRGB"),
        (not _ends_where_it_says(data), "has other bytes after its end; export it anew"),
    )
    return next((words for odd, words in oddities if odd), "")


def _other_gamma(info: dict[str | tuple[int, int], object]) -> bool:
    gamma = info.get("gamma")
    said = "srgb" in info or "icc_profile" in info
    return isinstance(gamma, float) and not said and abs(gamma - _SRGB_GAMMA) > 0.01


def _ends_where_it_says(data: bytes) -> bool:
    return data.endswith(_PNG_END) and data.count(_PNG_END) == 1
