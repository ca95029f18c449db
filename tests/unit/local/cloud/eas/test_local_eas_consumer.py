"""Consumers: what reaches the sink, what is delivered again, what is lost."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from local.cloud.eas.consumer import EasConsumer
from local.cloud.eas.errors import QueueFullError
from local.cloud.eas.service import EasService, RunOutcome
from local.cloud.serving import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request

    from local.cloud.eas.item import QueueItem

_PATIENCE_SECONDS = 5.0


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)
    return holds()


def consumer(
    service: EasService, run: Callable[[bytes, Mapping[str, str]], RunOutcome]
) -> EasConsumer:
    return EasConsumer(service, run, idle_poll_seconds=0.01)


def echo(data: bytes, tags: Mapping[str, str]) -> RunOutcome:
    return RunOutcome(200, b"did " + data)


class Gate:
    """A run that waits to be let through, and says that it has begun."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.opened = threading.Event()

    def run(self, data: bytes, tags: Mapping[str, str]) -> RunOutcome:
        self.begun.set()
        self.opened.wait(_PATIENCE_SECONDS)
        return RunOutcome(200, b"late " + data)


def test_an_answer_reaches_the_sink_with_the_tags_of_its_item(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    put = service.input.put(b"work", {"task_id": "t-1"})
    worker = consumer(service, echo).start()
    assert eventually(lambda: service.sink.count() == 1 and service.input.count() == 0)
    worker.stop()
    [item] = service.sink.page()
    assert item.data == b"did work"
    assert item.tags == {"task_id": "t-1", "requestId": put.request_id}


def test_a_container_is_asked_by_post_and_its_answer_reaches_the_sink(tmp_path: Path) -> None:
    async def infer(request: Request) -> Response:
        words = [request.query_params["task_id"].encode(), await request.body()]
        return Response(b" did ".join(words), 202)

    service = EasService(tmp_path, "svc")
    service.input.put(b"work", {"task_id": "t-1"})
    with LoopbackServer(Starlette(routes=[Route("/infer", infer, methods=["POST"])])) as server:
        worker = EasConsumer(service, f"{server.url}/infer", idle_poll_seconds=0.01).start()
        assert eventually(lambda: service.sink.count() == 1)
        worker.stop()
    [item] = service.sink.page()
    assert (item.data, item.tags["lastCode"]) == (b"t-1 did work", "202")


def test_a_container_that_is_not_there_is_a_crash_and_the_item_is_dropped_in_the_end(
    tmp_path: Path,
) -> None:
    service = EasService(tmp_path, "svc", max_delivery=2)
    service.input.put(b"work", {})
    worker = EasConsumer(service, "http://127.0.0.1:9/infer", idle_poll_seconds=0.01).start()
    assert eventually(lambda: service.input.count() == 0)
    worker.stop()
    assert service.sink.count() == 0


def test_a_status_other_than_200_is_noted_as_last_code(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    service.input.put(b"work", {"task_id": "t"})
    worker = consumer(service, lambda _data, _tags: RunOutcome(500, b"broken")).start()
    assert eventually(lambda: service.sink.count() == 1)
    worker.stop()
    assert service.sink.page()[0].tags["lastCode"] == "500"


def test_an_empty_body_skips_the_sink(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    service.input.put(b"work", {})
    worker = consumer(service, lambda _data, _tags: RunOutcome(200, b"")).start()
    assert eventually(lambda: service.input.count() == 0)
    worker.stop()
    assert service.sink.count() == 0


def test_an_answer_too_large_for_the_sink_becomes_a_failure_message(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc", max_payload_bytes=100)
    service.input.put(b"work", {"task_id": "t"})
    worker = consumer(service, lambda _data, _tags: RunOutcome(200, b"x" * 101)).start()
    assert eventually(lambda: service.sink.count() == 1)
    worker.stop()
    assert service.sink.page()[0].tags["lastCode"] == "413"


def test_nothing_is_taken_while_the_sink_is_full(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc", sink_max_items=1)
    service.input.put(b"a", {})
    filler = service.sink.put(b"result", {})
    assert service.take("one") is None
    service.sink.remove([filler.index])
    assert service.take("one") is not None


def test_a_full_sink_stops_the_consumer_until_it_is_drained(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc", sink_max_items=1)
    for data in (b"a", b"b"):
        service.input.put(data, {})
    worker = consumer(service, echo).start()
    assert eventually(lambda: service.sink.count() == 1)
    assert service.input.count() == 1
    service.sink.remove([service.sink.page()[0].index])
    assert eventually(lambda: service.input.count() == 0)
    worker.stop()
    assert service.sink.page()[0].data == b"did b"


class CountingService(EasService):
    """Counts the answers that found the sink full."""

    refused = 0

    def answer(self, item: QueueItem, outcome: RunOutcome) -> None:
        try:
            super().answer(item, outcome)
        except QueueFullError:
            self.refused += 1
            raise


def test_an_answer_waits_when_others_filled_the_sink_meanwhile(tmp_path: Path) -> None:
    service = CountingService(tmp_path, "svc", sink_max_items=1)
    gate = Gate()
    service.input.put(b"a", {})
    worker = consumer(service, gate.run).start()
    assert gate.begun.wait(_PATIENCE_SECONDS)
    other = service.sink.put(b"other", {})
    gate.opened.set()
    assert eventually(lambda: service.refused > 0)
    assert service.input.count() == 1
    service.sink.remove([other.index])
    assert eventually(lambda: [item.data for item in service.sink.page()] == [b"late a"])
    worker.stop()


def test_a_crash_leads_to_a_second_delivery(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc", max_delivery=2)
    seen: list[bytes] = []

    def crash_once(data: bytes, tags: Mapping[str, str]) -> RunOutcome:
        seen.append(data)
        if len(seen) == 1:
            raise SystemExit
        return RunOutcome(200, b"ok")

    service.input.put(b"a", {})
    worker = consumer(service, crash_once).start()
    assert eventually(lambda: service.sink.count() == 1)
    worker.stop()
    assert seen == [b"a", b"a"]


def test_an_item_that_always_crashes_vanishes_and_the_next_one_is_served(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc", max_delivery=2)
    runs: list[bytes] = []

    def run(data: bytes, tags: Mapping[str, str]) -> RunOutcome:
        runs.append(data)
        if data == b"bad":
            raise MemoryError
        return RunOutcome(200, b"ok")

    service.input.put(b"bad", {})
    service.input.put(b"good", {})
    worker = consumer(service, run).start()
    assert eventually(lambda: service.input.count() == 0)
    worker.stop()
    assert runs == [b"bad", b"bad", b"good"]
    assert [item.data for item in service.sink.page(length=9)] == [b"ok"]


def test_a_killed_instance_loses_its_item_to_another_and_its_answer_is_never_sent(
    tmp_path: Path,
) -> None:
    service = EasService(tmp_path, "svc")
    gate = Gate()
    service.input.put(b"a", {})
    first = consumer(service, gate.run).start()
    assert gate.begun.wait(_PATIENCE_SECONDS)
    first.kill()
    second = consumer(service, echo).start()
    assert eventually(lambda: service.sink.count() == 1)
    gate.opened.set()
    first.stop()
    second.stop()
    assert [item.data for item in service.sink.page(length=9)] == [b"did a"]


def test_stopping_lets_the_item_in_hand_finish(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    gate = Gate()
    for data in (b"a", b"b"):
        service.input.put(data, {})
    worker = consumer(service, gate.run).start()
    assert gate.begun.wait(_PATIENCE_SECONDS)
    threading.Timer(0.02, gate.opened.set).start()
    worker.stop()
    assert [item.data for item in service.sink.page(length=9)] == [b"late a"]
    assert [item.data for item in service.input.page(length=9)] == [b"b"]


def test_an_item_deleted_while_it_runs_still_answers(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    gate = Gate()
    index = service.input.put(b"a", {}).index
    worker = consumer(service, gate.run).start()
    assert gate.begun.wait(_PATIENCE_SECONDS)
    service.input.remove([index])
    gate.opened.set()
    assert eventually(lambda: service.sink.count() == 1)
    worker.stop()


def test_a_restart_delivers_again_what_was_in_hand(tmp_path: Path) -> None:
    before = EasService(tmp_path, "svc", max_delivery=2)
    before.input.put(b"a", {})
    assert before.take("gone") is not None
    after = EasService(tmp_path, "svc", max_delivery=2)
    again = after.take("new")
    assert again is not None
    assert again.deliveries == 2


def test_attributes_list_the_consumers_and_what_they_hold(tmp_path: Path) -> None:
    service = EasService(tmp_path, "svc")
    index = service.input.put(b"a", {}).index
    service.join("eas.one")
    service.take("eas.one")
    attributes = service.attributes(service.input)
    assert attributes["consumers.stats.total"] == "1"
    assert attributes["consumers.list.[0]"].startswith(f"Id: eas.one, Index: {index}, Pending: 1")
    service.leave("eas.one")
    assert service.attributes(service.input)["consumers.stats.total"] == "0"
