"""The entries of the wall: one object without content for each job, another while it is in review.

Everything here follows the record that it tells of, and comes before the marker of an open job
goes: a run that dies in between is made up for by whoever repeats it, or by the sweeper, and an
error here keeps no job from its way. What is new is written first, and whatever is older removed
after a look at all that is there, so that of two writers the later look leaves one entry. Whoever
reads takes the newest of a job all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.jobs.record import JobRecord, JobStatus
from shared.jobs.wall import WallEntry, WallPage, entry_at, entry_of, position_of, tenant_folder
from shared.ports import ObjectStore

WALL, IN_REVIEW = "wall/", "in-review/"
# Behind all entries of a job, and all of a tenant.
_BEHIND_JOB, _BEHIND_TENANT = "~:", "0"


def enter(record: JobRecord, *, state: ObjectStore) -> None:
    """Enter what a record says; safe to repeat. An erased job leaves the wall instead."""
    if record.status is JobStatus.ERASED:
        leave(record, state=state)
        return
    entry, folder = entry_of(record), tenant_folder(record.tenant)
    _settle(WALL + folder, entry, state)
    if entry.status == "needs_review":
        _settle(IN_REVIEW + folder, entry, state)
    elif any(step.status is JobStatus.NEEDS_REVIEW for step in record.history):
        _remove(f"{IN_REVIEW}{folder}{entry.position}~", state)


def leave(erased: JobRecord, *, state: ObjectStore) -> None:
    """Remove all entries of an erased job."""
    if erased.erasure is None or erased.erasure.created_at is None:
        return
    place = tenant_folder(erased.tenant) + position_of(erased.job_id, erased.erasure.created_at)
    for shelf in (WALL, IN_REVIEW):
        _remove(f"{shelf}{place}~", state)


def is_in_review(record: JobRecord, *, state: ObjectStore) -> bool:
    """Say whether a record is entered among those that wait for a reviewer, which comes last."""
    return state.head(key_of(record, shelf=IN_REVIEW)) is not None


def key_of(record: JobRecord, *, shelf: str = WALL) -> str:
    """Return the key that says what this record does."""
    entry = entry_of(record)
    return f"{shelf}{tenant_folder(record.tenant)}{entry.position}{entry.name}"


def page_of(
    tenant: str, *, state: ObjectStore, after: str = "", in_review: bool = False, limit: int = 1000
) -> WallPage:
    """Return entries behind a position by one listing; those in review alone where wanted."""
    shelf = IN_REVIEW if in_review else WALL
    return page_in(shelf + tenant_folder(tenant), state=state, after=after, limit=limit)


def newest_first(
    folder: str, *, state: ObjectStore, since: datetime, listings: int = 1_000_000
) -> Iterator[WallEntry]:
    """Yield the entries of a tenant's folder that were accepted since then, newest first."""
    after, more = "", True
    while more and listings:
        page = page_in(WALL + folder, state=state, after=after)
        for entry in page.entries:
            if entry.created_at < since:
                return
            yield entry
        after, listings = page.next_after, listings - 1
        more = bool(after)


def tenant_folders(state: ObjectStore) -> Iterator[str]:
    """Yield the folder of every tenant that has jobs, with a listing for each."""
    after = ""
    while found := state.page(WALL, after=after, limit=1).items:
        folder = found[0].key.removeprefix(WALL).partition("/")[0]
        yield f"{folder}/"
        after = f"{WALL}{folder}{_BEHIND_TENANT}"


def page_in(folder: str, *, state: ObjectStore, after: str = "", limit: int = 1000) -> WallPage:
    """Return the entries of a shelf's folder behind a position, each job once."""
    start = folder + after + _BEHIND_JOB if after else ""
    page = state.page(folder, after=start, limit=limit)
    found = [entry_at(item.key.removeprefix(folder)) for item in page.items]
    first: dict[str, WallEntry] = {}
    for entry in found:
        if entry is not None:
            first.setdefault(entry.position, entry)
    behind = page.next_after.removeprefix(folder).partition("~")[0]
    return WallPage(tuple(first.values()), behind)


def _settle(folder: str, entry: WallEntry, state: ObjectStore) -> None:
    own = folder + entry.position + entry.name
    state.put(own, b"", content_type="text/plain")
    keys = sorted({own, *(item.key for item in state.page(f"{folder}{entry.position}~").items)})
    for older in keys[1:]:
        state.delete(older)


def _remove(place: str, state: ObjectStore) -> None:
    for item in state.page(place).items:
        state.delete(item.key)
