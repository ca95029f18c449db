"""The drivers: they send each trip until it is accepted, some twice, and cancel a few."""

from __future__ import annotations

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from local.stack import ROOT

if TYPE_CHECKING:
    from concurrent.futures import Future

    from local.keys import LocalKeys
    from scripts.chaos.rules import ChaosRules

_TRIP = ROOT / "examples" / "trips" / "may_day.json"
_DRIVERS, _AT_ONCE = 20, 6
_TIMEOUT_SECONDS, _LONGEST_PAUSE = 12.0, 2.0
_SENT_AGAIN, _CANCELLED, _SHARED = 0.15, 0.05, 0.6


@dataclass
class Drivers:
    """Trips by number; `accepted` maps each to its job once the answer 202 has come."""

    rules: ChaosRules
    url: str
    keys: LocalKeys
    accepted: dict[int, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    retried: int = 0
    cancelled: int = 0
    _stopped: threading.Event = field(default_factory=threading.Event)
    _all: list[Future[None]] = field(default_factory=list)

    def start(self) -> None:
        """Begin to send, some at once."""
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="driver")
        self._all = [pool.submit(self._drive, number) for number in range(self.rules.jobs)]
        pool.shutdown(wait=False)

    def are_done(self) -> bool:
        """Say whether every trip has been accepted."""
        return all(each.done() for each in self._all)

    def stop(self) -> None:
        """Send no more."""
        self._stopped.set()
        for each in self._all:
            each.cancel()

    def _drive(self, number: int) -> None:
        draw = random.Random(f"{self.rules.seed}/trip/{number}")  # noqa: S311 - no secrets
        trip = json.loads(_TRIP.read_text("utf-8"))
        trip["share"] = draw.random() < _SHARED
        trip["distance_km"] = 100 + number
        job_id = self._send(number, trip)
        if job_id is None:
            return
        self.accepted[number] = job_id
        if draw.random() < _SENT_AGAIN and self._send(number, trip) not in {job_id, None}:
            self.wrong.append(f"trip {number}: sent again, it became another job")
        if draw.random() < _CANCELLED:
            self._stopped.wait(draw.uniform(0.0, 20.0))
            self._post(number, f"/v1/jobs/{job_id}/cancel", {})
            self.cancelled += 1

    def _send(self, number: int, trip: dict[str, Any]) -> str | None:
        answer = self._post(number, "/v1/trips", trip)
        if answer is None:
            return None
        if answer.status_code != 202:
            self.wrong.append(f"trip {number}: {answer.status_code} {answer.text[:200]}")
            return None
        return str(answer.json()["job_id"])

    def _post(self, number: int, path: str, body: dict[str, Any]) -> requests.Response | None:
        """Post until there is an answer that another try would not change."""
        headers = {
            "Authorization": f"Bearer {self.keys.token(f'driver-{number % _DRIVERS}')}",
            "Idempotency-Key": f"trip-{number}",
        }
        while not self._stopped.is_set():
            pause = 0.3
            try:
                answer = requests.post(
                    self.url + path, json=body, headers=headers, timeout=_TIMEOUT_SECONDS
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
            self._stopped.wait(pause)
        return None
