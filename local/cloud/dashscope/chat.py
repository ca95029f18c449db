"""What the text model answers, before it is put into one of the two shapes."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from local.cloud.dashscope.answers import Answers, ChatMessage, Read
from local.cloud.dashscope.replies import MODERATED_INPUT, Refusal

_PICTURE_PREFIX, _LEAST_SIDE, _MOST_BYTES = "data:image/", 10, 10_000_000
_THOUGHTS = '<think>\nMaybe {"season": 1}?\n</think>\n\n'


class ResponseFormat(Read):
    """How the answer is to be formed."""

    type: str = "text"


class TextParameters(Read):
    """The options the stand-in acts on; the many others are taken and passed over."""

    seed: int | None = None
    enable_thinking: bool = False
    response_format: ResponseFormat = ResponseFormat()


class ChatRequest(Read):
    """One request, whichever interface it came by; `picture` is a data URL, or none."""

    model: str
    messages: tuple[ChatMessage, ...]
    parameters: TextParameters
    picture: str = ""


@dataclass(frozen=True)
class ChatAnswer:
    """The model's reply and its length in tokens (one a character here)."""

    content: str
    input_tokens: int

    @property
    def output_tokens(self) -> int:
        """The reply's tokens."""
        return len(self.content)


def read_native(body: Any) -> ChatRequest:
    """Read the native body; raise pydantic's ValidationError, KeyError or TypeError."""
    return ChatRequest.model_validate(
        {
            "model": body["model"],
            "messages": body["input"]["messages"],
            "parameters": body.get("parameters") or {},
        }
    )


def read_parts(body: Any) -> ChatRequest:
    """Read the native body of models that see, whose content may be parts; raise the same."""
    told = body["input"]["messages"]
    said = [{"role": each["role"], "content": _words_of(each["content"])} for each in told]
    pictures = [part["image"] for each in told for part in _parts(each) if "image" in part]
    chat = read_native({**body, "input": {"messages": said}})
    return chat.model_copy(update={"picture": "".join(pictures)})


def shows_a_picture(body: Any) -> bool:
    """Tell whether a native body, readable or not, has a picture in it."""
    try:
        return any("image" in part for each in body["input"]["messages"] for part in _parts(each))
    except (KeyError, TypeError):
        return False


def _parts(message: Any) -> list[dict[str, Any]]:
    return [part for part in message["content"] if isinstance(part, dict)]


def _words_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join("" if "image" in part else part["text"] for part in content)


def read_compatible(body: Any) -> ChatRequest:
    """Read the compatible body; raise pydantic's ValidationError, KeyError or TypeError."""
    return ChatRequest.model_validate(
        {"model": body["model"], "messages": body["messages"], "parameters": dict(body)}
    )


def answer_chat(chat: ChatRequest, answers: Answers, mode: str) -> ChatAnswer | Refusal:
    """Return what the model says, or why it does not."""
    refusal = _option_refusal(chat) or (MODERATED_INPUT if mode == "moderate_all" else None)
    if refusal is not None:
        return refusal
    said = "".join(message.content for message in chat.messages)
    tokens = len(said)
    if chat.picture:
        picture = _opened(chat.picture)
        if isinstance(picture, Refusal):
            return picture
        tokens += picture.width * picture.height // 784
        content: str | Refusal = answers.look(picture, said, mode)
    else:
        content = answers.words(chat.messages, chat.parameters.seed, mode)
    if isinstance(content, Refusal):
        return content
    return ChatAnswer(as_written(content, mode), tokens)


def _opened(sent: str) -> Image.Image | Refusal:
    """Return the picture of a data URL, or why the model does not look at it."""
    unreadable = Refusal(400, "InvalidParameter.DataInspection", "The image cannot be read.")
    kind, _, data = sent.partition(";base64,")
    if not kind.startswith(_PICTURE_PREFIX) or len(data) > _MOST_BYTES:
        return unreadable
    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True))) as opened:
            picture = opened.convert("RGB")
    except (binascii.Error, UnidentifiedImageError, OSError):
        return unreadable
    small = min(picture.size) <= _LEAST_SIDE
    too_small = Refusal(400, "InvalidParameter", "Width and height must be larger than 10.")
    return too_small if small else picture


def as_written(content: str, mode: str) -> str:
    """Return a good answer as some models write it: cut, or behind what does not belong to it."""
    if mode == "invalid_json":
        return content[: len(content) // 2]
    return {"thinks": _THOUGHTS, "byte_order_mark": "\ufeff"}.get(mode, "") + content


def _option_refusal(chat: ChatRequest) -> Refusal | None:
    options = chat.parameters
    if options.response_format.type != "json_object":
        return None
    if not any("json" in message.content.lower() for message in chat.messages):
        return Refusal(
            400,
            "InvalidParameter",
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'.",
        )
    if options.enable_thinking:
        return Refusal(
            400,
            "InvalidParameter",
            "Json mode response is not supported when enable_thinking is true",
        )
    return None
