"""Two reviewers and one poster over the whole stack: claimed, refused, taken back, painted anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.painter.plain import plain
from tests.integration.conftest import SAMPLE, driver
from tests.integration.test_posters_are_announced import announce_later, wait
from tools.chaos.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.client import CarApp
    from local.stack import LocalStack

LI, TOM = ("li", "李梅"), ("tom", "Tom")


class Desk:
    """A reviewer at work."""

    def __init__(self, stack: LocalStack, job_id: str, who: tuple[str, str]) -> None:
        token = stack.keys.token(who[0], "reviewer", name=who[1])
        self._headers = {"Authorization": f"Bearer {token}"}
        self._job = f"{stack.urls['app']}/v1/jobs/{job_id}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        url, headers = self._job + path, self._headers
        return requests.request(method, url, json=body, headers=headers, timeout=15)

    def claim(self) -> Any:
        return self._ask("PUT", "/claim", {})

    def let_go(self) -> Any:
        return self._ask("DELETE", "/claim")

    def decide(self, decision: str, **more: Any) -> Any:
        return self._ask("POST", "/review", {"decision": decision, **more})

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", "").json()
        return found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    settings = {"ANNOUNCE": "after_review"}
    folder = tmp_path_factory.mktemp("stack")
    with small_stack(folder, paint=plain, settings=settings) as running:
        yield running


@pytest.fixture
def app(stack: LocalStack) -> CarApp:
    return driver(stack, "driver-1")


def _waits(app: CarApp, job_id: str, *, attempt: int = 1) -> bool:
    job = app.job(job_id)
    return (job["status"], job["attempt"]) == ("needs_review", attempt)


def test_two_reviewers_do_not_decide_against_each_other(
    stack: LocalStack, app: CarApp, tmp_path: Any
) -> None:
    path = tmp_path / "trip.json"
    path.write_text(json.dumps({**json.loads(SAMPLE.read_bytes()), "share": True}))
    job_id = app.send(path, key="shared-work")
    wait(lambda: _waits(app, job_id), seconds=60)
    li, tom = Desk(stack, job_id, LI), Desk(stack, job_id, TOM)

    taken = li.claim()
    assert (taken.status_code, taken.json()["by"]) == (200, "李梅")
    for refused in (tom.claim(), tom.decide("approve")):
        assert refused.status_code == 409
        assert refused.json()["claimed_by"] == "李梅"
        assert refused.json()["until"] == taken.json()["until"]
    assert li.let_go().status_code == 204
    assert tom.claim().status_code == 200
    assert tom.let_go().status_code == 204
    assert li.decide("approve").json()["status"] == "succeeded"
    late = tom.decide("reject")
    assert late.status_code == 409
    assert {late.json()[each] for each in ("decided_by", "decision")} == {"李梅", "approve"}

    assert li.decide("take_back").json()["status"] == "needs_review"
    announce_later()
    assert stack.community.tries == [], "undone before anybody heard of it"
    inspection = tom.look()["inspection"]
    assert [each["decision"] for each in inspection["reviews"]] == ["approve", "take_back"]
    assert requests.get(inspection["evidence"]["plate"]["url"], timeout=15).status_code == 200
    assert "inspection" not in app.job(job_id)

    before = tom.look()["composition"]
    views = tom.decide("repaint", view="from_above")
    assert views.status_code == 422
    known = views.json()["problems"][0]["detail"].removeprefix("one of: ").split(", ")
    other = next(each for each in known if each != before["view"])
    assert tom.decide("repaint", view=other, attempt=1).status_code == 200
    wait(lambda: _waits(app, job_id, attempt=2), seconds=60)
    assert tom.look()["composition"]["view"] == other
    assert tom.decide("reject", attempt=2, note="no").json()["status"] == "failed"
    assert li.claim().json()["decided_by"] == "Tom"
