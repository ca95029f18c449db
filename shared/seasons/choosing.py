"""Which of a driver's trips are to be painted for a season, and why the others are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import InvalidRequestError, UnreadableRecordError
from shared.jobs.accounts import gpu_seconds
from shared.jobs.record import JobStatus
from shared.observability import log
from shared.seasons.model import Planned, Tally
from shared.seasons.occasions import city_of_poster
from shared.styles import offered_style, style
from shared.trips.abroad import is_abroad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shared.jobs.record import JobRecord
    from shared.ports import JobStore
    from shared.seasons.calendar import Calendar, Window
    from shared.seasons.walk import Driver
    from shared.vehicles.catalogue import Catalogue, VehicleEntry

# So many jobs of a driver are opened at most while a trip is looked for that may be painted.
MOST_LOOKS = 50
# A task's time in the record holds its wait for a GPU; more than this was waiting.
LONGEST_TASK_SECONDS = 60.0


@dataclass
class Count:
    """What is counted while trips are chosen; a trip's first painting tells what another takes."""

    drivers: int = 0
    entries: int = 0
    trips: int = 0
    tokens: int = 0
    gpu_tasks: int = 0
    gpu_seconds: float = 0.0
    pictures: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    dues: Counter[date] = field(default_factory=Counter)

    def add(self, record: JobRecord, region: str, due: date) -> None:
        """Count a trip that is to be painted."""
        look = style(record.painted_style)
        self.trips += 1
        self.tokens += record.prompt.tokens if record.prompt else 0
        self.gpu_tasks += max(1, record.gpu_tasks)
        self.gpu_seconds += gpu_seconds(record, longest=LONGEST_TASK_SECONDS)
        self.pictures += look.scene == "picture_model"
        self.styles[look.id] += 1
        self.regions[region] += 1
        self.dues[due] += 1

    def tally(self) -> Tally:
        """Return the counts as they are stored."""
        found = {name: getattr(self, name) for name in Tally.model_fields}
        # Zeros are left out.
        return Tally(**{k: +v if isinstance(v, Counter) else v for k, v in found.items()})


@dataclass(frozen=True)
class Chooser:
    """What decides about trips: window, rules of the campaign, and what is known of the world.

    `campaigns`: the ids of all campaigns there were, this one too.
    """

    window: Window
    newest: int
    campaigns: tuple[str, ...]
    id_key: bytes
    calendar: Calendar
    catalogue: Catalogue
    jobs: JobStore

    def of_driver(self, driver: Driver, count: Count) -> list[Planned]:
        """Return a driver's trips to be painted, and count what was seen on the way.

        The newest ones that could be painted count, whether they are already or not; two requests
        for each job that is opened. Posters of other seasons are told by their ids.
        """
        known = {entry.job_id for entry in driver.jobs}
        others = self._season_jobs(known)
        own = [entry.job_id for entry in driver.jobs if entry.job_id not in others]
        count.drivers += 1
        count.entries += driver.entries
        planned: dict[str, Planned | None] = {}
        for job_id in own[:MOST_LOOKS]:
            if len(planned) >= self.newest:
                break
            record = opened(self.jobs.peek, job_id)
            reason = refusal(record, self.catalogue)
            root = record.root if record else ""
            if not reason and root in planned:
                reason = "same_trip"
            if record is None or reason:
                count.skipped[reason] += 1
                continue
            painted = self._is_painted(root, known)
            planned[root] = None if painted else self._planned(record, root, count)
            count.skipped["painted"] += painted
        return [trip for trip in planned.values() if trip is not None]

    def _season_jobs(self, known: Iterable[str]) -> set[str]:
        return {
            ids.season_job_id(self.id_key, source=source, campaign=campaign)
            for source in known
            for campaign in self.campaigns
        }

    def _is_painted(self, root: str, known: set[str]) -> bool:
        own = ids.season_job_id(self.id_key, source=root, campaign=self.window.campaign)
        # An entry of the index comes before the record, and may be all that a dead run has left.
        return own in known and self.jobs.peek(own) is not None

    def _planned(self, record: JobRecord, root: str, count: Count) -> Planned:
        region = self.calendar.region_of(city_of_poster(record))
        due = self.calendar.onset(self.window, region)
        count.add(record, region, due)
        return Planned(source=record.job_id, root=root, due=due)


def opened(read: Callable[[str], JobRecord | None], job_id: str) -> JobRecord | None:
    """Return a record; one that cannot be read holds nobody else's trip up, and is told of."""
    try:
        return read(job_id)
    except UnreadableRecordError as error:
        log.logger().warning("season.unreadable", job_id=job_id, detail=str(error))
        return None


def refusal(record: JobRecord | None, catalogue: Catalogue) -> str:
    """Return why a job's trip is not painted for a season, "" when it may be."""
    if record is None:
        return "no_record"
    if record.status is not JobStatus.SUCCEEDED:
        return record.status.value if record.status.is_closed else "open"
    reasons = {
        "season": record.occasion is not None,
        "not_shared": not record.is_shared,
        "no_prompt": record.prompt is None,
        "abroad": is_abroad(city_of_poster(record)),
        "vehicle_unknown": vehicle_now(record, catalogue) is None,
        "style_unknown": not _is_offered(record.painted_style),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def vehicle_now(record: JobRecord, catalogue: Catalogue) -> VehicleEntry | None:
    """Return the newest version of a job's vehicle, None for one that is not known any more."""
    model, generation, paint = record.vehicle.split("/")[:3]
    return catalogue.resolve(model, generation, paint)


def _is_offered(style: str) -> bool:
    try:
        offered_style(style)
    except InvalidRequestError:
        return False
    return True
