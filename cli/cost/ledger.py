"""Totals over all jobs of a bucket, one record after the other, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from shared.core.errors import NotFoundError
from shared.core.ids import record_key
from shared.costs.spent import Spent, spent_on
from shared.jobs.record import JobRecord, JobStatus
from shared.ports import every_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from shared.costs.sizes import Size
    from shared.models.prices import Prices
    from shared.ports import ObjectStore

_PREFIX = "jobs/"
_SHANGHAI = timezone(timedelta(hours=8))
BY: dict[str, Callable[[JobRecord], str]] = {
    "style": lambda record: record.painted_style,
    "campaign": lambda record: record.campaign or "–",
    "origin": lambda record: record.origin,
    "day": lambda record: day_of(record).isoformat(),
}


@dataclass
class Ledger:
    """What was spent in all, and by the ways of telling jobs apart; of erased ones nobody knows."""

    total: Spent = field(default_factory=Spent)
    erased: int = 0
    by: dict[str, dict[str, Spent]] = field(
        default_factory=lambda: {name: defaultdict(Spent) for name in BY}
    )

    def add(self, record: JobRecord, spent: Spent) -> None:
        """Enter one job."""
        self.total += spent
        for name, key_of in BY.items():
            self.by[name][key_of(record)] += spent


def day_of(record: JobRecord) -> date:
    """Return the day a job was accepted, in China."""
    return record.created_at.astimezone(_SHANGHAI).date()


def count_up(
    state: ObjectStore,
    *,
    prices: Prices,
    sizes: Mapping[str, Size],
    since: date | None = None,
    until: date | None = None,
) -> Ledger:
    """Return the ledger of the jobs accepted from `since` to `until`, both days included."""
    ledger = Ledger()
    for record in newest_records(state):
        day = day_of(record)
        if (since and day < since) or (until and day > until):
            continue
        if record.status is JobStatus.ERASED:
            ledger.erased += 1
        else:
            ledger.add(record, spent_on(record, prices=prices, sizes=sizes))
    return ledger


def newest_records(state: ObjectStore) -> Iterator[JobRecord]:
    """Yield every job's newest record: a listing of all versions, and one read for each job."""
    job_id, version = "", 0
    for key in _keys(state):
        named = key.split("/", 2)[1]
        if named != job_id and job_id:
            yield from _read(state, job_id, version)
        job_id, version = named, _version(key)
    if job_id:
        yield from _read(state, job_id, version)


def _version(key: str) -> int:
    return int(key.rpartition("/")[2].removesuffix(".json"))


def _keys(state: ObjectStore) -> Iterator[str]:
    return (item.key for item in every_object(state, _PREFIX))


def _read(state: ObjectStore, job_id: str, version: int) -> Iterator[JobRecord]:
    body = state.get(record_key(job_id, version))
    if body is not None:
        yield JobRecord.model_validate_json(body)


def newest_record(state: ObjectStore, job_id: str) -> JobRecord:
    """Return one job's newest record; NotFoundError for an unknown job."""
    found = state.page(f"{_PREFIX}{job_id}/").items
    for item in found[-1:]:
        for record in _read(state, job_id, _version(item.key)):
            return record
    msg = f"there is no job {job_id}"
    raise NotFoundError(msg)
