"""What the models say, which is the project's to decide: functions that answer in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image
from pydantic import BaseModel, ConfigDict

from local.cloud.dashscope.replies import Refusal

Words: TypeAlias = Callable[[Sequence["ChatMessage"], int | None, str], str | Refusal]
Look: TypeAlias = Callable[[Image.Image, str, str], str]


class Read(BaseModel):
    """A part of a request; more keys than it names are taken and passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ChatMessage(Read):
    """One message of a conversation."""

    role: str
    content: str


def echo(messages: Sequence[ChatMessage], _seed: int | None, _mode: str) -> str:
    """Say again what was said last."""
    return messages[-1].content if messages else ""


def measure(picture: Image.Image, _question: str, _mode: str) -> str:
    """Say how large a picture is."""
    return f"{picture.width}x{picture.height}"


@dataclass(frozen=True)
class Answers:
    """`words(messages, seed, mode)` and `look(picture, question, mode)` answer for all models.

    `modes`: what they can be told to do besides the stand-in's own, by channel.
    """

    words: Words = echo
    look: Look = measure
    modes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
