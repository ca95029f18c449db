"""What a downloaded picture says of its colours: nodes work on sRGB codes and on nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, ImageCms

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_SRGB_CICP = bytes([1, 13, 0, 1])
_SRGB_GAMMA, _SRGB_PRIMARIES = 0.45455, (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_NEAR = 0.01
_UNSAID, _SRGB = None, 1
_PROBE = bytes([200, 60, 60, 60, 200, 60, 60, 60, 200, 90, 128, 200])


def other_colours(picture: ImageFile, data: bytes) -> str:
    """Return the first statement of colours that is not sRGB, "" where there is none."""
    info, exif = picture.info, picture.getexif()
    cicp = _cicp(data) if picture.format == "PNG" else b""
    primaries = info.get("chromaticity") or _SRGB_PRIMARIES
    off = max(abs(a - b) for a, b in zip(primaries, _SRGB_PRIMARIES, strict=True))
    space = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
    statements = (
        (f"cICP {tuple(cicp)}", bool(cicp) and cicp != _SRGB_CICP),
        ("a colour profile", _changes_colours(info.get("icc_profile"))),
        (f"gAMA {info.get('gamma')}", abs(info.get("gamma", _SRGB_GAMMA) - _SRGB_GAMMA) > _NEAR),
        ("cHRM", off > _NEAR),
        (f"Exif ColorSpace {space}", space not in {_UNSAID, _SRGB}),
    )
    return next((what for what, other in statements if other), "")


def _cicp(data: bytes) -> bytes:
    """Return the cICP chunk of a PNG, which Pillow passes over."""
    at = 8
    while data[at + 4 : at + 8] not in {b"", b"IDAT"}:
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"cICP":
            return data[at + 8 : at + 8 + length]
        at += length + 12
    return b""


def _changes_colours(profile: bytes | None) -> bool:
    if not profile:
        return False
    probe = Image.frombytes("RGB", (len(_PROBE) // 3, 1), _PROBE)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        step = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
        shown = ImageCms.applyTransform(probe, step)
    except (ImageCms.PyCMSError, OSError):
        return True
    codes = shown.tobytes() if shown else b""
    return any(abs(a - b) > 1 for a, b in zip(codes, _PROBE, strict=True))
