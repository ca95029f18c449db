"""The depth plate: what a level camera over flat ground must see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.car_nodes import TripPosterDepthPlate
from comfyui.custom_nodes.trip_poster.depth import depth_plate
from comfyui.custom_nodes.trip_poster.placement import place
from local.comfyui.folders import Folders, offered
from tests.comfyui.small_car import CANVAS, HORIZON

if TYPE_CHECKING:
    from pathlib import Path

    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle


def test_all_is_far_above_the_horizon_and_nearest_at_the_lower_edge() -> None:
    depth = depth_plate((64, 1000), 0.56, 1.3)
    assert not depth[:560].any()
    assert (depth[-1] == 255).all()
    assert (np.diff(depth[:, 0].astype(int)) >= 0).all()
    assert (depth == depth[:, :1]).all()


def test_nearness_grows_in_proportion_to_the_distance_from_the_horizon() -> None:
    column = depth_plate((640, 1000), 0.5, 1.3)[:, 0].astype(float)
    rows = np.array([700, 800, 900, 999])
    expected = (rows - 500) / 499 * 255
    assert np.allclose(column[rows], expected, atol=8)


def test_a_higher_eye_brings_the_far_away_end_nearer_to_the_horizon_line() -> None:
    low, high = (depth_plate((64, 200), 0.5, eye)[:, 0] for eye in (0.5, 8.0))
    assert np.flatnonzero(low)[0] <= np.flatnonzero(high)[0]


def test_the_cars_silhouette_stands_upright_at_its_own_distance(vehicle: Vehicle) -> None:
    road, with_car = (depth_plate(CANVAS, HORIZON, 1.3, each) for each in (None, vehicle))
    placement, _ = place(vehicle, CANVAS, HORIZON)
    changed = with_car != road
    x0, y0, x1, y1 = placement.car_box
    assert changed.any()
    assert not changed[:y0].any()
    assert not changed[:, :x0].any()
    assert not changed[y1:].any()
    assert not changed[:, x1:].any()
    assert set(with_car[changed].tolist()) == {int(road[placement.contact_y, 0])}


def test_the_node_gives_a_grey_picture_of_the_size_asked_for() -> None:
    (picture,) = TripPosterDepthPlate().run(64, 80, 0.5, 1.3)
    assert picture.shape == (1, 80, 64, 3)
    assert picture.dtype == np.float32
    assert (picture[..., 0] == picture[..., 2]).all()


def test_the_node_keeps_room_for_a_vehicle_and_refuses_a_malformed_one(
    mount: Path, reference: str
) -> None:
    assert TripPosterDepthPlate.VALIDATE_INPUTS("") is True
    assert TripPosterDepthPlate.VALIDATE_INPUTS("../x") != True  # noqa: E712
    with offered(Folders(mount / "input", mount, mount)):
        (with_car,) = TripPosterDepthPlate().run(*CANVAS, HORIZON, 1.3, reference)
    (road,) = TripPosterDepthPlate().run(*CANVAS, HORIZON, 1.3)
    assert not np.array_equal(with_car, road)


@pytest.mark.parametrize("horizon", [0.3, 0.8])
def test_every_horizon_of_the_range_gives_a_full_range(horizon: float) -> None:
    depth = depth_plate((64, 200), horizon, 1.3)
    assert (depth.min(), depth.max()) == (0, 255)
