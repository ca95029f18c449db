"""What the text model answers, before it is put into one of the two shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from local.dashscope.facts import ChatMessage, TripFacts, find_facts
from local.dashscope.obedience import obey_caption
from local.dashscope.replies import MODERATED_INPUT, Refusal
from local.dashscope.writer import write_prompt

if TYPE_CHECKING:
    from local.dashscope.behaviour import Conduct

_THOUGHTS = '<think>\nMaybe {"season": 1}?\n</think>\n\n'
_PUZZLED = "请把行程的事实写成一个对象发给我，我再据此写绘画提示词。"


class ResponseFormat(BaseModel):
    """How the answer is to be formed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str = "text"


class TextParameters(BaseModel):
    """The options the stand-in acts on; the many others are taken and passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seed: int | None = None
    enable_thinking: bool = False
    incremental_output: bool = False
    stream: bool = False
    response_format: ResponseFormat = ResponseFormat()


class ChatRequest(BaseModel):
    """One request, whichever interface it came by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    messages: tuple[ChatMessage, ...]
    parameters: TextParameters


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
    said = [
        {"role": each["role"], "content": _words_of(each["content"])}
        for each in body["input"]["messages"]
    ]
    return read_native({**body, "input": {"messages": said}})


def _words_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def read_compatible(body: Any) -> ChatRequest:
    """Read the compatible body; raise pydantic's ValidationError, KeyError or TypeError."""
    return ChatRequest.model_validate(
        {
            "model": body["model"],
            "messages": body["messages"],
            "parameters": dict(body),
        }
    )


def answer_chat(chat: ChatRequest, conduct: Conduct) -> ChatAnswer | Refusal:
    """Return what the model says, or why it does not."""
    facts = find_facts(chat.messages)
    refusal = _option_refusal(chat) or _moderation(facts, conduct)
    if refusal is not None:
        return refusal
    spoken = sum(len(message.content) for message in chat.messages)
    return ChatAnswer(_content(facts, chat.parameters.seed, conduct), spoken)


def _content(facts: TripFacts | None, seed: int | None, conduct: Conduct) -> str:
    if facts is None:
        return _PUZZLED
    answer = write_prompt(facts, seed=seed)
    if conduct.mode == "obey_caption" and facts.caption:
        return obey_caption(facts.caption, answer)
    return as_written(json.dumps(answer, ensure_ascii=False), conduct)


def as_written(content: str, conduct: Conduct) -> str:
    """Return a good answer as some models write it: cut, or behind what does not belong to it."""
    if conduct.mode == "invalid_json":
        return content[: len(content) // 2]
    return {"thinks": _THOUGHTS, "byte_order_mark": "\ufeff"}.get(conduct.mode, "") + content


def _moderation(facts: TripFacts | None, conduct: Conduct) -> Refusal | None:
    has_caption = facts is not None and bool(facts.caption)
    strict = conduct.mode == "moderate_all" or (conduct.mode == "moderate_caption" and has_caption)
    return MODERATED_INPUT if strict else None


def _option_refusal(chat: ChatRequest) -> Refusal | None:
    options = chat.parameters
    if options.stream or options.incremental_output:
        return Refusal(400, "InvalidParameter", "Streaming is not offered by the stand-in.")
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
