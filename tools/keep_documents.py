"""Keep what this release stores and sends, as files that later ones must read.

`python -m tools.keep_documents` runs the local stack and writes `tests/releases/{version}/`.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from typer.testing import CliRunner

from cli.app import app
from local.painter.plain import plain
from local.stack import MOUNT_BUCKET, ROOT
from shared import bootstrap
from shared.announcements.addresses import COMMUNITY
from shared.announcements.endpoints import EndpointState, write_endpoint
from shared.core.release import RELEASE
from shared.jobs.control import accept_again, stop_accepting
from shared.seasons.calendar import calendar
from shared.vehicles.catalogue import CATALOGUE_KEY, parse_catalogue
from shared.vehicles.register import Decision, recall
from shared.vehicles.sidecar import parse_sidecar
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack import LocalStack

FOLDER = ROOT / "tests" / "releases"
_SAMPLE = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
_PATIENCE_SECONDS = 120.0
# What is kept of each bucket, by the name that its file gets: of the first such thing the newest.
_KINDS = {
    "announcement-mark": r"(announced/.+-ready)",
    "manifest": r"results/.+/manifest\.json",
    "upload-cursor": r"uploads/(u[^/]+)/cursor/\d+\.json",
    "tombstone": r"erased-drivers/.+",
    "erasure-work": r"erasing/[^/]+",
    "erasure-counts": r"erasing-counts/.+",
    "erasure-receipt": r"(erasures/.+)\.json",
    "tried": r"tries/.+",
    "campaign": r"(campaigns/[^/]+)/state/\d+\.json",
    "plan-page": r"(campaigns/[^/]+/plan)\d+/\d+/\d+\.json",
    "send-step": r"(campaigns/[^/]+/sent)\d+/\d+/\d+\.json",
    "control-pause": r"control/pause",
    "control-acceptance": r"control/acceptance",
    "control-queues": r"control/queues",
    "control-open": r"control/open",
    "control-circuit": r"control/circuits/.+",
    "control-endpoint": r"control/endpoints/.+",
    "vehicle-catalogue": r"input/vehicles/catalogue\.json",
    "vehicle-sidecar": r"input/vehicles/(?:[^/]+/){4}sidecar\.json",
    "vehicle-decision": r"input/vehicles/catalogue/recalled/.+\.json",
    "task": r"output/[^/]+/task\.json",
    "task-placement": r"output/[^/]+/placement\.json",
}
_ENDS = {"needs_review", "succeeded", "failed", "cancelled", "erased"}
_JOB = re.compile(r"jobs/([^/]+)/\d+\.json")


class Keeper:
    """Notes what is stored and which events are sent, the first of each kind."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}
        self.things: dict[str, str] = {}

    def watch(self, stack: LocalStack) -> None:
        """Look at everything that the functions put and send from now on."""
        put, invoke = stack.objects.put, stack.host.invoke_async

        def putting(bucket: str, key: str, data: bytes, *rest: Any, **options: Any) -> Any:
            self.stored(key, data)
            return put(bucket, key, data, *rest, **options)

        def invoking(name: str, payload: bytes, *rest: Any, **options: Any) -> Any:
            self.found.setdefault(_event(name, payload), payload)
            return invoke(name, payload, *rest, **options)

        vars(stack.objects)["put"] = putting
        vars(stack.host)["invoke_async"] = invoking

    def stored(self, key: str, data: bytes) -> None:
        """Keep an object, if it is the first of its kind, or newer than that one."""
        if job := _JOB.fullmatch(key):
            told = json.loads(data)
            # On their way all jobs look the same.
            if told["origin"] == "app" or told["status"] in _ENDS:
                self._keep(f"job-{told['status']}-{told['origin']}", job[1], data)
        for name, pattern in _KINDS.items():
            if match := re.fullmatch(pattern, key):
                self._keep(name, match[1] if match.groups() else key, data)

    def _keep(self, name: str, thing: str, data: bytes) -> None:
        if self.things.setdefault(name, thing) == thing:
            self.found[name] = data


def _event(name: str, payload: bytes) -> str:
    told = json.loads(payload)
    by = {"triggerTime": "-timer", "events": "-object", "requestContext": "-failure"}
    kind = "".join(word for field, word in by.items() if field in told)
    return f"event-{name.removeprefix('trip-poster-')}{kind}"


class Driver:
    """What a driver and a reviewer do."""

    def __init__(self, stack: LocalStack, name: str) -> None:
        self._url, self._stack, self._name = stack.urls["app"], stack, name

    def ask(self, method: str, path: str, role: str = "", **body: Any) -> Any:
        """Send a request and return what is answered."""
        token = self._stack.keys.token(self._name, *([role] if role else []))
        headers = {"Authorization": f"Bearer {token}"}
        url, sent = f"{self._url}{path}", body or None
        answer = requests.request(method, url, json=sent, headers=headers, timeout=15)
        answer.raise_for_status()
        return answer.json()

    def send(self, **changes: Any) -> str:
        """Send the example trip, changed; return its job."""
        return str(self.ask("POST", "/v1/trips", **{**_SAMPLE, **changes})["job_id"])

    def wait(self, job_id: str, status: str) -> str:
        """Wait until the job has this status."""
        wait_for(lambda: self.ask("GET", f"/v1/jobs/{job_id}")["status"] == status)
        return job_id

    def approve(self, job_id: str) -> str:
        """Approve the poster of a job once a reviewer is asked."""
        self.wait(job_id, "needs_review")
        self.ask("POST", f"/v1/jobs/{job_id}/review", "reviewer", decision="approve")
        return self.wait(job_id, "succeeded")


def wait_for(so: Callable[[], object]) -> None:
    """Wait until something is so; TimeoutError where it does not become so."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not so():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


def poster(*words: str) -> None:
    """Type a command; SystemExit where it does not end well."""
    ran = CliRunner(env={"LOGNAME": "operator"}).invoke(app, words, catch_exceptions=False)
    if ran.exit_code:
        raise SystemExit(ran.output)


def _live(stack: LocalStack, keeper: Keeper) -> None:
    """Have everything happen that leaves another kind of document."""
    driver = Driver(stack, "driver-1")
    far = {"city": "哈尔滨市", "weather": "晴"}
    reviewed = driver.approve(driver.send(share=True))
    wait_for(lambda: stack.community.messages("community"))
    changed: dict[str, Any] = {"style": "ink_wash", "share": False}
    again = driver.ask("POST", f"/v1/jobs/{reviewed}/repaint", **changed)
    driver.wait(again["job_id"], "succeeded")
    stack.dashscope.behaviour.set("image", "fail_task", code="InternalError.Algo")
    driver.wait(driver.send(distance_km=78), "failed")
    stack.dashscope.behaviour.clear()
    poster("queue", "pause", "an example")
    cancelled = driver.send(distance_km=79)
    driver.ask("POST", f"/v1/jobs/{cancelled}/cancel")
    driver.wait(cancelled, "cancelled")
    poster("queue", "resume")
    upload = (ROOT / "examples" / "uploads" / "trips.jsonl").read_bytes().splitlines()[0]
    stack.objects.put(MOUNT_BUCKET, "uploads/trips/one.jsonl", upload)
    wait_for(lambda: "job-succeeded-upload" in keeper.found)
    other = Driver(stack, "driver-2")
    other.approve(other.send(start=far, end=far, via=[], share=True))
    _paint_season(keeper)
    other.approve(keeper.things["job-needs_review-season"])
    _hold_back()
    erased = driver.send(distance_km=80)
    driver.wait(erased, "succeeded")
    driver.ask("DELETE", f"/v1/jobs/{erased}")
    driver.ask("DELETE", "/v1/me")
    wait_for(lambda: "erasure-counts" in keeper.found and "tombstone" in keeper.found)


def _paint_season(keeper: Keeper) -> None:
    today = bootstrap.clock().now().date()
    campaign = calendar().due(today)[-1].campaign
    poster("season", "plan", campaign, "--shards", "1")
    poster("season", "start", campaign)
    wait_for(lambda: {"send-step", "job-needs_review-season"} <= {*keeper.found})


def _hold_back() -> None:
    state, clock = bootstrap.state(), bootstrap.clock()
    stop_accepting(state, reason="an example", clock=clock)
    accept_again(state)
    bootstrap.circuits().set_aside("example", "gone", seconds=60)
    bootstrap.circuits().worked("example")
    endpoint = EndpointState().after_failure(clock.now())
    write_endpoint(COMMUNITY, endpoint, state=state)


def _look_at_vehicles(stack: LocalStack, keeper: Keeper) -> None:
    root = stack.objects.folder(MOUNT_BUCKET)
    path = next(iter(sorted(root.glob("input/vehicles/*/*/*/*/sidecar.json"))))
    keeper.stored(path.relative_to(root).as_posix(), path.read_bytes())
    catalogue = parse_catalogue((root / CATALOGUE_KEY).read_bytes())
    # Some tell as much as all.
    few = catalogue.model_copy(update={"vehicles": catalogue.vehicles[:3]})
    keeper.stored(CATALOGUE_KEY, few.to_json())
    decision = Decision(by="an operator", at=bootstrap.clock().now(), reason="an example")
    recall(parse_sidecar(path.read_bytes()).reference, decision, mount=bootstrap.mount())


def keep(folder: Path) -> list[str]:
    """Write the files and return their names."""
    keeper = Keeper()
    settings = {"ANNOUNCE": "after_review"}
    with (
        tempfile.TemporaryDirectory() as data,
        small_stack(Path(data), paint=plain, settings=settings) as stack,
    ):
        keeper.watch(stack)
        _live(stack, keeper)
        _look_at_vehicles(stack, keeper)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data_of in sorted(keeper.found.items()):
        (folder / f"{name}.json").write_bytes(data_of)
    return sorted(keeper.found)


if __name__ == "__main__":
    print(*keep(FOLDER / RELEASE), sep="\n")
