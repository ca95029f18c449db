"""The nodes that call paid models: once for each order, in time, and without telling secrets."""

from __future__ import annotations

import io
import json
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from comfyui.custom_nodes.trip_poster.dashscope_calls import fetch_picture
from comfyui.custom_nodes.trip_poster.dashscope_nodes import ImageSynthesisNode, TripText, _decoded
from comfyui.custom_nodes.trip_poster.errors import (
    ModelCallError,
    PictureInputError,
    UncertainCallError,
    UnreachableError,
)
from comfyui.custom_nodes.trip_poster.nodes import NODE_CLASS_MAPPINGS
from comfyui.custom_nodes.trip_poster.web import Deadline, call
from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.serving import LoopbackServer
from local.models.played import played
from tests.fakes import rude_server
from tests.fakes.colour_profile import display_p3_profile
from tests.fakes.png_chunks import chrm, chunk, cicp, exif, gama, iccp, srgb, with_chunks
from tests.fakes.rude_server import RudeServer, answer, answer_json, closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.dashscope.state import DashScopeState

KEY = "sk-local"
SECRET = "秘密的旅行"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    monkeypatch.setenv("TRIP_POSTER_ORDERS_FOLDER", str(tmp_path / "orders"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("comfyui.custom_nodes.trip_poster.dashscope_calls._PAUSES", (0.01, 0.01))
    monkeypatch.setattr("comfyui.custom_nodes.trip_poster.dashscope_calls._POLL_PAUSES", (0.01,))


def png(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TRIP_POSTER_DASHSCOPE_URL", url)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DashScopeState]:
    def paint(prompt: str, width: int, height: int, seed: int) -> bytes:
        return png((width, height), (seed % 256, 60, 90))

    state = played(tmp_path, paint=paint)
    with LoopbackServer(create_dashscope_app(state, api_key=KEY)) as server:
        use(monkeypatch, server.url)
        yield state
    state.close()


def write(**changes: Any) -> str:
    given = {"system_prompt": "用JSON回答", "query_prompt": SECRET, "timeout": 20, **changes}
    (text,) = TripText().生成繪畫提示詞(**given)
    return str(text)


def paint(**changes: Any) -> tuple[str, Any]:
    url, image = ImageSynthesisNode().run(**{"prompt": "晴天的湖", "timeout": 30, **changes})
    return url, image


def test_the_nodes_carry_the_names_that_known_graphs_use() -> None:
    node = NODE_CLASS_MAPPINGS["旅行文字生成"]
    assert node.FUNCTION == "生成繪畫提示詞"  # type: ignore[attr-defined]
    assert list(node.INPUT_TYPES()["required"]) == ["system_prompt", "query_prompt"]  # type: ignore[attr-defined]
    assert node.RETURN_TYPES == ("STRING",)  # type: ignore[attr-defined]
    assert ImageSynthesisNode.RETURN_TYPES == ("STRING", "IMAGE")
    assert list(ImageSynthesisNode.INPUT_TYPES()["required"]) == ["prompt"]


def test_no_input_could_hold_a_key() -> None:
    for node in (TripText, ImageSynthesisNode):
        names = [name for group in node.INPUT_TYPES().values() for name in group]
        assert not [name for name in names if "key" in name or "token" in name]


def test_a_text_is_written(service: DashScopeState) -> None:
    assert "对象" in write()
    (body,) = service.calls.bodies("text")
    assert [each["role"] for each in body["messages"]] == ["system", "user"]
    assert body["enable_thinking"] is False


def test_a_picture_is_painted_and_comes_as_address_and_image(service: DashScopeState) -> None:
    url, image = paint(seed=7, size="768*960", negative_prompt="车")
    assert url.startswith("http://127.0.0.1")
    assert image.shape == (1, 960, 768, 3)
    assert image.dtype == np.float32
    assert np.allclose(image[0, 0, 0] * 255, (7, 60, 90))


def _orders(server: RudeServer) -> list[Any]:
    return [each for each in server.requests if each.method == "POST"]


_OPTIONS = {"size": "1152*1440", "n": 1, "seed": 3, "prompt_extend": False, "watermark": False}
_PROMPT = {"prompt": "晴天的湖", "negative_prompt": "车"}
_MESSAGES = {"messages": [{"role": "user", "content": [{"text": "晴天的湖"}]}]}


@pytest.mark.parametrize(
    ("model", "path", "given", "options"),
    [
        ("wan2.2-t2i-flash", "text2image/image-synthesis", _PROMPT, _OPTIONS),
        (
            "wan2.6-t2i",
            "image-generation/generation",
            _MESSAGES,
            _OPTIONS | {"negative_prompt": "车"},
        ),
        ("wan2.7-image", "image-generation/generation", _MESSAGES, _OPTIONS),
    ],
)
def test_an_order_names_everything_and_asks_for_one_picture(
    monkeypatch: pytest.MonkeyPatch, model: str, path: str, given: Any, options: Any
) -> None:
    failed = answer_json(400, {"code": "InvalidParameter", "message": "x", "request_id": "r-1"})
    with RudeServer(failed) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match=r"InvalidParameter, request r-1"):
            paint(model=model, seed=3, negative_prompt="车")
    (order,) = server.requests
    assert order.target == f"/api/v1/services/aigc/{path}"
    assert order.headers["x-dashscope-async"] == "enable"
    assert json.loads(order.body) == {"model": model, "input": given, "parameters": options}


@pytest.mark.parametrize("model", ["wan2.6-t2i", "wan2.5-t2i-preview", "wan2.7-image"])
def test_a_picture_is_ordered_in_a_size_the_model_paints_and_comes_in_the_size_asked_for(
    service: DashScopeState, model: str
) -> None:
    _, image = paint(model=model, size="768*960", seed=7)
    assert image.shape == (1, 960, 768, 3)
    assert np.allclose(image[0, 0, 0] * 255, (7, 60, 90), atol=1)
    (task,) = service.tasks.all()
    ordered = (task.order.width, task.order.height)
    assert ordered == ((768, 960) if model == "wan2.7-image" else (1152, 1440))


def test_a_retired_name_is_asked_by_its_successors_with_a_warning_at_the_node(
    service: DashScopeState, caplog: pytest.LogCaptureFixture
) -> None:
    given = ImageSynthesisNode().run("晴天的湖", model="wanx2-t2i-lite", size="768*960")
    assert isinstance(given, dict)
    url, image = given["result"]
    assert url.startswith("http://127.0.0.1")
    assert image.shape == (1, 960, 768, 3)
    (shown,) = given["ui"]["text"]
    assert "wanx2-t2i-lite" in shown
    assert "wan2.6-t2i" in shown
    assert shown in caplog.text
    (task,) = service.tasks.all()
    assert task.order.model == "wan2.6-t2i"


def test_a_retired_text_model_is_asked_by_its_successors_with_a_warning_at_the_node(
    service: DashScopeState, caplog: pytest.LogCaptureFixture
) -> None:
    given = TripText().生成繪畫提示詞("", SECRET, model="qwen-max")
    assert isinstance(given, dict)
    assert "对象" in given["result"][0]
    (shown,) = given["ui"]["text"]
    assert "qwen-max" in shown
    assert shown in caplog.text
    assert SECRET not in caplog.text
    (body,) = service.calls.bodies("text")
    assert body["model"] == "qwen3.7-max"


def test_a_retired_name_and_its_successor_are_one_order(service: DashScopeState) -> None:
    ImageSynthesisNode().run("晴天的湖", model="wanx2-t2i-lite")
    plain = paint(model="wan2.6-t2i")
    assert len(plain) == 2
    assert service.calls.count("image") == 1


def test_a_negative_prompt_that_the_model_does_not_read_is_told_of(
    service: DashScopeState,
) -> None:
    given = ImageSynthesisNode().run("晴天的湖", "车", model="wan2.7-image")
    assert isinstance(given, dict)
    assert given["ui"]["text"] == ["wan2.7-image reads no negative prompt; it was left out"]
    assert isinstance(ImageSynthesisNode().run("晴天的湖", model="wan2.7-image"), tuple)


@pytest.mark.parametrize("model", ["wan2.6-t2i", "wan2.2-t2i-flash"])
def test_a_model_that_has_gone_is_said_plainly(service: DashScopeState, model: str) -> None:
    service.models.retire(model)
    with pytest.raises(ModelCallError, match="there is no such model, or it was retired"):
        paint(model=model)
    service.models.restore(model)
    paint(model=model)
    assert len(service.tasks.all()) == 1


@pytest.mark.parametrize("manner", [rude_server.reset, rude_server.hang_up, rude_server.truncated])
def test_an_order_that_may_have_arrived_is_never_sent_again(
    monkeypatch: pytest.MonkeyPatch, manner: Any
) -> None:
    with RudeServer(manner) as server:
        use(monkeypatch, server.url)
        with pytest.raises(UncertainCallError, match="not ordered again"):
            paint()
    assert len(_orders(server)) == 1


def test_an_order_refused_for_load_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = answer_json(429, {"code": "Throttling.RateQuota", "request_id": "r"})
    wrong = answer_json(400, {"code": "InvalidParameter", "request_id": "r"})
    with RudeServer(busy, busy, wrong) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="InvalidParameter"):
            paint()
    assert len(_orders(server)) == 3


def test_a_poll_that_breaks_off_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = answer_json(200, {"output": {"task_id": "t-1", "task_status": "PENDING"}})
    done = {"task_id": "t-1", "task_status": "FAILED", "code": "DataInspectionFailed"}
    with RudeServer(
        taken, rude_server.reset, rude_server.html_502(), answer_json(200, {"output": done})
    ) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match=r"task t-1 ended as FAILED.*change the words"):
            paint()
    assert [each.method for each in server.requests] == ["POST", "GET", "GET", "GET"]


@pytest.mark.parametrize(
    "manner", [rude_server.hang, rude_server.drip_body, rude_server.drip_headers]
)
def test_a_call_ends_by_its_deadline_whatever_the_server_does(manner: Any) -> None:
    began = time.monotonic()
    with RudeServer(manner) as server, pytest.raises(UncertainCallError):
        call(server.url, deadline=Deadline(0.6), max_bytes=9999, body=b"{}")
    assert time.monotonic() - began < 9


def test_an_answer_without_end_is_cut_off() -> None:
    with (
        RudeServer(rude_server.endless) as server,
        pytest.raises(ModelCallError, match="sent more than"),
    ):
        call(server.url, deadline=Deadline(20), max_bytes=2_000_000)


def test_no_way_out_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, closed_port())
    with pytest.raises(UnreachableError, match="EAS has no way out to the internet"):
        write()
    with pytest.raises(UnreachableError, match="cannot be reached"):
        paint()


@pytest.mark.parametrize("key", ["", "  "])
def test_a_missing_key_is_said_plainly(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", key)
    with pytest.raises(ModelCallError, match="DASHSCOPE_API_KEY is not set"):
        write()


def test_a_wrong_key_is_said_plainly(
    service: DashScopeState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-wrong")
    with pytest.raises(ModelCallError, match="wrong, or of another region") as caught:
        write()
    assert "sk-wrong" not in str(caught.value)


@pytest.mark.parametrize("mode", ["moderate_all", "invalid_json", "html_502", "arrears"])
def test_no_failure_repeats_the_prompt(service: DashScopeState, mode: Any) -> None:
    service.behaviour.set("text", mode)
    if mode == "invalid_json":
        assert SECRET not in write()
        return
    with pytest.raises(ModelCallError) as caught:
        write()
    assert SECRET not in str(caught.value)
    assert KEY not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_message_that_quotes_the_prompt_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"error": {"code": "data_inspection_failed", "message": SECRET}, "request_id": SECRET}
    with RudeServer(answer_json(400, said)) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="change the words") as caught:
            write()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "words", "sent"),
    [
        (400, "InternalError.Algo.DataInspectionFailed", "change the words", 1),
        (403, "AccessDenied.Unpurchased", "no right", 1),
        (403, "AllocationQuota.FreeTierOnly", "free quota", 1),
        (429, "PostpaidBillOverdue", "overdue", 1),
        (429, "limit_burst_rate", "try again in a minute", 3),
        (500, "RequestTimeOut", "may have arrived", 1),
    ],
)
def test_a_code_of_any_documented_family_comes_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str, words: str, sent: int
) -> None:
    with RudeServer(answer_json(status, {"error": {"code": code}})) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match=words):
            write()
    assert len(server.requests) == sent


@pytest.mark.parametrize("mode", ["thinks", "byte_order_mark"])
def test_thoughts_are_no_part_of_the_text(
    service: DashScopeState, monkeypatch: pytest.MonkeyPatch, mode: Any
) -> None:
    plain = write()
    service.behaviour.set("text", mode)
    assert write() == plain


@pytest.mark.parametrize(
    "url",
    [
        "http://dashscope-result.oss-cn-beijing.aliyuncs.com/x.png",
        "https://aliyuncs.com.example.org/x.png",
        "https://example.org/x.png",
        "file:///etc/passwd",
    ],
)
def test_a_picture_is_fetched_from_the_clouds_own_hosts_alone(url: str) -> None:
    with pytest.raises(ModelCallError, match="host that is not its own"):
        fetch_picture(url, Deadline(5))


def test_a_picture_is_fetched_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = png((8, 8), (1, 2, 3))
    with RudeServer(answer(200, picture)) as server:
        use(monkeypatch, server.url)
        assert fetch_picture(f"{server.url}/x.png", Deadline(5)) == picture
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (cicp(12, 13), r"cICP \(12, 13, 0, 1\)"),
        (iccp(display_p3_profile()), "a colour profile"),
        (gama(100_000), "gAMA 1.0"),
        (chrm(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06), "cHRM"),
        (chunk(b"eXIf", exif(space=2)), "Exif ColorSpace 2"),
    ],
)
def test_a_picture_that_is_not_in_srgb_is_not_taken_for_it(stated: bytes, words: str) -> None:
    with pytest.raises(ModelCallError, match=words):
        _decoded(with_chunks(png((8, 8), (1, 2, 3)), stated))


def test_a_picture_that_says_srgb_in_every_way_is_taken() -> None:
    said = (cicp(1, 13), srgb(), gama(45455), chunk(b"eXIf", exif(space=1)))
    assert _decoded(with_chunks(png((8, 8), (1, 2, 3)), *said))[0, 0].tolist() == [1, 2, 3]


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with RudeServer(answer(302, Location="http://127.0.0.1:1/x")) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="status 302"):
            fetch_picture(f"{server.url}/x.png", Deadline(5))
    assert len(server.requests) == 1


def test_what_is_no_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def then(url: str) -> list[Any]:
        result = {"task_status": "SUCCEEDED", "results": [{"url": f"{url}/x.png"}]}
        taken = answer_json(200, {"output": {"task_id": "t-1"}})
        return [taken, answer_json(200, {"output": result}), answer(200, b"no picture")]

    with RudeServer(answer(200)) as server:
        server._manners[:] = then(server.url)
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="is no picture"):
            paint()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model": "qwen-image"}, "model must begin with one of"),
        ({"model": "wan2.2-t2i-flash", "prompt": "长" * 501}, "1 to 500 characters"),
        ({"prompt": "长" * 2101}, "1 to 2100 characters"),
        ({"prompt": "  "}, "1 to 2100 characters"),
        ({"model": "wan2.2-t2i-flash\n"}, None),
        ({"model": "wan2.5-t2i-preview", "size": "768*960"}, None),
        ({"model": " wanx2-t2i-lite"}, None),
        ({"model": "../x"}, "model must be a model's name"),
        ({"size": "10*10"}, "size must be one of"),
    ],
)
def test_an_order_that_would_be_refused_is_refused_before_it_is_paid(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], complaint: str | None
) -> None:
    use(monkeypatch, closed_port())
    expected = UnreachableError if complaint is None else PictureInputError
    with pytest.raises(expected, match=complaint):
        paint(**changes)
    verdict = ImageSynthesisNode.VALIDATE_INPUTS(**changes)
    assert verdict is True if complaint is None else complaint in str(verdict)


def test_what_is_linked_is_not_judged_before_it_is_known() -> None:
    assert TripText.VALIDATE_INPUTS(query_prompt=None, model=None) is True
    assert ImageSynthesisNode.VALIDATE_INPUTS(prompt=None, model=None, size=None) is True
    assert ImageSynthesisNode.VALIDATE_INPUTS(prompt=None, model="qwen-image") is not True


def test_an_empty_question_is_not_asked() -> None:
    with pytest.raises(PictureInputError, match="query_prompt is empty"):
        write(query_prompt=" ")


def test_a_key_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://dashscope.example.org")
    with pytest.raises(ModelCallError, match="must begin with https"):
        write()


def test_only_the_inputs_decide_whether_a_paid_call_is_made_again() -> None:
    same = [TripText.IS_CHANGED(query_prompt="x", seed=1) for _ in range(2)]
    assert same[0] == same[1] != TripText.IS_CHANGED(query_prompt="x", seed=2)
    assert ImageSynthesisNode.IS_CHANGED(seed=1) == ImageSynthesisNode.IS_CHANGED(seed=1)


def test_an_interrupt_ends_a_call_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    class InterruptedByUser(Exception):  # noqa: N818
        pass

    def stop() -> None:
        raise InterruptedByUser

    management = ModuleType("comfy.model_management")
    management.__dict__["throw_exception_if_processing_interrupted"] = stop
    monkeypatch.setitem(sys.modules, "comfy", ModuleType("comfy"))
    monkeypatch.setitem(sys.modules, "comfy.model_management", management)
    with RudeServer(rude_server.hang) as server, pytest.raises(InterruptedByUser):
        call(server.url, deadline=Deadline(30), max_bytes=99)
