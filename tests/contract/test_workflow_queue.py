"""What every WorkflowQueue promises, on the fake and on EAS."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from local.cloud.eas.service import RunOutcome
from shared.adapters.eas_workflow_queue import EasWorkflowQueue
from tests.contract.conftest import EAS_TOKEN
from tests.fakes.workflow_queue import FakeWorkflowQueue

if TYPE_CHECKING:
    from local.cloud.eas.service import EasService
    from shared.ports import WorkflowQueue

_numbers = itertools.count()


class Gpu(Protocol):
    """Works the next waiting task off, as the GPU would."""

    def __call__(self, body: bytes, *, code: int = 200) -> str:
        """Return the id of the task it worked off."""

    def begin(self) -> None:
        """Take the next task and do not end it."""


@dataclass
class FakeGpu:
    queue: FakeWorkflowQueue

    def __call__(self, body: bytes, *, code: int = 200) -> str:
        task_id = self.queue.waiting[0].task_id
        self.queue.finish(task_id, body, code=code)
        return task_id

    def begin(self) -> None:
        self.queue.running.add(self.queue.waiting[0].task_id)


@dataclass
class EasGpu:
    service: EasService

    def __call__(self, body: bytes, *, code: int = 200) -> str:
        item = self.service.take("gpu")
        assert item is not None
        self.service.answer(item, RunOutcome(code, body))
        return item.tags["task_id"]

    def begin(self) -> None:
        assert self.service.take("gpu") is not None


@dataclass
class Bench:
    """A queue and the GPU behind it."""

    queue: WorkflowQueue
    gpu: Gpu


@pytest.fixture(params=["fake", "eas"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "fake":
        queue = FakeWorkflowQueue()
        return Bench(queue, FakeGpu(queue))
    served = request.getfixturevalue("eas")
    for each in (served.service.input, served.service.sink):
        each.remove([item.index for item in each.page(length=10_000)])
    adapter = EasWorkflowQueue(
        service_url=served.url, token=EAS_TOKEN, timeout_seconds=5, deadline_seconds=10
    )
    return Bench(adapter, EasGpu(served.service))


def submit(bench: Bench, task_id: str = "", *, urgent: bool = False) -> str:
    task_id = task_id or f"task-{next(_numbers)}"
    bench.queue.submit(task_id, b'{"1": {}}', tags={"job": "行 1&2"}, urgent=urgent)
    return task_id


def test_a_submitted_task_waits_and_has_an_index_of_its_own(bench: Bench) -> None:
    first = bench.queue.submit("a-1", b"{}", tags={}, urgent=False)
    second = bench.queue.submit("a-2", b"{}", tags={}, urgent=False)
    assert first.index != second.index
    assert first.request_id
    assert bench.queue.depth().waiting == 2


def test_a_finished_task_is_a_message_with_its_id_tags_and_body(bench: Bench) -> None:
    task_id = submit(bench)
    bench.gpu(b'[{"9": "\xe5\x9b\xbe"}]')
    (message,) = bench.queue.results()
    assert message.task_id == task_id
    assert message.tags["job"] == "行 1&2"
    assert (message.body, message.code) == (b'[{"9": "\xe5\x9b\xbe"}]', 200)


def test_a_failed_task_carries_its_code(bench: Bench) -> None:
    submit(bench)
    bench.gpu(b'{"error": "out of memory"}', code=500)
    (message,) = bench.queue.results()
    assert message.code == 500


def test_no_results_are_an_empty_tuple(bench: Bench) -> None:
    assert bench.queue.results() == ()


def test_reading_takes_nothing_away_and_discarding_does(bench: Bench) -> None:
    submit(bench)
    bench.gpu(b"[]")
    (message,) = bench.queue.results()
    assert bench.queue.results() == (message,)
    bench.queue.discard([message.index])
    assert bench.queue.results() == ()


def test_discarding_what_is_not_there_is_fine(bench: Bench) -> None:
    submit(bench)
    bench.gpu(b"[]")
    (message,) = bench.queue.results()
    bench.queue.discard([message.index, message.index + 1000])
    bench.queue.discard([message.index])
    bench.queue.discard([])
    assert bench.queue.results() == ()


def test_results_come_in_order_from_an_index_and_no_more_than_asked(bench: Bench) -> None:
    tasks = [submit(bench) for _ in range(5)]
    for _ in tasks:
        bench.gpu(b"[]")
    everything = bench.queue.results()
    assert [each.task_id for each in everything] == tasks
    assert bench.queue.results(limit=2) == everything[:2]
    assert bench.queue.results(after=everything[2].index, limit=20) == everything[2:]


def test_urgent_tasks_are_worked_off_before_the_others(bench: Bench) -> None:
    bulk = submit(bench)
    urgent = submit(bench, urgent=True)
    assert [bench.gpu(b"[]"), bench.gpu(b"[]")] == [urgent, bulk]


def test_depth_counts_both_queues_and_knows_the_limit(bench: Bench) -> None:
    submit(bench)
    submit(bench)
    bench.gpu(b"[]")
    depth = bench.queue.depth()
    assert (depth.waiting, depth.results, depth.results_limit) == (1, 1, 1000)


def test_tasks_of_the_input_queue_are_listed_by_index_a_page_at_a_time(bench: Bench) -> None:
    tasks = [submit(bench, urgent=number == 2) for number in range(3)]
    everything = bench.queue.tasks()
    assert [each.task_id for each in everything] == tasks
    assert bench.queue.tasks(limit=2) == everything[:2]
    assert bench.queue.tasks(after=everything[1].index) == everything[1:]
    assert bench.queue.tasks(after=everything[2].index + 1) == ()


def test_an_item_is_held_until_it_is_worked_off(bench: Bench) -> None:
    submit(bench)
    (task,) = bench.queue.tasks()
    assert bench.queue.holds(task.index)
    assert not bench.queue.holds(task.index + 1000)
    bench.gpu(b"[]")
    assert not bench.queue.holds(task.index)


def test_a_waiting_task_is_withdrawn_and_no_other_is(bench: Bench) -> None:
    first, second, third = (submit(bench) for _ in range(3))
    assert bench.queue.withdraw(second) == "removed"
    assert [each.task_id for each in bench.queue.tasks()] == [first, third]
    assert bench.queue.withdraw(second) == "none"


def test_a_task_that_was_queued_twice_is_withdrawn_twice(bench: Bench) -> None:
    task_id = submit(bench)
    submit(bench, task_id)
    assert bench.queue.withdraw(task_id) == "removed"
    assert bench.queue.tasks() == ()


def test_a_running_task_is_not_withdrawn(bench: Bench) -> None:
    task_id = submit(bench)
    bench.gpu.begin()
    assert bench.queue.withdraw(task_id) == "running"
    (task,) = bench.queue.tasks()
    assert bench.queue.holds(task.index)


def test_of_a_task_that_ended_there_is_nothing_to_withdraw(bench: Bench) -> None:
    task_id = submit(bench)
    bench.gpu(b"[]")
    assert bench.queue.withdraw(task_id) == "none"
    assert len(bench.queue.results()) == 1
