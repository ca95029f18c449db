"""Set one line of text as a coverage mask, in the pack's own font."""

from __future__ import annotations

import functools
import struct
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .errors import PictureInputError

if TYPE_CHECKING:
    from .colour import Bytes

FONT = Path(__file__).parent / "fonts" / "caption-subset.otf"
_SEPARATORS = " ·"


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text as it can be set, and the characters the font lacks.

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


@functools.lru_cache(maxsize=1)
def covered() -> frozenset[str]:
    """Return the characters of the font, from its character map (OpenType cmap, format 4)."""
    data = FONT.read_bytes()
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        if tag == b"cmap":
            return _mapped(data, start)
    msg = f"{FONT.name} has no character map"
    raise PictureInputError(msg)


def advance(text: str, px: int, tracking: float) -> float:
    """Return the width of a line; `tracking` is added after every character, in em."""
    font = _font(px)
    return sum(font.getlength(each) + tracking * px for each in text) - tracking * px


def mask(text: str, px: int, tracking: float) -> Bytes:
    """Return the line's coverage [h,w] 0-255, cut to its ink."""
    font = _font(px)
    sheet = Image.new("L", (int(advance(text, px, tracking)) + 2 * px, 2 * px))
    pen = ImageDraw.Draw(sheet)
    x = px / 2
    for each in text:
        pen.text((round(x), px * 3 // 2), each, font=font, fill=255, anchor="ls")
        x += font.getlength(each) + tracking * px
    box = sheet.getbbox()
    return np.asarray(sheet.crop(box) if box else sheet)


@functools.lru_cache(maxsize=8)
def _font(px: int) -> ImageFont.FreeTypeFont:
    # The basic layout is always built in; another one might space the line differently.
    return ImageFont.truetype(str(FONT), px, layout_engine=ImageFont.Layout.BASIC)


def _mapped(data: bytes, cmap: int) -> frozenset[str]:
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        offset = struct.unpack_from(">L", data, cmap + 8 + 8 * number)[0]
        start = cmap + offset
        if struct.unpack_from(">H", data, start)[0] == 4:
            segments = struct.unpack_from(">H", data, start + 6)[0] // 2
            ends = struct.unpack_from(f">{segments}H", data, start + 14)
            starts = struct.unpack_from(f">{segments}H", data, start + 16 + 2 * segments)
            spans = (range(a, b + 1) for a, b in zip(starts, ends, strict=True))
            return frozenset(chr(code) for span in spans for code in span if code != 0xFFFF)
    msg = f"{FONT.name} has no character map of the expected form"
    raise PictureInputError(msg)
