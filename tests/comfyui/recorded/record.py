"""Record what real ComfyUI servers answer to a workflow of one render, one JSON file for each case.

It is the bundle's own of before a render was chosen: graphs like it are in designers' hands.

python -m tests.comfyui.recorded.record 0.28.2=http://127.0.0.1:8188 0.0.8=http://127.0.0.1:8189
(newest first; freshly started servers with the pack in custom_nodes and --disable-metadata)
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import requests
from PIL import Image

from shared.vehicles.freeze import mount_files
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from tests.comfyui import small_car

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

FOLDER = Path(__file__).parent
ROLES = ("poster", "plate", "bare", "protected")
# The version of a vehicle names its PNG's bytes, which may differ between builds of Pillow.
_ANY_VERSION = re.compile(r"testcar/g1/red/[0-9a-f]{12}")
_PLACEHOLDER = "testcar/g1/red/{version}"
_SECONDS = 60.0

_SUMMER = {"season": "summer", "weather": "clear", "time_of_day": "day"}
_POSTERS = {
    "clear-day": _SUMMER,
    "rainy-dusk": {"season": "autumn", "weather": "rain", "time_of_day": "dusk"},
    "snowy-night": {"season": "winter", "weather": "snow", "time_of_day": "night"},
}
# Node id and input -> value; None takes the input away. Node ids are those of the workflow.
_FAULTS: dict[str, dict[tuple[str, str], Any]] = {
    "malformed-vehicle": {("2", "vehicle"): "../car", ("3", "vehicle"): "../car"},
    "missing-plate": {("1", "image"): "nowhere/plate.png"},
    "unknown-season": {("2", "season"): "monsoon"},
    "horizon-too-low": {("2", "horizon"): 0.95, ("3", "horizon"): 0.95},
    "horizon-not-a-number": {("2", "horizon"): "low"},
    "unsafe-task-id": {("4", "task_id"): "../out"},
    "missing-weather": {("2", "weather"): None},
    "missing-pack": {("3", "class_type"): "NoSuchNode"},
    "unknown-vehicle": {
        ("2", "vehicle"): "nocar/g1/red/0123456789ab",
        ("3", "vehicle"): "nocar/g1/red/0123456789ab",
    },
    "car-does-not-fit": {("2", "horizon"): 0.8, ("3", "horizon"): 0.8},
}


def painted_plate() -> NDArray[np.uint8]:
    """Return a small busy plate: a shift by one pixel anywhere would show."""
    width, height = small_car.CANVAS
    y, x, c = np.mgrid[:height, :width, :3]
    horizon = round(small_car.HORIZON * height)
    level = np.where(y < horizon, 190 + 12 * c, 120 + 8 * c)
    codes: NDArray[np.uint8] = (level + (7 * x + 13 * y + 29 * c + x * y) % 41).astype(np.uint8)
    return codes


def input_files() -> dict[str, bytes]:
    """Return name below input/ -> bytes: the small car, and one plate for each case."""
    car = {key.removeprefix("input/"): data for key, data in mount_files(small_car.frozen())}
    plate = small_car.png(Image.fromarray(painted_plate()))
    return car | {f"{case}/plate.png": plate for case in (*_POSTERS, *_FAULTS)}


def prompts(reference: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each case's name and graph; a plate of its own keeps a case out of the cache."""
    for case, scene in (_POSTERS | dict.fromkeys(_FAULTS, _SUMMER)).items():
        values = {"plate": f"{case}/plate.png", "vehicle": reference, "task_id": case, **scene}
        values |= {"title": "湖", "line": "湖州市"}
        yield (
            case,
            _changed(
                json.loads(bind(load_workflow("one_render", FOLDER / "workflows"), values)), case
            ),
        )


def neutral(answer: Any) -> Any:
    """Return an answer without ids, times, tracebacks, pictures, and words of tooltips."""
    if isinstance(answer, dict):
        return {name: _plain(name, value) for name, value in answer.items() if name != "tooltip"}
    if isinstance(answer, list):
        return [neutral(each) for each in answer]
    if isinstance(answer, str) and answer.lstrip("[").startswith(("tensor(", "0.", "1.")):
        return "picture"
    return _ANY_VERSION.sub(_PLACEHOLDER, answer) if isinstance(answer, str) else answer


def with_version(recorded: str, reference: str) -> str:
    """Put the small car's reference where the recording has a placeholder."""
    return recorded.replace(_PLACEHOLDER, reference)


def pixels_sha256(png: bytes) -> str:
    """Return the SHA-256 of a PNG's decoded pixels."""
    with Image.open(io.BytesIO(png)) as picture:
        return hashlib.sha256(np.asarray(picture).tobytes()).hexdigest()


def _changed(graph: dict[str, Any], case: str) -> dict[str, Any]:
    graph = copy.deepcopy(graph)
    for (node, name), value in _FAULTS.get(case, {}).items():
        place = graph[node] if name == "class_type" else graph[node]["inputs"]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return graph


def _plain(name: str, value: Any) -> Any:
    if name in {"prompt_id", "timestamp", "number"}:
        return type(value)()
    if name == "current_outputs" and isinstance(value, list):
        return sorted(value)
    return [] if name == "traceback" else neutral(value)


def _ask(url: str, graph: dict[str, Any]) -> dict[str, Any]:
    """Post a graph; return status and answer, and once it ran its history and files."""
    request = {"prompt": graph, "client_id": "recorded"}
    answer = requests.post(f"{url}/prompt", json=request, timeout=_SECONDS)
    said = {"status": answer.status_code, "body": neutral(answer.json())}
    if answer.status_code != 200:
        return said
    entry = _history(url, answer.json()["prompt_id"])
    kept = {name: neutral(value) for name, value in entry.items() if name != "prompt"}
    return {**said, "history": kept, **_files(url, entry["outputs"])}


def _history(url: str, prompt_id: str) -> dict[str, Any]:
    for _ in range(300):
        answer = requests.get(f"{url}/history/{prompt_id}", timeout=_SECONDS).json()
        if prompt_id in answer:
            entry: dict[str, Any] = answer[prompt_id]
            return entry
        time.sleep(0.1)
    msg = f"{url} does not finish"
    raise TimeoutError(msg)


def _files(url: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    if not outputs:
        return {}
    task_id = next(iter(outputs.values()))["images"][0]["subfolder"]

    def view(name: str) -> bytes:
        query = {"filename": name, "subfolder": task_id, "type": "output"}
        return requests.get(f"{url}/view", params=query, timeout=_SECONDS).content

    shas = {role: pixels_sha256(view(f"{role}.png")) for role in ROLES}
    return {"pixels_sha256": shas, "placement": neutral(json.loads(view("placement.json")))}


def _upload(url: str, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        folder, _, file = name.rpartition("/")
        form = {"subfolder": folder, "type": "input", "overwrite": "true"}
        picture = {"image": (file, data)}
        requests.post(
            f"{url}/upload/image", data=form, files=picture, timeout=_SECONDS
        ).raise_for_status()


def main(servers: list[str]) -> None:
    """Write one file for each case; versions that answered alike share an entry."""
    urls = dict(each.split("=", 1) for each in servers)
    for url in urls.values():
        _upload(url, input_files())
    for case, graph in prompts(small_car.frozen().reference):
        answers: list[dict[str, Any]] = []
        for version, url in urls.items():
            said = _ask(url, graph)
            same = [each for each in answers if {**each, "comfyui": 0} == {**said, "comfyui": 0}]
            if same:
                same[0]["comfyui"].append(version)
            else:
                answers.append({"comfyui": [version], **said})
        recorded = {"prompt": neutral(graph), "answers": answers}
        text = json.dumps(recorded, ensure_ascii=False, indent=1)
        (FOLDER / f"{case}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
