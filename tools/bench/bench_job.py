"""What one poster costs from submit to stored, over the local stack: one table.

CPU, requests and invocations of each function; how soon a trip is acknowledged; jobs a minute,
with real pictures and with pictures of some pixels; memory over many jobs. Beside the requests
stands, from the same run, what they would be if every step loaded the newest record first.
"""

import functools
import gc
import itertools
import json
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from local.options import StackOptions
from local.painter import png_of
from local.printed import command_console, print_table
from local.stack import ROOT, STATE_BUCKET, LocalStack
from tools.bench.job_counts import TIMERS, Counts, loading_before_each_step, place
from tools.bench.own_process import load, log_errors_alone, memory_mb
from tools.chaos.small_stack import small_stack

_TRIP = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
_STYLE = "photoreal"
_CLIENTS, _PARTS, _MOST_OPEN, _POLL_SECONDS, _LONGEST_SECONDS = 8, 10, 150, 0.05, 300.0
_OUT = command_console()


@dataclass
class Bench:
    """One running stack, and what it is asked for."""

    stack: LocalStack
    counts: Counts
    acknowledged: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def submit(self) -> str:
        """Send a trip and return its job's id."""
        number = next(self.numbers)
        token = self.stack.keys.token(f"driver-{number % 100}")
        began = time.monotonic()
        answer = requests.post(
            f"{self.stack.urls['app']}/v1/trips",
            json={**_TRIP, "style": _STYLE},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{number}"},
            timeout=60,
        )
        answer.raise_for_status()
        self.acknowledged.append((time.monotonic() - began) * 1000)
        job: str = answer.json()["job_id"]
        return job

    def finish(self, most_open: int = 0) -> None:
        """Wait until no more jobs than that are under way."""
        ends = time.monotonic() + _LONGEST_SECONDS
        folder = self.stack.objects.folder(STATE_BUCKET)
        while (under_way := len(list(folder.glob("open/*")))) > most_open:
            if time.monotonic() > ends:
                raise TimeoutError(f"{under_way} jobs are still under way")
            time.sleep(_POLL_SECONDS)

    def run(self, jobs: int) -> float:
        """Make posters one after the other; return the seconds of each, median."""
        seconds = []
        for _ in range(jobs):
            began = time.monotonic()
            self.submit()
            self.finish()
            seconds.append(time.monotonic() - began)
        return statistics.median(seconds)

    def load(self, jobs: int) -> float:
        """Have clients send as fast as they are answered; return jobs a minute, stored."""
        began = time.monotonic()

        def one(_: int) -> None:
            self.finish(_MOST_OPEN)
            self.submit()

        with ThreadPoolExecutor(_CLIENTS) as clients:
            list(clients.map(one, range(jobs)))
        self.finish()
        return jobs / (time.monotonic() - began) * 60


@dataclass(frozen=True)
class PerJob:
    """Requests and invocations for each job."""

    own: dict[str, Counter[str]]
    timers: float
    pictures: float
    invocations: dict[str, float]
    cpu_ms: dict[str, float]

    @property
    def records(self) -> float:
        """Return the requests about records, of the functions that the job itself runs."""
        return sum(methods.total() for methods in self.own.values())


def per_job(counts: Counts, jobs: int) -> PerJob:
    """Divide what was counted by the number of jobs."""
    oss = [call for call in counts.calls if call.service == "oss"]
    own: dict[str, Counter[str]] = {}
    for call in oss:
        if call.is_state and call.function not in TIMERS:
            share: Any = own.setdefault(call.function, Counter())
            share["LIST" if call.what.endswith("*") else call.method] += 1 / jobs
    return PerJob(
        own=own,
        timers=sum(call.function in TIMERS for call in oss) / jobs,
        pictures=sum(not c.is_state and c.function not in TIMERS for c in oss) / jobs,
        invocations={n: runs / jobs for n, runs in counts.runs.items() if n not in TIMERS},
        cpu_ms={n: s * 1000 / jobs for n, s in counts.cpu.items() if n not in TIMERS},
    )


def measured(bench: Bench, jobs: int, *, naive: bool = False) -> PerJob:
    """Run jobs one by one and count."""
    with loading_before_each_step() if naive else nullcontext():
        bench.run(1)
        bench.counts.clear()
        bench.run(jobs)
    return per_job(bench.counts, jobs)


def tell_requests(bench: Bench, told: dict[str, str], jobs: int) -> None:
    """Add the rows of requests; ours and naive in turns."""
    ours, naive = measured(bench, jobs), measured(bench, jobs, naive=True)
    told["OSS requests of a job, but pictures"] = (
        f"{ours.records:.1f} ({naive.records:.1f} if each step loaded the record first)"
    )
    for function, methods in ours.own.items():
        split = (f"{n:.1f} {method}" for method, n in sorted(methods.items()))
        told[f"  {function}"] = ", ".join(split)
    told["  pictures, vehicle files and results"] = f"{ours.pictures:.1f}"
    told["  timers, one job at a time, 30 times as often"] = f"{ours.timers:.1f}"
    runs = ", ".join(f"{n:.1f} {each}" for each, n in ours.invocations.items())
    told["FC invocations of a job"] = f"{sum(ours.invocations.values()):.1f}: {runs}"


def tell_real(told: dict[str, str], jobs: int) -> None:
    """Add the rows of real pictures."""
    counts = Counts()
    with started(counts, small=False) as bench:
        bench.run(1)
        counts.clear()
        seconds = bench.run(jobs)
        found = per_job(counts, jobs)
    cpu = ", ".join(f"{ms:.0f} {n}" for n, ms in found.cpu_ms.items())
    told["CPU ms a job, real pictures"] = f"{sum(found.cpu_ms.values()):.0f}: {cpu}"
    told["real pictures, one job after the other"] = f"{60 / seconds:.1f} jobs a minute"


def tell_load(bench: Bench, told: dict[str, str], jobs: int) -> None:
    """Add the rows of throughput, acknowledgement and memory."""
    bench.acknowledged.clear()
    before, part, rates, memory = memory_mb(), max(1, jobs // _PARTS), list[float](), list[int]()
    for number in range(1, _PARTS + 1):
        rates.append(bench.load(part))
        gc.collect()
        bench.counts.clear()
        memory.append(memory_mb())
        sys.stderr.write(f"{number * part} jobs: {memory[-1]} MB, {rates[-1]:.0f} a minute\n")
    took = sorted(bench.acknowledged)
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    told[f"small pictures, {_CLIENTS} clients at once"] = (
        f"{statistics.median(rates):.0f} jobs a minute"
    )
    told["  acknowledged after, in that load"] = f"p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    after = ", ".join(str(each) for each in memory)
    told[f"memory over {_PARTS * part} jobs, MB"] = f"{before}, by tenths {after}"


@contextmanager
def started(counts: Counts, *, small: bool) -> Iterator[Bench]:
    """Run a stack, with real pictures or small ones."""
    settings = {"SCENE_POLL_SECONDS": "0.05"}
    options: Any = {"load": counts.load, "settings": settings, "least_instances": 8}
    with tempfile.TemporaryDirectory(prefix="bench-job-") as made:
        stack: AbstractContextManager[LocalStack]
        if small:
            stack = small_stack(Path(made), paint=lambda _, w, h, __: _gradient(w, h), **options)
        else:
            stack = LocalStack(Path(made), StackOptions(**options))
        with stack as running, counts.listening(running.urls):
            yield Bench(running, counts)


@functools.cache
def _gradient(width: int, height: int) -> bytes:
    return png_of(Image.linear_gradient("L").resize((width, height)).convert("RGB"))


def _list(bench: Bench) -> None:
    """Print all requests of one warm job in their order."""
    bench.run(1)
    bench.counts.clear()
    job = bench.submit()
    bench.finish()
    for call in bench.counts.calls:
        if call.function not in TIMERS:
            what = re.sub(r"[a-z2-7]{32}/j[a-z2-7]{31}|[a-z2-7]{32}$", "…", place(call.what))
            line = f"{call.function:14}{call.service:10}{call.method:7}{what.replace(job, '{job}')}"
            _OUT.print(line)


def main(*, real: int, counted: int, jobs: int, only_list: bool) -> None:
    """Measure and print one table, or only the list of one job's requests."""
    log_errors_alone()
    told, counts = dict[str, str](), Counts()
    with started(counts, small=True) as bench:
        if only_list:
            _list(bench)
            return
        tell_requests(bench, told, counted)
        tell_load(bench, told, jobs)
    tell_real(told, real)
    print_table(_OUT, list(told.items()), heads=("from submit to stored", "measured"))
    _OUT.print(f"{load()}; CPU without the GPU's and services'")
