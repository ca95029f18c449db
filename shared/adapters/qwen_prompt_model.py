"""The text model: Qwen on DashScope, over the vendor's SDK.

Models that also see are called at another address and speak in parts; which ones, the list of
models says.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import requests
from dashscope import Generation, MultiModalConversation

from shared.adapters.dashscope_answer import (
    answer_of,
    refusal,
    silence_sdk,
    text_of,
    tokens_of,
)
from shared.adapters.deadline import Deadline, repeat
from shared.core.errors import UpstreamUnavailableError
from shared.models.catalogue import model as known_model
from shared.ports import ModelAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ports import ChatMessage

_TEMPERATURE = 0.7
_LARGEST_SEED = 2**31 - 1
_WHAT = "text model"


class QwenPromptModel:
    """`ports.PromptModel`; no error and no log line ever holds a message or an answer."""

    def __init__(
        self, *, api_key: str, base_url: str, model: str, timeout_seconds: float, tries: int = 3
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._model = known_model(model, "prompt")
        self._timeout = timeout_seconds
        self._tries = tries
        silence_sdk()

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with JSON text; a repeated request costs tokens and nothing else."""
        attempt = functools.partial(self._ask, messages, seed)
        return repeat(attempt, seconds=deadline_seconds, tries=self._tries)

    def _ask(self, messages: Sequence[ChatMessage], seed: int, deadline: Deadline) -> ModelAnswer:
        answer = answer_of(
            functools.partial(self._call, messages, seed),
            deadline,
            timeout_seconds=self._timeout,
            what=_WHAT,
            unclear=UpstreamUnavailableError,
        )
        return self._read(answer)

    def _call(self, messages: Sequence[ChatMessage], seed: int, session: requests.Session) -> Any:
        options: dict[str, Any] = {
            "model": self._model.name,
            "api_key": self._api_key,
            "base_address": self._base_url,
            "session": session,
            "request_timeout": self._timeout,
            "response_format": {"type": "json_object"},
            "enable_thinking": False,
            "temperature": _TEMPERATURE,
            "seed": seed & _LARGEST_SEED,
        }
        if self._model.protocol == "vision-chat":
            parts = [{"role": m.role, "content": [{"text": m.content}]} for m in messages]
            return MultiModalConversation.call(messages=parts, **options)
        said: Any = [{"role": m.role, "content": m.content} for m in messages]
        return Generation.call(messages=said, result_format="message", **options)

    def _read(self, answer: Any) -> ModelAnswer:
        request_id = str(answer.request_id or "")
        what = f"{_WHAT} (request {request_id or 'unknown'})"
        if answer.status_code != 200:
            code, message = str(answer.code or ""), str(answer.message or "")
            ending = self._model.retires_on is not None
            raise refusal(answer.status_code, code, message=message, what=what, ending=ending)
        text = text_of(answer)
        if not text:
            msg = f"{what}: an answer without text"
            raise UpstreamUnavailableError(msg)
        return ModelAnswer(
            text=text, model=self._model.name, request_id=request_id, tokens=tokens_of(answer)
        )
