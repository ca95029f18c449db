"""The label of generated pictures: a visible mark and an implicit one in the metadata.

Requirement: GB 45438-2025 (text not lower than 5 % of the shorter side; metadata field "AIGC" with
Label, ContentProducer, ProduceID and so on), in force since 2025-09-01. Weight, colour and place of
the mark are free: it is set thinly, in the face of the poster's style, where the picture is calm.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from shared.core.errors import PictureError

Box = Sequence[int]
Colour = tuple[int, int, int]
MARK = "AI生成"
TEXT_SHARE = 0.05
CORNERS = ("bottom_right", "bottom_left", "top_right", "top_left")
_FONTS = Path(__file__).parent / "fonts"
_FACES = {
    "photoreal": "serif",
    "sdxl_photoreal": "serif",
    "ink_wash": "serif",
    "sdxl_ink_wash": "serif",
    "retro_poster": "poster",
    "gouache": "round",
    "anime": "slanted",
}
_PLAIN_FACE = "tube"
# An ink, what the ground under it is toned with where it does not stand out by itself, and the
# contrast it needs: 3 is the rule for letters of this size (WCAG 2.2, 1.4.3), and one of the inks
# has that on any even ground; thin dark strokes look weaker than they are.
_LOOKS: tuple[tuple[Colour, Colour, float], ...] = (
    ((250, 249, 246), (16, 18, 22), 3.2),
    ((24, 26, 32), (240, 241, 238), 3.8),
)
# From nothing to what makes white letters readable on snow.
_TONES = (0, 40, 72, 100, 124, 144, 160, 172)
_MARGIN = 0.03
_PROBE = 1000
# A corner named earlier is left only for one that is so much calmer.
_CALMER = 0.5
_STEPS = 12
_NUMBERS = range(_STEPS + 1)


@dataclass(frozen=True)
class Marked:
    """A picture with the visible mark, the mark's box (left, top, right, bottom), and its ink."""

    picture: Image.Image
    box: tuple[int, int, int, int]
    ink: Colour


def stamp(
    picture: Image.Image, *, clear_of: Sequence[Box], corners: Sequence[str] = (), style: str = ""
) -> Marked:
    """Return a copy with the visible mark in a corner, or on an edge, that is clear of all boxes.

    `corners` are the wanted ones of `CORNERS`, best first, and `style` gives the face. `clear_of`
    are (left, top, right, bottom) in pixels; the mark's box, which is wider than its letters by a
    third of their height on each side, touches none of them. PictureError when no edge is clear.
    """
    # One pixel more: an outline that ends inside a pixel row does not count as a whole one.
    size = math.ceil(min(picture.size) * TEXT_SHARE) + 1
    font = _font(_FONTS / f"{_FACES.get(style, _PLAIN_FACE)}.otf", size)
    left, top, right, bottom = font.getbbox(MARK)
    inset = size // 3
    width, height = int(right - left) + 2 * inset, int(bottom - top) + 2 * inset
    x, y = _place(picture, (width, height), clear_of, corners)
    box = (x, y, x + width, y + height)
    ink, ground = _readable(picture.crop(box), inset)
    marked = picture.copy()
    marked.paste(ground, (x, y))
    at = (x + inset - left, y + inset - top)
    ImageDraw.Draw(marked).text(at, MARK, font=font, fill=ink)
    return Marked(marked, box, ink)


def _readable(ground: Image.Image, inset: int) -> tuple[Colour, Image.Image]:
    """Return the ink for which the ground has to change least, and the ground so changed."""
    shape = _feathered(ground.size, inset)
    letters = (inset, inset, ground.width - inset, ground.height - inset)
    looks = [_toned(ground, shape, letters, *look) for look in _LOOKS]
    _, ink, toned = min(looks, key=lambda look: look[0])
    return ink, toned


def _toned(
    ground: Image.Image,
    shape: Image.Image,
    letters: tuple[int, int, int, int],
    ink: Colour,
    towards: Colour,
    least: float,
) -> tuple[float, Colour, Image.Image]:
    """Tone the ground until an ink reads on it; return the change, mean codes, ink and ground."""
    plain, toned = Image.new("RGB", ground.size, towards), ground
    for tone in _TONES:
        mask = shape.point([each * tone // 255 for each in range(256)])
        toned = Image.composite(plain, ground, mask)
        if _contrast(toned.crop(letters), ink) >= least:
            break
    change = ImageStat.Stat(ImageChops.difference(toned, ground)).mean
    return sum(change), ink, toned


def _feathered(size: tuple[int, int], inset: int) -> Image.Image:
    """Return a mask that is full under the letters and runs out to nothing at the edge."""
    across, down = (
        np.maximum(inset - np.minimum(at, length - at), 0.0)
        for length in size
        for at in [np.arange(length) + 0.5]
    )
    t = np.clip(1 - np.hypot(across[None, :], down[:, None]) / inset, 0.0, 1.0)
    return Image.fromarray(np.rint(255 * t * t * (3 - 2 * t)).astype(np.uint8))


def _contrast(ground: Image.Image, ink: Colour) -> float:
    """Return WCAG's (L1 + .05) / (L2 + .05) of an ink on the spots of the ground nearest to it.

    Spots are means of some pixels; relative luminance by the plain power 2.2.
    """
    spots = ground.resize((ground.width // 8, ground.height // 8), Image.Resampling.BOX)
    extrema = ImageStat.Stat(spots).extrema
    level, darkest, lightest = (_luminance(colour) for colour in (ink, *zip(*extrema, strict=True)))
    return min(
        (max(level, each) + 0.05) / (min(level, each) + 0.05) for each in (darkest, lightest)
    )


def _luminance(colour: Sequence[float]) -> float:
    red, green, blue = ((each / 255) ** 2.2 for each in colour)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


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


def _font(path: Path, height: int) -> ImageFont.FreeTypeFont:
    """Return the font at the size at which the mark's letters are at least `height` pixels high."""
    # Large, since the box is of whole pixels, one more than the letters on either side.
    _, top, _, bottom = ImageFont.truetype(str(path), _PROBE).getbbox(MARK)
    return ImageFont.truetype(str(path), -(-height * _PROBE // int(bottom - top - 2)))


def _place(
    picture: Image.Image, mark: tuple[int, int], clear_of: Sequence[Box], corners: Sequence[str]
) -> tuple[int, int]:
    """Return where the mark's box begins: the first clear corner, unless another is far calmer.

    Where none of the wanted ones is clear, any corner or place on an edge is taken.
    """
    margin = round(min(picture.size) * _MARGIN)
    most = (picture.width - mark[0] - margin, picture.height - mark[1] - margin)

    def is_clear(at: tuple[int, int]) -> bool:
        box = (*at, at[0] + mark[0], at[1] + mark[1])
        return not any(_overlap(box, each) for each in clear_of)

    wanted = [at for at in (_corner(each, margin, most) for each in corners) if is_clear(at)]
    if wanted:
        unrest = [_unrest(picture.crop((x, y, x + mark[0], y + mark[1]))) for x, y in wanted]
        calmest = min(range(len(wanted)), key=unrest.__getitem__)
        return wanted[calmest if unrest[calmest] < _CALMER * unrest[0] else 0]
    for at in _edge_places(margin, most):
        if is_clear(at):
            return at
    raise PictureError("there is no edge with room for the mark that is clear of car and lettering")


def _corner(name: str, margin: int, most: tuple[int, int]) -> tuple[int, int]:
    end, _, side = name.partition("_")
    return (most[0] if side == "right" else margin, most[1] if end == "bottom" else margin)


def _edge_places(margin: int, most: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the corners, then places along the lower, the upper, the right and the left edge."""
    yield from (_corner(each, margin, most) for each in CORNERS)
    across, down = ([round(margin + n / _STEPS * (end - margin)) for n in _NUMBERS] for end in most)
    yield from ((x, y) for y in (most[1], margin) for x in reversed(across))
    yield from ((x, y) for x in (most[0], margin) for y in down)


def _unrest(ground: Image.Image) -> float:
    """Return the mean step from pixel to pixel, codes."""
    grey = np.asarray(ground.convert("L"), dtype=np.float32)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
