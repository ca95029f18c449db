"""Support: a frozen render is tried by the gate once, since the same has the same outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.intake_vehicle import use_case
from functions.intake_vehicle.trial import tried

if TYPE_CHECKING:
    import pytest

    from shared.quality.thresholds import Thresholds
    from shared.vehicles.freeze import FrozenVehicle
    from shared.vehicles.intake.findings import Finding

_KEPT: dict[object, tuple[Finding, ...]] = {}


def keep_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try each render once under the same limits."""

    def kept(frozen: FrozenVehicle, thresholds: Thresholds) -> tuple[Finding, ...]:
        asked = (frozen.sidecar.to_json(), thresholds)
        if asked not in _KEPT:
            _KEPT[asked] = tried(frozen, thresholds)
        return _KEPT[asked]

    monkeypatch.setattr(use_case, "tried", kept)
