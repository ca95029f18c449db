"""The models that write, paint and look, in our own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class ChatMessage:
    """One message to the text model."""

    role: str
    content: str


@dataclass(frozen=True)
class ModelAnswer:
    """What the text model answered, and what it cost."""

    text: str
    model: str
    request_id: str
    tokens: int


class PromptModel(Protocol):
    """The text model (Qwen)."""

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with JSON text; ModerationError, ModelGoneError, ...Rejected or ...Unavailable."""


@dataclass(frozen=True)
class SceneOrder:
    """A picture to be painted; sizes in pixels."""

    prompt: str
    negative_prompt: str
    width: int
    height: int
    seed: int


@dataclass(frozen=True)
class SceneProgress:
    """State of an ordered picture: "running", "done" (url set) or "failed" (reason set).

    Of a failed one, `moderated` says that its content was refused, `postponed` that nothing is
    wrong with it: the service was busy, does not serve our account, or offers the model no more.
    """

    state: str
    url: str = ""
    reason: str = ""
    moderated: bool = False
    postponed: Literal["", "busy", "account", "gone", "shrinking"] = ""


class SceneModel(Protocol):
    """The picture model (Wanx), an asynchronous service."""

    @property
    def name(self) -> str:
        """Return the model's name for the manifest."""

    @property
    def longest_prompt(self) -> int:
        """Return how many characters of a prompt it reads."""

    def order(self, order: SceneOrder) -> str:
        """Submit once and return the ticket; AmbiguousPostError when it may have arrived.

        ModelGoneError when the service offers no such model: nothing was ordered then.
        """

    def progress(self, ticket: str) -> SceneProgress:
        """Ask how far the ordered picture is."""

    def fetch(self, url: str, *, max_bytes: int) -> bytes:
        """Download the picture without credentials, from allowed hosts only."""


class StyleJudge(Protocol):
    """A model that sees (Qwen-VL)."""

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer a question about a JPEG with JSON text; an UpstreamError for any trouble."""
