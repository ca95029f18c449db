"""The routes of the models that answer in words: both kinds of chat, and the one that sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError
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
from local.cloud.dashscope.replies import (
    MALFORMED,
    Refusal,
    compat_error,
    native_error,
    native_reply,
    new_request_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from local.cloud.dashscope.models import Door
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
        return await self._chat(
            request, body, _Ways("multimodal", read_parts, native_error, _parts_form)
        )

    async def _chat(self, request: Request, body: Any, ways: _Ways) -> Response:
        look = ways.door == "multimodal" and shows_a_picture(body)
        channel: Literal["look", "text"] = "look" if look else "text"
        self._state.calls.note(channel, body)
        conduct = self._state.behaviour.next(channel)

        async def carry_out() -> Response:
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
        body = {
            "id": f"chatcmpl-{request_id}",
            "object": "chat.completion",
            "created": int(self._state.clock()),
            "model": chat.model,
            "choices": [{"index": 0, "finish_reason": "stop", "message": _message(answer)}],
            "usage": {
                "prompt_tokens": answer.input_tokens,
                "completion_tokens": answer.output_tokens,
                "total_tokens": answer.input_tokens + answer.output_tokens,
            },
        }
        return JSONResponse(body, headers={"X-Request-Id": request_id})


def _message(answer: ChatAnswer) -> dict[str, str]:
    return {"role": "assistant", "content": answer.content}


def _parts_form(_chat: ChatRequest, answer: ChatAnswer) -> Response:
    # Here content is a list of parts.
    return _native({"role": "assistant", "content": [{"text": answer.content}]}, answer)


def _native_form(_chat: ChatRequest, answer: ChatAnswer) -> Response:
    return _native(_message(answer), answer)


def _native(message: Mapping[str, Any], answer: ChatAnswer) -> Response:
    return native_reply(
        {
            "output": {"choices": [{"finish_reason": "stop", "message": message}]},
            "usage": {
                "input_tokens": answer.input_tokens,
                "output_tokens": answer.output_tokens,
                "total_tokens": answer.input_tokens + answer.output_tokens,
            },
        }
    )
