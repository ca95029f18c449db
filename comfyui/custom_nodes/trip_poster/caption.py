"""The caption: a large title, a thin rule, and a small line, set where the picture is calm.

Sizes are shares of the canvas's measure: the square root of 0.8 x width x height, which is the
width of a picture of 4 to 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .breaking import broken
from .calm import Unrest
from .colour import Bytes, decode, encode
from .errors import PlacementError
from .lettering import Face, advance, clean, set_line
from .scrim import best_look
from .typefaces import setting_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Room
    from .scrim import Box, Look
    from .typefaces import Ink, Setting

_ZONE = (0.05, 0.22)
_CLEARANCE, _BELOW = 0.05, 0.075
_MARGIN = 0.08
_SMALLEST, _SHRINK = 0.045, 0.96
_SMALLEST_LINE = 0.72
_GAPS = (0.34, 0.30)
_LEADING, _LINE_LEADING = 1.16, 1.5
# How high letters are at least, in sizes of the font.
_INK = 0.88
# Up to three em a title is short and may grow, from seven on it may not.
_SHORT, _LONG = 3.0, 7.0
_MOST_LINES = 3
# One more line must make the letters so much larger.
_WORTH_A_LINE = 1.3
# The first place is the rule; another one must be this much calmer.
_CALMER = 0.6
_STEPS, _PROBE = 8, 100


@dataclass(frozen=True)
class Piece:
    """One thing drawn: its coverage and where its upper left corner lies."""

    cover: Bytes
    x: int
    y: int
    is_text: bool = True

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in canvas pixels."""
        height, width = self.cover.shape
        return (self.x, self.y, self.x + width, self.y + height)


@dataclass(frozen=True)
class Texts:
    """Title and line as they are to be set, one above the other, with the canvas's measure."""

    title: str
    line: str
    setting: Setting
    measure: float

    @property
    def smallest(self) -> int:
        """The smallest size of a title that is still one, pixels."""
        return round(_SMALLEST * self.measure)

    def largest(self) -> int:
        """Return the size for a title of this length, pixels."""
        setting = self.setting
        ems = _ems(self.title, setting.title) if self.title else _LONG
        short = min(max((_LONG - ems) / (_LONG - _SHORT), 0.0), 1.0)
        return round(setting.size * self.measure * (1 + short * (setting.growth - 1)))

    def lines(self, width: int, height: int) -> tuple[list[str], int]:
        """Return the title's lines for a room, and about the largest size at which they fit it."""
        best: tuple[list[str], float] = ([], 0.0)
        for count in range(1, _MOST_LINES + 1 if self.title else 1):
            lines = broken(self.title, count, lambda each: _ems(each, self.setting.title))
            if lines is None:
                continue
            widest = max(_ems(each, self.setting.title) for each in lines)
            px = min(self.largest(), width / widest, self._high(count, height))
            if px > best[1] * _WORTH_A_LINE:
                best = (lines, px)
        return best[0], int(best[1]) or self.largest()

    def _high(self, count: int, height: int) -> float:
        """Return at which size so many lines are about as high as a room."""
        ems = self.setting.title.swell * (_INK + (count - 1) * _LEADING)
        if self.line:
            height -= round(self.setting.line_size * self.measure)
            ems += sum(_GAPS)
        return max(height, 0) / ems

    def small(self, width: int) -> tuple[list[str], int]:
        """Return the small line, in two where it is too long for a width, and its size."""
        px = max(8, round(self.setting.line_size * self.measure))
        lines = [self.line] if self.line else []
        widest = _ems(self.line, self.setting.line) if self.line else 0.0
        if widest * px * _SMALLEST_LINE > width:
            parted = broken(self.line, 2, lambda each: _ems(each, self.setting.line))
            lines = parted or lines
            widest = max(_ems(each, self.setting.line) for each in lines)
        return lines, min(px, int(width / widest)) if widest else px


def write_caption(
    picture: Bytes,
    keep_clear: Sequence[Sequence[int]],
    title: str,
    line: str,
    *,
    style: str = "",
    room: Room | None = None,
) -> tuple[Bytes, dict[str, Any]]:
    """Return the picture [H,W,3] with the caption, and what placement.json says of it.

    `keep_clear` are boxes (car, badge) the caption stays away from. Without a `room`, or where
    there is no place in it, the caption stands above the car; raises PlacementError where that is
    too narrow as well.
    """
    (title, lost), (line, also_lost) = clean(title), clean(line)
    missing = [*dict.fromkeys((*lost, *also_lost))]
    setting = setting_of(style).for_texts(title, line)
    if not title and not line:
        return picture.copy(), _facts((), None, missing, setting)
    height, width = picture.shape[:2]
    boxes: list[Box] = [(each[0], each[1], each[2], each[3]) for each in keep_clear]
    texts = Texts(title, line, setting, math.sqrt(0.8 * width * height))
    pieces = _placed(picture, boxes, texts, room)
    lines = [piece.box for piece in pieces if piece.is_text]
    best = best_look(picture, lines, boxes, setting)
    out: Bytes = picture.copy()
    x0, y0, x1, y1 = best.box
    out[y0:y1, x0:x1] = best.region
    for piece in pieces:
        _draw(out, piece, best.ink)
    return out, _facts(pieces, best, missing, setting)


def _placed(
    picture: Bytes, keep_clear: Sequence[Box], texts: Texts, room: Room | None
) -> list[Piece]:
    """Choose the largest title that has a place, and the calmest place for it."""
    height, width = picture.shape[:2]
    above = (round(_MARGIN * width), round(_ZONE[0] * height), width - round(_MARGIN * width))
    # Where no layout says more, the caption ends above the car.
    tops = [box[1] - round(_CLEARANCE * height) for box in keep_clear]
    places = [((*above, min([round(_ZONE[1] * height), *tops])), "")]
    if room:
        wanted = _wanted(room, (width, height), keep_clear)
        places = [*((each, room.align) for each in wanted), *places]
    unrest = Unrest(picture)
    for box, align in places:
        lines, px = texts.lines(box[2] - box[0], box[3] - box[1])
        while px >= texts.smallest:
            block = _stacked(texts, lines, px, box[2] - box[0])
            corners = [*_corners(block, box, align)]
            if _is_low(box, height):
                corners.reverse()
            found = [_moved(block, x, y, edge) for x, y, edge in corners]
            free = [each for each in found if _is_free(each, keep_clear, width)]
            if free:
                return _calmest(free, unrest)
            px = min(px - 1, int(px * _SHRINK))
    raise PlacementError("there is no room for the caption above the car")


def _wanted(room: Room, canvas: tuple[int, int], keep_clear: Sequence[Box]) -> list[Box]:
    """Return a layout's box in pixels; one below the car first with room for a scrim to end in."""
    shares = zip(room.box, (*canvas, *canvas), strict=True)
    (x0, y0, x1, y1), height = (round(share * side) for share, side in shares), canvas[1]
    if not _is_low((x0, y0, x1, y1), height):
        return [(x0, y0, x1, y1)]
    ends = (each[3] + round(_BELOW * height) for each in keep_clear if each[1] < y0)
    return [(x0, max([y0, *ends]), x1, y1), (x0, y0, x1, y1)]


def _is_low(box: Box, height: int) -> bool:
    return box[1] + box[3] > height


def _stacked(texts: Texts, lines: list[str], px: int, width: int) -> list[Piece]:
    """Set title, rule and line below each other, all at the left edge, from row 0 on."""
    setting = texts.setting
    pieces: list[Piece] = []
    y = 0.0
    if lines:
        pieces = _column(lines, px, setting.title, _LEADING)
        y = pieces[-1].box[3] + _GAPS[0] * px
    small, small_px = texts.small(width)
    if lines and small:
        long, thick = (max(2, round(share * texts.measure)) for share in setting.rule)
        rule = np.full((thick, long), 255, dtype=np.uint8)
        pieces.append(Piece(rule, 0, round(y), is_text=False))
        y = pieces[-1].box[3] + _GAPS[1] * px
    return pieces + _column(small, small_px, setting.line, _LINE_LEADING, round(y))


def _column(lines: list[str], px: int, face: Face, leading: float, top: int = 0) -> list[Piece]:
    """Set lines on baselines that are equally far apart; the first one's ink begins at `top`."""
    set_lines = [set_line(each, px, face) for each in lines]
    base = top + set_lines[0].rise if set_lines else top
    step = leading * face.size(px)
    return [
        Piece(each.cover, 0, base + round(number * step) - each.rise)
        for number, each in enumerate(set_lines)
    ]


def _corners(block: list[Piece], box: Box, align: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a block may stand in a box, x, y and edge, the preferred place first."""
    wide = max(each.box[2] for each in block)
    high = max(each.box[3] for each in block)
    room, left = box[3] - box[1] - high, box[2] - box[0] - wide
    if room < 0 or left < 0:
        return
    if not align:
        yield from ((box[0], box[1], "left"), (box[2] - wide, box[1], "right"))
        return
    x = box[0] + {"left": 0, "right": left}.get(align, left // 2)
    for step in range(_STEPS + 1 if room else 1):
        yield x, box[1] + room * step // _STEPS, align


def _moved(block: list[Piece], x: int, y: int, align: str) -> list[Piece]:
    """Return the block at a corner, its pieces flush with the edge it keeps to."""
    wide = max(each.box[2] for each in block)
    spare = [wide - each.cover.shape[1] for each in block]
    shifts = {"right": spare, "middle": [each // 2 for each in spare]}.get(align, [0] * len(spare))
    return [
        Piece(each.cover, x + shift, y + each.y, each.is_text)
        for each, shift in zip(block, shifts, strict=True)
    ]


def _is_free(pieces: Sequence[Piece], keep_clear: Sequence[Box], width: int) -> bool:
    """Say whether the pieces keep clear of all boxes by a twentieth of the larger side."""
    if max(each.box[2] for each in pieces) > (1 - _MARGIN / 2) * width:
        return False
    for a, b, c, d in keep_clear:
        margin = math.ceil(_CLEARANCE * max(c - a, d - b)) + 1
        for x0, y0, x1, y1 in (each.box for each in pieces):
            if x0 < c + margin and a - margin < x1 and y0 < d + margin and b - margin < y1:
                return False
    return True


def _calmest(places: list[list[Piece]], unrest: Unrest) -> list[Piece]:
    """Return the first place, or the calmest one where that is clearly calmer."""
    worst = [max(unrest.under(each.box) for each in place) for place in places]
    calmest = min(range(len(places)), key=worst.__getitem__)
    return places[calmest if worst[calmest] < _CALMER * worst[0] else 0]


def _ems(text: str, face: Face) -> float:
    """Return the width of a line, in sizes of the font."""
    return advance(text, _PROBE, face) / _PROBE


def _draw(picture: Bytes, piece: Piece, ink: Ink) -> None:
    x0, y0, x1, y1 = piece.box
    share = (piece.cover.astype(np.float32) / np.float32(255.0))[..., None]
    colour = decode(np.array(ink, dtype=np.uint8))
    target = picture[y0:y1, x0:x1]
    target[:] = encode(share * colour + (1 - share) * decode(target))


def _facts(
    pieces: Sequence[Piece], look: Look | None, missing: list[str], setting: Setting
) -> dict[str, Any]:
    text = [piece for piece in pieces if piece.is_text]
    x0, y0, x1, y1 = look.box if look else (0, 0, 0, 0)
    return {
        "boxes": [list(piece.box) for piece in text],
        "text_px": max((piece.cover.shape[0] for piece in text), default=0),
        "ink": list(look.ink if look else setting.light),
        "contrast": round(look.contrast, 2) if look else None,
        "missing": missing,
        "scrim": [x0, y0, x1, y1] if look and look.scrim > 0 else [x0, y0, x1, y0],
    }
