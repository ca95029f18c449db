"""Which models the paid nodes call: what a picture model takes, and who follows a retired one.

As of 2026-11-27, by https://help.aliyun.com/zh/model-studio/text-to-image-v2-api-reference and
https://help.aliyun.com/zh/model-studio/model-depreciation. A new family is a line here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .errors import PictureInputError

# Names that graphs were saved with and that are offered no more, or never were.
_SUCCESSORS = {
    "qwen-max": "qwen3.7-max",
    "qwen-max-latest": "qwen3.7-max",
    "qwen3-max": "qwen3.7-max",
    "qwen-turbo": "qwen-flash",
    "qwen-turbo-latest": "qwen-flash",
    "qwq-plus": "qwen3.7-plus",
    "wanx2-t2i-lite": "wan2.6-t2i",
    "wanx-v1": "wan2.6-t2i",
}
# Models paint in blocks.
_BLOCK = 8
_LARGEST_SIDE = 4096


@dataclass(frozen=True)
class Painter:
    """A family of picture models, by how its names begin.

    `characters`: the longest prompt it reads; `by_messages`: ordered in the newer way; `side` and
    `pixels`: least and most of each side, and in all.
    """

    family: str
    characters: int
    by_messages: bool = False
    reads_negative: bool = True
    side: tuple[int, int] = (1, _LARGEST_SIDE)
    pixels: tuple[int, int] = (1, _LARGEST_SIDE**2)

    def paints(self, width: int, height: int) -> bool:
        """Tell whether a picture of this size may be ordered."""
        sides = all(self.side[0] <= each <= self.side[1] for each in (width, height))
        return sides and self.pixels[0] <= width * height <= self.pixels[1]


_SIDES, _PIXELS = (512, 1440), (1280 * 1280, 1440 * 1440)
_PAINTERS = (
    Painter("wan2.6-t2i", 2100, by_messages=True, pixels=_PIXELS),
    Painter("wan2.7-image", 5000, by_messages=True, reads_negative=False, pixels=(768**2, 2048**2)),
    Painter("wan2.5-t2i-", 2000, pixels=_PIXELS),
    Painter("wan2.2-t2i-", 500, side=_SIDES),
    Painter("wanx2.1-t2i-", 500, side=_SIDES),
    Painter("wanx2.0-t2i-", 800, side=_SIDES),
    Painter("local-stand-in-painter", 500, side=_SIDES),
)
LONGEST_PROMPT = max(painter.characters for painter in _PAINTERS)


def current(name: str) -> tuple[str, str]:
    """Return the name to call, and a warning where it is not the one that was given."""
    given = name.strip()
    successor = _SUCCESSORS.get(given, given)
    if successor == given:
        return given, ""
    return successor, f"model {given} is not offered any more; {successor} was asked in its place"


def painter(name: str) -> Painter:
    """Return what is known of a picture model that is offered; PictureInputError for others."""
    for each in _PAINTERS:
        if name.startswith(each.family):
            return each
    families = ", ".join(each.family for each in _PAINTERS)
    raise PictureInputError(f"model must begin with one of {families}; others take other orders")


def size_to_order(size: tuple[int, int], model: Painter) -> tuple[int, int]:
    """Return the size nearest to (width, height), and of its shape, that the model paints."""
    if model.paints(*size):
        return size
    common = math.gcd(*size)
    unit = size[0] // common, size[1] // common
    steps = range(1, _LARGEST_SIDE // max(unit) + 1)
    sizes = [(unit[0] * step, unit[1] * step) for step in steps]
    legal = [each for each in sizes if model.paints(*each)]
    if not legal:
        msg = f"size {size[0]}*{size[1]} has a shape that this model does not paint"
        raise PictureInputError(msg)
    return min(legal, key=lambda each: (any(n % _BLOCK for n in each), abs(each[0] - size[0])))
