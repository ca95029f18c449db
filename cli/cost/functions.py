"""The functions' sizes and timers, as s.yaml deploys them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import yaml

from cli.cost.prices import ROOT
from local.cloud.fc.schedule import parse_schedule

if TYPE_CHECKING:
    from pathlib import Path

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Size:
    """vCPUs and memory of one instance, and how often a day its timers start it."""

    cpu: float
    gigabytes: float
    timed_runs: int


def function_sizes(path: Path = ROOT / "s.yaml") -> dict[str, Size]:
    """Return the size of every function by its name without the stack's prefix."""
    resources = yaml.safe_load(path.read_bytes())["resources"]
    found = [each["props"] for each in resources.values() if each["component"] == "fc3"]
    return {props["handler"].partition(".")[0]: _size(props) for props in found}


def _size(props: dict[str, Any]) -> Size:
    timers = [each for each in props.get("triggers", []) if each["triggerType"] == "timer"]
    runs = [_runs_a_day(each["triggerConfig"]["cronExpression"]) for each in timers]
    return Size(float(props["cpu"]), props["memorySize"] / 1024, sum(runs))


def _runs_a_day(expression: str) -> int:
    schedule, moment, count = parse_schedule(expression), _midnight(), 0
    end = moment + _DAY
    while (moment := schedule.next_after(moment)) <= end:
        count += 1
    return count


def _midnight() -> datetime:
    return datetime(2026, 6, 1, tzinfo=timezone.utc)
