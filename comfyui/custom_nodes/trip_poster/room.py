"""Where a layout wants the lettering."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .errors import PictureInputError

_ALIGNS = ("left", "middle", "right")


@dataclass(frozen=True)
class Room:
    """A box in shares of the canvas (left, top, right, bottom), and the edge the lines keep to."""

    box: tuple[float, float, float, float]
    align: str


def room_of(layout: str) -> Room | None:
    """Return the lettering's room of a resolved layout's JSON text; none where the text is empty.

    Raises PictureInputError for a layout of another form.
    """
    if not layout.strip():
        return None
    try:
        wanted = json.loads(layout)["lettering"]
        x0, y0, x1, y1 = (float(each) for each in wanted["box"])
        align = wanted["align"]
    except (ValueError, KeyError, TypeError) as error:
        msg = "layout must be the JSON text of a layout, with lettering.box and lettering.align"
        raise PictureInputError(msg) from error
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1) or align not in _ALIGNS:
        msg = (
            "layout.lettering needs a box within the canvas, and left, middle or right to align to"
        )
        raise PictureInputError(msg)
    return Room((x0, y0, x1, y1), align)
