"""Show vehicles, let renders and badges come in, decide about versions, take them back."""

from __future__ import annotations

from dataclasses import dataclass

from functions.manage_vehicle import schema
from functions.manage_vehicle.badge import drawn, shown
from functions.manage_vehicle.forms import forms
from functions.manage_vehicle.sets import sets
from shared.core.errors import NotFoundError
from shared.core.models import View
from shared.jobs.recalling import look_through, mark_recalled, take_back
from shared.jobs.record import JobRecord
from shared.observability import log
from shared.ports import Clock, JobStore, ObjectStore
from shared.vehicles import register
from shared.vehicles.register import Decision


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Whom it works for, how long a part of a recall may take, and its ports."""

    by: str
    seconds: float
    link_seconds: int
    max_bytes: int
    jobs: JobStore
    state: ObjectStore
    mount: ObjectStore
    clock: Clock

    def answer(self, asked: schema.Request) -> tuple[int, View]:
        """Return status and body; NotFoundError and ConflictError say why it cannot be done."""
        if isinstance(asked, schema.VehicleDecision):
            return 200, self._decide(asked)
        if isinstance(asked, schema.RecallWish):
            return 200, self._preview(asked)
        if isinstance(asked, schema.UploadWish):
            found = forms(
                asked, max_bytes=self.max_bytes, seconds=self.link_seconds, mount=self.mount
            )
            return 200, found
        if isinstance(asked, schema.DrawnWish):
            return 202, drawn(asked.vehicle, asked.polygons, mount=self.mount)
        if isinstance(asked, schema.BadgeWish):
            return 200, shown(asked.vehicle, link_seconds=self.link_seconds, mount=self.mount)
        return 200, sets(asked.vehicle, link_seconds=self.link_seconds, mount=self.mount)

    def _decide(self, asked: schema.VehicleDecision) -> View:
        decision = Decision(by=self.by, at=self.clock.now(), reason=asked.reason)
        log.logger().info("vehicle.decided", vehicle=asked.vehicle, decision=asked.decision)
        if asked.decision == "recall":
            return self._recall(asked.vehicle, decision)
        if asked.decision == "approve":
            register.approve(asked.vehicle, decision, mount=self.mount)
            register.write_snapshot(self.mount)
        else:
            register.refuse(asked.vehicle, decision, mount=self.mount)
        standing, current = register.standing_of(asked.vehicle, mount=self.mount)
        return schema.DecidedView(vehicle=asked.vehicle, standing=standing, current=current)

    def _recall(self, vehicle: str, decision: Decision) -> View:
        """Mark the version, then take back a part of what was made with it."""
        found = take_back(
            vehicle,
            mark_recalled(vehicle, decision, mount=self.mount),
            jobs=self.jobs,
            state=self.state,
            mount=self.mount,
            clock=self.clock,
            tell=_nobody,
            seconds=self.seconds,
        )
        return schema.RecallView.of(found)

    def _preview(self, asked: schema.RecallWish) -> View:
        if not register.is_known(asked.vehicle, mount=self.mount):
            raise NotFoundError(f"there is no vehicle {asked.vehicle}")
        found = look_through(
            asked.vehicle,
            since=schema.progress_at(asked.cursor),
            jobs=self.jobs,
            state=self.state,
            mount=self.mount,
            clock=self.clock,
            tell=_nobody,
            seconds=self.seconds,
        )
        return schema.RecallView.of(found, preview=True)


def _nobody(_: JobRecord) -> None:
    """Tell nobody of single jobs."""
