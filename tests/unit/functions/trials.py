"""Support: a delivery is examined, and a frozen render tried by the gate, once.

The same bytes have the same outcome; what is done with it is each test's own.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from functions.intake_vehicle import use_case
from functions.intake_vehicle.trial import tried
from shared.vehicles.intake.examine import examine

if TYPE_CHECKING:
    import pytest

    from shared.quality.thresholds import Thresholds
    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.intake.findings import Finding

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
