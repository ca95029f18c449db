"""What invokes functions without a caller: objects that change, and time that passes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from local.cloud.fc.host import FunctionHost
from local.cloud.fc.schedule import Cron, Every, parse_schedule
from local.cloud.fc.shapes import oss_event, timer_event
from local.cloud.fc.spec import FunctionSpec, OssTrigger, TimerTrigger
from local.cloud.oss.objects import ObjectEvent


class OssTriggers:
    """Listen to object events and invoke the functions whose trigger fits, asynchronously."""

    def __init__(self, functions: Mapping[str, FunctionSpec], host: FunctionHost) -> None:
        self._host = host
        self._triggers = [
            (function.name, trigger)
            for function in functions.values()
            for trigger in function.oss_triggers
        ]

    def __call__(self, event: ObjectEvent) -> tuple[str, ...]:
        """Handle one event; return the names of the functions it invoked."""
        fitting = [(name, t) for name, t in self._triggers if oss_trigger_fits(t, event)]
        for name, trigger in fitting:
            payload = oss_event(event, account=self._host.account, rule_id=trigger.name)
            self._host.invoke_async(name, payload)
        return tuple(name for name, _ in fitting)


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
        self._host = host
        self._clock = clock
        self._timers = [
            (function.name, trigger)
            for function in functions.values()
            for trigger in function.timer_triggers
        ]
        self._scaled = scale != 1.0
        self._last: dict[int, str] = {}
        self._schedules = [self._schedule(trigger, scale) for _, trigger in self._timers]
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
        found = [(f, trigger) for f, trigger in self._timers if name in {f, trigger.name}]
        if not found:
            raise KeyError(name)
        return tuple(self._fire(function, trigger, self._clock()) for function, trigger in found)

    def _fire(self, function: str, trigger: TimerTrigger, due: datetime) -> str:
        return self._host.invoke_async(function, timer_event(trigger.name, trigger.payload, due))

    def _run(self) -> None:
        start = self._clock()
        due = {
            n: schedule.next_after(start)
            for n, schedule in enumerate(self._schedules)
            if self._timers[n][1].enabled
        }
        while due and not self._stopping.is_set():
            number = min(due, key=lambda n: due[n])
            pause = (due[number] - self._clock()) / timedelta(seconds=1)
            if not self._stopping.wait(max(0.0, pause)):
                if not (self._scaled and self._host.is_unfinished(self._last.get(number, ""))):
                    self._last[number] = self._fire(*self._timers[number], due[number])
                # From the clock, not from the due time: what was missed is not made up for.
                due[number] = self._schedules[number].next_after(max(self._clock(), due[number]))

    @staticmethod
    def _schedule(trigger: TimerTrigger, scale: float) -> Every | Cron:
        schedule = parse_schedule(trigger.cron)
        return Every(schedule.seconds * scale) if isinstance(schedule, Every) else schedule
