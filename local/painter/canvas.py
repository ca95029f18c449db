"""The picture being painted, and sheets for drawing shapes with soft edges onto it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from local.painter.colour import Array
from local.painter.facts import HORIZON

Point = tuple[float, float]
_OVERSAMPLING = 3


class Canvas:
    """An sRGB float picture (height, width, 3) with its horizon row."""

    def __init__(self, width: int, height: int, horizon: float = HORIZON) -> None:
        self.width, self.height = width, height
        self.horizon = horizon * height
        self.rgb: Array = np.zeros((height, width, 3), np.float32)
        self.covered: Array | None = None  # [h,w], while somebody keeps account of it

    @property
    def span(self) -> float:
        """The measure of what stands on the horizon: the height of a 4:5 picture with its sky."""
        return min(self.horizon / HORIZON, 1.5 * self.width)

    @property
    def breadth(self) -> float:
        """The width of a 4:5 picture with this sky."""
        return 0.8 * self.span

    @property
    def rows(self) -> Array:
        """Row numbers as a column, at pixel centres."""
        return (np.arange(self.height, dtype=np.float32) + 0.5)[:, None]

    @property
    def columns(self) -> Array:
        """Column numbers as a row, at pixel centres."""
        return (np.arange(self.width, dtype=np.float32) + 0.5)[None, :]

    def blend(self, mask: Array, colour: Array, top: int = 0) -> None:
        """Lay a colour ((3,), (h, 1, 3) or (h, w, 3)) over the full-width rows from top."""
        area = self.rgb[top : top + mask.shape[0]]
        area += mask[..., None] * (colour - area)
        if self.covered is not None:
            hidden = self.covered[top : top + mask.shape[0]]
            hidden += mask * (1 - hidden)

    def glow(self, mask: Array, colour: Array, top: int = 0) -> None:
        """Add light (screen) over the full-width rows from top."""
        area = self.rgb[top : top + mask.shape[0]]
        area += (1 - area) * (mask[..., None] * colour)

    def below(self, profile: Array, softness: float = 1.0) -> tuple[Array, int]:
        """Cover what lies under a profile (a row per column); returns (mask, top row)."""
        top = int(np.clip(np.floor(profile.min() - softness), 0, self.height - 1))
        mask = np.clip((self.rows[top:] - profile[None, :]) / softness + 0.5, 0, 1)
        return mask.astype(np.float32), top

    def stamp(self, picture: Image.Image, left: int, top: int, opacity: float = 1.0) -> None:
        """Put an RGBA picture on, cut at the borders."""
        x0, y0 = max(left, 0), max(top, 0)
        x1 = min(left + picture.width, self.width)
        y1 = min(top + picture.height, self.height)
        if x0 >= x1 or y0 >= y1:
            return
        patch = np.asarray(picture.crop((x0 - left, y0 - top, x1 - left, y1 - top)), np.float32)
        area = self.rgb[y0:y1, x0:x1]
        area += patch[..., 3:] * np.float32(opacity / 255) * (patch[..., :3] / 255 - area)
        if self.covered is not None:
            hidden = self.covered[y0:y1, x0:x1]
            hidden += patch[..., 3] * np.float32(opacity / 255) * (1 - hidden)


def bytes_of(colour: Array, alpha: float = 1.0) -> tuple[int, int, int, int]:
    """Turn a colour into 8-bit RGBA."""
    return _known_bytes(colour.tobytes(), colour.dtype.char, alpha)


@functools.lru_cache(4096)
def _known_bytes(colour: bytes, kind: str, alpha: float) -> tuple[int, int, int, int]:
    r, g, b = (
        min(max(round(value), 0), 255) for value in (np.frombuffer(colour, kind) * 255).tolist()
    )
    return r, g, b, round(alpha * 255)


class Pen:
    """Draws on a sheet; a place is told as its own kind of pen says, `wide` pixels are its 1."""

    wide = 1.0
    sheet: Sheet

    def at(self, x: float, y: float) -> Point:
        """Return a place on the canvas."""
        return x, y

    def polygon(self, places: Sequence[Point], colour: Array, alpha: float = 1.0) -> None:
        points = [self.sheet.fine(*self.at(*place)) for place in places]
        self.sheet.drawing.polygon(points, fill=bytes_of(colour, alpha))

    def box(self, left: float, top: float, right: float, low: float, colour: Array) -> None:
        self.polygon([(left, top), (right, top), (right, low), (left, low)], colour)

    def disc(
        self, x: float, y: float, rx: float, ry: float, colour: Array, alpha: float = 1.0
    ) -> None:
        """Fill an ellipse; both its radii are told by the pen's width."""
        (x, y), rx, ry = self.at(x, y), rx * self.wide, ry * self.wide
        x0, y0 = self.sheet.fine(x - rx, y - ry)
        x1, y1 = self.sheet.fine(x + rx, y + ry)
        corners = (x0, y0, max(x1, x0), max(y1, y0))
        self.sheet.drawing.ellipse(corners, fill=bytes_of(colour, alpha))

    def stroke(
        self, places: Sequence[Point], width: float, colour: Array, alpha: float = 1.0
    ) -> None:
        """Draw a line of some width through places."""
        thick = max(round(width * self.wide * _OVERSAMPLING), 1)
        line = [self.sheet.fine(*self.at(*place)) for place in places]
        self.sheet.drawing.line(line, fill=bytes_of(colour, alpha), width=thick, joint="curve")


class Sheet(Pen):
    """A transparent sheet over a box of the canvas; places are canvas pixels."""

    def __init__(self, box: tuple[float, float, float, float]) -> None:
        self.sheet = self
        self.left, self.top = int(np.floor(box[0])), int(np.floor(box[1]))
        self.width = max(int(np.ceil(box[2])) - self.left, 1)
        self.height = max(int(np.ceil(box[3])) - self.top, 1)
        size = (self.width * _OVERSAMPLING, self.height * _OVERSAMPLING)
        self._picture = Image.new("RGBA", size)
        self.drawing = ImageDraw.Draw(self._picture)

    def picture(self) -> Image.Image:
        """Return the sheet at canvas size, its edges smooth."""
        return self._picture.resize((self.width, self.height), Image.Resampling.BOX)

    def lay_on(self, canvas: Canvas, veil: Array | None = None, share: float = 0.0) -> None:
        """Put the sheet on the canvas, veiled by haze that thickens towards its foot."""
        picture = self.picture()
        canvas.stamp(veiled(picture, veil, share) if veil is not None else picture, *self.corner)

    @property
    def corner(self) -> tuple[int, int]:
        """Left and top on the canvas."""
        return self.left, self.top

    def fine(self, x: float, y: float) -> Point:
        """Return a place of the canvas in the finer pixels that are drawn on."""
        return (x - self.left) * _OVERSAMPLING, (y - self.top) * _OVERSAMPLING


class Frame(Pen):
    """Measures from a foot: shares of `wide` pixels to the right, of `tall` pixels up."""

    def __init__(self, sheet: Sheet, foot: Point, wide: float, tall: float | None = None) -> None:
        self.sheet, self.wide, self.tall = sheet, wide, wide if tall is None else tall
        self.x, self.base = foot

    def at(self, x: float, y: float) -> Point:
        """Return a place on the canvas; y counts upwards."""
        return self.x + x * self.wide, self.base - y * self.tall


def veiled(picture: Image.Image, veil: Array, share: float) -> Image.Image:
    """Mix a haze colour into an RGBA picture, a third of it at the top, all of it at the foot."""
    pixels = np.array(picture)
    fade = (share * np.linspace(0.35, 1, pixels.shape[0], dtype=np.float32))[:, None, None]
    mixed = pixels[..., :3] + fade * (veil * 255 - pixels[..., :3])
    pixels[..., :3] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)
