"""The demonstration car as a studio delivers a set of one: the render that leads its paint."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.vehicles.bundle import bundled

HOME = Path(__file__).parents[2] / "comfyui" / "vehicles" / "citycar" / "g1"
_NOT_DELIVERED = ("view", "lit", "camera", "passes", "version", "sizes")


@dataclass(frozen=True)
class DemoCar:
    """The files of a render, and its sidecar as JSON."""

    render: bytes
    badge: bytes
    card: dict[str, Any]

    @property
    def sidecar(self) -> bytes:
        """Return the sidecar's bytes."""
        return json.dumps(self.card).encode()


def demo_car(paint: str = "red") -> DemoCar:
    """Return the files of that paint."""
    first = min(bundled(HOME / paint), key=lambda each: each.entry.rank)
    card: dict[str, Any] = json.loads(first.sidecar.to_json())
    own = {name: value for name, value in card.items() if name not in _NOT_DELIVERED}
    return DemoCar(first.render.read_bytes(), first.badge.read_bytes(), own)
