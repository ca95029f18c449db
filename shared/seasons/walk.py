"""Walk the drivers' index: pages of entries in, one driver after the other out, by shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.ports import IndexedJob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.ports import JobStore

# The letters of base32 in the order of keys: every driver's key begins with one of them.
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
# Behind every job id.
_LAST = "~"
# A driver with more jobs than this is looked at for the newest of them.
MOST_JOBS = 1000


@dataclass(frozen=True)
class Driver:
    """A driver's jobs, the newest first; `entries` is how many there are in all."""

    key: str
    jobs: tuple[IndexedJob, ...]
    entries: int


def letters_of(shard: int, shards: int) -> str:
    """Return with which letters the drivers of a shard begin; all shards share out all letters."""
    count = len(LETTERS)
    return LETTERS[shard * count // shards : (shard + 1) * count // shards]


def drivers(shard: int, shards: int, *, after: str, jobs: JobStore) -> Iterator[Driver]:
    """Yield the shard's drivers behind `after` by key; a request for each thousand entries."""
    letters = letters_of(shard, shards)
    position = f"{after}/{_LAST}" if after else letters[0]
    key, found, count = "", list[IndexedJob](), 0
    for entry_of, entry in _entries(position, letters[-1], jobs):
        if entry_of != key:
            if found:
                yield _driver(key, found, count)
            key, found, count = entry_of, list[IndexedJob](), 0
        found.append(entry)
        count += 1
        if len(found) >= 2 * MOST_JOBS:
            found = _newest(found)
    if found:
        yield _driver(key, found, count)


def _entries(after: str, last: str, jobs: JobStore) -> Iterator[tuple[str, IndexedJob]]:
    while True:
        page = jobs.index_page(after=after)
        for driver_key, entry in page.entries:
            if driver_key[:1] > last:
                return
            yield driver_key, entry
        if not page.next_after:
            return
        after = page.next_after


def _driver(key: str, found: list[IndexedJob], count: int) -> Driver:
    return Driver(key, tuple(_newest(found)), count)


def _newest(found: list[IndexedJob]) -> list[IndexedJob]:
    # The id decides among those of one second, so that every run has the same order.
    found.sort(key=lambda entry: (entry.entered_at, entry.job_id), reverse=True)
    return found[:MOST_JOBS]
