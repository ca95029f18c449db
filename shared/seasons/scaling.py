"""Instances for planned peaks, from the calendar: cron entries for EAS and for Function Compute.

Shapes: ScaleJobs of EAS's CreateServiceCronScaler (six fields, without a year), `provisionConfig`
of the fc3 component (its actions have a first and a last moment).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.seasons.calendar import Calendar, Window

ZONE = "Asia/Shanghai"
# In the morning of its first day a level is there; it goes in the night after its last.
_UP, _DOWN = "0 0 6", "0 30 0"
_CAMPAIGN_DAYS = 14


@dataclass(frozen=True)
class Levels:
    """How many instances there are: usually, on holidays, and while a campaign is painted."""

    usual: int
    holiday: int
    campaign: int

    def of(self, peak: str) -> int:
        """Return the number for a kind of day."""
        return {"holiday": self.holiday, "campaign": self.campaign}.get(peak, self.usual)


@dataclass(frozen=True)
class Sizes:
    """Instances of the GPU service and, by name, of functions; campaigns by occasion."""

    gpus: Levels = Levels(usual=0, holiday=4, campaign=2)
    functions: Mapping[str, Levels] = field(
        default_factory=lambda: {
            "submit_trip": Levels(usual=0, holiday=3, campaign=0),
            "read_job": Levels(usual=0, holiday=3, campaign=0),
        }
    )
    campaigns: tuple[str, ...] = ("spring", "summer", "autumn", "winter")


@dataclass(frozen=True)
class Stretch:
    """Days of one level, the last one included."""

    first: date
    last: date
    instances: int


def scaling(calendar: Calendar, *, since: date, sizes: Sizes, days: int = 365) -> dict[str, Any]:
    """Return {"eas": {"ScaleJobs", "ExcludeDates"}, "fc": {function: provisionConfig}}.

    For a year at most: EAS's entries name no year and would come again.
    """
    return {
        "eas": {"ScaleJobs": _scale_jobs(calendar, since, days, sizes), "ExcludeDates": []},
        "fc": {
            name: _provision(name, levels, calendar, since, days, sizes)
            for name, levels in sizes.functions.items()
        },
    }


def stretches(
    calendar: Calendar, levels: Levels, *, since: date, days: int, campaigns: tuple[str, ...]
) -> tuple[Stretch, ...]:
    """Return the days that have more than the usual instances; where two meet, the more count."""
    wanted = dict.fromkeys((since + timedelta(n) for n in range(days)), levels.usual)
    for window in calendar.windows():
        for day, peak in _peak_days(calendar, window, campaigns):
            if day in wanted:
                wanted[day] = max(wanted[day], levels.of(peak))
    found: list[Stretch] = []
    for day, instances in wanted.items():
        if instances == levels.usual:
            continue
        before = found[-1] if found else None
        if before and before.instances == instances and before.last == day - timedelta(1):
            found[-1] = Stretch(before.first, day, instances)
        else:
            found.append(Stretch(day, day, instances))
    return tuple(found)


def _peak_days(
    calendar: Calendar, window: Window, campaigns: tuple[str, ...]
) -> Iterator[tuple[date, str]]:
    """Yield the days of a window's peak: a holiday from its eve on, a campaign from its start."""
    festival = calendar.festivals.get(window.occasion)
    if festival and festival.peak == "holiday":
        for n in range(-1, festival.holiday_days + 1):
            yield window.day + timedelta(n), "holiday"
    if window.occasion in campaigns:
        for n in range(_CAMPAIGN_DAYS):
            yield window.opens + timedelta(n), "campaign"


def _scale_jobs(calendar: Calendar, since: date, days: int, sizes: Sizes) -> list[dict[str, Any]]:
    found = stretches(calendar, sizes.gpus, since=since, days=days, campaigns=sizes.campaigns)
    jobs = []
    for name, moment, day, instances in _changes("gpus", found, sizes.gpus.usual):
        schedule = f"{moment} {day.day} {day.month} *"
        entry = {"Name": name, "Schedule": schedule, "TargetSize": instances, "TimeZone": ZONE}
        jobs.append(entry)
    return jobs


def _provision(
    name: str, levels: Levels, calendar: Calendar, since: date, days: int, sizes: Sizes
) -> dict[str, Any]:
    found = stretches(calendar, levels, since=since, days=days, campaigns=sizes.campaigns)
    actions = [
        {
            "name": action,
            "scheduleExpression": f"cron({moment} {day.day} {day.month} *)",
            "startTime": f"{day}T00:00:00",
            "endTime": f"{day + timedelta(1)}T00:00:00",
            "target": instances,
            "timeZone": ZONE,
        }
        for action, moment, day, instances in _changes(name, found, levels.usual)
    ]
    return {
        "defaultTarget": levels.usual,
        "alwaysAllocateCPU": False,
        "alwaysAllocateGPU": False,
        "scheduledActions": actions,
        "targetTrackingPolicies": [],
    }


def _changes(
    name: str, found: tuple[Stretch, ...], usual: int
) -> Iterator[tuple[str, str, date, int]]:
    """Yield (name, second minute hour, day, instances) of each change."""
    for index, stretch in enumerate(found):
        yield f"{name}-{stretch.first}", _UP, stretch.first, stretch.instances
        after = stretch.last + timedelta(1)
        follows = found[index + 1].first if index + 1 < len(found) else None
        # Where another level follows at once, its own entry takes over in the morning.
        if follows != after:
            yield f"{name}-{after}-usual", _DOWN, after, usual
