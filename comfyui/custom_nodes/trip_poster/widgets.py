"""Declarations that several nodes share: an input's type, default, range and tooltip."""

from __future__ import annotations

from typing import Any

from .layout import layout_fault
from .vehicle_files import are_references

Inputs = dict[str, dict[str, Any]]
Declared = tuple[Any, dict[str, Any]]


def choice(values: tuple[str, ...], default: str, tooltip: str) -> Declared:
    return (list(values), {"default": default, "tooltip": tooltip})


def number(default: int, low: int, high: int, tooltip: str, **more: Any) -> Declared:
    return ("INT", {"default": default, "min": low, "max": high, "tooltip": tooltip, **more})


def decimal(default: float, low: float, high: float, step: float, tooltip: str) -> Declared:
    limits = {"default": default, "min": low, "max": high, "step": step}
    return ("FLOAT", {**limits, "tooltip": tooltip})


def line(tooltip: str, default: str = "", **more: Any) -> Declared:
    return ("STRING", {"default": default, "multiline": False, "tooltip": tooltip, **more})


def text(tooltip: str, default: str = "") -> Declared:
    return ("STRING", {"default": default, "multiline": True, "tooltip": tooltip})


PLATE: Declared = ("IMAGE", {"tooltip": "The finished scene without the car."})
VEHICLE = line("model/generation/paint/version, a folder below input/vehicles.")
MEMBERS = line(
    "model/generation/paint/version of each render that may be set in, up to 16, a space between "
    "them; the likeliest first."
)
LAYOUT = line(
    "The layout as JSON: its horizon, where and how wide the car stands. Empty: the car in the "
    "middle, as large as fits, and the horizon given beside."
)
HORIZON = decimal(0.56, 0.3, 0.8, 0.001, "Row of the plate's horizon as a share of its height.")


class Node:
    """What every node of the pack tells ComfyUI alike."""

    CATEGORY = "trip poster"
    FUNCTION = "run"


class CarNode(Node):
    """A node with the inputs `vehicle` and `layout`."""

    MOST_VEHICLES = 1

    @classmethod
    def VALIDATE_INPUTS(cls, vehicle: str | None = None, layout: str | None = None) -> bool | str:
        """Refuse a malformed vehicle or layout before anything runs; a linked value is None."""
        if vehicle is not None and not are_references(vehicle, cls.MOST_VEHICLES):
            more = f", up to {cls.MOST_VEHICLES} of them" if cls.MOST_VEHICLES > 1 else ""
            return f"vehicle must read model/generation/paint/version{more}"
        return layout_fault(layout or "") or True
