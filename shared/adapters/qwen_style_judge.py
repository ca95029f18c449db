"""The model that looks at posters: Qwen-VL on DashScope, over the vendor's SDK."""

from __future__ import annotations

import base64
import functools
from typing import Any

import requests

from shared.adapters.dashscope_answer import (
    answer_of,
    refusal,
    silence_sdk,
    text_of,
    tokens_of,
)
from shared.adapters.deadline import Deadline, repeat
from shared.core.errors import AmbiguousPostError
from shared.models.catalogue import model as known_model
from shared.ports import ModelAnswer

_WHAT = "style judge"


class QwenStyleJudge:
    """`ports.StyleJudge`; no error and no log line ever holds a picture or an answer."""

    def __init__(
        self, *, api_key: str, base_url: str, model: str, timeout_seconds: float, tries: int = 2
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._model = known_model(model, "judge")
        self._timeout = timeout_seconds
        self._tries = tries
        silence_sdk()

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer with JSON text; sent anew only when the service has surely not begun."""
        attempt = functools.partial(self._ask, picture, question)
        return repeat(attempt, seconds=deadline_seconds, tries=self._tries)

    def _ask(self, picture: bytes, question: str, deadline: Deadline) -> ModelAnswer:
        answer = answer_of(
            functools.partial(self._call, picture, question),
            deadline,
            timeout_seconds=self._timeout,
            what=_WHAT,
            unclear=AmbiguousPostError,
        )
        return self._read(answer)

    def _call(self, picture: bytes, question: str, session: requests.Session) -> Any:
        from dashscope import MultiModalConversation

        data = base64.b64encode(picture).decode()
        content = [{"image": f"data:image/jpeg;base64,{data}"}, {"text": question}]
        return MultiModalConversation.call(
            model=self._model.name,
            api_key=self._api_key,
            base_address=self._base_url,
            session=session,
            request_timeout=self._timeout,
            messages=[{"role": "user", "content": content}],
            response_format={"type": "json_object"},
            enable_thinking=False,
        )

    def _read(self, answer: Any) -> ModelAnswer:
        request_id = str(answer.request_id or "")
        what = f"{_WHAT} (request {request_id or 'unknown'})"
        if answer.status_code != 200:
            # What was refused before any work may be asked again; a broken answer was paid for.
            raise refusal(
                int(answer.status_code),
                str(answer.code or ""),
                message=str(answer.message or ""),
                what=what,
                unclear=AmbiguousPostError,
                ending=self._model.retires_on is not None,
            )
        text = text_of(answer)
        if not text:
            msg = f"{what}: an answer without text"
            raise AmbiguousPostError(msg)
        return ModelAnswer(
            text=text, model=self._model.name, request_id=request_id, tokens=tokens_of(answer)
        )
