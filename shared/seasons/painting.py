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
    from shared.seasons.calendar import Window
    from shared.seasons.model import Planned
    from shared.seasons.ports import SeasonPorts

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Painter:
    """What a season's job is made with."""

    window: Window
    ports: SeasonPorts

    def paint(self, trip: Planned) -> str:
        """Accept the trip's job; return "accepted", or why it is not painted any more.

        Safe to repeat. The source is looked at as it is now: what was erased, withdrawn or lost
        its vehicle since the plan is left out.
        """
        source = opened(self.ports.jobs.load, trip.source)
        reason = refusal(source, self.ports.catalogue)
        if source is None or reason:
            return reason
        record, asked_at = self.record(source, trip.root), source.created_at
        try:
            ports = self.ports
            accept(record, jobs=ports.jobs, invoker=ports.invoker, asked_at=asked_at)
        except GoneError:
            return "erased"
        return ACCEPTED

    def record(self, source: JobRecord, root: str) -> JobRecord:
        """Return version 1 of the season's job of a source."""
        campaign, now = self.window.campaign, self.ports.clock.now()
        job_id = ids.season_job_id(self.ports.id_key, source=root, campaign=campaign)
        vehicle = vehicle_now(source, self.ports.catalogue)
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
            occasion=occasion_of(source, self.window, self.ports.calendar, seed=job_id),
            deadline_at=now + timedelta(minutes=self.ports.rules.minutes),
            history=(Step(status=JobStatus.ACCEPTED, at=now),),
        )
