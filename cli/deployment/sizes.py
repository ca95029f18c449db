"""The functions' sizes and timers, as a stack file deploys them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

import yaml

from local.cloud.fc.schedule import parse_schedule
from shared.costs.sizes import Size

_DAY = timedelta(days=1)


def sizes_of(stack: str) -> dict[str, dict[str, float]]:
    """Return the size of every function of a stack file, by its name without the prefix."""
    resources = yaml.safe_load(stack)["resources"]
    found = [each["props"] for each in resources.values() if each["component"] == "fc3"]
    return {props["handler"].partition(".")[0]: asdict(_size(props)) for props in found}


def _size(props: dict[str, Any]) -> Size:
    timers = [each for each in props.get("triggers", []) if each["triggerType"] == "timer"]
    runs = [_runs_a_day(each["triggerConfig"]["cronExpression"]) for each in timers]
    at_a_time = int(props.get("instanceConcurrency", 1))
    return Size(float(props["cpu"]), props["memorySize"] / 1024, sum(runs), at_a_time)


def _runs_a_day(expression: str) -> int:
    schedule, moment, count = parse_schedule(expression), _midnight(), 0
    end = moment + _DAY
    while (moment := schedule.next_after(moment)) <= end:
        count += 1
    return count


def _midnight() -> datetime:
    return datetime(2026, 6, 1, tzinfo=timezone.utc)
