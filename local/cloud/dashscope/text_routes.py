"""The routes of the models that answer in words: both kinds of chat, and the one that sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.cloud.dashscope.chat import (
    ChatAnswer,
    ChatRequest,
    answer_chat,
    read_compatible,
    read_native,
    read_parts,
    shows_a_picture,
)
from local.cloud.dashscope.exchange import exchange, json_of
from local.cloud.dashscope.models import Door
from local.cloud.dashscope.offered import beyond
from local.cloud.dashscope.replies import (
    MALFORMED,
    Refusal,
    compat_error,
    native_error,
    native_reply,
    new_request_id,
)
from local.cloud.dashscope.state import DashScopeState

_UNREADABLE = (ValidationError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class _Ways:
    """How one of the interfaces reads, refuses and answers."""

    door: Door
    read: Callable[[Any], ChatRequest]
    refuse: Callable[[Refusal], Response]
    form: Callable[[ChatRequest, ChatAnswer], Response]


class TextRoutes:
    """Take what is said and shown to the models, and answer as they would."""

    def __init__(self, state: DashScopeState) -> None:
        self._state = state

    async def native(self, request: Request) -> Response:
        """Answer on the native interface."""
        ways = _Ways("text", read_native, native_error, _native_form)
        return await self._chat(request, await json_of(request), ways)

    async def compatible(self, request: Request) -> Response:
        """Answer on the OpenAI-compatible interface."""
        ways = _Ways("compatible", read_compatible, compat_error, self._compat_form)
        return await self._chat(request, await json_of(request), ways)

    async def multimodal(self, request: Request, body: Any) -> Response:
        """Answer on the interface of models that see: about a picture, or to words alone."""
        form = partial(_native_form, parts=True)
        ways = _Ways("multimodal", read_parts, native_error, form)
        return await self._chat(request, body, ways)

    async def _chat(self, request: Request, body: Any, ways: _Ways) -> Response:
        look = ways.door == "multimodal" and shows_a_picture(body)
        channel: Literal["look", "text"] = "look" if look else "text"
        self._state.calls.note(channel, body)
        conduct = self._state.behaviour.next(channel)

        async def carry_out() -> Response:
            if too_much := beyond(request.headers, body):
                return ways.refuse(too_much)
            try:
                chat = ways.read(body)
            except _UNREADABLE:
                return ways.refuse(MALFORMED)
            refusal = self._state.models.refusal(chat.model, ways.door)
            answer = refusal or answer_chat(chat, self._state.answers, conduct.mode)
            if isinstance(answer, Refusal):
                return ways.refuse(answer)
            return ways.form(chat, answer)

        return await exchange(request, conduct, carry_out=carry_out, refuse=ways.refuse)

    def _compat_form(self, chat: ChatRequest, answer: ChatAnswer) -> Response:
        request_id = new_request_id()
        message = {"role": "assistant", "content": answer.content}
        body = {
            "id": f"chatcmpl-{request_id}",
            "object": "chat.completion",
            "created": int(self._state.clock()),
            "model": chat.model,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {
                "prompt_tokens": answer.input_tokens,
                "completion_tokens": answer.output_tokens,
                "total_tokens": answer.input_tokens + answer.output_tokens,
            },
        }
        return JSONResponse(body, headers={"X-Request-Id": request_id})


def _native_form(_: ChatRequest, answer: ChatAnswer, *, parts: bool = False) -> Response:
    # Of models that see, content is a list of parts.
    content = [{"text": answer.content}] if parts else answer.content
    message = {"role": "assistant", "content": content}
    usage = {
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
        "total_tokens": answer.input_tokens + answer.output_tokens,
    }
    output = {"choices": [{"finish_reason": "stop", "message": message}]}
    return native_reply({"output": output, "usage": usage})
