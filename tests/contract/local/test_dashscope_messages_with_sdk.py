"""The second picture protocol, and models that go, as the unmodified SDK meets them."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dashscope
import pytest
import requests
from dashscope.aigc.image_generation import ImageGeneration

from tests.fakes.served_dashscope import KEY, PNG

if TYPE_CHECKING:
    from tests.fakes.served_dashscope import Service

NEWEST, OLDER, AT_ONCE = "wan2.6-t2i", "wan2.2-t2i-flash", "qwen-image-2.0"
# The SDK's types do not show the methods that the classes inherit.
IMAGE_GENERATION: Any = ImageGeneration
IMAGE_SYNTHESIS: Any = dashscope.ImageSynthesis
MULTI_MODAL: Any = dashscope.MultiModalConversation
CHAT: Any = dashscope.Generation
PROMPT = "湖州市的南浔古镇"
AIGC = "/api/v1/services/aigc"


def ask(*, model: str = NEWEST, size: str = "1152*1440", wait: bool = False, **more: Any) -> Any:
    call = IMAGE_GENERATION.call if wait else IMAGE_GENERATION.async_call
    return call(
        model=model,
        api_key=KEY,
        messages=[{"role": "user", "content": [{"text": more.pop("prompt", PROMPT)}]}],
        negative_prompt="模糊",
        size=size,
        n=more.pop("n", 1),
        prompt_extend=False,
        watermark=False,
        request_timeout=5,
        **more,
    )


def older(model: str = OLDER, **more: Any) -> Any:
    return IMAGE_SYNTHESIS.async_call(
        model=model, api_key=KEY, prompt=PROMPT, size="1152*1440", n=1, request_timeout=5, **more
    )


def say(model: str) -> Any:
    return CHAT.call(
        model=model,
        api_key=KEY,
        messages=[{"role": "user", "content": "hello"}],
        result_format="message",
        request_timeout=5,
    )


def say_to_one_that_sees(model: str) -> Any:
    return MULTI_MODAL.call(
        model=model,
        api_key=KEY,
        messages=[{"role": "user", "content": [{"text": "hello"}]}],
        request_timeout=5,
    )


def finished(task_id: str) -> Any:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        reply = IMAGE_GENERATION.fetch(task_id, api_key=KEY)
        if reply.output.task_status not in {"PENDING", "RUNNING"}:
            return reply
        time.sleep(0.01)
    raise TimeoutError(task_id)


def picture_in(reply: Any) -> bytes:
    (choice,) = reply.output.choices
    return requests.get(choice.message.content[0]["image"], timeout=5).content


def post(service: Service, path: str, body: object, **headers: str) -> requests.Response:
    key = {"Authorization": f"Bearer {KEY}"}
    return requests.post(service.url + path, json=body, headers=key | headers, timeout=5)


def switch(service: Service, model: str, **change: Any) -> requests.Response:
    return post(service, f"/stand-in/models/{model}", change)


def test_a_task_of_the_second_protocol_ends_in_choices_and_not_in_results(
    service: Service,
) -> None:
    service.gate.clear()
    ordered = ask(seed=5)
    assert ordered.output.task_status == "PENDING"
    assert IMAGE_GENERATION.fetch(ordered, api_key=KEY).output.choices is None
    service.gate.set()
    done = finished(ordered.output.task_id)
    assert done.output.task_status == "SUCCEEDED"
    assert "results" not in done.output
    assert (done.usage["image_count"], done.usage["size"]) == (1, "1152*1440")
    assert picture_in(done) == PNG + f"1152x1440 5 {PROMPT}".encode()


def test_the_sdks_own_wait_ends_with_the_picture(service: Service) -> None:
    assert picture_in(IMAGE_GENERATION.wait(ask(), api_key=KEY, wait_timeout=5)).startswith(PNG)


@pytest.mark.parametrize("model", [NEWEST, AT_ONCE, "z-image-turbo"])
def test_a_call_that_waits_answers_with_the_picture(service: Service, model: str) -> None:
    reply = ask(model=model, wait=True, seed=5)
    assert reply.status_code == 200
    assert picture_in(reply) == PNG + f"1152x1440 5 {PROMPT}".encode()
    assert reply.usage["image_count"] == 1
    assert len(service.state.tasks.all()) == 1


def test_each_picture_of_several_is_a_choice(service: Service) -> None:
    reply = ask(wait=True, n=3, seed=1)
    links = [choice.message.content[0]["image"] for choice in reply.output.choices]
    painted = [requests.get(link, timeout=5).content for link in links]
    assert painted == [PNG + f"1152x1440 {seed} {PROMPT}".encode() for seed in (1, 2, 3)]


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [("moderate_output", 400, "DataInspectionFailed"), ("fail_task", 500, "InternalError.Algo")],
)
def test_a_picture_that_fails_fails_the_waiting_call_and_the_task(
    service: Service, mode: Any, status: int, code: str
) -> None:
    service.state.behaviour.set("image", mode, code="InternalError.Algo")
    waited = ask(wait=True)
    assert (waited.status_code, waited.code) == (status, code)
    task = finished(ask().output.task_id)
    assert (task.status_code, task.output.task_status, task.output.code) == (200, "FAILED", code)


def test_a_caller_that_goes_leaves_a_picture_that_is_painted_all_the_same(
    service: Service,
) -> None:
    service.gate.clear()
    with pytest.raises(requests.RequestException):
        post_and_go(service)
    service.gate.set()
    (task,) = service.state.tasks.all()
    assert finished(task.task_id).output.task_status == "SUCCEEDED"


def post_and_go(service: Service) -> None:
    body = {
        "model": NEWEST,
        "input": {"messages": [{"role": "user", "content": [{"text": "p"}]}]},
        "parameters": {"n": 1},
    }
    requests.post(
        f"{service.url}{AIGC}/multimodal-generation/generation",
        json=body,
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=0.3,
    )


def test_a_waiting_task_of_the_second_protocol_can_be_cancelled(service: Service) -> None:
    service.gate.clear()
    ask()
    waiting = ask().output.task_id
    assert IMAGE_GENERATION.cancel(waiting, api_key=KEY).status_code == 200
    service.gate.set()
    assert finished(waiting).output.task_status == "CANCELED"


@pytest.mark.parametrize("size", ["768*960", "1441*1440", "640*2570", "2K"])
def test_a_size_beyond_the_models_limits_is_refused_at_both_addresses(
    service: Service, size: str
) -> None:
    for wait in (False, True):
        reply = ask(size=size, wait=wait)
        assert (reply.status_code, reply.code) == (400, "InvalidParameter")
    assert service.state.tasks.all() == []


@pytest.mark.parametrize("name", ["wan2.2-t2i-nope", "wan2.6-t2x", "wanx2-t2i-lite"])
def test_a_painter_that_there_is_not_is_refused_in_either_protocol(
    service: Service, name: str
) -> None:
    for reply in (older(name), ask(model=name)):
        assert (reply.status_code, reply.code) == (400, "InvalidParameter")
        assert reply.message == "Model not exist."
    waited = ask(model=name, wait=True)
    assert (waited.status_code, waited.code) == (404, "ModelNotFound")
    assert service.state.tasks.all() == []


def test_a_name_sent_to_the_other_protocols_address_is_a_url_error(service: Service) -> None:
    for reply in (older(NEWEST), ask(model=OLDER), ask(model=AT_ONCE), say(NEWEST)):
        assert (reply.status_code, reply.code) == (400, "InvalidParameter")
        assert reply.message.startswith("url error")
    assert service.state.tasks.all() == []


def test_a_painter_does_not_chat_in_openais_way(service: Service) -> None:
    reply = post(service, "/compatible-mode/v1/chat/completions", chat_with(NEWEST))
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "model_not_supported")


def chat_with(model: str) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "x"}]}


def test_waiting_and_tasks_are_each_asked_for_at_their_own_address(service: Service) -> None:
    body = {
        "model": NEWEST,
        "input": {"messages": [{"role": "user", "content": [{"text": "p"}]}]},
    }
    as_task = {"X-DashScope-Async": "enable"}
    waiting = post(service, f"{AIGC}/image-generation/generation", body)
    task = post(service, f"{AIGC}/multimodal-generation/generation", body, **as_task)
    for reply, word in ((waiting, "synchronous"), (task, "asynchronous")):
        assert (reply.status_code, reply.json()["code"]) == (403, "AccessDenied")
        assert f"support {word} calls" in reply.json()["message"]


def test_words_alone_are_answered_by_a_model_that_sees(service: Service) -> None:
    reply = say_to_one_that_sees("qwen3.7-plus")
    assert reply.status_code == 200
    assert reply.output.choices[0].message.content[0]["text"]
    assert service.state.calls.count("text") == 1
    refused = say_to_one_that_sees("qwen-plus")
    assert (refused.status_code, refused.code) == (400, "InvalidParameter")


def test_a_retired_model_is_as_one_that_never_was(service: Service) -> None:
    for name in (NEWEST, OLDER, "qwen-plus", "qwen3.7-plus"):
        service.state.models.retire(name)
    for reply in (ask(), older()):
        assert (reply.status_code, reply.message) == (400, "Model not exist.")
    for reply in (say("qwen-plus"), say_to_one_that_sees("qwen3.7-plus"), ask(wait=True)):
        assert (reply.status_code, reply.code) == (404, "ModelNotFound")
    chat = post(service, "/compatible-mode/v1/chat/completions", chat_with("qwen3.7-plus"))
    assert (chat.status_code, chat.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(("fails", "ending"), [(False, "SUCCEEDED"), (True, "FAILED")])
@pytest.mark.parametrize("order", [ask, older])
def test_what_was_accepted_before_a_retirement_is_finished_unless_told_otherwise(
    service: Service, order: Any, fails: bool, ending: str
) -> None:
    service.gate.clear()
    ordered = [order().output.task_id for _ in range(2)]
    assert switch(service, NEWEST, do="retire", fail_tasks=fails).status_code == 200
    assert switch(service, OLDER, do="retire", fail_tasks=fails).status_code == 200
    service.gate.set()
    for task_id in ordered:
        task = finished(task_id)
        assert task.output.task_status == ending
        assert task.output.get("code") == ("ModelNotFound" if fails else None)


def test_a_call_that_waits_fails_with_its_model(service: Service) -> None:
    service.gate.clear()
    replies: list[Any] = []
    caller = threading.Thread(target=lambda: replies.append(ask(wait=True)))
    caller.start()
    deadline = time.monotonic() + 5
    while not service.state.tasks.all() and time.monotonic() < deadline:
        time.sleep(0.01)
    service.state.models.retire(NEWEST, fail_tasks=True)
    service.gate.set()
    caller.join()
    assert (replies[0].status_code, replies[0].code) == (404, "ModelNotFound")


def test_a_shrinking_quota_throttles_words_and_pictures(service: Service) -> None:
    for name in (NEWEST, "qwen-plus"):
        assert switch(service, name, do="shrink", share=0.5).json()["throttled"] == 0.5
    codes = [ask().code for _ in range(4)] + [say("qwen-plus").code for _ in range(4)]
    assert [bool(code) for code in codes] == [False, True] * 4
    assert {code for code in codes if code} == {
        "Throttling.RateQuota",
        "Throttling.AllocationQuota",
    }


def test_an_announced_retirement_comes_nearer_by_the_stand_ins_clock(service: Service) -> None:
    start = time.time()
    day = timedelta(days=1).total_seconds()
    service.now = start
    on = time.strftime("%Y-%m-%d", time.gmtime(start + 10 * day))
    assert switch(service, NEWEST, do="announce", on=on).json() == {
        "offered": True,
        "throttled": 0.0,
    }
    service.now = start + 8 * day
    throttled = sum(ask().status_code == 429 for _ in range(20))
    assert 10 <= throttled < 20
    service.now = start + 11 * day
    assert ask().message == "Model not exist."
    assert switch(service, NEWEST, do="restore").json() == {"offered": True, "throttled": 0.0}
    assert ask().status_code == 200


def test_how_models_stand_is_told_to_whoever_has_the_key(service: Service) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    told = requests.get(f"{service.url}/stand-in/models", headers=key, timeout=5).json()
    assert told[NEWEST] == {"offered": True, "throttled": 0.0}
    assert not told["qwen-max"]["offered"]
    assert requests.get(f"{service.url}/stand-in/models", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("name", "change", "status"),
    [
        ("wan2.2-t2i-nope", {"do": "retire"}, 404),
        (NEWEST, {"do": "explode"}, 400),
        (NEWEST, {"do": "shrink", "share": 2}, 400),
        (NEWEST, {"do": "announce", "on": "soon"}, 400),
        (NEWEST, {"do": "retire", "share": 1}, 400),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    service: Service, name: str, change: dict[str, Any], status: int
) -> None:
    assert switch(service, name, **change).status_code == status
    assert ask().status_code == 200
