"""The command: the shipped workflows hold, mistakes end it with 1, no ComfyUI with 2."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from cli.check_workflows import known_workflows
from local.cloud.serving import LoopbackServer
from local.comfyui.object_info import object_info
from shared.workflows.load import WORKFLOWS, load_workflow
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request


def written(folder: Path, info: Any) -> str:
    path = folder / "object_info.json"
    path.write_bytes(json.dumps(info).encode())
    return str(path)


def check(*arguments: str) -> int:
    """Run the command; what it says goes to the streams of this process."""
    status, said = poster("workflows", "check", *arguments)
    sys.stdout.write(said)
    return status


def test_every_shipped_workflow_holds_and_fits_the_queue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check("--strict") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == known_workflows()
    assert all(": ok, " in line for line in lines)


def test_a_comfyui_that_allows_less_is_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = json.loads(object_info())
    info["KSampler"]["input"]["required"]["scheduler"] = [
        "COMBO",
        {"options": ["normal", "kerras"]},
    ]
    assert check("--object-info", written(tmp_path, info), "sdxl_scene", "wanx_scene") == 1
    lines = capsys.readouterr().out.splitlines()
    assert "'karras' is not one of: normal, kerras, did you mean 'kerras'?" in lines[0]
    assert "'in:sampler' (KSampler), input 'scheduler'" in lines[0]
    assert lines[1].startswith("sdxl_scene: FAILS")
    assert lines[2].startswith("wanx_scene: ok")


def test_weights_that_are_not_there_are_a_warning_unless_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = json.loads(object_info())
    info["LoraLoader"]["input"]["required"]["lora_name"] = [["ink.safetensors"]]
    path = written(tmp_path, info)
    assert check("--object-info", path, "sdxl_scene") == 0
    assert check("--object-info", path, "sdxl_scene", "--strict") == 1
    assert "only: ink.safetensors" in capsys.readouterr().out


def test_defaults_of_newly_required_inputs_are_written_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(WORKFLOWS / "wanx_scene", tmp_path / "wanx_scene")
    info = json.loads(object_info())
    fresh = {"default": 2, "min": 0, "max": 9}
    info["TripPosterGround"]["input"]["required"]["softness"] = ["INT", fresh]
    asked = ["--object-info", written(tmp_path, info), "--folder", str(tmp_path)]

    assert check(*asked) == 1
    assert "--write-defaults puts in its default 2" in capsys.readouterr().out
    assert check(*asked, "--write-defaults") == 0

    assert "wanx_scene: node 2: wrote softness = 2" in capsys.readouterr().out
    assert load_workflow("wanx_scene", tmp_path).nodes["2"].inputs["softness"] == 2
    assert check(*asked) == 0


def test_a_running_comfyui_is_asked_with_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = []

    async def described(request: Request) -> Response:
        tokens.append(request.headers.get("authorization"))
        return Response(object_info())

    with LoopbackServer(Starlette(routes=[Route("/x/object_info", described)])) as server:
        assert check("--object-info", f"{server.url}/x", "--token", "t", "wanx_scene") == 0
        assert check("--object-info", f"{server.url}/x/object_info", "wanx_scene") == 0
        assert check("--object-info", f"{server.url}/y") == 1
    assert tokens == ["t", None]
    assert "it answers 404" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["<html>", "[1]"])
def test_what_is_no_object_info_is_said_to_be_none(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page").write_text(content)
    assert check("--object-info", str(tmp_path / "page")) == 1
    assert check("--object-info", str(tmp_path / "nothing")) == 1
    assert "no object_info of a ComfyUI" in capsys.readouterr().out


def test_an_unreadable_workflow_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(WORKFLOWS / "wanx_scene", tmp_path / "wanx_scene")
    (tmp_path / "wanx_scene" / "inputs.json").write_text("{}")
    assert check("--folder", str(tmp_path)) == 1
    assert "error: wanx_scene/inputs.json" in capsys.readouterr().out
