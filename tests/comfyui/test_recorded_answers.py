"""The local engine beside recordings of real ComfyUI servers: same answers, same pixels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.serving import LoopbackServer
from local.comfyui.engine import WorkflowEngine
from local.comfyui.remote import RemoteComfyUi
from tests.comfyui.recorded.record import (
    FOLDER,
    ROLES,
    input_files,
    neutral,
    pixels_sha256,
    prompts,
    with_version,
)

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

Answer = dict[str, Any]

# What versions of 2024 called an unknown class.
_TODAY = {"invalid_prompt": "missing_node_type"}


def _recorded(case: str) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    return recorded


def _cases(status: int, ending: str = "") -> list[str]:
    """Return the cases that ended so on the newest recorded server."""
    return [
        path.stem
        for path in sorted(FOLDER.glob("*.json"))
        for newest in [_recorded(path.stem)["answers"][0]]
        if newest["status"] == status and ending == _ending(newest)
    ]


def _ending(answer: Answer) -> str:
    return str(answer["history"]["status"]["status_str"]) if "history" in answer else ""


@pytest.fixture
def recorded_mount(tmp_path: Path) -> Path:
    for name, data in input_files().items():
        path = tmp_path / "input" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


@pytest.fixture
def car(recorded_mount: Path) -> str:
    vehicles = recorded_mount / "input" / "vehicles"
    return next(vehicles.rglob("sidecar.json")).parent.relative_to(vehicles).as_posix()


def _body(case: str, car: str) -> bytes:
    return with_version(json.dumps(_recorded(case)["prompt"]), car).encode()


def _replayed(mount: Path, case: str, car: str) -> tuple[int, Any]:
    status, body = WorkflowEngine(mount).run_task(_body(case, car), {"task_id": case})
    return status, json.loads(body)


def test_every_case_of_the_recorder_is_recorded_as_it_is_sent_today(car: str) -> None:
    sent = {case: neutral(graph) for case, graph in prompts(car)}
    assert sent == {path.stem: _recorded(path.stem)["prompt"] for path in FOLDER.glob("*.json")}


@pytest.mark.parametrize("case", _cases(200, "success"))
@pytest.mark.parametrize("role", ROLES)
def test_the_engine_gives_the_pixels_that_every_recorded_comfyui_gave(
    recorded_mount: Path, car: str, case: str, role: str
) -> None:
    _replayed(recorded_mount, case, car)
    shas = {answer["pixels_sha256"][role] for answer in _recorded(case)["answers"]}
    png = (recorded_mount / "output" / case / f"{role}.png").read_bytes()
    assert {pixels_sha256(png)} == shas


@pytest.mark.parametrize("case", _cases(200, "success"))
def test_the_engine_lists_the_outputs_and_the_placement_that_comfyui_gave(
    recorded_mount: Path, car: str, case: str
) -> None:
    status, (event, outputs) = _replayed(recorded_mount, case, car)
    placement = json.loads((recorded_mount / "output" / case / "placement.json").read_text())
    for answer in _recorded(case)["answers"]:
        assert status == answer["status"]
        assert outputs == answer["history"]["outputs"]
        assert event["data"]["output"] == outputs["4"]
        assert neutral(placement) == answer["placement"]


@pytest.mark.parametrize("case", _cases(400))
def test_the_engine_refuses_in_the_words_of_the_newest_comfyui(
    recorded_mount: Path, car: str, case: str
) -> None:
    status, body = _replayed(recorded_mount, case, car)
    newest = _recorded(case)["answers"][0]
    assert (status, neutral(body)) == (newest["status"], newest["body"])
    assert not (recorded_mount / "output" / case).exists()


@pytest.mark.parametrize("case", _cases(200, "error"))
def test_the_engine_reports_a_failed_node_as_the_newest_comfyui_does(
    recorded_mount: Path, car: str, case: str
) -> None:
    status, body = _replayed(recorded_mount, case, car)
    kind, data = _recorded(case)["answers"][0]["history"]["status"]["messages"][-1]
    assert (status, neutral(body)) == (500, {"type": kind, "data": data})


@pytest.mark.parametrize("case", _cases(200, "error"))
def test_every_recorded_comfyui_names_the_packs_error_without_a_path(case: str) -> None:
    for answer in _recorded(case)["answers"]:
        data = answer["history"]["status"]["messages"][-1][1]
        assert data["exception_type"].startswith("trip_poster.errors.")


@pytest.mark.parametrize("case", [path.stem for path in sorted(FOLDER.glob("*.json"))])
def test_a_task_sent_to_a_comfyui_of_any_recorded_version_ends_as_in_the_engine(
    recorded_mount: Path, car: str, case: str
) -> None:
    status, body = _replayed(recorded_mount, case, car)
    for answer in _recorded(case)["answers"]:
        with LoopbackServer(_replaying(answer, recorded_mount)) as server:
            remote = RemoteComfyUi(server.url, recorded_mount, lambda *_: None)
            got, said = remote.run_task(_body(case, car), {})
        assert got == status
        assert _gist(neutral(json.loads(said))) == _gist(neutral(body))


def _gist(body: Any) -> Any:
    """Return what the functions read: outputs, or the error's type, node and message."""
    if isinstance(body, list):
        return body[-1]
    if "error" in body:
        kind = body["error"]["type"]
        return _TODAY.get(kind, kind), sorted(body["node_errors"])
    data = body["data"]
    return data["exception_type"], data["node_id"], data["exception_message"].strip()


def _replaying(answer: Answer, mount: Path) -> Starlette:
    """Answer as recorded; files are those of the mount."""

    async def refuse_or_take(_: Request) -> Response:
        return JSONResponse(answer["body"], status_code=answer["status"])

    async def history(request: Request) -> Response:
        return JSONResponse({"": {**answer["history"], "prompt": [0, "", {}, {}, []]}})

    async def view(request: Request) -> Response:
        query = request.query_params
        path = mount / "output" / query["subfolder"] / query["filename"]
        return Response(path.read_bytes())

    async def upload(_: Request) -> Response:
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/upload/image", upload, methods=["POST"]),
            Route("/prompt", refuse_or_take, methods=["POST"]),
            Route("/history/{prompt_id:path}", history),
            Route("/view", view),
        ]
    )
