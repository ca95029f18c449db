"""The designer's command against a served ComfyUI: pictures and scores, or a readable error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.serving import LoopbackServer
from local.models.played import played
from local.trial.server import explained
from shared.styles import styles
from shared.vehicles.bundle import BundledRender
from shared.vehicles.freeze import FrozenVehicle
from tests.fakes.poster import poster
from tests.fakes.served_comfyui import ServedComfyUi

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[4]
TOKEN = "eas-token"
_FROZEN: dict[str, FrozenVehicle] = {}


@dataclass(frozen=True)
class Tried:
    """What a run of the command gave: its exit status, its words, its files by name."""

    status: int
    words: str
    files: dict[str, Path]


@pytest.fixture(autouse=True)
def _each_car_is_frozen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze = BundledRender.frozen

    def once(car: BundledRender) -> FrozenVehicle:
        if car.reference not in _FROZEN:
            _FROZEN[car.reference] = freeze(car)
        return _FROZEN[car.reference]

    monkeypatch.setattr(BundledRender, "frozen", once)


@pytest.fixture
def served(tmp_path: Path) -> ServedComfyUi:
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "trip_poster").symlink_to(ROOT / "comfyui" / "custom_nodes" / "trip_poster")
    (packs / "diffusion").symlink_to(ROOT / "tests" / "fakes" / "diffusion_pack")
    return ServedComfyUi(tmp_path / "server", token=TOKEN, custom_nodes=packs, slow=1)


@pytest.fixture
def attempt(served: ServedComfyUi, tmp_path: Path) -> Callable[..., Tried]:
    """Return the command, run against the served ComfyUI with its token."""

    def run(*arguments: str, token: str = TOKEN) -> Tried:
        data = tmp_path / "designer"
        with LoopbackServer(served.app()) as server:
            place = ["--comfyui", server.url, "--token", token, "--data", str(data)]
            status, said = poster("try", *place, *arguments)
        files = {path.name: path for path in (data / "tries").rglob("*") if path.is_file()}
        return Tried(status, " ".join(said.split()), files)

    return run


def plate(folder: Path) -> str:
    """Write a plate of sunset over flat ground; return its path."""
    canvas = np.full((1440, 1152, 3), 150, dtype=np.uint8)
    canvas[:806] = (235, 170, 110)
    path = folder / "my_plate.png"
    Image.fromarray(canvas).save(path)
    return str(path)


@pytest.mark.slow
def test_the_pictures_are_saved_with_their_scores(
    attempt: Callable[..., Tried], served: ServedComfyUi, tmp_path: Path
) -> None:
    done = attempt("--plate", plate(tmp_path), "--vehicle", "citycar/g1/red")

    assert done.status == 0
    with Image.open(done.files["poster.png"]) as poster:
        assert poster.size == (1152, 1440)
    scores = json.loads(done.files["scores.json"].read_bytes())
    assert scores["master.protected_changed"] == 0
    assert "master.protected_changed 0" in done.words
    posted = served.asked[0]["prompt"]
    (choice,) = [each for each in posted.values() if each["class_type"] == "TripPosterChoose"]
    assert choice["inputs"]["vehicle"].startswith("citycar/g1/red/")
    uploaded = served.folder / "input" / posted["1"]["inputs"]["image"]
    assert uploaded.read_bytes() == Path(plate(tmp_path)).read_bytes()


@pytest.mark.slow
def test_a_style_that_paints_for_itself_runs_with_the_values_that_are_set(
    attempt: Callable[..., Tried], served: ServedComfyUi
) -> None:
    done = attempt("--style", "sdxl_photoreal", "--set", "steps=3", "--set", "lora=a.safetensors")

    assert done.status == 0
    assert "poster.png" in done.files
    inputs = [node["inputs"] for node in served.asked[0]["prompt"].values()]
    assert [each["steps"] for each in inputs if "steps" in each] == [3]
    assert [each["lora_name"] for each in inputs if "lora_name" in each] == ["a.safetensors"]
    assert "this ComfyUI has no file 'a.safetensors'" in done.words


@pytest.mark.parametrize(
    ("picture", "text", "warned"),
    [
        ("local-stand-in-painter", "local-stand-in-writer", False),
        ("wan2.6-t2i", "qwen-plus", False),
        ("wanx2-t2i-lite", "qwen-max", True),
    ],
)
@pytest.mark.slow
def test_the_articles_graph_asks_both_models_from_inside(
    attempt: Callable[..., Tried],
    served: ServedComfyUi,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    picture: str,
    text: str,
    warned: bool,
) -> None:
    models = played(tmp_path / "dashscope", paint=lambda *_: Path(plate(tmp_path)).read_bytes())
    with LoopbackServer(create_dashscope_app(models, api_key="sk-local")) as dashscope:
        monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-local")
        monkeypatch.setenv("TRIP_POSTER_DASHSCOPE_URL", dashscope.url)
        named = ("--set", f"picture_model={picture}", "--set", f"text_model={text}")
        done = attempt("--workflow", "article", *named)
    models.close()

    assert done.status == 0
    assert "the workflow's own text model's" in done.words
    for name in (picture, text):
        assert (f"model {name} is not offered any more" in done.words) is warned
    assert served.asked[0]["prompt"]["1"]["inputs"]["query_prompt"].startswith("城市：")
    with Image.open(done.files["poster.png"]) as poster:
        assert poster.size == (1152, 1440)


@pytest.mark.slow
def test_an_input_that_this_comfyui_newly_requires_gets_its_default(
    attempt: Callable[..., Tried], served: ServedComfyUi, tmp_path: Path
) -> None:
    fresh = {"default": 2, "min": 0, "max": 9}
    served.described["TripPosterSave"]["input"]["required"]["level"] = ["INT", fresh]

    done = attempt("--plate", plate(tmp_path))

    assert done.status == 0
    assert "filled in with this ComfyUI's defaults: level" in done.words
    assert served.asked[0]["prompt"]["4"]["inputs"]["level"] == 2


def test_a_graph_that_cannot_run_there_is_not_posted(
    attempt: Callable[..., Tried], served: ServedComfyUi
) -> None:
    del served.described["TripPosterCaption"]

    done = attempt()

    assert done.status == 1
    assert "(TripPosterCaption): this ComfyUI has no class 'TripPosterCaption'" in done.words
    assert served.asked == []


def test_a_wrong_token_is_said_to_be_one(attempt: Callable[..., Tried]) -> None:
    done = attempt(token="other")

    assert done.status == 1
    assert "401, the token is missing or wrong (--token)" in done.words


def test_without_an_address_the_local_stand_in_paints(tmp_path: Path) -> None:
    place = ["--data", str(tmp_path), "--plate", plate(tmp_path)]

    status, said = poster("try", "--style", "ink_wash", *place)
    assert status == 0

    found = tmp_path.rglob("poster.png")
    (picture,) = (path for path in found if path.parent.name != "delivered")
    assert f"  {picture}\n" in said


def test_a_style_that_wants_samplers_is_told_to_name_a_comfyui(tmp_path: Path) -> None:
    status, said = poster("try", "--style", "sdxl_photoreal", "--data", str(tmp_path))

    assert status == 1
    assert "'CheckpointLoaderSimple' not found" in said
    assert "--comfyui http://127.0.0.1:8188" in said


@pytest.mark.parametrize("option", [[], ["--plate"]])
def test_a_file_that_cannot_be_read_is_named(option: list[str], tmp_path: Path) -> None:
    status, said = poster("try", *option, str(tmp_path), "--data", str(tmp_path / "data"))
    assert status == 2
    assert f"'{tmp_path}' is a directory" in said


def test_a_server_that_is_not_there_is_said_to_be_none(tmp_path: Path) -> None:
    place = ["--comfyui", "http://127.0.0.1:9", "--data", str(tmp_path)]
    status, said = poster("try", *place)
    assert status == 1
    assert "no ComfyUI answers at http://127.0.0.1:9: " in said


def test_a_failing_node_is_named_with_its_reason(
    attempt: Callable[..., Tried], tmp_path: Path
) -> None:
    Path(plate(tmp_path)).write_bytes(b"no picture")

    done = attempt("--plate", str(tmp_path / "my_plate.png"))

    assert done.status == 1
    assert "node 1 (LoadImage) failed: " in done.words


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--style", "photo"], f"/style: one of: {', '.join(styles())}"),
        (["--vehicle", "bus/g1/red"], "--vehicle: one of: citycar/g1/black"),
        (["--workflow", "wanx_scenes"], "did you mean 'wanx_scene'?"),
        (["--set", "wether=rain"], "--set wether=rain: write name=value, did you mean 'weather'?"),
        (["--set", "weather"], "--set weather: write name=value"),
        (["--set", "weather=hail"], "'weather' must be one of clear, cloudy"),
        (["--set", "horizon=low"], "'horizon' must be a number"),
    ],
)
def test_wrong_wishes_are_explained_before_anything_is_asked(
    attempt: Callable[..., Tried], served: ServedComfyUi, arguments: list[str], complaint: str
) -> None:
    done = attempt(*arguments)

    assert done.status == 2
    assert complaint in done.words
    assert served.asked == []


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (
            400,
            {
                "error": {"message": "Prompt outputs failed validation"},
                "node_errors": {
                    "2": {
                        "class_type": "Sample",
                        "errors": [{"message": "Value not in list", "details": "sampler: 'x'"}],
                    }
                },
            },
            [
                "ComfyUI refused the graph: Prompt outputs failed validation",
                "  node 2 (Sample): Value not in list: sampler: 'x'",
            ],
        ),
        # Versions of 2024 give a list here.
        (
            400,
            {"error": {"message": "no outputs"}, "node_errors": []},
            ["ComfyUI refused the graph: no outputs"],
        ),
        (
            500,
            {
                "type": "execution_error",
                "data": {
                    "node_id": "3",
                    "node_type": "Save",
                    "exception_type": "OSError",
                    "exception_message": "disk full\nsecond line",
                },
            },
            ["node 3 (Save) failed: OSError: disk full"],
        ),
        (
            500,
            {"type": "execution_interrupted", "data": {"node_id": "3", "node_type": "Save"}},
            ["the run was interrupted at node 3 (Save)"],
        ),
        (502, "<html>", ["ComfyUI did not take the graph: it answers 502"]),
        (403, [], ["ComfyUI did not take the graph: 403, the token is missing or wrong (--token)"]),
    ],
)
def test_what_a_server_says_is_put_in_words(status: int, answer: Any, words: list[str]) -> None:
    body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    assert list(explained(status, body, {})) == words
