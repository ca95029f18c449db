"""A trip in a file, as the commands of the local stack take it."""

from pathlib import Path

from shared.core.errors import MalformedRequestError
from shared.trips.encodings import read_text
from shared.trips.reading import ReadTrip, read_trip_json
from shared.trips.text_form import read_trip_text


def is_json(path: Path) -> bool:
    """Say whether a trip is JSON or a text, by its name; MalformedRequestError where it is none."""
    suffix = path.suffix.lower()
    if suffix not in {".json", ".txt"}:
        raise MalformedRequestError("a trip is a .json or a .txt file")
    return suffix == ".json"


def trip_in(path: Path) -> ReadTrip:
    """Return the trip of a .json or .txt file; InvalidRequestError names what is wrong."""
    data = path.read_bytes()
    return read_trip_json(data) if is_json(path) else read_trip_text(read_text(data))
