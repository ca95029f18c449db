"""Support: renders are uploaded, taken in and decided on, over any world with a mount and a state.

A delivery is examined, and a frozen render tried by the gate, once: the same bytes have the same
outcome; what is done with it is each test's own.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from functions.intake_vehicle import use_case
from functions.intake_vehicle.trial import tried
from functions.manage_vehicle.use_case import Desk
from shared.quality.thresholds import Thresholds
from shared.vehicles.intake.examine import examine
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.renders import LIMITS, NAME, Files
from tests.fakes.wired import wired

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.intake.findings import Finding
    from shared.vehicles.intake.pictures import Limits
    from shared.vehicles.uploads import RenderName

_KEPT: dict[object, tuple[Finding, ...]] = {}
_examined = functools.lru_cache(maxsize=32)(examine)


def keep_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examine each delivery, and try each render, once under the same limits."""

    def kept(frozen: FrozenVehicle, thresholds: Thresholds) -> tuple[Finding, ...]:
        asked = (frozen.sidecar.to_json(), thresholds)
        if asked not in _KEPT:
            _KEPT[asked] = tried(frozen, thresholds)
        return _KEPT[asked]

    monkeypatch.setattr(use_case, "tried", kept)
    monkeypatch.setattr(use_case, "examine", _examined)


def hear(
    world: Any, *keys: str, limits: Limits = LIMITS, thresholds: Thresholds | None = None
) -> dict[str, int]:
    """Let one event come to intake that tells of these keys."""
    return wired(use_case.intake_vehicles, world)(
        keys, limits=limits, thresholds=thresholds or Thresholds()
    ).counts()


def desk(world: Any, *, seconds: float = 12.0) -> Desk:
    """Return what answers the studio's requests about vehicles."""
    return wired(Desk, world)(
        by="artist-1", seconds=seconds, link_seconds=600, max_bytes=LIMITS.max_bytes
    )


class Intake:
    """Uploads files into buckets in memory and lets the events come."""

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self.clock = FakeClock()
        self.mount, self.state = FakeObjectStore(self.clock), FakeObjectStore(self.clock)
        self.jobs: Any = None
        self.thresholds = thresholds or Thresholds()

    def put(self, files: Mapping[str, bytes]) -> list[str]:
        """Upload files, seconds apart; return their keys."""
        for key, data in files.items():
            self.clock.advance(2)
            self.mount.put(key, data)
        return list(files)

    def hear(self, *keys: str, limits: Limits = LIMITS) -> dict[str, int]:
        """Let one event come that tells of these keys."""
        return hear(self, *keys, limits=limits, thresholds=self.thresholds)

    def deliver(self, files: Files, name: RenderName = NAME) -> dict[str, int]:
        """Upload a delivery and let one event of it come."""
        return self.hear(*self.put(files.uploads(name)))

    def report(self, version: str = "") -> dict[str, Any]:
        """Return the report of a version, of the only one by default."""
        keys = [k for k in self.mount.keys("uploads/reports/") if k.endswith("report.json")]
        (key,) = [k for k in keys if version in k]
        found: dict[str, Any] = json.loads(self.mount.objects[key].data)
        return found

    def everything(self) -> dict[str, bytes]:
        """Return what lies in the bucket."""
        return {key: each.data for key, each in self.mount.objects.items()}
