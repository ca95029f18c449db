"""The fully opaque car pixels of a poster are those of the frozen render."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.quality.colour import Bytes
    from shared.quality.truth import Truth


def changed_pixels(picture: Bytes, truth: Truth) -> int:
    """Return N_diff = #{p : A(p) = 255 and R(p) != F8(p)} of the window [h,w,3]."""
    differs = (picture != truth.car[..., :3]).any(axis=-1)
    return int((differs & truth.opaque).sum())
