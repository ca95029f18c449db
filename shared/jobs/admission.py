"""May a new job be accepted now? If not: why, and when it is worth asking again.

The counts are of a moment ago, and two requests at once see the same ones, so a limit may be
passed by what arrives meanwhile. It costs one listing of the driver's index; only a driver near
the limit costs a request for each recent job more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.core.errors import BundleError, NotAcceptingError, TooManyRequestsError
from shared.jobs.control import Control
from shared.jobs.record import JobRecord
from shared.observability import log
from shared.ports import IndexedJob, JobStore

if TYPE_CHECKING:
    from shared.settings.admission import AdmissionSettings

_HOUR, _STALE = timedelta(hours=1), timedelta(minutes=15)
_SOONEST, _LATEST = 5, 3600


@dataclass(frozen=True)
class AdmissionRules:
    """The limits; `tasks_per_minute` is the planned pace, `minutes` how long a job may take."""

    driver_open: int
    driver_hourly: int
    open_jobs: int
    queue_length: int
    tasks_per_minute: float
    minutes: int

    @classmethod
    def of(cls, settings: AdmissionSettings, *, minutes: int) -> AdmissionRules:
        """Return the rules that the settings give."""
        return cls(**settings.model_dump(), minutes=minutes)


def admit(
    record: JobRecord,
    *,
    rules: AdmissionRules,
    control: Control,
    jobs: JobStore,
    own_limits: bool = True,
) -> None:
    """Raise the reason why this first record is not accepted now, never for a known job's.

    Without `own_limits` it does not count how much its driver has asked for.
    """
    now = record.created_at
    if own_limits:
        refused = refusal(record.driver_key, rules=rules, control=control, jobs=jobs, now=now)
    else:
        refused = general_refusal(rules=rules, control=control, now=now)
    if refused is not None and jobs.load(record.job_id) is None:
        log.logger().info("trip.not_admitted", retry_after=refused.retry_after)
        raise refused


def refusal(
    driver_key: str, *, rules: AdmissionRules, control: Control, jobs: JobStore, now: datetime
) -> BundleError | None:
    """Return why no new job of this driver is accepted, None when it is."""
    refused = general_refusal(rules=rules, control=control, now=now)
    waiting, _ = _reported(control, now)
    return refused or _own_refusal(driver_key, rules=rules, waiting=waiting, jobs=jobs, now=now)


def general_refusal(
    *, rules: AdmissionRules, control: Control, now: datetime
) -> BundleError | None:
    """Return why no new job of anybody is accepted, None when it is."""
    if not control.accepting:
        return NotAcceptingError("no new trips are accepted at the moment")
    waiting, open_jobs = _reported(control, now)
    if waiting >= rules.queue_length:
        beyond = waiting - rules.queue_length + 1
        return _later("too many pictures wait to be painted", beyond, rules)
    if open_jobs >= rules.open_jobs:
        beyond = open_jobs - rules.open_jobs + 1
        return _later("too many posters are under way", beyond, rules)
    return None


def _reported(control: Control, now: datetime) -> tuple[int, int]:
    """Return waiting tasks and open jobs; a report that nobody renews says nothing any more."""
    queues, found = control.queues, control.open
    waiting = queues.waiting if queues and now - queues.at < _STALE else 0
    return waiting, found.jobs if found and now - found.at < _STALE else 0


def _own_refusal(
    driver_key: str, *, rules: AdmissionRules, waiting: int, jobs: JobStore, now: datetime
) -> BundleError | None:
    entries = sorted(jobs.indexed(driver_key), key=lambda entry: entry.entered_at)
    recent = [entry for entry in entries if now - entry.entered_at < _HOUR]
    if len(recent) >= rules.driver_hourly:
        # The one whose leaving makes room.
        leaves_at = recent[-rules.driver_hourly].entered_at + _HOUR
        detail = f"at most {rules.driver_hourly} new posters of one driver in an hour"
        return _until((leaves_at - now).total_seconds(), detail)
    under_way = _under_way(entries, rules, jobs, now)
    if len(under_way) >= rules.driver_open:
        latest = under_way[-rules.driver_open].entered_at + timedelta(minutes=rules.minutes)
        detail = f"at most {rules.driver_open} posters of one driver at once"
        return _until(min(_pace(waiting + 1, rules), (latest - now).total_seconds()), detail)
    return None


def _under_way(
    entries: list[IndexedJob], rules: AdmissionRules, jobs: JobStore, now: datetime
) -> list[IndexedJob]:
    """Return the driver's open jobs; what is older than a job may take waits at most for review."""
    since = now - timedelta(minutes=rules.minutes)
    young = [entry for entry in entries if entry.entered_at > since]
    if len(young) < rules.driver_open:
        return []
    return [entry for entry in young if jobs.is_open(entry.job_id)]


def _later(detail: str, beyond: int, rules: AdmissionRules) -> TooManyRequestsError:
    return _until(_pace(beyond, rules), detail)


def _pace(tasks: int, rules: AdmissionRules) -> float:
    """Return the seconds that so many tasks take, at the pace that is planned."""
    return 60.0 * tasks / rules.tasks_per_minute


def _until(seconds: float, detail: str) -> TooManyRequestsError:
    return TooManyRequestsError(detail, retry_after=max(_SOONEST, min(_LATEST, math.ceil(seconds))))
