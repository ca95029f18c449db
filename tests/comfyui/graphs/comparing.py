"""Run the list on the engine and on a real ComfyUI, and print where they differ.

The ComfyUI has `trip_poster` and `tests/comfyui/example_pack` in its custom_nodes. Graphs that need
an option not given are named.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from local.comfyui.remote import RemoteComfyUiError
from local.one_process import environment
from tests.comfyui.graphs.cases import cases
from tests.comfyui.graphs.running import KEY, run_case, served_models
from tests.comfyui.graphs.sides import EngineSide, ServerSide

if TYPE_CHECKING:
    from tests.comfyui.graphs.cases import Case
    from tests.comfyui.graphs.running import Models


def compare(
    url: str, *, output: Path | None = None, restart: str | None = None, port: int | None = None
) -> int:
    """Print a line for each case, and what differs; return 1 if anything does or none answers."""
    with tempfile.TemporaryDirectory(prefix="comfyui-graphs-") as name:
        folder = Path(name)
        server = ServerSide(url, folder / "server", output=output, restart=restart)
        with served_models(folder / "models", port or 0) as (address, models):
            told = {
                "DASHSCOPE_API_KEY": KEY,
                "TRIP_POSTER_DASHSCOPE_URL": address,
            }
            with environment(told):
                try:
                    return _compare(EngineSide(folder / "engine"), server, models, port)
                except (requests.RequestException, RemoteComfyUiError, TimeoutError) as error:
                    _say(f"no ComfyUI to compare with at {url}: {error}")
                    return 1


def _compare(engine: EngineSide, server: ServerSide, models: Models, port: int | None) -> int:
    _say(f"the engine beside ComfyUI {server.version()}")
    different = left_out = 0
    found = list(cases())
    for case in found:
        missing = _missing(case, server, port)
        if missing:
            left_out += 1
            _say(f"not run  {case.name}: needs {missing}")
            continue
        mine, other = run_case(case, engine, models), run_case(case, server, models)
        same = mine == other
        different += not same
        _say(f"{'same' if same else 'DIFFERS':8} {case.name}: {_outcomes(mine)}")
        for at, (here, there) in enumerate(zip(mine, other, strict=True), start=1):
            if here != there:
                _say(
                    f"  {at}. engine:  {_told(here, there)}\n  {at}. ComfyUI: {_told(there, here)}"
                )
    _say(f"{len(found)} cases: {different} differ, {left_out} not run")
    return 1 if different else 0


def _missing(case: Case, server: ServerSide, port: int | None) -> str:
    """Name the options without which a case cannot be run on the server."""
    acts = {step.act for step in case.steps} & server.lacks
    options = {"remove": "--output", "restart": "--restart"}
    wanted = [options[act] for act in sorted(acts)]
    return ", ".join([*wanted, *(["--models"] if any(case.ordered) and port is None else [])])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _outcomes(gists: list[dict[str, Any]]) -> str:
    return "; ".join(each["outcome"] for each in gists)


def _told(said: dict[str, Any], other: dict[str, Any]) -> str:
    """Return the parts in which one gist differs from another."""
    parts = {name: value for name, value in said.items() if other.get(name, ...) != value}
    return json.dumps(parts, ensure_ascii=False)
