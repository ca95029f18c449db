"""The list of models: read late, refused in words, and what settings may name of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared import settings
from shared.models import defaults
from shared.models.catalogue import (
    FILE,
    ModelsFileError,
    catalogue,
    find,
    model,
    pictures_cny,
    read_catalogue,
    text_cny,
)
from shared.settings import SettingsError
from shared.settings.models import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = [("prompt", defaults.TEXT), ("picture", defaults.PICTURE), ("judge", defaults.JUDGE)]


def changed(folder: Path, **fields: Any) -> Path:
    """Write the list with its first model changed."""
    told = json.loads(FILE.read_bytes())
    told["models"][0].update(fields)
    path = folder / "models.json"
    path.write_text(json.dumps(told))
    return path


@pytest.mark.parametrize(("use", "names"), DEFAULTS)
def test_every_default_is_offered_and_has_a_successor(use: Any, names: tuple[str, ...]) -> None:
    found = [model(name, use) for name in names]

    assert len(found) >= 2
    assert all(each.is_called and each.tried == "stand-in" for each in found)
    assert [each for each in found if each.retires_on is not None] == []


def test_every_entry_says_where_it_was_read() -> None:
    for each in catalogue().models:
        assert each.source.startswith(("https://", "local/")), each.name
        assert each.use != "picture" or each.prompt_characters, each.name


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"protocol": "telex"}, "models.0.protocol"),
        ({"price_cny": "dear"}, "models.0.price_cny"),
        ({"retires_on": "soon"}, "models.0.retires_on"),
        ({"colour": "red"}, "models.0.colour"),
        ({"name": "wan2.7-image"}, "wan2.7-image is there twice for picture"),
    ],
)
def test_a_broken_list_is_refused_by_the_name_of_what_is_wrong(
    tmp_path: Path, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(ModelsFileError, match=named):
        read_catalogue(changed(tmp_path, **fields))


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelsFileError, match="cannot be read"):
        read_catalogue(tmp_path / "models.json")


def test_a_name_counts_for_its_use() -> None:
    assert find("wan2.6-t2i", "prompt") is None
    assert (find("qwen3.7-plus", "prompt"), find("qwen3.7-plus", "judge")) != (None, None)
    with pytest.raises(ModelsFileError, match="nope"):
        model("nope", "picture")


def test_a_price_of_tokens_is_of_what_is_asked_and_answered() -> None:
    asked, answered = 0.8, 2.0
    assert asked < text_cny(1e6, "qwen-plus") < answered
    assert pictures_cny(1) == pictures_cny(1, defaults.PICTURE[0])


def read(**given: str) -> ModelSettings:
    return settings.read(ModelSettings, {"DASHSCOPE_API_KEY": "sk", **given})


def test_one_name_and_several_are_both_a_list() -> None:
    assert read(PICTURE_MODEL="wan2.2-t2i-flash").picture_models == ("wan2.2-t2i-flash",)
    both = "  wan2.6-t2i   wan2.2-t2i-flash "
    assert read(PICTURE_MODEL=both).picture_models == ("wan2.6-t2i", "wan2.2-t2i-flash")
    assert read().text_models == defaults.TEXT


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PICTURE_MODEL", "wan2.2-t2i-nope", "names no picture model 'wan2.2-t2i-nope'"),
        ("PICTURE_MODEL", "qwen-plus", "deploy/models.json names no picture model"),
        ("PICTURE_MODEL", "wan2.6-t2i wan2.6-t2i", "each once"),
        ("PICTURE_MODEL", "   ", "one model or several"),
        ("PICTURE_MODEL", "qwen-image-2.0", "gives no ticket"),
        ("TEXT_MODEL", "qwen-plus gpt", "names no prompt model 'gpt'"),
    ],
)
def test_a_wrong_list_is_refused_with_the_reason(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        read(**{name: value})
    assert caught.value.wrong[0][0] == name
    assert "Value error" not in str(caught.value)
