"""A node pack to copy from: one node that shows every part an author needs.

Copy the folder into custom_nodes, rename folder, class and keys, and write your own `run`.
"""

from __future__ import annotations

from typing import Any


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
        channels = ["all", "red", "green", "blue"]
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "The picture to invert."}),
                "amount": ("FLOAT", amount),
                "channel": (channels, {"default": "all", "tooltip": "What is inverted."}),
            },
            "optional": {
                # Lazy: what it is linked to runs only when check_lazy_status asks for it.
                "background": ("IMAGE", {"lazy": True, "tooltip": "Needed below full amount."}),
            },
        }

    @classmethod
    def VALIDATE_INPUTS(cls, amount: float | None = None) -> bool | str:
        """Judge literals before anything runs; a linked value comes as None."""
        if amount is None or 0.0 <= amount <= 1.0:
            return True
        return "amount must lie between 0 and 1"

    def check_lazy_status(
        self, image: Any, amount: float, channel: str, background: Any = None
    ) -> list[str]:
        """Name the lazy inputs that are wanted; those not worked out yet are None."""
        return ["background"] if amount < 1 and background is None else []

    def run(self, image: Any, amount: float, channel: str, background: Any = None) -> tuple[Any]:
        """Return [B,H,W,3]. IMAGE is float 0-1; the given one belongs to others, so no writing."""
        inverted = 1.0 - image
        if channel != "all":
            kept = ["red", "green", "blue"].index(channel)
            inverted = _with_channel(image, inverted, kept)
        if amount == 1 or background is None:
            return (inverted,)
        return (amount * inverted + (1.0 - amount) * background,)


def _with_channel(image: Any, inverted: Any, index: int) -> Any:
    """Return the picture with one channel of another; a tensor's or an array's own arithmetic."""
    mixed = image * 1.0
    mixed[..., index] = inverted[..., index]
    return mixed


# What ComfyUI reads: a key unlike any other pack's, and the title in the editor.
NODE_CLASS_MAPPINGS = {"ExampleInvert": ExampleInvert}
NODE_DISPLAY_NAME_MAPPINGS = {"ExampleInvert": "Example: invert a picture"}
