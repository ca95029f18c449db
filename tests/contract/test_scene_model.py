"""What every SceneModel promises, on the fake and on Wan's stand-in."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from shared.adapters import wanx_scene_model
from shared.adapters.wanx_scene_model import WanxSceneModel
from shared.core.errors import (
    AccountError,
    AmbiguousPostError,
    ModelGoneError,
    ModerationError,
    PayloadTooLargeError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.models.catalogue import model as known_model
from shared.ports import SceneOrder, SceneProgress
from tests.contract.conftest import API_KEY, PICTURE
from tests.fakes.scene_model import FakeSceneModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.ports import SceneModel
    from tests.contract.conftest import ServedModels

ORDER = SceneOrder(
    prompt="秋季的太湖，雨天，黄昏", negative_prompt="文字", width=1152, height=1440, seed=11
)

PROTOCOLS = ["wan2.2-t2i-flash", "wan2.6-t2i"]


@dataclass
class Bench:
    """A picture model, a switch to have pictures moderated, and the count of orders."""

    model: SceneModel
    moderate: Callable[[], None]
    ordered: Callable[[], int]


def wanx(
    served: ServedModels,
    *,
    hosts: tuple[str, ...] = ("127.0.0.1",),
    model: str = "wan2.2-t2i-flash",
) -> WanxSceneModel:
    return WanxSceneModel(
        api_key=API_KEY,
        base_url=served.url,
        model=model,
        timeout_seconds=2,
        allowed_hosts=hosts,
        deadline_seconds=2,
    )


@pytest.fixture(params=["fake", "wan2.2-t2i-flash", "wan2.6-t2i", "wan2.7-image"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        model = FakeSceneModel(PICTURE)

        def moderate() -> None:
            model.ending = SceneProgress("failed", reason="DataInspectionFailed", moderated=True)

        yield Bench(model, moderate, lambda: len(model.orders))
        return
    served: ServedModels = request.getfixturevalue("models")
    behaviour, calls = served.state.behaviour, served.state.calls
    yield Bench(
        wanx(served, model=request.param),
        lambda: behaviour.set("image", "moderate_output"),
        lambda: calls.count("image"),
    )
    behaviour.clear()


@pytest.fixture
def misbehave(models: ServedModels) -> Iterator[ServedModels]:
    yield models
    models.state.behaviour.clear()


def wait(model: SceneModel, ticket: str) -> SceneProgress:
    for _ in range(200):
        progress = model.progress(ticket)
        if progress.state != "running":
            return progress
        time.sleep(0.02)
    pytest.fail("the picture was never done")


def test_an_ordered_picture_is_painted_and_can_be_fetched(bench: Bench) -> None:
    progress = wait(bench.model, bench.model.order(ORDER))
    assert progress.state == "done"
    assert bench.model.fetch(progress.url, max_bytes=10_000) == PICTURE


def test_each_order_is_one_submission_with_a_ticket_of_its_own(bench: Bench) -> None:
    before = bench.ordered()
    assert bench.model.order(ORDER) != bench.model.order(ORDER)
    assert bench.ordered() == before + 2


def test_a_moderated_picture_is_failed_and_marked(bench: Bench) -> None:
    bench.moderate()
    progress = wait(bench.model, bench.model.order(ORDER))
    assert (progress.state, progress.moderated) == ("failed", True)
    assert progress.reason == "DataInspectionFailed"


def test_an_unknown_ticket_has_expired(bench: Bench) -> None:
    assert bench.model.progress("no-such-ticket") == SceneProgress("failed", reason="expired")


def test_a_picture_over_the_limit_is_refused(bench: Bench) -> None:
    progress = wait(bench.model, bench.model.order(ORDER))
    with pytest.raises(PayloadTooLargeError):
        bench.model.fetch(progress.url, max_bytes=len(PICTURE) - 1)


def test_a_foreign_address_is_not_followed(bench: Bench) -> None:
    with pytest.raises(UpstreamRejectedError):
        bench.model.fetch("https://elsewhere.example.com/a.png", max_bytes=10_000)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2/a.png",
        "http://127.0.0.1@127.0.0.2/a.png",
        "http://127.0.0.1.evil.test/a.png",
        "https://evil.test/?127.0.0.1",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.png",
        "//127.0.0.1/a.png",
        "http://[::ffff:127.0.0.1]/a.png",
        "",
    ],
)
def test_wanx_downloads_from_the_hosts_of_its_settings_alone(
    models: ServedModels, url: str
) -> None:
    before = models.state.calls.count("download")
    with pytest.raises(UpstreamRejectedError):
        wanx(models).fetch(url, max_bytes=10_000)
    assert models.state.calls.count("download") == before


def test_wanx_does_not_fetch_what_its_own_service_names_on_a_foreign_host(
    models: ServedModels,
) -> None:
    model = wanx(models, hosts=("pictures.example",))
    before = models.state.calls.count("download")
    with pytest.raises(UpstreamRejectedError):
        model.fetch(wait(model, model.order(ORDER)).url, max_bytes=10_000)
    assert models.state.calls.count("download") == before


def test_the_model_has_a_name(bench: Bench) -> None:
    assert bench.model.name


def test_wanx_is_told_everything_in_the_place_it_looks(models: ServedModels) -> None:
    wanx(models).order(ORDER)
    assert models.state.calls.bodies("image")[-1] == {
        "model": "wan2.2-t2i-flash",
        "input": {"prompt": ORDER.prompt, "negative_prompt": "文字"},
        "parameters": {
            "size": "1152*1440",
            "n": 1,
            "seed": 11,
            "prompt_extend": False,
            "watermark": False,
        },
    }


def test_the_newer_protocol_is_told_everything_in_the_place_it_looks(models: ServedModels) -> None:
    wanx(models, model="wan2.6-t2i").order(ORDER)
    assert models.state.calls.bodies("image")[-1] == {
        "model": "wan2.6-t2i",
        "input": {"messages": [{"role": "user", "content": [{"text": ORDER.prompt}]}]},
        "parameters": {
            "size": "1152*1440",
            "n": 1,
            "seed": 11,
            "negative_prompt": "文字",
            "prompt_extend": False,
            "watermark": False,
            # The SDK's own doing.
            "is_async": True,
        },
    }


def test_a_model_of_one_prompt_is_told_in_it_what_is_not_wanted(models: ServedModels) -> None:
    wanx(models, model="wan2.7-image").order(ORDER)
    body = models.state.calls.bodies("image")[-1]
    (part,) = body["input"]["messages"][0]["content"]
    assert part["text"] == f"{ORDER.prompt}画面中不要出现：文字。"
    assert set(body["parameters"]) == {"size", "n", "seed", "watermark", "is_async"}


@pytest.mark.parametrize(
    ("model", "longest"), [("wan2.2-t2i-flash", 500), ("wan2.6-t2i", 2100), ("wan2.7-image", 5000)]
)
def test_no_more_is_sent_than_the_model_reads_and_no_sentence_is_broken(
    models: ServedModels, model: str, longest: int
) -> None:
    wanx(models, model=model).order(replace(ORDER, prompt="湖面平静，远山如黛。" * 600))
    sent = models.state.calls.bodies("image")[-1]["input"]
    text = sent["prompt"] if "prompt" in sent else sent["messages"][0]["content"][0]["text"]
    assert longest - 20 <= len(text) <= longest
    assert text.endswith("。")


@pytest.mark.parametrize(
    ("model", "size"), [("wan2.6-t2i", "1152*1440"), ("wan2.2-t2i-flash", "768*960")]
)
def test_a_size_that_the_model_does_not_paint_is_ordered_as_the_nearest_of_its_shape(
    models: ServedModels, model: str, size: str
) -> None:
    wanx(models, model=model).order(replace(ORDER, width=768, height=960))
    assert models.state.calls.bodies("image")[-1]["parameters"]["size"] == size


def test_a_shape_that_the_model_does_not_paint_is_not_ordered(models: ServedModels) -> None:
    before = models.state.calls.count("image")
    with pytest.raises(UpstreamRejectedError, match="shape 300x1440"):
        wanx(models).order(replace(ORDER, width=300, height=1440))
    assert models.state.calls.count("image") == before


@pytest.mark.parametrize("model", PROTOCOLS)
def test_a_retired_model_is_gone_and_what_it_was_ordered_of_is_postponed(
    models: ServedModels, model: str
) -> None:
    painter = wanx(models, model=model)
    models.state.behaviour.set("image", "fail_task", code="ModelNotFound")
    ticket = painter.order(ORDER)
    models.state.behaviour.clear()
    try:
        models.state.models.retire(model)
        with pytest.raises(ModelGoneError) as caught:
            painter.order(ORDER)
        assert caught.value.reason == "gone"
        assert wait(painter, ticket).postponed == "gone"
    finally:
        models.state.models.restore(model)


def test_a_throttled_model_is_busy_and_one_that_is_about_to_end_is_passed_over(
    models: ServedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.state.models.shrink("wan2.6-t2i", 1.0)
    try:
        with pytest.raises(UpstreamUnavailableError):
            wanx(models, model="wan2.6-t2i").order(ORDER)
        ending = known_model("wan2.6-t2i", "picture")
        ending = ending.model_copy(update={"retires_on": date(2027, 3, 1)})
        monkeypatch.setattr(wanx_scene_model, "known_model", lambda *_: ending)
        with pytest.raises(ModelGoneError) as caught:
            wanx(models, model="wan2.6-t2i").order(ORDER)
        assert caught.value.reason == "shrinking"
    finally:
        models.state.models.restore("wan2.6-t2i")


@pytest.mark.parametrize("model", PROTOCOLS)
@pytest.mark.parametrize("mode", ["reset", "html_502"])
def test_an_order_that_may_have_arrived_is_submitted_once(
    misbehave: ServedModels, mode: str, model: str
) -> None:
    before = misbehave.state.calls.count("image")
    misbehave.state.behaviour.set("image", "reset" if mode == "reset" else "html_502")
    with pytest.raises(AmbiguousPostError):
        wanx(misbehave, model=model).order(ORDER)
    assert misbehave.state.calls.count("image") == before + 1


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "Throttling.RateQuota", UpstreamUnavailableError),
        (503, "ModelUnavailable", UpstreamUnavailableError),
        (429, "PrepaidBillOverdue", AccountError),
        (400, "InvalidParameter", UpstreamRejectedError),
        (400, "DataInspectionFailed", ModerationError),
        (400, "InternalError.Algo.DataInspectionFailed", ModerationError),
        (500, "ModelServingError", UpstreamUnavailableError),
    ],
)
def test_a_received_refusal_of_an_order_is_told_apart_and_not_repeated(
    misbehave: ServedModels, status: int, code: str, error: type[Exception]
) -> None:
    before = misbehave.state.calls.count("image")
    misbehave.state.behaviour.set("image", "http_error", status=status, code=code)
    with pytest.raises(error) as caught:
        wanx(misbehave).order(ORDER)
    assert type(caught.value) is error
    assert misbehave.state.calls.count("image") == before + 1


def test_a_failed_task_carries_its_code(misbehave: ServedModels) -> None:
    misbehave.state.behaviour.set("image", "fail_task", code="InternalError.Algo")
    model = wanx(misbehave)
    progress = wait(model, model.order(ORDER))
    assert progress == SceneProgress("failed", reason="InternalError.Algo")


def test_a_failed_tasks_code_is_read_by_its_family(misbehave: ServedModels) -> None:
    code = "InternalError.Algo.DataInspectionFailed"
    misbehave.state.behaviour.set("image", "fail_task", code=code)
    model = wanx(misbehave)
    assert wait(model, model.order(ORDER)) == SceneProgress("failed", reason=code, moderated=True)


def test_asking_and_downloading_are_repeated(misbehave: ServedModels) -> None:
    model = wanx(misbehave)
    ticket = model.order(ORDER)
    misbehave.state.behaviour.set("poll", "html_502", times=1)
    misbehave.state.behaviour.set("download", "reset", times=1)
    assert model.fetch(wait(model, ticket).url, max_bytes=10_000) == PICTURE
