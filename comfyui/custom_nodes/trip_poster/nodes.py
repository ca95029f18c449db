"""Every node of the pack: thin V1 shells over plain functions.

V1, synchronous, no import of ComfyUI at module level: loads from version 0.0.8 on.
"""

from __future__ import annotations

from .car_nodes import TripPosterChoose, TripPosterCompose, TripPosterDepthPlate, TripPosterGround
from .dashscope_nodes import ImageSynthesisNode, TripText
from .poster_nodes import TripPosterCaption, TripPosterSave

_NODES: dict[str, tuple[type, str]] = {
    "TripPosterChoose": (TripPosterChoose, "Trip poster: choose the render"),
    "TripPosterGround": (TripPosterGround, "Trip poster: ground the car"),
    "TripPosterCompose": (TripPosterCompose, "Trip poster: compose the car"),
    "TripPosterDepthPlate": (TripPosterDepthPlate, "Trip poster: depth of an empty road"),
    "TripPosterCaption": (TripPosterCaption, "Trip poster: set the caption"),
    "TripPosterSave": (TripPosterSave, "Trip poster: save the task"),
    "旅行文字生成": (TripText, "旅行文字生成 (Qwen)"),
    "ImageSynthesisNode": (ImageSynthesisNode, "Trip poster: paint a picture (Wanx)"),
}
NODE_CLASS_MAPPINGS = {name: node for name, (node, _) in _NODES.items()}
NODE_DISPLAY_NAME_MAPPINGS = {name: title for name, (_, title) in _NODES.items()}
