"""What planning a season and sending it costs: seconds, requests, memory, beside the naive form.

The plan runs over a bucket in memory that counts requests and answers at once, so its seconds are
this program's own; sending runs over loopback object storage with the real adapter. The naive form
loads every job into memory and chooses then; it is measured in the same run, over the same bucket.
"""

import math
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

from functions.regenerate_season.schema import ShardOrder
from functions.regenerate_season.use_case import Season
from local.printed import command_console, print_table
from shared.adapters.bucket_job_store import BucketJobStore
from shared.core import ids
from shared.jobs.record import JobStatus, Step, WrittenPrompt
from shared.models.prices import read_prices
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.choosing import refusal
from shared.seasons.model import Rules
from shared.seasons.ports import SeasonRules
from shared.trips.facts import facts_of
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import a_trip, an_accepted_job
from tests.unit.seasons.season_world import CATALOGUE, ID_KEY, job_of, name_of
from tools.bench.buckets import Apart, Counted, Platform, SortedBucket, loopback_stores
from tools.bench.own_process import log_errors_alone

_OUT = command_console()
_TRIPS_PER_DRIVER, _SHARDS = 5, 8
_START = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
_CITIES = ("北京市", "哈尔滨市", "西安市", "青岛市")
_NAME = "winter-2026"
# What one request to object storage takes inside a region, to reckon with.
_REQUEST_SECONDS = 0.01
_PLANNED = ("trips", "planned", "s", "requests/trip", "MB", "naive s", "naive req/trip",
            "naive MB", "ratio s", "ratio req")  # fmt: skip
_SENT = ("sent", "plan s", "plan req/trip", "send s", "send req/trip", "trips/s")


@dataclass
class Measured:
    """What one run took; `memory`: the peak in MB above what there was, without what was stored."""

    seconds: float
    requests: Counter[str]
    memory: float
    trips: int


Pair = tuple[int, Measured, Measured]  # a size, and what two ways took


class RealClock(FakeClock):
    """The day stands still; seconds pass."""

    def monotonic(self) -> float:
        return time.monotonic()


def season(bucket: Any, invoker: Any) -> Season:
    """Return the function over a bucket."""
    clock = RealClock(_START)
    rules = SeasonRules(
        occasions=(),
        campaign=Rules(newest=1, shards=_SHARDS),
        open_jobs=10**9,
        queue_length=10**9,
        tasks_per_minute=20.0,
        minutes=1440,
        seconds=math.inf,
    )
    jobs = BucketJobStore(bucket, clock=clock)
    return Season(rules, ID_KEY, calendar(), CATALOGUE, jobs, bucket, invoker, clock)


def fill(bucket: Any, trips: int) -> None:
    """Store so many finished jobs, five of each driver, with the records a job really leaves."""
    kinds = [_record(city) for city in _CITIES]
    for number in range(trips):
        driver = name_of(f"driver{number // _TRIPS_PER_DRIVER}")
        job_id = job_of(f"job{number}")
        body = kinds[number % len(kinds)].replace("JOB", job_id).replace("DRIVER", driver).encode()
        if isinstance(bucket, SortedBucket):
            bucket.now = _START - timedelta(seconds=trips - number)
        bucket.put(ids.record_key(job_id, 1), body)
        bucket.put(ids.index_key(driver, job_id), b"")


def _record(city: str) -> str:
    trip = a_trip(share=True, end={"city": city, "weather": "晴"})
    prompt = template_prompt(facts_of(trip), seed=3)
    written = WrittenPrompt(prompt=prompt, source=PromptSource.MODEL, tokens=1100)
    step = Step(status=JobStatus.SUCCEEDED, attempt=1, at=_START)
    record = an_accepted_job(
        "JOB",
        driver_key="DRIVER",
        trip=trip,
        status=JobStatus.SUCCEEDED,
        prompt=written,
        gpu_tasks=1,
        history=(step,) * 6,
    )
    return record.model_dump_json()


def plan(bucket: Any) -> int:
    """Plan the campaign, one shard after the other; return how many trips are planned."""
    wired = season(bucket, Platform())
    window, rules = calendar().window_of(_NAME), wired.rules.campaign
    campaign = campaigns.begin(window, rules, by="bench", state=bucket, clock=wired.clock)
    for shard in range(rules.shards):
        wired.run(ShardOrder(campaign=_NAME, phase="plan", shard=shard))
    done = campaigns.planned(campaign, tasks_per_minute=20, state=bucket, clock=wired.clock)
    return done.tally.trips if done.tally else 0


def naive(bucket: Any) -> int:
    """Load every job, then group and choose: what one would write first."""
    jobs = season(bucket, Platform()).jobs
    page = jobs.index_page()
    entries = [*page.entries]
    while page.next_after:
        page = jobs.index_page(after=page.next_after)
        entries += page.entries
    loaded = [(key, entry.entered_at, jobs.load(entry.job_id)) for key, entry in entries]
    chosen: dict[str, str] = {}
    for key, _, record in sorted(loaded, key=lambda each: each[1], reverse=True):
        own = ids.season_job_id(ID_KEY, source=record.job_id, campaign=_NAME) if record else ""
        if record and not refusal(record, CATALOGUE) and key not in chosen and not jobs.load(own):
            chosen[key] = record.job_id
    return len(chosen)


def send(bucket: Any) -> int:
    """Send a plan, one shard after the other; return how many trips were accepted."""
    wired = season(bucket, Platform())
    window, today = calendar().window_of(_NAME), _START.date()
    campaigns.start(window, today=today, state=bucket, clock=wired.clock)
    orders = [ShardOrder(campaign=_NAME, phase="send", shard=shard) for shard in range(_SHARDS)]
    return sum(int(wired.run(order)["accepted"]) for order in orders)


def measured(run: Callable[[Any], int], fresh: Callable[[], Any], *, memory: bool) -> Measured:
    """Run once for the seconds and once more for the memory, each over a fresh copy."""
    counted = Counted(fresh())
    start = time.perf_counter()
    trips = run(counted)
    seconds = time.perf_counter() - start
    peak = 0.0
    if memory:
        other = Counted(fresh())
        tracemalloc.start()
        run(other)
        peak = tracemalloc.get_traced_memory()[1] / 1e6 - other.asked.own.written()
        tracemalloc.stop()
    return Measured(seconds, counted.counts, peak, trips)


def _filled(trips: int) -> Apart:
    bucket = SortedBucket()
    fill(bucket, trips)
    return Apart(bucket)


def plans(sizes: list[int]) -> list[Pair]:
    """Measure the plan and the naive form at each size."""
    rows = []
    for trips in sizes:
        fresh = partial(_filled, trips)
        own, other = (measured(run, fresh, memory=True) for run in (plan, naive))
        rows.append((trips, own, other))
        _OUT.print(f"planned {trips}", style="dim")
    return rows


def sendings(sizes: list[int]) -> list[Pair]:
    """Measure planning and sending of so many trips, all to be painted, over loopback."""
    rows = []
    for trips in sizes:
        with (
            tempfile.TemporaryDirectory() as folder,
            loopback_stores(Path(folder), ["state"]) as store,
        ):
            same = partial(store, "state")
            fill(same(), trips * _TRIPS_PER_DRIVER)
            planned, sent = (measured(run, same, memory=False) for run in (plan, send))
        rows.append((trips, planned, sent))
        _OUT.print(f"sent {trips}", style="dim")
    return rows


def show(planned: list[Pair], sent: list[Pair]) -> None:
    """Print the tables and what a million trips would take."""
    rows: list[tuple[str, ...]] = []
    for trips, own, other in planned:
        ours, theirs = own.requests.total() / trips, other.requests.total() / trips
        rows.append((
            f"{trips:,}", f"{own.trips:,}", f"{own.seconds:.2f}", f"{ours:.2f}",
            f"{own.memory:.1f}", f"{other.seconds:.2f}", f"{theirs:.2f}", f"{other.memory:.1f}",
            f"{other.seconds / own.seconds:.1f}", f"{theirs / ours:.1f}",
        ))  # fmt: skip
    _OUT.print("plan, bucket in memory, 5 trips a driver, the newest of each")
    print_table(_OUT, rows, heads=_PLANNED, right=True)
    rows = []
    for trips, own, other in sent:
        per_trip = [each.requests.total() / max(1, each.trips) for each in (own, other)]
        rows.append((
            f"{trips:,}", f"{own.seconds:.1f}", f"{per_trip[0]:.2f}", f"{other.seconds:.1f}",
            f"{per_trip[1]:.2f}", f"{other.trips / other.seconds:.0f}",
        ))  # fmt: skip
    _OUT.print("\nplan and sending over loopback, every driver's newest trip is sent")
    print_table(_OUT, rows, heads=_SENT, right=True)
    _million(planned[-1][0], planned[-1][1], sent[-1][2])


def _million(trips: int, own: Measured, sent: Measured) -> None:
    factor = 1_000_000 / trips
    requests = Counter({name: count * factor for name, count in own.requests.items()})
    sends = 1_000_000 / _TRIPS_PER_DRIVER / sent.trips
    requests.update({name: count * sends for name, count in sent.requests.items()})
    puts = requests["put"] + requests["create"] + requests["page"]
    gets = requests["get"] + requests["head"] + requests["delete"]
    found = read_prices()
    cny = puts / 1e4 * found.oss_10000_writes + gets / 1e4 * found.oss_10000_reads
    plan_requests = own.requests.total() * factor
    send_requests = sent.requests.total() * sends
    seconds = own.seconds * factor + plan_requests * _REQUEST_SECONDS
    _OUT.print(
        f"1,000,000 trips: plan {plan_requests / 1e6:.2f} million requests, "
        f"{seconds / _SHARDS / 60:.0f} min on {_SHARDS} shards at 10 ms a request; "
        f"sending 200,000 of them {send_requests / 1e6:.2f} million requests, "
        f"{send_requests * _REQUEST_SECONDS / _SHARDS / 3600:.1f} h of requests; "
        f"object storage {cny:.2f} CNY"
    )


def main(planned: list[int], sent: list[int]) -> None:
    """Measure plans of so many trips, and sending so many over loopback; print both."""
    log_errors_alone()
    show(plans(planned), sendings(sent))
