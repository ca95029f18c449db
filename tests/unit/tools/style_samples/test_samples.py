"""Samples of styles: all seasons, one car and place; small files that keep their label."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from local.printed import Say
from local.trip_file import trip_in
from shared.core.errors import NotFoundError
from shared.styles import offered_styles
from shared.trips.facts import Season, facts_of
from shared.trips.weather import Weather
from tools.style_samples.run import Asked, write_samples
from tools.style_samples.shrunk import COVER, SAMPLE, Size, shrunk
from tools.style_samples.works import sample_works

_TRIP = Path(__file__).parents[4] / "examples" / "trips" / "qingdao_coast.json"


def _poster(width: int = 640, height: int = 800) -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", xmp=b"<x>the label</x>")
    return out.getvalue()


@pytest.mark.parametrize("size", [SAMPLE, COVER])
def test_a_small_picture_has_its_size_and_keeps_the_label(size: Size) -> None:
    smooth = io.BytesIO()
    Image.linear_gradient("L").resize((640, 800)).save(smooth, "PNG")
    data = shrunk(smooth.getvalue(), size)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (size.width, size.height)
    assert len(data) <= size.most_bytes
    with Image.open(io.BytesIO(shrunk(_poster(), size))) as picture:
        assert picture.info["xmp"] == b"<x>the label</x>"


def test_quality_goes_down_until_the_bytes_suffice() -> None:
    roomy, tight = Size(320, 400, 10**6), Size(320, 400, 60_000)
    assert len(shrunk(_poster(), tight)) <= 60_000 < len(shrunk(_poster(), roomy))


def test_each_style_is_painted_in_all_seasons_with_the_same_car_and_place() -> None:
    styles = list(offered_styles().values())
    facts = facts_of(trip_in(_TRIP).trip)
    works = list(sample_works(facts, ("citycar", "g1", "red"), styles, seed=9))
    assert len(works) == 4 * len(styles)
    assert len({work.name for work in works}) == len(works)
    assert {(work.plan.view, work.plan.layout) for work in works} == {
        (works[0].plan.view, works[0].plan.layout)
    }
    snowy = {work.facts.season for work in works if work.facts.weather is Weather.SNOW}
    assert snowy == {Season.WINTER}


@pytest.mark.slow
def test_somebody_elses_posters_are_shrunk_and_told_as_such(tmp_path: Path) -> None:
    given, out = tmp_path / "posters", tmp_path / "samples"
    given.mkdir()
    asked = Asked(_TRIP, "citycar/g1/red", 9, given)
    with pytest.raises(NotFoundError, match="anime-spring"):
        write_samples(asked, out, tmp_path / "work", say=Say())
    for style in offered_styles():
        for season in Season:
            (given / f"{style}-{season.value}.jpg").write_bytes(_poster())
    assert write_samples(asked, out, tmp_path / "work", say=Say()) == 0
    assert len(list(out.glob("*.jpg"))) == 5 * len(offered_styles())
    assert '"own"' in (out / "about.json").read_text("utf-8")
