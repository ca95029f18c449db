"""Limits on pictures that come in, and the label on pictures that go out."""

from __future__ import annotations

from shared.settings.base import Group, variable


class PictureSettings(Group):
    """Limits on pictures that come in, and the label on pictures that go out."""

    max_bytes: int = variable(
        "PICTURE_MAX_BYTES", "Largest file that is decoded.", 64_000_000, gt=0
    )
    max_pixels: int = variable("PICTURE_MAX_PIXELS", "Largest picture decoded.", 40_000_000, gt=0)
    label_producer: str = variable(
        "LABEL_PRODUCER",
        "Producer code of the implicit label (GB 45438-2025); have counsel read it.",
        "",
    )
