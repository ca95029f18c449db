"""The label of generated pictures: a visible mark and an implicit one in the metadata.

Requirement: GB 45438-2025 (text not lower than 5 % of the shorter side; metadata field "AIGC" with
Label, ContentProducer, ProduceID and so on), in force since 2025-09-01.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageDraw, ImageFont, ImageStat

from shared.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    Box = Sequence[int]

MARK = "AI生成"
TEXT_SHARE = 0.05
_FONT = Path(__file__).parent / "fonts" / "label-subset.otf"
_INK = (255, 255, 255)
_SCRIM = (16, 18, 22)
# From nothing, on a night, to what makes white letters readable on snow.
_SCRIM_ALPHAS = (0, 40, 72, 100, 124, 144, 160, 172)
_CONTRAST = 5.4
_GAP, _MARGIN = 0.01, 0.04


@dataclass(frozen=True)
class Marked:
    """A picture with the visible mark, and the mark's box (left, top, right, bottom), pixels."""

    picture: Image.Image
    box: tuple[int, int, int, int]


def stamp(picture: Image.Image, *, clear_of: Sequence[Box]) -> Marked:
    """Return a copy with the visible mark in the first corner that is clear of all boxes.

    `clear_of` are (left, top, right, bottom) in pixels; the mark stays 1 % of the shorter side
    away from them. PictureError when no corner is clear.
    """
    # One pixel more: an outline that ends inside a pixel row does not count as a whole one.
    size = math.ceil(min(picture.size) * TEXT_SHARE) + 1
    font = ImageFont.truetype(str(_FONT), _font_size(size))
    left, top, right, bottom = font.getbbox(MARK)
    across, down = size // 3, size // 4
    width, height = int(right - left) + 2 * across, int(bottom - top) + 2 * down
    margin = round(min(picture.size) * _MARGIN)
    x, y = _corner(picture.size, (width, height), margin, clear_of)
    box = (x, y, x + width, y + height)
    marked = picture.copy()
    marked.paste(_backed(picture.crop(box), inset=down), (x, y))
    at = (x + across - left, y + down - top)
    ImageDraw.Draw(marked).text(at, MARK, font=font, fill=_INK)
    return Marked(marked, box)


def _backed(ground: Image.Image, *, inset: int) -> Image.Image:
    """Return the ground under a dark plate, just as dark as white letters on it need."""
    large = Image.new("L", (4 * ground.width, 4 * ground.height), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, *large.size), large.height // 3, fill=255)
    shape = large.resize(ground.size, Image.Resampling.BOX)
    letters = (inset, inset, ground.width - inset, ground.height - inset)
    dark = Image.new("RGB", ground.size, _SCRIM)
    backed = ground
    for alpha in _SCRIM_ALPHAS:
        backed = Image.composite(dark, ground, shape.point([a * alpha // 255 for a in range(256)]))
        if _contrast_of_white(backed.crop(letters)) >= _CONTRAST:
            break
    return backed


def _contrast_of_white(ground: Image.Image) -> float:
    """Return WCAG's (L1 + .05) / (L2 + .05) of white on the lightest spots of the ground.

    Spots are means of some pixels; relative luminance by the plain power 2.2, a little too light.
    """
    spots = ground.resize((ground.width // 8, ground.height // 8), Image.Resampling.BOX)
    red, green, blue = (most / 255 for _, most in ImageStat.Stat(spots).extrema)
    light: float = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return 1.05 / (light + 0.05)


def xmp(*, producer: str, produce_id: str) -> bytes:
    """Return the XMP packet that carries the implicit label; `produce_id` names the picture."""
    fields = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": produce_id,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    value = quoteattr(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" '
        f"TC260:AIGC={value}/>"
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _font_size(height: int) -> int:
    """Return the font size at which the mark's letters are at least `height` pixels high."""
    probe = ImageFont.truetype(str(_FONT), 100)
    _, top, _, bottom = probe.getbbox(MARK)
    return -(-height * 100 // int(bottom - top))


def _corner(
    canvas: tuple[int, int], mark: tuple[int, int], margin: int, clear_of: Sequence[Box]
) -> tuple[int, int]:
    gap = round(min(canvas) * _GAP)
    right, bottom = canvas[0] - mark[0] - margin, canvas[1] - mark[1] - margin
    for left, top in ((right, bottom), (margin, bottom), (right, margin), (margin, margin)):
        box = (left - gap, top - gap, left + mark[0] + gap, top + mark[1] + gap)
        if not any(_overlap(box, each) for each in clear_of):
            return left, top
    msg = "there is no corner for the mark that is clear of car and lettering"
    raise PictureError(msg)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
