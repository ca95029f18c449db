"""The looks a prompt may ask for: each paints over a finished realistic scene."""

from local.painter.looks.table import painted_over

__all__ = ["painted_over"]
