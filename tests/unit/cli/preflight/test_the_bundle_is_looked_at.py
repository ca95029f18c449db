"""Styles, workflows, node pack, triggers: what ships is fit, and a fault in it is seen."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from cli.preflight import node_pack
from cli.preflight.bundle_checks import PACK
from cli.preflight.node_pack import PackFacts
from local.comfyui.object_info import object_info
from local.stack import ROOT
from shared.workflows.load import WORKFLOWS, load_workflow
from tests.unit.cli.preflight.case import CLASSES, Services, found, levels, world

if TYPE_CHECKING:
    from pathlib import Path

_TRIGGER = "filter: {key: {prefix: output/, suffix: task.json}}"


def test_what_ships_is_fit(well: dict[str, str], services: Services) -> None:
    for check in ("styles", "workflows", "node pack", "triggers"):
        assert levels(found(world(services, well), check)) == {"ok"}, check


def test_a_default_style_that_drivers_may_not_choose_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    for style in ("sdxl_photoreal", "no-such-style"):
        seen = replace(world(services, well), variables={**well, "DEFAULT_STYLE": style})
        (line,) = found(seen, "styles")
        assert line.level == "failure"
        assert style in line.what
        assert "photoreal" in line.remedy


def test_a_class_that_this_comfyui_lacks_is_a_failure_with_what_was_meant(
    well: dict[str, str], services: Services
) -> None:
    info: dict[str, Any] = json.loads(object_info())
    info["TripPosterComposer"] = info.pop("TripPosterCompose")
    services.info = lambda: json.dumps(info).encode()

    lines = found(world(services, well), "workflows")

    wrong = [line for line in lines if line.level == "failure"]
    assert len(wrong) == len(list(WORKFLOWS.glob("*/workflow_api.json")))
    assert all("did you mean 'TripPosterComposer'?" in line.what for line in wrong)


def test_a_comfyui_that_cannot_be_asked_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    def refuse() -> bytes:
        raise OSError("no such file")

    services.info = refuse

    (line,) = found(world(services, well), "workflows")
    assert line.level == "failure"
    assert "no object_info" in line.what


def test_a_workflow_folder_that_cannot_be_read_is_a_failure(
    well: dict[str, str], services: Services, tmp_path: Path
) -> None:
    shutil.copytree(WORKFLOWS / "wanx_scene", tmp_path / "wanx_scene")
    (tmp_path / "wanx_scene" / "inputs.json").write_text("{}")
    load_workflow.cache_clear()
    seen = world(services, well)
    seen = replace(seen, options=replace(seen.options, workflows=tmp_path))

    assert levels(found(seen, "workflows")) == {"failure"}


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        (PackFacts(error="ImportError: no such thing"), "no such thing"),
        (PackFacts(CLASSES.classes[1:]), "TripPosterCaption"),
    ],
)
def test_a_pack_that_would_not_load_is_a_failure(
    well: dict[str, str], services: Services, facts: PackFacts, part: str
) -> None:
    services.pack = facts

    (line,) = found(world(services, well), "node pack")
    assert line.level == "failure"
    assert part in line.what


def test_the_pack_is_imported_in_an_interpreter_that_has_no_torch(tmp_path: Path) -> None:
    assert set(CLASSES.classes) <= set(node_pack.loaded(PACK).classes)

    needy = tmp_path / "needy"
    needy.mkdir()
    (needy / "__init__.py").write_text("import torch\n")
    assert "torch" in node_pack.loaded(needy).error

    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "__init__.py").write_text("import shared\n")
    assert "shared" in node_pack.loaded(ours).error


@pytest.mark.parametrize(
    ("filter_", "part"),
    [
        ("filter: {key: {prefix: input/, suffix: plate.png}}", "paint_scene writes"),
        ('filter: {key: {prefix: uploads/, suffix: ""}}', "a loop"),
        ('filter: {key: {prefix: "", suffix: task.json}}', "every object"),
        ("filter: {key: {prefix: uploads/trips/a, suffix: task.json}}", "the same objects"),
    ],
)
def test_a_trigger_that_hears_what_functions_write_is_a_failure(
    well: dict[str, str], services: Services, tmp_path: Path, filter_: str, part: str
) -> None:
    lines = found(world(services, well, stack_file=stack_file(tmp_path, filter_)), "triggers")

    assert any(part in line.what for line in lines if line.level == "failure")


def test_a_bucket_that_nobody_listens_to_is_a_failure(
    well: dict[str, str], services: Services
) -> None:
    elsewhere = replace(world(services, well), variables={**well, "MOUNT_BUCKET": "another-bucket"})
    assert "failure" in levels(found(elsewhere, "triggers"))


def test_one_bucket_for_both_is_a_failure(well: dict[str, str], services: Services) -> None:
    lines = found(world(services, {**well, "STATE_BUCKET": "maker-mount"}), "triggers")

    assert any("are one" in line.what for line in lines)


def stack_file(folder: Path, filter_: str) -> Path:
    """Return s.yaml with another filter on the trigger of record_output."""
    text = (ROOT / "s.yaml").read_text("utf-8")
    assert text.count(_TRIGGER) == 1
    changed = folder / "s.yaml"
    changed.write_text(text.replace(_TRIGGER, filter_), encoding="utf-8")
    return changed
