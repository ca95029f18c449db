"""The text model: Qwen on DashScope, over the vendor's SDK.

Models that also see are called at another address and speak in parts; which ones, the list of
models says.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import requests
from dashscope import Generation, MultiModalConversation

from shared.adapters.qwen_model import QwenModel
from shared.ports import ChatMessage, ModelAnswer

_TEMPERATURE = 0.7
_LARGEST_SEED = 2**31 - 1


class QwenPromptModel(QwenModel):
    """`ports.PromptModel`."""

    use = "prompt"
    what = "text model"
    tries = 3

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with JSON text; a repeated request costs tokens and nothing else."""
        return self._answer(functools.partial(self._call, messages, seed), deadline_seconds)

    def _call(self, messages: Sequence[ChatMessage], seed: int, session: requests.Session) -> Any:
        options = {
            **self._options,
            "session": session,
            "temperature": _TEMPERATURE,
            "seed": seed & _LARGEST_SEED,
        }
        if self._model.protocol == "vision-chat":
            parts = [{"role": m.role, "content": [{"text": m.content}]} for m in messages]
            return MultiModalConversation.call(messages=parts, **options)
        said: Any = [{"role": m.role, "content": m.content} for m in messages]
        return Generation.call(messages=said, result_format="message", **options)
