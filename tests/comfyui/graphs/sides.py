"""The two that run the list: the engine, and a real ComfyUI at an address."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import requests

from local.comfyui.engine import CUSTOM_NODES, WorkflowEngine
from local.comfyui.remote import RemoteComfyUi
from tests.comfyui.recorded.record import input_files, pixels_sha256

if TYPE_CHECKING:
    from tests.comfyui.graphs.cases import Act, Graph

_EXAMPLE_PACK = Path(__file__).parents[1] / "example_pack"
_SECONDS = 30.0
_START_SECONDS = 180.0


class Side(Protocol):
    """A server with both packs."""

    @property
    def lacks(self) -> frozenset[Act]:
        """Name what cannot be done to it from here."""

    def post(self, graph: Graph) -> dict[str, Any]:
        """Run a graph to its end; return the gist of what was answered."""

    def interrupt(self) -> None:
        """End the running graph."""

    def do(self, act: Act) -> None:
        """Drop the cache, start anew, or remove everything in the output folder."""


class EngineSide:
    """The engine on a folder of its own."""

    lacks: frozenset[Act] = frozenset()

    def __init__(self, folder: Path) -> None:
        packs = both_packs(folder / "custom_nodes")
        write_inputs(folder)
        self._folder, self._packs = folder, packs
        self._engine = WorkflowEngine(folder, custom_nodes=packs)

    def post(self, graph: Graph) -> dict[str, Any]:
        """Run a graph."""
        status, body = self._engine.run_task(json.dumps(graph).encode(), {})
        listed = gist(status, body)
        files = {}
        for name in listed.get("listed", ()):
            path = self._folder / "output" / name
            files[name] = path.read_bytes() if path.is_file() else None
        return _with_files(listed, files)

    def interrupt(self) -> None:
        """End the running graph."""
        self._engine.interrupt()

    def do(self, act: Act) -> None:
        """Drop the cache, start anew, or remove everything in the output folder."""
        if act == "evict":
            self._engine.free()
        elif act == "restart":
            self._engine = WorkflowEngine(self._folder, custom_nodes=self._packs)
        else:
            remove_contents(self._folder / "output")


class ServerSide:
    """A ComfyUI at `url`; `output` is its output folder, `restart` a command to start it anew."""

    def __init__(self, url: str, folder: Path, *, output: Path | None, restart: str | None) -> None:
        write_inputs(folder)
        self._url, self._output, self._restart = url.rstrip("/"), output, restart
        self._got: dict[str, bytes | None] = {}
        self._remote = RemoteComfyUi(url, folder, self._keep)

    @property
    def lacks(self) -> frozenset[Act]:
        """Name what cannot be done to it from here."""
        able: dict[Act, object] = {"remove": self._output, "restart": self._restart}
        return frozenset(act for act, means in able.items() if means is None)

    def version(self) -> str:
        """Return what the server calls itself."""
        told = requests.get(f"{self._url}/system_stats", timeout=_SECONDS).json()
        return str(told.get("system", {}).get("comfyui_version", "of an unknown version"))

    def post(self, graph: Graph) -> dict[str, Any]:
        """Run a graph."""
        self._got = {}
        listed = gist(*self._remote.run_task(json.dumps(graph).encode(), {}))
        return _with_files(listed, {each: self._got.get(each) for each in listed.get("listed", ())})

    def interrupt(self) -> None:
        """End the running graph."""
        requests.post(f"{self._url}/interrupt", json={}, timeout=_SECONDS).raise_for_status()

    def do(self, act: Act) -> None:
        """Drop the cache, start anew, or remove everything in the output folder."""
        if act == "evict":
            asked = {"unload_models": True, "free_memory": True}
            requests.post(f"{self._url}/free", json=asked, timeout=_SECONDS).raise_for_status()
            time.sleep(1)  # it answers before it does it
        elif act == "restart" and self._restart is not None:
            subprocess.run(self._restart, shell=True, check=True)  # noqa: S602 the caller's own command
            self._wait()
        elif act == "remove" and self._output is not None:
            remove_contents(self._output)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{self._url}/queue", timeout=_SECONDS).ok:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.5)
        msg = f"ComfyUI at {self._url} did not start again within {_START_SECONDS:.0f} s"
        raise TimeoutError(msg)

    def _keep(self, key: str, data: bytes, _content_type: str) -> None:
        self._got[key.removeprefix("output/")] = data


def gist(status: int, body: bytes) -> dict[str, Any]:
    """Return what two servers must agree on: the outcome, and what is said of it."""
    if status == 500 and not body.startswith(b"{"):
        return {"outcome": "server fault"}
    answer = json.loads(body)
    if status == 200:
        images = [each for shown in answer[-1].values() for each in shown.get("images", ())]
        names = [f"{each['subfolder']}/{each['filename']}".lstrip("/") for each in images]
        ran = sorted(event["data"]["node"] for event in answer[:-1])
        return {"outcome": "done", "ran": ran, "shown": answer[-1], "listed": names}
    if status == 400:
        faults = {
            node: sorted([each["type"], each["details"]] for each in found["errors"])
            for node, found in dict(answer["node_errors"]).items()  # a list in 2024, if empty
        }
        return {"outcome": f"refused {answer['error']['type']}", "faults": faults}
    data = answer["data"]
    if answer["type"] == "execution_interrupted":
        return {"outcome": "interrupted", "node": data["node_id"]}
    # ComfyUI calls a pack's modules by their path, the engine does not.
    kind = data["exception_type"].rpartition(".")[2]
    # What follows the first line are the server's folders.
    said = data["exception_message"].partition("\n")[0]
    return {"outcome": f"failed {kind}", "node": data["node_id"], "message": said}


def both_packs(folder: Path) -> Path:
    """Put the two packs into a folder; return it."""
    folder.mkdir(parents=True)
    for pack in (CUSTOM_NODES / "trip_poster", _EXAMPLE_PACK):
        (folder / pack.name).symlink_to(pack)
    return folder


def write_inputs(folder: Path) -> None:
    """Put the pictures and the vehicle that the graphs name below input/."""
    for name, data in input_files().items():
        path = folder / "input" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def remove_contents(folder: Path) -> None:
    """Empty a folder."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _with_files(found: dict[str, Any], files: dict[str, bytes | None]) -> dict[str, Any]:
    """Put the pixels of each listed file into the gist, "missing" for one that is not there."""
    if "listed" not in found:
        return found
    del found["listed"]
    shas = {name: pixels_sha256(data) if data else "missing" for name, data in files.items()}
    return {**found, "files": shas}
