"""A trip in a file, as the commands of the local stack take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.trips.encodings import read_text
from shared.trips.reading import read_trip_json
from shared.trips.text_form import read_trip_text

if TYPE_CHECKING:
    from pathlib import Path

    from shared.trips.reading import ReadTrip


def trip_in(path: Path) -> ReadTrip:
    """Return the trip of a .json file, or of a text; InvalidRequestError names what is wrong."""
    data = path.read_bytes()
    if path.suffix == ".json":
        return read_trip_json(data)
    return read_trip_text(read_text(data))
