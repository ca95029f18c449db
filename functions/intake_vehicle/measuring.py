"""Measure on a frozen member what it has to have in common with its set."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from shared.quality.colour import decode, luminance
from shared.vehicles.intake.stance import stance_of
from shared.vehicles.intake.wheels import wheels_of
from shared.vehicles.members import Facts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.sidecar import Sidecar

# Doors: between these shares of the wheelbase, and at these heights above the ground in metres.
_ALONG, _HEIGHTS = (0.35, 0.65), (0.45, 0.7)
_BY_DAY = frozenset({None, "morning", "midday", "afternoon", "morning-afternoon"})
_LEAST_SINE, _LEAST_PIXELS, _NEUTRAL_K = 0.35, 200, (5000, 8000)


def facts_of(frozen: FrozenVehicle) -> Facts:
    """Return what is measured on its smallest size that shows enough, the largest one."""
    sidecar = frozen.sidecar
    size = max(sidecar.sizes, key=lambda each: each.width)
    with Image.open(io.BytesIO(dict(frozen.files)[size.file])) as picture:
        car = np.array(picture)
    stance = stance_of(sidecar)
    return Facts(
        wheelbase_m=round(stance.wheelbase_m, 3) if stance else None,
        track_m=round(stance.track_m, 3) if stance else None,
        paint=_paint(car, sidecar, size.scale) if is_neutral(sidecar) else None,
        halves=_halves(car),
        wheels=wheels_of(car, sidecar, size.scale),
    )


def is_neutral(sidecar: Sidecar) -> bool:
    """Say whether the light shows the paint as it is: white, from all over, by day."""
    light = sidecar.light
    least, most = _NEUTRAL_K
    soft = light.sun_to_sky == 0 if light.sun_to_sky is not None else light.softness >= 0.9
    by_day = light.time_of_day in _BY_DAY
    return soft and by_day and light.ground != "bright" and least <= light.cct_k <= most


def _paint(
    car: NDArray[np.uint8], sidecar: Sidecar, scale: float
) -> tuple[float, float, float] | None:
    """Return linear sRGB of the near flank's doors, each channel's median; None if hardly seen."""
    if sidecar.camera is None:
        return None
    sine = math.sin(math.radians(sidecar.camera.heading_deg))
    if abs(sine) < _LEAST_SINE:
        return None
    left_rear, left_front, right_front, right_rear = sidecar.contacts
    rear, front = (left_rear, left_front) if sine > 0 else (right_rear, right_front)
    corners = [
        tuple(scale * each for each in _on_flank(rear, front, along, height, sidecar))
        for along, height in zip(_ALONG + _ALONG[::-1], sorted(_HEIGHTS * 2), strict=True)
    ]
    sheet = Image.new("L", (car.shape[1], car.shape[0]))
    ImageDraw.Draw(sheet).polygon(corners, fill=255)
    inside = (np.asarray(sheet) > 0) & (car[..., 3] == 255)
    if int(inside.sum()) < _LEAST_PIXELS:
        return None
    r, g, b = (round(float(each), 5) for each in np.median(decode(car[inside][:, :3]), axis=0))
    return (r, g, b)


def _on_flank(
    rear: tuple[float, float], front: tuple[float, float], along: float, height: float,
    sidecar: Sidecar,
) -> tuple[float, float]:  # fmt: skip
    """Return the picture's point above the line between two tyres: a share of it, metres up."""
    eye, horizon = sidecar.camera_height_m, sidecar.horizon_y
    # Halfway on the ground is not halfway in the picture: rows below the horizon are 1 / distance.
    near, far = 1 / (rear[1] - horizon), 1 / (front[1] - horizon)
    away = near + along * (far - near)
    column = (rear[0] * near + along * (front[0] * far - rear[0] * near)) / away
    return (column, horizon + (1 - height / eye) / away)


def _halves(car: NDArray[np.uint8]) -> tuple[float, float]:
    solid = car[..., 3] == 255
    middle = int(np.median(np.nonzero(solid)[1]))
    light: NDArray[Any] = luminance(np.ascontiguousarray(car[..., :3]))
    left, right = (
        round(float(light[:, part][solid[:, part]].mean()), 5)
        for part in (slice(None, middle), slice(middle, None))
    )
    return (left, right)
