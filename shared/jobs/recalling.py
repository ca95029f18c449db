"""A vehicle's version turns out bad: no new posters with it, and the old ones are taken back.

The mark comes first. Jobs that were there before it are found by reading through all records; a
job that an instance accepts afterwards, by a catalogue it had read before, meets the mark when its
poster is about to be stored. Open jobs that no other render of the set is left for end as failed,
and the driver asks anew for a poster with the good version; others go on without the recalled one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator

from pydantic import ValidationError

from shared.core.errors import ConflictError, NotFoundError, PictureError
from shared.core.models import Stored
from shared.core.threads import side_by_side
from shared.jobs.closing import fail
from shared.jobs.record import Composition, Failure, JobRecord, JobStatus
from shared.jobs.shares import withdraw
from shared.lists.bulkhead import SET_ASIDE, Bulkhead
from shared.ports import Clock, JobStore, ObjectStore
from shared.vehicles.register import (
    Decision,
    is_known,
    recall,
    recall_of,
    recalled_of,
    write_snapshot,
)

_JOBS, _FIRST = "jobs/", "/000001.json"
_RECORD_BYTES = 1_000_000
_OUTCOMES = ("withdrawn", "not_shared", "ended_open", "without_poster")
FAILURE_CODE = "vehicle_recalled"


class Progress(Stored):
    """How far a recall has come, and what it found; kept so that a cut run is gone on with."""

    after: str = ""
    seen: int = 0
    made_with_it: int = 0
    withdrawn: int = 0
    not_shared: int = 0
    ended_open: int = 0
    without_poster: int = 0
    failed: int = 0
    done: bool = False

    def plus(self, **counts: int) -> Progress:
        """Return the progress with counts added."""
        added = {name: getattr(self, name) + count for name, count in counts.items()}
        return self.model_copy(update=added)


def recalled_failure(decision: Decision) -> Failure:
    """Return why a job with a recalled vehicle ends."""
    words = "the picture of the car was recalled by its maker; ask for the poster again"
    return Failure(code="vehicle_recalled", detail=f"{words} ({decision.reason})"[:500])


def mark_recalled(reference: str, decision: Decision, *, mount: ObjectStore) -> Decision:
    """Have the version never be offered again; return the first recall of it."""
    if not is_known(reference, mount=mount):
        msg = f"there is no vehicle {reference}; it reads MODEL/GENERATION/PAINT/VERSION"
        raise NotFoundError(msg)
    first = recall(reference, decision, mount=mount)
    write_snapshot(mount)
    return first


def recalled_renders(record: JobRecord, *, mount: ObjectStore) -> frozenset[str]:
    """Return which of the renders that the job may show were recalled, as references."""
    members = _members(record)
    if len(members) == 1:
        return frozenset(members) if recall_of(members[0], mount=mount) else frozenset()
    return recalled_of(record.vehicle, mount=mount) & frozenset(members)


def end_recalled(
    record: JobRecord, recalled: frozenset[str], *, jobs: JobStore, mount: ObjectStore, clock: Clock
) -> JobRecord | None:
    """End an open job all of whose renders were recalled; None for one that may go on."""
    members = _members(record)
    if not recalled.issuperset(members):
        return None
    decision = recall_of(members[0], mount=mount)
    if decision is None:
        return None
    return fail(record.job_id, recalled_failure(decision), jobs=jobs, clock=clock)


def refuse_shown(vehicle: str, recalled: frozenset[str]) -> None:
    """Raise PictureError for a poster with a render that was recalled; others of its set are left.

    The attempt after it is bound without the recalled ones, see `without_recalled`.
    """
    if vehicle in recalled:
        msg = "the render that was set in was recalled by its maker"
        raise PictureError(msg)


def without_recalled(record: JobRecord, recalled: frozenset[str]) -> Composition | None:
    """Return the job's composition with the renders that are left."""
    plan = record.composition
    if plan is None or not recalled:
        return plan
    left = [number for number, each in enumerate(plan.members) if each not in recalled]
    kept = {name: tuple(getattr(plan, name)[n] for n in left) for name in ("members", "lights")}
    return plan.model_copy(update=kept)


def is_recalled(record: JobRecord, *, mount: ObjectStore) -> bool:
    """Say whether the poster shows a version that was recalled."""
    return recall_of(_shown(record), mount=mount) is not None


def _members(record: JobRecord) -> tuple[str, ...]:
    plan = record.composition
    return (plan.members if plan else ()) or (record.vehicle,)


def _shown(record: JobRecord) -> str:
    """Return the render in the job's poster; without a poster, the one it was accepted with."""
    return (record.result.vehicle if record.result else "") or record.vehicle


def refuse_showing(record: JobRecord, *, mount: ObjectStore) -> None:
    """Raise ConflictError for a poster whose car was recalled: others are not to see it again."""
    if is_recalled(record, mount=mount):
        msg = "the picture of the car was recalled by its maker; repaint the poster and share that"
        raise ConflictError("poster_recalled", msg)


def take_back(
    reference: str,
    decision: Decision,
    *,
    jobs: JobStore,
    state: ObjectStore,
    mount: ObjectStore,
    clock: Clock,
    tell: Callable[[JobRecord], None],
    seconds: float = math.inf,
) -> Progress:
    """Go through all jobs and take back what was made with the version; safe to cut and repeat.

    One listing for each thousand records and one read for each job, whoever it belongs to; one
    page of them in memory. After `seconds` it stops behind a page, `done` or to be called again.
    """
    end = clock.monotonic() + seconds
    progress = read_progress(reference, state=state)
    recalled = recalled_of(reference, mount=mount) | {reference}

    def take_back_one(job_id: str) -> str:
        record = jobs.load(job_id)
        if record is None or not _is_made_with(reference, record, recalled):
            return "another"
        # A closed job stays as it is; one that came to its poster just now is taken back too.
        record = fail(job_id, recalled_failure(decision), jobs=jobs, clock=clock)
        if record.status is JobStatus.SUCCEEDED:
            record = withdraw(job_id, jobs=jobs, clock=clock)
        tell(record)
        ended = record.failure is not None and record.failure.code == FAILURE_CODE
        return _outcome(record, ended_open=ended)

    made_with_it = Bulkhead(
        of="recalls",
        name=lambda job_id: job_id,
        work=take_back_one,
        aside=lambda *_: None,
        about=lambda job_id: {"subject": job_id, "vehicle": reference},
        state=state,
        clock=clock,
        patient=False,
    )
    for page, after in _pages(progress.after, state):
        worked = made_with_it.work_through(_made_with(reference, page, state))
        counts = {name: worked.outcomes[name] for name in _OUTCOMES}
        failed = worked.failed + worked.outcomes[SET_ASIDE]
        made = sum(counts.values()) + failed
        progress = progress.plus(made_with_it=made, failed=failed, **counts)
        progress = progress.plus(seen=len(page)).model_copy(update={"after": after})
        data = progress.model_dump_json().encode()
        state.put(_progress_key(reference), data, content_type="application/json")
        if clock.monotonic() >= end:
            return progress
    state.delete(_progress_key(reference))
    return progress.model_copy(update={"done": True})


def look_through(
    reference: str,
    *,
    jobs: JobStore,
    state: ObjectStore,
    mount: ObjectStore,
    clock: Clock,
    tell: Callable[[JobRecord], None],
    since: Progress | None = None,
    seconds: float = math.inf,
) -> Progress:
    """Find what a recall would take back, and change nothing; cut as above, `since` goes on."""
    end, progress = clock.monotonic() + seconds, since or Progress()
    recalled = recalled_of(reference, mount=mount) | {reference}
    for page, after in _pages(progress.after, state):
        for job_id in _made_with(reference, page, state):
            record = jobs.load(job_id)
            if record is not None and _is_made_with(reference, record, recalled):
                tell(record)
                progress = progress.plus(
                    made_with_it=1, **{_outcome(record, ended_open=not record.status.is_closed): 1}
                )
        progress = progress.plus(seen=len(page)).model_copy(update={"after": after})
        if clock.monotonic() >= end:
            return progress
    return progress.model_copy(update={"done": True})


def read_progress(reference: str, *, state: ObjectStore) -> Progress:
    """Return how far a cut recall came; the beginning without one."""
    found = state.get(_progress_key(reference), max_bytes=65_536)
    try:
        return Progress() if found is None else Progress.model_validate_json(found)
    except ValidationError:
        # What is counted may have changed with a release; everything is looked at again.
        return Progress()


def _is_made_with(reference: str, record: JobRecord, recalled: frozenset[str]) -> bool:
    """Say whether the job's poster shows the version, or an open job has no other one left."""
    if record.result is not None:
        return _shown(record) == reference
    members = _members(record)
    return reference in members and recalled.issuperset(members)


def _outcome(record: JobRecord, *, ended_open: bool) -> str:
    if record.status is JobStatus.SUCCEEDED:
        shared = record.is_shared or record.trip.share or record.shares
        return "withdrawn" if shared else "not_shared"
    return "ended_open" if ended_open else "without_poster"


def _pages(after: str, state: ObjectStore) -> Iterator[tuple[list[str], str]]:
    """Yield the ids of jobs, page by page, and the last one of each page."""
    last = f"{_JOBS}{after}/~" if after else ""
    while True:
        page = state.page(_JOBS, after=last)
        found = [i.key for i in page.items if i.key.endswith(_FIRST)]
        ids = [key.removeprefix(_JOBS).removesuffix(_FIRST) for key in found]
        if ids:
            yield ids, ids[-1]
        if not page.next_after:
            return
        last = page.next_after


def _made_with(reference: str, ids: list[str], state: ObjectStore) -> list[str]:
    """Return those whose first record names the car, whichever of its renders, and those whose
    record cannot be read.
    """
    paint = reference.rpartition("/")[0]
    reads = side_by_side(lambda job_id: _vehicle(job_id, state), ids)
    return [
        job_id
        for job_id, read in zip(ids, reads, strict=True)
        if read.exception() or read.result().rpartition("/")[0] == paint
    ]


def _vehicle(job_id: str, state: ObjectStore) -> str:
    found = state.get(f"{_JOBS}{job_id}{_FIRST}", max_bytes=_RECORD_BYTES)
    return str(json.loads(found).get("vehicle", "")) if found else ""


def _progress_key(reference: str) -> str:
    return f"recalls/{reference}.json"
