"""The model that looks at posters: Qwen-VL on DashScope, over the vendor's SDK."""

from __future__ import annotations

import base64
import functools
from typing import Any

import requests

from shared.adapters.qwen_model import QwenModel
from shared.core.errors import AmbiguousPostError
from shared.ports import ModelAnswer


class QwenStyleJudge(QwenModel):
    """`ports.StyleJudge`."""

    use = "judge"
    what = "style judge"
    tries = 2
    # What was refused before any work may be asked again; a broken answer was paid for.
    unclear = AmbiguousPostError

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer with JSON text; sent anew only when the service has surely not begun."""
        return self._answer(functools.partial(self._call, picture, question), deadline_seconds)

    def _call(self, picture: bytes, question: str, session: requests.Session) -> Any:
        from dashscope import MultiModalConversation

        data = base64.b64encode(picture).decode()
        content = [{"image": f"data:image/jpeg;base64,{data}"}, {"text": question}]
        messages = [{"role": "user", "content": content}]
        return MultiModalConversation.call(messages=messages, session=session, **self._options)
