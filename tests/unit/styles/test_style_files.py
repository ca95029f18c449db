"""A broken style file: named with line and reason, and no other style goes with it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from shared.styles import (
    StyleFileError,
    catalogue,
    checked_styles,
    read_style,
    styles,
)
from shared.styles.catalogue import STYLES, read_styles
from tests.fakes.poster import poster

GOOD = json.loads((STYLES / "sdxl_photoreal.json").read_bytes())
LINES = {key: number for number, key in enumerate(GOOD, 2)}


def written(folder: Path, fields: dict[str, Any], name: str = "sdxl_photoreal") -> Path:
    """Write a style with each key on a line of its own."""
    folder.mkdir(exist_ok=True)
    lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items()]
    path = folder / f"{name}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return path


def complaints(path: Path) -> list[str]:
    with pytest.raises(StyleFileError) as caught:
        read_style(path)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"scene": "magic"}, "scene", "'magic' is not one of: picture_model, workflow"),
        ({"scene": "workflw"}, "scene", ", did you mean 'workflow'?"),
        ({"prompt_language": "fr"}, "prompt_language", "'fr' is not one of: zh, en"),
        ({"workflow_inputs": {"steps": [1]}}, "workflow_inputs", "workflow_inputs.steps: "),
        ({"sizes": [{"width": 100, "height": 1440}]}, "sizes", "sizes.0.width: "),
        ({"lora": {"file": "x.safetensors", "strenght": 1}}, "lora", "did you mean 'strength'?"),
        ({"id": "other"}, "id", "must be the file's name, 'sdxl_photoreal'"),
        ({"must_contain": ["gold leaf"]}, "must_contain", "does not stand in style_words"),
        ({"must_not_contain": ["Natural light"]}, "style_words", "which must_not_contain forbids"),
        ({"must_contain": []}, "must_contain", "at least 1 item"),
        ({"hours": {"noon": "day"}}, "hours", "'noon' is not one of: dawn, day, dusk, night"),
        ({"hours": {"day": "midnight"}}, "hours", "did you mean 'night'?"),
    ],
)
def test_a_mistake_is_named_with_line_key_and_way_out(
    change: dict[str, Any], key: str, reason: str, tmp_path: Path
) -> None:
    path = written(tmp_path, {**GOOD, **change})
    line = {**LINES, **{k: len(GOOD) + 2 for k in set(change) - set(GOOD)}}[key]
    found = complaints(path)
    assert found[0].startswith(f"sdxl_photoreal.json:{line}: {key}")
    assert reason in found[0]


def test_an_unknown_key_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    fields = {("seson_variants" if k == "season_variants" else k): v for k, v in GOOD.items()}
    place = f"sdxl_photoreal.json:{LINES['season_variants']}: seson_variants: "
    told = "there is no such key, did you mean 'season_variants'?"
    assert complaints(written(tmp_path, fields)) == [place + told]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    fields = {**GOOD, "scene": "magic", "negative_words": 3}
    del fields["titles"]
    told = "\n".join(complaints(written(tmp_path, fields)))
    assert "titles: is missing" in told
    assert "scene: 'magic'" in told
    assert "negative_words: " in told


def test_a_list_with_a_wrong_item_is_not_called_too_short_besides(tmp_path: Path) -> None:
    (told,) = complaints(written(tmp_path, {**GOOD, "must_contain": ["x" * 61]}))
    assert "must_contain.0: " in told


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{\n  "id": "x",\n  "offered": tru\n}', 3, "this is no JSON"),
        ("", 1, "this is no JSON"),
        ("[]", 1, "should be an object"),
        ('{\n "id": "x",\n "id": "y"\n}', 3, "id: this key stands here twice"),
        ('{"titles": {"zh": "一",\n "zh": "二"}}', 2, "titles.zh: this key stands here twice"),
    ],
)
def test_a_file_that_is_no_style_is_named_with_its_line(
    text: str, line: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    found = complaints(path)
    assert reason in found[0]
    assert found[0].startswith(f"broken.json:{line}: ")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(b"\xff\xfe{}")
    assert complaints(path) == ["broken.json: the file is not UTF-8"]


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("[" * 100_000, "utf-8")
    assert complaints(path)


def test_one_broken_file_takes_no_other_style_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "styles"
    shutil.copytree(STYLES, folder)
    (folder / "anime.json").write_text('{"id": "anime",}', "utf-8")
    with pytest.raises(StyleFileError, match=r"anime\.json:1"):
        checked_styles(folder)

    broken = read_styles(folder)
    monkeypatch.setattr(catalogue, "read_styles", lambda: broken)
    styles.cache_clear()
    try:
        with structlog.testing.capture_logs() as lines:
            usable = styles()
    finally:
        styles.cache_clear()

    assert "anime" not in usable
    assert len(usable) == len(list(STYLES.glob("*.json"))) - 1
    assert [(line["event"], line["file"], line["line"]) for line in lines] == [
        ("style.refused", "anime.json", 1)
    ]


def check_styles(*arguments: str) -> int:
    """Run the command; what it says goes to the streams of this process."""
    status, said = poster("styles", "check", *arguments)
    sys.stdout.write(said)
    return status


def test_the_check_passes_the_shipped_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_styles("--strict") == 0
    assert "night_neon: ok" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"workflow": "sdxl_dept"}, "there is no workflow 'sdxl_dept', did you mean 'sdxl_depth'?"),
        ({"workflow": "wanx_scene"}, "has no input 'checkpoint'"),
        ({"workflow_inputs": {"stepz": 3}}, "has no input 'stepz', did you mean 'steps'?"),
        ({"workflow_inputs": {"steps": 0}}, "'steps' must be at least 1"),
        ({"scene": "picture_model"}, "takes no plate"),
        ({"season_variants": {"autum": "crisp"}}, "did you mean 'autumn'?"),
        ({"scene": "magic"}, "is not one of"),
    ],
)
def test_the_check_fails_a_style_that_does_not_fit_its_workflow(
    change: dict[str, Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, {**GOOD, **change})
    assert check_styles("--folder", str(tmp_path)) == 1
    out = capsys.readouterr().out
    assert told in out
    assert f"error: {path.name}:" in out
    assert "sdxl_photoreal: FAILS" in out


def test_weights_that_a_server_lacks_are_a_warning_with_the_nearest_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lora = {"file": "trip_poster_stile.safetensors", "strength": 0.8}
    path = written(tmp_path, {**GOOD, "lora": lora})
    assert check_styles("--folder", str(tmp_path)) == 0
    warned = f"warning: {path.name}:{LINES['lora']}: lora.file: this ComfyUI has no"
    out = capsys.readouterr().out
    assert warned in out
    assert "did you mean 'trip_poster_style.safetensors'?" in out
    assert check_styles("--folder", str(tmp_path), "--strict") == 1


@pytest.mark.parametrize("words", ["满树红叶", "月光清亮", "细雨如丝"])
def test_words_for_a_season_that_speak_of_another_fact_are_refused(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = json.loads((STYLES / "gouache.json").read_bytes())
    fields["season_variants"] = {"spring": words}
    written(tmp_path, fields, "gouache")
    assert check_styles("--folder", str(tmp_path)) == 1
    assert "season_variants.spring: speaks of another" in capsys.readouterr().out
