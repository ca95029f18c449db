"""What every StyleJudge promises, on the fake and on the stand-in of Qwen-VL."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pydantic import ValidationError

from shared import bootstrap
from shared.adapters.qwen_style_judge import QwenStyleJudge
from shared.bootstrap import vendors
from shared.core.errors import (
    AmbiguousPostError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.jobs.circuits import CircuitRules, Circuits
from shared.quality.second_look import opinion_on, question_about, read_opinion
from tests.contract.conftest import API_KEY, TROUBLES
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.style_judge import FakeStyleJudge, marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.ports import StyleJudge
    from tests.contract.conftest import ServedModels

_WANTED = {"season": "夏季", "weather": "晴天", "time_of_day": "夜晚", "style": "写实摄影"}
QUESTION = question_about(_WANTED)


def picture(colour: tuple[int, int, int] = (20, 24, 60)) -> bytes:
    """Return a JPEG of one colour; the default is a night."""
    out = io.BytesIO()
    Image.new("RGB", (96, 120), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Bench:
    """A judge and a switch to make it go wrong."""

    judge: StyleJudge
    trouble: Callable[[str], None]


@pytest.fixture(params=["fake", "qwen"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield _fake()
        return
    served: ServedModels = request.getfixturevalue("models")
    behaviour = served.state.behaviour
    yield Bench(qwen(served), lambda kind: behaviour.set("look", TROUBLES[kind][0]))
    behaviour.clear()


def qwen(
    served: ServedModels, *, model: str = "qwen3-vl-plus", key: str = API_KEY
) -> QwenStyleJudge:
    return QwenStyleJudge(api_key=key, base_url=served.url, model=model, timeout_seconds=5)


def _fake() -> Bench:
    judge = FakeStyleJudge(marks())

    def trouble(kind: str) -> None:
        judge.__init__(TROUBLES[kind][1]("no"))  # type: ignore[misc]

    return Bench(judge, trouble)


def test_the_answer_is_an_opinion_with_what_it_cost(bench: Bench) -> None:
    answer = bench.judge.look(picture(), QUESTION, deadline_seconds=5)
    assert read_opinion(answer.text).time_of_day == 9
    assert answer.tokens > 0
    assert answer.model
    assert answer.request_id


@pytest.mark.parametrize("kind", TROUBLES)
def test_each_kind_of_trouble_is_an_error_of_its_own(bench: Bench, kind: str) -> None:
    bench.trouble(kind)
    with pytest.raises(TROUBLES[kind][1]) as caught:
        bench.judge.look(picture(), QUESTION, deadline_seconds=1)
    assert type(caught.value) is TROUBLES[kind][1]


def test_the_stand_in_looks_at_the_picture_and_not_at_the_question(models: ServedModels) -> None:
    judge = qwen(models)
    night, noon = (
        read_opinion(judge.look(picture(colour), QUESTION, deadline_seconds=5).text)
        for colour in ((20, 24, 60), (190, 215, 240))
    )
    assert night.doubts(4) == ()
    assert noon.doubts(4) == ("style_judge",)
    assert noon.time_of_day < 4 < noon.style


def test_what_is_sent_is_the_picture_and_the_question_alone(models: ServedModels) -> None:
    data = picture()
    qwen(models).look(data, QUESTION, deadline_seconds=5)
    assert models.state.calls.bodies("look")[-1] == {
        "model": "qwen3-vl-plus",
        "input": {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"image": f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"},
                        {"text": QUESTION},
                    ],
                }
            ]
        },
        "parameters": {"response_format": {"type": "json_object"}, "enable_thinking": False},
    }


def test_a_passing_throttle_is_sat_out(models: ServedModels) -> None:
    before = models.state.calls.count("look")
    models.state.behaviour.set("look", "throttled", times=1)
    assert qwen(models).look(picture(), QUESTION, deadline_seconds=5).text
    assert models.state.calls.count("look") == before + 2


@pytest.mark.parametrize("mode", ["http_error", "html_502", "reset"])
def test_what_may_have_been_looked_at_is_not_sent_again(models: ServedModels, mode: str) -> None:
    before = models.state.calls.count("look")
    models.state.behaviour.set("look", mode, times=1)
    with pytest.raises(AmbiguousPostError):
        qwen(models).look(picture(), QUESTION, deadline_seconds=5)
    assert models.state.calls.count("look") == before + 1


def test_a_dripping_answer_ends_at_the_deadline(models: ServedModels) -> None:
    models.state.behaviour.set("look", "drip", seconds=8, times=1)
    with pytest.raises(UpstreamUnavailableError):
        qwen(models).look(picture(), QUESTION, deadline_seconds=0.5)


def test_the_settings_switch_it_on_and_name_its_model(
    models: ServedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", API_KEY)
    monkeypatch.setenv("DASHSCOPE_BASE_URL", models.url)
    monkeypatch.setenv("STYLE_JUDGE", "off")
    bootstrap.reset()
    assert bootstrap.second_look() is None
    monkeypatch.setenv("STYLE_JUDGE", "on")
    monkeypatch.setenv("STYLE_JUDGE_MODEL", "qwen-vl-max local-stand-in-judge")
    circuits = Circuits(FakeObjectStore(FakeClock()), clock=FakeClock(), rules=CircuitRules())
    monkeypatch.setattr(vendors, "circuits", lambda: circuits)
    bootstrap.reset()
    look = bootstrap.second_look()
    assert look is not None
    heard = opinion_on(picture(), _WANTED, look, task_id="t")
    bootstrap.reset()
    assert heard is not None
    opinion, model = heard
    assert (opinion.doubts(look.least), model) == ((), "local-stand-in-judge")
    assert models.state.calls.bodies("look")[-1]["model"] == "local-stand-in-judge"


def test_a_wrong_key_and_an_unknown_model_are_refused(models: ServedModels) -> None:
    with pytest.raises(UpstreamRejectedError, match="401"):
        qwen(models, key="sk-wrong").look(picture(), QUESTION, deadline_seconds=5)
    with pytest.raises(UpstreamRejectedError, match="404 ModelNotFound"):
        qwen(models, model="qwen-vl-max").look(picture(), QUESTION, deadline_seconds=5)


@pytest.mark.parametrize("mode", ["moderate_all", "http_error", "html_502"])
def test_no_error_repeats_what_was_asked(models: ServedModels, mode: str) -> None:
    models.state.behaviour.set("look", mode, times=1)
    with pytest.raises(UpstreamError) as caught:
        qwen(models).look(picture(), QUESTION, deadline_seconds=1)
    said = f"{caught.value!r} {caught.value.__cause__!r}"
    assert "夜晚" not in said
    assert "base64" not in said


def test_the_stand_in_can_be_told_to_dislike_what_it_sees(models: ServedModels) -> None:
    models.state.behaviour.set("look", "dislike", times=1)
    answer = qwen(models).look(picture(), QUESTION, deadline_seconds=1)
    assert read_opinion(answer.text).doubts(4) == ("style_judge",)


def test_half_an_answer_is_no_opinion(models: ServedModels) -> None:
    models.state.behaviour.set("look", "invalid_json", times=1)
    answer = qwen(models).look(picture(), QUESTION, deadline_seconds=1)
    with pytest.raises(ValidationError):
        read_opinion(answer.text)


@pytest.mark.parametrize("mode", ["thinks", "byte_order_mark"])
def test_qwen_is_understood_when_it_thinks_aloud(models: ServedModels, mode: str) -> None:
    models.state.behaviour.set("look", mode)
    try:
        answer = qwen(models).look(picture(), QUESTION, deadline_seconds=5)
    finally:
        models.state.behaviour.clear()
    assert read_opinion(answer.text).time_of_day == 9
