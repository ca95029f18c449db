"""How the text and the picture adapter take what goes wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from shared.adapters.dashscope_answer import refusal, said_in
from shared.adapters.qwen_prompt_model import QwenPromptModel
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
from shared.ports import ChatMessage, SceneOrder, SceneProgress
from tests.fakes import rude_server as rude
from tests.fakes.rude_server import RudeServer

if TYPE_CHECKING:
    from shared.ports import ModelAnswer
    from tests.fakes.rude_server import Manner

PRIVATE = "我的秘密行程"
SAID = {"role": "assistant", "content": "{}"}
CHAT = {
    "output": {"choices": [{"finish_reason": "stop", "message": SAID}]},
    "usage": {"total_tokens": 3},
    "request_id": "R1",
}


def ask(url: str, *, deadline_seconds: float = 5.0, tries: int = 3) -> ModelAnswer:
    model = QwenPromptModel(
        api_key="sk-x",
        base_url=f"{url}/api/v1",
        model="qwen-plus",
        timeout_seconds=2.0,
        tries=tries,
    )
    return model.complete(
        [ChatMessage("user", PRIVATE)], seed=2**31, deadline_seconds=deadline_seconds
    )


def painter(
    url: str, *, hosts: tuple[str, ...] = ("127.0.0.1",), deadline_seconds: float = 0.3
) -> WanxSceneModel:
    return WanxSceneModel(
        api_key="sk-x",
        base_url=f"{url}/api/v1",
        model="wan2.2-t2i-flash",
        timeout_seconds=1.0,
        allowed_hosts=hosts,
        deadline_seconds=deadline_seconds,
    )


def order(url: str) -> str:
    return painter(url, deadline_seconds=1.0).order(SceneOrder(PRIVATE, "", 1152, 1440, 1))


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (400, "DataInspectionFailed", "", ModerationError),
        (400, "data_inspection_failed", "", ModerationError),
        (400, "IPInfringementSuspect", "", ModerationError),
        (400, "InvalidParameter.DataInspection", "", UpstreamUnavailableError),
        (400, "InternalError.Algo.DataInspectionFailed", "", ModerationError),
        (500, "InternalError.Algo.DataInspectionFailed", "", ModerationError),
        (400, "internal_error.algo.data_inspection_failed", "", ModerationError),
        (400, "CustomRoleBlocked", "", ModerationError),
        (
            400,
            "InternalError.Algo",
            "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain",
            ModerationError,
        ),
        (400, "InvalidParameter", "", UpstreamRejectedError),
        (500, "InternalError.Algo.InvalidParameter", "", UpstreamRejectedError),
        (400, "InvalidParameter.NotSupportEnableThinking", "", UpstreamRejectedError),
        (409, "Conflict", "", UpstreamRejectedError),
        (403, "AccessDenied.Unpurchased", "", AccountError),
        (403, "Model.AccessDenied", "Model access denied.", ModelGoneError),
        (401, "NOT AUTHORIZED", "", AccountError),
        (401, "no documented code", "", AccountError),
        (429, "PrepaidBillOverdue", "", AccountError),
        (429, "Throttling", "", UpstreamUnavailableError),
        (429, "Throttling.BurstRate", "", UpstreamUnavailableError),
        (429, "limit_burst_rate", "", UpstreamUnavailableError),
        (429, "insufficient_quota", "You exceeded your current quota", UpstreamUnavailableError),
        (400, "Throttling.AllocationQuota", "", UpstreamUnavailableError),
        (500, "ModelServingError", "", UpstreamUnavailableError),
        (500, "RequestTimeOut", "", UpstreamUnavailableError),
        (500, "InternalError.Timeout", "", UpstreamUnavailableError),
        (400, "Arrearage", "", AccountError),
        (401, "InvalidApiKey", "", AccountError),
        (403, "AllocationQuota.FreeTierOnly", "", AccountError),
        (404, "ModelNotFound", "", ModelGoneError),
        (404, "model_not_found", "The model qwen-turbo does not exist.", ModelGoneError),
        (404, "model_not_supported", "", ModelGoneError),
        (400, "InvalidParameter", "Model not exist.", ModelGoneError),
        (400, "InvalidParameter", "url error, please check url！", ModelGoneError),
        (400, "InvalidParameter", "Driven not exist: driven_id.", UpstreamRejectedError),
        (
            403,
            "AccessDenied",
            "Current user api does not support asynchronous calls.",
            ModelGoneError,
        ),
        (429, "Throttling.RateQuota", "", UpstreamUnavailableError),
        (429, "limit_requests", "", UpstreamUnavailableError),
        (429, "Throttling.AllocationQuota", "Too many tokens a minute", UpstreamUnavailableError),
        (
            429,
            "Throttling.AllocationQuota",
            "Free allocated quota exceeded.",
            AccountError,
        ),
        (429, "PostpaidBillOverdue", "", AccountError),
        (429, "CommodityNotPurchased", "", AccountError),
        (500, "InternalError", "", UpstreamUnavailableError),
        (503, "ModelUnavailable", "", UpstreamUnavailableError),
        (502, "Unknown", "<html>", UpstreamUnavailableError),
    ],
)
def test_each_code_is_the_error_that_decides_what_to_do(
    status: int, code: str, message: str, kind: type[Exception]
) -> None:
    error = refusal(status, code, message=message, what="text model")
    assert type(error) is kind
    assert str(error) == f"text model: {status} {code}"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (500, "InternalError", AmbiguousPostError),
        (500, "RequestTimeOut", AmbiguousPostError),
        (504, "", AmbiguousPostError),
        (500, "ModelServingError", UpstreamUnavailableError),
        (503, "ModelUnavailable", UpstreamUnavailableError),
        (429, "Throttling.RateQuota", UpstreamUnavailableError),
        (400, "InternalError.Algo.DataInspectionFailed", ModerationError),
    ],
)
def test_only_what_may_have_been_done_is_unclear(
    status: int, code: str, kind: type[Exception]
) -> None:
    error = refusal(status, code, message="", what="order", unclear=AmbiguousPostError)
    assert type(error) is kind


@pytest.mark.parametrize(
    "said",
    [
        "{}",
        "\ufeff{}",
        '<think>Is {"a": 1} asked for?</think>{}',
        "\ufeff<think>\n\n</think>\n\n{}",
        "It begins without a tag.</think>\n{}",
        "  {}\n",
    ],
)
def test_thoughts_and_a_byte_order_mark_are_no_part_of_an_answer(said: str) -> None:
    body = {"output": {"choices": [{"message": {"role": "assistant", "content": said}}]}}
    with RudeServer(rude.answer_json(200, {**CHAT, **body})) as server:
        assert ask(server.url).text == "{}"


def test_a_tag_within_an_answer_belongs_to_it() -> None:
    assert said_in('{"prompt": "</think>"}') == '{"prompt": "</think>"}'


def test_a_whole_answer_is_read() -> None:
    with RudeServer(rude.answer_json(200, CHAT)) as server:
        answer = ask(server.url)
        (request,) = server.requests
    assert (answer.text, answer.request_id, answer.tokens) == ("{}", "R1", 3)
    assert request.headers["authorization"] == "Bearer sk-x"
    assert request.target == "/api/v1/services/aigc/text-generation/generation"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"output": None},
        {"output": "text"},
        {"output": {"choices": []}},
        {"output": {"choices": [{"message": {"role": "assistant", "content": ""}}]}},
        {"output": {"choices": [{"message": {"role": "assistant", "content": [1]}}]}},
        {"output": {"choices": {"a": 1}}},
        {"output": {"text": "{}"}},
        "just text",
    ],
)
def test_an_answer_of_another_shape_is_unavailable(body: Any) -> None:
    known = pytest.raises(UpstreamUnavailableError, match=r"without text|of an unknown shape")
    with RudeServer(rude.answer_json(200, body)) as server, known:
        ask(server.url, tries=1)


@pytest.mark.parametrize("usage", [None, {"total_tokens": float("inf")}, {"total_tokens": []}])
def test_an_answer_without_usage_costs_nothing_known(usage: Any) -> None:
    with RudeServer(rude.answer_json(200, {**CHAT, "usage": usage})) as server:
        assert ask(server.url).tokens == 0


@pytest.mark.parametrize("manner", [rude.hang, rude.drip_body, rude.drip_headers])
def test_a_text_never_takes_longer_than_its_deadline(manner: Manner) -> None:
    with RudeServer(manner) as server:
        with pytest.raises(UpstreamUnavailableError):
            ask(server.url, deadline_seconds=0.3)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "trouble", [rude.reset, rude.truncated, rude.html_502(), rude.answer(200, b"<html>")]
)
def test_a_text_is_asked_for_again_by_our_own_count(trouble: Manner) -> None:
    with RudeServer(trouble) as server:
        with pytest.raises(UpstreamUnavailableError):
            ask(server.url)
        assert len(server.requests) == 3


def test_neither_logs_nor_errors_hold_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    echo = rude.answer_json(400, {"code": "InvalidParameter", "message": PRIVATE})
    odd = rude.answer_json(200, {"output": {"choices": PRIVATE}})
    with caplog.at_level(logging.DEBUG):
        for manner in (echo, odd, rude.reset):
            with RudeServer(manner) as server:
                with pytest.raises((UpstreamRejectedError, UpstreamUnavailableError)) as caught:
                    ask(server.url, tries=1)
                assert PRIVATE.encode() in server.requests[0].body
                assert PRIVATE not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert PRIVATE not in caplog.text
    assert "Starting new HTTP connection" in caplog.text


@pytest.mark.parametrize(
    "manner",
    [
        rude.reset,
        rude.hang_up,
        rude.hang,
        rude.drip_body,
        rude.truncated,
        rude.html_502(),
        rude.answer_json(500, {"code": "InternalError", "message": ""}),
        rude.answer(200, b"<html>"),
        rude.answer_json(200, []),
        rude.answer_json(200, {"output": None}),
        rude.answer_json(200, {"output": {"task_status": "PENDING"}}),
        rude.answer(307, b"", Location="/elsewhere"),
        rude.answer(200, b"[" * 100_000, Content_Type="application/json"),
    ],
)
def test_an_order_that_may_have_arrived_is_never_sent_again(manner: Manner) -> None:
    with RudeServer(manner) as server:
        with pytest.raises(AmbiguousPostError):
            order(server.url)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AccountError), (403, AccountError), (429, UpstreamUnavailableError)],
)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
@pytest.mark.parametrize("media_type", ["application/json", "text/html"])
def test_an_order_that_was_refused_is_not_ambiguous_though_the_words_are_lost(
    media_type: str, coding: str, status: int, kind: type[Exception]
) -> None:
    lost = rude.answer(status, b"{oops", Content_Type=media_type, Content_Encoding=coding)
    with RudeServer(lost) as server:
        with pytest.raises(kind) as caught:
            order(server.url)
        assert not isinstance(caught.value, AmbiguousPostError)
        assert len(server.requests) == 1


def test_an_order_that_found_nobody_is_unavailable_and_not_ambiguous() -> None:
    with pytest.raises(UpstreamUnavailableError) as caught:
        order(rude.closed_port())
    assert not isinstance(caught.value, AmbiguousPostError)


@pytest.mark.parametrize(
    ("output", "progress"),
    [
        ({"task_status": "PENDING"}, SceneProgress("running")),
        ({"task_status": "RUNNING"}, SceneProgress("running")),
        ({"task_status": "CANCELED"}, SceneProgress("failed", reason="canceled")),
        ({"task_status": "UNKNOWN"}, SceneProgress("failed", reason="expired")),
        (
            {"task_status": "FAILED", "code": "InternalError.Algo", "message": PRIVATE},
            SceneProgress("failed", reason="InternalError.Algo"),
        ),
        (
            {"task_status": "FAILED", "code": "InternalError.Algo.DataInspectionFailed"},
            SceneProgress(
                "failed", reason="InternalError.Algo.DataInspectionFailed", moderated=True
            ),
        ),
        (
            {"task_status": "FAILED", "code": "Throttling.RateQuota"},
            SceneProgress("failed", reason="Throttling.RateQuota", postponed="busy"),
        ),
        (
            {"task_status": "FAILED", "code": "Arrearage"},
            SceneProgress("failed", reason="Arrearage", postponed="account"),
        ),
        ({"task_status": "FAILED"}, SceneProgress("failed", reason="unknown")),
        (
            {"task_status": "SUCCEEDED", "results": [{"url": "https://a/b"}]},
            SceneProgress("done", url="https://a/b"),
        ),
        (
            {"task_status": "SUCCEEDED", "results": [{"code": "DataInspectionFailed"}]},
            SceneProgress("failed", reason="DataInspectionFailed", moderated=True),
        ),
        ({"task_status": "SUCCEEDED"}, SceneProgress("failed", reason="unknown")),
    ],
)
def test_each_state_of_a_task_is_one_of_three(
    output: dict[str, Any], progress: SceneProgress
) -> None:
    with RudeServer(rude.answer_json(200, {"output": output, "request_id": "R"})) as server:
        assert painter(server.url).progress("a/b") == progress
        assert server.requests[0].target == "/api/v1/tasks/a%2Fb"
        assert server.requests[0].headers["authorization"] == "Bearer sk-x"


@pytest.mark.parametrize(
    "manner",
    [
        rude.answer(200, b"<html>"),
        rude.answer(200, b"[" * 100_000),
        rude.answer_json(200, {"output": None}),
        rude.answer_json(200, {"output": {"task_status": "DREAMING"}}),
        rude.hang,
        rude.drip_body,
    ],
)
def test_a_state_that_cannot_be_read_is_unavailable(manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(UpstreamUnavailableError):
        painter(server.url).progress("a")


def test_asking_with_a_wrong_key_is_refused() -> None:
    body = {"code": "InvalidApiKey", "message": "", "request_id": "R"}
    with RudeServer(rude.answer_json(401, body)) as server:
        with pytest.raises(UpstreamRejectedError, match="401 InvalidApiKey"):
            painter(server.url).progress("a")
        assert len(server.requests) == 1


def test_a_download_sends_no_credentials() -> None:
    with RudeServer(rude.answer(200, b"picture")) as server:
        assert painter(server.url).fetch(f"{server.url}/a.png?x=1", max_bytes=100) == b"picture"
        (request,) = server.requests
    assert "authorization" not in request.headers
    assert request.target == "/a.png?x=1"


def test_a_download_without_a_length_is_given_up_at_the_limit() -> None:
    with RudeServer(rude.endless) as server, pytest.raises(PayloadTooLargeError):
        painter(server.url).fetch(server.url, max_bytes=100_000)


def test_a_download_does_not_follow_a_redirect() -> None:
    with RudeServer(rude.answer(200, b"inside")) as inside:
        away = rude.answer(302, b"", Location=inside.url)
        with RudeServer(away) as server, pytest.raises(UpstreamRejectedError):
            painter(server.url).fetch(server.url, max_bytes=100)
        assert inside.requests == []


@pytest.mark.parametrize(
    "manner", [rude.drip_body, rude.truncated, rude.cut_headers, rude.html_502()]
)
def test_a_download_is_whole_or_not_at_all(manner: Manner) -> None:
    with RudeServer(manner) as server, pytest.raises(UpstreamUnavailableError):
        painter(server.url).fetch(server.url, max_bytes=10_000)


def test_a_link_that_has_died_is_refused() -> None:
    with RudeServer(rude.answer(403, b"<Error/>")) as server:
        with pytest.raises(UpstreamRejectedError, match="403"):
            painter(server.url).fetch(server.url, max_bytes=100)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "https://aliyuncs.com/a.png",
        "https://x.aliyuncs.com.example.com/a.png",
        "https://x.aliyuncs.com@example.com/a.png",
        "https://example.com\\@x.aliyuncs.com/a.png",
        "https://example.com#@x.aliyuncs.com/a.png",
        "ftp://x.aliyuncs.com/a.png",
        "file:///etc/passwd",
        "https:///a.png",
        "//x.aliyuncs.com/a.png",
        "https://x.aliyuncs.com/a b.png",
        "",
    ],
)
def test_only_allowed_hosts_are_downloaded_from(url: str) -> None:
    model = painter("http://127.0.0.1:9", hosts=("*.aliyuncs.com",))
    with pytest.raises(UpstreamRejectedError, match="not downloaded from"):
        model.fetch(url, max_bytes=100)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://x.oss.aliyuncs.com/a?b=c%2F", "https://x.oss.aliyuncs.com/a?b=c%2F"),
        ("http://X.oss.Aliyuncs.com/a?b=c", "https://X.oss.Aliyuncs.com/a?b=c"),
    ],
)
def test_an_allowed_address_is_asked_over_tls(url: str, asked: str) -> None:
    model = painter("http://127.0.0.1:9", hosts=("*.aliyuncs.com",))
    assert model._allowed(url) == asked
