"""What a GPU costs, of deploy/prices.json: models have their prices in their own list."""

from __future__ import annotations

import functools
from pathlib import Path

from shared.core.models import Lenient

FILE = Path(__file__).parents[2] / "deploy" / "prices.json"


class _Assumed(Lenient):
    longest_task_seconds: float


class GpuRates(Lenient):
    """CNY an hour of a GPU, and the seconds that no task counts beyond."""

    gpu_hour: float
    assumed: _Assumed

    def cost(self, seconds: float, *, tasks: int) -> float:
        """Return CNY for so many tasks that took so long together, their waits included."""
        return min(seconds, tasks * self.assumed.longest_task_seconds) / 3600 * self.gpu_hour


@functools.cache
def gpu_rates() -> GpuRates:
    """Return the rates that are deployed; read when they are first asked for."""
    return GpuRates.model_validate_json(FILE.read_bytes())
