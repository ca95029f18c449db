"""How fast an uploaded file becomes jobs, with how many requests a line, and in how much memory.

Buckets and platform are fakes in memory, so the rate is that of our own work, an upper bound; the
requests are what object storage and platform would see. The naive form reads the file whole and
parses all lines before the first job. Over loopback one file runs over the local stack's object
storage by the real client instead.
"""

import json
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from functions.ingest_upload.use_case import IngestRules, ingest_upload
from local.printed import command_console
from local.stack import ROOT
from shared.adapters.bucket_job_store import BucketJobStore
from shared.adapters.system_clock import SystemClock
from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs.accepting import AcceptRules, Submission, accept, first_record
from shared.uploads.entry import parse_json_entry
from shared.uploads.source import UploadLimits
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.catalogue import Catalogue
from tools.bench.buckets import Counted, FileMount, Forgetful, Platform, loopback_stores
from tools.bench.own_process import log_errors_alone

_KEY = "uploads/trips/bench.jsonl"
_ACCEPT = AcceptRules(
    id_key=b"k" * 32,
    default_style="photoreal",
    default_vehicle="citycar/g1/black",
    deadline_minutes=30,
)
_TRIP = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
_OUT = command_console()


def line(number: int) -> bytes:
    """Return a good line, another for each number."""
    fields = {"driver": f"driver-{number % 5000}", **_TRIP, "distance_km": 1 + number / 100}
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def catalogue() -> Catalogue:
    """Return the demonstration vehicles."""
    return bundled_catalogue(bundled(ROOT / "comfyui" / "vehicles"))


def run(
    mount: Any, state: Any, platform: Any, vehicles: Catalogue, size: int, key: str = _KEY
) -> None:
    """Read a whole upload, as one run without an end would."""
    clock = SystemClock()
    rules = IngestRules(
        accept=_ACCEPT,
        limits=UploadLimits(file=1 << 40, json=1 << 22, line=65_536),
        tenant="default",
        open_jobs=1 << 30,
        seconds=1e9,
    )
    stops = ingest_upload(
        UploadWork((ObjectCreated("mount", key, size),)),
        start="u",
        rules=rules,
        catalogue=vehicles,
        jobs=BucketJobStore(state, clock=clock),
        state=state,
        mount=mount,
        invoker=platform,
        clock=clock,
    )
    if stops != {"read": 1}:
        raise SystemExit(f"the upload was not read: {dict(stops)}")


def run_naively(path: Path, state: Any, platform: Any, vehicles: Catalogue) -> None:
    """Read everything, parse everything, then accept."""
    clock = SystemClock()
    parsed = [parse_json_entry(each) for each in path.read_bytes().splitlines()]
    jobs = BucketJobStore(state, clock=clock)
    records = [
        first_record(
            Submission("default", each.driver, each.trip, each.idempotency_key),
            rules=_ACCEPT,
            catalogue=vehicles,
            clock=clock,
        )
        for each in parsed
    ]
    for record in records:
        accept(record, jobs=jobs, invoker=platform)


def measured(work: Callable[[], float]) -> tuple[float, float, float]:
    """Return what it returns, the seconds it takes and by how many MB the process grew.

    It runs in a process of its own, which begins as large as this one.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_run_apart, args=(work, theirs))
    child.start()
    found: tuple[float, float, float] = ours.recv()
    child.join()
    return found


def _run_apart(work: Callable[[], float], answer: Any) -> None:
    before, started = _largest(), time.perf_counter()
    found = work()
    answer.send((found, time.perf_counter() - started, _largest() - before))


def _largest() -> float:
    """Return how large this process has ever been, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(count: int, vehicles: Catalogue, folder: Path) -> None:
    """Print the row of one size."""
    path = folder / f"{count}.jsonl"
    with path.open("wb") as file:
        file.writelines(line(n) for n in range(count))
    size = path.stat().st_size

    def ours() -> float:
        counts = Counter[str]()
        mount, state, platform = (
            Counted(each, counts) for each in (FileMount(path), Forgetful(), Platform())
        )
        run(mount, state, platform, vehicles, size)
        return counts.total()

    def naive() -> float:
        run_naively(path, Forgetful(), Platform(), vehicles)
        return 0.0

    # Once before, so that what is loaded and compiled on the way counts for neither.
    with (folder / "warm.jsonl").open("wb") as file:
        file.writelines(line(n) for n in range(10))
    warm = FileMount(folder / "warm.jsonl")
    run(warm, Forgetful(), Platform(), vehicles, warm.size)
    requests, seconds, peak = measured(ours)
    _, plain, whole = measured(naive)
    _OUT.print(
        f"{count:>8,} lines  {size / 1e6:7.1f} MB  {count / seconds:8.0f} lines/s  "
        f"{requests / count:5.2f} requests/line  grows by {peak:5.1f} MB   "
        f"naive: {count / plain:8.0f} lines/s, {whole:7.1f} MB, {whole / max(peak, 1):6.1f} x"
    )


def over_loopback(count: int, vehicles: Catalogue, folder: Path) -> None:
    """Print the rate over the real client and the local object storage."""
    body = b"".join(line(n) for n in range(count))
    with loopback_stores(folder / "oss", ["state", "mount"]) as store:
        mount, state = store("mount"), store("state")
        mount.put(_KEY, body)
        started = time.perf_counter()
        run(mount, state, Platform(), vehicles, len(body))
        seconds = time.perf_counter() - started
    _OUT.print(f"{count:>8,} lines over loopback  {count / seconds:8.1f} lines/s")


def main(sizes: Sequence[int], loopback: int) -> None:
    """Measure each size, and so many lines over loopback."""
    log_errors_alone()
    vehicles = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes or (1_000, 10_000, 100_000):
            compare(size, vehicles, Path(folder))
        if loopback:
            over_loopback(loopback, vehicles, Path(folder))
