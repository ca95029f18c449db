"""What a poster has to keep to; the defaults are the product's, settings may change them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper limits of one kind of copy: dE00, L* for the halo, L* a pixel for the seam."""

    badge_mean: float
    badge_p99: float
    badge_soft_mean: float
    badge_soft_p99: float
    paint_shift: float
    edge_mean: float
    edge_p95: float
    halo: float
    seam: float


MASTER = Limits(0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 1.0, 0.3, 0.05)
LOSSY = Limits(1.5, 4.5, 0.5, 1.5, 0.5, 2.0, 5.0, 0.7, 0.08)


@dataclass(frozen=True)
class Thresholds:
    """All limits; shares are of the picture's height, or width at the sides."""

    master: Limits = MASTER
    lossy: Limits = LOSSY
    contact_low: float = 0.10
    contact_high: float = 0.55
    horizon: float = 0.56
    geometry_error: float = 0.03
    safe_sides: float = 0.04
    safe_top: float = 0.22
    safe_bottom: float = 0.06
    ground_below_horizon: float = 0.05
    ground_slope: float = 4.0
    ground_spread: float = 12.0
    plate_structure: float = 0.35
    plate_sharpness: float = 5.0
    light_gap: float = 35.0
    heading_error: float = 8.0
    horizon_error: float = 0.05
    camera_error: float = 8.0
    light_warmth: float = 95.0
    light_height: float = 0.5
    light_hardness: float = 0.85
    light_side: float = 0.4
    shadow_side: float = 0.3
    confidence: float = 0.5
    text_contrast: float = 4.5
    mark_contrast: float = 3.0
    mark_share: float = 0.05
    palette_fails: bool = True
