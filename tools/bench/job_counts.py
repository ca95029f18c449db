"""What functions do while they run: requests they send, seconds of CPU, how often they are run.

Everything is in one process; a handler's thread says whose a request is. For the comparison
there is `loading_before_each_step`: what the functions would ask for if each step began by
loading the newest record, as the plain way over such records is.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from requests.adapters import HTTPAdapter

from local.cloud.fc.runtime import Handler
from local.cloud.fc.spec import FunctionSpec
from local.own_handlers import load_handler
from local.stack import MOUNT_BUCKET, STATE_BUCKET
from shared.adapters.bucket_job_store import BucketJobStore
from shared.jobs import moving

# By the platform's clock, for all jobs at once.
TIMERS = (
    "drain_queue",
    "sweep_jobs",
    "send_announcements",
    "ingest_upload",
    "regenerate_season",
)


@dataclass(frozen=True)
class Call:
    """One request of a function; `what` is a key, or a prefix that was listed."""

    function: str
    service: str
    method: str
    what: str

    @property
    def is_state(self) -> bool:
        """Say whether it is about records and their like, and not about pictures or vehicles."""
        about = self.what.removeprefix(f"{STATE_BUCKET}/")
        return about != self.what and not about.startswith("results/")


@dataclass
class Counts:
    """All calls in order, and per function the seconds of CPU and the runs."""

    calls: list[Call] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _whose: threading.local = field(default_factory=threading.local)

    def clear(self) -> None:
        with self._lock:
            for each in (self.calls, self.cpu, self.runs):
                each.clear()

    def load(self, function: FunctionSpec) -> Handler:
        """Load a handler that is counted while it runs."""
        name, loaded = function.handler.partition(".")[0], load_handler(function)

        def counted(event: bytes, context: Any) -> object:
            self._whose.function, began = name, time.thread_time()
            try:
                return loaded(event, context)
            finally:
                self._whose.function = ""
                with self._lock:
                    self.cpu[name] += time.thread_time() - began  # type: ignore[assignment]
                    self.runs[name] += 1

        return counted

    @contextmanager
    def listening(self, urls: dict[str, str]) -> Iterator[None]:
        """Note every request that leaves by `requests`, as all SDKs' do here."""
        send, services = HTTPAdapter.send, {urlsplit(url).port: name for name, url in urls.items()}

        def noted(adapter: Any, request: Any, **how: Any) -> Any:
            function = getattr(self._whose, "function", "")
            if function:
                to = urlsplit(request.url)
                service = services.get(to.port, "elsewhere")
                call = Call(function, service, request.method, _what(service, to.path, to.query))
                with self._lock:
                    self.calls.append(call)
            return send(adapter, request, **how)

        vars_of: Any = HTTPAdapter
        vars_of.send = noted
        try:
            yield
        finally:
            vars_of.send = send


def _what(service: str, path: str, query: str) -> str:
    if service != "oss":
        return path
    prefix = parse_qs(query).get("prefix", [""])[0]
    return unquote(path).lstrip("/") + (f"{prefix}*" if prefix else "")


@contextmanager
def loading_before_each_step() -> Iterator[None]:
    """Have every step begin with the newest record, loaded anew, and forget what it knew."""
    plain_peek, plain_move = BucketJobStore.peek, moving.move
    movers = [m for m in list(sys.modules.values()) if getattr(m, "move", None) is plain_move]
    store: Any = BucketJobStore

    def always(job_id: str, decide: Callable[..., Any], *, jobs: Any, known: Any = None) -> Any:
        del known
        return plain_move(job_id, decide, jobs=jobs)

    store.peek = BucketJobStore.load
    for module in movers:
        vars(module)["move"] = always
    try:
        yield
    finally:
        store.peek = plain_peek
        for module in movers:
            vars(module)["move"] = plain_move


def place(what: str) -> str:
    """Return where a key lies, without ids."""
    bucket, _, key = what.partition("/")
    named = {STATE_BUCKET: "state", MOUNT_BUCKET: "mount"}.get(bucket, bucket)
    return f"{named}:{key}"
