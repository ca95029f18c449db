"""The GPU service on PAI-EAS: its input and sink queues over plain HTTP.

The vendor's SDK repeats a submit up to six times and cannot be time-boxed, so it is not used.
Wire format: https://help.aliyun.com/zh/pai/user-guide/access-queue-service
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import requests

from shared.adapters.deadline import Deadline, repeat
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import (
    AccountError,
    AmbiguousPostError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.ports import QueueDepth, QueuedTask, SinkMessage, WaitingTask, Withdrawal

_T = TypeVar("_T")
_REQUEST_ID = "X-Eas-Queueservice-Request-Id"
# Received, so the task was not taken: rate limit, instance queue full, no healthy upstream.
_REFUSED_FOR_NOW = frozenset({429, 450, 503})
_ANSWER_BYTES = 8_000_000


class _GoneError(UpstreamRejectedError):
    """There is no such item."""


class EasWorkflowQueue:
    """`ports.WorkflowQueue` over one EAS service, http(s)://host/api/predict/{service}."""

    def __init__(
        self, *, service_url: str, token: str, timeout_seconds: float, deadline_seconds: float
    ) -> None:
        self._input = service_url.rstrip("/")
        self._sink = f"{self._input}/sink"
        self._token = token
        self._timeout = timeout_seconds
        self._deadline_seconds = deadline_seconds

    def submit(
        self, task_id: str, workflow: bytes, *, tags: Mapping[str, str], urgent: bool
    ) -> QueuedTask:
        """Only what provably did not arrive is posted again: a connection that was never made, or a
        received "not now".
        """
        query = {**tags, "task_id": task_id}
        if urgent:
            query["_priority_"] = "1"
        post = functools.partial(self._post_once, task_id, workflow, query)
        return self._repeat(post)

    def tasks(self, *, after: int = 0, limit: int = 100) -> tuple[WaitingTask, ...]:
        found = self._page(self._input, {"_index_": str(after), "_length_": str(limit)})
        return tuple(WaitingTask(item.index, item.task_id) for item in found)

    def holds(self, index: int) -> bool:
        return self._standing(index) is not None

    def withdraw(self, task_id: str) -> Withdrawal:
        """A tag in a get filters by it. Where a service should ignore that, what came instead is
        not touched and the queue is read on.
        """
        after = 0
        outcome: Withdrawal = "none"
        while True:
            query = {"task_id": task_id, "_index_": str(after), "_length_": "20"}
            page = self._page(self._input, query)
            for item in page:
                if item.task_id == task_id:
                    outcome = self._remove(item.index)
            if not page:
                return outcome
            after = page[-1].index + 1

    def _remove(self, index: int) -> Withdrawal:
        standing = self._standing(index)
        if standing is None:
            return "none"
        if standing.get("IsPending") is True:
            return "running"
        query = {"_indexes_": str(index)}
        self._repeat(functools.partial(self._ask, "DELETE", self._input, query))
        return "removed"

    def _standing(self, index: int) -> Mapping[str, Any] | None:
        query = {"_search_": "true", "_index_": str(index)}
        try:
            answer = self._repeat(functools.partial(self._ask, "GET", self._input, query))
        except _GoneError:
            return None
        return _json_of(answer, dict)

    def results(self, *, after: int = 0, limit: int = 20) -> tuple[SinkMessage, ...]:
        return self._page(self._sink, {"_index_": str(after), "_length_": str(limit)})

    def discard(self, indexes: Sequence[int]) -> None:
        if indexes:
            query = {"_indexes_": ",".join(map(str, indexes))}
            self._repeat(functools.partial(self._ask, "DELETE", self._sink, query))

    def depth(self) -> QueueDepth:
        waiting, results = self._attributes(self._input), self._attributes(self._sink)
        return QueueDepth(
            waiting=_count(waiting, "stream.length"),
            results=_count(results, "stream.length"),
            results_limit=_count(results, "stream.approxMaxLength"),
            payload_limit=_count(waiting, "meta.maxPayloadBytes"),
        )

    def _page(self, url: str, query: Mapping[str, str]) -> tuple[SinkMessage, ...]:
        fixed = {"_timeout_": "0s", "_raw_": "false", "_auto_delete_": "false"}
        answer = self._repeat(functools.partial(self._ask, "GET", url, {**query, **fixed}))
        if answer.status_code == 204 or not answer.content:
            return ()
        frames = _json_of(answer, list)
        return tuple(_message(frame) for frame in frames if isinstance(frame, dict))

    def _attributes(self, url: str) -> Mapping[str, Any]:
        answer = self._repeat(functools.partial(self._ask, "GET", url, {"_attrs_": "true"}))
        return _json_of(answer, dict)

    def _repeat(self, call: Callable[[Deadline], _T]) -> _T:
        return repeat(call, seconds=self._deadline_seconds)

    def _post_once(
        self, task_id: str, workflow: bytes, query: Mapping[str, str], deadline: Deadline
    ) -> QueuedTask:
        transport = BoundedTransport(deadline, timeout_seconds=self._timeout, once=True)
        headers = {"Authorization": self._token, "Content-Type": "application/json"}
        url = f"{self._input}/api_prompt"
        try:
            with session_over(transport) as session:
                answer = session.post(url, params=query, data=workflow, headers=headers)
        except requests.RequestException as error:
            what = f"task {task_id}: {type(error).__name__} while posting"
            if transport.connected:
                raise AmbiguousPostError(what) from error
            raise UpstreamUnavailableError(what) from error
        _check_post(answer, task_id)
        return _queued(answer, task_id)

    def _ask(
        self, method: str, url: str, query: Mapping[str, str], deadline: Deadline
    ) -> requests.Response:
        transport = BoundedTransport(
            deadline, timeout_seconds=self._timeout, max_bytes=_ANSWER_BYTES
        )
        headers = {"Authorization": self._token}
        try:
            with session_over(transport) as session:
                answer = session.request(method, url, params=query, headers=headers)
        except requests.RequestException as error:
            msg = f"GPU queue: {type(error).__name__} on {method}"
            raise UpstreamUnavailableError(msg) from error
        if not 200 <= answer.status_code < 300:
            raise _refusal(answer, f"on {method}")
        return answer


def _check_post(answer: requests.Response, task_id: str) -> None:
    if answer.status_code in {200, 204}:
        return
    if answer.status_code >= 500 and answer.status_code not in _REFUSED_FOR_NOW:
        # A gateway's 502 or 504 says nothing of what stands behind it.
        raise AmbiguousPostError(f"task {task_id}: {answer.status_code} after posting")
    raise _refusal(answer, f"on task {task_id}")


def _refusal(answer: requests.Response, where: str) -> UpstreamError:
    status = answer.status_code
    passing = status in _REFUSED_FOR_NOW or status == 408 or status >= 500
    kind: type[UpstreamError] = UpstreamUnavailableError if passing else UpstreamRejectedError
    special: dict[int, type[UpstreamError]] = {
        401: AccountError,
        403: AccountError,
        404: _GoneError,
    }
    return special.get(status, kind)(f"GPU queue: {status} {where}")


def _queued(answer: requests.Response, task_id: str) -> QueuedTask:
    try:
        index = int(answer.text)
    except ValueError as error:
        msg = f"task {task_id}: posted, but the queue's answer is not an index"
        raise AmbiguousPostError(msg) from error
    return QueuedTask(index=index, request_id=answer.headers.get(_REQUEST_ID, ""))


def _json_of(answer: requests.Response, kind: type[_T]) -> _T:
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise UpstreamUnavailableError("GPU queue: the answer is not JSON") from error
    if not isinstance(body, kind):
        raise UpstreamUnavailableError(f"GPU queue: the answer is not a JSON {kind.__name__}")
    return body


def _message(frame: Mapping[str, Any]) -> SinkMessage:
    """Read one frame, whatever is missing: it must come out, or it would block the sink."""
    given = frame.get("tags")
    tags = {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    body, readable = _decoded(frame.get("data"))
    return SinkMessage(
        index=_count(frame, "index"),
        task_id=tags.get("task_id", "") if readable else "",
        body=body,
        code=_count(tags, "lastCode", otherwise=200),
        tags=tags,
    )


def _decoded(data: object) -> tuple[bytes, bool]:
    if data is None:
        return b"", True
    try:
        return base64.b64decode(str(data), validate=True), True
    except (binascii.Error, ValueError):
        return str(data).encode(), False


def _count(given: Mapping[str, Any], name: str, *, otherwise: int = 0) -> int:
    try:
        return int(given.get(name, otherwise))
    except (TypeError, ValueError, OverflowError):
        return otherwise
