"""What the studio does over HTTP: a render comes in by a form, is drawn on and decided about."""

from __future__ import annotations

import hashlib
import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from PIL import Image

from local.options import StackOptions
from local.painter.plain import plain
from local.stack import LocalStack
from shared import bootstrap
from shared.seasons.calendar import calendar
from tests.fakes.demo_car import demo_car
from tests.integration.conftest import ANY_LIGHT, SAMPLE, driver, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAINT = {"model": "citycar", "generation": "g4", "paint": "ruby"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    options = StackOptions(paint=plain, settings=ANY_LIGHT, timer_scale=1 / 20)
    with LocalStack(tmp_path_factory.mktemp("studio"), options) as running:
        yield running


class Studio:
    """A person at the studio, with a token of their own."""

    def __init__(self, stack: LocalStack, scope: str = "studio") -> None:
        self.stack = stack
        self._headers = {"Authorization": f"Bearer {stack.keys.token('artist-1', scope)}"}

    def get(self, path: str, **query: str) -> Any:
        """Return the body of an answer."""
        return self._sent("GET", path, params=query)

    def post(self, path: str, body: Any, *, status: int = 200) -> Any:
        """Return the body of an answer that has this status."""
        return self._sent("POST", path, json=body, status=status)

    def _sent(self, method: str, path: str, *, status: int = 200, **options: Any) -> Any:
        url = f"{self.stack.urls['app']}/v1/{path}"
        answer = requests.request(method, url, headers=self._headers, timeout=60, **options)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, **files: bytes) -> None:
        """Upload files of a render by forms, as a browser does; names as `badge.png`, `_` a dot."""
        kinds = {"png": "image/png", "json": "application/json"}
        named = {f"render.{name.replace('_', '.')}": data for name, data in files.items()}
        told = [
            {"name": name, "size": len(data), "type": kinds[name.rpartition(".")[2]]}
            for name, data in named.items()
        ]
        answer = self.post("vehicles/uploads", {**PAINT, "files": told})
        for form in answer["forms"]:
            sent = {"file": (form["name"], named[form["name"]])}
            put = requests.post(form["url"], form["fields"], files=sent, timeout=60)
            assert put.status_code == 204, put.text
        assert self.stack.host.drain(120)

    def versions(self) -> list[dict[str, Any]]:
        """Return the versions of the uploaded car, the newest first."""
        (found,) = self.get("vehicles/sets", vehicle="/".join(PAINT.values()))["sets"]
        (member,) = found["members"]
        versions: list[dict[str, Any]] = member["versions"]
        return versions


def test_a_driver_or_a_reviewer_has_no_business_there(stack: LocalStack) -> None:
    for scope in ("driver", "service", "reviewer"):
        for path in ("vehicles/sets", "campaigns"):
            Studio(stack, scope)._sent("GET", path, status=403)


@pytest.mark.slow
def test_a_render_comes_in_by_forms_is_drawn_on_approved_and_recalled(
    stack: LocalStack, tmp_path: Path
) -> None:
    studio, car = Studio(stack), demo_car()
    card = car.card | PAINT | {"sha256": hashlib.sha256(car.render).hexdigest()}
    studio.upload(json=json.dumps(card).encode(), badge_png=car.badge, png=car.render)
    (first,) = studio.versions()
    assert (first["standing"], first["current"]) == ("good", True)
    assert first["report"]["verdict"] == "yes"
    assert _picture(first["preview"]["url"]).width == 640

    badge = studio.get("vehicles/badge", vehicle=first["vehicle"])
    picture, mask = _picture(badge["picture"]["url"]), _picture(badge["mask"]["url"])
    assert picture.size == mask.size == (badge["width"], badge["height"])
    box = mask.getbbox()
    assert box is not None
    corners = [each for (polygon,) in [badge["polygons"]] for point in polygon for each in point]
    assert max(abs(a - b) for a, b in zip(corners[:2] + corners[4:6], box, strict=True)) < 3

    x0, y0, x1, y1 = box
    drawn = [[[x0 + 2, y0 + 2], [x1 - 2, y0 + 2], [x1 - 2, y1 - 2], [x0 + 2, y1 - 2]]]
    wish = {"vehicle": first["vehicle"], "polygons": drawn}
    assert studio.post("vehicles/badge", wish, status=202)["upload"].endswith("ruby.badge.json")
    assert stack.host.drain(120)
    second, before = studio.versions()
    assert (second["standing"], second["current"], before["current"]) == ("good", True, False)
    assert "badge_drawn" in {each["code"] for each in second["report"]["reasons"]}
    anew = studio.get("vehicles/badge", vehicle=second["vehicle"])
    assert anew["polygons"] == drawn
    small = _picture(anew["mask"]["url"]).getbbox()
    assert small is not None
    assert max(abs(a - b) for a, b in zip(small, (x0 + 2, y0 + 2, x1 - 2, y1 - 2), strict=True)) < 2
    studio.post("vehicles/badge", wish, status=409)

    bootstrap.reset()
    job = _painted(stack, tmp_path)
    assert job["vehicle"] == second["vehicle"]
    seen = studio.get("vehicles/recall", vehicle=second["vehicle"])
    assert (seen["done"], seen["made_with_it"], seen["withdrawn"]) == (True, 1, 1)
    decision = {"vehicle": second["vehicle"], "decision": "recall", "reason": "wrong wheels"}
    assert studio.post("vehicles/decisions", decision) == {**seen, "cursor": ""}
    assert requests.get(_address(stack, job), timeout=15).status_code == 404
    second, before = studio.versions()
    assert (second["standing"], before["current"]) == ("recalled", True)

    # Without a sidecar much is guessed, and a person has to say yes.
    del card["contacts"], card["horizon_y"]
    studio.upload(json=json.dumps({**card, "badge_box": None}).encode())
    waiting = studio.versions()[0]
    assert waiting["standing"] == "waits for approval"
    assert "marked.png" in {each["name"] for each in waiting["pictures"]}
    approval = {"vehicle": waiting["vehicle"], "decision": "approve"}
    answer = studio.post("vehicles/decisions", approval)
    assert answer == {"vehicle": waiting["vehicle"], "standing": "approved", "current": True}
    studio.post("vehicles/decisions", {**approval, "decision": "refuse"}, status=409)


def _picture(url: str) -> Image.Image:
    return Image.open(io.BytesIO(requests.get(url, timeout=15).content))


def _painted(stack: LocalStack, folder: Path) -> dict[str, Any]:
    path = folder / "trip.json"
    trip = {**json.loads(SAMPLE.read_bytes()), "share": True, "vehicle": PAINT}
    path.write_text(json.dumps(trip))
    app = driver(stack, "driver-1")
    job = finish(app, app.send(path, key="ruby"))
    assert job["status"] == "succeeded"
    _wait(lambda: requests.get(_address(stack, job), timeout=15).status_code == 200)
    return job


def _address(stack: LocalStack, job: dict[str, Any]) -> str:
    return f"{stack.urls['app']}/v1/posters/{job['job_id']}"


def _wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.slow
def test_a_campaign_is_planned_started_paused_and_stopped(stack: LocalStack) -> None:
    studio = Studio(stack)
    listed = studio.get("campaigns")
    windows = {each["campaign"]: each for each in listed["windows"]}
    assert {each["status"] for each in windows.values()} == {None}
    due = [each.campaign for each in calendar().due(bootstrap.clock().now().date())]
    if not due:
        pytest.skip("between two windows there is no campaign to run")
    name = due[0]
    assert name in windows

    planning = studio.post(f"campaigns/{name}", {"action": "plan", "rules": {"shards": 2}})
    assert (planning["status"], planning["by"]) == ("planning", "artist-1")
    assert planning["rules"]["shards"] == 2
    _wait(lambda: studio.get(f"campaigns/{name}")["status"] == "planned")
    plan = studio.get(f"campaigns/{name}")["plan"]
    assert plan["drivers"] == plan["jobs"] == 1

    assert studio.post(f"campaigns/{name}", {"action": "start"})["status"] == "running"
    paused = studio.post(f"campaigns/{name}", {"action": "pause"})
    assert (paused["status"], paused["reason"]) == ("paused", "paused by artist-1")
    studio.post(f"campaigns/{name}", {"action": "plan"}, status=409)
    assert studio.post(f"campaigns/{name}", {"action": "resume"})["status"] == "running"
    assert studio.post(f"campaigns/{name}", {"action": "stop"})["status"] == "stopped"
    listed = studio.get("campaigns")
    assert {each["campaign"]: each["status"] for each in listed["windows"]}[name] == "stopped"
