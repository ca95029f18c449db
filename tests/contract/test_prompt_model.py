"""What every PromptModel promises, on the fake and on Qwen's stand-in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from shared.adapters.qwen_prompt_model import QwenPromptModel
from shared.core.errors import (
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.ports import ChatMessage
from tests.contract.conftest import API_KEY, TROUBLES
from tests.fakes.prompt_model import FakePromptModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.ports import PromptModel
    from tests.contract.conftest import ServedModels

FACTS = {
    "cities": ["湖州市"],
    "landmarks": {"湖州市": ["太湖"]},
    "season": "autumn",
    "weather": "rain",
    "time_of_day": "dusk",
    "mood": "calm",
    "month": 10,
    "distance_km": 120,
    "driving_hours": 2,
}
MESSAGES = [
    ChatMessage("system", "写绘画提示词，只答一个 JSON 对象。"),
    ChatMessage("user", json.dumps(FACTS, ensure_ascii=False)),
]


@dataclass
class Bench:
    """A text model and a switch to make it go wrong."""

    model: PromptModel
    trouble: Callable[[str], None]


@pytest.fixture(params=["fake", "qwen"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield _fake()
        return
    served: ServedModels = request.getfixturevalue("models")
    behaviour = served.state.behaviour
    yield Bench(qwen(served), lambda kind: behaviour.set("text", TROUBLES[kind][0]))
    behaviour.clear()


def qwen(served: ServedModels, *, model: str = "qwen-plus", key: str = API_KEY) -> QwenPromptModel:
    return QwenPromptModel(api_key=key, base_url=served.url, model=model, timeout_seconds=5)


def _fake() -> Bench:
    planned: list[Exception] = []

    def say(_: object) -> str:
        if planned:
            raise planned.pop()
        return json.dumps({"city": "湖州市"})

    return Bench(FakePromptModel(say), lambda kind: planned.append(TROUBLES[kind][1]("no")))


def test_the_answer_is_json_text_with_what_it_cost(bench: Bench) -> None:
    answer = bench.model.complete(MESSAGES, seed=7, deadline_seconds=5)
    assert json.loads(answer.text)["city"] == "湖州市"
    assert answer.tokens > 0
    assert answer.model
    assert answer.request_id


def test_a_model_that_also_sees_is_asked_where_it_lives(models: ServedModels) -> None:
    answer = qwen(models, model="qwen3.7-plus").complete(MESSAGES, seed=7, deadline_seconds=5)
    assert json.loads(answer.text)["city"] == "湖州市"
    assert answer.model == "qwen3.7-plus"


def test_the_same_seed_gives_the_same_answer(bench: Bench) -> None:
    first = bench.model.complete(MESSAGES, seed=7, deadline_seconds=5)
    assert bench.model.complete(MESSAGES, seed=7, deadline_seconds=5).text == first.text


@pytest.mark.parametrize("kind", TROUBLES)
def test_each_kind_of_trouble_is_an_error_of_its_own(bench: Bench, kind: str) -> None:
    bench.trouble(kind)
    with pytest.raises(TROUBLES[kind][1]) as caught:
        bench.model.complete(MESSAGES, seed=7, deadline_seconds=1)
    assert type(caught.value) is TROUBLES[kind][1]


def test_qwen_is_asked_for_json_without_thinking_and_with_the_seed(models: ServedModels) -> None:
    qwen(models).complete(MESSAGES, seed=7, deadline_seconds=5)
    body = models.state.calls.bodies("text")[-1]
    assert body["model"] == "qwen-plus"
    assert body["input"]["messages"] == [
        {"role": each.role, "content": each.content} for each in MESSAGES
    ]
    parameters = body["parameters"]
    assert parameters.pop("temperature") == pytest.approx(0.7)
    assert parameters == {
        "result_format": "message",
        "response_format": {"type": "json_object"},
        "enable_thinking": False,
        "seed": 7,
    }


def test_a_passing_throttle_is_sat_out(models: ServedModels) -> None:
    before = models.state.calls.count("text")
    models.state.behaviour.set("text", "throttled", times=1)
    assert qwen(models).complete(MESSAGES, seed=7, deadline_seconds=5).text
    assert models.state.calls.count("text") == before + 2


def test_a_dripping_answer_ends_at_the_deadline(models: ServedModels) -> None:
    models.state.behaviour.set("text", "drip", seconds=8, times=1)
    with pytest.raises(UpstreamUnavailableError):
        qwen(models).complete(MESSAGES, seed=7, deadline_seconds=0.5)


def test_a_wrong_key_and_an_unknown_model_are_refused(models: ServedModels) -> None:
    with pytest.raises(UpstreamRejectedError, match="401"):
        qwen(models, key="sk-wrong").complete(MESSAGES, seed=7, deadline_seconds=5)
    with pytest.raises(UpstreamRejectedError, match="404 ModelNotFound"):
        qwen(models, model="qwen-turbo").complete(MESSAGES, seed=7, deadline_seconds=5)


@pytest.mark.parametrize("mode", ["thinks", "byte_order_mark"])
def test_qwen_is_understood_when_it_thinks_aloud(models: ServedModels, mode: str) -> None:
    models.state.behaviour.set("text", mode)
    try:
        answer = qwen(models).complete(MESSAGES, seed=7, deadline_seconds=5)
    finally:
        models.state.behaviour.clear()
    assert json.loads(answer.text)["city"] == "湖州市"
