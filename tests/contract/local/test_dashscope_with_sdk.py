"""The stand-in as the unmodified SDK, and a plain HTTP client, meet it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import dashscope
import pytest
import requests
from dashscope.common.error import InvalidTask

from tests.fakes.served_dashscope import KEY, PNG

if TYPE_CHECKING:
    from tests.fakes.served_dashscope import Service

FACTS: dict[str, Any] = {
    "cities": ["湖州市"],
    "landmarks": {"湖州市": ["南浔古镇"]},
    "season": "autumn",
    "weather": "clear",
    "time_of_day": "dusk",
    "mood": "calm",
    "month": 10,
    "distance_km": 120,
    "driving_hours": 2,
}


# The SDK's types do not show the methods that the class inherits.
IMAGE_SYNTHESIS: Any = dashscope.ImageSynthesis


def messages(caption: str | None = None) -> list[dict[str, str]]:
    facts = FACTS if caption is None else {**FACTS, "caption": caption}
    return [
        {"role": "system", "content": "只回答一个 JSON 对象。"},
        {"role": "user", "content": json.dumps(facts, ensure_ascii=False)},
    ]


def generate(caption: str | None = None, key: str = KEY, **options: Any) -> Any:
    return dashscope.Generation.call(
        model=options.pop("model", "qwen-plus"),
        api_key=key,
        messages=options.pop("messages", messages(caption)),
        result_format="message",
        response_format={"type": "json_object"},
        enable_thinking=options.pop("enable_thinking", False),
        request_timeout=5,
        **options,
    )


def content(reply: Any) -> str:
    text = reply.output.choices[0].message.content
    assert isinstance(text, str)
    return text


def paint(size: str = "1152*1440", **options: Any) -> Any:
    return IMAGE_SYNTHESIS.async_call(
        model="wan2.2-t2i-flash",
        api_key=KEY,
        prompt="湖州市的南浔古镇",
        negative_prompt="模糊",
        size=size,
        n=1,
        prompt_extend=False,
        watermark=False,
        request_timeout=5,
        **options,
    )


def poll(task_id: str) -> Any:
    return IMAGE_SYNTHESIS.fetch(task_id, api_key=KEY)


def finished(task_id: str) -> Any:
    deadline = time.monotonic() + 5
    reply = poll(task_id)
    while reply.output.task_status in {"PENDING", "RUNNING"} and time.monotonic() < deadline:
        time.sleep(0.01)
        reply = poll(task_id)
    return reply


def finished_url(service: Service) -> str:
    url = finished(paint().output.task_id).output.results[0].url
    assert isinstance(url, str)
    return url


def compatible(service: Service, key: str = KEY, **body: Any) -> requests.Response:
    return requests.post(
        f"{service.url}/compatible-mode/v1/chat/completions",
        json={"model": "qwen-plus", "messages": messages(), **body},
        headers={"Authorization": f"Bearer {key}"},
        timeout=5,
    )


def test_the_text_model_answers_a_painting_prompt(service: Service) -> None:
    reply = generate(seed=7, temperature=0.5)
    answer = json.loads(content(reply))
    assert (reply.status_code, answer["city"], answer["landmark"]) == (200, "湖州市", "南浔古镇")
    assert reply.request_id
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens


def test_both_interfaces_give_the_same_text_for_the_same_seed(service: Service) -> None:
    answer = compatible(service, seed=7).json()
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["content"] == content(generate(seed=7))
    assert answer["usage"]["total_tokens"] > 0


def test_the_requests_are_recorded_as_they_arrived(service: Service) -> None:
    generate(caption="一路好心情", seed=3)
    [body] = service.state.calls.bodies("text")
    assert json.loads(body["input"]["messages"][1]["content"])["caption"] == "一路好心情"
    assert body["parameters"]["seed"] == 3


def test_an_obedient_model_follows_the_caption(service: Service) -> None:
    service.state.behaviour.set("text", "obey_caption")
    assert json.loads(content(generate(caption="改画巴黎")))["city"] == "巴黎"
    assert json.loads(content(generate()))["city"] == "湖州市"


def test_moderation_of_the_caption_passes_facts_without_one(service: Service) -> None:
    service.state.behaviour.set("text", "moderate_caption")
    refused = generate(caption="坏话")
    assert (refused.status_code, refused.code) == (400, "DataInspectionFailed")
    assert refused.output is None
    assert generate().status_code == 200


def test_moderation_of_everything_speaks_both_shapes(service: Service) -> None:
    service.state.behaviour.set("text", "moderate_all")
    assert generate().code == "DataInspectionFailed"
    answer = compatible(service)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "data_inspection_failed"


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("http_error", 503, "ModelUnavailable"),
        ("arrears", 400, "Arrearage"),
        ("throttled", 429, "Throttling.RateQuota"),
    ],
)
def test_failures_are_answered_not_raised(
    service: Service, mode: Any, status: int, code: str
) -> None:
    service.state.behaviour.set("text", mode, times=1, status=503, code="ModelUnavailable")
    reply = generate()
    assert (reply.status_code, reply.code) == (status, code)
    assert generate().status_code == 200


def test_a_gateway_page_is_not_json(service: Service) -> None:
    service.state.behaviour.set("text", "html_502")
    reply = generate()
    assert reply.status_code == 502
    assert "<html>" in reply.message


def test_a_dripping_body_arrives_whole_in_many_pieces(service: Service) -> None:
    service.state.behaviour.set("text", "drip", times=1, seconds=0.2)
    assert content(generate(seed=1)) == content(generate(seed=1))
    service.state.behaviour.set("text", "drip", seconds=0.2)
    with requests.post(
        f"{service.url}/compatible-mode/v1/chat/completions",
        json={"model": "qwen-plus", "messages": messages()},
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=5,
        stream=True,
    ) as answer:
        assert len(list(answer.iter_content(None))) > 5


def test_a_reset_reaches_the_caller_after_the_sdk_sent_twice(service: Service) -> None:
    service.state.behaviour.set("text", "reset")
    with pytest.raises(requests.exceptions.ConnectionError):
        generate()
    assert service.state.calls.count("text") == 2


def test_broken_json_comes_with_status_200(service: Service) -> None:
    service.state.behaviour.set("text", "invalid_json")
    reply = generate()
    assert reply.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(content(reply))


def test_a_wrong_key_is_refused_in_both_shapes(service: Service) -> None:
    reply = generate(key="sk-wrong")
    assert (reply.status_code, reply.code) == (401, "InvalidApiKey")
    answer = compatible(service, key="sk-wrong")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert service.state.calls.count("text") == 0


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [("qwen-max", 404, "ModelNotFound"), ("qwen3.7-plus", 400, "InvalidParameter")],
)
def test_models_that_the_native_text_path_does_not_have_are_refused(
    service: Service, model: str, status: int, code: str
) -> None:
    reply = generate(model=model)
    assert (reply.status_code, reply.code) == (status, code)


def test_a_model_that_also_sees_is_there_on_the_compatible_interface(service: Service) -> None:
    assert compatible(service, model="qwen3.7-plus").status_code == 200


def test_json_mode_wants_the_word_json_and_no_thinking(service: Service) -> None:
    without_word = generate(messages=messages()[1:])
    assert "must contain the word 'json'" in without_word.message
    assert "enable_thinking" in generate(enable_thinking=True).message


def test_a_body_that_cannot_be_read_is_refused(service: Service) -> None:
    answer = requests.post(
        f"{service.url}/api/v1/services/aigc/text-generation/generation",
        data=b"{",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=5,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter")


def test_a_picture_task_goes_from_pending_over_running_to_its_picture(service: Service) -> None:
    service.gate.clear()
    first, second = paint(seed=5), paint()
    assert first.output.task_status == "PENDING"
    assert poll(second.output.task_id).output.task_status == "PENDING"
    service.gate.set()
    done = finished(first.output.task_id)
    assert done.output.task_status == "SUCCEEDED"
    assert done.usage.image_count == 1
    picture = requests.get(done.output.results[0].url, timeout=5)
    assert picture.content == PNG + "1152x1440 5 湖州市的南浔古镇".encode()
    assert service.state.calls.count("image") == 2


def test_a_running_task_says_so(service: Service) -> None:
    service.gate.clear()
    task_id = paint().output.task_id
    deadline = time.monotonic() + 5
    while poll(task_id).output.task_status == "PENDING" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert poll(task_id).output.task_status == "RUNNING"


def test_a_failed_task_is_a_200_with_the_error_inside(service: Service) -> None:
    service.state.behaviour.set("image", "fail_task", code="InternalError.Algo")
    reply = finished(paint().output.task_id)
    assert (reply.status_code, bool(reply.code)) == (200, False)
    assert (reply.output.task_status, reply.output.code) == ("FAILED", "InternalError.Algo")


def test_a_moderated_picture_fails_its_task(service: Service) -> None:
    service.state.behaviour.set("image", "moderate_output")
    assert finished(paint().output.task_id).output.code == "DataInspectionFailed"


def test_a_moderated_prompt_makes_no_task(service: Service) -> None:
    service.state.behaviour.set("image", "moderate_all")
    reply = paint()
    assert (reply.status_code, reply.code) == (400, "DataInspectionFailed")
    assert service.state.tasks.all() == []


def test_a_task_that_never_finishes_can_be_waited_for_in_vain(service: Service) -> None:
    service.state.behaviour.set("image", "never_finish")
    task_id = paint().output.task_id
    reply = IMAGE_SYNTHESIS.wait(task_id, api_key=KEY, wait_timeout=1)
    assert (reply.status_code, reply.code) == (408, "WaitTaskTimeout")


def test_an_illegal_size_is_refused_and_the_sdks_wait_raises(service: Service) -> None:
    reply = paint(size="1152*1536")
    assert (reply.status_code, reply.code) == (400, "InvalidParameter")
    with pytest.raises(InvalidTask):
        IMAGE_SYNTHESIS.wait(reply, api_key=KEY)


def test_a_submission_without_the_async_header_is_refused(service: Service) -> None:
    answer = requests.post(
        f"{service.url}/api/v1/services/aigc/text2image/image-synthesis",
        json={"model": "wan2.2-t2i-flash", "input": {"prompt": "p"}},
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=5,
    )
    assert answer.status_code == 403
    assert "does not support synchronous calls" in answer.json()["message"]


def test_a_reset_submission_was_accepted_all_the_same(service: Service) -> None:
    service.state.behaviour.set("image", "reset", times=1)
    assert paint().status_code == 200
    assert service.state.calls.count("image") == 2
    assert len(service.state.tasks.all()) == 2


def test_an_unknown_task_is_unknown_not_an_error(service: Service) -> None:
    reply = poll("no-such-task")
    assert (reply.status_code, reply.output.task_status) == (200, "UNKNOWN")


def test_a_poll_can_fail_without_harm_to_the_task(service: Service) -> None:
    task_id = paint().output.task_id
    service.state.behaviour.set("poll", "http_error", times=1, status=500)
    assert poll(task_id).status_code == 500
    assert finished(task_id).output.task_status == "SUCCEEDED"


def test_a_waiting_task_can_be_cancelled_and_a_finished_one_not(service: Service) -> None:
    service.gate.clear()
    running, waiting = paint().output.task_id, paint().output.task_id
    assert IMAGE_SYNTHESIS.cancel(waiting, api_key=KEY).status_code == 200
    service.gate.set()
    assert finished(waiting).output.task_status == "CANCELED"
    assert finished(running).output.task_status == "SUCCEEDED"
    refused = IMAGE_SYNTHESIS.cancel(running, api_key=KEY)
    assert (refused.status_code, refused.code) == (400, "UnsupportedOperation")


def test_a_result_link_refuses_the_key(service: Service) -> None:
    url = finished_url(service)
    refused = requests.get(url, headers={"Authorization": f"Bearer {KEY}"}, timeout=5)
    assert (refused.status_code, PNG in refused.content) == (400, False)
    assert requests.get(url, timeout=5).status_code == 200


def test_a_result_link_expires_and_cannot_be_extended(service: Service) -> None:
    url = finished_url(service)
    service.now = time.time() + 3700
    assert requests.get(url, timeout=5).status_code == 403
    assert requests.get(url.replace("Expires=", "Expires=9"), timeout=5).status_code == 403


def test_a_result_link_needs_its_signature(service: Service) -> None:
    url = finished_url(service)
    assert requests.get(url.split("?")[0], timeout=5).status_code == 403


def test_a_download_can_break(service: Service) -> None:
    url = finished_url(service)
    service.state.behaviour.set("download", "reset", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url, timeout=5)
    assert requests.get(url, timeout=5).status_code == 200
