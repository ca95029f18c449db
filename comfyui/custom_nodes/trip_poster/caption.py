"""The caption: a large title, a thin rule, and a small line, set into the sky.

Ink and ground must differ by 4.5 to 1 at least (WCAG 2.2, 1.4.3). Where the plate does not give
that, its upper part is darkened or lightened like under a graduated filter: as little as will do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .colour import decode, encode, luminance
from .errors import PlacementError
from .lettering import advance, clean, mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .colour import Bytes, Floats

    Box = tuple[int, int, int, int]

CONTRAST = 4.5
_ZONE = (0.05, 0.22)
_CLEARANCE = 0.05
_MARGIN = 0.08
_TITLE, _SMALLEST_TITLE, _LINE = 0.092, 0.045, 0.0305
_TITLE_TRACKING, _LINE_TRACKING = 0.05, 0.24
_RULE = (0.062, 0.0026)
_GAPS = (0.34, 0.30)
_FALL = 0.17
# Flush left is the rule; the other side must be this much calmer.
_CALMER = 0.6
# What a scrim must reach, so that rounding to 8 bit does not lose the rule.
_WANTED = 4.62
_LIGHT_INK, _DARK_INK = (252, 250, 245), (22, 25, 32)
_VEIL = 0.92
# On middle tones dark letters look weaker than the formula says: their price, in codes of scrim.
_DARK_INK_COST, _MIDDLE_TONE, _MIDDLE_COST = 9.0, 0.40, 150.0


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
class Look:
    """An ink, and the scrim it needs: 0 = none, towards `_VEIL` or black."""

    ink: tuple[int, int, int]
    scrim: float
    region: Bytes
    contrast: float
    cost: float


def write_caption(
    picture: Bytes, keep_clear: Sequence[Sequence[int]], title: str, line: str
) -> tuple[Bytes, dict[str, Any]]:
    """Return the picture [H,W,3] with the caption, and what placement.json says of it.

    `keep_clear` are boxes (car, badge) the caption stays away from; raises PlacementError.
    """
    (title, lost), (line, also_lost) = clean(title), clean(line)
    missing = [*dict.fromkeys((*lost, *also_lost))]
    if not title and not line:
        return picture.copy(), _facts((), None, missing)
    height, width = picture.shape[:2]
    pieces = _calmer_side(
        picture, _layout(title, line, (width, height), _limit(keep_clear, height))
    )
    end = min(_limit(keep_clear, height, zone=1.0), _bottom(pieces) + round(_FALL * height))
    looks = [_look(picture[:end], pieces, ink) for ink in (_LIGHT_INK, _DARK_INK)]
    best = min(looks, key=lambda each: (each.contrast < CONTRAST, each.cost))
    out: Bytes = picture.copy()
    out[:end] = best.region
    for piece in pieces:
        _draw(out, piece, best.ink)
    return out, _facts(pieces, best, missing) | {"scrim": [0, 0, width, end * (best.scrim > 0)]}


def _limit(keep_clear: Sequence[Sequence[int]], height: int, zone: float = _ZONE[1]) -> int:
    """Return the row above which the caption ends."""
    tops = [box[1] - round(_CLEARANCE * height) for box in keep_clear]
    return min([round(zone * height), *tops])


def _layout(title: str, line: str, canvas: tuple[int, int], limit: int) -> list[Piece]:
    """Choose the largest title that fits width and zone; raises PlacementError."""
    width, height = canvas
    top = round(_ZONE[0] * height)
    for px in range(round(_TITLE * width), round(_SMALLEST_TITLE * width) - 1, -1):
        fits = advance(title, px, _TITLE_TRACKING) <= (1 - 2 * _MARGIN) * width
        pieces = _stacked(title, line, px, canvas, top) if fits else []
        if pieces and _bottom(pieces) <= limit and _right(pieces) <= (1 - _MARGIN / 2) * width:
            return pieces
    msg = "there is no room for the caption above the car"
    raise PlacementError(msg)


def _stacked(title: str, line: str, px: int, canvas: tuple[int, int], top: int) -> list[Piece]:
    x, y = round(_MARGIN * canvas[0]), float(top)
    pieces = []
    if title:
        pieces.append(Piece(mask(title, px, _TITLE_TRACKING), x, round(y)))
        y = pieces[-1].box[3] + _GAPS[0] * px
    if title and line:
        long, thick = (max(2, round(share * canvas[0])) for share in _RULE)
        rule = np.full((thick, long), 255, dtype=np.uint8)
        pieces.append(Piece(rule, x, round(y), is_text=False))
        y = pieces[-1].box[3] + _GAPS[1] * px
    if line:
        small = max(8, round(_LINE * canvas[0]))
        pieces.append(Piece(mask(line, small, _LINE_TRACKING), x, round(y)))
    return pieces


def _calmer_side(picture: Bytes, left: list[Piece]) -> list[Piece]:
    """Return the pieces flush left, or flush right where the ground is clearly calmer."""
    width = picture.shape[1]
    right = [replace(each, x=width - each.x - each.cover.shape[1]) for each in left]
    unrest = [max(_unrest(picture, piece.box) for piece in side) for side in (left, right)]
    return right if unrest[1] < _CALMER * unrest[0] else left


def _unrest(picture: Bytes, box: Box) -> float:
    """Return how busy the ground of a box is: the mean step from pixel to pixel, codes."""
    part = picture[box[1] : box[3], box[0] : box[2]].mean(axis=2)
    return float(np.abs(np.diff(part, axis=1)).mean())


def _look(sky: Bytes, pieces: list[Piece], ink: tuple[int, int, int]) -> Look:
    """Return the weakest scrim under which an ink keeps the contrast."""
    level = float(luminance(decode(np.array(ink, dtype=np.uint8))))
    spots = np.concatenate([_spots(sky, piece.box) for piece in pieces if piece.is_text])
    weight = _fall(sky.shape[0], _bottom(pieces))[:, None]
    every_code = decode(np.arange(256, dtype=np.uint8))[None, :]
    dark_ink = level < 0.2
    if dark_ink:
        least = (level + 0.05) * _WANTED - 0.05
        short = float(spots.min())
        scrim = (least - short) / (_VEIL - short) if short < least else 0.0
        curves = encode(every_code + scrim * weight * (_VEIL - every_code))
    else:
        most = (level + 0.05) / _WANTED - 0.05
        scrim = max(1 - most / max(float(spots.max()), most), 0.0)
        curves = encode(every_code * (1 - scrim * weight))
    # One curve for each row: a table is a tenth of the work of computing every pixel.
    region = curves[np.arange(sky.shape[0])[:, None, None], sky]
    cost = float(np.abs(region[::4, ::4].astype(int) - sky[::4, ::4]).mean())
    if dark_ink:
        cost += _DARK_INK_COST + _MIDDLE_COST * max(0.0, _MIDDLE_TONE - float(np.median(spots)))
    spots = np.concatenate([_spots(region, piece.box) for piece in pieces if piece.is_text])
    contrast = _contrast(spots, level)
    return Look(ink, scrim, region, contrast, cost)


def _spots(sky: Bytes, box: Box) -> NDArray[Any]:
    """Return the darkest and the lightest ground [n] that an eye finds beside a line's strokes.

    Cell by cell along the line, a cell as wide as the line is high: the 1st and the 99th
    percentile of luminance over and around the letters.
    """
    x0, y0, x1, y1 = box
    side = y1 - y0
    around = max(2, side // 8)
    part = luminance(
        decode(sky[max(y0 - around, 0) : y1 + around, max(x0 - around, 0) : x1 + around])
    )
    cells = np.array_split(part, max(1, round((x1 - x0) / side)), axis=1)
    return np.concatenate([np.percentile(cell, (1, 99)) for cell in cells])


def _contrast(ground: NDArray[Any], level: float) -> float:
    """Return the worst contrast (WCAG 2.2: (lighter + 0.05) / (darker + 0.05))."""
    ratio: NDArray[Any] = (np.maximum(ground, level) + 0.05) / (np.minimum(ground, level) + 0.05)
    return float(ratio.min())


def _fall(rows: int, bottom: int) -> Floats:
    """Return the scrim's strength by row: full down to the text, then smoothly none."""
    share = (np.arange(rows) - bottom) / max(rows - bottom, 1)
    t = np.clip(1 - share, 0.0, 1.0)
    return (t**3 * (t * (6 * t - 15) + 10)).astype(np.float32)


def _draw(picture: Bytes, piece: Piece, ink: tuple[int, int, int]) -> None:
    x0, y0, x1, y1 = piece.box
    share = (piece.cover.astype(np.float32) / np.float32(255.0))[..., None]
    colour = decode(np.array(ink, dtype=np.uint8))
    target = picture[y0:y1, x0:x1]
    target[:] = encode(share * colour + (1 - share) * decode(target))


def _bottom(pieces: Sequence[Piece]) -> int:
    return max(piece.box[3] for piece in pieces)


def _right(pieces: Sequence[Piece]) -> int:
    return max(piece.box[2] for piece in pieces)


def _facts(pieces: Sequence[Piece], look: Look | None, missing: list[str]) -> dict[str, Any]:
    text = [piece for piece in pieces if piece.is_text]
    return {
        "boxes": [list(piece.box) for piece in text],
        "text_px": max((piece.cover.shape[0] for piece in text), default=0),
        "ink": list(look.ink if look else _LIGHT_INK),
        "contrast": round(look.contrast, 2) if look else None,
        "missing": missing,
    }
