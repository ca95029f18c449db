"""What says that a driver has had everything erased: what was asked for before is not done.

A driver who comes back is served like anybody else: only the time counts.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, ValidationError

from shared.core.ids import tombstone_key
from shared.core.models import Stored
from shared.ports import ObjectStore


class Tombstone(Stored):
    """When a driver asked for everything to be erased, and the erasure that does it."""

    at: AwareDatetime
    erasure_id: str


def read_tombstone(driver_key: str, *, state: ObjectStore) -> Tombstone | None:
    """Return the driver's tombstone, None without one."""
    body = state.get(tombstone_key(driver_key), max_bytes=10_000)
    try:
        return None if body is None else Tombstone.model_validate_json(body)
    except ValidationError:
        return None


def write_tombstone(driver_key: str, tombstone: Tombstone, *, state: ObjectStore) -> None:
    """Put the driver's tombstone; from now on nothing that was asked for before is done."""
    body = tombstone.model_dump_json().encode()
    state.put(tombstone_key(driver_key), body, content_type="application/json")


def erased_at(driver_key: str, *, state: ObjectStore) -> datetime | None:
    """Return when everything of the driver was last asked to be erased, None for never."""
    found = read_tombstone(driver_key, state=state)
    return found.at if found else None
