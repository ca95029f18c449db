"""Ask DashScope whether it offers a model, for a token at most."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests

from shared import settings
from shared.adapters.dashscope_answer import refusal
from shared.adapters.deadline import Deadline
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import ModelGoneError, UpstreamUnavailableError
from shared.settings.models import ModelSettings

if TYPE_CHECKING:
    from shared.models.catalogue import Model

_WORDS = "services/aigc/multimodal-generation/generation"
_PATHS = {
    "chat": "services/aigc/text-generation/generation",
    "vision-chat": _WORDS,
    "image-synthesis": "services/aigc/text2image/image-synthesis",
    "image-generation": "services/aigc/image-generation/generation",
    "multimodal-generation": _WORDS,
}
_ASYNCHRONOUS = frozenset({"image-synthesis", "image-generation"})


def ask(model: Model) -> None:
    """Raise ModelGoneError when the service says that it offers no such model.

    A model of words answers with one token. A picture model is sent an order without its prompt:
    that is refused before anything is painted or paid, for the model or for what is missing.
    Raises UpstreamUnavailableError when there is no answer.
    """
    found = settings.read(ModelSettings)
    headers = {"Authorization": f"Bearer {found.api_key.get_secret_value()}"}
    if model.protocol in _ASYNCHRONOUS:
        headers["X-DashScope-Async"] = "enable"
    transport = BoundedTransport(
        Deadline.within(2 * found.timeout_seconds),
        timeout_seconds=found.timeout_seconds,
        once=True,
        needs="body",
    )
    url = f"{found.base_url.rstrip('/')}/{_PATHS[model.protocol]}"
    try:
        with session_over(transport) as session:
            answer = session.post(url, json=_body(model), headers=headers)
    except requests.RequestException as error:
        msg = f"{type(error).__name__}"
        raise UpstreamUnavailableError(msg) from error
    told = _read(answer.content)
    refused = refusal(
        answer.status_code,
        str(told.get("code", "")),
        message=str(told.get("message", "")),
        what=model.name,
    )
    if answer.status_code != 200 and isinstance(refused, ModelGoneError):
        raise refused


def _body(model: Model) -> dict[str, Any]:
    if model.protocol not in {"chat", "vision-chat"}:
        return {"model": model.name, "input": {}, "parameters": {"n": 1}}
    content: Any = "1" if model.protocol == "chat" else [{"text": "1"}]
    asked = {"messages": [{"role": "user", "content": content}]}
    options = {"max_tokens": 1, "enable_thinking": False, "result_format": "message"}
    return {"model": model.name, "input": asked, "parameters": options}


def _read(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
