"""Which layout a task has followed, checked against the one that was composed."""

from __future__ import annotations

from shared.composition.layouts import Arrangement, layouts
from shared.core.errors import PictureError
from shared.core.formats import PIXELS
from shared.jobs.record import Composition
from shared.quality.evidence import Frame
from shared.results.task_files import Placement
from shared.styles import styles

_ASPECT_SLACK = 0.03


def arrangement_of(
    placement: Placement, composition: Composition | None, style: str = ""
) -> Arrangement | None:
    """Return the layout that the task followed; None for a workflow that reads none.

    PictureError when it is another one than the composition's, or the canvas has another shape
    than the style's in that format.
    """
    said = placement.choice.layout if placement.choice else ""
    if not said:
        return None
    if composition is None or said != composition.layout:
        msg = "the task followed another layout"
        raise PictureError(msg)
    layout = layouts().get(said)
    if layout is None or composition.format not in layout.formats:
        msg = "the composition's layout is not one of the bundle's"
        raise PictureError(msg)
    look, form = styles().get(style), composition.format
    width, height = look.size(form) if look else PIXELS[form]
    if abs(placement.canvas[0] * height / (placement.canvas[1] * width or 1) - 1) > _ASPECT_SLACK:
        msg = "the poster has not the format that was composed"
        raise PictureError(msg)
    return layout.formats[form]


def frame_of(arrangement: Arrangement | None) -> Frame | None:
    """Return where the gate looks for horizon and margins; None without a layout."""
    if arrangement is None:
        return None
    safe = arrangement.safe
    return Frame(arrangement.horizon, safe.sides, safe.top, safe.bottom)
