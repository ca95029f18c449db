"""Vehicles: what was uploaded, an operator's yes to what was guessed, and a recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.announcements.events import Event
from shared.core.errors import NotFoundError
from shared.jobs.recalling import look_through, mark_recalled, read_progress, take_back
from shared.jobs.record import JobStatus
from shared.vehicles import register
from shared.vehicles.register import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cli.operate.ports import Ports
    from local.printed import Say
    from shared.jobs.recalling import Progress
    from shared.jobs.record import JobRecord


def list_versions(*, ports: Ports, say: Say) -> None:
    """Print every uploaded version, the newest last, and which of a paint new jobs get."""
    found = register.read_register(ports.mount)
    current = found.current()
    rows = [
        {
            "vehicle": upload.reference,
            "member": upload.name.member,
            "at": upload.came_at,
            "standing": found.standing(upload),
            "current": "◀ new jobs" * (current.get(upload.name) == upload),
        }
        for upload in sorted(found.uploads, key=lambda each: (each.name, each.at))
    ]
    say.table(rows, empty="no vehicle has been uploaded", heads=False)


def approve(vehicle: str, *, by: str, ports: Ports, say: Say) -> None:
    """Offer a version whose report says `yes with proposals`."""
    register.approve(vehicle, Decision(by=by, at=ports.clock.now()), mount=ports.mount)
    register.write_snapshot(ports.mount)
    _, newest = register.standing_of(vehicle, mount=ports.mount)
    words = "new jobs get it within a minute" if newest else "a newer upload stays the current one"
    say.done(f"{vehicle} is approved; {words}", vehicle=vehicle, current=newest)


def refuse(vehicle: str, reason: str, *, by: str, ports: Ports, say: Say) -> None:
    """Never offer a version that waits for approval."""
    decision = Decision(by=by, at=ports.clock.now(), reason=reason)
    register.refuse(vehicle, decision, mount=ports.mount)
    say.done(f"{vehicle} is refused; what new jobs get stays as it is", vehicle=vehicle)


def preview_recall(vehicle: str, *, ports: Ports, say: Say) -> None:
    """Print what a recall would take back."""
    if not register.is_known(vehicle, mount=ports.mount):
        raise NotFoundError(f"there is no vehicle {vehicle}")
    rows: list[Mapping[str, Any]] = []
    found = look_through(
        vehicle,
        jobs=ports.jobs,
        state=ports.state,
        mount=ports.mount,
        clock=ports.clock,
        tell=_telling(rows, say),
    )
    _tell_counts(found, "would be", rows, say)


def recall(vehicle: str, reason: str, *, by: str, ports: Ports, say: Say) -> int:
    """Mark a version, then take back what was made with it; a cut run is gone on with."""
    decision = Decision(by=by, at=ports.clock.now(), reason=reason)
    decision = mark_recalled(vehicle, decision, mount=ports.mount)
    before = read_progress(vehicle, state=ports.state)
    if before.after:
        say.progress(f"going on behind {before.after}, after {before.seen} jobs")
    rows: list[Mapping[str, Any]] = []
    found = take_back(
        vehicle,
        decision,
        jobs=ports.jobs,
        state=ports.state,
        mount=ports.mount,
        clock=ports.clock,
        tell=_telling(rows, say),
    )
    _tell_counts(found, "are", rows, say)
    if found.failed:
        again = say.next("vehicles", "recall", vehicle, "--reason", reason)
        say.refusal(
            f"{found.failed} jobs could not be read or taken back, {say.next('dead', 'list')} "
            f"names them after some tries; give it again: {again}"
        )
    return 1 if found.failed else 0


def _telling(rows: list[Mapping[str, Any]], say: Say) -> Callable[[JobRecord], None]:
    def tell(record: JobRecord) -> None:
        shared = "shared" if record.is_shared else ""
        withdrawn = Event.WITHDRAWN.value if _is_withdrawn(record) else shared
        rows.append({"job": record.job_id, "status": record.status.value, "shared": withdrawn})
        say.progress(f"{record.job_id}  {record.status.value}  {withdrawn}".rstrip())

    return tell


def _is_withdrawn(record: JobRecord) -> bool:
    was_shared = record.trip.share or bool(record.shares)
    return record.status is JobStatus.SUCCEEDED and was_shared and not record.is_shared


def _tell_counts(found: Progress, verb: str, rows: Sequence[object], say: Say) -> None:
    if say.as_json:
        say.value({**found.model_dump(exclude={"after", "done"}), "jobs": rows})
    say.progress(
        f"{found.seen} jobs looked at, {found.made_with_it} made with this version:\n"
        f"  {found.withdrawn} shared posters {verb} withdrawn\n"
        f"  {found.not_shared} posters are not shared; their drivers keep them\n"
        f"  {found.ended_open} open jobs {verb} ended, as vehicle_recalled\n"
        f"  {found.without_poster} have no poster"
    )
