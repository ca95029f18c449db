"""Vehicles: what was uploaded, an operator's yes to what was guessed, and a recall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.printed import print_table
from shared.announcements.events import Event
from shared.errors import NotFoundError
from shared.jobs.record import JobStatus
from shared.recalling import look_through, mark_recalled, read_progress, take_back
from shared.vehicles import register
from shared.vehicles.register import Decision

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from scripts.operate.ports import Ports
    from shared.jobs.record import JobRecord
    from shared.recalling import Progress


def list_versions(_: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print every uploaded version, the newest last, and which of a paint new jobs get."""
    found = register.read_register(ports.mount)
    current = found.current()
    rows = []
    for upload in sorted(found.uploads, key=lambda each: (each.name, each.at)):
        is_current = current.get(upload.name) == upload
        mark = "◀ new jobs" * is_current
        member = upload.name.member
        rows.append((upload.reference, member, upload.at, found.standing(upload), mark))
    if rows:
        print_table(console, rows)
    else:
        console.print("no vehicle has been uploaded")
    return 0


def approve(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Offer a version whose report says `yes with proposals`."""
    decision = Decision(by=chosen.by, at=ports.clock.now())
    register.approve(chosen.vehicle, decision, mount=ports.mount)
    register.write_snapshot(ports.mount)
    current = register.read_register(ports.mount).current().values()
    newest = any(each.reference == chosen.vehicle for each in current)
    words = "new jobs get it within a minute" if newest else "a newer upload stays the current one"
    console.print(f"{chosen.vehicle} is approved; {words}", soft_wrap=True)
    return 0


def refuse(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Never offer a version that waits for approval."""
    decision = Decision(by=chosen.by, at=ports.clock.now(), reason=chosen.reason)
    register.refuse(chosen.vehicle, decision, mount=ports.mount)
    console.print(f"{chosen.vehicle} is refused; what new jobs get stays as it is", soft_wrap=True)
    return 0


def recall(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Mark a version, then take back what was made with it; a cut run is gone on with."""

    def tell(record: JobRecord) -> None:
        shared = "shared" if record.is_shared else ""
        withdrawn = Event.WITHDRAWN.value if _is_withdrawn(record) else shared
        console.print(f"{record.job_id}  {record.status.value}  {withdrawn}".rstrip())

    if chosen.dry_run:
        if not register.is_known(chosen.vehicle, mount=ports.mount):
            msg = f"there is no vehicle {chosen.vehicle}; it reads MODEL/GENERATION/PAINT/VERSION"
            raise NotFoundError(msg)
        found = look_through(
            chosen.vehicle, jobs=ports.jobs, state=ports.state, mount=ports.mount, tell=tell
        )
        _print_counts(found, "would be", console)
        return 0
    decision = Decision(by=chosen.by, at=ports.clock.now(), reason=chosen.reason)
    decision = mark_recalled(chosen.vehicle, decision, mount=ports.mount)
    before = read_progress(chosen.vehicle, state=ports.state)
    if before.after:
        console.print(f"going on behind {before.after}, after {before.seen} jobs")
    found = take_back(
        chosen.vehicle,
        decision,
        jobs=ports.jobs,
        state=ports.state,
        mount=ports.mount,
        clock=ports.clock,
        tell=tell,
    )
    _print_counts(found, "are", console)
    if found.failed:
        console.print(
            f"{found.failed} jobs could not be read or taken back, `dead` names them after some "
            "tries; give the same command again"
        )
    return 1 if found.failed else 0


def _is_withdrawn(record: JobRecord) -> bool:
    was_shared = record.trip.share or bool(record.shares)
    return record.status is JobStatus.SUCCEEDED and was_shared and not record.is_shared


def _print_counts(found: Progress, verb: str, console: Console) -> None:
    console.print(f"{found.seen} jobs looked at, {found.made_with_it} made with this version:")
    console.print(f"  {found.withdrawn} shared posters {verb} withdrawn")
    console.print(f"  {found.not_shared} posters are not shared; their drivers keep them")
    console.print(f"  {found.ended_open} open jobs {verb} ended, as vehicle_recalled")
    console.print(f"  {found.without_poster} have no poster")
