"""The stand-in for DashScope with this project's models: those of deploy/models.json."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from PIL import Image

from local.cloud.dashscope.answers import Answers, ChatMessage
from local.cloud.dashscope.models import Model
from local.cloud.dashscope.painting import Paint
from local.cloud.dashscope.replies import MODERATED_INPUT, Refusal
from local.cloud.dashscope.state import ONE_DAY_SECONDS, DashScopeState
from local.models.facts import find_facts
from local.models.obedience import obey_caption
from local.models.writer import SEASON_WORDS, TIME_WORDS, WEATHER_WORDS, write_prompt
from shared.models.catalogue import catalogue
from shared.quality.evidence import Orders
from shared.quality.palette import broken_rules, tones_of

_PUZZLED = "请把行程的事实写成一个对象发给我，我再据此写绘画提示词。"
_MODES = {"text": ("obey_caption", "moderate_caption"), "look": ("dislike",)}
# What the judge says of a picture: the palette rules of season, weather and hour, measured.
_PLEASED, _DOUBTFUL = 9, 2
_ABOUT = {
    "time_of_day": ("night", "day", "dusk", "dawn"),
    "weather": ("grey", "snow", "sand"),
    "season": ("spring", "summer", "autumn", "winter"),
}
_SAID = {"season": SEASON_WORDS, "weather": WEATHER_WORDS, "time_of_day": TIME_WORDS}
_ENGLISH = {what: {word: name for name, word in said.items()} for what, said in _SAID.items()}
_UNASKED = "请告诉我要求是什么。"


def played(
    root: Path,
    *,
    paint: Paint,
    clock: Callable[[], float] = time.time,
    life_seconds: float = ONE_DAY_SECONDS,
) -> DashScopeState:
    """Return the stand-in's state under a folder."""
    answers = Answers(words=write, look=opinion, modes=_MODES)
    return DashScopeState(
        root, listed(), paint=paint, answers=answers, clock=clock, life_seconds=life_seconds
    )


def listed() -> tuple[Model, ...]:
    """Return the models of the list; a name that serves two purposes is there once."""
    known = {each.name for each in fields(Model)}
    by_name = {each.name: Model(**each.model_dump(include=known)) for each in catalogue().models}
    return tuple(by_name.values())


def write(messages: Sequence[ChatMessage], seed: int | None, mode: str) -> str | Refusal:
    """Return a prompt for the latest facts; the mode may have a caption obeyed or refused."""
    facts = find_facts(messages)
    if facts is None:
        return _PUZZLED
    if mode == "moderate_caption" and facts.caption:
        return MODERATED_INPUT
    answer = write_prompt(facts, seed=seed)
    if mode == "obey_caption" and facts.caption:
        return obey_caption(facts.caption, answer)
    return json.dumps(answer, ensure_ascii=False)


def opinion(picture: Image.Image, question: str, mode: str) -> str:
    """Return marks as JSON; bad ones for the style where the mode is `dislike`."""
    orders = _orders(question)
    if orders is None:
        return _UNASKED
    broken = broken_rules(tones_of(np.asarray(picture)), orders)
    marks = {
        about: _DOUBTFUL if any(name.startswith(words) for name in broken) else _PLEASED
        for about, words in _ABOUT.items()
    }
    style = _DOUBTFUL if mode == "dislike" else _PLEASED
    return json.dumps({**marks, "style": style, "reason": "、".join(broken) or "相符"})


def _orders(question: str) -> Orders | None:
    """Return what the question's JSON object asks for, None when there is none to be read."""
    try:
        wanted = json.loads(question[question.find("{") : question.rfind("}") + 1])
        return Orders(**{name: words[wanted[name]] for name, words in _ENGLISH.items()})
    except (ValueError, KeyError, TypeError):
        return None
