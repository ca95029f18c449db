"""Sizes are fitted to a model's limits: the same shape, within them, and as near as can be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.models.catalogue import catalogue, model
from shared.models.sizes import Limits, fitted

CALLED = [m for m in catalogue().models if m.use == "picture" and m.is_called]
# What a style may ask for.
_SIDES = st.integers(64, 180).map(lambda eighths: 8 * eighths)


@pytest.mark.parametrize("name", ["wan2.6-t2i", "wan2.2-t2i-flash", "wan2.7-image"])
def test_the_posters_own_size_needs_no_scaling(name: str) -> None:
    assert fitted(1152, 1440, model(name, "picture").limits) == (1152, 1440)


@given(width=_SIDES, height=_SIDES, model=st.sampled_from(CALLED))
def test_what_is_ordered_is_allowed_and_of_the_same_shape(
    width: int, height: int, model: object
) -> None:
    limits = next(m for m in CALLED if m is model).limits
    try:
        found = fitted(width, height, limits)
    except ValueError:
        # Only shapes that a bound on sides or ratio excludes.
        assert max(width / height, height / width) > 2.8
        return
    assert limits.allow(*found)
    assert abs(math.log(found[0] / found[1] * height / width)) < 0.0026
    if limits.allow(width, height):
        assert found == (width, height)


@given(width=_SIDES, height=_SIDES)
def test_shapes_of_small_numbers_stay_exactly_as_they_are(width: int, height: int) -> None:
    common = math.gcd(width, height)
    unit = width // common, height // common
    found = fitted(width, height, Limits(pixels=(1280 * 1280, 1440 * 1440)))
    if max(unit) <= 32:
        assert found[0] * unit[1] == found[1] * unit[0]


def test_a_shape_that_the_model_does_not_paint_is_refused() -> None:
    with pytest.raises(ValueError, match="shape 2700x512"):
        fitted(2700, 512, model("wan2.6-t2i", "picture").limits)
