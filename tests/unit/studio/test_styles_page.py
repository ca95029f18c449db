"""The page of styles: samples by season, and where its buttons lead."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from shared.styles import offered_styles
from studio import samples
from studio.wording import LANGUAGES
from tests.unit.studio.conftest import PlayedApi

_SAMPLES = Path(samples.__file__).parent / "static" / "samples"
_SEASONS = ("spring", "summer", "autumn", "winter")


def _style(name: str, **changes: Any) -> dict[str, Any]:
    text = {"zh": "水墨", "en": "Ink"}
    variants = [*_SEASONS, "mid_autumn"]
    return {"id": name, "title": text, "description": text, "season_variants": variants, **changes}


def _offer(api: PlayedApi, *styles: dict[str, Any]) -> None:
    api.answers["GET", "/v1/styles"] = (200, {"default": "ink_wash", "styles": styles})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_style_shows_four_seasons_and_one_without_samples_says_so(
    language: str, client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    _offer(api, _style("ink_wash"), _style("makers_own"))
    sign_in("driver", language=language)
    text = client.get("/studio/styles").text
    for season in _SEASONS:
        assert f"/samples/ink_wash-{season}.jpg" in text
    assert "/samples/makers_own" not in text
    assert text.count('class="empty"') == 1
    assert "/studio/wall?style=" not in text
    assert "/studio/new?style=ink_wash" in text


@pytest.mark.parametrize(
    ("language", "title"), [("zh-Hans", "动漫"), ("zh-Hant", "動漫"), ("en", "Anime")]
)
def test_a_title_is_in_the_characters_that_somebody_reads(
    language: str, title: str, client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    text = {"zh": "动漫", "zh_hant": "動漫", "en": "Anime"}
    simplified_alone = {"zh": "车", "zh_hant": None, "en": "Car"}
    _offer(api, _style("anime", title=text), _style("own", title=simplified_alone))
    sign_in("driver", language=language)

    shown = client.get("/studio/styles").text

    assert {each for each in text.values() if f">{each}<" in shown} == {title}
    assert (">Car<" if language == "en" else ">车<") in shown


def test_staff_are_led_to_the_newest_posters_and_make_some_only_as_drivers(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    _offer(api, _style("ink_wash"))
    sign_in("reviewer")
    text = client.get("/studio/styles").text
    assert "/studio/wall?style=ink_wash&amp;season=winter" in text
    assert "/studio/new" not in text


def test_a_style_of_the_address_is_chosen_in_the_form(
    client: TestClient, api: PlayedApi, sign_in: Callable[..., None]
) -> None:
    _offer(api, _style("ink_wash"), _style("anime"))
    sign_in("driver")
    text = client.get("/studio/new?style=anime&format=1:1").text
    assert 'name="style" value="anime" checked' in text
    assert 'name="format" value="1:1" checked' in text
    assert 'data-chosen="style format"' in text
    assert 'name="style" value="ink_wash" checked' in client.get("/studio/new").text


@pytest.mark.parametrize("style", offered_styles())
def test_every_style_on_offer_has_small_samples_with_their_label(style: str) -> None:
    for name, size, most in [
        (style, (320, 240), 12_000),
        *((f"{style}-{season}", (320, 400), 20_000) for season in _SEASONS),
    ]:
        data = (_SAMPLES / f"{name}.jpg").read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == size
            assert b"AIGC" in picture.info["xmp"]
        assert len(data) <= most
