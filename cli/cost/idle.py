"""What it costs a day that nothing is asked for: GPUs kept ready, and timers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cli.cost.prices import ROOT
from cli.cost.spent import Spent, fc_units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cli.cost.functions import Size
    from cli.cost.prices import Prices


def least_gpus(path: Path = ROOT / "eas_service.json") -> int:
    """Return how many GPU instances the service keeps at least."""
    service = json.loads(path.read_bytes())
    scaling = service.get("autoscaler", service.get("autoscaling", {}))
    return int(scaling.get("min_replica", scaling.get("min", service["metadata"]["instance"])))


def idle_day(*, gpus: int, prices: Prices, sizes: Mapping[str, Size]) -> Spent:
    """Return what a day without a trip uses up."""
    runs = {name: float(size.timed_runs) for name, size in sizes.items() if size.timed_runs}
    assumed = prices.assumed
    return Spent(
        gpu_seconds=gpus * 86_400.0,
        oss_writes=_sum(runs, assumed.idle_writes_of),
        oss_reads=_sum(runs, assumed.idle_reads_of),
        invocations=sum(runs.values()),
        fc_units=fc_units(runs, prices=prices, sizes=sizes),
    )


def _sum(runs: Mapping[str, float], requests_of: Mapping[str, float]) -> float:
    return sum(n * requests_of.get(name, requests_of["timer"]) for name, n in runs.items())
