"""The picture model: Wan (Wanx) on DashScope; orders over the vendor's SDK.

The order goes through the SDK's asynchronous call of the model's protocol, over a session that
cannot send twice. The SDK's own poll waits five minutes and takes neither a timeout nor a session,
so asking and downloading are plain GETs.
"""

from __future__ import annotations

import functools
import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from shared.adapters.dashscope_answer import answer_of, refusal, silence_sdk
from shared.adapters.dashscope_codes import family_of, is_throttled
from shared.adapters.deadline import Deadline, repeat
from shared.adapters.scene_protocols import longest_prompt, picture_in, submit
from shared.adapters.transport import BodyTooLargeError, BoundedTransport, session_over
from shared.core.errors import (
    AmbiguousPostError,
    PayloadTooLargeError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.models.catalogue import model as known_model
from shared.models.sizes import fitted
from shared.ports import SceneOrder, SceneProgress

_WHAT = "picture model"
_RUNNING = frozenset({"PENDING", "RUNNING", "SUSPENDED"})
_FAILED = {"CANCELED": "canceled", "UNKNOWN": "expired"}
# A download is some megabytes, an order some hundred bytes.
_DOWNLOAD_DEADLINES = 5


@dataclass(kw_only=True, eq=False)
class WanxSceneModel:
    """`ports.SceneModel`; `allowed_hosts` are host names, "*" stands for any part of one."""

    api_key: str = field(repr=False)
    base_url: str
    model: str
    timeout_seconds: float
    allowed_hosts: Sequence[str]
    deadline_seconds: float | None = None

    def __post_init__(self) -> None:
        self._base_url = self.base_url.rstrip("/")
        self._model = known_model(self.model, "picture")
        self._deadline_seconds = self.deadline_seconds or 2 * self.timeout_seconds
        silence_sdk()

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def longest_prompt(self) -> int:
        return longest_prompt(self._model)

    def order(self, order: SceneOrder) -> str:
        """Each order is paid for, so nothing is ever posted twice, not even what was refused."""
        answer = answer_of(
            functools.partial(self._submit, order, self._size_of(order)),
            Deadline.within(self._deadline_seconds),
            timeout_seconds=self.timeout_seconds,
            what=_WHAT,
            unclear=AmbiguousPostError,
        )
        return _ticket(answer, ending=self._is_ending)

    def progress(self, ticket: str) -> SceneProgress:
        url = f"{self._base_url}/tasks/{quote(ticket, safe='')}"
        answer = repeat(functools.partial(self._poll, url), seconds=self._deadline_seconds)
        output = answer.get("output")
        if not isinstance(output, dict):
            raise UpstreamUnavailableError(f"{_WHAT}: a task without an output")
        return _progress(output, ending=self._is_ending)

    def fetch(self, url: str, *, max_bytes: int) -> bytes:
        safe = self._allowed(url)
        attempt = functools.partial(self._download, safe, max_bytes)
        return repeat(attempt, seconds=_DOWNLOAD_DEADLINES * self._deadline_seconds)

    @property
    def _is_ending(self) -> bool:
        return self._model.retires_on is not None

    def _size_of(self, order: SceneOrder) -> str:
        try:
            width, height = fitted(order.width, order.height, self._model.limits)
        except ValueError as error:
            raise UpstreamRejectedError(f"{self._model.name}: {error}") from error
        return f"{width}*{height}"

    def _submit(self, order: SceneOrder, size: str, session: requests.Session) -> Any:
        call = {
            "api_key": self.api_key,
            "base_address": self._base_url,
            "session": session,
            "request_timeout": self.timeout_seconds,
            "size": size,
        }
        return submit(self._model, order, call)

    def _poll(self, url: str, deadline: Deadline) -> Mapping[str, Any]:
        transport = BoundedTransport(deadline, timeout_seconds=self.timeout_seconds)
        headers = {"Authorization": f"Bearer {self.api_key}", "Accept": "application/json"}
        try:
            with session_over(transport) as session:
                answer = session.get(url, headers=headers)
        except requests.RequestException as error:
            msg = f"{_WHAT}: {type(error).__name__} while asking"
            raise UpstreamUnavailableError(msg) from error
        body = _json_object(answer)
        if answer.status_code == 200 and body is not None:
            return body
        code, message = str((body or {}).get("code", "")), str((body or {}).get("message", ""))
        if answer.status_code == 200:
            raise UpstreamUnavailableError(f"{_WHAT}: an answer that is not a JSON object")
        raise refusal(answer.status_code, code, message=message, what=f"{_WHAT} on asking")

    def _download(self, url: str, max_bytes: int, deadline: Deadline) -> bytes:
        transport = BoundedTransport(
            deadline, timeout_seconds=self.timeout_seconds, max_bytes=max_bytes
        )
        try:
            with session_over(transport) as session:
                answer = session.get(url)
        except BodyTooLargeError as error:
            raise PayloadTooLargeError(f"the picture has more than {max_bytes} bytes") from error
        except requests.TooManyRedirects as error:
            raise UpstreamRejectedError("the picture's address leads elsewhere") from error
        except requests.RequestException as error:
            msg = f"the picture's download: {type(error).__name__}"
            raise UpstreamUnavailableError(msg) from error
        if answer.status_code == 200:
            return answer.content
        passing = answer.status_code in {408, 429} or answer.status_code >= 500
        kind = UpstreamUnavailableError if passing else UpstreamRejectedError
        raise kind(f"the picture's download: {answer.status_code}")

    def _allowed(self, url: str) -> str:
        """Return the URL as it will be asked; UpstreamRejectedError for any other host.

        What different parsers read differently (user names, backslashes, spaces) is refused.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        plain = not set(url) & set("\\@ \t\r\n") and parts.scheme in {"http", "https"}
        if not plain or not any(fnmatchcase(host, each.lower()) for each in self.allowed_hosts):
            raise UpstreamRejectedError(f"pictures are not downloaded from {host!r}")
        if parts.scheme == "http" and not _is_loopback(host):
            return parts._replace(scheme="https").geturl()
        return url


def _ticket(answer: Any, *, ending: bool) -> str:
    what = f"{_WHAT} (request {answer.request_id or 'unknown'})"
    status, code = int(answer.status_code), str(answer.code or "")
    if status == 200:
        ticket = (answer.output or {}).get("task_id")
        if isinstance(ticket, str) and ticket:
            return ticket
        raise AmbiguousPostError(f"{what}: ordered, but the answer names no task")
    message = str(answer.message or "")
    raise refusal(
        status, code, message=message, what=what, unclear=AmbiguousPostError, ending=ending
    )


def _progress(output: Mapping[str, Any], *, ending: bool) -> SceneProgress:
    status = str(output.get("task_status", ""))
    if status in _RUNNING:
        return SceneProgress("running")
    if status in _FAILED:
        return SceneProgress("failed", reason=_FAILED[status])
    if status == "FAILED":
        return _failed(output, ending=ending)
    if status == "SUCCEEDED":
        return _finished(output, ending=ending)
    raise UpstreamUnavailableError(f"{_WHAT}: a task in an unknown state")


def _finished(output: Mapping[str, Any], *, ending: bool) -> SceneProgress:
    first = picture_in(output)
    url = first.get("url")
    if isinstance(url, str) and url:
        return SceneProgress("done", url=url)
    # One order is one picture; when it failed, its entry says why.
    return _failed(first, ending=ending)


def _failed(report: Mapping[str, Any], *, ending: bool) -> SceneProgress:
    code, message = str(report.get("code") or "unknown"), str(report.get("message") or "")
    family = family_of(code, message)
    if ending and is_throttled(code, message):
        return SceneProgress("failed", reason=code, postponed="shrinking")
    postponed = family if family in {"busy", "account", "gone"} else ""
    return SceneProgress("failed", reason=code, moderated=family == "content", postponed=postponed)


def _json_object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
