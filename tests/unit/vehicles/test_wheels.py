"""The demonstration set's wheels against each other, and against planted other ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from PIL import Image, ImageDraw

from functions.intake_vehicle.sets import check_against
from local.stack import ROOT
from shared.vehicles.bundle import BundledRender, bundled
from shared.vehicles.intake.stance import ground_points
from shared.vehicles.intake.wheels import difference, size_across, size_ratio, wheels_of
from shared.vehicles.members import LIGHTS, VIEWS, Facts, Member
from shared.vehicles.uploads import RenderName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.vehicles.sidecar import Sidecar

pytestmark = pytest.mark.slow

Wheels: TypeAlias = "tuple[str, str]"
Place = tuple[str, str, str]
_WIDTH = 960
# Turned by half a spoke (the car's wheels have ten), a tenth larger, a tenth smaller.
FAULTS = {"turned": (18.0, 1.0), "larger": (0.0, 1.1), "smaller": (0.0, 1 / 1.1)}


_WHICH = {"both": slice(None), "rear": slice(0, 1), "front": slice(1, 2)}


@dataclass(frozen=True)
class Wheel:
    """A wheel's disc in the picture: its centre, and where one radius along and up leads."""

    centre: NDArray[np.float64]
    axes: NDArray[np.float64]


@cache
def renders() -> dict[Place, BundledRender]:
    found = bundled(ROOT / "comfyui" / "vehicles" / "citycar" / "g1")
    sidecars = [(each.sidecar.paint, each.sidecar.view, each.sidecar.lit) for each in found]
    return {(p, v or "", lit or ""): f for (p, v, lit), f in zip(sidecars, found, strict=True)}


@cache
def picture(place: Place) -> tuple[Image.Image, float]:
    """Return a member as it is measured, 960 pixels wide, and its scale."""
    with Image.open(renders()[place].render) as opened:
        scale = _WIDTH / opened.width
        size = (_WIDTH, round(scale * opened.height))
        return opened.convert("RGBA").resize(size, Image.Resampling.LANCZOS), scale


def near_wheels(sidecar: Sidecar, scale: float) -> list[Wheel]:
    """Return the two wheels that are seen best, by a pinhole of the stated camera."""
    camera, points = sidecar.camera, ground_points(sidecar)
    assert camera
    assert camera.focal_px
    assert camera.principal_x
    assert points
    axis, focal = camera.principal_x, camera.focal_px
    lr, lf, rf, rr = (np.array(each) for each in points)
    is_left = math.sin(math.radians(camera.heading_deg)) > 0
    pairs = ((lr, rr), (lf, rf)) if is_left else ((rr, lr), (rf, lf))
    base = float(np.linalg.norm(lf - lr))
    along, radius = (lf - lr) / base, 0.13 * base

    def seen(at: NDArray[np.float64], up: float) -> NDArray[np.float64]:
        x = axis + focal * at[0] / at[1]
        y = sidecar.horizon_y + focal * (sidecar.camera_height_m - up) / at[1]
        return scale * np.array([x, y])

    found = []
    for own, far in pairs:
        face = own + 0.06 * (own - far)
        centre = seen(face, radius)
        across, high = seen(face + radius * along, radius), seen(face, 2 * radius)
        found.append(Wheel(centre, np.stack([across - centre, high - centre], axis=1)))
    return found


def with_other_wheels(
    car: Image.Image, wheels: Sequence[Wheel], turn: float, size: float
) -> Image.Image:
    """Return the car with what its tyres hold turned and scaled, each within its own ellipse."""
    out = car.copy()
    a = math.radians(turn)
    back = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]]) / size
    for wheel in wheels:
        matrix = wheel.axes @ back @ np.linalg.inv(wheel.axes)
        offset = wheel.centre - matrix @ wheel.centre
        row = (*matrix[0], offset[0], *matrix[1], offset[1])
        moved = car.transform(car.size, Image.Transform.AFFINE, row, Image.Resampling.BICUBIC)
        angles = np.linspace(0, 2 * math.pi, 90)
        rim = wheel.centre[:, None] + 0.8 * wheel.axes @ np.stack([np.cos(angles), np.sin(angles)])
        mask = Image.new("L", car.size)
        ImageDraw.Draw(mask).polygon([(x, y) for x, y in rim.T], fill=255)
        out.paste(moved, mask=mask)
    return out


@cache
def measured(place: Place, fault: str = "", which: str = "both") -> Wheels:
    car, scale = picture(place)
    sidecar = renders()[place].sidecar
    if fault:
        car = with_other_wheels(car, near_wheels(sidecar, scale)[_WHICH[which]], *FAULTS[fault])
    found = wheels_of(np.asarray(car), sidecar, scale)
    assert found
    return found


@cache
def real() -> dict[Place, Wheels]:
    return {place: measured(place) for place in renders()}


def others(place: Place, *, view: bool) -> list[Wheels]:
    """Return the paint's other members, of this view or of the other ones."""
    return [
        wheels
        for (paint, seen, lit), wheels in real().items()
        if paint == place[0] and (seen == place[1]) == view and (seen, lit) != place[1:]
    ]


def white() -> list[Place]:
    return [place for place in real() if place[0] == "white"]


def codes(place: Place, wheels: Wheels, *, alone_in_view: bool = False) -> list[str]:
    """Return what intake finds of a member with these wheels beside the rest of its paint."""
    paint, view, lit = place
    rest = [
        Member(
            view=v, lit=li, version="a" * 12, uploaded_at="", verdict="yes", facts=Facts(wheels=w)
        )
        for (p, v, li), w in real().items()
        if p == paint and not (alone_in_view and v == view)
    ]
    name = RenderName("citycar", "g1", paint, view, lit)
    light = renders()[place].sidecar.light
    return [each.code for each in check_against(name, light, Facts(wheels=wheels), rest)]


def test_no_wheel_of_the_set_is_called_another_one() -> None:
    assert len(real()) == 3 * len(VIEWS) * len(LIGHTS)
    assert [place for place, wheels in real().items() if codes(place, wheels)] == []
    assert [p for p, wheels in real().items() if codes(p, wheels, alone_in_view=True)] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_other_wheels_are_found_under_every_light_of_every_view(fault: str) -> None:
    assert [p for p in white() if codes(p, measured(p, fault)) != ["set_wheels"]] == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("which", ["front", "rear"])
def test_one_other_wheel_is_found(fault: str, which: str) -> None:
    some = [place for place in white() if place[2] in ("low_right", "night")]
    assert [p for p in some if codes(p, measured(p, fault, which)) != ["set_wheels"]] == []


def test_the_set_lies_far_from_the_planted_faults() -> None:

    def apart(place: Place, wheels: Wheels) -> float:
        return median(difference(wheels, each) for each in others(place, view=True))

    def larger(place: Place, wheels: Wheels) -> float:
        return median(size_ratio(wheels, each) for each in others(place, view=True))

    worst = max(apart(place, real()[place]) for place in real())
    turned = min(apart(place, measured(place, "turned")) for place in white())
    sizes = [abs(larger(place, real()[place]) - 1) for place in real()]
    scaled = [
        abs(larger(place, measured(place, fault)) - 1)
        for place in white()
        for fault in ("larger", "smaller")
    ]
    assert worst < 0.18
    assert turned > 0.45
    assert max(sizes) < 0.01
    assert min(scaled) > 0.08


@pytest.mark.parametrize("fault", ["larger", "smaller"])
def test_a_view_that_has_other_wheels_throughout_is_found_by_the_other_views(fault: str) -> None:
    found = [p for p in white() if codes(p, measured(p, fault), alone_in_view=True)]
    assert {view for _, view, _ in found} == set(VIEWS)
    assert len(found) >= 0.8 * len(white())
    sizes = [size_across(real()[place], others(place, view=False)) for place in white()]
    assert 0.95 < min(sizes) < max(sizes) < 1.05


def test_what_is_not_seen_is_not_compared() -> None:
    place = ("white", "front_left", "overcast")
    car, scale = picture(place)
    sidecar = renders()[place].sidecar
    camera = sidecar.camera
    assert camera
    flat = np.asarray(car).copy()
    flat[..., :3] = 90
    flat[..., 3] = 255
    pixels = np.asarray(car)
    assert wheels_of(flat, sidecar, scale) is None
    assert wheels_of(pixels[: pixels.shape[0] // 2], sidecar, scale) is None
    for changes in ({"heading_deg": 5.0}, {"focal_px": None}):
        other = sidecar.model_copy(update={"camera": camera.model_copy(update=changes)})
        assert wheels_of(pixels, other, scale) is None
    assert wheels_of(pixels, sidecar.model_copy(update={"camera": None}), scale) is None
    near = sidecar.model_copy(update={"horizon_y": min(y for _, y in sidecar.contacts) - 1e-12})
    assert wheels_of(pixels, near, scale) is None
    assert codes(place, real()[place]) == []
