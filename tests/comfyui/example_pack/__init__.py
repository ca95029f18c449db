"""A node pack to copy from: two nodes that show every part an author needs.

Copy the folder into custom_nodes, rename folder, classes and keys, and write your own functions.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .pictures import CHANNELS, ExampleError, codes_of, image_of, inverted, mean_colour, mixed

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class ExampleInvert:
    """A picture turned into its negative, wholly or in part."""

    # Where the node stands in the menu, and the words shown when it is pointed at.
    CATEGORY = "examples"
    DESCRIPTION = "Turns a picture into its negative; below full amount it mixes in a background."
    # The method that works, and what it returns, in order. A comma makes a tuple of one.
    FUNCTION = "run"
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("negative",)

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, dict[str, Any]]:
        """Declare the inputs: a type, and what its widget allows."""
        amount = {
            "default": 1.0,
            "min": 0.0,
            "max": 1.0,
            "step": 0.05,
            "tooltip": "1: the negative alone, 0: the background alone.",
        }
        channel = {"default": "all", "tooltip": "What is inverted."}
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "The picture to invert."}),
                "amount": ("FLOAT", amount),
                "channel": (["all", *CHANNELS], channel),
            },
            "optional": {
                # Lazy: what it is linked to runs only when check_lazy_status asks for it.
                "background": ("IMAGE", {"lazy": True, "tooltip": "Used below full amount."}),
            },
        }

    def check_lazy_status(self, amount: float, **inputs: Any) -> list[str]:
        """Name the lazy inputs that are wanted: here they are None until they are worked out.

        One that is not linked is not here at all, and to ask for it ends the run.
        """
        waiting = "background" in inputs and inputs["background"] is None
        return ["background"] if waiting and amount < 1 else []

    def run(self, image: Any, amount: float, channel: str, background: Any = None) -> tuple[Any]:
        """Return [B,H,W,3]; the given picture belongs to others, so nothing is written into it."""
        negative = inverted(codes_of(image), channel)
        if amount < 1 and background is not None:
            negative = mixed(negative, codes_of(background), amount)
        return (image_of(negative, image),)


class ExampleSaveColour:
    """The mean colour of a picture, written below ComfyUI's output folder."""

    CATEGORY = "examples"
    DESCRIPTION = "Writes a picture's mean colour to output/NAME.json and shows it."
    FUNCTION = "run"
    RETURN_TYPES = ()
    # Only output nodes make a graph run; all others run because one of these needs them.
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, dict[str, Any]]:
        """Declare the inputs."""
        name = {"default": "colour", "tooltip": "Letters, digits, '-' and '_'."}
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "The picture to measure."}),
                "name": ("STRING", name),
            }
        }

    @classmethod
    def VALIDATE_INPUTS(cls, name: str | None = None) -> bool | str:
        """Judge literals before anything runs; a linked value comes as None.

        For the inputs named here ComfyUI's own checks of range and choice are left out.
        """
        if name is None or _NAME.fullmatch(name):
            return True
        return "name may hold letters, digits, '-' and '_' only"

    @classmethod
    def IS_CHANGED(cls, **_inputs: Any) -> float:
        """Be run in every graph: answered from the cache it would name a file long removed.

        NaN, made anew each time, is equal to nothing. A node that reads a file returns the file's
        digest here instead; one that only computes needs no IS_CHANGED.
        """
        return float("nan")

    def run(self, image: Any, name: str) -> dict[str, Any]:
        """Write the file whole, under a hidden name first; what stands under `ui` is shown."""
        import folder_paths  # ComfyUI's own module; there only while it runs

        if self.VALIDATE_INPUTS(name) is not True:  # a linked value was not judged before
            msg = "name may hold letters, digits, '-' and '_' only"
            raise ExampleError(msg)
        text = json.dumps({"mean": mean_colour(codes_of(image))})
        folder = Path(folder_paths.get_output_directory())
        part = folder / f".{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / f"{name}.json")
        return {"ui": {"text": [text]}}


# What ComfyUI reads: keys unlike any other pack's, and the titles in the editor.
NODE_CLASS_MAPPINGS = {"ExampleInvert": ExampleInvert, "ExampleSaveColour": ExampleSaveColour}
NODE_DISPLAY_NAME_MAPPINGS = {
    "ExampleInvert": "Example: invert a picture",
    "ExampleSaveColour": "Example: save the mean colour",
}
