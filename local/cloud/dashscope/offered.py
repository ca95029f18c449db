"""Say no to what the service does and the stand-in does not, rather than pass it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local.cloud.dashscope.replies import Refusal

# Each changes the shape of the answer, or what is answered from.
_PARAMETERS = (
    *("stream", "incremental_output", "tools", "functions", "plugins", "modalities"),
    *("logprobs", "top_logprobs", "enable_search", "search_options", "translation_options"),
)
_INPUT = {"messages", "negative_prompt", "seed"}


def not_offered(what: str) -> Refusal:
    """Return the refusal of something that the stand-in has not."""
    return Refusal(501, "NotImplemented", f"{what}: not offered by the stand-in.")


def beyond(headers: Mapping[str, str], body: Any, *, paints: bool = False) -> Refusal | None:
    """Say what a call asks for that is not offered, readable or not; None when there is nothing."""
    if headers.get("X-DashScope-SSE", "").lower() == "enable":
        return not_offered("stream")
    found = next(_asked(body, paints), "") if isinstance(body, dict) else ""
    return not_offered(found) if found else None


def _asked(body: dict[str, Any], paints: bool) -> Iterator[str]:
    told, parameters = _mapping(body.get("input")), _mapping(body.get("parameters"))
    options = {**parameters, **body}
    yield from (name for name in _PARAMETERS if options.get(name))
    if options.get("result_format") == "text":
        yield "result_format"
    if not paints and options.get("n") not in (None, 1):
        yield "n"
    known = _INPUT | {"prompt"} if paints else _INPUT
    yield from (name for name, value in told.items() if value and name not in known)
    yield from _parts(told.get("messages"), paints)
    if any(isinstance(_mapping(each).get("content"), list) for each in _list(body.get("messages"))):
        yield "a content of parts"


def _parts(messages: Any, paints: bool) -> Iterator[str]:
    """Pictures are looked at one a call, and only where they are in the call itself."""
    parts = [
        _mapping(each) for told in _list(messages) for each in _list(_mapping(told).get("content"))
    ]
    yield from (name for part in parts for name in part if name not in {"text", "image", "type"})
    pictures = [part["image"] for part in parts if part.get("image")]
    if len(pictures) > (0 if paints else 1):
        yield "as many pictures"
    yield from ("a picture by its link" for each in pictures if "://" in str(each)[:10])


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
