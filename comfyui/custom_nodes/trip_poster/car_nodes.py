"""Nodes that put the car into the scene: ground, compose, depth plate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import tensors, widgets
from .colour import rgb_batch, to_floats
from .compose import compose
from .depth import depth_plate
from .ground import SEASONS, TIMES, WEATHERS, Scene
from .layout import read_layout
from .placement import place, with_choice, with_tight_box
from .setting import grounded
from .vehicle_files import load_members, load_vehicle, read_car

if TYPE_CHECKING:
    from .colour import Bytes
    from .layout import Layout
    from .vehicle_files import Vehicle
    from .widgets import Inputs

CATEGORY = "trip poster"


class TripPosterGround:
    """The plate graded to the car's light, then the car's shadow and wet reflection in it."""

    DESCRIPTION = (
        "Grades the plate toward the light the car was rendered in (bare), then multiplies the "
        "car's shadow into it, mirrors the car on a wet road and adds the light of its lamps "
        "(plate). The car is not drawn yet."
    )
    CATEGORY = CATEGORY
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE", "IMAGE")
    RETURN_NAMES = ("plate", "bare")
    OUTPUT_TOOLTIPS = (
        "What the car is composed on: graded, with shadow and reflection.",
        "Graded only: what the shadow is measured against.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        times = "Sets the cast shadow's strength and how bright the ground should be."
        return {
            "required": {
                "plate": widgets.PLATE,
                "vehicle": widgets.VEHICLE,
                "horizon": widgets.HORIZON,
                "season": widgets.choice(SEASONS, "summer", "Tints grade and shadow, faintly."),
                "weather": widgets.choice(
                    WEATHERS, "clear", "Sets the cast shadow; rain wets the road."
                ),
                "time_of_day": widgets.choice(TIMES, "day", times),
            },
            "optional": {"layout": widgets.LAYOUT},
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None, layout: str | None = None) -> bool | str:
        """Refuse a malformed vehicle or layout before anything runs."""
        return widgets.vehicle_verdict(vehicle, layout)

    def run(
        self,
        plate: Any,
        vehicle: str,
        horizon: float,
        season: str,
        weather: str,
        time_of_day: str,
        layout: str = "",
    ) -> tuple[Any, Any]:
        """Return the grounded plate and the bare one, both [B,H,W,3]."""
        car_model = load_vehicle(tensors.folder("input"), vehicle)
        plan = read_layout(layout)
        scene = Scene(season, weather, time_of_day)
        pictures = rgb_batch(tensors.array(plate), "plate")
        pairs = [_grounded(picture, car_model, horizon, plan, scene) for picture in pictures]
        grounded, bare = (np.stack([pair[i] for pair in pairs]) for i in (0, 1))
        return (tensors.like(plate, to_floats(grounded)), tensors.like(plate, to_floats(bare)))


class TripPosterCompose:
    """The exact car over the plate, at the size and place the horizon asks for."""

    DESCRIPTION = "Copies the car's opaque pixels; only its edges are mixed, in linear light."
    CATEGORY = CATEGORY
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE", "MASK", "STRING")
    RETURN_NAMES = ("poster", "protected", "placement")
    OUTPUT_TOOLTIPS = (
        "The plate with the car.",
        "1 where a car pixel was copied.",
        "Where the car stands, as JSON.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        inputs = {"plate": widgets.PLATE, "vehicle": widgets.VEHICLE, "horizon": widgets.HORIZON}
        choice = {"forceInput": True, "tooltip": "From the choosing node: why this render."}
        return {
            "required": inputs,
            "optional": {"layout": widgets.LAYOUT, "choice": ("STRING", choice)},
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None, layout: str | None = None) -> bool | str:
        """Refuse a malformed vehicle or layout before anything runs."""
        return widgets.vehicle_verdict(vehicle, layout)

    def run(
        self, plate: Any, vehicle: str, horizon: float, layout: str = "", choice: str = ""
    ) -> tuple[Any, Any, str]:
        """Return poster [B,H,W,3], protected mask [B,H,W] and the placement as JSON."""
        car_model = load_vehicle(tensors.folder("input"), vehicle)
        pictures = rgb_batch(tensors.array(plate), "plate")
        canvas = tensors.canvas(pictures[0])
        placement, size = place(car_model, canvas, horizon, read_layout(layout))
        car = read_car(car_model, size)
        pairs = [compose(picture, car, placement.x, placement.y) for picture in pictures]
        poster = to_floats(np.stack([pair[0] for pair in pairs]))
        protected = to_floats(np.stack([pair[1] for pair in pairs]))
        text = with_choice(with_tight_box(placement, car).to_json(), choice)
        return (tensors.like(plate, poster), tensors.like(plate, protected), text)


class TripPosterDepthPlate:
    """The depth picture a level camera over flat ground must see, for a depth ControlNet."""

    DESCRIPTION = (
        "Draws depth instead of guessing it: flat ground from the lower edge to the horizon, all "
        "else far away. The scene painted after it has its horizon where the car needs it."
    )
    CATEGORY = CATEGORY
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("depth",)
    OUTPUT_TOOLTIPS = ("Near is white, far is black, as depth ControlNets expect.",)

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        """Declare the inputs."""
        camera = {
            "default": 1.3,
            "min": 0.3,
            "max": 10.0,
            "step": 0.05,
            "tooltip": "Height of the eye above the road, metres; the render's own.",
        }
        return {
            "required": {
                "width": widgets.number(1152, 64, 4096, "Width in pixels.", step=8),
                "height": widgets.number(1440, 64, 4096, "Height in pixels.", step=8),
                "horizon": widgets.HORIZON,
                "camera_height": ("FLOAT", camera),
            },
            "optional": {
                "vehicle": widgets.line(
                    "model/generation/paint/version: keeps room where the car will stand; of "
                    "several the first. Empty: an empty road."
                ),
                "layout": widgets.LAYOUT,
            },
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None, layout: str | None = None) -> bool | str:
        """Refuse a malformed vehicle or layout before anything runs; empty means none."""
        return widgets.members_verdict(vehicle or None, layout)

    def run(
        self,
        width: int,
        height: int,
        horizon: float,
        camera_height: float,
        vehicle: str = "",
        layout: str = "",
    ) -> tuple[Any]:
        """Return the depth picture [1,H,W,3]."""
        model = load_members(tensors.folder("input"), vehicle)[0] if vehicle else None
        depth = depth_plate((width, height), horizon, camera_height, model, read_layout(layout))
        picture = np.repeat(depth[None, :, :, None], 3, axis=3)
        return (tensors.fresh(to_floats(picture)),)


def _grounded(
    picture: Bytes, vehicle: Vehicle, horizon: float, plan: Layout | None, scene: Scene
) -> tuple[Bytes, Bytes]:
    placement, size = place(vehicle, tensors.canvas(picture), horizon, plan)
    return grounded(picture, vehicle, placement, size, scene)
