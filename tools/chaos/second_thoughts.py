"""What drivers want of a poster later: cancelled, painted anew, shown, hidden, erased, all gone."""

import random
import time
from collections.abc import Callable

from local.stack import STATE_BUCKET
from tools.chaos.book import DRIVERS, LEAVER, Answered
from tools.chaos.working import InPool

_LONGEST_SECONDS = 20.0
_STYLES = ("ink_wash", "gouache", "night_neon")
# Of every ten trips; one in two that would be cancelled is not.
_CANCELLED, _REPAINTED, _CHANGED, _ERASED = 7, (1, 9), (2, 6), 4
_NOT_THERE = frozenset({404, 410})


class SecondThoughts(InPool):
    """Each waits for its moment: some seconds, or until the job has ended."""

    at_once = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        # All of one driver goes once a third of the trips has been accepted, if it has any.
        self._waiting: list[tuple[Callable[[], bool], Callable[[], None]]] = [
            (self._is_time_to_leave, self._leave)
        ]

    def consider(self, number: int, job_id: str, *, shared: bool, draw: random.Random) -> None:
        """Let a driver think better of a trip; what, is by its number, when, is drawn."""
        at_end = self._when_closed(job_id)
        soon = self._in(draw.uniform(0.0, min(_LONGEST_SECONDS, self.rules.seconds)))
        kind, back = number % 10, draw.random() < 0.5
        driver, early = f"driver-{number % DRIVERS}", draw.random() < 0.3
        if number % 20 == _CANCELLED:
            self._waiting.append((soon, lambda: self._cancel(driver, job_id)))
        elif kind in _REPAINTED:
            style = draw.choice(_STYLES)
            self._waiting.append((at_end, lambda: self._repaint(driver, job_id, style)))
        elif kind in _CHANGED:
            wishes = (not shared, shared) if back else (not shared,)
            moment = soon if early else at_end
            self._waiting.append((moment, lambda: self._share(driver, job_id, wishes)))
        elif kind == _ERASED:
            moment = soon if early else at_end
            self._waiting.append((moment, lambda: self._erase(driver, job_id, number)))

    def tend(self) -> None:
        """Begin what has its moment now."""
        due = [each for each in list(self._waiting) if each[0]()]
        for each in due:
            self._waiting.remove(each)
            self.begin(each[1])

    def are_done(self) -> bool:
        """Say whether nobody waits or asks any more."""
        return not self._waiting and super().are_done()

    def _cancel(self, driver: str, job_id: str) -> None:
        answer = self.door.ask("POST", f"/v1/jobs/{job_id}/cancel", driver=driver, body={})
        self.book.expected(answer, "cancel", 200, 202, 409, excused=self._excused(driver))
        self.book.cancelled += 1

    def _repaint(self, driver: str, job_id: str, style: str) -> None:
        sent_at, path = time.monotonic(), f"/v1/jobs/{job_id}/repaint"
        found = set()
        for _ in range(2):
            answer = self.door.ask(
                "POST", path, driver=driver, key=f"again-{job_id}", body={"style": style}
            )
            answer = self.book.expected(answer, "repaint", 202, excused=self._excused(driver))
            if answer is None:
                return
            found.add(str(answer.json()["job_id"]))
        if len(found) != 1 or job_id in found:
            self.book.wrong.append(f"repaint of {job_id}: it became {sorted(found)}")
        word = self.book.accepted[job_id].word
        for each in found:
            self.book.accepted[each] = Answered(driver, word, sent_at, time.monotonic())
        self.book.repainted += 1

    def _share(self, driver: str, job_id: str, wishes: tuple[bool, ...]) -> None:
        for wish in wishes:
            path, body = f"/v1/jobs/{job_id}", {"share": wish}
            answer = self.door.ask("PATCH", path, driver=driver, body=body)
            # 409: nobody can be shown a job that has failed.
            answer = self.book.expected(answer, "share", 200, 409, excused=self._excused(driver))
            if answer is None:
                return
            if answer.status_code == 200:
                self.book.shares[job_id] = wish
                self.book.share_changes += 1
            self.door.stopped.wait(1.0)

    def _erase(self, driver: str, job_id: str, number: int) -> None:
        for _ in range(2):
            answer = self.door.ask("DELETE", f"/v1/jobs/{job_id}", driver=driver)
            excused = self._excused(driver) & {404}
            if self.book.expected(answer, "erase", 202, excused=excused) is None:
                return
            self.book.erased.add(job_id)
        late = self.door.ask("GET", f"/v1/jobs/{job_id}", driver=driver)
        if late is not None and late.status_code != 404:
            self.book.wrong.append(f"trip {number}: erased, and read_job says {late.status_code}")

    def _is_time_to_leave(self) -> bool:
        own = [each for each in self.book.accepted.values() if each.driver == LEAVER]
        wanted = self.rules.jobs // 3 if own else self.rules.jobs
        if len(self.book.accepted) < wanted:
            return False
        since = own[0].answered_at if own else 0.0
        return time.monotonic() >= since + 2 * self.book.margin

    def _leave(self) -> None:
        self.book.asked = time.monotonic()
        answer = self.door.ask("DELETE", "/v1/me", driver=LEAVER)
        if self.book.expected(answer, "erase everything", 202) is not None:
            self.book.left = time.monotonic()

    def _excused(self, driver: str) -> frozenset[int]:
        """Return what else may be answered: LEAVER's jobs may have gone meanwhile."""
        return _NOT_THERE if driver == LEAVER and self.book.asked is not None else frozenset()

    def _in(self, seconds: float) -> Callable[[], bool]:
        end = time.monotonic() + seconds
        return lambda: time.monotonic() >= end

    def _when_closed(self, job_id: str) -> Callable[[], bool]:
        marker = self.rules.data / "oss" / STATE_BUCKET / "open" / job_id
        return lambda: not marker.exists()
