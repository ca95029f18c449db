"""How the car stands before the camera, by its tyres: what the stated camera is held against.

A level camera of known height and focal length makes points of the ground of what lies below the
horizon (a pinhole; Hartley and Zisserman, Multiple View Geometry, chapter 6).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.vehicles.intake.findings import Finding, fault, proposal

if TYPE_CHECKING:
    from shared.vehicles.sidecar import Sidecar

_MOST_DEGREES, _MOST_SKEW = 5.0, 6.0
_APART = 0.1
_Flat = tuple[float, float]


@dataclass(frozen=True)
class Stance:
    """Angle at the car from nose to eye, metres between axles and between wheels.

    `skew_deg` is what the corner of axle and flank lacks of a right angle.
    """

    heading_deg: float
    wheelbase_m: float
    track_m: float
    skew_deg: float


def stance_of(sidecar: Sidecar) -> Stance | None:
    """Return how the car stands; None where the sidecar states no camera with a focal length."""
    points = ground_points(sidecar)
    if points is None:
        return None
    left_rear, left_front, right_front, right_rear = points
    along = _between(_middle(left_rear, right_rear), _middle(left_front, right_front))
    across = _between(_middle(left_rear, left_front), _middle(right_rear, right_front))
    centre = _middle(_middle(left_rear, right_front), _middle(left_front, right_rear))
    return Stance(
        heading_deg=_angle(along, (-centre[0], -centre[1])),
        wheelbase_m=math.hypot(*along),
        track_m=math.hypot(*across),
        skew_deg=abs(abs(_angle(along, across)) - 90),
    )


def ground_points(sidecar: Sidecar) -> list[_Flat] | None:
    """Return where the tyres stand, metres to the right of the eye and before it."""
    camera = sidecar.camera
    if camera is None or camera.focal_px is None or camera.principal_x is None:
        return None
    points = []
    for x, y in sidecar.contacts:
        away = sidecar.camera_height_m / (y - sidecar.horizon_y)
        points.append(((x - camera.principal_x) * away, camera.focal_px * away))
    return points


def check_stance(sidecar: Sidecar) -> list[Finding]:
    """Hold the stated camera against the tyres; a member without a camera has to be approved."""
    if sidecar.camera is None:
        words = "there is no `camera`; without it no scene is asked for that fits this view"
        return [proposal("camera_missing", f"{words}: give `heading_deg` and `focal_px`")]
    stance = stance_of(sidecar)
    if stance is None:
        words = "the camera has no focal length; give `focal_px` or `vfov_deg`, or approve it"
        return [proposal("focal_missing", words)]
    off = (stance.heading_deg - sidecar.camera.heading_deg + 180) % 360 - 180
    said, seen = f"{sidecar.camera.heading_deg:g}", f"{stance.heading_deg:.1f}"
    measured = {
        "heading_by_tyres": round(stance.heading_deg, 1),
        "wheelbase_m": round(stance.wheelbase_m, 3),
        "track_m": round(stance.track_m, 3),
        "skew_deg": round(stance.skew_deg, 1),
    }
    if stance.skew_deg > _MOST_SKEW:
        words = f"by camera and `contacts` the car's corners are off by {stance.skew_deg:.0f}°; "
        words += "measure contacts, `horizon_y`, `focal_px` and `principal_x` anew"
        return [fault("camera_skewed", words, **measured)]
    if abs(off) > _MOST_DEGREES:
        words = f"`heading_deg` says {said}°, by its tyres the car is seen from {seen}°; correct "
        return [fault("heading_off", f"{words}it, or the contacts", **measured)]
    return []


def check_badge_end(sidecar: Sidecar) -> list[Finding]:
    """Hold the badge against the end of the car that this view shows."""
    if sidecar.camera is None:
        return []
    left_rear, left_front, right_front, right_rear = sidecar.contacts
    front, rear = _middle(left_front, right_front)[0], _middle(left_rear, right_rear)[0]
    badge = (sidecar.badge_box[0] + sidecar.badge_box[2]) / 2
    sees_nose = math.cos(math.radians(sidecar.camera.heading_deg)) > 0
    shown, hidden = (front, rear) if sees_nose else (rear, front)
    if abs(front - rear) < _APART * sidecar.px_size[0] or abs(badge - shown) < abs(badge - hidden):
        return []
    words = f"the badge is not at the {'nose' if sees_nose else 'tail'}, which this view shows"
    return [fault("badge_end", f"{words}; correct the badge mask, the contacts or `heading_deg`")]


def _between(a: _Flat, b: _Flat) -> _Flat:
    return (b[0] - a[0], b[1] - a[1])


def _middle(a: _Flat, b: _Flat) -> _Flat:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _angle(a: _Flat, b: _Flat) -> float:
    """Return the angle from a to b, counterclockwise seen from above, -180 to 180 degrees."""
    return math.degrees(math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]))
