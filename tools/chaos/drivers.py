"""The drivers: they send each trip until it is accepted, and think better of some afterwards."""

import json
import random
import time
from typing import Any

from local.stack import ROOT, STATE_BUCKET
from tools.chaos.book import DRIVERS, LEAVER, Answered, word_of
from tools.chaos.campaigner import place_of_season
from tools.chaos.second_thoughts import SecondThoughts
from tools.chaos.working import InPool

TRIP = ROOT / "examples" / "trips" / "may_day.json"
_MOST_OPEN, _PAUSE = 36, 0.5
_SENT_AGAIN, _NOT_SHARED, _FIRST_KM = 0.15, (2, 4), 10_000


class Drivers(InPool):
    """Trips by number; the book has each job once the answer 202 has come."""

    at_once = 6

    def __post_init__(self) -> None:
        super().__post_init__()
        self.later = SecondThoughts(self.rules, self.door, self.book)

    def start(self) -> None:
        for number in range(self.rules.jobs):
            self.begin(self._drive, number)

    def tend(self) -> None:
        """Let those act who have waited for something."""
        self.later.tend()

    def are_done(self) -> bool:
        """Say whether every trip has been accepted, and nobody wants anything more."""
        return super().are_done() and self.later.are_done()

    def stop(self) -> None:
        self.door.stopped.set()
        for each in self._begun:
            each.cancel()

    def failures(self) -> list[str]:
        """Return what has gone wrong with them, the first time or later."""
        return super().failures() + self.later.failures()

    def _drive(self, number: int) -> None:
        draw = random.Random(f"{self.rules.seed}/trip/{number}")  # noqa: S311 - no secrets
        self._wait_for_room()
        trip = json.loads(TRIP.read_text("utf-8"))
        place = {"city": place_of_season()[0], "weather": "晴"}
        trip.update(start=place, end=place, via=[])
        trip["share"] = number % 5 not in _NOT_SHARED
        trip["distance_km"] = float(word_of(_FIRST_KM + number))
        job_id = self._send(number, trip)
        if job_id is None:
            return
        if draw.random() < _SENT_AGAIN and self._send(number, trip) not in {job_id, None}:
            self.book.wrong.append(f"trip {number}: sent again, it became another job")
        self.later.consider(number, job_id, shared=trip["share"], draw=draw)

    def _wait_for_room(self) -> None:
        """Leave the stack time for what is under way: a queue that starves shows nothing."""
        folder = self.rules.data / "oss" / STATE_BUCKET / "open"
        while folder.is_dir() and len(list(folder.iterdir())) >= _MOST_OPEN:
            if self.door.stopped.wait(_PAUSE):
                return

    def _send(self, number: int, trip: dict[str, Any]) -> str | None:
        driver, sent_at = f"driver-{number % DRIVERS}", time.monotonic()
        answer = self.door.ask("POST", "/v1/trips", driver=driver, key=f"trip-{number}", body=trip)
        excused = {410} if driver == LEAVER else ()
        answer = self.book.expected(answer, f"trip {number}", 202, excused=excused)
        if answer is None:
            return None
        job_id = str(answer.json()["job_id"])
        word = word_of(_FIRST_KM + number)
        self.book.accepted.setdefault(job_id, Answered(driver, word, sent_at, time.monotonic()))
        return job_id
