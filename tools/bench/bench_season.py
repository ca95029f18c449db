"""What planning a season and sending it costs: seconds, requests, memory, beside the naive form.

The plan runs over a bucket in memory that counts requests and answers at once, so its seconds are
this program's own; sending runs over loopback object storage with the real adapter. The naive form
loads every job into memory and chooses then; it is measured in the same run, over the same bucket.
"""

from __future__ import annotations

import math
import tempfile
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from cli.cost.prices import read_prices
from functions.regenerate_season.schema import ShardOrder
from functions.regenerate_season.use_case import Season
from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from local.printed import command_console, print_table
from shared.adapters.bucket_job_store import BucketJobStore
from shared.core import ids
from shared.jobs.record import JobStatus, Step, WrittenPrompt
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.choosing import refusal
from shared.seasons.model import Rules
from shared.seasons.sending import SeasonRules, SendRules
from shared.trips.facts import facts_of
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import a_trip, an_accepted_job
from tests.unit.seasons.season_world import CATALOGUE, ID_KEY, job_of, name_of
from tools.bench.loopback_store import loopback_store
from tools.bench.season_bucket import Apart, Counted, SortedBucket, Started

if TYPE_CHECKING:
    from collections.abc import Callable

_OUT = command_console()
_TRIPS_PER_DRIVER, _SHARDS = 5, 8
_START = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)
_CITIES = ("北京市", "哈尔滨市", "西安市", "青岛市")
_NAME = "winter-2026"
# What one request to object storage takes inside a region, to reckon with.
_REQUEST_SECONDS = 0.01


@dataclass
class Measured:
    """What one run took; `memory`: the peak in MB above what there was, without what was stored."""

    seconds: float
    requests: Counter[str]
    memory: float
    trips: int

    @property
    def per_trip(self) -> float:
        return sum(self.requests.values()) / max(1, self.trips)


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
        send=SendRules(open_jobs=10**9, queue_length=10**9),
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
    wired = season(bucket, Started())
    window, rules = calendar().window_of(_NAME), wired.rules.campaign
    campaign = campaigns.begin(window, rules, by="bench", state=bucket, clock=wired.clock)
    for shard in range(rules.shards):
        wired.run(ShardOrder(campaign=_NAME, phase="plan", shard=shard))
    done = campaigns.planned(campaign, tasks_per_minute=20, state=bucket, clock=wired.clock)
    return done.tally.trips if done.tally else 0


def naive(bucket: Any) -> int:
    """Load every job, then group and choose: what one would write first."""
    jobs = season(bucket, Started()).jobs
    loaded = []
    after = ""
    while True:
        page = jobs.index_page(after=after)
        loaded += [(key, entry.entered_at, jobs.load(entry.job_id)) for key, entry in page.entries]
        after = page.next_after
        if not after:
            break
    chosen: dict[str, str] = {}
    for key, _, record in sorted(loaded, key=lambda each: each[1], reverse=True):
        own = ids.season_job_id(ID_KEY, source=record.job_id, campaign=_NAME) if record else ""
        if record and not refusal(record, CATALOGUE) and key not in chosen and not jobs.load(own):
            chosen[key] = record.job_id
    return len(chosen)


def send(bucket: Any) -> int:
    """Send a plan, one shard after the other; return how many trips were accepted."""
    wired = season(bucket, Started())
    window, today = calendar().window_of(_NAME), _START.date()
    campaigns.start(window, today=today, state=bucket, clock=wired.clock)
    accepted = 0
    for shard in range(_SHARDS):
        found = wired.run(ShardOrder(campaign=_NAME, phase="send", shard=shard))
        accepted += int(found["accepted"])
    return accepted


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
        peak = tracemalloc.get_traced_memory()[1] / 1e6 - other.bucket.written()
        tracemalloc.stop()
    return Measured(seconds, counted.counts, peak, trips)


def plans(sizes: list[int]) -> list[tuple[int, Measured, Measured]]:
    """Measure the plan and the naive form at each size."""
    rows = []
    for trips in sizes:

        def fresh(trips: int = trips) -> Apart:
            bucket = SortedBucket()
            fill(bucket, trips)
            return Apart(bucket)

        rows.append(
            (trips, measured(plan, fresh, memory=True), measured(naive, fresh, memory=True))
        )
        _OUT.print(f"planned {trips}", style="dim")
    return rows


def sendings(sizes: list[int]) -> list[tuple[int, Measured, Measured]]:
    """Measure planning and sending of so many trips, all to be painted, over loopback."""
    rows = []
    for trips in sizes:
        with tempfile.TemporaryDirectory() as folder:
            store = BucketStore(Path(folder), ["state"])
            given = {keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET}
            app = create_oss_app(
                store, keys=given, region=keys.REGION, clock=lambda: datetime.now(timezone.utc)
            )
            with LoopbackServer(app) as server:
                same = partial(loopback_store, server.url, "state")
                fill(same(), trips * _TRIPS_PER_DRIVER)
                planned = measured(plan, same, memory=False)
                sent = measured(send, same, memory=False)
        rows.append((trips, planned, sent))
        _OUT.print(f"sent {trips}", style="dim")
    return rows


def show(
    planned: list[tuple[int, Measured, Measured]], sent: list[tuple[int, Measured, Measured]]
) -> None:
    """Print the tables and what a million trips would take."""
    rows = []
    heads = ("trips", "planned", "s", "requests/trip", "MB", "naive s", "naive req/trip",
             "naive MB", "ratio s", "ratio req")  # fmt: skip
    for trips, own, other in planned:
        ours, theirs = sum(own.requests.values()) / trips, sum(other.requests.values()) / trips
        rows.append((
            f"{trips:,}", f"{own.trips:,}", f"{own.seconds:.2f}", f"{ours:.2f}",
            f"{own.memory:.1f}", f"{other.seconds:.2f}", f"{theirs:.2f}", f"{other.memory:.1f}",
            f"{other.seconds / own.seconds:.1f}", f"{theirs / ours:.1f}",
        ))  # fmt: skip
    _OUT.print("plan, bucket in memory, 5 trips a driver, the newest of each")
    print_table(_OUT, rows, heads=heads, right=True)
    others = ("sent", "plan s", "plan req/trip", "send s", "send req/trip", "trips/s")
    sending = [
        (
            f"{trips:,}", f"{own.seconds:.1f}", f"{own.per_trip:.2f}", f"{other.seconds:.1f}",
            f"{other.per_trip:.2f}", f"{other.trips / other.seconds:.0f}",
        )
        for trips, own, other in sent
    ]  # fmt: skip
    _OUT.print("\nplan and sending over loopback, every driver's newest trip is sent")
    print_table(_OUT, sending, heads=others, right=True)
    if planned and sent:
        _million(planned[-1], sent[-1][2])


def _million(planned: tuple[int, Measured, Measured], sent: Measured) -> None:
    trips, own, _ = planned
    factor = 1_000_000 / trips
    requests = Counter({name: count * factor for name, count in own.requests.items()})
    sends = 1_000_000 / _TRIPS_PER_DRIVER / sent.trips
    requests.update({name: count * sends for name, count in sent.requests.items()})
    puts = requests["put"] + requests["create"] + requests["page"]
    gets = requests["get"] + requests["head"] + requests["delete"]
    found = read_prices()
    cny = puts / 1e4 * found.oss_10000_writes + gets / 1e4 * found.oss_10000_reads
    plan_requests = sum(own.requests.values()) * factor
    send_requests = sum(sent.requests.values()) * sends
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
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    show(plans(planned), sendings(sent))
