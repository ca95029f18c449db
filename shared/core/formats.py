"""The formats of a poster: their names, width to height, and their sizes in pixels."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["4:5", "9:16", "1:1", "16:9"]
FORMATS: tuple[Format, ...] = get_args(Format)
DEFAULT_FORMAT: Format = "4:5"
# Within what Wan 2.5 and 2.6 paint: 1,638,400 to 2,073,600 pixels.
PIXELS: dict[Format, tuple[int, int]] = {
    "4:5": (1152, 1440),
    "9:16": (1080, 1920),
    "1:1": (1280, 1280),
    "16:9": (1920, 1080),
}
