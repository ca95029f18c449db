"""How everybody outside asks: again and again, until an answer comes that no other try changes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from local.own_keys import LocalKeys

# Longer than an HTTP function may run: a request that was given up on never takes effect later.
_TIMEOUT_SECONDS, _LONGEST_PAUSE, _PAUSE = 35.0, 2.0, 0.3


@dataclass
class Door:
    """The HTTP interface as drivers and reviewers reach it."""

    url: str
    keys: LocalKeys
    refused: int = 0
    retried: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(
        self,
        method: str,
        path: str,
        *,
        driver: str,
        scope: str = "driver",
        key: str = "",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response | None:
        """Return the answer, None when the run is over before there is one.

        A body is sent as JSON, but a str as the text that it is.
        """
        told = {"Authorization": f"Bearer {self.keys.token(driver, scope)}", **(headers or {})}
        if key:
            told["Idempotency-Key"] = key
        text = body.encode() if isinstance(body, str) else None
        if text is not None:
            told["Content-Type"] = "text/plain; charset=utf-8"
        while not self.stopped.is_set():
            pause = _PAUSE
            try:
                answer = requests.request(
                    method,
                    self.url + path,
                    data=text,
                    json=None if text else body,
                    headers=told,
                    timeout=_TIMEOUT_SECONDS,
                )
                answer.json()
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                if answer.status_code == 429:
                    self.refused += 1
                    pause = min(_LONGEST_PAUSE, float(answer.headers.get("Retry-After", 1)))
            except (requests.RequestException, ValueError):
                pass
            self.retried += 1
            self.stopped.wait(pause)
        return None
