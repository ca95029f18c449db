"""Layouts hold together with every view of every bundled car."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from shared.composition import Layout, layouts, read_layouts, resolved
from shared.core.errors import WorkflowError
from shared.core.formats import FORMATS, PIXELS, Format
from shared.vehicles.sidecar import Sidecar, parse_sidecar

VEHICLES = Path("comfyui/vehicles")
CASES = [
    pytest.param(layout, form, id=f"{layout.id}-{form}")
    for layout in layouts().values()
    for form in layout.formats
]
Box = tuple[float, float, float, float]


class _Car(NamedTuple):
    view: str
    sidecar: Sidecar
    seen: tuple[int, int, int, int]


def _cars() -> list[_Car]:
    """Return one render of each view, of whatever paint; a render that names none is front_left."""
    found: dict[str, _Car] = {}
    for path in sorted(VEHICLES.glob("*/*/*/*.json")):
        sidecar = parse_sidecar(path.read_bytes())
        view = getattr(sidecar, "view", None) or "front_left"
        if view not in found:
            name = "render.png" if path.stem == "sidecar" else f"{path.stem}.png"
            with Image.open(path.with_name(name)) as picture:
                seen = picture.getchannel("A").getbbox()
            assert seen is not None
            found[view] = _Car(view, sidecar, seen)
    return list(found.values())


def _box(car: _Car, layout: Layout, form: Format) -> Box:
    """Return the car's visible box in shares of the canvas, placed as the horizon asks."""
    width, height = PIXELS[form]
    asked = layout.formats[form]
    x0, y0, x1, y1 = car.seen
    scale = asked.car.width * width / (x1 - x0)
    left = asked.car.centre - asked.car.width / 2
    rows = [asked.horizon + scale * (row - car.sidecar.horizon_y) / height for row in (y0, y1)]
    return (left, rows[0], left + asked.car.width, rows[1])


def _apart(one: Box, other: Box, gap: float) -> bool:
    return (
        one[2] + gap <= other[0]
        or other[2] + gap <= one[0]
        or one[3] + gap <= other[1]
        or other[3] + gap <= one[1]
    )


def test_there_are_layouts_enough() -> None:
    assert len(layouts()) >= 8
    for form in FORMATS:
        known = [each for each in layouts().values() if form in each.formats]
        pairs = {(view, each.id) for each in known for view in each.views}
        assert len(pairs) >= 12


@pytest.mark.parametrize(("layout", "form"), CASES)
def test_a_car_of_every_view_stands_in_the_safe_area(layout: Layout, form: Format) -> None:
    asked = layout.formats[form]
    for car in _cars():
        if car.view not in layout.views:
            continue
        x0, y0, x1, y1 = _box(car, layout, form)
        assert x0 >= asked.safe.sides
        assert x1 <= 1 - asked.safe.sides
        assert y0 >= asked.safe.top, car.view
        assert y1 <= 1 - asked.safe.bottom, car.view
        assert _apart((x0, y0, x1, y1), asked.lettering.box, 0.02), car.view


@pytest.mark.parametrize(("layout", "form"), CASES)
def test_a_workflow_is_told_one_format_of_a_layout(layout: Layout, form: Format) -> None:
    told = json.loads(resolved(layout, form))
    assert set(told) == {"id", "format", "horizon", "car", "lettering", "mark", "safe"}
    assert (told["id"], told["format"]) == (layout.id, form)
    assert 0.3 <= told["horizon"] <= 0.8
    assert len(resolved(layout, form)) <= 400


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    text = Path("comfyui/layouts/classic.json").read_text("utf-8")
    (tmp_path / "classic.json").write_text(text.replace('"centre": 0.5', '"centre": 0.9'))
    with pytest.raises(WorkflowError, match=r"classic\.json: formats\.4:5: .*safe area"):
        read_layouts(tmp_path)
    (tmp_path / "classic.json").write_text(text.replace('"id": "classic"', '"id": "other"'))
    with pytest.raises(WorkflowError, match="must be the file's name"):
        read_layouts(tmp_path)
