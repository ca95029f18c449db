"""The list of graphs on the engine; `make check-workflows COMFYUI=url` compares a real ComfyUI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.one_process import environment
from tests.comfyui.graphs.cases import cases
from tests.comfyui.graphs.running import KEY, run_case, served_models
from tests.comfyui.graphs.sides import EngineSide

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            "TRIP_POSTER_ORDERS_FOLDER": "",
        }
        with environment(told):
            yield EngineSide(folder / "engine"), models


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_every_graph_of_the_list_ends_as_the_list_says(
    case: Case, both: tuple[EngineSide, Models]
) -> None:
    *gists, paid = run_case(case, *both)
    assert tuple(each["outcome"] for each in gists) == case.outcomes
    assert paid["outcome"] == "paid {} texts, {} pictures".format(*case.ordered)
    assert "missing" not in [sha for each in gists for sha in _files(each).values()]


def _files(gist: dict[str, Any]) -> dict[str, str]:
    files: dict[str, str] = gist.get("files", {})
    return files
