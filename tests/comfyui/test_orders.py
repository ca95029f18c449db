"""What was ordered is remembered outside ComfyUI's cache, and paid once."""

from __future__ import annotations

import os
import sys
import threading
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from comfyui.custom_nodes.trip_poster.dashscope_calls import picture_order, write_text
from comfyui.custom_nodes.trip_poster.errors import (
    ModelCallError,
    UncertainCallError,
    UnreachableError,
)
from comfyui.custom_nodes.trip_poster.orders import KEPT_HOURS, Order
from comfyui.custom_nodes.trip_poster.web import Deadline
from tests.fakes import rude_server
from tests.fakes.rude_server import RudeServer, answer_json, closed_port

if TYPE_CHECKING:
    from pathlib import Path

KEY, SECRET = "sk-secret", "秘密的旅行"
TAKEN = answer_json(200, {"output": {"task_id": "t-1", "task_status": "PENDING"}})
WRITTEN = answer_json(200, {"choices": [{"message": {"content": "山水"}}]})


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    monkeypatch.setenv("TRIP_POSTER_ORDERS_FOLDER", str(tmp_path / "orders"))
    calls = "comfyui.custom_nodes.trip_poster.dashscope_calls"
    monkeypatch.setattr(f"{calls}._PAUSES", (0.01, 0.01))
    monkeypatch.setattr(f"{calls}._POLL_PAUSES", (0.01,))
    return tmp_path / "orders"


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TRIP_POSTER_DASHSCOPE_URL", url)


def write(query: str = SECRET) -> str:
    return write_text("qwen-plus", "", query, seed=1, deadline=Deadline(5))


def task(seed: int = 1) -> str:
    texts = (SECRET, "")
    order = picture_order("wan2.2-t2i-flash", texts, size="768*960", seed=seed)
    return order.task(Deadline(5))


def url() -> str:
    return picture_order("wan2.2-t2i-flash", (SECRET, ""), size="768*960", seed=1).url(Deadline(5))


def posts(server: RudeServer) -> int:
    return sum(each.method == "POST" for each in server.requests)


def test_the_same_order_is_sent_once_and_another_seed_is_another_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with RudeServer(TAKEN) as server:
        use(monkeypatch, server.url)
        assert [task(), task(), task(seed=2)] == ["t-1"] * 3
    assert posts(server) == 2


def test_a_text_is_paid_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with RudeServer(WRITTEN) as server:
        use(monkeypatch, server.url)
        assert (write(), write()) == ("山水", "山水")
    assert posts(server) == 1


def test_neither_key_nor_prompt_is_stored(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    with RudeServer(TAKEN) as server:
        use(monkeypatch, server.url)
        task()
    (path,) = folder.iterdir()
    stored = path.name + path.read_text(encoding="utf-8")
    assert "t-1" in stored
    assert KEY not in stored
    assert SECRET not in stored


def test_many_at_the_same_time_send_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, got = threading.Barrier(6), []

    def one() -> None:
        begin.wait()
        got.append(task())

    with RudeServer(TAKEN) as server:
        use(monkeypatch, server.url)
        threads = [threading.Thread(target=one) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (got, posts(server)) == (["t-1"] * 6, 1)


@pytest.mark.parametrize("manner", [rude_server.reset, rude_server.hang_up, rude_server.html_502()])
@pytest.mark.parametrize("ask", [task, write])
def test_what_may_have_been_carried_out_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, folder: Path, manner: Any, ask: Any
) -> None:
    with RudeServer(manner, TAKEN) as server:
        use(monkeypatch, server.url)
        with pytest.raises(UncertainCallError, match="not ordered again"):
            ask()
        _made_older(folder, 120)
        with pytest.raises(
            UncertainCallError, match=r"ordered at .* Another seed orders, and pays"
        ):
            ask()
    assert posts(server) == 1


@pytest.mark.parametrize("ask", [task, write])
def test_what_was_refused_or_did_not_arrive_may_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, ask: Any
) -> None:
    use(monkeypatch, closed_port())
    with pytest.raises(UnreachableError):
        ask()
    refused = answer_json(400, {"code": "InvalidParameter", "request_id": "r"})
    with RudeServer(refused, TAKEN if ask is task else WRITTEN) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="InvalidParameter"):
            ask()
        assert ask() in {"t-1", "山水"}


@pytest.mark.parametrize("status", ["FAILED", "CANCELED", "SUCCEEDED"])
def test_a_task_that_ended_without_a_picture_may_be_ordered_anew(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    ended = answer_json(200, {"output": {"task_status": status, "code": "InternalError"}})
    with RudeServer(TAKEN, ended, TAKEN, ended) as server:
        use(monkeypatch, server.url)
        for _ in range(2):
            with pytest.raises(ModelCallError, match=f"ended as {status}"):
                url()
    assert posts(server) == 2


def test_a_task_nobody_knows_is_not_ordered_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = answer_json(200, {"output": {"task_status": "UNKNOWN"}})
    with RudeServer(TAKEN, unknown) as server:
        use(monkeypatch, server.url)
        for _ in range(2):
            with pytest.raises(ModelCallError, match="ended as UNKNOWN"):
                url()
    assert posts(server) == 1


def test_a_picture_that_was_not_ready_in_time_is_waited_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painting = answer_json(200, {"output": {"task_status": "RUNNING"}})
    done = {"task_status": "SUCCEEDED", "results": [{"url": "https://x.aliyuncs.com/1.png"}]}
    with RudeServer(TAKEN, painting) as server:
        use(monkeypatch, server.url)
        order = picture_order("wan2.2-t2i-flash", (SECRET, ""), size="768*960", seed=1)
        with pytest.raises(ModelCallError, match="not finished in time"):
            order.url(Deadline(0.3))
        server._manners[:] = [answer_json(200, {"output": done})]
        assert order.url(Deadline(5)) == "https://x.aliyuncs.com/1.png"
    assert posts(server) == 1


def test_an_order_is_forgotten_after_a_day(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    with RudeServer(TAKEN) as server:
        use(monkeypatch, server.url)
        task()
        _made_older(folder, KEPT_HOURS * 3600 - 60)
        task()
        assert posts(server) == 1
        _made_older(folder, KEPT_HOURS * 3600 + 60)
        task(seed=2)
        assert len(list(folder.iterdir())) == 1
        task()
    assert posts(server) == 3


def test_nothing_is_ordered_that_could_not_be_remembered(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    folder.write_text("a file where the folder should be")
    with RudeServer(TAKEN) as server:
        use(monkeypatch, server.url)
        with pytest.raises(ModelCallError, match="nothing was ordered; let TRIP_POSTER_ORDERS"):
            task()
    assert not server.requests


@pytest.mark.parametrize("key", ["", "sk-密"])
def test_an_order_without_a_usable_key_does_not_count_as_sent(
    monkeypatch: pytest.MonkeyPatch, folder: Path, key: str
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", key)
    with pytest.raises(ModelCallError, match="DASHSCOPE_API_KEY"):
        task()
    assert not folder.exists()


def test_orders_lie_in_comfyuis_user_folder_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIP_POSTER_ORDERS_FOLDER", "")
    paths = ModuleType("folder_paths")
    paths.__dict__["user_directory"] = str(tmp_path / "user")
    monkeypatch.setitem(sys.modules, "folder_paths", paths)
    assert Order("x").answer(Deadline(1)) == b""
    assert [path.read_bytes() for path in (tmp_path / "user").glob("*/*")] == [b""]


def _made_older(folder: Path, seconds: float) -> None:
    for path in folder.iterdir():
        os.utime(path, (time.time() - seconds, time.time() - seconds))
