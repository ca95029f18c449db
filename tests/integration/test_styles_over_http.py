"""GET /v1/styles through the gateway, and a trip in a style of its driver's choice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from local.client import fetch
from shared.styles import offered_styles
from tests.integration.conftest import SAMPLE, driver, finish

if TYPE_CHECKING:
    from local.stack import LocalStack

_MEASURES = ("light", "spread", "chroma", "white", "warm", "green", "blue")


def get(stack: LocalStack, scope: str | None, **headers: str) -> requests.Response:
    if scope is not None:
        headers["Authorization"] = f"Bearer {stack.keys.token('somebody', scope)}"
    return requests.get(f"{stack.urls['app']}/v1/styles", headers=headers, timeout=15)


def test_any_signed_in_caller_sees_the_styles_and_nobody_else(stack: LocalStack) -> None:
    for scope in ("driver", "service", "reviewer", "operator"):
        answer = get(stack, scope)
        assert answer.status_code == 200
        assert {each["id"] for each in answer.json()["styles"]} == set(offered_styles())
    assert get(stack, None).status_code == 401


def test_an_unchanged_list_is_not_sent_again(stack: LocalStack) -> None:
    first = get(stack, "driver")
    again = get(stack, "driver", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"].startswith("private")


def test_a_trip_is_painted_in_the_style_it_names_and_its_poster_is_measured(
    stack: LocalStack,
) -> None:
    app = driver(stack, "driver-of-taste")
    job = finish(app, app.send(SAMPLE, key="in-ink", style="ink_wash"))

    assert (job["status"], job["style"]) == ("succeeded", "ink_wash")
    manifest = json.loads(fetch(job["poster"]["manifest"]["url"]))
    assert manifest["style"] == "ink_wash"
    assert all(f"style_{name}" in manifest["scores"] for name in _MEASURES)
    orders = [task.order.prompt for task in stack.dashscope.tasks.all()]
    assert any("水墨画" in prompt for prompt in orders)
