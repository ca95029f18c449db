"""Show the receipt of an erasure to the driver it was made for."""

from __future__ import annotations

from shared.core import ids
from shared.core.errors import NotFoundError
from shared.jobs.erasures import Receipt, read_receipt
from shared.ports import ObjectStore


def read_erasure(erasure_id: str, driver_key: str, *, id_key: bytes, state: ObjectStore) -> Receipt:
    """Return the receipt; NotFoundError when it is unknown or another driver's.

    The receipt itself says of nobody whose it is: the id does.
    """
    receipt = read_receipt(erasure_id, state=state) if ids.is_erasure_id(erasure_id) else None
    if receipt is None or not ids.is_erasure_of(id_key, driver_key, erasure_id):
        msg = "there is no such erasure"
        raise NotFoundError(msg)
    return receipt
