"""What preflight asks DashScope about a model: one token at most, and never a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.preflight.model_question import ask
from shared.core.errors import ModelGoneError, UpstreamUnavailableError
from shared.models.catalogue import Model, catalogue
from tests.contract.conftest import API_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import ServedModels

LIVING = [each for each in catalogue().models if each.retires_on is None]
RETIRED = [each for each in catalogue().models if each.retires_on is not None]


@pytest.fixture(autouse=True)
def _settings(models: ServedModels, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DASHSCOPE_API_KEY", API_KEY)
    monkeypatch.setenv("DASHSCOPE_BASE_URL", models.url)
    monkeypatch.setenv("DASHSCOPE_TIMEOUT_SECONDS", "2")
    yield
    models.state.behaviour.clear()


@pytest.mark.parametrize("model", LIVING, ids=lambda each: f"{each.use}-{each.name}")
def test_a_model_that_is_offered_is_known_and_nothing_is_painted(
    models: ServedModels, model: Model
) -> None:
    before = len(list(models.state.tasks.unfinished()))
    ask(model)
    assert len(list(models.state.tasks.unfinished())) == before


@pytest.mark.parametrize("model", RETIRED, ids=lambda each: f"{each.use}-{each.name}")
def test_a_model_that_has_retired_is_gone(model: Model) -> None:
    with pytest.raises(ModelGoneError, match=model.name):
        ask(model)


def test_no_answer_is_no_word_about_the_model(models: ServedModels) -> None:
    models.state.behaviour.set("text", "reset", times=5)
    with pytest.raises(UpstreamUnavailableError):
        ask(next(each for each in LIVING if each.protocol == "chat"))
