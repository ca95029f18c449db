"""Every node of the pack: thin V1 shells over plain functions.

V1, synchronous, no import of ComfyUI at module level: loads from version 0.0.8 on.
"""

from __future__ import annotations

from .car_nodes import TripPosterCompose, TripPosterDepthPlate, TripPosterGround
from .poster_nodes import TripPosterCaption, TripPosterSave

__all__ = [
    "NODE_CLASS_MAPPINGS",
    "NODE_DISPLAY_NAME_MAPPINGS",
    "TripPosterCaption",
    "TripPosterCompose",
    "TripPosterDepthPlate",
    "TripPosterGround",
    "TripPosterSave",
]

NODE_CLASS_MAPPINGS: dict[str, type] = {
    "TripPosterGround": TripPosterGround,
    "TripPosterCompose": TripPosterCompose,
    "TripPosterDepthPlate": TripPosterDepthPlate,
    "TripPosterCaption": TripPosterCaption,
    "TripPosterSave": TripPosterSave,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "TripPosterGround": "Trip poster: ground the car",
    "TripPosterCompose": "Trip poster: compose the car",
    "TripPosterDepthPlate": "Trip poster: depth of an empty road",
    "TripPosterCaption": "Trip poster: set the caption",
    "TripPosterSave": "Trip poster: save the task",
}
