"""Qwen and Wanx over DashScope's HTTP interface (Alibaba Cloud Model Studio).

The key comes from the environment alone: a widget's value is saved in every workflow and picture.
Messages name a code and a request id, never a prompt, an answer or the key.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import ModelCallError, UncertainCallError, UnreachableError
from .web import Deadline, Reply, call, is_safe

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_VARIABLE = "DASHSCOPE_API_KEY"
URL_VARIABLE = "TRIP_POSTER_DASHSCOPE_URL"
BEIJING = "https://dashscope.aliyuncs.com"
_CHAT = "/compatible-mode/v1/chat/completions"
_PAINT = "/api/v1/services/aigc/text2image/image-synthesis"
_TASKS = "/api/v1/tasks/"
_ANSWER_BYTES = 1_000_000
_PICTURE_BYTES = 40_000_000
_RESULT_DOMAIN = ".aliyuncs.com"
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_PAUSES = (2.0, 5.0, 10.0)
_POLL_PAUSES = (1.0, 2.0, 3.0)
_PASSING = {429, 500, 502, 503, 504}
_REFUSED_UNDONE = {429, 503}
# By https://help.aliyun.com/zh/model-studio/error-code; a name counts wherever it stands between
# the dots of a code. Asking again helps none of _FINAL, though bills come as 429.
_FINAL = ("Arrearage", "PrepaidBillOverdue", "PostpaidBillOverdue", "CommodityNotPurchased")
_THOUGHTS_END, _BEFORE_TEXT = "</think>", "\ufeff \t\r\n"
_ADVICE = {
    "InvalidApiKey": f"the key in {KEY_VARIABLE} is wrong, or of another region",
    "DataInspectionFailed": "the content check refused the text or the picture; change the words",
    "IPInfringementSuspect": "the words suggest a protected brand or figure; leave it out",
    "CustomRoleBlocked": "a rule of the account's own refused the words; change them",
    "Arrearage": "the account is in debt",
    "PrepaidBillOverdue": "a bill of the account is overdue",
    "PostpaidBillOverdue": "a bill of the account is overdue",
    "CommodityNotPurchased": "the account has not bought this service",
    "FreeTierOnly": "the free quota is used up, and the account pays for nothing more",
    "AccessDenied": "the key has no right to this model or workspace",
    "ModelNotFound": "there is no such model, or it was retired",
    "Throttling": "too many requests; try again in a minute",
    "limit_requests": "too many requests; try again in a minute",
    "limit_burst_rate": "too many requests; try again in a minute",
    "insufficient_quota": "the quota is used up; try again in a minute, or look at the plan",
    "ModelServingError": "the model is overloaded; try again in a minute",
    "ModelUnavailable": "the model is overloaded; try again in a minute",
    "RequestTimeOut": "the model took too long; try again",
}


def write_text(model: str, system: str, query: str, *, seed: int, deadline: Deadline) -> str:
    """Return the text model's answer. Asked again after a refusal for load, which costs nothing."""
    messages = [("system", system), ("user", query)]
    body = {
        "model": model,
        "messages": [{"role": role, "content": text} for role, text in messages if text.strip()],
        "seed": seed,
        "stream": False,
        "enable_thinking": False,
    }
    reply = _patiently(lambda: _send(_CHAT, deadline, body), deadline, _PASSING)
    try:
        text = _parsed(reply)["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        text = None
    # What a model thinks before it answers, and a byte order mark, are no part of the answer.
    said = text.rpartition(_THOUGHTS_END)[2].strip(_BEFORE_TEXT) if isinstance(text, str) else ""
    if not said:
        msg = "the text model gave an empty answer"
        raise ModelCallError(msg)
    return said


def order_picture(
    model: str, texts: tuple[str, str], *, size: str, seed: int, deadline: Deadline
) -> str:
    """Order one picture of a prompt and a negative prompt; return the task's id.

    Never repeated once it may have arrived: that would be a second picture to pay.
    """
    body = {
        "model": model,
        "input": {"prompt": texts[0], **({"negative_prompt": texts[1]} if texts[1] else {})},
        "parameters": {
            "size": size,
            "n": 1,
            "seed": seed,
            "prompt_extend": False,
            "watermark": False,
        },
    }

    def send() -> Reply:
        return _send(_PAINT, deadline, body, {"X-DashScope-Async": "enable"})

    try:
        output = _parsed(_patiently(send, deadline, _REFUSED_UNDONE)).get("output")
    except UncertainCallError as error:
        msg = (
            f"{error}. The picture may have been ordered, and will then be paid; it is not "
            "ordered again by itself. Queue once more, knowing that, to try again"
        )
        raise UncertainCallError(msg) from None
    task = output.get("task_id") if isinstance(output, dict) else None
    if not isinstance(task, str) or not _TASK_ID.fullmatch(task):
        msg = "DashScope took the order but named no task"
        raise ModelCallError(msg)
    return task


def await_picture(task: str, deadline: Deadline) -> str:
    """Poll until the picture is painted; return its address, which lives for 24 hours."""
    count = 0
    while deadline.left:
        deadline.pause(_POLL_PAUSES[min(count, len(_POLL_PAUSES) - 1)])
        count += 1
        output = _polled(task, deadline)
        status = output.get("task_status")
        if status == "SUCCEEDED":
            return _address(output)
        if status in {"FAILED", "CANCELED", "UNKNOWN"}:
            raise ModelCallError(f"task {task} ended as {status}: {_advice(output)}")
    msg = f"task {task} is not finished in time; it may still be painted, and will then be paid"
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
        msg = f"the picture cannot be downloaded (status {reply.status})"
        raise ModelCallError(msg)
    return reply.data


def _polled(task: str, deadline: Deadline) -> dict[str, Any]:
    get = lambda: _send(_TASKS + task, deadline)  # noqa: E731
    output = _parsed(_patiently(get, deadline, _PASSING, again_if_uncertain=True)).get("output")
    return output if isinstance(output, dict) else {}


def _address(output: dict[str, Any]) -> str:
    for result in output.get("results") or ():
        if isinstance(result, dict) and isinstance(result.get("url"), str):
            return str(result["url"])
    raise ModelCallError(f"the picture was not painted: {_advice(output)}")


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
            if reply.status not in passing or _names(_code(reply)) & _names(*_FINAL):
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
) -> Reply:
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {_key()}", "Content-Type": "application/json"}
    headers |= more or {}
    url = _base() + path
    return call(url, deadline=deadline, max_bytes=_ANSWER_BYTES, body=data, headers=headers)


def _parsed(reply: Reply) -> dict[str, Any]:
    try:
        answer = json.loads(reply.data)
    except ValueError:
        answer = None
    if reply.status == 200 and isinstance(answer, dict):
        return answer
    if not isinstance(answer, dict):
        raise ModelCallError(f"DashScope answered {reply.status} with something unreadable")
    raise ModelCallError(f"DashScope refused ({reply.status}): {_advice(answer)}")


def _advice(answer: dict[str, Any]) -> str:
    """Return code, advice and request id; the message is left out, it may quote the prompt."""
    code = _code_in(answer)
    known = (words for name, words in _ADVICE.items() if _names(name) & _names(code))
    request = str(answer.get("request_id") or "")
    parts = [code, next(known, ""), f"request {request}" if _TASK_ID.fullmatch(request) else ""]
    return ", ".join(part for part in parts if part)


def _code(reply: Reply) -> str:
    try:
        answer = json.loads(reply.data)
    except ValueError:
        return ""
    return _code_in(answer) if isinstance(answer, dict) else ""


def _code_in(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    code = str((error if isinstance(error, dict) else answer).get("code") or "")
    return code if _CODE.fullmatch(code) else "no code"


def _names(*codes: str) -> set[str]:
    """Return the names in codes, spelt alike: the interfaces write them differently."""
    return {name for code in codes for name in code.replace("_", "").lower().split(".")}


def _key() -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()  # noqa: TID251 a node has no settings module
    if not key:
        msg = (
            f"{KEY_VARIABLE} is not set in the environment of ComfyUI; "
            "a key is never taken from a widget"
        )
        raise ModelCallError(msg)
    return key


def _base() -> str:
    base = os.environ.get(URL_VARIABLE, "").strip().rstrip("/") or BEIJING  # noqa: TID251 as above
    if not is_safe(base):
        msg = f"{URL_VARIABLE} must begin with https://"
        raise ModelCallError(msg)
    return base
