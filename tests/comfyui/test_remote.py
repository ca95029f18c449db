"""A real ComfyUI in place of the engine: same answers, same files, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.serving import LoopbackServer
from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi, RemoteComfyUiError
from tests.comfyui.test_engine import bound, saved
from tests.fakes.served_comfyui import ServedComfyUi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def comfyui(tmp_path: Path) -> Iterator[tuple[str, ServedComfyUi]]:
    served = ServedComfyUi(tmp_path / "elsewhere")
    with LoopbackServer(served.app()) as server:
        yield server.url, served


def test_remote_and_engine_give_the_same_message_and_files(
    mount: Path, reference: str, comfyui: tuple[str, ServedComfyUi]
) -> None:
    here: list[tuple[str, bytes, str]] = []
    there: list[tuple[str, bytes, str]] = []
    engine = WorkflowEngine(mount, lambda *each: here.append(each))
    remote = RemoteComfyUi(comfyui[0], mount, lambda *each: there.append(each))
    mine = engine.run_task(bound(reference), {"task_id": "t-1"})
    other = remote.run_task(bound(reference), {"task_id": "t-1"})
    assert (mine[0], other[0]) == (200, 200)
    assert _without_ids(other[1]) == _without_ids(mine[1])
    assert there[-1][0] == "output/t-1/task.json"
    assert sorted(there) == sorted(here)


def _without_ids(body: bytes) -> Any:
    answer = json.loads(body)
    for event in answer[:-1]:
        event["data"].pop("prompt_id")
    return answer


def test_a_node_that_is_answered_from_the_cache_has_no_event(
    mount: Path, comfyui: tuple[str, ServedComfyUi]
) -> None:
    remote, body = RemoteComfyUi(comfyui[0], mount, lambda *_: None), json.dumps(saved()).encode()
    first = json.loads(remote.run_task(body, {})[1])
    assert json.loads(remote.run_task(body, {})[1]) == first[-1:]


def test_without_publish_the_files_come_to_the_data_folder(
    mount: Path, reference: str, comfyui: tuple[str, ServedComfyUi]
) -> None:
    RemoteComfyUi(comfyui[0], mount).run_task(bound(reference), {})
    task = json.loads((mount / "output" / "t-1" / "task.json").read_bytes())
    assert all((mount / "output" / "t-1" / each["name"]).is_file() for each in task["files"])


def test_a_client_id_is_always_sent(mount: Path, comfyui: tuple[str, ServedComfyUi]) -> None:
    RemoteComfyUi(comfyui[0], mount).run_task(json.dumps(saved()).encode(), {})
    assert comfyui[1].asked[0]["client_id"]
    assert (mount / "output" / "x_00001_.png").is_file()


def test_a_refused_graph_comes_back_as_it_is(
    mount: Path, comfyui: tuple[str, ServedComfyUi]
) -> None:
    status, body = RemoteComfyUi(comfyui[0], mount).run_task(b'{"1": {"class_type": "No"}}', {})
    assert (status, json.loads(body)["error"]["type"]) == (400, "missing_node_type")


def test_a_failed_run_comes_back_as_execution_error(
    mount: Path, reference: str, comfyui: tuple[str, ServedComfyUi]
) -> None:
    body = bound(reference).replace(b"testcar/", b"other/")
    status, answer = RemoteComfyUi(comfyui[0], mount).run_task(body, {})
    assert (status, json.loads(answer)["type"]) == (500, "execution_error")


def test_a_run_that_never_ends_is_given_up(mount: Path, comfyui: tuple[str, ServedComfyUi]) -> None:
    remote = RemoteComfyUi(comfyui[0], mount, task_seconds=0.0)
    with pytest.raises(RemoteComfyUiError, match="did not finish"):
        remote.run_task(json.dumps(saved()).encode(), {})


def test_a_server_that_is_not_there_is_named(mount: Path) -> None:
    remote = RemoteComfyUi("http://127.0.0.1:9", mount)
    with pytest.raises(RemoteComfyUiError, match="t-9"):
        remote.run_task(b"{}", {"task_id": "t-9"})


def test_an_output_that_would_be_left_out_in_silence_is_a_refusal(
    mount: Path, comfyui: tuple[str, ServedComfyUi]
) -> None:
    comfyui[1].node_errors = {"4": {"errors": [], "class_type": "SaveImage"}}
    status, body = RemoteComfyUi(comfyui[0], mount).run_task(json.dumps(saved()).encode(), {})
    assert (status, list(json.loads(body)["node_errors"])) == (400, ["4"])
    assert comfyui[1].cancelled == ["0"]


def test_it_says_what_the_server_is_at(mount: Path, tmp_path: Path) -> None:
    words: list[str] = []
    served = ServedComfyUi(tmp_path / "slow", slow=3)
    with LoopbackServer(served.app()) as server:
        remote = RemoteComfyUi(server.url, mount, seen=words.append)
        assert remote.run_task(json.dumps(saved()).encode(), {})[0] == 200
    assert list(dict.fromkeys(words)) == [
        "uploading",
        "waiting, 1 before it",
        "running",
        "downloading",
    ]
