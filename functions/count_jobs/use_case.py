"""Count what the jobs of each tenant came to, by the wall's entries, into an object a month.

Today and yesterday are counted anew each time, and so is any day of the last month that nobody
has counted yet: a run that died, or missed something, is made up for by the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.core.models import known
from shared.jobs.tallies import (
    CHINA,
    Month,
    OldestOpen,
    Tally,
    by_day_and_hour,
    hour_of,
    month_key,
)
from shared.jobs.wall import WallEntry
from shared.jobs.wall_entries import newest_first, tenant_folders
from shared.observability import log
from shared.ports import Clock, ObjectStore

DAYS, HOURS = 31, 24
# No job is open for longer: a bulk job's day, a reviewer's three, and a repaint's.
_LONGEST = timedelta(days=5)
# What ended just now may not be entered yet; whoever reads looks at it.
_SETTLING = timedelta(minutes=2)
_BYTES = 4_000_000


def count_jobs(*, seconds: float, state: ObjectStore, clock: Clock) -> dict[str, int]:
    """Count for so many seconds; return how many tenants, and how many jobs were looked at."""
    ends_at, counted = clock.monotonic() + seconds, 0
    folders = list(tenant_folders(state))
    for folder in folders:
        counting = _Counting(folder, state, clock, clock.now() - _SETTLING, ends_at)
        counted += counting.run()
    return {"tenants": len(folders), "jobs": counted}


@dataclass
class _Counting:
    folder: str
    state: ObjectStore
    clock: Clock
    until: datetime
    ends_at: float
    jobs: int = 0
    oldest: WallEntry | None = None

    def run(self) -> int:
        """Count the days that are due, and return how many jobs that took."""
        today = self.until.astimezone(CHINA).date()
        window = [(today - timedelta(days=back)).isoformat() for back in range(DAYS)]
        months = {day[:7]: self._month(day) for day in window}
        due = [*window[:2], *(day for day in window[2:] if day not in months[day[:7]].days)]
        since = datetime.combine(date.fromisoformat(min(due)), time(), CHINA)
        entries = self._looked_at(since - _LONGEST)
        days, hours = by_day_and_hour(entries, since=since, before=self.until)
        newest = {hour_of(self.until - timedelta(hours=back)) for back in range(HOURS)}
        changed: dict[str, dict[str, Tally]] = defaultdict(dict)
        for day in due:
            changed[day[:7]][day] = days.get(day, Tally())
        for month, counted in changed.items():
            shown = {hour: hours[hour] for hour in newest & hours.keys() if hour[:7] == month}
            self._write(months[month], counted, shown)
        return self.jobs

    def _looked_at(self, since: datetime) -> Iterator[WallEntry]:
        """Yield what was accepted since then, as far as there is time; note the oldest open job."""
        for entry in newest_first(self.folder, state=self.state, since=since):
            self.jobs += 1
            if self.jobs % 1000 == 0 and self.clock.monotonic() >= self.ends_at:
                log.logger().warning("health.cut_short", jobs=self.jobs)
                return
            if entry.status == "open":
                self.oldest = entry
            yield entry

    def _month(self, day: str) -> Month:
        body = self.state.get(month_key(self.folder, day), max_bytes=_BYTES)
        return known(Month, body) or Month()

    def _write(self, month: Month, days: dict[str, Tally], hours: dict[str, Tally]) -> None:
        oldest = self.oldest
        told = month.model_copy(
            update={
                "days": {**month.days, **days},
                "hours": hours,
                "until": self.until,
                "oldest_open": oldest
                and OldestOpen(job_id=oldest.job_id, created_at=oldest.created_at),
            }
        )
        key = month_key(self.folder, min(days))
        self.state.put(key, told.model_dump_json().encode(), content_type="application/json")
