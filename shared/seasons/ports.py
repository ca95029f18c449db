"""What the work on campaigns keeps to, and what it is done with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shared.trips.moments import SHANGHAI

if TYPE_CHECKING:
    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore
    from shared.seasons.calendar import Calendar
    from shared.seasons.model import Rules
    from shared.vehicles.catalogue import Catalogue


@dataclass(frozen=True)
class SeasonRules:
    """`occasions` may be begun by the timer; a shard runs for `seconds`, its jobs for `minutes`.

    A campaign lets others go first: `open_jobs` in bulk at once, `queue_length` tasks that wait.
    """

    occasions: tuple[str, ...]
    campaign: Rules
    open_jobs: int
    queue_length: int
    tasks_per_minute: float
    minutes: int
    seconds: float


@dataclass(frozen=True)
class SeasonPorts:
    """Rules, calendar, vehicles and ports of one run."""

    rules: SeasonRules
    id_key: bytes
    calendar: Calendar
    catalogue: Catalogue
    jobs: JobStore
    state: ObjectStore
    invoker: FunctionInvoker
    clock: Clock

    @property
    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return self.clock.now().astimezone(SHANGHAI).date()
