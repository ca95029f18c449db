"""A stand-in for the picture model: paints a scene from the facts in a Chinese prompt."""

from local.painter.painting import paint, png, png_of

__all__ = ["paint", "png", "png_of"]
