"""Set one line of text as a coverage mask, in one of the pack's own fonts."""

from __future__ import annotations

import functools
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .errors import PictureInputError

if TYPE_CHECKING:
    from .colour import Bytes

FONTS = Path(__file__).parent / "fonts"
# What no style's face holds, this one does: a line that lacks one character there is set here.
FONT = FONTS / "caption-subset.otf"
_SEPARATORS = " ·"
_WOFF = b"wOFF"
_FINE = 4


@dataclass(frozen=True)
class Face:
    """A font file, how far its letters stand apart, and how much is added to a stroke, in em.

    `swell` evens out how large the letters of a face look beside others of the same size.
    """

    font: Path = FONT
    tracking: float = 0.0
    weight: float = 0.0
    swell: float = 1.0

    def holds(self, text: str) -> bool:
        """Say whether the whole text can be set in this face."""
        return covered(self.font).issuperset(text.replace(" ", ""))

    def size(self, px: int) -> int:
        """Return the size of the font for letters that look `px` large."""
        return round(self.swell * px)


@dataclass(frozen=True)
class Line:
    """A line's coverage [h,w] 0-255, cut to its ink; `rise` rows of it stand above the baseline."""

    cover: Bytes
    rise: int


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text as it can be set, and the characters the wide font lacks.

    White space becomes one space, what cannot be seen goes, and so does a missing character:
    an empty frame on a poster is worse than a name one character short. A mark that would have to
    be set onto the letter before it is missing too: letters are set one by one here.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    seen = [each for each in words if not _is_unseen(each)]
    missing = tuple(dict.fromkeys(each for each in seen if each not in covered() or _is_mark(each)))
    kept = "".join(each for each in seen if each not in missing)
    return " ".join(kept.split()).strip(_SEPARATORS), missing


def _is_unseen(character: str) -> bool:
    """Tell a control, a direction, a joiner, a variation selector: none has a shape of its own."""
    name = unicodedata.name(character, "")
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} or "VARIATION SELECTOR" in name


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


@functools.lru_cache(maxsize=8)
def covered(font: Path = FONT) -> frozenset[str]:
    """Return the characters of a font, from its character map (OpenType cmap, format 4)."""
    cmap = _table(font.read_bytes(), b"cmap")
    for number in range(struct.unpack_from(">H", cmap, 2)[0] if cmap else 0):
        start = struct.unpack_from(">L", cmap, 8 + 8 * number)[0]
        if struct.unpack_from(">H", cmap, start)[0] == 4:
            return _mapped(cmap, start)
    raise PictureInputError(f"{font.name} has no character map of the expected form")


def advance(text: str, px: int, face: Face) -> float:
    """Return the width of a line; the face's tracking is added after every character."""
    font, size = _font(face.font, face.size(px)), face.size(px)
    return sum(font.getlength(each) + face.tracking * size for each in text) - face.tracking * size


def set_line(text: str, px: int, face: Face) -> Line:
    """Set a line; `px` is the size of the font. A face with a weight is drawn large and reduced."""
    size, fine = face.size(px), _FINE if face.weight else 1
    large = size * fine
    font, stroke = _font(face.font, large), round(face.weight * large / 2)
    base = 3 * size // 2
    wide = int(advance(text, px, face)) + 2 * size
    sheet = Image.new("L", (wide * fine, 2 * size * fine))
    pen = ImageDraw.Draw(sheet)
    x = large / 2
    for each in text:
        at = (round(x), base * fine)
        pen.text(at, each, font=font, fill=255, anchor="ls", stroke_width=stroke)
        x += font.getlength(each) + face.tracking * large
    sheet = sheet.reduce(fine)
    box = sheet.getbbox()
    return Line(np.asarray(sheet.crop(box) if box else sheet), base - box[1] if box else 0)


@functools.lru_cache(maxsize=64)
def _font(path: Path, px: int) -> ImageFont.FreeTypeFont:
    # The basic layout is always built in; another one might space the line differently.
    return ImageFont.truetype(str(path), px, layout_engine=ImageFont.Layout.BASIC)


def _table(data: bytes, wanted: bytes) -> bytes:
    """Return a table of an OpenType font, bare or packed as WOFF; nothing if there is none."""
    packed = data[:4] == _WOFF
    first, step = (44, 20) if packed else (12, 16)
    for number in range(struct.unpack_from(">H", data, 12 if packed else 4)[0]):
        tag, one, two, three = struct.unpack_from(">4sLLL", data, first + step * number)
        if tag != wanted:
            continue
        if not packed:
            return data[two : two + three]
        table = data[one : one + two]
        return zlib.decompress(table) if two < three else table
    return b""


def _mapped(cmap: bytes, start: int) -> frozenset[str]:
    segments = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", cmap, start + 14)
    starts = struct.unpack_from(f">{segments}H", cmap, start + 16 + 2 * segments)
    spans = (range(a, b + 1) for a, b in zip(starts, ends, strict=True))
    return frozenset(chr(code) for span in spans for code in span if code != 0xFFFF)
