"""The styles: files under comfyui/styles/, one named look each."""

from shared.styles.catalogue import (
    STYLES,
    Catalogue,
    checked_styles,
    offered_style,
    offered_styles,
    read_styles,
    scene_of,
    style,
    styles,
)
from shared.styles.faults import Fault, StyleFileError
from shared.styles.model import Lora, Size, Style, Words
from shared.styles.reading import read_style

__all__ = [
    "STYLES",
    "Catalogue",
    "Fault",
    "Lora",
    "Size",
    "Style",
    "StyleFileError",
    "Words",
    "checked_styles",
    "offered_style",
    "offered_styles",
    "read_style",
    "read_styles",
    "scene_of",
    "style",
    "styles",
]
