"""One GPU instance: takes an item, runs it, writes the answer, commits."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping

import requests

from local.cloud.eas.errors import QueueFullError
from local.cloud.eas.item import QueueItem
from local.cloud.eas.service import EasService, RunOutcome

Engine = Callable[[bytes, Mapping[str, str]], RunOutcome]

_log = logging.getLogger(__name__)
_CONTAINER_SECONDS = 600.0


def _engine_at(url: str) -> Engine:
    def run(data: bytes, tags: Mapping[str, str]) -> RunOutcome:
        answer = requests.post(url, data=data, params=dict(tags), timeout=_CONTAINER_SECONDS)
        return RunOutcome(answer.status_code, answer.content)

    return run


class EasConsumer:
    """One thread, window 1, as the platform starts one inference process per instance.

    The engine gets an item's data and tags, or is the URL of a container that gets them as a POST.
    Whatever it raises is a crash of the instance: the item is delivered again, at most
    `max_delivery` times altogether, and the instance starts afresh.
    """

    def __init__(
        self, service: EasService, engine: Engine | str, *, idle_poll_seconds: float = 0.1
    ) -> None:
        self.consumer_id = f"eas.{uuid.uuid4().hex[:12]}"
        self._service = service
        self._run = _engine_at(engine) if isinstance(engine, str) else engine
        self._idle_poll_seconds = idle_poll_seconds
        self._ending = threading.Event()
        self._killed = False
        self._answering = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=self.consumer_id, daemon=True)

    def start(self) -> EasConsumer:
        """Begin to consume."""
        self._service.join(self.consumer_id)
        self._thread.start()
        return self

    def stop(self, *, timeout_seconds: float = 10.0) -> None:
        """End after the item in hand; when that takes too long, abandon it."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)
        self.kill()

    def kill(self) -> None:
        """Lose the instance at once: its item goes to another one, its answer is never sent."""
        self._ending.set()
        with self._answering:
            self._killed = True
            self._note_dropped(self._service.leave(self.consumer_id))

    def _work(self) -> None:
        while not self._ending.is_set():
            item = self._take()
            if item is None:
                self._ending.wait(self._idle_poll_seconds)
            else:
                self._process(item)

    def _take(self) -> QueueItem | None:
        with self._answering:
            return None if self._killed else self._service.take(self.consumer_id)

    def _process(self, item: QueueItem) -> None:
        try:
            outcome = self._run(item.data, item.tags)
        except (Exception, SystemExit):  # noqa: BLE001 - an engine raises what it likes: a crash
            _log.warning("eas.instance_crashed", exc_info=True, extra={"index": item.index})
            self._give_back()
            return
        while not self._try_answer(item, outcome):
            # Other instances filled the sink meanwhile: hold the item until there is room.
            if self._ending.wait(self._idle_poll_seconds):
                self._give_back()
                return

    def _try_answer(self, item: QueueItem, outcome: RunOutcome) -> bool:
        with self._answering:
            if self._killed:
                return True
            try:
                self._service.answer(item, outcome)
            except QueueFullError:
                return False
            return True

    def _give_back(self) -> None:
        with self._answering:
            if not self._killed:
                self._note_dropped(self._service.release(self.consumer_id))

    def _note_dropped(self, dropped: list[QueueItem]) -> None:
        for item in dropped:
            _log.warning("eas.item_dropped", extra={"index": item.index})
