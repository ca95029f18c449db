"""Every node of the pack: thin V1 shells over plain functions.

V1, synchronous, no import of ComfyUI at module level: loads from version 0.0.8 on.
"""

from __future__ import annotations

from .car_nodes import TripPosterCompose, TripPosterDepthPlate, TripPosterGround
from .choice_node import TripPosterChoose
from .dashscope_nodes import ImageSynthesisNode, TripText
from .poster_nodes import TripPosterCaption, TripPosterSave

__all__ = [
    "NODE_CLASS_MAPPINGS",
    "NODE_DISPLAY_NAME_MAPPINGS",
    "ImageSynthesisNode",
    "TripPosterCaption",
    "TripPosterChoose",
    "TripPosterCompose",
    "TripPosterDepthPlate",
    "TripPosterGround",
    "TripPosterSave",
    "TripText",
]

NODE_CLASS_MAPPINGS: dict[str, type] = {
    "TripPosterChoose": TripPosterChoose,
    "TripPosterGround": TripPosterGround,
    "TripPosterCompose": TripPosterCompose,
    "TripPosterDepthPlate": TripPosterDepthPlate,
    "TripPosterCaption": TripPosterCaption,
    "TripPosterSave": TripPosterSave,
    "旅行文字生成": TripText,
    "ImageSynthesisNode": ImageSynthesisNode,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "TripPosterChoose": "Trip poster: choose the render",
    "TripPosterGround": "Trip poster: ground the car",
    "TripPosterCompose": "Trip poster: compose the car",
    "TripPosterDepthPlate": "Trip poster: depth of an empty road",
    "TripPosterCaption": "Trip poster: set the caption",
    "TripPosterSave": "Trip poster: save the task",
    "旅行文字生成": "旅行文字生成 (Qwen)",
    "ImageSynthesisNode": "Trip poster: paint a picture (Wanx)",
}
