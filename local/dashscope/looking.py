"""The model that looks at pictures: measures the picture it is sent and gives marks for it.

Its opinion is a real one, if a simple one: the palette rules of season, weather and hour, on the
pixels that arrived.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict

from local.dashscope.chat import ChatAnswer, TextParameters, as_written
from local.dashscope.replies import MODERATED_INPUT, Refusal
from local.dashscope.writer import SEASON_WORDS, TIME_WORDS, WEATHER_WORDS
from shared.quality.evidence import Orders
from shared.quality.palette import broken_rules, tones_of

if TYPE_CHECKING:
    from local.dashscope.behaviour import Conduct

_PREFIX = "data:image/"
_LEAST_SIDE, _MOST_BYTES = 10, 10_000_000
_PLEASED, _DOUBTFUL = 9, 2
_ABOUT = {
    "time_of_day": ("night", "day", "dusk", "dawn"),
    "weather": ("grey", "snow", "sand"),
    "season": ("spring", "summer", "autumn", "winter"),
}
_ENGLISH = {
    "season": {word: name for name, word in SEASON_WORDS.items()},
    "weather": {word: name for name, word in WEATHER_WORDS.items()},
    "time_of_day": {word: name for name, word in TIME_WORDS.items()},
}
_PUZZLED = "请告诉我要求是什么。"


class LookRequest(BaseModel):
    """A picture and a question, as the native multimodal interface takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    picture: str
    question: str
    parameters: TextParameters


def read_look(body: Any) -> LookRequest:
    """Read the body; raise pydantic's ValidationError, KeyError, TypeError or AttributeError."""
    parts = [part for message in body["input"]["messages"] for part in message["content"]]
    return LookRequest.model_validate(
        {
            "model": body["model"],
            "picture": "".join(part["image"] for part in parts if "image" in part),
            "question": "".join(part["text"] for part in parts if "text" in part),
            "parameters": body.get("parameters") or {},
        }
    )


def answer_look(look: LookRequest, conduct: Conduct) -> ChatAnswer | Refusal:
    """Return what the model says, or why it does not."""
    if conduct.mode == "moderate_all":
        return MODERATED_INPUT
    json_wanted = look.parameters.response_format.type == "json_object"
    if json_wanted and "json" not in look.question.lower():
        return Refusal(400, "InvalidParameter", "'messages' must contain the word 'json'.")
    picture = _picture(look.picture)
    if isinstance(picture, Refusal):
        return picture
    content = _opinion(picture, look.question, pleased=conduct.mode != "dislike")
    return ChatAnswer(
        as_written(content, conduct), len(look.question) + picture.width * picture.height // 784
    )


def _picture(sent: str) -> Image.Image | Refusal:
    unreadable = Refusal(400, "InvalidParameter.DataInspection", "The image cannot be read.")
    kind, _, data = sent.partition(";base64,")
    if not kind.startswith(_PREFIX) or len(data) > _MOST_BYTES:
        return unreadable
    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as opened:
            picture = opened.convert("RGB")
    except (binascii.Error, UnidentifiedImageError, OSError):
        return unreadable
    small = min(picture.size) <= _LEAST_SIDE
    too_small = Refusal(400, "InvalidParameter", "Width and height must be larger than 10.")
    return too_small if small else picture


def _opinion(picture: Image.Image, question: str, *, pleased: bool) -> str:
    orders = _orders(question)
    if orders is None:
        return _PUZZLED
    broken = broken_rules(tones_of(np.asarray(picture)), orders)
    marks = {
        about: _DOUBTFUL if any(name.startswith(words) for name in broken) else _PLEASED
        for about, words in _ABOUT.items()
    }
    style = _PLEASED if pleased else _DOUBTFUL
    return json.dumps({**marks, "style": style, "reason": "、".join(broken) or "相符"})


def _orders(question: str) -> Orders | None:
    """Return what the question's JSON object asks for, None when there is none to be read."""
    try:
        wanted = json.loads(question[question.find("{") : question.rfind("}") + 1])
        return Orders(**{name: words[wanted[name]] for name, words in _ENGLISH.items()})
    except (ValueError, KeyError, TypeError):
        return None
