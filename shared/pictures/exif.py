"""The two things in Exif data that change how a picture looks: its orientation and its colours."""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image

from shared.core.errors import PictureError

_UPRIGHT, _LAST = 1, 8
_INTEROP_INDEX = 1
_SPACE, _SRGB, _ADOBE_RGB = ExifTags.Base.ColorSpace, 1, 2


@dataclass(frozen=True)
class ExifFacts:
    """`turned_by`: an orientation of 2 to 8; `unknown`: one that means nothing, 0 for none.

    `colours` is "sRGB", "Adobe RGB", "other" for colours that are neither, "" for no word.
    """

    turned_by: int = 0
    unknown: int = 0
    colours: str = ""


def exif_facts(data: bytes) -> ExifFacts:
    """Read Exif data; PictureError where it is none."""
    if not data:
        return ExifFacts()
    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            # A broken maker's note is none of our business.
            warnings.simplefilter("ignore")
            exif.load(data)
            inner = exif.get_ifd(ExifTags.IFD.Exif)
            has_interop = ExifTags.IFD.Interop in inner
            interop = exif.get_ifd(ExifTags.IFD.Interop) if has_interop else {}
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error) as error:
        raise PictureError("has Exif data that cannot be read; export it without") from error
    said = exif.get(ExifTags.Base.Orientation, _UPRIGHT)
    known = isinstance(said, int) and _UPRIGHT <= said <= _LAST
    return ExifFacts(
        turned_by=said if known and said != _UPRIGHT else 0,
        unknown=0 if known else (said if isinstance(said, int) and said else -1),
        colours=_colours(inner.get(_SPACE, exif.get(_SPACE)), interop.get(_INTEROP_INDEX)),
    )


def _colours(space: object, interop: object) -> str:
    if space is None:
        return ""
    if space == _ADOBE_RGB or str(interop).startswith("R03"):
        return "Adobe RGB"
    return "sRGB" if space == _SRGB else "other"
