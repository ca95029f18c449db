"""A real ComfyUI in place of the engine: same answers, same files, over HTTP."""

from __future__ import annotations

import json
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi, RemoteComfyUiError
from local.serving import LoopbackServer
from tests.comfyui.test_engine import bound, saved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request


class ServedComfyUi:
    """The four routes of a ComfyUI server, worked by an engine in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.history: dict[str, Any] = {}
        self.asked: list[Any] = []
        self._engine = WorkflowEngine(folder)

    def app(self) -> Starlette:
        """Return the routes."""
        return Starlette(
            routes=[
                Route("/upload/image", self.upload, methods=["POST"]),
                Route("/prompt", self.prompt, methods=["POST"]),
                Route("/history/{prompt_id}", self.past),
                Route("/view", self.view),
            ]
        )

    async def upload(self, request: Request) -> Response:
        """Store a file of a multipart form below input/."""
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        form = BytesParser().parsebytes(head + await request.body())
        parts: dict[str, Any] = {}
        for part in form.get_payload():
            parts[str(part.get_param("name", header="content-disposition"))] = part  # type: ignore[union-attr]
        subfolder = parts["subfolder"].get_payload()
        path = self.folder / "input" / subfolder / parts["image"].get_filename()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(parts["image"].get_payload(decode=True))
        return JSONResponse({"name": path.name, "subfolder": subfolder, "type": "input"})

    async def prompt(self, request: Request) -> Response:
        """Run at once and remember the outcome as history does."""
        body = await request.json()
        self.asked.append(body)
        status, answer = self._engine.run_task(json.dumps(body["prompt"]).encode(), {})
        if status == 400:
            return Response(answer, status_code=400)
        number = str(len(self.history))
        self.history[number] = _entry(number, status, json.loads(answer))
        return JSONResponse({"prompt_id": number, "number": 0, "node_errors": {}})

    async def past(self, request: Request) -> Response:
        """Answer {} for what is not known."""
        wanted = request.path_params["prompt_id"]
        known = self.history.get(wanted)
        return JSONResponse({wanted: known} if known else {})

    async def view(self, request: Request) -> Response:
        """Return one output file."""
        query = request.query_params
        path = self.folder / query["type"] / query["subfolder"] / query["filename"]
        return Response(path.read_bytes()) if path.is_file() else Response(status_code=404)


def _entry(number: str, status: int, answer: Any) -> dict[str, Any]:
    if status != 200:
        messages = [[answer["type"], answer["data"]]]
        return {"prompt": [0, number], "outputs": {}, "status": {"messages": messages}}
    ran = {event["data"]["node"] for event in answer[:-1]}
    cached = [node for node in answer[-1] if node not in ran]
    messages = [["execution_cached", {"nodes": cached}], ["execution_success", {}]]
    return {"prompt": [0, number], "outputs": answer[-1], "status": {"messages": messages}}


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


def test_a_second_identical_task_has_no_events(
    mount: Path, reference: str, comfyui: tuple[str, ServedComfyUi]
) -> None:
    remote = RemoteComfyUi(comfyui[0], mount, lambda *_: None)
    first = json.loads(remote.run_task(bound(reference), {})[1])
    assert json.loads(remote.run_task(bound(reference), {})[1]) == first[-1:]


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
