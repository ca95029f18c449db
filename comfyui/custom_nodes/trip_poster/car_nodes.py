"""Nodes that put the car into the scene: choose the render, ground, compose, depth plate."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from . import tensors, widgets
from .choice import choose, fit_for
from .colour import rgb_batch, to_floats
from .compose import compose
from .depth import depth_plate
from .ground import SEASONS, TIMES, WEATHERS, Scene
from .layout import read_layout
from .placement import place, with_choice, with_tight_box
from .plate_light import read_light
from .setting import grounded
from .vehicle_files import MOST_MEMBERS, load_members, load_vehicle, read_car
from .widgets import CarNode, Inputs


class TripPosterChoose(CarNode):
    """Of a car's renders the one whose light and heading are the plate's."""

    MOST_VEHICLES = MOST_MEMBERS
    DESCRIPTION = (
        "Measures the plate's horizon, ground lines and light and picks the render that belongs "
        "there. Link its vehicle to the ground and the compose node, and its layout and choice."
    )
    RETURN_TYPES = ("STRING", "STRING", "STRING")
    RETURN_NAMES = ("vehicle", "choice", "layout")
    OUTPUT_TOOLTIPS = (
        "The render that is set in: model/generation/paint/version.",
        "Why: what was measured, the cost, the next best, as JSON.",
        "The layout as it was given, for the nodes that follow.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        said = "What the plate was asked for: the prior where the picture does not tell."
        return {
            "required": {
                "plate": widgets.PLATE,
                "vehicle": widgets.MEMBERS,
                "horizon": widgets.HORIZON,
                "layout": widgets.LAYOUT,
                "season": widgets.choice(SEASONS, "summer", said),
                "weather": widgets.choice(WEATHERS, "clear", said),
                "time_of_day": widgets.choice(TIMES, "day", said),
            }
        }

    def run(
        self,
        plate: Any,
        vehicle: str,
        horizon: float,
        layout: str,
        season: str,
        weather: str,
        time_of_day: str,
    ) -> tuple[str, str, str]:
        """Return the vehicle's reference, the choice and the layout."""
        members = load_members(tensors.folder("input"), vehicle)
        plan = read_layout(layout)
        picture = rgb_batch(tensors.array(plate), "plate")[0]
        scene = Scene(season, weather, time_of_day)
        light = read_light(picture, plan.horizon if plan else horizon, scene)
        choice = choose(fit_for(time_of_day, members), light)
        facts = choice.facts(light, plan.id if plan else "")
        return (choice.vehicle.reference, json.dumps(facts), layout)


class TripPosterGround(CarNode):
    """The plate graded to the car's light, then the car's shadow and wet reflection in it."""

    DESCRIPTION = (
        "Grades the plate toward the light the car was rendered in (bare), then multiplies the "
        "car's shadow into it, mirrors the car on a wet road and adds the light of its lamps "
        "(plate). The car is not drawn yet."
    )
    RETURN_TYPES = ("IMAGE", "IMAGE")
    RETURN_NAMES = ("plate", "bare")
    OUTPUT_TOOLTIPS = (
        "What the car is composed on: graded, with shadow and reflection.",
        "Graded only: what the shadow is measured against.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
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
        pairs = []
        for picture in pictures:
            placement, size = place(car_model, tensors.canvas(picture), horizon, plan)
            pairs.append(grounded(picture, car_model, placement, size, scene))
        shaded, bare = (np.stack([pair[i] for pair in pairs]) for i in (0, 1))
        return (tensors.like(plate, to_floats(shaded)), tensors.like(plate, to_floats(bare)))


class TripPosterCompose(CarNode):
    """The exact car over the plate, at the size and place the horizon asks for."""

    DESCRIPTION = "Copies the car's opaque pixels; only its edges are mixed, in linear light."
    RETURN_TYPES = ("IMAGE", "MASK", "STRING")
    RETURN_NAMES = ("poster", "protected", "placement")
    OUTPUT_TOOLTIPS = (
        "The plate with the car.",
        "1 where a car pixel was copied.",
        "Where the car stands, as JSON.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        inputs = {"plate": widgets.PLATE, "vehicle": widgets.VEHICLE, "horizon": widgets.HORIZON}
        choice = {"forceInput": True, "tooltip": "From the choosing node: why this render."}
        return {
            "required": inputs,
            "optional": {"layout": widgets.LAYOUT, "choice": ("STRING", choice)},
        }

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


class TripPosterDepthPlate(CarNode):
    """The depth picture a level camera over flat ground must see, for a depth ControlNet."""

    MOST_VEHICLES = MOST_MEMBERS
    DESCRIPTION = (
        "Draws depth instead of guessing it: flat ground from the lower edge to the horizon, all "
        "else far away. The scene painted after it has its horizon where the car needs it."
    )
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("depth",)
    OUTPUT_TOOLTIPS = ("Near is white, far is black, as depth ControlNets expect.",)

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        eye = "Height of the eye above the road, metres; the render's own."
        return {
            "required": {
                "width": widgets.number(1152, 64, 4096, "Width in pixels.", step=8),
                "height": widgets.number(1440, 64, 4096, "Height in pixels.", step=8),
                "horizon": widgets.HORIZON,
                "camera_height": widgets.decimal(1.3, 0.3, 10.0, 0.05, eye),
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
        return super().VALIDATE_INPUTS(vehicle or None, layout)

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
