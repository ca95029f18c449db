"""What the judge says of a picture: the palette rules of season, weather and hour, measured."""

from __future__ import annotations

import json

import numpy as np
from PIL import Image

from local.models.writer import SEASON_WORDS, TIME_WORDS, WEATHER_WORDS
from shared.quality.evidence import Orders
from shared.quality.palette import broken_rules, tones_of

_PLEASED, _DOUBTFUL = 9, 2
_ABOUT = {
    "time_of_day": ("night", "day", "dusk", "dawn"),
    "weather": ("grey", "snow", "sand"),
    "season": ("spring", "summer", "autumn", "winter"),
}
_WORDS = {"season": SEASON_WORDS, "weather": WEATHER_WORDS, "time_of_day": TIME_WORDS}
_ENGLISH = {what: {word: name for name, word in said.items()} for what, said in _WORDS.items()}
_PUZZLED = "请告诉我要求是什么。"


def opinion(picture: Image.Image, question: str, mode: str) -> str:
    """Return marks as JSON; bad ones for the style where the mode is `dislike`."""
    orders = _orders(question)
    if orders is None:
        return _PUZZLED
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
