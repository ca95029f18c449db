"""GET /v1/styles: what is shown, and what a caller need not fetch again."""

from __future__ import annotations

import json
from typing import Any

from functions.list_styles import schema
from functions.list_styles.use_case import list_styles
from shared.settings import read
from shared.settings.jobs import JobSettings
from shared.styles import offered_styles, styles


def shown(default: str = "photoreal") -> dict[str, Any]:
    return list_styles(default=default).to_json()


def test_every_offered_style_is_shown_and_no_other() -> None:
    assert sorted(each["id"] for each in shown()["styles"]) == sorted(offered_styles())
    assert len(offered_styles()) < len(styles())


def test_the_default_style_comes_first() -> None:
    body = shown("ink_wash")
    assert (body["default"], body["styles"][0]["id"]) == ("ink_wash", "ink_wash")


def test_the_default_of_the_settings_is_a_style_on_offer() -> None:
    assert JobSettings.model_fields["default_style"].default in offered_styles()
    assert read(JobSettings, {}).default_style in offered_styles()


def test_a_style_is_told_in_both_languages_with_its_sizes_and_variants() -> None:
    (neon,) = (each for each in shown()["styles"] if each["id"] == "night_neon")
    assert neon["title"] == {"zh": "霓虹夜景", "zh_hant": "霓虹夜景", "en": "Night neon"}
    assert set(neon["description"]) == {"zh", "zh_hant", "en"}
    assert neon["sizes"] == [{"width": 1152, "height": 1440}]
    assert {"spring", "summer", "autumn", "winter"} <= set(neon["season_variants"])
    assert neon["formats"] == ["png", "jpeg", "webp"]
    assert neon["sample"] is None


def test_how_a_style_is_made_is_nobody_s_business() -> None:
    text = json.dumps(shown(), ensure_ascii=False)
    for look in styles().values():
        assert look.style_words not in text
        assert look.workflow not in text


def test_a_caller_that_has_the_list_gets_no_body() -> None:
    view = list_styles(default="photoreal")
    status, body, headers = schema.answer(view, {})
    assert (status, body) == (200, view.to_json())
    assert headers["Cache-Control"] == "private, max-age=300"
    for known in (headers["ETag"], f'"old", {headers["ETag"]}', f"W/{headers['ETag']}", "*"):
        assert schema.answer(view, {"if-none-match": known}) == (304, None, headers)


def test_another_list_has_another_tag() -> None:
    view = list_styles(default="photoreal")
    _, _, headers = schema.answer(view, {})
    fewer = view.model_copy(update={"styles": view.styles[1:]})
    assert schema.answer(fewer, {"if-none-match": headers["ETag"]})[0] == 200


def test_asking_twice_shows_the_same() -> None:
    assert list_styles(default="photoreal") == list_styles(default="photoreal")
