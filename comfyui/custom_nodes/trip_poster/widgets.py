"""Declarations that several nodes share: an input's type, default, range and tooltip."""

from __future__ import annotations

from typing import Any

from .layout import layout_fault
from .vehicle_files import are_references, is_reference

Inputs = dict[str, dict[str, Any]]
Declared = tuple[Any, dict[str, Any]]

PLATE: Declared = ("IMAGE", {"tooltip": "The finished scene without the car."})
VEHICLE: Declared = (
    "STRING",
    {
        "default": "",
        "multiline": False,
        "tooltip": "model/generation/paint/version, a folder below input/vehicles.",
    },
)
MEMBERS: Declared = (
    "STRING",
    {
        "default": "",
        "multiline": False,
        "tooltip": "model/generation/paint/version of each render that may be set in, up to 16, "
        "a space between them; the likeliest first.",
    },
)
LAYOUT: Declared = (
    "STRING",
    {
        "default": "",
        "multiline": False,
        "tooltip": "The layout as JSON: its horizon, where and how wide the car stands. Empty: "
        "the car in the middle, as large as fits, and the horizon given beside.",
    },
)
HORIZON: Declared = (
    "FLOAT",
    {
        "default": 0.56,
        "min": 0.3,
        "max": 0.8,
        "step": 0.001,
        "tooltip": "Row of the plate's horizon as a share of its height.",
    },
)


def choice(values: tuple[str, ...], default: str, tooltip: str) -> Declared:
    """Declare a list to choose from."""
    return (list(values), {"default": default, "tooltip": tooltip})


def number(default: int, low: int, high: int, tooltip: str, **more: Any) -> Declared:
    """Declare a whole number."""
    return ("INT", {"default": default, "min": low, "max": high, "tooltip": tooltip, **more})


def line(tooltip: str, default: str = "", **more: Any) -> Declared:
    """Declare a text of one line."""
    return ("STRING", {"default": default, "multiline": False, "tooltip": tooltip, **more})


def text(tooltip: str, default: str = "") -> Declared:
    """Declare a text of several lines."""
    return ("STRING", {"default": default, "multiline": True, "tooltip": tooltip})


def vehicle_verdict(vehicle: str | None, layout: str | None) -> bool | str:
    """Judge literals; a linked value is not known yet and comes as None."""
    if vehicle is not None and not is_reference(vehicle):
        return "vehicle must read model/generation/paint/version"
    return layout_fault(layout or "") or True


def members_verdict(vehicle: str | None, layout: str | None) -> bool | str:
    """Judge literals: up to 16 references and a layout; what is linked comes as None."""
    if vehicle is not None and not are_references(vehicle):
        return "vehicle must read model/generation/paint/version, up to 16 of them"
    return layout_fault(layout or "") or True
