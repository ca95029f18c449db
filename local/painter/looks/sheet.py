"""What all looks start from: the finished scene, its sky, its near ground, and soft copies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from local.painter.colour import Array
from local.painter.facts import HORIZON
from local.painter.noise import coarse_fbm, enlarge, smooth
from local.painter.scene import Scene

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
# Below this row (share of the height) the car stands: textures fade out towards it.
_QUIET_FROM, _QUIET_AT = 0.64, 0.72


@dataclass(frozen=True)
class Sheet:
    """A scene to paint over: pixels [h,w,3] in 0..1, and where they show the sky [h,w]."""

    scene: Scene
    pixels: Array
    sky: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[:2]
        return height, width

    @property
    def down(self) -> Array:
        """Rows as shares of a height with its horizon at the usual row, a column."""
        canvas = self.scene.canvas
        above = canvas.rows / np.float32(canvas.horizon) * np.float32(HORIZON)
        below = (canvas.rows - canvas.horizon) / np.float32(canvas.height - canvas.horizon)
        return np.where(above < HORIZON, above, HORIZON + (1 - HORIZON) * below).astype(np.float32)

    @property
    def lively(self) -> Array:
        """How much texture a row takes: all of it far away, little where the car stands."""
        return np.asarray(1 - 0.85 * self.quiet, np.float32)

    @property
    def above(self) -> Array:
        """How high above the horizon a row lies, 0 at the horizon and below, 1 at the top."""
        return np.clip(1 - self.down / np.float32(0.56), 0, 1).astype(np.float32)

    @property
    def quiet(self) -> Array:
        """Return 1 where the car stands, 0 far away."""
        return smooth(_QUIET_FROM, _QUIET_AT, self.down)

    @property
    def has_sun(self) -> bool:
        """Whether sun or moon is to be seen: low or at night, in an open sky."""
        return self.scene.facts.time_of_day != "day" and self.scene.light.diffuse < 0.75

    def from_sun(self) -> Array:
        """Return how far each pixel is from sun or moon, in picture heights."""
        canvas, (x, y) = self.scene.canvas, self.scene.light.sun_at
        dx = (canvas.columns - x * canvas.width) / canvas.height
        dy = (canvas.rows - y * canvas.height) / canvas.height
        return np.asarray(np.sqrt(dx * dx + dy * dy), np.float32)

    def disc(self, radius: float) -> Array:
        """Return where sun or moon stands in the sky; none by day or behind closed clouds."""
        if not self.has_sun:
            return np.zeros(self.shape, np.float32)
        far = self.from_sun()
        return np.asarray(smooth(radius + 0.0012, radius - 0.0012, far) * self.sky, np.float32)

    def noise(self, name: str, cells: tuple[int, int], octaves: int = 4) -> Array:
        """Return noise in 0..1 over the whole sheet."""
        return coarse_fbm(self.scene.rng(name), self.shape, cells, octaves)

    def grain(self, name: str) -> Array:
        """Return fine noise of mean 0 and deviation 1."""
        return self.scene.rng(name).standard_normal(self.shape, np.float32)


def luma(pixels: Array) -> Array:
    """Return the lightness of pixels as displayed, 0..1."""
    return np.asarray(pixels @ _LUMA, np.float32)


def calmed(pixels: Array, size: int = 5, times: int = 1) -> Array:
    """Return pixels without small detail: medians at a third of the size, enlarged smoothly."""
    height, width = pixels.shape[:2]
    small = _bytes(pixels).resize((max(width // 3, 8), max(height // 3, 8)), Image.Resampling.BOX)
    for _ in range(times):
        small = small.filter(ImageFilter.MedianFilter(size))
    large = small.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large, np.float32) / np.float32(255)


def blurred(field: Array, share: float) -> Array:
    """Return a field [h,w] softened over a share of its height."""
    height, width = field.shape
    rows = max(round(1 / share), 4)
    size = (max(round(rows * width / height), 4), rows)
    small = Image.fromarray(np.ascontiguousarray(field, np.float32)).resize(
        size, Image.Resampling.BOX
    )
    return enlarge(np.asarray(small, np.float32), height, width)


def outlines(field: Array) -> Array:
    """Return how steeply a field [h,w] changes, as a brush or pen would draw it."""
    across = np.zeros_like(field)
    down = np.zeros_like(field)
    across[:, 1:-1] = field[:, 2:] - field[:, :-2]
    down[1:-1] = field[2:] - field[:-2]
    return np.asarray(np.hypot(across, down), np.float32)


def mixed(first: Array, second: Array, share: npt.NDArray[np.floating] | float) -> Array:
    """Mix pixels or colours; share is a number or a field [h,w]."""
    by = share[..., None] if isinstance(share, np.ndarray) else np.float32(share)
    return np.asarray(first + (second - first) * by, np.float32)


def flattened(pixels: Array, palette: list[Array]) -> Array:
    """Return pixels in the nearest of some colours, edges a pixel soft."""
    chart = Image.new("P", (1, 1))
    rows = [int(v) for colour in palette for v in np.rint(colour * 255)]
    chart.putpalette(rows + rows[:3] * (256 - len(palette)))
    flat = _bytes(pixels).quantize(palette=chart, dither=Image.Dither.NONE).convert("RGB")
    return np.asarray(flat.filter(ImageFilter.SMOOTH), np.float32) / np.float32(255)


def saturated(pixels: Array, by: float) -> Array:
    """Return pixels with more (or less) colour at the same lightness."""
    grey = luma(pixels)[..., None]
    return np.clip(grey + (pixels - grey) * np.float32(by), 0, 1).astype(np.float32)


def _bytes(pixels: Array) -> Image.Image:
    return Image.fromarray(np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8))
