"""The node pack speaks DashScope without the SDK: what it sends is what the SDK would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dashscope
import pytest
from dashscope.aigc.image_generation import ImageGeneration

from comfyui.custom_nodes.trip_poster import dashscope_calls
from comfyui.custom_nodes.trip_poster.web import Deadline
from tests.fakes.served_dashscope import KEY, PNG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.served_dashscope import Service

# The SDK's types do not show the methods that the classes inherit.
IMAGE_GENERATION: Any = ImageGeneration
IMAGE_SYNTHESIS: Any = dashscope.ImageSynthesis
OPTIONS: dict[str, Any] = {
    "api_key": KEY,
    "size": "1152*1440",
    "n": 1,
    "seed": 7,
    "prompt_extend": False,
    "watermark": False,
    "request_timeout": 5,
}


@pytest.fixture(autouse=True)
def _pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: Service) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    monkeypatch.setenv("TRIP_POSTER_DASHSCOPE_URL", service.url)
    monkeypatch.setenv("TRIP_POSTER_ORDERS_FOLDER", str(tmp_path / "orders"))
    monkeypatch.setattr(dashscope_calls, "_POLL_PAUSES", (0.01,))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def by_prompt(model: str) -> Any:
    return IMAGE_SYNTHESIS.async_call(model=model, prompt="太湖", negative_prompt="车", **OPTIONS)


def by_messages(model: str) -> Any:
    messages = [{"role": "user", "content": [{"text": "太湖"}]}]
    return IMAGE_GENERATION.async_call(
        model=model, messages=messages, negative_prompt="车", **OPTIONS
    )


@pytest.mark.parametrize(
    ("model", "order"),
    [
        ("wan2.2-t2i-flash", by_prompt),
        ("wan2.5-t2i-preview", by_prompt),
        ("wan2.6-t2i", by_messages),
    ],
)
def test_a_picture_is_ordered_with_the_words_of_the_sdk(
    service: Service, model: str, order: Any
) -> None:
    assert order(model).status_code == 200
    ordered = dashscope_calls.picture_order(model, ("太湖", "车"), size="1152*1440", seed=7)
    url = ordered.url(Deadline(5))
    assert dashscope_calls.fetch_picture(url, Deadline(5)).startswith(PNG)
    of_the_sdk, of_the_pack = service.state.calls.bodies("image")
    # A word of the SDK to itself, which it sends all the same.
    of_the_sdk["parameters"].pop("is_async", None)
    assert of_the_pack == of_the_sdk
    first, second = service.state.tasks.all()
    assert first.order == second.order
