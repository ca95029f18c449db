"""How long a page of the wall takes, whatever the number of jobs, and what reading records would.

The entries lie in the local object storage as in the cloud's bucket; the page is asked of the
function's own handler, with the real client of object storage in between. The comparison reads the
newest record of each job of the page, as a list of jobs without entries would have to, and is told
for nothing which jobs these are. CPU is that of handler and object storage together, and is what
the aim is about: on an idle machine a page takes as long.
"""

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from requests.adapters import HTTPAdapter

from functions.list_wall.handler import handler
from local.cloud.identity import keys
from local.one_process import environment
from local.own_keys import LocalKeys, load_keys
from local.printed import command_console
from local.stack import ROOT, STATE_BUCKET
from shared.adapters.bucket_job_store import BucketJobStore
from shared.adapters.system_clock import SystemClock
from shared.core.ids import record_key
from shared.jobs.accepting import AcceptRules, Submission, first_record
from shared.jobs.wall import Standing, WallEntry, tenant_folder
from shared.jobs.wall_entries import WALL
from shared.ports import ObjectStore
from shared.trips.facts import Season
from shared.trips.reading import trip_of
from shared.vehicles.bundle import bundled, bundled_catalogue
from tools.bench.buckets import loopback_stores
from tools.bench.own_process import load, log_errors_alone, told

_GOAL_MS, _PAGE, _VERSIONS = 100.0, 60, 7
_TENANT = "default"
_STYLES = ("photoreal", "ink_wash", "gouache", "anime", "night_neon", "retro_poster")
_ENDS: tuple[Standing, ...] = ("succeeded", "failed", "cancelled")
_FILTER = "style=ink_wash&season=autumn&min_score=60"
_OUT = command_console()


def main(sizes: list[int], rounds: int) -> int:
    """Measure each size; return 1 when a first page takes longer than it may."""
    log_errors_alone()
    _OUT.print(load())
    kept = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            first = _measured(Path(folder), size, rounds)
        words = f"{size:,} jobs: the first page takes less than {_GOAL_MS:g} ms ({first:.0f})"
        kept[words] = first < _GOAL_MS
    return told(kept)


def _measured(folder: Path, size: int, rounds: int) -> float:
    began, own = time.monotonic(), load_keys(folder / "keys")
    with loopback_stores(folder / "oss", [STATE_BUCKET]) as opened:
        entries = _entered(folder / "oss" / STATE_BUCKET, size)
        state = opened(STATE_BUCKET)
        _OUT.print(f"\n{size:,} jobs, entered in {time.monotonic() - began:.1f} s")
        with environment(_variables(state.endpoint, own)), _counted() as asked:
            pages = {name: _timed(_page(query, own), rounds, asked) for name, query in _ASKED}
            naive = _timed(_by_records(folder, state, entries), rounds, asked)
    for name, each in {**pages, "its records": naive}.items():
        _OUT.print(
            f"{name:>14}: {each.cpu:7.1f} ms of CPU, {each.ms:7.1f} ms in all, "
            f"{each.requests:g} requests of object storage"
        )
    first = pages["first page"].cpu
    _OUT.print(f"reading the page's records takes {naive.cpu / first:.1f} times as much CPU")
    return first


_ASKED = (("first page", ""), ("with a filter", _FILTER))


@dataclass(frozen=True)
class _Taken:
    """Median milliseconds of a run, and its requests."""

    cpu: float
    ms: float
    requests: float


def _timed(work: Callable[[], object], rounds: int, asked: list[str]) -> _Taken:
    """Measure some runs; one before them is not counted."""
    work()
    cpu, ms, before = [], [], len(asked)
    for _ in range(rounds):
        cpu_began, began = time.process_time(), time.perf_counter()
        work()
        cpu.append((time.process_time() - cpu_began) * 1000)
        ms.append((time.perf_counter() - began) * 1000)
    requests = (len(asked) - before) / rounds
    return _Taken(statistics.median(cpu), statistics.median(ms), requests)


def _page(query: str, own: LocalKeys) -> Callable[[], object]:
    event = {
        "version": "v1",
        "headers": {"Authorization": f"Bearer {own.token('reviewer-1', 'reviewer')}"},
        "queryParameters": dict(parse_qsl(query)),
        "requestContext": {"http": {"method": "GET", "path": "/v1/wall"}},
    }
    data = json.dumps(event).encode()

    def ask() -> object:
        answer = handler(data, SimpleNamespace())
        if answer["statusCode"] != 200 or not json.loads(answer["body"])["entries"]:
            raise SystemExit(f"there is no page: {answer['statusCode']}")
        return answer

    return ask


def _by_records(folder: Path, state: ObjectStore, entries: list[WallEntry]) -> Callable[[], object]:
    newest, jobs = entries[:_PAGE], BucketJobStore(state, clock=SystemClock())
    record = first_record(
        Submission(_TENANT, "driver-1", trip_of(json.loads(_TRIP.read_bytes())), None),
        rules=AcceptRules(b"k" * 32, "photoreal", "citycar/g1/black", 30),
        catalogue=bundled_catalogue(bundled(ROOT / "comfyui" / "vehicles")),
        clock=SystemClock(),
    )
    for entry in newest:
        for version in range(1, _VERSIONS + 1):
            named = record.model_copy(update={"job_id": entry.job_id, "version": version})
            place = folder / "oss" / STATE_BUCKET / record_key(entry.job_id, version)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(named.to_json())
    return lambda: [jobs.peek(entry.job_id) for entry in newest]


_TRIP = ROOT / "examples" / "trips" / "may_day.json"


def _entered(bucket: Path, size: int) -> list[WallEntry]:
    """Put the entries of so many jobs, one a minute until now; return the newest, newest first."""
    drawn, now = random.Random(size), datetime.now(timezone.utc)  # noqa: S311 - the same each time
    folder, made, newest = f"{bucket}/{WALL}{tenant_folder(_TENANT)}", set[str](), []
    for number in range(size):
        entry = _entry(number, now - timedelta(minutes=number), drawn)
        hours = entry.position.partition("/")[0]
        if hours not in made:
            made.add(hours)
            Path(folder + hours).mkdir(parents=True)
        os.close(os.open(folder + entry.position + entry.name, os.O_CREAT | os.O_WRONLY))
        newest += [entry] if number < _PAGE else []
    return newest


def _entry(number: int, at: datetime, drawn: random.Random) -> WallEntry:
    status: Standing = drawn.choices(_ENDS, (95, 4, 1))[0]
    made = status == "succeeded"
    return WallEntry(
        job_id=f"j{number:031d}",
        version=7,
        created_at=at,
        status=status,
        origin="app",
        style=drawn.choice(_STYLES),
        vehicle=f"citycar/g1/{drawn.choice(('black', 'red', 'white'))}/0123456789ab",
        season=drawn.choice(list(Season)),
        month=drawn.randint(1, 12),
        attempts=1,
        attempt=int(made),
        title="太湖春色",
        score=drawn.randint(45, 99) if made else None,
        doubt=drawn.random() < 0.1,
        share=drawn.random() < 0.3,
        seconds=drawn.randint(40, 200),
        failure="" if made else "render_failed",
        pictures=1,
        tokens=1200,
        gpu_seconds=30,
        models=("qwen3.7-plus", "wan2.6-t2i", ""),
    )


def _variables(endpoint: str, own: LocalKeys) -> dict[str, str]:
    return {
        "OSS_REGION": keys.REGION,
        "OSS_ENDPOINT": endpoint,
        "OSS_PUBLIC_ENDPOINT": endpoint,
        "STATE_BUCKET": STATE_BUCKET,
        "MOUNT_BUCKET": STATE_BUCKET,
        "JWT_ISSUER": keys.ISSUER,
        "JWT_AUDIENCE": own.audience,
        "JWT_JWKS": own.jwks(),
        "ID_KEY": own.id_key,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.ACCESS_KEY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.ACCESS_KEY_SECRET,
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Yield the requests that leave by `requests`, as the client of object storage sends them."""
    asked, send, vars_of = list[str](), HTTPAdapter.send, HTTPAdapter

    def noted(adapter: Any, request: Any, **how: Any) -> Any:
        asked.append(request.method)
        return send(adapter, request, **how)

    adapters: Any = vars_of
    adapters.send = noted
    try:
        yield asked
    finally:
        adapters.send = send
