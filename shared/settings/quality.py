"""What a poster must keep to, and the model that may give reasons to look at one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.models import defaults
from shared.settings.base import Group, Words
from shared.settings.models import listed


def _limit(default: float, name: str, description: str) -> Any:
    return Field(default, alias=f"GATE_{name}", ge=0, description=description)


class GateSettings(Group):
    """What a poster must keep to: MASTER for lossless copies, LOSSY for the JPEG."""

    master_badge_mean: float = _limit(0.0, "MASTER_BADGE_MEAN", "Badge ΔE00, mean.")
    master_badge_p99: float = _limit(0.0, "MASTER_BADGE_P99", "Badge ΔE00, 99th percentile.")
    master_badge_soft_mean: float = _limit(0.0, "MASTER_BADGE_SOFT_MEAN", "After 1 px blur, mean.")
    master_badge_soft_p99: float = _limit(0.0, "MASTER_BADGE_SOFT_P99", "After 1 px blur, p99.")
    master_paint_shift: float = _limit(0.0, "MASTER_PAINT_SHIFT", "Paint's mean colour, ΔE00.")
    master_edge_mean: float = _limit(0.3, "MASTER_EDGE_MEAN", "Edge ΔE00, mean.")
    master_edge_p95: float = _limit(1.0, "MASTER_EDGE_P95", "Edge ΔE00, 95th percentile.")
    master_halo: float = _limit(0.3, "MASTER_HALO", "Dark or bright rim, L*.")
    master_seam: float = _limit(0.05, "MASTER_SEAM", "Error of the gradient across the edge.")
    lossy_badge_mean: float = _limit(1.5, "LOSSY_BADGE_MEAN", "Badge ΔE00, mean.")
    lossy_badge_p99: float = _limit(4.5, "LOSSY_BADGE_P99", "Badge ΔE00, 99th percentile.")
    lossy_badge_soft_mean: float = _limit(0.5, "LOSSY_BADGE_SOFT_MEAN", "After 1 px blur, mean.")
    lossy_badge_soft_p99: float = _limit(1.5, "LOSSY_BADGE_SOFT_P99", "After 1 px blur, p99.")
    lossy_paint_shift: float = _limit(0.5, "LOSSY_PAINT_SHIFT", "Paint's mean colour, ΔE00.")
    lossy_edge_mean: float = _limit(2.0, "LOSSY_EDGE_MEAN", "Edge ΔE00, mean.")
    lossy_edge_p95: float = _limit(5.0, "LOSSY_EDGE_P95", "Edge ΔE00, 95th percentile.")
    lossy_halo: float = _limit(0.7, "LOSSY_HALO", "Dark or bright rim, L*.")
    lossy_seam: float = _limit(0.08, "LOSSY_SEAM", "Error of the gradient across the edge.")
    contact_low: float = _limit(0.10, "CONTACT_LOW", "Least light under a tyre.")
    contact_high: float = _limit(0.55, "CONTACT_HIGH", "Most light under a tyre.")
    horizon: float = _limit(0.56, "HORIZON", "Row of the scene's horizon, share of the height.")
    geometry_error: float = _limit(0.03, "GEOMETRY_ERROR", "Car's horizon off the scene's, share.")
    safe_sides: float = _limit(0.04, "SAFE_SIDES", "Free at each side, share of the width.")
    safe_top: float = _limit(0.22, "SAFE_TOP", "Free above the car, share of the height.")
    safe_bottom: float = _limit(0.06, "SAFE_BOTTOM", "Free below the car, share of the height.")
    ground_below_horizon: float = _limit(
        0.05, "GROUND_BELOW_HORIZON", "The car's footprint begins so far below the horizon, share."
    )
    ground_slope: float = _limit(4.0, "GROUND_SLOPE", "Unevenness under the car: steps of L*.")
    ground_spread: float = _limit(12.0, "GROUND_SPREAD", "Unevenness under the car: spread of L*.")
    plate_structure: float = _limit(0.35, "PLATE_STRUCTURE", "Least order in a scene, 0 to 1.")
    plate_sharpness: float = _limit(5.0, "PLATE_SHARPNESS", "Least steepness of its edges, L*.")
    light_gap: float = _limit(
        35.0, "LIGHT_GAP", "A car this much lighter than its ground, L*, is lit for another hour."
    )
    heading_error: float = _limit(
        8.0, "HEADING_ERROR", "Car's long axis off the ground's lines, degrees."
    )
    horizon_error: float = _limit(
        0.05, "HORIZON_ERROR", "The plate's own horizon off the one asked for, share of the height."
    )
    camera_error: float = _limit(
        8.0, "CAMERA_ERROR", "Heading that the tyres show off the sidecar's, degrees."
    )
    light_warmth: float = _limit(95.0, "LIGHT_WARMTH", "Render's light off the scene's, mired.")
    light_height: float = _limit(
        0.5, "LIGHT_HEIGHT", "Render's hour off the scene's: high, low or no sun, dusk, night; 0-1."
    )
    light_hardness: float = _limit(0.85, "LIGHT_HARDNESS", "Hard light in a soft scene, 0 to 1.")
    light_side: float = _limit(0.4, "LIGHT_SIDE", "Render lit from the other side, 0 to 1.")
    shadow_side: float = _limit(0.3, "SHADOW_SIDE", "Cast shadow towards the light, 0 to 1.")
    confidence: float = _limit(
        0.5, "CONFIDENCE", "How clear a plate is, 0 to 1, for these measures to count."
    )
    text_contrast: float = _limit(4.5, "TEXT_CONTRAST", "Least contrast of lettering (WCAG).")
    mark_contrast: float = _limit(
        3.0, "MARK_CONTRAST", "Least contrast of the AI mark (WCAG, large text)."
    )
    mark_share: float = _limit(
        0.05, "MARK_SHARE", "Least height of the AI mark, of the short side."
    )
    palette_fails: bool = Field(
        default=True,
        alias="GATE_PALETTE_FAILS",
        description="Whether the palette rules hold posters back.",
    )


class JudgeSettings(Group):
    """A model that sees, asked whether a poster that passed shows what was ordered."""

    judge: Literal["off", "on"] = Field(
        "off",
        alias="STYLE_JUDGE",
        description="on: what the model doubts goes to a reviewer; it lets nothing pass.",
    )
    models: Annotated[Words, listed("judge")] = Field(
        defaults.JUDGE,
        alias="STYLE_JUDGE_MODEL",
        description="Looks at posters: one of `deploy/models.json` for `judge`, or several, "
        "successors behind the first, with spaces between.",
    )
    least: int = Field(
        4, alias="STYLE_JUDGE_LEAST", ge=0, le=10, description="A lower mark of ten is a doubt."
    )
    timeout_seconds: float = Field(
        15.0, alias="STYLE_JUDGE_TIMEOUT_SECONDS", gt=0, description="Timeout of one request."
    )
    deadline_seconds: float = Field(
        25.0,
        alias="STYLE_JUDGE_DEADLINE_SECONDS",
        gt=0,
        le=60,
        description="All tries together; a poster does not wait longer for an opinion.",
    )
