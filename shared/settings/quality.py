"""What a poster must keep to, and the model that may give reasons to look at one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import create_model

from shared.models import defaults
from shared.quality.thresholds import LOSSY, MASTER, Limits, Thresholds
from shared.settings.base import Group, Words, variable
from shared.settings.models import listed

# What each threshold is of; its default stands with the measures.
_OF_COPIES = {
    "badge_mean": "Badge ΔE00, mean.",
    "badge_p99": "Badge ΔE00, 99th percentile.",
    "badge_soft_mean": "After 1 px blur, mean.",
    "badge_soft_p99": "After 1 px blur, p99.",
    "paint_shift": "Paint's mean colour, ΔE00.",
    "edge_mean": "Edge ΔE00, mean.",
    "edge_p95": "Edge ΔE00, 95th percentile.",
    "halo": "Dark or bright rim, L*.",
    "seam": "Error of the gradient across the edge.",
}
_OF_POSTERS = {
    "contact_low": "Least light under a tyre.",
    "contact_high": "Most light under a tyre.",
    "horizon": "Row of the scene's horizon, share.",
    "geometry_error": "Car's horizon off the scene's, share.",
    "safe_sides": "Free at each side, share.",
    "safe_top": "Free above the car, share.",
    "safe_bottom": "Free below the car, share.",
    "ground_below_horizon": "Horizon to the car's footprint, share.",
    "ground_slope": "Unevenness under the car: steps of L*.",
    "ground_spread": "Unevenness under the car: spread of L*.",
    "plate_structure": "Least order in a scene, 0 to 1.",
    "plate_sharpness": "Least steepness of its edges, L*.",
    "light_gap": "Car lighter than its ground, L*: lit for another hour.",
    "heading_error": "Car's long axis off the ground's lines, degrees.",
    "horizon_error": "Plate's horizon off the one asked for, share.",
    "camera_error": "Heading that the tyres show off the sidecar's, degrees.",
    "light_warmth": "Render's light off the scene's, mired.",
    "light_height": "Render's hour off the scene's: high, low or no sun, dusk, night; 0-1.",
    "light_hardness": "Hard light in a soft scene, 0 to 1.",
    "light_side": "Render lit from the other side, 0 to 1.",
    "shadow_side": "Cast shadow towards the light, 0 to 1.",
    "confidence": "How clear a plate is, 0 to 1, for these measures to count.",
    "text_contrast": "Least contrast of lettering (WCAG).",
    "mark_contrast": "Least contrast of the AI mark (WCAG, large text).",
    "mark_share": "Least height of the AI mark, of the short side.",
}


def _limits(given: Limits | Thresholds, words: Mapping[str, str], copy: str = "") -> dict[str, Any]:
    """Return the fields of some thresholds; `copy` is put before their names."""
    return {
        f"{copy}{name}": (
            float,
            variable(f"GATE_{copy}{name}".upper(), said, getattr(given, name), ge=0),
        )
        for name, said in words.items()
    }


GateSettings: type[Group] = create_model(
    "GateSettings",
    __base__=Group,
    __doc__="What a poster must keep to: MASTER for lossless copies, LOSSY for the JPEG.",
    **_limits(MASTER, _OF_COPIES, "master_"),
    **_limits(LOSSY, _OF_COPIES, "lossy_"),
    **_limits(Thresholds(), _OF_POSTERS),
    palette_fails=(
        bool,
        variable(
            "GATE_PALETTE_FAILS", "Whether the palette rules hold posters back.", default=True
        ),
    ),
)


class JudgeSettings(Group):
    """A model that sees, asked whether a poster that passed shows what was ordered."""

    judge: Literal["off", "on"] = variable(
        "STYLE_JUDGE", "on: what the model doubts goes to a reviewer; it lets nothing pass.", "off"
    )
    models: Annotated[Words, listed("judge")] = variable(
        "STYLE_JUDGE_MODEL",
        "Looks at posters: list from `deploy/models.json`.",
        defaults.JUDGE,
    )
    least: int = variable("STYLE_JUDGE_LEAST", "A lower mark of ten is a doubt.", 4, ge=0, le=10)
    timeout_seconds: float = variable(
        "STYLE_JUDGE_TIMEOUT_SECONDS", "Timeout of one request.", 15.0, gt=0
    )
    deadline_seconds: float = variable(
        "STYLE_JUDGE_DEADLINE_SECONDS",
        "All tries together: a poster waits no longer.",
        25.0,
        gt=0,
        le=60,
    )
