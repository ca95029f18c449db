"""Which limits bind a poster: what is beyond another one informs, and fails nothing.

The gate decides by this, and whoever shows its measures says so; no picture library is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.quality.thresholds import Thresholds

Unbound = Literal["lossy", "unclear", "unasked", "switched_off"]
# What a copy without loss alone has to keep.
EXACT = ("protected_changed", "stray_pixels")
# What a plate has to be asked for anew for, and what the choice of the member decides.
LINES = ("heading_error", "horizon_error")
LIGHTS = ("light_warmth", "light_height", "light_hardness", "light_side", "shadow_side")


def is_clear(name: str, scores: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Say whether a measure is believed: what has no confidence always is."""
    return scores.get(f"{name}_confidence", 1.0) >= thresholds.confidence


def unbound(
    name: str,
    scores: Mapping[str, float],
    thresholds: Thresholds,
    *,
    lossy: bool = False,
    asked: bool = True,
) -> Unbound | None:
    """Return why the limit of a score, named as in a verdict, does not bind; None where it does.

    `lossy`: the app copy has loss; `asked`: view and light were asked of the plate.
    """
    copy, _, measure = name.partition(".")
    if lossy and copy == "app" and measure in EXACT:
        return "lossy"
    if copy == "style" and not thresholds.palette_fails:
        return "switched_off"
    if name not in (*LINES, *LIGHTS):
        return None
    if not asked:
        return "unasked"
    return None if is_clear(name, scores, thresholds) else "unclear"
