"""Which of a driver's trips are to be painted for a season, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import UnreadableRecordError
from shared.jobs.accounts import gpu_seconds
from shared.jobs.record import JobRecord, JobStatus
from shared.models.prices import read_prices
from shared.observability import log
from shared.seasons.model import Driver, Planned, Tally
from shared.seasons.occasions import city_of_poster
from shared.styles import offered_styles, style
from shared.trips.abroad import is_abroad

if TYPE_CHECKING:
    from shared.seasons.calendar import Window
    from shared.seasons.ports import SeasonPorts
    from shared.vehicles.catalogue import Catalogue, VehicleEntry

# So many jobs of a driver are opened at most while a trip is looked for that may be painted.
MOST_LOOKS = 50


@dataclass(frozen=True)
class Chooser:
    """What decides about trips: the window, and the rules of the campaign.

    `campaigns`: the ids of all campaigns there were, this one too.
    """

    window: Window
    newest: int
    campaigns: tuple[str, ...]
    ports: SeasonPorts

    def of_driver(self, driver: Driver) -> tuple[list[Planned], Tally]:
        """Return a driver's trips to be painted, and the count of what was seen on the way.

        The newest ones that could be painted count, whether they are already or not; two requests
        for each job that is opened. Posters of other seasons are told by their ids.
        """
        known = {entry.job_id for entry in driver.jobs}
        others = self._season_jobs(known)
        own = [entry.job_id for entry in driver.jobs if entry.job_id not in others]
        tally = Tally(drivers=1, entries=driver.entries)
        skipped: Counter[str] = Counter()
        planned: dict[str, Planned | None] = {}
        for job_id in own[:MOST_LOOKS]:
            if len(planned) >= self.newest:
                break
            record = opened(self.ports.jobs.peek, job_id)
            reason = refusal(record, self.ports.catalogue)
            root = record.root if record else ""
            if not reason and root in planned:
                reason = "same_trip"
            if record is None or reason:
                skipped[reason] += 1
                continue
            if self._is_painted(root, known):
                planned[root] = None
                skipped["painted"] += 1
            else:
                planned[root], counted = self._planned(record, root)
                tally = tally.plus(counted)
        trips = [trip for trip in planned.values() if trip is not None]
        return trips, tally.plus(Tally(skipped=skipped))

    def _season_jobs(self, known: Iterable[str]) -> set[str]:
        return {
            ids.season_job_id(self.ports.id_key, source=source, campaign=campaign)
            for source in known
            for campaign in self.campaigns
        }

    def _is_painted(self, root: str, known: set[str]) -> bool:
        own = ids.season_job_id(self.ports.id_key, source=root, campaign=self.window.campaign)
        # An entry of the index comes before the record, and may be all that a dead run has left.
        return own in known and self.ports.jobs.peek(own) is not None

    def _planned(self, record: JobRecord, root: str) -> tuple[Planned, Tally]:
        """Return a trip, counted; its first painting tells what another takes."""
        region = self.ports.calendar.region_of(city_of_poster(record))
        due = self.ports.calendar.onset(self.window, region)
        look = style(record.painted_style)
        longest = read_prices().assumed.longest_task_seconds
        tally = Tally(
            trips=1,
            tokens=record.prompt.tokens if record.prompt else 0,
            gpu_tasks=max(1, record.gpu_tasks),
            gpu_seconds=gpu_seconds(record, longest=longest),
            pictures=look.scene == "picture_model",
            styles={look.id: 1},
            regions={region: 1},
            dues={due: 1},
        )
        return Planned(source=record.job_id, root=root, due=due), tally


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
        "style_unknown": record.painted_style not in offered_styles(),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def vehicle_now(record: JobRecord, catalogue: Catalogue) -> VehicleEntry | None:
    """Return the newest version of a job's vehicle, None for one that is not known any more."""
    model, generation, paint = record.vehicle.split("/")[:3]
    return catalogue.resolve(model, generation, paint)
