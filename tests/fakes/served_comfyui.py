"""The routes of a ComfyUI server that the project uses, worked by the engine."""

from __future__ import annotations

import json
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.comfyui.engine import CUSTOM_NODES, WorkflowEngine
from local.comfyui.object_info import object_info

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request


class ServedComfyUi:
    """A server whose data folder is `folder`; with a token, as behind EAS's gateway.

    `slow` is how often the history is asked for in vain; `described` may be changed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        token: str | None = None,
        custom_nodes: Path = CUSTOM_NODES,
        slow: int = 0,
    ) -> None:
        self.folder = folder
        self.history: dict[str, Any] = {}
        self.asked: list[Any] = []
        self.cancelled: list[str] = []
        self.node_errors: dict[str, Any] = {}
        self.described: dict[str, Any] = json.loads(object_info())
        self._slow = slow
        self._token = token
        self._engine = WorkflowEngine(folder, custom_nodes=custom_nodes)

    def app(self) -> Starlette:
        """Return the routes."""
        routes = [
            Route("/upload/image", self.upload, methods=["POST"]),
            Route("/prompt", self.prompt, methods=["POST"]),
            Route("/history/{prompt_id}", self.past),
            Route("/queue", self.queue, methods=["GET", "POST"]),
            Route("/object_info/{name}", self.info),
            Route("/view", self.view),
            Route("/system_stats", self.stats),
        ]
        return Starlette(routes=routes)

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
        number = str(len(self.history))
        status, answer = self._engine.run_task(json.dumps(body["prompt"]).encode(), {})
        if status == 400:
            return Response(answer, status_code=400)
        self.history[number] = _entry(number, status, json.loads(answer))
        said = {"prompt_id": number, "number": 0, "node_errors": self.node_errors}
        return JSONResponse(said)

    async def past(self, request: Request) -> Response:
        """Answer {} for what is not known, or not done yet."""
        wanted = request.path_params["prompt_id"]
        self._slow -= 1
        known = self.history.get(wanted) if self._slow < 0 else None
        return JSONResponse({wanted: known} if known else {})

    async def queue(self, request: Request) -> Response:
        """Say what waits: one task of somebody else, then the newest of ours; or take one out."""
        if request.method == "POST":
            self.cancelled += (await request.json())["delete"]
            return Response()
        pending = [[3, "0", {}], [2, "other", {}]] if self._slow > 1 else []
        return JSONResponse({"queue_running": [], "queue_pending": pending})

    async def info(self, request: Request) -> Response:
        """Describe one class; {} for an unknown one."""
        if self._token and request.headers.get("authorization") != self._token:
            return Response("Unauthorized", status_code=401)
        name = request.path_params["name"]
        return JSONResponse({name: self.described[name]} if name in self.described else {})

    async def stats(self, _: Request) -> Response:
        """Say which version this is."""
        return JSONResponse({"system": {"comfyui_version": "0.0.0"}})

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
