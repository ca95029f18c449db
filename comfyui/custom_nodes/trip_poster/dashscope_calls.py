"""Qwen and Wan over DashScope's HTTP interface (Alibaba Cloud Model Studio).

The key comes from the environment alone: a widget's value is saved in every workflow and picture.
Messages name a code and a request id, never a prompt, an answer or the key.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .dashscope_refusals import advice, is_final
from .errors import ModelCallError, UncertainCallError, UnreachableError
from .model_names import painter
from .orders import Order
from .web import Deadline, Reply, call, is_safe

KEY_VARIABLE = "DASHSCOPE_API_KEY"
URL_VARIABLE = "TRIP_POSTER_DASHSCOPE_URL"
BEIJING = "https://dashscope.aliyuncs.com"
_CHAT = "/compatible-mode/v1/chat/completions"
# Two ways to order a picture: by a prompt, and of newer models by messages.
_BY_PROMPT = "/api/v1/services/aigc/text2image/image-synthesis"
_BY_MESSAGES = "/api/v1/services/aigc/image-generation/generation"
_TASKS = "/api/v1/tasks/"
_ANSWER_BYTES = 1_000_000
_PICTURE_BYTES = 40_000_000
_RESULT_DOMAIN = ".aliyuncs.com"
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_PAUSES = (2.0, 5.0, 10.0)
_POLL_PAUSES = (1.0, 2.0, 3.0)
_PASSING = {429, 500, 502, 503, 504}
_REFUSED_UNDONE = {429, 503}
_THOUGHTS_END, _BEFORE_TEXT = "</think>", "\ufeff \t\r\n"
# Only painted pictures are paid; a task that ended so, or without one, may be ordered anew.
_ENDED_UNPAID = {"SUCCEEDED", "FAILED", "CANCELED"}
_MAYBE_PAID = (
    "The order may have arrived, and be paid; it is not ordered again by itself. "
    "Another seed orders, and pays, anew"
)


def write_text(model: str, system: str, query: str, *, seed: int, deadline: Deadline) -> str:
    """Return the text model's answer; one that was paid for already is not asked for again."""
    messages = [("system", system), ("user", query)]
    body = {
        "model": model,
        "messages": [{"role": role, "content": text} for role, text in messages if text.strip()],
        "seed": seed,
        "stream": False,
        "enable_thinking": False,
    }
    order = Order(_base(), _CHAT, body)
    try:
        text = _answered(order, _CHAT, deadline, body)["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        text = None
    # What a model thinks before it answers, and a byte order mark, are no part of the answer.
    said = text.rpartition(_THOUGHTS_END)[2].strip(_BEFORE_TEXT) if isinstance(text, str) else ""
    if not said:
        raise ModelCallError("the text model gave an empty answer")
    return said


def picture_order(model: str, texts: tuple[str, str], *, size: str, seed: int) -> PictureOrder:
    """Return the order of one picture of a prompt and a negative prompt, as the model takes it."""
    known = painter(model)
    options = {"size": size, "n": 1, "seed": seed, "prompt_extend": False, "watermark": False}
    negative = {"negative_prompt": texts[1]} if texts[1] and known.reads_negative else {}
    given: dict[str, Any]
    if known.by_messages:
        message = {"role": "user", "content": [{"text": texts[0]}]}
        path, given, options = _BY_MESSAGES, {"messages": [message]}, options | negative
    else:
        path, given = _BY_PROMPT, {"prompt": texts[0]} | negative
    body = {"model": model, "input": given, "parameters": options}
    return PictureOrder(Order(_base(), path, body), path, body)


@dataclass(frozen=True)
class PictureOrder:
    """A picture that is ordered once and can be asked for until DashScope forgets it."""

    order: Order
    path: str
    body: dict[str, Any]

    def task(self, deadline: Deadline) -> str:
        """Return the id of its task, ordering it unless that was done already."""
        headers = {"X-DashScope-Async": "enable"}
        output = _answered(self.order, self.path, deadline, self.body, headers).get("output")
        task = output.get("task_id") if isinstance(output, dict) else None
        if not isinstance(task, str) or not _TASK_ID.fullmatch(task):
            raise ModelCallError("DashScope took the order but named no task")
        return task

    def url(self, deadline: Deadline) -> str:
        """Poll until the picture is painted; return its address, which lives for 24 hours."""
        task, count = self.task(deadline), 0
        while deadline.left:
            deadline.pause(_POLL_PAUSES[min(count, len(_POLL_PAUSES) - 1)])
            count += 1
            try:
                output = _polled(task, deadline)
            except UncertainCallError:
                if deadline.left:
                    raise
                break
            status = output.get("task_status")
            url = _address(output) if status == "SUCCEEDED" else ""
            if url:
                return url
            if status in _ENDED_UNPAID:
                self.order.forget()
            if status in {*_ENDED_UNPAID, "UNKNOWN"}:
                raise ModelCallError(f"task {task} ended as {status}: {advice(output)}")
        msg = f"task {task} is not finished in time; queue once more to wait on, it is paid once"
        raise ModelCallError(msg)


def fetch_picture(url: str, deadline: Deadline) -> bytes:
    """Download a result, without any key: the link carries its own signature."""
    parts, base = urlsplit(url), urlsplit(_base())
    of_the_cloud = parts.scheme == "https" and (parts.hostname or "").endswith(_RESULT_DOMAIN)
    of_the_base = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
    if not of_the_cloud and not of_the_base:
        msg = "DashScope named a picture on a host that is not its own; it is not fetched"
        raise ModelCallError(msg)
    get = lambda: call(url, deadline=deadline, max_bytes=_PICTURE_BYTES)  # noqa: E731
    reply = _patiently(get, deadline, _PASSING, again_if_uncertain=True)
    if reply.status != 200:
        raise ModelCallError(f"the picture cannot be downloaded (status {reply.status})")
    return reply.data


def _polled(task: str, deadline: Deadline) -> dict[str, Any]:
    get = lambda: _send(_TASKS + task, deadline)  # noqa: E731
    output = _parsed(_patiently(get, deadline, _PASSING, again_if_uncertain=True)).get("output")
    return output if isinstance(output, dict) else {}


def _address(output: dict[str, Any]) -> str:
    """Return the address of the only picture; empty when none was painted, which costs nothing."""
    for choice in _dicts(output.get("choices")):
        message = choice.get("message")
        for part in _dicts(message.get("content") if isinstance(message, dict) else None):
            if isinstance(part.get("image"), str):
                return str(part["image"])
    for result in _dicts(output.get("results")):
        if isinstance(result.get("url"), str):
            return str(result["url"])
    return ""


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _answered(
    order: Order,
    path: str,
    deadline: Deadline,
    body: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return the answer to an order, sent unless it is known; again only if refused for load."""

    def settle(outcome: Reply | ModelCallError) -> None:
        if isinstance(outcome, Reply) and outcome.status == 200:
            order.keep(outcome.data)
        elif isinstance(outcome, UnreachableError) or (
            isinstance(outcome, Reply) and _is_refusal(outcome.status)
        ):
            order.forget()

    def send() -> Reply:
        _key()  # a missing one is said before the order counts as sent
        known = order.answer(deadline)
        if known:
            return Reply(200, known)
        try:
            return _send(path, deadline, body, headers, settle)
        except UncertainCallError as error:
            raise UncertainCallError(f"{error}. {_MAYBE_PAID}") from None

    reply = _patiently(send, deadline, _REFUSED_UNDONE)
    if reply.status == 200 or _is_refusal(reply.status):
        return _parsed(reply)
    raise UncertainCallError(f"DashScope's gateway answered {reply.status}. {_MAYBE_PAID}")


def _is_refusal(status: int) -> bool:
    """Tell whether nothing was done; a gateway's 502 or 504 says nothing of what is behind it."""
    return 400 <= status < 500 or status in _REFUSED_UNDONE


def _patiently(
    send: Callable[[], Reply],
    deadline: Deadline,
    passing: set[int],
    *,
    again_if_uncertain: bool = False,
) -> Reply:
    """Send up to four times while the refusal is a passing one; the last answer counts."""
    for pause in _PAUSES:
        try:
            reply = send()
            if reply.status not in passing or is_final(_answer_in(reply)):
                return reply
        except UnreachableError:
            raise
        except UncertainCallError:
            if not again_if_uncertain:
                raise
        if deadline.left <= pause:
            break
        deadline.pause(pause)
    return send()


def _send(
    path: str,
    deadline: Deadline,
    body: dict[str, Any] | None = None,
    more: dict[str, str] | None = None,
    settle: Callable[[Reply | ModelCallError], None] = lambda _: None,
) -> Reply:
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {_key()}", "Content-Type": "application/json"}
    headers |= more or {}
    url = _base() + path
    return call(
        url, deadline=deadline, max_bytes=_ANSWER_BYTES, body=data, headers=headers, settle=settle
    )


def _answer_in(reply: Reply) -> dict[str, Any] | None:
    try:
        answer = json.loads(reply.data)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _parsed(reply: Reply) -> dict[str, Any]:
    answer = _answer_in(reply)
    if answer is None:
        raise ModelCallError(f"DashScope answered {reply.status} with something unreadable")
    if reply.status == 200:
        return answer
    raise ModelCallError(f"DashScope refused ({reply.status}): {advice(answer)}")


def _key() -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()  # noqa: TID251 a node has no settings module
    if not key:
        raise ModelCallError(
            f"{KEY_VARIABLE} is not set in the environment of ComfyUI; "
            "a key is never taken from a widget"
        )
    if not (key.isascii() and key.isprintable()):
        raise ModelCallError(f"{KEY_VARIABLE} holds characters that no key has; copy it again")
    return key


def _base() -> str:
    base = os.environ.get(URL_VARIABLE, "").strip().rstrip("/") or BEIJING  # noqa: TID251 as above
    if not is_safe(base):
        raise ModelCallError(f"{URL_VARIABLE} must begin with https://")
    return base
