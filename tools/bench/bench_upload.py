"""How fast an uploaded file becomes jobs, with how many requests a line, and in how much memory.

Buckets and platform are fakes in memory, so the rate is that of our own work, an upper bound; the
requests are what object storage and platform would see. The naive form reads the file whole and
parses all lines before the first job. Over loopback one file runs over the local stack's object
storage by the real client instead.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from functions.ingest_upload.use_case import IngestRules, ingest_upload
from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
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
from tools.bench.loopback_store import loopback_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shared.ports import ObjectInfo, ObjectPage, ObjectPart, ObjectStore
    from shared.vehicles.catalogue import Catalogue

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


@dataclass
class Forgetful:
    """A state bucket that counts requests and keeps only what is small, so that it stays small."""

    requests: Counter[str] = field(default_factory=Counter)
    kept: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        self.requests["get"] += 1
        return self.kept.get(key)

    def head(self, key: str) -> ObjectInfo | None:
        raise NotImplementedError

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        raise NotImplementedError

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        self.requests["put"] += 1
        if not key.startswith(("jobs/", "open/", "drivers/", "driver-uploads/")):
            self.kept[key] = data

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        self.requests["create"] += 1
        if "/cursor/" in key:
            self.kept = {k: v for k, v in self.kept.items() if "/cursor/" not in k}
            self.kept[key] = data
        return True

    def delete(self, key: str) -> None:
        self.requests["delete"] += 1
        self.kept.pop(key, None)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        from shared.ports import ObjectPage

        self.requests["list"] += 1
        return ObjectPage(())

    def sign(self, key: str, *, seconds: int, filename: str | None = None) -> Any:
        raise NotImplementedError


class FileMount(Forgetful):
    """A mount with one file on a disk, read by ranges; reports are counted and dropped."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self.size = path, path.stat().st_size

    def head(self, key: str) -> ObjectInfo | None:
        from shared.ports import ObjectInfo

        self.requests["head"] += 1
        return ObjectInfo(key, self.size, datetime.now(timezone.utc), "E")

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        from shared.ports import ObjectPart

        self.requests["range"] += 1
        with self._path.open("rb") as file:
            file.seek(start)
            return ObjectPart(file.read(length), self.size, "E")

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        self.requests["put"] += 1


@dataclass
class Platform:
    """Accepts invocations and runs none."""

    requests: Counter[str] = field(default_factory=Counter)

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        self.requests["invoke"] += 1


def catalogue() -> Catalogue:
    """Return the demonstration vehicles."""
    return bundled_catalogue(bundled(ROOT / "comfyui" / "vehicles"))


def run(
    mount: ObjectStore,
    state: ObjectStore,
    platform: Platform,
    vehicles: Catalogue,
    size: int,
    key: str = _KEY,
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


def run_naively(path: Path, state: ObjectStore, platform: Platform, vehicles: Catalogue) -> None:
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
        mount, state, platform = FileMount(path), Forgetful(), Platform()
        run(mount, state, platform, vehicles, size)
        return sum((mount.requests + state.requests + platform.requests).values())

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
    buckets = BucketStore(folder / "oss", ["state", "mount"])
    secrets = {keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET}
    body = b"".join(line(n) for n in range(count))
    app = create_oss_app(
        buckets, keys=secrets, region=keys.REGION, clock=lambda: datetime.now(timezone.utc)
    )
    with LoopbackServer(app) as server:
        mount, state = (loopback_store(server.url, name) for name in ("mount", "state"))
        mount.put(_KEY, body)
        started = time.perf_counter()
        run(mount, state, Platform(), vehicles, len(body))
        seconds = time.perf_counter() - started
    _OUT.print(f"{count:>8,} lines over loopback  {count / seconds:8.1f} lines/s")


def main(sizes: Sequence[int], loopback: int) -> None:
    """Measure each size, and so many lines over loopback."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    vehicles = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes or (1_000, 10_000, 100_000):
            compare(size, vehicles, Path(folder))
        if loopback:
            over_loopback(loopback, vehicles, Path(folder))
