"""How everybody outside asks: again and again, until an answer comes that no other try changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
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
    ) -> requests.Response | None:
        """Return the answer, None when the run is over before there is one."""
        headers = {"Authorization": f"Bearer {self.keys.token(driver, scope)}"}
        if key:
            headers["Idempotency-Key"] = key
        while not self.stopped.is_set():
            pause = _PAUSE
            try:
                answer = requests.request(
                    method, self.url + path, json=body, headers=headers, timeout=_TIMEOUT_SECONDS
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
