"""What earlier releases stored and sent is read, and what a later one adds is kept.

Each folder beside this file is a release's, written by `python -m tools.keep_documents`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from functions.regenerate_season.schema import decode_order
from shared.adapters.bucket_job_store import BucketJobStore
from shared.announcements.endpoints import EndpointState
from shared.announcements.events import message_body, notice_of
from shared.announcements.outbox import Mark
from shared.core.release import RELEASE
from shared.edge.events.decoding import as_a
from shared.edge.events.objects import decode_objects
from shared.edge.events.orders import ErasureOrder, JobOrder, TaskOrder
from shared.edge.events.uploads import decode_upload
from shared.jobs.control import Circuit, OpenReport, QueueReport, Stop
from shared.jobs.erasures import Receipt, Work, counted
from shared.jobs.record import JobRecord, JobStatus, Origin
from shared.jobs.tombstone import Tombstone
from shared.lists.tries import Tried
from shared.results.task_files import Placement, TaskFiles
from shared.seasons.model import Campaign, PlanPage, SendStep
from shared.uploads.cursor import Cursor
from shared.vehicles.catalogue import Catalogue
from shared.vehicles.register import Decision
from shared.vehicles.sidecar import Sidecar
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

_HERE = Path(__file__).parent
_RELEASES = sorted(path.parent.name for path in _HERE.glob("*/manifest.json"))
_FILES = sorted(path for path in _HERE.glob("*/*.json"))
# What is read and written again.
_REWRITTEN: dict[str, type[BaseModel]] = {
    "announcement-mark": Mark,
    "campaign": Campaign,
    "control-acceptance": Stop,
    "control-circuit": Circuit,
    "control-endpoint": EndpointState,
    "control-open": OpenReport,
    "control-pause": Stop,
    "control-queues": QueueReport,
    "erasure-receipt": Receipt,
    "erasure-work": Work,
    "plan-page": PlanPage,
    "send-step": SendStep,
    "tombstone": Tombstone,
    "tried": Tried,
    "upload-cursor": Cursor,
    "vehicle-catalogue": Catalogue,
    "vehicle-decision": Decision,
    "vehicle-sidecar": Sidecar,
}
# What is read only.
_READ: dict[str, Callable[[bytes], object]] = {
    "event-ingest_upload-object": decode_upload,
    "event-ingest_upload-timer": decode_upload,
    "event-paint_scene": as_a(JobOrder),
    "event-paint_trip": as_a(JobOrder),
    "event-regenerate_season": decode_order,
    "event-regenerate_season-timer": decode_order,
    "event-run_erasure": as_a(ErasureOrder),
    "event-store_result": as_a(TaskOrder),
    "task": TaskFiles.model_validate_json,
    "task-placement": lambda data: Placement.model_validate_json(data, extra="ignore"),
}
_STATUSES = {"needs_review", "succeeded", "failed", "cancelled", "erased"}
_NEW = {"x_next": {"a": 1}}


def _kind(path: Path) -> type[BaseModel] | None:
    return JobRecord if path.stem.startswith("job-") else _REWRITTEN.get(path.stem)


def _reader(path: Path) -> Callable[[bytes], object]:
    kind = _kind(path)
    if kind is not None:
        return kind.model_validate_json
    if path.stem in _READ:
        return _READ[path.stem]
    return decode_objects if path.stem.endswith("-object") else json.loads


def _written(kind: type[BaseModel], data: bytes) -> Any:
    found = kind.model_validate_json(data)
    if isinstance(found, (JobRecord, Sidecar)):
        return json.loads(found.to_json())
    return json.loads(found.model_dump_json())


def _lost(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """Yield where something of the one is missing from the other, or is not the same."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name not in after:
                yield f"{at}/{name}"
            else:
                yield from _lost(value, after[name], f"{at}/{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from _lost(*pair, f"{at}/{number}")
    elif before != after:
        yield at


# Objects of names that are not ours: a count or measure by its name is no field.
_TABLES = {
    "scores", "measured", "counts", "skipped", "styles", "regions", "dues", "passes", "x_next"
}  # fmt: skip


def _extended(value: Any) -> Any:
    """Return the value with a field that the next release has added to every object."""
    if isinstance(value, list):
        return [_extended(each) for each in value]
    if not isinstance(value, dict):
        return value
    tables = {name: each for name, each in value.items() if name in _TABLES}
    if isinstance(passes := value.get("passes"), dict):
        tables["passes"] = {name: _extended(each) for name, each in passes.items()}
    return {name: _extended(each) for name, each in value.items()} | tables | _NEW


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("release", _RELEASES)
def test_a_release_has_kept_a_document_of_every_kind(release: str) -> None:
    names = {path.stem for path in _FILES if path.parent.name == release}

    assert {*_REWRITTEN, *_READ, "manifest"} - names == set()
    assert {name.split("-")[1] for name in names if name.startswith("job-")} >= _STATUSES
    assert {f"job-succeeded-{origin}" for origin in get_args(Origin)} <= names


def test_some_release_has_kept_its_documents() -> None:
    assert _RELEASES
    assert max(map(_numbers, _RELEASES)) <= _numbers(RELEASE)


@pytest.mark.parametrize("path", _FILES, ids=_named)
def test_a_document_of_a_release_is_read_and_nothing_of_it_is_lost(path: Path) -> None:
    data, kind = path.read_bytes(), _kind(path)

    assert _reader(path)(data) is not None
    if kind is not None:
        assert list(_lost(json.loads(data), _written(kind, data))) == []


@pytest.mark.parametrize("path", _FILES, ids=_named)
def test_what_the_next_release_adds_is_read_and_kept(path: Path) -> None:
    told, kind = _extended(json.loads(path.read_bytes())), _kind(path)
    data = json.dumps(told).encode()

    assert _reader(path)(data) is not None
    if kind is not None:
        assert list(_lost(told, _written(kind, data))) == []


@pytest.mark.parametrize("release", _RELEASES)
def test_a_job_goes_on_with_what_the_next_release_has_noted(release: str) -> None:
    clock, state = FakeClock(), FakeObjectStore(FakeClock())
    told = _extended(json.loads((_HERE / release / "job-succeeded-app.json").read_bytes()))
    state.put(f"jobs/{told['job_id']}/000001.json", json.dumps({**told, "version": 1}).encode())
    jobs = BucketJobStore(state, clock=clock)
    record = jobs.load(told["job_id"])

    assert record is not None
    assert jobs.append(record.note(now=clock.now(), post_refused=True))
    newest = json.loads(state.get(f"jobs/{told['job_id']}/000002.json") or b"")
    changed = {"version": 2, "post_refused": True, "release": RELEASE}
    kept = {k: v for k, v in told.items() if k not in {"writer", "recorded_at"}} | changed
    assert list(_lost(kept, newest)) == []


def test_a_record_without_a_release_is_read_as_before() -> None:
    path = next(path for path in _FILES if path.stem == "job-succeeded-app")
    told = {k: v for k, v in json.loads(path.read_bytes()).items() if k != "release"}

    record = JobRecord.model_validate(told)

    assert (record.release, record.status) == ("", JobStatus.SUCCEEDED)


@pytest.mark.parametrize("release", _RELEASES)
def test_manifest_and_announcement_are_those_of_the_job(release: str) -> None:
    folder = _HERE / release
    record = JobRecord.model_validate_json((folder / "job-succeeded-app.json").read_bytes())
    manifest = (folder / "manifest.json").read_bytes()
    mark = Mark.model_validate_json((folder / "announcement-mark.json").read_bytes())
    notice = notice_of(f"{record.job_id}-{record.attempt}-ready")

    assert record.result is not None
    assert record.result.manifest_sha256 == hashlib.sha256(manifest).hexdigest()
    assert notice is not None
    url = json.loads(mark.body)["data"]["url"]
    again = message_body(notice, record, at=mark.at, base_url=url.partition("/v1/")[0])
    assert list(_lost(json.loads(mark.body), json.loads(again))) == []


def test_counts_of_another_release_are_summed_as_well() -> None:
    state = FakeObjectStore(FakeClock())
    state.put("erasing-counts/e1/a", b'{"records": 2, "sketches": 1, "x_next": {"a": 1}}')
    state.put("erasing-counts/e1/b", b'{"records": 1, "sketches": 3}')

    found = counted("e1", state=state)

    assert (found["records"], found["sketches"], found["posters"]) == (3, 4, 0)
