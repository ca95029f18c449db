"""Which member of a set a task may have set in, in which layout, and what is kept of its choice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from functions.store_result.framing import arrangement_of, frame_of
from shared.composition.layouts import layouts
from shared.core.choice import Choice
from shared.core.errors import PictureError
from shared.jobs.record import Composition
from shared.results.task_files import Placement
from shared.styles import style
from shared.styles.model import Size

_PLAN = Composition(
    format="9:16",
    layout="classic",
    view="front_left",
    ground="road",
    light="night",
    members=("m/g/p/aaaaaaaaaaaa", "m/g/p/bbbbbbbbbbbb"),
    lights=("night", "overcast"),
)
_CHOICE = {
    "view": "front_left",
    "lit": "night",
    "layout": "classic",
    "cost": 0.12,
    "runner_up": {"view": "front_left", "lit": "dusk", "cost": 0.4, "more": 1},
    "reasons": ["the plate is dark"],
    "measured": {
        "night": {"value": 1.0, "confidence": 0.9},
        "side": {"value": "left", "confidence": 0.1},
    },
}


def placement(
    choice: dict[str, Any] | None = None, canvas: tuple[int, int] = (1080, 1920)
) -> bytes:
    told = {
        "schema": 1,
        "vehicle": "m/g/p/aaaaaaaaaaaa",
        "width": 400,
        "height": 200,
        "x": 10,
        "y": 10,
        "scale": 0.4,
        "horizon_y": 100,
        "contact_y": 200,
        "canvas": canvas,
        "car_box": (10, 10, 400, 200),
        "badge_box": (20, 20, 40, 40),
    }
    return json.dumps(told if choice is None else {**told, "choice": choice}).encode()


def read(data: bytes) -> Placement:
    return Placement.model_validate_json(data)


def test_the_layout_that_was_composed_gives_horizon_and_margins() -> None:
    frame = frame_of(arrangement_of(read(placement(_CHOICE)), _PLAN))
    told = layouts()["classic"].formats["9:16"]
    assert frame is not None
    assert (frame.horizon, frame.safe_top) == (told.horizon, told.safe.top)


def test_a_task_that_read_no_layout_is_judged_by_the_settings() -> None:
    assert frame_of(arrangement_of(read(placement()), _PLAN)) is None
    assert arrangement_of(read(placement({**_CHOICE, "layout": ""})), _PLAN) is None


@pytest.mark.parametrize(
    ("choice", "plan", "canvas"),
    [
        ({**_CHOICE, "layout": "hero_low"}, _PLAN, (1080, 1920)),
        (_CHOICE, None, (1080, 1920)),
        (_CHOICE, _PLAN, (1152, 1440)),
        (
            {**_CHOICE, "layout": "gone"},
            _PLAN.model_copy(update={"layout": "gone"}),
            (1080, 1920),
        ),
    ],
)
def test_another_layout_or_format_than_the_composed_one_is_refused(
    choice: dict[str, Any], plan: Composition | None, canvas: tuple[int, int]
) -> None:
    with pytest.raises(PictureError):
        arrangement_of(read(placement(choice, canvas)), plan)


def test_a_style_of_another_shape_is_framed_by_its_own_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = _PLAN.model_copy(update={"format": "4:5"})
    own = style("photoreal").model_copy(update={"sizes": (Size(width=1024, height=1024),)})
    monkeypatch.setattr("functions.store_result.framing.styles", lambda: {"square": own})
    square = read(placement(_CHOICE, (1024, 1024)))

    assert arrangement_of(square, plan, "square") == layouts()[plan.layout].formats["4:5"]
    with pytest.raises(PictureError, match="format"):
        arrangement_of(square, plan)


def test_the_choice_is_kept_as_it_was_told() -> None:
    said = read(placement(_CHOICE)).choice
    assert said is not None
    kept = Choice.model_validate(said.model_dump())
    assert kept.lit == "night"
    assert kept.runner_up is not None
    assert kept.runner_up.lit == "dusk"
    assert kept.measured["side"].value == "left"
    assert Choice.model_validate_json(kept.model_dump_json()) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"view": "Front Left"},
        {"cost": float("nan")},
        {"reasons": ["x"] * 17},
        {"reasons": ["x" * 201]},
        {"measured": {f"m{at}": {"value": 1, "confidence": 1} for at in range(33)}},
        {"measured": {"side": {"value": "x" * 33, "confidence": 1}}},
        {"measured": {"side": {"value": 1, "confidence": 2}}},
    ],
)
def test_a_choice_without_bounds_is_not_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(placement({**_CHOICE, **wrong}))
