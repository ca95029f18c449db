"""What the stand-in takes as an order: by the limits of the list, in either protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloud.dashscope.pictures import read_order
from local.cloud.dashscope.replies import Refusal
from local.cloud.dashscope.task import PictureOrder
from local.models.played import listed

if TYPE_CHECKING:
    from local.cloud.dashscope.models import Model

PAINTERS = {each.name: each for each in listed() if each.paints}


def body_of(model: Model, prompt: str = "p", **parameters: Any) -> dict[str, Any]:
    first = {"input": {"prompt": prompt, "seed": 3}}
    parts = [{"text": prompt}]
    second = {"input": {"messages": [{"role": "user", "content": parts}]}}
    told = first if model.protocol == "image-synthesis" else second
    return {"model": model.name, **told, "parameters": {"n": 1, **parameters}}


def order(name: str, *, prompt: str = "p", **parameters: Any) -> PictureOrder | Refusal:
    model = PAINTERS[name]
    return read_order(body_of(model, prompt, **parameters), model)


def is_legal(model: Model, width: int, height: int) -> bool:
    checks = [(model.side, width), (model.side, height), (model.pixels, width * height)]
    if height:
        checks.append((model.ratio, width / height))  # type: ignore[arg-type]
    return all(limits is None or limits[0] <= value <= limits[1] for limits, value in checks)


@settings(deadline=None)
@given(
    name=st.sampled_from([name for name, model in PAINTERS.items() if model.side or model.pixels]),
    width=st.integers(0, 5000),
    height=st.integers(0, 5000),
)
def test_a_size_is_taken_exactly_within_the_models_limits(
    name: str, width: int, height: int
) -> None:
    taken = order(name, size=f"{width}*{height}")
    if is_legal(PAINTERS[name], width, height):
        assert isinstance(taken, PictureOrder)
        assert (taken.width, taken.height) == (width, height)
    else:
        assert isinstance(taken, Refusal)
        assert (taken.status, taken.code) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *(("wan2.2-t2i-flash", s) for s in ("512*512", "1440*1440", "768*960", "1152*1440")),
        *(("wan2.6-t2i", s) for s in ("1280*1280", "1440*1440", "1152*1440", "768*2700")),
    ],
)
def test_the_sizes_that_the_documents_name_are_taken(name: str, size: str) -> None:
    assert isinstance(order(name, size=size), PictureOrder)


@pytest.mark.parametrize(
    ("name", "size", "what"),
    [
        ("wan2.2-t2i-flash", "511*1024", "width must be"),
        ("wan2.2-t2i-flash", "1024*1441", "height must be"),
        ("wan2.2-t2i-flash", "1024x1024", "width*height"),
        ("wan2.2-t2i-flash", "1024", "width*height"),
        ("wan2.2-t2i-flash", "-600*600", "width*height"),
        ("wan2.6-t2i", "768*960", "width times height must be"),
        ("wan2.6-t2i", "1441*1440", "width times height must be"),
        ("wan2.6-t2i", "640*2570", "width to height must be"),
        ("wan2.6-t2i", "2600*640", "width to height must be"),
        ("wan2.6-t2i", "1280*0", "width times height must be"),
    ],
)
def test_a_refused_size_says_which_limit_it_breaks(name: str, size: str, what: str) -> None:
    refusal = order(name, size=size)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "InvalidParameter"
    assert what in refusal.message


def test_without_a_size_each_model_has_its_own() -> None:
    flash, newest = order("wan2.2-t2i-flash"), order("wan2.6-t2i")
    assert isinstance(flash, PictureOrder)
    assert isinstance(newest, PictureOrder)
    assert [(each.width, each.height) for each in (flash, newest)] == [(1024, 1024), (1280, 1280)]


@pytest.mark.parametrize("name", sorted(PAINTERS))
def test_a_prompt_is_cut_where_the_model_stops_reading(name: str) -> None:
    longest = PAINTERS[name].prompt_characters
    assert longest is not None
    size = "1440*1440" if is_legal(PAINTERS[name], 1440, 1440) else "1280*1280"
    taken = order(name, prompt="湖" * (longest + 1), size=size)
    assert isinstance(taken, PictureOrder)
    assert taken.prompt == "湖" * longest


def test_a_negative_prompt_stands_where_its_protocol_has_it() -> None:
    newest = order("wan2.6-t2i", negative_prompt="车" * 501)
    assert isinstance(newest, PictureOrder)
    assert newest.negative_prompt == "车" * 500
    flash = PAINTERS["wan2.2-t2i-flash"]
    body = body_of(flash)
    body["input"]["negative_prompt"] = "车"
    older = read_order(body, flash)
    assert isinstance(older, PictureOrder)
    assert older.negative_prompt == "车"


def test_a_seed_among_the_inputs_has_no_effect() -> None:
    seeds = [order("wan2.2-t2i-flash", seed=9), order("wan2.2-t2i-flash")]
    assert [getattr(each, "seed", None) for each in seeds] == [9, 0]


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": [{"text": "a"}]}] * 2,
        [{"role": "user", "content": []}],
        [{"role": "user", "content": [{"text": "a"}, {"text": "b"}]}],
        [{"role": "user", "content": [{"text": "a"}, {"image": "https://a/b.png"}]}],
    ],
)
def test_messages_hold_one_message_with_one_text(messages: list[dict[str, Any]]) -> None:
    model = PAINTERS["wan2.6-t2i"]
    refusal = read_order({"model": model.name, "input": {"messages": messages}}, model)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code) == (400, "InvalidParameter")
