"""The composition of a job: what its trip, style and car allow, unlike its driver's last ones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.composition.planning import Wish, composed, recomposed, relit
from shared.composition.sun import sun_at
from shared.core import ids
from shared.core.errors import ConflictError
from shared.jobs.facts import facts_of_job
from shared.jobs.record import Composition, JobRecord, JobStatus
from shared.styles import style, styles
from shared.trips.facts import TimeOfDay, TripFacts, time_of_day

if TYPE_CHECKING:
    from shared.ports import JobStore
    from shared.vehicles.catalogue import Catalogue, VehicleEntry

_NEIGHBOURS = 2
# For an hour that is not the trip's own: that of an occasion, or one that its style shows.
_HOURS = {
    TimeOfDay.DAWN: (6, 30),
    TimeOfDay.DAY: (11, 0),
    TimeOfDay.DUSK: (18, 30),
    TimeOfDay.NIGHT: (22, 0),
}


def composition_of_job(
    record: JobRecord, *, catalogue: Catalogue, jobs: JobStore
) -> Composition | None:
    """Return the plan of a job that has none yet, None where its car is not offered any more.

    It costs a listing of the driver's jobs and two requests for each of the last two.
    """
    own = _renders(record, catalogue)
    if not own:
        return None
    plan = composed(_wish(record), own, _recent(record, catalogue, jobs))
    # A single render stays the one that the trip was accepted with.
    return plan.model_copy(update={"members": (record.vehicle,)}) if len(own) == 1 else plan


def relit_of_job(record: JobRecord) -> Composition | None:
    """Return a job's composition in the light that its style asks for now."""
    plan = record.composition
    known = record.painted_style in styles()
    return relit(plan, _wish(record)) if plan is not None and known else plan


def recomposed_of_job(
    record: JobRecord, *, view: str | None, layout: str | None, catalogue: Catalogue
) -> Composition:
    """Return the plan with another view or layout, and the light that suits both best.

    InvalidRequestError names what there is; ConflictError for a job that has no plan.
    """
    own, plan = _renders(record, catalogue), record.composition
    if plan is None or not own:
        msg = "this car is not offered in other views any more"
        raise ConflictError("vehicle_not_offered", msg)
    chosen = recomposed(plan, _wish(record), own, view=view, layout=layout)
    return chosen.model_copy(update={"members": (record.vehicle,)}) if len(own) == 1 else chosen


def _renders(record: JobRecord, catalogue: Catalogue) -> tuple[VehicleEntry, ...]:
    model, generation, paint, _ = record.vehicle.split("/")
    return catalogue.members(model, generation, paint)


def _wish(record: JobRecord) -> Wish:
    look, facts = style(record.painted_style), facts_of_job(record)
    shown = look.shown(facts)
    return Wish(
        seed=ids.seed_of(record.job_id),
        format=record.trip.format or look.own_format,
        facts=shown,
        elevation=sun_at(_moment(record, shown), facts.destination_city),
        lamps=TimeOfDay.DAY in look.hours,
    )


def _moment(record: JobRecord, shown: TripFacts) -> datetime:
    """Return when the poster is: as the trip ended, unless it is another month or hour."""
    ended = record.trip.ended_at
    own = shown.month == ended.month and shown.time_of_day is time_of_day(ended)
    if own:
        return ended
    hour, minute = _HOURS[shown.time_of_day]
    return datetime(ended.year, shown.month, 15, hour, minute, tzinfo=ended.tzinfo)


def _recent(record: JobRecord, catalogue: Catalogue, jobs: JobStore) -> list[Composition]:
    """Return the compositions of the poster that is painted anew, and of the driver's last two.

    One that is not planned yet counts with what it would be by itself.
    """
    entries = sorted(jobs.indexed(record.driver_key), key=lambda each: each.entered_at)
    known = [each.job_id for each in entries]
    before = known[: known.index(record.job_id)] if record.job_id in known else known
    near = [record.repaint_of, *reversed(before[-_NEIGHBOURS:])]
    named = dict.fromkeys(each for each in near if each and each != record.job_id)
    found = [jobs.peek(job_id) for job_id in list(named)[:_NEIGHBOURS]]
    shown = [_shown(each, catalogue) for each in found if each is not None]
    return [each for each in shown if each is not None]


def _shown(record: JobRecord, catalogue: Catalogue) -> Composition | None:
    if record.composition is not None or record.status is not JobStatus.ACCEPTED:
        return record.composition
    if record.painted_style not in styles() or not (own := _renders(record, catalogue)):
        return None
    return composed(_wish(record), own)
