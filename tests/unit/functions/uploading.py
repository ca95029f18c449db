"""Support: files of trips put on the mount of a world, and what ingest_upload makes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.ingest_upload.use_case import IngestRules, ingest_upload
from shared.core import ids
from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs.accepting import AcceptRules
from shared.uploads import names
from shared.uploads.cursor import Cursor
from shared.uploads.forgetting import Forgetter
from shared.uploads.source import UploadLimits, original_of
from tests.fakes.wired import wired
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from tests.unit.functions.world import World

ID_KEY = b"k" * 32
TENANT = "maker"
LIMITS = UploadLimits(file=10_000_000, json=100_000, line=4_000)
ACCEPT = AcceptRules(
    id_key=ID_KEY,
    default_style="photoreal",
    default_vehicle="testcar/g1/red",
    deadline_minutes=30,
)


def fields(driver: str | None = "driver-1", **changes: Any) -> dict[str, Any]:
    """Return the fields of a good line; another `distance_km` is another trip."""
    trip = json.loads(sample_trip().model_dump_json(exclude_none=True))
    trip.pop("caption", None)
    return {**trip, **({} if driver is None else {"driver": driver}), **changes}


def line(driver: str | None = "driver-1", **changes: Any) -> bytes:
    """Return a good line, without its end."""
    return json.dumps(fields(driver, **changes), ensure_ascii=False).encode()


def numbered(count: int, *, drivers: int = 3) -> list[bytes]:
    """Return that many different good lines."""
    return [line(f"driver-{n % drivers}", distance_km=n + 1) for n in range(count)]


def put(world: World, data: bytes | Iterable[bytes], name: str = "may.jsonl") -> str:
    """Put a file; return its key."""
    body = data if isinstance(data, bytes) else b"\n".join(data) + b"\n"
    world.mount.put(names.TRIPS + name, body)
    return names.TRIPS + name


def put_coded(world: World, data: bytes, coding: str, name: str = "may.jsonl") -> str:
    """Put a file as an uploader does that says how it is packed; return its key."""
    key = put(world, data, name)
    world.mount.objects[key] = replace(world.mount.objects[key], encoding=coding)
    return key


def upload_of(world: World, key: str) -> str:
    """Return the id of what lies under the key, or lay there before it was taken away."""
    info = world.mount.head(key)
    if info is not None:
        found = names.upload_id(key, info.etag, info.size, info.packing)
        return original_of(found, state=world.state)
    begun = (k for k in world.state.keys("uploads/") if k.endswith("/cursor/000001.json"))
    first = (Cursor.model_validate_json(world.state.objects[k].data) for k in begun)
    return max((c for c in first if c.key == key), key=lambda c: c.begun_at).upload_id


def work(world: World, what: UploadWork, **rules: Any) -> Counter[str]:
    """Run ingest_upload."""
    given: dict[str, Any] = {"open_jobs": 1000, "seconds": 1000.0, "limits": LIMITS, **rules}
    return wired(ingest_upload, world)(
        what,
        start="u",
        rules=IngestRules(accept=ACCEPT, tenant=TENANT, **given),
        catalogue=world.catalogue,
    )


def event(world: World, key: str, **rules: Any) -> Counter[str]:
    """Run ingest_upload as the OSS event on a file does."""
    info = world.mount.head(key)
    size, etag = (info.size, info.etag) if info else (1, "")
    return work(world, UploadWork((ObjectCreated("mount", key, size, etag),)), **rules)


def tick(world: World, **rules: Any) -> Counter[str]:
    """Run ingest_upload as its timer does, a minute later."""
    world.clock.advance(60)
    return work(world, UploadWork(), **rules)


def continued(world: World) -> list[str]:
    """Return the task ids of runs that ingest_upload has started of itself."""
    return [each.task_id for each in world.invoker.started if each.function == "ingest_upload"]


def report(world: World, key: str, upload: str = "") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the rows of an upload's report, in order, and its summary, {} without one."""
    folder = names.report_folder(key, upload or upload_of(world, key))
    rows, summary = [], {}
    for name in world.mount.keys(folder):
        data = world.mount.objects[name].data
        if name.endswith("summary.json"):
            summary = json.loads(data)
        else:
            rows += [json.loads(each) for each in data.splitlines()]
    return rows, summary


def job_ids(world: World) -> set[str]:
    """Return all jobs there are."""
    return {key.split("/")[1] for key in world.state.keys("jobs/")}


def forget(world: World, driver: str, job_id: str = "", *, again: bool = False) -> int:
    """Run what an erasure runs on uploads."""
    key = ids.driver_key(ID_KEY, tenant=TENANT, driver=driver)
    indexed = {entry.job_id for entry in world.jobs.every_indexed(key)}
    forgetter = Forgetter(
        driver_key=key,
        job_ids={job_id} if job_id else indexed,
        only_jobs=bool(job_id),
        id_key=ID_KEY,
        state=world.state,
        mount=world.mount,
    )
    uploads = list(forgetter.uploads())
    forgotten = sum(forgetter.forget(upload, again=again) for upload in uploads)
    for upload in [] if job_id else uploads:
        forgetter.leave(upload)
    return forgotten


def close_all(world: World) -> None:
    """Let every open job be over and gone, without painting any."""
    for key in world.state.keys("open/"):
        world.state.delete(key)
