"""A layout says where and how wide the car stands, and where its horizon runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.compose import compose
from comfyui.custom_nodes.trip_poster.errors import PlacementError
from comfyui.custom_nodes.trip_poster.layout import layout_fault, read_layout
from comfyui.custom_nodes.trip_poster.placement import place, with_choice, with_tight_box
from comfyui.custom_nodes.trip_poster.vehicle_files import read_car
from shared.composition.layouts import layouts, resolved
from tests.comfyui.small_car import HORIZON, plate

if TYPE_CHECKING:
    from comfyui.custom_nodes.trip_poster.placement import Placement
    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle

WIDE = (200, 120)


def told(**changes: Any) -> str:
    """Return a layout's text."""
    car = {"centre": changes.pop("centre", 0.5), "width": changes.pop("width", 0.5)}
    return json.dumps({"id": "third", "format": "16:9", "horizon": 0.4, "car": car, **changes})


def placed(vehicle: Vehicle, text: str, canvas: tuple[int, int] = WIDE) -> Placement:
    placement, size = place(vehicle, canvas, HORIZON, read_layout(text))
    return with_tight_box(placement, read_car(vehicle, size))


@pytest.mark.parametrize("centre", [0.3, 0.5, 0.7])
def test_the_visible_car_stands_about_the_centre_that_is_asked_for(
    vehicle: Vehicle, centre: float
) -> None:
    x0, _, x1, _ = placed(vehicle, told(centre=centre)).car_box
    assert abs((x0 + x1) / 2 - centre * WIDE[0]) <= 1


@pytest.mark.parametrize(("width", "frozen"), [(0.9, 96), (0.43, 80), (0.34, 64)])
def test_the_largest_size_that_is_not_wider_than_asked_is_taken(
    vehicle: Vehicle, width: float, frozen: int
) -> None:
    placement = placed(vehicle, told(width=width))
    x0, _, x1, _ = placement.car_box
    assert placement.width == frozen
    assert x1 - x0 <= (width + 0.01) * WIDE[0]


def test_where_every_size_is_wider_than_asked_the_smallest_has_to_do(vehicle: Vehicle) -> None:
    assert placed(vehicle, told(width=0.15)).width == 64


def test_the_layouts_horizon_counts_and_both_horizons_meet(vehicle: Vehicle) -> None:
    placement = placed(vehicle, told(horizon=0.35))
    assert placement.horizon_y == round(0.35 * WIDE[1])
    assert abs(placement.point((0, vehicle.horizon_y))[1] - placement.horizon_y) <= 0.5


def test_a_smaller_size_is_taken_where_the_larger_leaves_the_safe_area(vehicle: Vehicle) -> None:
    free = placed(vehicle, told(centre=0.3, width=0.9, safe={"sides": 0.0}))
    kept = placed(vehicle, told(centre=0.3, width=0.9, safe={"sides": 0.08}))
    assert (free.width, kept.width) == (96, 80)
    assert kept.car_box[0] >= 0.08 * WIDE[0]


def test_a_layout_in_which_nothing_fits_says_what_to_change(vehicle: Vehicle) -> None:
    with pytest.raises(PlacementError, match=r"layout third .* another centre, a narrower car"):
        placed(vehicle, told(centre=0.05))
    with pytest.raises(PlacementError, match="a higher horizon or smaller safe margins"):
        placed(vehicle, told(horizon=0.8))


def test_an_empty_layout_is_no_layout(vehicle: Vehicle) -> None:
    canvas = (116, 144)
    assert place(vehicle, canvas, HORIZON, read_layout(" ")) == place(vehicle, canvas, HORIZON)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "must be JSON"),
        ("[]", "must be JSON"),
        ('{"horizon": 0.5}', "must be JSON with horizon and car"),
        (told(horizon=1.2), "horizon must lie between"),
        (told(centre=3), "are shares"),
        (told(width=0.01), "0.1 at least"),
        (told(horizon=float("nan")), "horizon must lie between"),
        (" " * 1990 + told(), "at most 2000 characters"),
    ],
)
def test_what_is_wrong_with_a_layout_is_told(text: str, complaint: str) -> None:
    assert complaint in layout_fault(text)
    with pytest.raises(PlacementError):
        read_layout(text)


def test_every_layout_of_the_bundle_can_be_read_in_each_of_its_formats() -> None:
    for layout in layouts().values():
        for form in layout.formats:
            assert layout_fault(resolved(layout, form)) == ""


def test_a_picture_with_an_empty_margin_may_hang_over_the_left_edge(vehicle: Vehicle) -> None:
    size = vehicle.sizes[0]
    car = read_car(vehicle, size)
    margin = np.zeros((car.shape[0], 30, 4), dtype=np.uint8)
    x, y = 2, 70
    wide, _ = compose(plate(), np.hstack([margin, car]), x - 30, y)
    assert np.array_equal(wide, compose(plate(), car, x, y)[0])


def test_the_choice_is_added_to_the_placement_and_nothing_else_changes(vehicle: Vehicle) -> None:
    text = placed(vehicle, told()).to_json()
    assert with_choice(text, "") == text
    chosen = json.loads(with_choice(text, '{"lit": "night"}'))
    assert chosen.pop("choice") == {"lit": "night"}
    assert chosen == json.loads(text)
    for wrong in ("{", "3", '["ab"]'):
        with pytest.raises(PlacementError, match="choosing node"):
            with_choice(text, wrong)


def test_the_order_of_the_ladder_does_not_matter(vehicle: Vehicle) -> None:
    turned = replace(vehicle, sizes=vehicle.sizes[::-1])
    assert placed(turned, told()) == placed(vehicle, told())
