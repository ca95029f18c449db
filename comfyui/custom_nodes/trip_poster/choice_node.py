"""The node that looks at the plate and picks the car's render for it."""

from __future__ import annotations

import json
from typing import Any

from . import tensors, widgets
from .choice import choose, fit_for
from .colour import rgb_batch
from .ground import SEASONS, TIMES, WEATHERS, Scene
from .layout import read_layout
from .plate_light import read_light
from .vehicle_files import load_members


class TripPosterChoose:
    """Of a car's renders the one whose light and heading are the plate's."""

    CATEGORY = "trip poster"
    DESCRIPTION = (
        "Measures the plate's horizon, ground lines and light and picks the render that belongs "
        "there. Link its vehicle to the ground and the compose node, and its layout and choice."
    )
    FUNCTION = "run"
    RETURN_TYPES = ("STRING", "STRING", "STRING")
    RETURN_NAMES = ("vehicle", "choice", "layout")
    OUTPUT_TOOLTIPS = (
        "The render that is set in: model/generation/paint/version.",
        "Why: what was measured, the cost, the next best, as JSON.",
        "The layout as it was given, for the nodes that follow.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> widgets.Inputs:
        """Declare the inputs."""
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

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None, layout: str | None = None) -> bool | str:
        """Refuse malformed vehicles and layouts before anything runs."""
        return widgets.members_verdict(vehicle, layout)

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
