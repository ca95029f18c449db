"""Placement: the horizons meet, the widest size that fits is taken, nothing is enlarged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from comfyui.custom_nodes.trip_poster.errors import PlacementError
from comfyui.custom_nodes.trip_poster.placement import place, with_tight_box
from comfyui.custom_nodes.trip_poster.vehicle_files import read_car
from tests.comfyui.small_car import CANVAS, HORIZON

if TYPE_CHECKING:
    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle


@pytest.mark.parametrize("horizon", [0.5, 0.56, 0.61])
def test_the_renders_horizon_meets_the_scenes(vehicle: Vehicle, horizon: float) -> None:
    placement, size = place(vehicle, CANVAS, horizon)
    k = vehicle.contact_y - vehicle.horizon_y
    assert abs(placement.contact_y - horizon * CANVAS[1] - size.scale * k) <= 1.5
    assert abs(placement.point((0, vehicle.horizon_y))[1] - horizon * CANVAS[1]) <= 1


def test_the_widest_size_that_fits_is_taken(vehicle: Vehicle) -> None:
    assert place(vehicle, (116, 144), HORIZON)[1].width == 96
    assert place(vehicle, (96, 144), HORIZON)[1].width == 80
    assert place(vehicle, (70, 144), HORIZON)[1].width == 64


def test_a_low_horizon_asks_for_a_smaller_car(vehicle: Vehicle) -> None:
    placement, size = place(vehicle, CANVAS, 0.67)
    assert size.width < 96
    assert placement.contact_y <= 0.9 * CANVAS[1]


def test_a_car_that_fits_nowhere_is_an_error(vehicle: Vehicle) -> None:
    with pytest.raises(PlacementError, match="no size of testcar"):
        place(vehicle, (40, 144), HORIZON)
    with pytest.raises(PlacementError):
        place(vehicle, CANVAS, 0.79)


def test_the_car_stands_in_the_safe_area(vehicle: Vehicle) -> None:
    for width in range(70, 200, 7):
        x0, _, x1, _ = place(vehicle, (width, 160), HORIZON)[0].car_box
        assert 0.04 * width <= x0 < x1 <= 0.96 * width


def test_the_tight_box_holds_exactly_the_visible_pixels(vehicle: Vehicle) -> None:
    placement, size = place(vehicle, CANVAS, HORIZON)
    car = read_car(vehicle, size)
    x0, y0, x1, y1 = with_tight_box(placement, car).car_box
    inside = car[y0 - placement.y : y1 - placement.y, x0 - placement.x : x1 - placement.x, 3]
    assert (inside > 0).sum() == (car[..., 3] > 0).sum()
    assert inside[0].any()
    assert inside[-1].any()
    assert inside[:, 0].any()
    assert inside[:, -1].any()


def test_the_badge_box_is_carried_into_the_canvas(vehicle: Vehicle) -> None:
    placement, _ = place(vehicle, CANVAS, HORIZON)
    moved = [placement.badge_box[i] - (placement.x, placement.y)[i % 2] for i in range(4)]
    assert moved == [14, 19, 22, 28]


def test_placement_json_holds_the_agreed_fields(vehicle: Vehicle, reference: str) -> None:
    written = json.loads(place(vehicle, CANVAS, HORIZON)[0].to_json())
    assert written["schema"] == 1
    assert written["vehicle"] == reference
    assert set(written) == {
        *("schema", "vehicle", "width", "height", "x", "y", "scale", "horizon_y", "contact_y"),
        *("canvas", "car_box", "badge_box"),
    }


def test_the_order_of_the_ladder_does_not_matter(vehicle: Vehicle) -> None:
    turned = replace(vehicle, sizes=vehicle.sizes[::-1])
    assert place(turned, CANVAS, HORIZON) == place(vehicle, CANVAS, HORIZON)
