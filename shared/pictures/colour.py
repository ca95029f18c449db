"""What the colours of a picture are, decided in one place for renders, plates and posters.

The rank is that of the PNG specification's third edition: cICP, iCCP, sRGB, cHRM with gAMA; Exif
comes last. Readers that know fewer of them would show other colours, so statements that contradict
each other are refused.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

from shared.core.errors import PictureError
from shared.pictures.statements import REMEDY, Statement, srgb, statements

if TYPE_CHECKING:
    from shared.pictures.contents import Contents

# Of 255 for L* and of 256 for a* and b*: what gAMA and cHRM, which are rounded, may be off.
_ALIKE, _SAME_CODES = 5, 1
_STEPS = (0, 60, 128, 255)
_PROBE = bytes(code for r in _STEPS for g in _STEPS for b in _STEPS for code in (r, g, b))


@dataclass(frozen=True)
class Colours:
    """What the codes mean: no `profile` where they are sRGB; `stated` where the file says so."""

    name: str = "sRGB"
    profile: bytes = b""
    stated: bool = False


def colours_of(contents: Contents) -> Colours:
    """Return the colours of a file, sRGB where it says nothing; PictureError if they are unclear.

    Colours are sRGB by what they look like, not by what they call themselves.
    """
    said = statements(contents)
    if not said:
        return Colours()
    # gAMA or cHRM alone is half a statement; only sRGB's own is clear without the other half.
    first = said[0] if said[0].is_whole else srgb("")
    for other in said:
        if not _agree(first, other):
            raise PictureError(_contradiction(first, other))
    if _is_srgb(first.profile):
        return Colours(stated=True)
    return Colours(first.says, first.profile, stated=True)


def to_srgb(picture: Image.Image, colours: Colours) -> Image.Image:
    """Return an RGB picture in sRGB codes, converted relative colorimetric."""
    return _through(colours.profile, "sRGB", picture) if colours.profile else picture


def _contradiction(first: Statement, other: Statement) -> str:
    if not first.by:
        return f"says {other.says} by {other.by} and nothing more of its colours; {REMEDY}"
    return (
        f"contradicts itself about its colours: {first.by} says {first.says}, "
        f"{other.by} says {other.says}; {REMEDY}"
    )


def _agree(one: Statement, other: Statement) -> bool:
    codes = bytes(code for each in other.about if each in one.about for code in each)
    return _furthest(_seen(one.profile, codes), _seen(other.profile, codes)) <= _ALIKE


def _is_srgb(profile: bytes) -> bool:
    shown = _through(profile, "sRGB", _strip(_PROBE)).tobytes()
    return _furthest(shown, _PROBE) <= _SAME_CODES


def _seen(profile: bytes, codes: bytes) -> bytes:
    """Return L*, a*, b* of some codes, a byte each; a* and b* run on beyond 127."""
    lab = _through(profile, "LAB", _strip(codes)).tobytes()
    return bytes(value if at % 3 == 0 else value ^ 0x80 for at, value in enumerate(lab))


def _strip(codes: bytes) -> Image.Image:
    return Image.frombytes("RGB", (len(codes) // 3, 1), codes)


def _furthest(one: bytes, other: bytes) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _through(profile: bytes, space: str, picture: Image.Image) -> Image.Image:
    try:
        shown = ImageCms.applyTransform(picture, _transform(profile, space))
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        msg = "has a colour profile that cannot be used; convert it to sRGB"
        raise PictureError(msg) from error
    if shown is None:
        raise TypeError("applyTransform returns a picture unless told to work in place")
    return shown


@functools.lru_cache(maxsize=8)
def _transform(profile: bytes, space: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("LAB" if space == "LAB" else "sRGB"),
        "RGB", "LAB" if space == "LAB" else "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )  # fmt: skip
