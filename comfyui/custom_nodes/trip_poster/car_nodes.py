"""Nodes that put the car into the scene: ground, compose, depth plate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import tensors, widgets
from .colour import rgb_batch, to_floats
from .compose import compose
from .depth import depth_plate
from .grade import grade
from .ground import SEASONS, TIMES, WEATHERS, Scene, shade
from .placement import place, with_tight_box
from .reflection import reflect
from .vehicle_files import load_vehicle, read_car

if TYPE_CHECKING:
    from .colour import Bytes
    from .vehicle_files import Vehicle
    from .widgets import Inputs

CATEGORY = "trip poster"


class TripPosterGround:
    """The plate graded to the car's light, then the car's shadow and wet reflection in it."""

    DESCRIPTION = (
        "Grades the plate toward the light the car was rendered in (bare), then multiplies the "
        "car's shadow into it and mirrors the car on a wet road (plate). The car is not drawn yet."
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
            }
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None) -> bool | str:
        """Refuse a malformed vehicle before anything runs."""
        return widgets.vehicle_verdict(vehicle)

    def run(
        self, plate: Any, vehicle: str, horizon: float, season: str, weather: str, time_of_day: str
    ) -> tuple[Any, Any]:
        """Return the grounded plate and the bare one, both [B,H,W,3]."""
        car_model = load_vehicle(tensors.folder("input"), vehicle)
        scene = Scene(season, weather, time_of_day)
        pictures = rgb_batch(tensors.array(plate), "plate")
        pairs = [_grounded(picture, car_model, horizon, scene) for picture in pictures]
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
        return {"required": inputs}

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None) -> bool | str:
        """Refuse a malformed vehicle before anything runs."""
        return widgets.vehicle_verdict(vehicle)

    def run(self, plate: Any, vehicle: str, horizon: float) -> tuple[Any, Any, str]:
        """Return poster [B,H,W,3], protected mask [B,H,W] and the placement as JSON."""
        car_model = load_vehicle(tensors.folder("input"), vehicle)
        pictures = rgb_batch(tensors.array(plate), "plate")
        placement, size = place(car_model, tensors.canvas(pictures[0]), horizon)
        car = read_car(car_model, size)
        pairs = [compose(picture, car, placement.x, placement.y) for picture in pictures]
        poster = to_floats(np.stack([pair[0] for pair in pairs]))
        protected = to_floats(np.stack([pair[1] for pair in pairs]))
        text = with_tight_box(placement, car).to_json()
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
                    "model/generation/paint/version: keeps room where the car will stand. "
                    "Empty: an empty road."
                ),
            },
        }

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None) -> bool | str:
        """Refuse a malformed vehicle before anything runs; empty means none."""
        return widgets.vehicle_verdict(vehicle or None)

    def run(
        self, width: int, height: int, horizon: float, camera_height: float, vehicle: str = ""
    ) -> tuple[Any]:
        """Return the depth picture [1,H,W,3]."""
        model = load_vehicle(tensors.folder("input"), vehicle) if vehicle else None
        depth = depth_plate((width, height), horizon, camera_height, model)
        picture = np.repeat(depth[None, :, :, None], 3, axis=3)
        return (tensors.fresh(to_floats(picture)),)


def _grounded(
    picture: Bytes, vehicle: Vehicle, horizon: float, scene: Scene
) -> tuple[Bytes, Bytes]:
    placement, size = place(vehicle, tensors.canvas(picture), horizon)
    bare = grade(picture, vehicle, placement, scene)
    shaded = shade(bare, vehicle, placement, scene)
    if scene.weather == "rain":
        shaded = reflect(shaded, read_car(vehicle, size), vehicle, placement)
    return shaded, bare
