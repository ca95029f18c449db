"""A Qwen model on DashScope, called over the vendor's SDK: what its callers have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from shared.adapters.dashscope_answer import answer_of, refusal, silence_sdk, text_of, tokens_of
from shared.adapters.deadline import Deadline, repeat
from shared.core.errors import UpstreamError, UpstreamUnavailableError
from shared.models.catalogue import Use
from shared.models.catalogue import model as known_model
from shared.ports import ModelAnswer


class QwenModel:
    """No error and no log line ever holds what was asked or answered.

    `unclear` is raised where the service may have done the work, and what came is no answer.
    """

    use: Use
    what: str
    tries: int
    unclear: type[UpstreamError] = UpstreamUnavailableError

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        model: str,
        timeout_seconds: float,
        tries: int | None = None,
    ) -> None:
        self._model = known_model(model, self.use)
        self._options: dict[str, Any] = {
            "model": self._model.name,
            "api_key": api_key,
            "base_address": base_url,
            "request_timeout": timeout_seconds,
            "response_format": {"type": "json_object"},
            "enable_thinking": False,
        }
        self._timeout = timeout_seconds
        self._tries = tries or self.tries
        silence_sdk()

    def _answer(self, call: Callable[[requests.Session], Any], seconds: float) -> ModelAnswer:
        def attempt(deadline: Deadline) -> ModelAnswer:
            answer = answer_of(
                call, deadline, timeout_seconds=self._timeout, what=self.what, unclear=self.unclear
            )
            return self._read(answer)

        return repeat(attempt, seconds=seconds, tries=self._tries)

    def _read(self, answer: Any) -> ModelAnswer:
        request_id = str(answer.request_id or "")
        what = f"{self.what} (request {request_id or 'unknown'})"
        if answer.status_code != 200:
            raise refusal(
                int(answer.status_code),
                str(answer.code or ""),
                message=str(answer.message or ""),
                what=what,
                unclear=self.unclear,
                ending=self._model.retires_on is not None,
            )
        text = text_of(answer)
        if not text:
            raise self.unclear(f"{what}: an answer without text")
        return ModelAnswer(
            text=text, model=self._model.name, request_id=request_id, tokens=tokens_of(answer)
        )
