"""The list of graphs on the engine, and the command that compares a real ComfyUI with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.serving import LoopbackServer
from local.one_process import environment
from tests.comfyui.graphs.cases import cases
from tests.comfyui.graphs.comparing import compare
from tests.comfyui.graphs.running import KEY, run_case, served_models
from tests.comfyui.graphs.sides import EngineSide, both_packs
from tests.fakes.rude_server import closed_port
from tests.fakes.served_comfyui import ServedComfyUi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.comfyui.graphs.cases import Case
    from tests.comfyui.graphs.running import Models

_CASES = list(cases())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EngineSide, Models]]:
    folder = tmp_path_factory.mktemp("graphs")
    with served_models(folder / "models") as (address, models):
        told = {
            "DASHSCOPE_API_KEY": KEY,
            "TRIP_POSTER_DASHSCOPE_URL": address,
        }
        with environment(told), pytest.MonkeyPatch.context() as patched:
            engine = EngineSide(folder / "engine")
            calls = sys.modules["custom_nodes_trip_poster.dashscope_calls"]
            patched.setattr(calls, "_POLL_PAUSES", (0.02,))
            yield engine, models


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_every_graph_of_the_list_ends_as_the_list_says(
    case: Case, both: tuple[EngineSide, Models]
) -> None:
    *gists, paid = run_case(case, *both)
    assert tuple(each["outcome"] for each in gists) == case.outcomes
    assert paid["outcome"] == "paid {} texts, {} pictures".format(*case.ordered)
    assert "missing" not in [sha for each in gists for sha in _files(each).values()]


def test_the_command_finds_no_difference_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served = ServedComfyUi(tmp_path, custom_nodes=both_packs(tmp_path / "custom_nodes"))
    with LoopbackServer(served.app()) as server:
        assert compare(server.url) == 0
    said = capsys.readouterr().out
    assert "the engine beside ComfyUI 0.0.0" in said
    assert "not run  a paid graph after a restart: needs --restart, --models" in said
    assert "0 differ" in said


def test_the_command_says_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LoopbackServer(ServedComfyUi(tmp_path).app()) as server:
        assert compare(server.url) == 1
    said = capsys.readouterr().out
    assert "DIFFERS  a lazy input is wanted: done" in said
    assert 'ComfyUI: {"outcome": "refused missing_node_type"' in said


def test_the_command_says_that_nobody_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(closed_port()) == 1
    assert "no ComfyUI to compare with" in capsys.readouterr().out


def _files(gist: dict[str, Any]) -> dict[str, str]:
    files: dict[str, str] = gist.get("files", {})
    return files
