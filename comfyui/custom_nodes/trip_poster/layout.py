"""A layout as a workflow carries it: where the horizon runs, where and how wide the car stands.

All numbers are shares of the picture's width or height.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .errors import PictureInputError, PlacementError

LONGEST = 2000
_SIDES, _TOP, _BOTTOM = 0.04, 0.0, 0.06
_ALIGNS = ("left", "middle", "right")


@dataclass(frozen=True)
class Layout:
    """`centre` and `width` are of the car's visible box; margins are what it keeps clear."""

    id: str
    horizon: float
    centre: float
    width: float
    sides: float = _SIDES
    top: float = _TOP
    bottom: float = _BOTTOM


def read_layout(text: str) -> Layout | None:
    """Return the layout of a JSON text, None for an empty one; raises PlacementError."""
    if not text.strip():
        return None
    fault = layout_fault(text)
    if fault:
        raise PlacementError(fault)
    return _parsed(text)


def layout_fault(text: str) -> str:
    """Return what is wrong with a layout's text, nothing for an empty or a good one."""
    if not text.strip():
        return ""
    if len(text) > LONGEST:
        return f"layout must be at most {LONGEST} characters long"
    try:
        layout = _parsed(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "layout must be JSON with horizon and car: {centre, width}"
    shares = (layout.centre, layout.width, layout.sides, layout.top, layout.bottom)
    if not 0.2 <= layout.horizon <= 0.85:
        return "layout's horizon must lie between 0.2 and 0.85 of the height"
    if not all(0 <= each <= 1 for each in shares) or layout.width < 0.1:
        return "layout's car and safe are shares from 0 to 1, the car's width 0.1 at least"
    return ""


def _parsed(text: str) -> Layout:
    raw: dict[str, Any] = json.loads(text)
    car, safe = raw["car"], raw.get("safe") or {}
    return Layout(
        id=str(raw.get("id") or ""),
        horizon=float(raw["horizon"]),
        centre=float(car["centre"]),
        width=float(car["width"]),
        sides=float(safe.get("sides", _SIDES)),
        top=float(safe.get("top", _TOP)),
        bottom=float(safe.get("bottom", _BOTTOM)),
    )


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
        raise PictureInputError(
            "layout.lettering needs a box within the canvas, and left, middle or right to align to"
        )
    return Room((x0, y0, x1, y1), align)
