"""Run the functions of a stack: synchronously, and asynchronously with all that FC promises."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from local.cloud.fc.context import Account, ContextFactory
from local.cloud.fc.deliveries import Deliveries, Delivery
from local.cloud.fc.event_files import AsyncEvent, EventFiles, TaskIds, check_task_id
from local.cloud.fc.history import History, Invocation
from local.cloud.fc.refusals import MAX_ASYNC_BYTES, RefusedError, too_large
from local.cloud.fc.running import HandlerLoader, InvocationResult, Runner
from local.cloud.fc.runtime import Handler
from local.cloud.fc.shapes import Ended, destination_event
from local.cloud.fc.spec import FunctionSpec
from local.cloud.fc.web_instances import WebInstances
from local.cloud.fc.web_requests import Exchange, WebRun

EXPIRED = "EventAgeExceeded"


class FunctionHost:
    """Function Compute for one stack; state is plain files under `root`.

    Accepted events run at least once, also after a restart. `retry_base_s` is the first pause
    before a retry and doubles with each. `duplicate_every=n` runs every n-th event twice, by turns
    at once and one after the other. `web` runs web functions, `load` finds what runs the others.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionSpec],
        *,
        root: Path,
        context_factory: ContextFactory,
        clock: Callable[[], datetime],
        load: HandlerLoader,
        retry_base_s: float = 0.2,
        duplicate_every: int | None = None,
        parallel: int = 8,
        web: WebInstances | None = None,
    ) -> None:
        self.account: Account = context_factory.account
        self.contexts, self._load, self._web = context_factory, load, web
        self._functions = functions
        self._clock = clock
        self._runner = Runner(self._loaded, context_factory)
        self._retry_base_s = retry_base_s
        self._duplicate_every = duplicate_every
        self._accepted = 0
        # Held while an end is recorded, so that a stopped host leaves its files alone.
        self._recording = threading.Lock()
        self._stopped = False
        self._files = EventFiles(root / "events")
        self._task_ids = TaskIds(root / "tasks")
        self._history = History(root / "invocations.jsonl")
        self._deliveries = Deliveries(self._cap)
        self._workers = [
            threading.Thread(target=self._work, name=f"fc-worker-{n}", daemon=True)
            for n in range(parallel)
        ]
        self._take_up_unfinished()

    def start(self) -> FunctionHost:
        """Begin to run asynchronous events."""
        for worker in self._workers:
            worker.start()
        return self

    def stop(self, *, grace_s: float = 5.0) -> None:
        """Stop taking events; those still running after the grace run again at the next start."""
        self._deliveries.close()
        deadline = time.monotonic() + grace_s
        for worker in self._workers:
            if worker.is_alive():
                worker.join(max(0.0, deadline - time.monotonic()))
        with self._recording:
            self._stopped = True

    def __enter__(self) -> FunctionHost:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def function(self, name: str) -> FunctionSpec:
        """Return a function by its reference; raise RefusedError 404 for any other."""
        if (function := self._functions.get(name)) is not None:
            return function
        bare, _, qualifier = name.partition(".")
        if not qualifier or bare not in self._functions:
            raise RefusedError(404, "FunctionNotFound", f"function '{bare}' does not exist")
        kind = "version" if qualifier.isdigit() else "alias"
        message = f"{kind} '{qualifier}' of function '{bare}' does not exist"
        raise RefusedError(404, f"{kind.title()}NotFound", message)

    def _cap(self, name: str) -> int | None:
        function = self._functions.get(name)
        cap = function.reserved_concurrency if function else None
        return cap * function.concurrency if function and cap and function.is_web else cap

    def _loaded(self, function: FunctionSpec) -> Handler:
        if not function.is_web:
            return self._load(function)
        return WebRun(self.web, function, self.contexts.account_of(function))

    @property
    def web(self) -> WebInstances:
        """What runs the web functions."""
        if self._web is None:
            raise RuntimeError("this host was given nothing that runs web functions")
        return self._web

    def open_web(self, name: str, request_id: str) -> Exchange:
        """Take an instance of a web function for a request; raise RefusedError where FC refuses."""
        function, event = self._entered(name, b"", request_id)

        def ended(ms: int, wrong: RefusedError | None) -> None:
            self._deliveries.leave(name)
            self._history.add_request(event, ms, wrong)

        try:
            return Exchange(self.web, function, ended)
        except RefusedError as refusal:
            ended(0, refusal)
            raise

    def _entered(self, name: str, payload: bytes, known: str) -> tuple[FunctionSpec, AsyncEvent]:
        """Take a place for a run that somebody waits for."""
        function = self.function(name)
        if not self._deliveries.enter(name):
            raise RefusedError(429, "ResourceExhausted", f"'{name}' is at its reserved concurrency")
        return function, AsyncEvent(known, name, payload, None, self._clock())

    def invoke_sync(
        self, name: str, payload: bytes, *, request_id: str | None = None
    ) -> InvocationResult:
        """Run a function and return what it answered; raise RefusedError where FC refuses.

        The front doors bound the payload: FC's limit is one of request bodies, not of events.
        """
        function, event = self._entered(name, payload, request_id or new_request_id())
        try:
            result = self._runner.run(function, payload, event.request_id)
        finally:
            self._deliveries.leave(name)
        self._history.add_run(event, "sync", event.accepted, result)
        return result

    def invoke_async(
        self,
        name: str,
        payload: bytes,
        task_id: str | None = None,
        *,
        request_id: str | None = None,
    ) -> str:
        """Accept an event and return its request id; raise RefusedError where FC refuses.

        Refused are unknown functions (404), more than 128 KB (400) and a used task id (409).
        """
        self.function(name)
        if len(payload) > MAX_ASYNC_BYTES:
            raise too_large(MAX_ASYNC_BYTES)
        if task_id is not None:
            check_task_id(task_id)
        event = AsyncEvent(request_id or new_request_id(), name, payload, task_id, self._clock())
        # The event is on disk before its task id is taken: a crash in between loses neither.
        self._files.save(event)
        if not self._task_ids.claim(event):
            self._files.remove(event)
            raise RefusedError(
                409, "StatefulAsyncInvocationAlreadyExists", f"task id '{task_id}' was used before"
            )
        self._deliveries.put(*self._first_deliveries(event))
        return event.request_id

    def is_unfinished(self, request_id: str) -> bool:
        """Tell whether an accepted event still waits, runs or is to be retried."""
        return self._files.has(request_id)

    def drain(self, timeout_s: float) -> bool:
        """Wait until no asynchronous event waits or runs; False when that took too long."""
        return self._deliveries.wait_idle(timeout_s)

    def invocations(self) -> tuple[Invocation, ...]:
        """Return the log of all runs, oldest first."""
        return self._history.read()

    def _take_up_unfinished(self) -> None:
        for event in self._files.read():
            if not self._task_ids.claim(event):
                self._files.remove(event)  # was never accepted: another has its task id
            elif event.function in self._functions:
                self._deliveries.put(Delivery(event))

    def _first_deliveries(self, event: AsyncEvent) -> tuple[Delivery, ...]:
        with self._recording:
            self._accepted += 1
            count, every = self._accepted, self._duplicate_every
        if not every or count % every:
            return (Delivery(event),)
        if count // every % 2:
            return Delivery(event), Delivery(event, duplicate=True)
        return (Delivery(event, repeat_after=True),)

    def _work(self) -> None:
        while (delivery := self._deliveries.take()) is not None:
            try:
                self._deliver(delivery)
            finally:
                self._deliveries.done(delivery)

    def _deliver(self, delivery: Delivery) -> None:
        event, started = delivery.event, self._clock()
        function = self._functions.get(event.function)
        if function is None:  # deleted since
            self._history.add_end(event, started, "FunctionNotFound", "FunctionNotFound")
            self._files.remove(event)
            return
        age_limit = timedelta(seconds=function.async_config.max_event_age_s)
        expired = started - event.accepted > age_limit
        result = None if expired else self._runner.run(function, event.payload, event.request_id)
        with self._recording:
            if self._stopped:
                return
            self._record(delivery, started, result)
            if not delivery.duplicate:
                self._settle(event, function, result)
        if delivery.repeat_after:
            self._deliveries.put(Delivery(event, duplicate=True))

    def _record(
        self, delivery: Delivery, started: datetime, result: InvocationResult | None
    ) -> None:
        event, duplicate = delivery.event, delivery.duplicate
        if result is None:
            self._history.add_end(event, started, "EventExpired", EXPIRED)
        else:
            self._history.add_run(event, "async", started, result, duplicate=duplicate)

    def _settle(
        self, event: AsyncEvent, function: FunctionSpec, result: InvocationResult | None
    ) -> None:
        config = function.async_config
        ended = event if result is None else replace(event, attempts=event.attempts + 1)
        if result is None:
            self._notify(config.on_failure, ended, EXPIRED, None)
        elif result.error_type is None:
            self._notify(config.on_success, ended, "", result)
        elif event.attempts < config.retries:
            self._files.save(ended)
            pause = self._retry_base_s * 2**event.attempts
            self._deliveries.put(Delivery(ended, due=time.monotonic() + pause))
            return
        else:
            self._notify(config.on_failure, ended, result.error_type, result)
        self._files.remove(event)

    def _notify(
        self,
        destination: str | None,
        event: AsyncEvent,
        condition: str,
        result: InvocationResult | None,
    ) -> None:
        if destination is None:
            return
        ended = Ended(
            function=event.function,
            request_id=event.request_id,
            condition=condition,
            attempts=event.attempts,
            function_error=(result and result.error_type) or "",
            request_payload=event.payload,
            response_payload=result.body if result else b"",
        )
        now = self._clock()
        payload = destination_event(ended, account=self.account, now=now)
        notice = AsyncEvent(new_request_id(), destination, payload, None, now)
        if len(payload) > MAX_ASYNC_BYTES:
            # FC drops it too, and only a metric knows; here the log does.
            self._history.add_end(
                notice, now, "DestinationRefused", str(too_large(MAX_ASYNC_BYTES))
            )
            return
        self._files.save(notice)
        self._deliveries.put(Delivery(notice))


def new_request_id() -> str:
    """Make a request id in FC's form."""
    return f"1-{uuid.uuid4()}"
