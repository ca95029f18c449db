"""Limits on pictures that come in, and the label on pictures that go out."""

from __future__ import annotations

from pydantic import Field

from shared.settings.base import Group


class PictureSettings(Group):
    """Limits on pictures that come in, and the label on pictures that go out."""

    max_bytes: int = Field(
        64_000_000, alias="PICTURE_MAX_BYTES", gt=0, description="Largest file that is decoded."
    )
    max_pixels: int = Field(
        40_000_000, alias="PICTURE_MAX_PIXELS", gt=0, description="Largest picture decoded."
    )
    label_producer: str = Field(
        "",
        alias="LABEL_PRODUCER",
        description="Producer code of the implicit label (GB 45438-2025); have counsel read it.",
    )
