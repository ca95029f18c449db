"""What invokes functions without a caller: objects that change, and time that passes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from local.cloud.fc.host import FunctionHost
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.schedule import Cron, Every, parse_schedule
from local.cloud.fc.shapes import oss_event, timer_event
from local.cloud.fc.spec import FunctionSpec, OssTrigger, TimerTrigger
from local.cloud.oss.objects import ObjectEvent

_Timer = tuple[str, TimerTrigger]
_LOOK_SECONDS = 1.0


class OssTriggers:
    """Listen to object events and invoke the functions whose trigger fits, asynchronously."""

    def __init__(self, functions: Mapping[str, FunctionSpec], host: FunctionHost) -> None:
        self._functions, self._host = functions, host

    def __call__(self, event: ObjectEvent) -> tuple[str, ...]:
        """Handle one event; return the names of the functions it invoked."""
        fitting = [
            (reference, trigger)
            for reference, function in self._functions.items()
            for trigger in function.oss_triggers
            if oss_trigger_fits(trigger, event)
        ]
        for reference, trigger in fitting:
            payload = oss_event(event, account=self._host.account, rule_id=trigger.name)
            self._host.invoke_async(reference, payload)
        return tuple(reference for reference, _ in fitting)


def oss_trigger_fits(trigger: OssTrigger, event: ObjectEvent) -> bool:
    """Compare bucket, event name (a trailing `*` stands for all), prefix and suffix."""
    if event.bucket != trigger.bucket:
        return False
    name = "oss:" + event.event_name.removeprefix("oss:")
    starts = tuple(each[:-1] for each in trigger.events if each.endswith("*"))
    if name not in trigger.events and not name.startswith(starts):
        return False
    return event.key.startswith(trigger.prefix) and event.key.endswith(trigger.suffix)


class Timers:
    """Invoke functions when their timers come due.

    `scale` stretches the pauses of `@every`: with 1/60 a minute passes in a second. A run takes as
    long as ever, so a scaled timer waits for its last event to end instead of piling them up.
    Cron expressions keep to the clock.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionSpec],
        host: FunctionHost,
        *,
        clock: Callable[[], datetime],
        scale: float = 1.0,
    ) -> None:
        self._functions, self._host = functions, host
        self._clock, self._scale = clock, scale
        self._last: dict[_Timer, str] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fc-timers", daemon=True)

    def start(self) -> Timers:
        """Let time pass for the timers that are enabled."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop all timers."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def fire(self, name: str) -> tuple[str, ...]:
        """Fire a function's timers, or the one named so, now; the request ids, or KeyError."""
        found = [each for each in self._timers() if name in {each[0], each[1].name}]
        if not found:
            raise KeyError(name)
        return tuple(self._fire(each, self._clock()) for each in found)

    def _timers(self) -> list[_Timer]:
        return [
            (reference, trigger)
            for reference, function in self._functions.items()
            for trigger in function.timer_triggers
        ]

    def _fire(self, timer: _Timer, due: datetime) -> str:
        reference, trigger = timer
        return self._host.invoke_async(reference, timer_event(trigger.name, trigger.payload, due))

    def _run(self) -> None:
        due: dict[_Timer, datetime] = {}
        while not self._stopping.is_set():
            now = self._clock()
            enabled = [each for each in self._timers() if each[1].enabled]
            due = {each: due.get(each) or self._next(each, now) for each in enabled}
            timer = min(due, key=lambda each: due[each], default=None)
            pause = (due[timer] - now) / timedelta(seconds=1) if timer else math.inf
            # Timers that are deployed meanwhile count too.
            stopped = self._stopping.wait(min(max(0.0, pause), _LOOK_SECONDS))
            if timer and pause <= _LOOK_SECONDS and not stopped:
                self._take(timer, due)

    def _take(self, timer: _Timer, due: dict[_Timer, datetime]) -> None:
        if self._scale == 1.0 or not self._host.is_unfinished(self._last.get(timer, "")):
            with suppress(RefusedError):  # removed just now
                self._last[timer] = self._fire(timer, due[timer])
        # From the clock, not from the due time: what was missed is not made up for.
        due[timer] = self._next(timer, max(self._clock(), due[timer]))

    def _next(self, timer: _Timer, after: datetime) -> datetime:
        schedule: Every | Cron = parse_schedule(timer[1].cron)
        if isinstance(schedule, Every):
            schedule = Every(schedule.seconds * self._scale)
        return schedule.next_after(after)
