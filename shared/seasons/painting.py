"""Have a planned trip painted for its season: one more job, with an id of trip and season."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import GoneError
from shared.jobs.accepting import accept
from shared.jobs.record import JobRecord, JobStatus, Step
from shared.seasons.choosing import opened, refusal, vehicle_now
from shared.seasons.occasions import occasion_of

if TYPE_CHECKING:
    from shared.ports import Clock, FunctionInvoker, JobStore
    from shared.seasons.calendar import Calendar, Window
    from shared.seasons.model import Planned
    from shared.vehicles.catalogue import Catalogue

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Painter:
    """What a season's job is made with."""

    window: Window
    minutes: int
    id_key: bytes
    calendar: Calendar
    catalogue: Catalogue
    jobs: JobStore
    invoker: FunctionInvoker
    clock: Clock

    def paint(self, trip: Planned) -> str:
        """Accept the trip's job; return "accepted", or why it is not painted any more.

        Safe to repeat. The source is looked at as it is now: what was erased, withdrawn or lost
        its vehicle since the plan is left out.
        """
        source = opened(self.jobs.load, trip.source)
        reason = refusal(source, self.catalogue)
        if source is None or reason:
            return reason
        record, asked_at = self.record(source, trip.root), source.created_at
        try:
            accept(record, jobs=self.jobs, invoker=self.invoker, asked_at=asked_at)
        except GoneError:
            return "erased"
        return ACCEPTED

    def record(self, source: JobRecord, root: str) -> JobRecord:
        """Return version 1 of the season's job of a source."""
        campaign, now = self.window.campaign, self.clock.now()
        job_id = ids.season_job_id(self.id_key, source=root, campaign=campaign)
        vehicle = vehicle_now(source, self.catalogue)
        return JobRecord(
            job_id=job_id,
            version=1,
            status=JobStatus.ACCEPTED,
            recorded_at=now,
            tenant=source.tenant,
            driver_key=source.driver_key,
            request_digest=hashlib.sha256(f"{campaign}/{root}".encode()).hexdigest(),
            # Only shared trips are painted, whether with the trip or later.
            trip=source.trip.without_private().model_copy(update={"share": True}),
            style=source.painted_style,
            vehicle=vehicle.reference if vehicle else source.vehicle,
            created_at=now,
            priority="bulk",
            origin="season",
            campaign=campaign,
            repaint_of=source.job_id,
            first_job=root,
            occasion=occasion_of(source, self.window, self.calendar, seed=job_id),
            deadline_at=now + timedelta(minutes=self.minutes),
            history=(Step(status=JobStatus.ACCEPTED, at=now),),
        )
