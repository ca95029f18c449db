"""The one byte string of a trip and its style, by which a repeated request is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.trips.model import Trip


def canonical_bytes(trip: Trip, style: str) -> bytes:
    """Return sorted, compact JSON of the trip with the style it will be painted in."""
    # Without a format it is what it was before there were formats.
    left_out = {"format"} if trip.format is None else None
    fields = {**trip.model_dump(mode="json", exclude=left_out), "style": style}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")
