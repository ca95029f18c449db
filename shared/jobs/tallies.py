"""What a stretch of time has brought: posters, failures, how long, for how much.

Times are counted by classes a fiftieth wide, so that hours add up to days and a percentile of
many thousand jobs is right to one part in a hundred.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from shared.core.models import Stored
from shared.models.catalogue import pictures_cny, text_cny
from shared.models.prices import read_prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.jobs.wall import WallEntry

CHINA = timezone(timedelta(hours=8))
_STEP = math.log(1.02)
_USES = ("prompt", "picture", "judge")


class Tally(Stored):
    """Counts of the jobs that ended in a stretch of time.

    `times`: by class, the posters of interactive jobs that no reviewer had. `rejections`: by
    measure, jobs whose last poster failed it or is doubted for it. `models`: by `use/name`, the
    jobs that it worked for. `cost_cny`: GPU, pictures and texts; requests and functions are not in.
    """

    made: int = 0
    failed: int = 0
    cost_cny: float = 0.0
    times: dict[int, int] = Field(default_factory=dict)
    failures: dict[str, int] = Field(default_factory=dict)
    rejections: dict[str, int] = Field(default_factory=dict)
    models: dict[str, int] = Field(default_factory=dict)

    def seconds(self, share: float) -> float | None:
        """Return the seconds that this share of the posters kept to, None without any."""
        left = math.ceil(share * sum(self.times.values()))
        for step in sorted(self.times):
            left -= self.times[step]
            if left <= 0:
                return round(math.exp(step * _STEP), 1)
        return None


class OldestOpen(Stored):
    """The open job that was accepted first, but for those a reviewer has."""

    job_id: str
    created_at: AwareDatetime


class Month(Stored):
    """A month of a tenant by days, and its newest hours; China's days, by what ended `until`."""

    days: dict[str, Tally] = Field(default_factory=dict)
    hours: dict[str, Tally] = Field(default_factory=dict)
    until: AwareDatetime | None = None
    oldest_open: OldestOpen | None = None


@dataclass
class Tallying:
    """A tally in the making."""

    made: int = 0
    failed: int = 0
    cost_cny: float = 0.0
    times: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)

    def add(self, entry: WallEntry) -> None:
        """Count a job that has ended."""
        self.made += entry.status == "succeeded"
        self.failed += entry.status == "failed"
        self.cost_cny += cost_of(entry)
        if entry.failure:
            self.failures[entry.failure] += 1
        self.rejections.update(entry.rejections)
        named = zip(_USES, entry.models, strict=True)
        self.models.update(f"{use}/{name}" for use, name in named if name)
        if entry.status == "succeeded" and entry.interactive and not entry.reviewed:
            self.times[round(math.log(max(entry.seconds or 0, 1)) / _STEP)] += 1

    def join(self, tally: Tally) -> None:
        """Add what was counted before."""
        self.made += tally.made
        self.failed += tally.failed
        self.cost_cny += tally.cost_cny
        for name in ("times", "failures", "rejections", "models"):
            getattr(self, name).update(getattr(tally, name))

    def tally(self) -> Tally:
        """Return what has been counted."""
        return Tally(**{**vars(self), "cost_cny": round(self.cost_cny, 4)})


def joined(tallies: Iterable[Tally]) -> Tally:
    """Return all of them together."""
    whole = Tallying()
    for each in tallies:
        whole.join(each)
    return whole.tally()


def by_day_and_hour(
    entries: Iterable[WallEntry], *, since: datetime, before: datetime | None = None
) -> tuple[Mapping[str, Tally], Mapping[str, Tally]]:
    """Return (days, hours) of the jobs that ended since then, and before, where that is said."""
    days: dict[str, Tallying] = defaultdict(Tallying)
    hours: dict[str, Tallying] = defaultdict(Tallying)
    for entry in entries:
        ended = entry.closed_at
        if ended is not None and since <= ended and (before is None or ended < before):
            days[day_of(ended)].add(entry)
            hours[hour_of(ended)].add(entry)
    return _done(days), _done(hours)


def day_of(moment: datetime) -> str:
    """Return the day in China, as 2026-11-30."""
    return moment.astimezone(CHINA).date().isoformat()


def hour_of(moment: datetime) -> str:
    """Return the hour in China, as 2026-11-30T09."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%dT%H")


def month_key(folder: str, day: str) -> str:
    """Return where the month of a day lies; `folder` is the tenant's."""
    return f"health/{folder}{day[:7]}.json"


def cost_of(entry: WallEntry) -> float:
    """Return CNY for the job's GPU tasks, pictures and tokens."""
    writer, painter, _ = entry.models
    models = text_cny(entry.tokens, writer) + pictures_cny(entry.pictures, painter)
    return read_prices().gpu_cny(entry.gpu_seconds) + models


def _done(found: Mapping[str, Tallying]) -> dict[str, Tally]:
    return {name: each.tally() for name, each in found.items()}
