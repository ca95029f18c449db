"""Setting in by a render's own passes: the plate decides how strong the sun's shadow is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.colour import decode, luminance
from comfyui.custom_nodes.trip_poster.errors import VehicleFileError
from comfyui.custom_nodes.trip_poster.grade import gains
from comfyui.custom_nodes.trip_poster.ground import Scene, shade
from comfyui.custom_nodes.trip_poster.passes import DARKEST, shadow_light
from comfyui.custom_nodes.trip_poster.placement import place
from comfyui.custom_nodes.trip_poster.plate_light import read_light
from comfyui.custom_nodes.trip_poster.setting import grounded
from comfyui.custom_nodes.trip_poster.vanishing import Measured
from comfyui.custom_nodes.trip_poster.vehicle_files import load_vehicle, read_pass
from tests.comfyui.small_car import CANVAS, HORIZON, plate
from tests.comfyui.small_set import put_set_on_mount

if TYPE_CHECKING:
    from pathlib import Path

    from comfyui.custom_nodes.trip_poster.colour import Bytes
    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle

CLEAR, NIGHT = Scene("summer", "clear", "day"), Scene("summer", "clear", "night")


@pytest.fixture
def members(tmp_path: Path) -> dict[str, Vehicle]:
    named = put_set_on_mount(tmp_path)
    return {lit: load_vehicle(tmp_path / "input", name) for lit, name in named.items()}


def set_in(vehicle: Vehicle, scene: Scene, level: int = 150) -> tuple[Bytes, Bytes]:
    placement, size = place(vehicle, CANVAS, HORIZON)
    return grounded(plate(level), vehicle, placement, size, scene)


@pytest.mark.parametrize("lit", ["day_left", "low_right", "overcast", "night"])
def test_the_ground_at_the_tyres_is_dark_and_never_black(
    members: dict[str, Vehicle], lit: str
) -> None:
    vehicle = members[lit]
    placement, _ = place(vehicle, CANVAS, HORIZON)
    ground, bare = set_in(vehicle, CLEAR)
    for foot in vehicle.contacts:
        x, y = (round(each) for each in placement.point(foot))
        assert 0.9 * DARKEST <= luminance(decode(ground[y, x]) / decode(bare[y, x])) <= 0.55


def test_rows_above_the_horizon_are_only_graded(members: dict[str, Vehicle]) -> None:
    top = round(HORIZON * CANVAS[1])
    for vehicle in members.values():
        ground, bare = set_in(vehicle, Scene("summer", "rain", "dusk"))
        assert np.array_equal(ground[:top], bare[:top])


def test_a_hard_plate_has_the_suns_shadow_and_a_grey_one_hardly(
    members: dict[str, Vehicle],
) -> None:
    vehicle = members["day_left"]
    placement, _ = place(vehicle, CANVAS, HORIZON)
    light = read_light(plate(), HORIZON, CLEAR)
    left = {
        hard: shadow_light(vehicle, placement, CLEAR, replace(light, hard=Measured(hard, 1.0)))
        for hard in (0.0, 0.5, 1.0)
    }
    beside = left[0.0].min(axis=2) > 0.99  # where the car hides no sky
    means = [float(each[beside].mean()) for each in left.values()]
    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] > 0.005
    shaded = left[1.0][beside]
    deep = shaded[shaded[:, 0] < 0.95]
    assert len(deep) > 3
    assert (deep[:, 2] > deep[:, 0]).all()  # the sky's own light is left, and it is blue


def test_lights_from_two_sides_shade_two_sides(members: dict[str, Vehicle]) -> None:
    columns = np.arange(CANVAS[0])
    middles = []
    for lit in ("day_left", "day_right"):
        ground, bare = set_in(members[lit], CLEAR)
        dark = (bare.astype(int) - ground.astype(int)).sum(axis=(0, 2))
        middles.append(float((dark * columns).sum() / dark.sum()))
    assert middles[0] > middles[1] + 3


def test_lamps_light_the_ground_by_night_only(members: dict[str, Vehicle]) -> None:
    ground, bare = set_in(members["night"], NIGHT, level=40)
    assert (ground.astype(int) - bare).max() > 20
    by_day, bare_by_day = set_in(members["night"], CLEAR)
    assert (by_day <= bare_by_day).all()
    ground, bare = set_in(members["overcast"], NIGHT, level=40)
    assert (ground <= bare).all()


def test_wet_ground_mirrors_the_pass_and_grass_does_not(members: dict[str, Vehicle]) -> None:
    vehicle = members["overcast"]
    placement, size = place(vehicle, CANVAS, HORIZON)
    grass = plate()
    grass[round(HORIZON * CANVAS[1]) :] = (60, 140, 50)
    redder = []
    for picture in (plate(), grass):
        wet, bare = grounded(picture, vehicle, placement, size, Scene("summer", "rain", "day"))
        change = wet.astype(int) - bare
        redder.append(int((change[..., 0] - change[..., 1]).max()))
    assert redder[0] > 8
    ground, bare = set_in(vehicle, Scene("summer", "overcast", "day"))
    assert (ground <= bare).all()


def test_a_member_is_met_less_of_the_way_and_a_night_is_never_lifted(
    members: dict[str, Vehicle], vehicle: Vehicle
) -> None:
    placement, _ = place(vehicle, CANVAS, HORIZON)
    alone = gains(plate(60), vehicle, placement, CLEAR)
    member = gains(plate(60), members["day_left"], placement, CLEAR)
    assert np.abs(np.log(member)).max() < 0.5 * np.abs(np.log(alone)).max()
    assert gains(plate(20), members["night"], placement, NIGHT).max() <= 1.0


def test_without_passes_a_car_is_grounded_as_by_its_footprint(vehicle: Vehicle) -> None:
    placement, size = place(vehicle, CANVAS, HORIZON)
    ground, bare = grounded(plate(), vehicle, placement, size, CLEAR)
    assert np.array_equal(ground, shade(bare, vehicle, placement, CLEAR))


def test_a_pass_with_other_bytes_or_another_form_is_refused(members: dict[str, Vehicle]) -> None:
    vehicle = members["day_left"]
    assert read_pass(vehicle, "lamps", "RGB") is None
    with pytest.raises(VehicleFileError, match="wrong form"):
        read_pass(vehicle, "shadow_sky", "RGB")
    path = vehicle.folder / "passes" / "shadow_sky.png"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(VehicleFileError, match="not the file the sidecar names"):
        read_pass(vehicle, "shadow_sky", "L")
    path.unlink()
    with pytest.raises(VehicleFileError, match=r"passes/shadow_sky\.png is missing"):
        set_in(vehicle, CLEAR)
