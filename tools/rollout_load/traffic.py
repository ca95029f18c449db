"""The drivers of a rehearsal: which trip is sent in which stage, and what becomes of it after."""

import functools
import json
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from local.stack import ROOT, STATE_BUCKET
from tools.chaos.book import Answered, word_of
from tools.chaos.working import InPool

_TRIPS = ROOT / "examples" / "trips"
_DRIVERS, _FIRST_KM = 7, 10_000
_CAR = "黑色一代"
_BULK, _TEXT, _AGAIN = 0.25, 0.3, 0.1
_AFTER = ("", "", "look", "look", "look", "cancel", "share", "repaint")
_LOOKED_AT = ("/v1/styles", "/v1/vehicles", "/v1/jobs", "/v1/jobs/{job}", "/v1/me/export")
_PATIENCE_SECONDS, _PAUSE = 90.0, 0.3


@dataclass(frozen=True)
class Trip:
    """A trip that is sent `delay` seconds after its stage has begun; a text's body is a str."""

    number: int
    stage: int
    delay: float
    driver: str
    bulk: bool
    again: bool
    after: str
    body: dict[str, Any] | str

    @property
    def word(self) -> str:
        """What stands for the trip in its body."""
        return word_of(_FIRST_KM + self.number)


def planned(seed: str, stages: list[tuple[int, float]]) -> list[Trip]:
    """Draw all trips; each stage has a number of trips and the seconds in which they come."""
    draw, trips = random.Random(f"{seed}/traffic"), list[Trip]()  # noqa: S311 - no secrets
    for stage, (count, seconds) in enumerate(stages):
        for delay in sorted(draw.uniform(0, seconds) for _ in range(count)):
            number = len(trips)
            trips.append(
                Trip(
                    number,
                    stage,
                    delay,
                    f"driver-{draw.randrange(_DRIVERS)}",
                    draw.random() < _BULK,
                    draw.random() < _AGAIN,
                    draw.choice(_AFTER),
                    _body(draw, word_of(_FIRST_KM + number)),
                )
            )
    return trips


def _body(draw: random.Random, kilometres: str) -> dict[str, Any] | str:
    if draw.random() < _TEXT:
        return re.sub(r"(公里數:)[\d.]+", rf"\g<1>{kilometres}", _article())
    return {**draw.choice(_examples()), "distance_km": float(kilometres)}


@functools.cache
def _article() -> str:
    return (_TRIPS / "article_trip.txt").read_text("utf-8")


@functools.cache
def _examples() -> list[dict[str, Any]]:
    """Return all examples, in one car: the stack makes its renders when they are first needed."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(_TRIPS.glob("*.json"))]
    return [{**trip, "vehicle": _CAR} for trip in found]


@dataclass
class Traffic(InPool):
    """Sends the trips of each stage once it has begun; the book has what was answered."""

    at_once = 16
    trips: list[Trip] = field(default_factory=list)

    def begin_stage(self, stage: int) -> None:
        """Let the trips of a stage come."""
        began = time.monotonic()
        for trip in self.trips:
            if trip.stage == stage:
                self.begin(self._drive, trip, began + trip.delay)

    def stop(self) -> None:
        """Send no more."""
        self.door.stopped.set()
        self._pool.shutdown(cancel_futures=True)

    def _drive(self, trip: Trip, moment: float) -> None:
        self.door.stopped.wait(max(0.0, moment - time.monotonic()))
        job_id = self._send(trip)
        if job_id is None:
            return
        if trip.again and self._send(trip) not in {job_id, None}:
            self.book.wrong.append(f"trip {trip.number}: sent again, it became another job")
        if trip.after:
            getattr(self, f"_{trip.after}")(trip, job_id)

    def _send(self, trip: Trip) -> str | None:
        sent_at, scope = time.monotonic(), "service" if trip.bulk else "driver"
        more = {"X-Priority": "bulk", "X-Driver-Id": trip.driver} if trip.bulk else {}
        answer = self.door.ask(
            "POST", "/v1/trips", driver=trip.driver, scope=scope, key=f"trip-{trip.number}",
            body=trip.body, headers=more,
        )  # fmt: skip
        if answer is None:
            return None
        if answer.status_code != 202:
            self.book.wrong.append(f"trip {trip.number}: {answer.status_code} {answer.text[:200]}")
            return None
        job_id, answered = str(answer.json()["job_id"]), time.monotonic()
        self.book.accepted.setdefault(job_id, Answered(trip.driver, trip.word, sent_at, answered))
        return job_id

    def _look(self, trip: Trip, job_id: str) -> None:
        for path in _LOOKED_AT:
            self._ask(trip, "GET", path.format(job=job_id), 200)

    def _cancel(self, trip: Trip, job_id: str) -> None:
        self._ask(trip, "POST", f"/v1/jobs/{job_id}/cancel", 200, 202, 409, body={})

    def _share(self, trip: Trip, job_id: str) -> None:
        self._wait(job_id)
        # 409: nobody can be shown a job that has failed.
        answer = self._ask(trip, "PATCH", f"/v1/jobs/{job_id}", 200, 409, body={"share": True})
        if answer is not None and answer.status_code == 200:
            self.book.shares[job_id] = True

    def _repaint(self, trip: Trip, job_id: str) -> None:
        self._wait(job_id)
        path, sent_at = f"/v1/jobs/{job_id}/repaint", time.monotonic()
        answer = self._ask(trip, "POST", path, 202, key=f"again-{job_id}", body={})
        if answer is not None and answer.status_code == 202:
            told = Answered(trip.driver, trip.word, sent_at, time.monotonic())
            self.book.accepted[str(answer.json()["job_id"])] = told

    def _ask(
        self, trip: Trip, method: str, path: str, *wanted: int, key: str = "", body: Any = None
    ) -> requests.Response | None:
        answer = self.door.ask(method, path, driver=trip.driver, key=key, body=body)
        if answer is not None and answer.status_code not in wanted:
            self.book.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def _wait(self, job_id: str) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        marker = self.rules.data / "oss" / STATE_BUCKET / "open" / job_id
        while marker.exists() and time.monotonic() < end:
            if self.door.stopped.wait(_PAUSE):
                return
