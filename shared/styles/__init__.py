"""The styles: files under comfyui/styles/, one named look each."""

from shared.styles.catalogue import (
    checked_styles,
    offered_style,
    offered_styles,
    scene_of,
    style,
    styles,
)
from shared.styles.faults import Fault, StyleFileError
from shared.styles.model import Style, Words
from shared.styles.reading import read_style

__all__ = [
    "Fault",
    "Style",
    "StyleFileError",
    "Words",
    "checked_styles",
    "offered_style",
    "offered_styles",
    "read_style",
    "scene_of",
    "style",
    "styles",
]
