"""How many trips a second are accepted on loopback, and what happens at twice that rate.

paint_trip is off: the platform accepts invocations and runs none. Everything else is as in the
local stack, in one process: functions, object storage, clients. Sending keeps to a plan whatever
the answers do (open loop), and a request's time counts from when it was due.
"""

import itertools
import json
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests

from local.options import StackOptions
from local.printed import command_console
from local.stack import ROOT, STATE_BUCKET, LocalStack
from tools.bench.own_process import load, log_errors_alone, memory_mb

_TRIP = json.loads((ROOT / "examples" / "trips" / "may_day.json").read_bytes())
_CLIENTS, _DRIVERS, _GOAL_MS, _PROBE_SECONDS = 64, 100, 300.0, 6.0
_OUT = command_console()


@dataclass
class Answers:
    """What came back: times in ms, statuses, and the jobs of each key that was accepted."""

    ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    jobs: dict[str, set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def p99(self) -> float:
        """Return the time that one in a hundred exceeds."""
        return sorted(self.ms)[int(len(self.ms) * 0.99)] if self.ms else float("inf")


class _Own(threading.local):
    """What each thread has for itself."""

    def __init__(self) -> None:
        self.session = requests.Session()


class Load:
    """Sends trips at a rate; every key is used by one driver."""

    def __init__(self, stack: LocalStack) -> None:
        self._url = f"{stack.urls['app']}/v1/trips"
        self._tokens = [stack.keys.token(f"driver-{n}") for n in range(_DRIVERS)]
        self._numbers = itertools.count()
        self._own = _Own()

    def send(self, rate: float, seconds: float, *, duplicates: bool = False) -> Answers:
        """Send at `rate` a second; with `duplicates`, every second request repeats the one before.

        The two of a pair are due at the same moment.
        """
        first, count = next(self._numbers), int(rate * seconds)
        start, answers = time.monotonic(), Answers()

        def one(n: int) -> None:
            pair = n - n % 2 if duplicates else n
            self._one(f"run{first}-{pair}", start + pair / rate, answers)

        with ThreadPoolExecutor(_CLIENTS) as clients:
            list(clients.map(one, range(count)))
        return answers

    def _one(self, key: str, due: float, answers: Answers) -> None:
        time.sleep(max(0.0, due - time.monotonic()))
        number = int(key.rpartition("-")[2])
        headers = {
            "Authorization": f"Bearer {self._tokens[number % _DRIVERS]}",
            "Idempotency-Key": key,
        }
        try:
            answer = self._own.session.post(self._url, json=_TRIP, headers=headers, timeout=60)
            status = str(answer.status_code)
            job = answer.json().get("job_id", "") if status == "202" else ""
        except requests.RequestException as error:
            status, job = type(error).__name__, ""
        with answers.lock:
            answers.ms.append((time.monotonic() - due) * 1000)
            answers.statuses[status] += 1
            if job:
                answers.jobs.setdefault(key, set()).add(job)


def highest_rate(load: Load, start: float) -> float:
    """Return the highest rate of a ladder of steps of a quarter with p99 under the goal."""
    rate, best = start, 0.0
    while True:
        found = load.send(rate, _PROBE_SECONDS)
        fine = found.p99() < _GOAL_MS and set(found.statuses) == {"202"}
        _OUT.print(f"{rate:7.1f}/s  p99 {found.p99():7.0f} ms  {dict(found.statuses)}")
        if fine:
            rate, best = rate * 1.25, rate
        elif best:
            return best
        elif rate < 1:
            return rate
        else:
            rate /= 2


def check(stack: LocalStack, answers: Answers) -> dict[str, int]:
    """Compare what was answered with what is stored."""
    folder = stack.objects.folder(STATE_BUCKET)
    jobs = {job for found in answers.jobs.values() for job in found}
    return {
        "accepted keys": len(answers.jobs),
        "jobs": len(jobs),
        "lost": sum(not (folder / "jobs" / job / "000001.json").exists() for job in jobs),
        "keys with two jobs": sum(len(found) > 1 for found in answers.jobs.values()),
        "jobs with two keys": len(answers.jobs) - len(jobs),
        "answers other than 202 and 429": answers.statuses.total()
        - answers.statuses["202"]
        - answers.statuses["429"],
    }


def main(*, seconds: float, start: float) -> None:
    """Find the rate from a first one on, double it for some seconds, print both."""
    log_errors_alone()
    options = StackOptions(timer_scale=1000.0, parallel=0, least_instances=1000)
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(folder), options) as stack:
        sender = Load(stack)
        sender.send(5, 2)
        rate = highest_rate(sender, start)
        _OUT.print(f"highest rate with p99 under {_GOAL_MS:.0f} ms: {rate:.1f} a second")
        sender.send(2 * rate, 5, duplicates=True)
        before = memory_mb()
        found = sender.send(2 * rate, seconds, duplicates=True)
        after = memory_mb()
        _OUT.print(f"{2 * rate:.1f} a second for {seconds:.0f} s, half of them duplicates:")
        _OUT.print(f"  answers {dict(found.statuses)}, p99 {found.p99():.0f} ms")
        _OUT.print("  " + ", ".join(f"{name} {n}" for name, n in check(stack, found).items()))
        _OUT.print(f"  memory of the process {before} MB before, {after} MB after")
    _OUT.print(f"  on {load()}")
