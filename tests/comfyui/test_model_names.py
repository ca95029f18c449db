"""The pack's short tables hold what deploy/models.json says, which the pack cannot read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfyui.custom_nodes.trip_poster import dashscope_nodes, model_names
from comfyui.custom_nodes.trip_poster.errors import PictureInputError
from comfyui.custom_nodes.trip_poster.model_names import current, painter, size_to_order
from shared.models.catalogue import catalogue, find
from shared.settings.models import ModelSettings

_OFFERED = [each for each in catalogue().models if each.retires_on is None]
_PAINTERS = [each for each in _OFFERED if each.use == "picture" and each.is_called]
_SIZES = [dashscope_nodes._sides(size) for size in dashscope_nodes._SIZES]


@pytest.mark.parametrize("name", [each.name for each in _PAINTERS])
def test_a_painter_is_ordered_as_the_list_says(name: str) -> None:
    listed, known = find(name, "picture"), painter(name)
    assert listed is not None
    assert known.by_messages is (listed.protocol == "image-generation")
    assert known.characters == listed.prompt_characters
    assert known.reads_negative is listed.negative_prompt


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("name", [each.name for each in _PAINTERS])
def test_every_size_of_the_widget_can_be_ordered_of_every_painter(
    name: str, size: tuple[int, int]
) -> None:
    listed = find(name, "picture")
    assert listed is not None
    width, height = size_to_order(size, painter(name))
    assert listed.limits.allow(width, height)
    assert width * size[1] == height * size[0]
    if listed.limits.allow(*size):
        assert (width, height) == size


@settings(deadline=None)
@given(
    name=st.sampled_from([each.name for each in _PAINTERS]),
    width=st.integers(1, 4096),
    height=st.integers(1, 4096),
)
def test_a_size_is_fitted_in_its_very_shape_or_refused(name: str, width: int, height: int) -> None:
    known = painter(name)
    try:
        ordered = size_to_order((width, height), known)
    except PictureInputError:
        return
    assert known.paints(*ordered)
    assert ordered[0] * height == ordered[1] * width


@pytest.mark.parametrize("retired", sorted(model_names._SUCCESSORS))
def test_a_retired_name_leads_to_one_that_is_offered(retired: str) -> None:
    name, warning = current(f" {retired}\n")
    assert [each for each in _OFFERED if each.name == name]
    assert retired in warning
    assert name in warning
    listed = [each for each in catalogue().models if each.name == retired]
    assert all(each.retires_on is not None for each in listed)


def test_every_text_model_that_the_list_has_retired_is_followed_by_another() -> None:
    gone = [each for each in catalogue().models if each.retires_on and each.use == "prompt"]
    assert gone
    assert [each.name for each in gone if not current(each.name)[1]] == []


@pytest.mark.parametrize("name", [each.name for each in _OFFERED])
def test_a_name_that_is_offered_is_asked_as_it_is(name: str) -> None:
    assert current(name) == (name, "")


def test_the_widgets_name_the_models_that_the_functions_use_first() -> None:
    fields = ModelSettings.model_fields
    assert fields["text_models"].default[0] == dashscope_nodes._WRITER
    assert fields["picture_models"].default[0] == dashscope_nodes._PAINTER
