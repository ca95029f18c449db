"""The choice: the render whose light is the plate's, by one cost, and a soft one in doubt."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.car_nodes import (
    TripPosterChoose,
    TripPosterCompose,
    TripPosterGround,
)
from comfyui.custom_nodes.trip_poster.choice import WEIGHTS, choose
from comfyui.custom_nodes.trip_poster.lit_by import lit_by
from comfyui.custom_nodes.trip_poster.plate_light import PlateLight
from comfyui.custom_nodes.trip_poster.vanishing import Measured
from comfyui.custom_nodes.trip_poster.vehicle_files import load_members
from local.comfyui.folders import Folders, offered
from shared.core.choice import Choice
from tests.comfyui.small_car import HORIZON, plate
from tests.comfyui.small_set import LIGHTS, put_set_on_mount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle

SURE = 1.0
DAY = PlateLight(
    horizon=Measured(0.56, SURE),
    direction=Measured(37.0, SURE),
    side={"left": 0.9, "right": 0.05, "front": 0.03, "back": 0.02},
    hard=Measured(0.95, SURE),
    low=Measured(0.03, SURE),
    mired=Measured(175.0, SURE),
    ground=Measured(0.17, SURE),
    sky=Measured(0.5, SURE),
    night=Measured(0.0, SURE),
    dark=Measured(0.0, SURE),
    lamps=Measured(0.0, SURE),
    bright=Measured(0.02, SURE),
)
RIGHT = {"left": 0.05, "right": 0.9, "front": 0.03, "back": 0.02}
UNSURE = {"left": 0.45, "right": 0.45, "front": 0.05, "back": 0.05}
LOW = replace(DAY, low=Measured(0.95, SURE), dark=Measured(0.15, SURE), mired=Measured(280, SURE))
GREY = replace(DAY, hard=Measured(0.03, SURE), side=UNSURE)
SNOW = replace(GREY, bright=Measured(0.97, SURE), ground=Measured(0.55, SURE))
DUSK = replace(
    GREY, dark=Measured(0.42, SURE), sky=Measured(0.09, SURE), ground=Measured(0.07, SURE)
)
NIGHT = replace(
    DUSK, night=Measured(1.0, SURE), dark=Measured(1.0, SURE), lamps=Measured(1.0, SURE),
    sky=Measured(0.02, SURE), ground=Measured(0.02, SURE), mired=Measured(250, SURE),
)  # fmt: skip


@pytest.fixture
def members(tmp_path: Path) -> dict[str, Vehicle]:
    named = put_set_on_mount(tmp_path)
    return {lit: load_members(tmp_path / "input", name)[0] for lit, name in named.items()}


@pytest.fixture
def references(mount: Path) -> Iterator[dict[str, str]]:
    named = put_set_on_mount(mount)
    with offered(Folders(mount / "input", mount / "output", mount / "output")):
        yield named


def ordered(members: dict[str, Vehicle], first: str) -> list[Vehicle]:
    return [members[first], *(each for lit, each in members.items() if lit != first)]


@pytest.mark.parametrize(
    ("light", "lit"),
    [
        (DAY, "day_left"),
        (replace(DAY, side=RIGHT), "day_right"),
        (LOW, "low_left"),
        (replace(LOW, side=RIGHT), "low_right"),
        (GREY, "overcast"),
        (SNOW, "snow"),
        (DUSK, "dusk"),
        (NIGHT, "night"),
    ],
)
@pytest.mark.parametrize("planned", ["overcast", "own", "day_right"])
def test_the_render_of_the_plates_light_is_chosen_whatever_was_planned(
    members: dict[str, Vehicle], light: PlateLight, lit: str, planned: str
) -> None:
    first = lit if planned == "own" else planned
    choice = choose(ordered(members, first), light)
    assert choice.vehicle.lit == lit
    assert choice.runner_up is not None
    assert choice.cost <= choice.runner_up[1]


def test_a_sun_whose_side_nobody_can_tell_gets_the_soft_render(
    members: dict[str, Vehicle],
) -> None:
    assert choose(ordered(members, "overcast"), replace(DAY, side=UNSURE)).vehicle.lit == "overcast"


def test_no_night_is_set_in_by_day_and_no_day_by_night(members: dict[str, Vehicle]) -> None:
    assert choose(ordered(members, "night"), DAY).vehicle.lit != "night"
    assert choose(ordered(members, "day_left"), NIGHT).vehicle.lit == "night"


def test_of_two_headings_the_one_along_the_grounds_lines_is_chosen(
    members: dict[str, Vehicle],
) -> None:
    along = members["day_left"]
    across = replace(along, view="front_right", heading_deg=-37.0)
    assert choose([across, along], DAY).vehicle.view == "front_left"
    unsure = replace(DAY, direction=Measured(37.0, 0.0))
    assert choose([across, along], unsure).vehicle.view == "front_right"


def test_a_rear_view_runs_along_the_same_lines_as_its_front(members: dict[str, Vehicle]) -> None:
    front = members["day_left"]
    rear = replace(front, view="rear_right", heading_deg=-143.0)
    costs = [choose([each], DAY).terms["heading"] for each in (front, rear)]
    assert costs == [0.0, 0.0]


def test_every_term_has_a_weight_and_only_one_render_is_always_chosen(
    members: dict[str, Vehicle],
) -> None:
    alone = choose([members["night"]], DAY)
    assert set(alone.terms) == set(WEIGHTS)
    assert alone.vehicle.lit == "night"
    assert alone.runner_up is None
    assert any(reason.startswith("dark:") for reason in alone.reasons)


def test_a_render_without_words_of_its_light_is_read_by_its_softness(vehicle: Vehicle) -> None:
    lit = lit_by(vehicle)
    assert lit.hard == pytest.approx(0.7)
    assert lit.dark == lit.low == 0
    assert choose([vehicle], DAY).terms["heading"] == 0


def test_the_node_tells_its_choice_as_results_read_it(references: dict[str, str]) -> None:
    several = " ".join(references.values())
    picture = (plate().astype(np.float32) / 255)[None]
    chosen, choice, layout = TripPosterChoose().run(
        picture, several, HORIZON, "", "winter", "snow", "day"
    )
    told = Choice.model_validate_json(choice)
    assert chosen == references[told.lit]
    assert told.view == "front_left"
    assert told.runner_up
    assert told.reasons
    assert {"side", "hard", "low", "night", "direction"} <= set(told.measured)
    assert layout == ""


def test_chosen_grounded_and_composed_the_opaque_pixels_are_the_renders(
    references: dict[str, str],
) -> None:
    picture = (plate().astype(np.float32) / 255)[None]
    layout = '{"id":"a","horizon":0.5,"car":{"centre":0.5,"width":0.7}}'
    name, choice, layout = TripPosterChoose().run(
        picture, " ".join(references.values()), HORIZON, layout, "summer", "clear", "day"
    )
    ground, bare = TripPosterGround().run(
        picture, name, HORIZON, "summer", "clear", "day", layout=layout
    )
    _, protected, placement = TripPosterCompose().run(ground, name, HORIZON, layout, choice)
    told = json.loads(placement)
    assert told["vehicle"] == name
    assert told["choice"]["layout"] == "a"
    assert told["horizon_y"] == 72
    assert protected.sum() > 500
    assert not np.array_equal(ground, bare)


@pytest.mark.parametrize(
    "vehicle",
    ["", "a b", "testcar/g1/red/0123456789ab " * 2, " ".join(["a/b/c/0123456789ab"] * 17)],
)
def test_malformed_lists_of_renders_are_refused_before_anything_runs(vehicle: str) -> None:
    assert "up to 16" in str(TripPosterChoose.VALIDATE_INPUTS(vehicle, ""))
    assert "must be JSON" in str(TripPosterChoose.VALIDATE_INPUTS(None, "{"))
    assert TripPosterChoose.VALIDATE_INPUTS("a/b/c/0123456789ab a/b/c/0123456789ac", "") is True


def test_every_light_of_a_set_is_told_apart_by_its_sidecar(members: dict[str, Vehicle]) -> None:
    assert len({lit_by(each) for each in members.values()}) == len(LIGHTS)
