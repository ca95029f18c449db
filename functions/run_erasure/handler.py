"""Invoked asynchronously for each erasure, and again until nothing is left."""

from __future__ import annotations

from typing import Any

from functions.run_erasure.use_case import run_erasure
from shared import bootstrap
from shared.edge.entrypoint import event_entry
from shared.edge.events.decoding import as_a
from shared.edge.events.orders import ErasureOrder

_SECONDS = 60.0


@event_entry(as_a(ErasureOrder))
def handler(order: ErasureOrder) -> dict[str, Any]:
    """Remove what there is time for."""
    receipt = run_erasure(
        order.erasure_id,
        seconds=_SECONDS,
        id_key=bootstrap.id_key(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        mount=bootstrap.mount(),
        queue=bootstrap.queue(),
        invoker=bootstrap.invoker(),
        clock=bootstrap.clock(),
    )
    return {"status": receipt.status if receipt else "unknown"}
